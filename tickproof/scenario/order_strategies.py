# SPDX-License-Identifier: Apache-2.0
"""Hypothesis strategies for `tick_to_trade`: a client, an exchange, a feed and an operator who act at the very same nanoseconds."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tickproof.program import Program
from tickproof.scenario.language import parse_text
from tickproof.scenario.order_messages import ORDER_SHORT_NAMES
from tickproof.scenario.order_words import (
    BACK,
    CONTROL,
    EXCHANGE_FRAMING,
    FRAMING,
    HEADER,
    LIMITS,
    MARKET,
    ODD_MARKET,
    ODD_PRICES,
    ODD_QUANTITIES,
    ODD_WORDS,
    OPENING,
    PRICES,
    QUANTITIES,
    SOUP,
)
from tickproof.scenario.values import format_price, parse_price
from tickproof.scenario.venue import Answer, Resting, Venue

__all__ = ["Floor", "order_programs", "order_scenarios"]

_SHORT = {long: short for short, longs in ORDER_SHORT_NAMES.items() for long in longs}


@dataclass(slots=True)
class Floor:
    """Everybody, and the lines so far: (time, place in the file, text). All times are multiples of 100 ns, so that inputs meet.

    draw: where choices come from; `act` renews it for each step of a state machine. odd: one thing in so many is not the usual one.
    """

    draw: st.DrawFn
    venue: Venue
    odd: int
    header: str
    rows: list[tuple[int, int, str]] = field(default_factory=list)
    now_ns: int = 0
    answered_ns: int = 0  # the exchange speaks in order
    references: list[int] = field(default_factory=lambda: [0])
    placed: dict[int, Resting] = field(default_factory=dict)
    sequenced: list[str] = field(default_factory=list)
    feed_reference: int = 1

    @classmethod
    def opened(cls, draw: st.DrawFn) -> Floor:
        """With random limits, and nothing sent yet but what a start with links down needs."""
        limits = draw(st.lists(st.sampled_from(LIMITS), unique=True, max_size=8))
        restricted = draw(st.sampled_from(("false",) * 5 + ("true",)))
        links = draw(st.sampled_from(("up", "up", "up", "down")))
        header = HEADER.format(links=links, limits="\n".join(limits), restricted=restricted)
        floor = cls(draw, Venue(lambda count: 0), draw(st.sampled_from((30, 12, 5))), header)
        floor.act(draw, 0)
        if links == "down":
            for port in ("client", "exchange"):
                floor.write(f"< {port} up")
            floor.log_in()
        return floor

    def act(self, draw: st.DrawFn, wait_ns: int) -> None:
        """The next step: so much later, with choices from `draw`."""
        self.draw = draw
        self.venue.below = lambda count: count - 1 - draw(st.integers(0, count - 1))
        self.now_ns += wait_ns

    def text(self) -> str:
        """The scenario so far."""
        rows = (f"{time_ns}ns {text}" if time_ns else f"0 {text}" for time_ns, _, text in sorted(self.rows))
        return self.header + "\n".join(rows) + "\n"

    def one_in(self, count: int) -> bool:
        return self.venue.below(count) == 0

    def write(self, text: str, after_ns: int = 0) -> None:
        self.rows.append((self.now_ns + after_ns, len(self.rows), text))

    def answer(self, answers: list[Answer]) -> None:
        """The exchange's messages, some microseconds later, sometimes several in one segment."""
        words = [_words(answer) for answer in answers]
        if not words:
            return
        self.sequenced += words
        delay_ns = self.draw(st.sampled_from((1_000, 300, 2_000, 5_000, 0)))
        self.answered_ns = max(self.answered_ns, self.now_ns + delay_ns)
        text = " | ".join(words)
        self.rows.append((self.answered_ns, len(self.rows), f"< exchange {text}{self._split(text)}"))

    def _split(self, words: str) -> str:
        """Somewhere, as far as the shortest packet of the line allows."""
        long = (" !split=7", " !split=20,40") if "enter_order" in words or "accepted" in words else ()
        cuts: str = self.draw(st.sampled_from(("",) * 12 + (" !split=1,2", " !split=2", " !split=all", *long)))
        return cuts

    def client(self) -> None:
        """One segment of the client: mostly one order."""
        count = self.draw(st.sampled_from((1, 1, 1, 1, 2, 3)))
        answers: list[Answer] = []
        words = " | ".join(self._client_message(answers) for _ in range(count))
        self.write(f"< client {words}{self._split(words)}")
        self.answer(answers)
        for reference in list(self.placed):
            plain = self.placed[reference].remaining <= 200
            if self.one_in(3 if plain else 40):
                self.fill(reference, plain=plain)

    def fill(self, reference: int, *, plain: bool) -> None:
        """A fill of an order that the device may have rejected latches the session's kill, so that is taken off again."""
        order = self.placed.pop(reference)
        price = order.price if order.price != 0x7FFFFFFF else 1_500_200
        self.answer(self.venue.fill(reference, price))
        if not self.one_in(2 if plain else 6):
            self.rows.append((self.answered_ns + 500, len(self.rows), "< control kill session off"))

    def _client_message(self, answers: list[Answer]) -> str:
        kind = self.draw(st.sampled_from("OOOOOOOOOUUXXM+"))
        return {"O": self._enter, "U": self._replace, "X": self._cancel, "M": self._modify}.get(kind, self._other)(answers)

    def _new_reference(self) -> int:
        step = self.draw(st.sampled_from((256, 256, 0))) if self.one_in(self.odd) else 1
        self.references.append(self.references[-1] + step)
        return self.references[-1]

    def _old_reference(self) -> int:
        """Mostly one that the exchange holds."""
        held = list(self.venue.orders) if not self.one_in(8) else []
        recent = (held or self.references)[-4:]
        return recent[-1 - self.draw(st.integers(0, len(recent) - 1))]

    def _enter(self, answers: list[Answer]) -> str:
        symbol = "IBM" if self.one_in(4 * self.odd) else self.draw(st.sampled_from(("AAPL", "AAPL", "MSFT")))
        side = self.draw(st.sampled_from("TEb" if self.one_in(self.odd) else "BS"))
        order, words = self._order(symbol, side)
        answers += self.venue.enter(order)
        return f"enter_order symbol={symbol} side={side} ref={order.reference} {words}"

    def _replace(self, answers: list[Answer]) -> str:
        original = self._old_reference()
        held = self.venue.orders.get(original)
        order, words = self._order(held.symbol if held else "AAPL", held.side if held else "B")
        odd = "capacity" in words or "cross" in words  # a replace has neither
        answers += self.venue.replace(original, order)
        return f"replace_order orig={original} ref={order.reference} {' '.join(words.split()[:2]) if odd else words}"

    def _order(self, symbol: str, side: str) -> tuple[Resting, str]:
        price = self.draw(st.sampled_from(ODD_PRICES[symbol] if self.one_in(self.odd) else PRICES[symbol]))
        quantity = self.draw(st.sampled_from(ODD_QUANTITIES if self.one_in(self.odd) else QUANTITIES))
        odd = f" {self.draw(st.sampled_from(ODD_WORDS))}" if self.one_in(self.odd) else ""
        order = Resting(self._new_reference(), symbol, side, int(quantity), 0x7FFFFFFF if price == "market" else parse_price(price))
        if order.remaining:
            self.placed[order.reference] = order
        return order, f"quantity={quantity} price={price}{odd}"

    def _cancel(self, answers: list[Answer]) -> str:
        reference, quantity = self._old_reference(), self.draw(st.sampled_from((0, 0, 0, 50)))
        answers += self.venue.cancel(reference, quantity)
        return f"cancel_order ref={reference} quantity={quantity}"

    def _modify(self, answers: list[Answer]) -> str:
        reference = self._old_reference()
        side, quantity = self.draw(st.sampled_from("BBSSTE")), self.draw(st.sampled_from((50, 100, 20, 300)))
        answers += self.venue.modify(reference, side, quantity)
        return f"modify_order ref={reference} side={side} quantity={quantity}"

    def _other(self, answers: list[Answer]) -> str:
        return self.draw(st.sampled_from(SOUP))

    def exchange(self) -> None:
        """Something that no client asked for."""
        kind = self.draw(st.sampled_from("RRRBHUZ"))
        if kind == "R":
            self.answer(self.venue.remark())
        elif kind == "B":
            self.answer(self.venue.break_trade())
            self.write("< control kill AAPL off", 6_000)
            self.write("< control kill session off", 6_000)
        else:
            words = {"H": "server_heartbeat", "U": "unsequenced order_canceled ref=1", "Z": "msg=hex:7a01"}[kind]
            self.sequenced += [words] if kind == "Z" else []
            self.answered_ns = max(self.answered_ns, self.now_ns)
            self.rows.append((self.answered_ns, len(self.rows), f"< exchange {words}"))

    def feed(self) -> None:
        """A move of the market; what closes it is undone some microseconds later. Now and then a sequence number is missing."""
        words = self.draw(st.sampled_from(ODD_MARKET if self.one_in(self.odd) else MARKET))
        back = next((BACK[key] for key in BACK if key in words), None)
        if self.one_in(2 * self.odd):
            self.write("< feed system_event event=Q !lose")
            self.write("< control book_trust AAPL", 4_000)
            self.write("< control book_trust MSFT", 4_000)
        self.write(f"< feed {words.format(new=self.feed_reference)}{self.draw(st.sampled_from(('',) * 8 + (' !lose=A', ' !lose=B')))}")
        if back is not None and not self.one_in(4):
            self.write(f"< feed {back.format(new=self.feed_reference)}", 3_000)
        self.feed_reference += 1

    def control(self) -> None:
        words = self.draw(st.sampled_from(CONTROL))
        self.write(f"< control {words}")
        if words.endswith(" on") and not self.one_in(8):
            self.write(f"< control {words[:-3]} off", 2_000)
        if words == "session_reset":
            self.write(f"< feed seq=1 {' | '.join(OPENING)}", 1_000)

    def links(self) -> None:
        """A link drops, with or without a framing error before. The exchange logs in again and sends again what it thinks was missed."""
        port = self.draw(st.sampled_from(("client", "exchange")))
        if self.one_in(2):
            self.write(f"< {port} {self.draw(st.sampled_from(FRAMING if port == 'client' else EXCHANGE_FRAMING))}")
            self.now_ns += 1_000
        self.now_ns = max(self.now_ns, self.answered_ns)
        self.write(f"< {port} down")
        self.write(f"< {port} up", 500)
        self.now_ns = self.answered_ns = self.now_ns + 1_000
        if port == "exchange":
            self.log_in()
            self.write("< control kill session off", 500)

    def log_in(self) -> None:
        session = self.draw(st.sampled_from(("S1", "S1", "S1", "S1", "S2")))
        number = max(1, len(self.sequenced) + 1 - self.draw(st.sampled_from((0, 1, 2, 5, -1))))
        self.write(f"< exchange login_accepted session={session} number={number}")
        again = self.sequenced[number - 1 :]
        if again:
            words = " | ".join(again)
            self.write(f"< exchange {words}{self._split(words)}")


def _words(answer: Answer) -> str:
    words = [answer.name]
    for name, value in answer.fields.items():
        words.append(f"{_SHORT.get(name, name)}={format_price(int(value)) if name == 'price' else value}")
    return " ".join(words)


@st.composite
def order_scenarios(draw: st.DrawFn, max_lines: int = 40) -> str:
    """The text of a random scenario of the order path."""
    floor = Floor.opened(draw)
    acts = (floor.client,) * 24 + (floor.feed,) * 9 + (floor.control,) * 6 + (floor.exchange,) * 3 + (floor.links,)
    for _ in range(draw(st.integers(1, max_lines))):
        floor.act(draw, draw(st.sampled_from((0, 0, 0, 100, 200, 500, 1_000, 3_000, 9_000))))
        draw(st.sampled_from(acts))()
    return floor.text()


def order_programs(max_lines: int = 40) -> st.SearchStrategy[Program]:
    """Random Programs for the device `tick_to_trade`; `to_scn` prints them."""
    return order_scenarios(max_lines).map(lambda text: parse_text(text, "random.scn").program)
