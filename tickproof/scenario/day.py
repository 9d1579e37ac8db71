# SPDX-License-Identifier: Apache-2.0
"""A trading day for the order path: a live feed, a client who quotes around its touch, and the exchange that answers.

Everything happens in the order of time: the client acts on what the feed and the exchange have shown so far, so that fills meet cancels
on their way. Same seed, same bytes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from tickproof.program import PortProgram, Send
from tickproof.protocols import OUCH_IN, OUCH_OUT
from tickproof.protocols.ouch import message
from tickproof.protocols.soupbin import packet
from tickproof.scenario.feed import FRAME_HEADERS, FeedLine, both_lines, pack_packets
from tickproof.scenario.generate import MarketOptions, arrivals, instrument_of, lost_packets, place, spaced
from tickproof.scenario.market import Dice, Instrument, Market
from tickproof.scenario.messages import MARKET_OPEN_NS
from tickproof.scenario.model import Symbol
from tickproof.scenario.order_messages import MARKET_PRICE
from tickproof.scenario.venue import Answer, Resting, Venue

__all__ = ["DayOptions", "generate_day"]

SETTLE_MESSAGES = 60
"""Feed messages a symbol before the first order: the opening, and a book on both sides."""

_CLOSING = 3  # messages of the feed that end the market hours
_MESSAGE_NS = 250  # the feed is never denser than this on average
_MARGIN_NS = 5_000  # between the feed's opening or closing and the first or last order
_WIRE_NS = 1_500  # from the client's message to the exchange
_MANY = 150  # live orders above which the client cancels
_RECENT = 16  # the client acts on one of its oldest orders, so that none stays for ever


@dataclass(frozen=True, slots=True)
class DayOptions:
    """See docs/scenarios.md. orders: the client's messages; messages: the feed's, 0 = as many. rate: orders a second on average.
    reject: fraction of orders that no limit lets pass. burst: fraction of orders that come with burst_size others at once."""

    seed: int = 1
    orders: int = 10_000
    messages: int = 0
    symbols: int = 1
    rate: int = 2_000_000
    reject: float = 0.05
    burst: float = 0.02
    burst_size: int = 8
    lose_a: float = 0.0
    lose_b: float = 0.0


@dataclass(slots=True)
class _Trading:
    """The client and the exchange. live: orders that the client thinks it can still act on. due: what the exchange has yet to do."""

    dice: Dice
    instruments: Sequence[Instrument]
    reject: float
    venue: Venue = field(init=False)
    live: dict[int, Resting] = field(default_factory=dict)
    due: list[tuple[int, int, tuple[str, int, Resting | None, int]]] = field(default_factory=list)
    reports: list[Send] = field(default_factory=list)
    orders: dict[int, Resting] = field(default_factory=dict)
    now_ns: int = 0
    reference: int = 0
    turns: int = 0

    def __post_init__(self) -> None:
        self.venue = Venue(self.dice.below, oddity=40)

    def later(self, delay_ns: int, what: str, reference: int, order: Resting | None = None, quantity: int = 0) -> None:
        self.turns += 1
        heapq.heappush(self.due, (self.now_ns + delay_ns, self.turns, (what, reference, order, quantity)))

    def until(self, time_ns: int) -> None:
        """What the exchange does up to a time."""
        while self.due and self.due[0][0] <= time_ns:
            self.now_ns, _, (what, reference, order, quantity) = heapq.heappop(self.due)
            if what == "enter" and order is not None:
                self._accepted(self.venue.enter(order), order)
            elif what == "replace" and order is not None:
                self._accepted(self.venue.replace(reference, order), order)
                self._kept(reference)
            elif what == "modify" and order is not None:
                self._say(self.venue.modify(reference, order.side, quantity))
            elif what == "cancel":
                self._say(self.venue.cancel(reference, quantity))
                self._kept(reference)
            elif reference in self.venue.orders:
                held = self.venue.orders[reference]
                self._say(self.venue.fill(reference, self._touch(held) if held.price == MARKET_PRICE else held.price))
        self.now_ns = time_ns

    def _kept(self, reference: int) -> None:
        """The exchange has refused to take an order off: the client has it still."""
        if reference in self.venue.orders:
            self.live[reference] = self.venue.orders[reference]

    def _accepted(self, answers: list[Answer], order: Resting) -> None:
        self._say(answers)
        if order.reference in self.venue.orders:
            marketable = order.price == MARKET_PRICE or (order.price >= self._touch(order)) == (order.side == "B")
            if marketable:
                self.later(200 + self.dice.below(1_000), "fill", order.reference)
            elif self.dice.roll() < 0.3:
                self.later(1_000 + self.dice.below(40_000), "fill", order.reference)

    def _touch(self, order: Resting) -> int:
        """The best price of the other side."""
        item = next(item for item in self.instruments if item.stock == order.symbol)
        return item.best(order.side != "B") or item.middle

    def _say(self, answers: list[Answer]) -> None:
        for answer in answers:
            reference = int(answer.fields["user_ref_num"])
            order = self.orders[reference]
            self.reports.append(Send(self.now_ns, packet("sequenced_data", _report(answer, order, self.now_ns))))
            original = answer.fields.get("orig_user_ref_num")
            for gone in (reference, original):
                if gone is not None and gone not in self.venue.orders:
                    self.live.pop(int(gone), None)

    def client_message(self) -> bytes:
        """The next thing that the client says, and what comes of it."""
        roll = self.dice.roll()
        if self.dice.roll() < self.reject:
            return packet("unsequenced_data", self._bad())
        if self.live and (roll < 0.25 or len(self.live) > _MANY):
            reference = self._own()
            order = self.live[reference]
            quantity = order.remaining // 2 if self.dice.roll() < 0.2 else 0
            if not quantity:
                del self.live[reference]
            self.later(_WIRE_NS, "cancel", reference, quantity=quantity)
            words = message(OUCH_IN, "cancel_order", user_ref_num=reference, quantity=quantity)
        elif self.live and roll < 0.40:
            original = self._own()
            old = self.live.pop(original)
            order = self._placed(old.symbol, old.side)
            self.later(_WIRE_NS, "replace", original, order)
            words = message(OUCH_IN, "replace_order", orig_user_ref_num=original, **_terms(order))
        elif self.live and roll < 0.45:
            reference = self._own()
            order = self.live[reference]
            side = order.side if order.side == "B" else "STE"[self.dice.below(3)]
            quantity = 1 + self.dice.below(max(1, order.remaining))
            self.later(_WIRE_NS, "modify", reference, replace(order, side=side), quantity)
            words = message(OUCH_IN, "modify_order", user_ref_num=reference, side=side, quantity=quantity)
        else:
            item = self.instruments[self.dice.below(len(self.instruments))]
            order = self._placed(item.stock, "BS"[self.dice.below(2)])
            self.later(_WIRE_NS, "enter", order.reference, order)
            words = message(OUCH_IN, "enter_order", symbol=order.symbol, side=order.side, capacity="P", cross_type="N", **_terms(order))
        return packet("unsequenced_data", words)

    def _own(self) -> int:
        return next(islice(self.live, self.dice.below(min(len(self.live), _RECENT)), None))

    def _placed(self, stock: str, side: str) -> Resting:
        """A new order near the touch: most rest behind it, some reach the other side, a few are market orders."""
        item = next(item for item in self.instruments if item.stock == stock)
        buy = side == "B"
        own, other = item.best(buy) or item.middle, item.best(not buy) or item.middle
        roll = self.dice.roll()
        away = item.tick * self.dice.geometric(0.6, 20)
        price = MARKET_PRICE if roll < 0.02 else other if roll < 0.2 else max(item.tick, own - away if buy else own + away)
        self.reference += 1
        order = Resting(self.reference, stock, side, 100 * (1 + self.dice.geometric(0.5, 8)), price)
        self.live[order.reference] = self.orders[order.reference] = order
        return order

    def _bad(self) -> bytes:
        """An order that fails a check whatever the limits are: unknown symbol, quantity 0, side, time in force, capacity, an old number."""
        self.reference += 1
        values: dict[str, object] = {"symbol": self.instruments[0].stock, "side": "B", "quantity": 100, "price": 10_000, "capacity": "P"}
        wrong = ({"symbol": "NONE"}, {"quantity": 0}, {"side": "X"}, {"quantity": 1_000_000}, {"capacity": "Z"}, {"price": 1 << 40})
        values.update(wrong[self.dice.below(len(wrong))])
        terms = {"time_in_force": "0", "display": "Y", "inter_market_sweep_eligibility": "N", "cross_type": "N"}
        return message(OUCH_IN, "enter_order", user_ref_num=self.reference, **{**terms, **values})


def _terms(order: Resting) -> dict[str, object]:
    """The fields that an Enter and a Replace share."""
    return {
        "user_ref_num": order.reference,
        "quantity": order.remaining,
        "price": order.price,
        "time_in_force": "0",
        "display": "Y",
        "inter_market_sweep_eligibility": "N",
        "clordid": f"DAY{order.reference}",
    }


def _report(answer: Answer, order: Resting, time_ns: int) -> bytes:
    """A message of the exchange with what it repeats of the order."""
    layout = OUCH_OUT.layouts[answer.name]
    values: dict[str, object] = {
        **_terms(order),
        "timestamp": MARKET_OPEN_NS + time_ns,
        "side": order.side,
        "symbol": order.symbol,
        "order_reference_number": order.reference,
        "capacity": "P",
        "cross_type": "N",
        "liquidity_flag": "A",
        "cancel_order_reason": "U",
        "order_cancel_reason": "Q",
        "execution_price": order.price,
        **answer.fields,
    }
    names = {item.name for item in layout.fields}
    return message(OUCH_OUT, answer.name, **{name: value for name, value in values.items() if name in names})


def generate_day(
    options: DayOptions, symbols: Sequence[Symbol], lines: Sequence[FeedLine], *, session: str, skew_ns: int = 0, first_sequence: int = 1
) -> tuple[tuple[Symbol, ...], dict[str, PortProgram], int]:
    """The feed on both lines, the client's and the exchange's side of the order path.

    Returns the symbols, port -> program, and how many messages the feed has.
    """
    generator = np.random.Generator(np.random.PCG64(options.seed))
    prices = generator.integers(20, 400, len(symbols)) * 10_000
    tracked = tuple(place(symbol, int(price)) for symbol, price in zip(symbols, prices, strict=True))
    instruments = [instrument_of(symbol, index) for index, symbol in enumerate(tracked)]
    count = max(options.messages or options.orders, (SETTLE_MESSAGES + 10) * len(symbols))
    first = SETTLE_MESSAGES * len(symbols)
    sizes, starts = arrivals(MarketOptions(messages=count), generator)
    length_ns = max(options.orders * 1_000_000_000 // max(1, options.rate), count * _MESSAGE_NS)
    starts = starts * length_ns // max(1, int(starts[-1]))
    market = Market(instruments, int(generator.integers(1 << 62)), mean_gap_ns=max(1, length_ns // count))
    trading = _Trading(Dice(int(generator.integers(1 << 62))), instruments, options.reject)
    whens = _whens(options, generator, int(starts[first]) + _MARGIN_NS, int(starts[count - _CLOSING - 1]) - _MARGIN_NS)
    client, messages = _played(trading, market.messages(count), starts, whens)
    packets, counts = pack_packets(messages, session=session, per_packet=sizes, first_sequence=first_sequence)
    times = spaced(starts, counts, np.array([len(data) for data in packets], np.int64) + FRAME_HEADERS)
    lost = lost_packets(generator, len(packets), options.lose_a, options.lose_b, 0.0)
    ports = both_lines(lines, packets, times, skew_ns=skew_ns, lost=lost)
    accepted = Send(0, packet("login_accepted", session="DAY", sequence_number="1"))
    request = Send(0, packet("login_request", username="TICK", password="PROOF", sequence_number="1"))
    ports |= {"client": PortProgram.of([request, *client]), "exchange": PortProgram.of([accepted, *trading.reports])}
    return tracked, ports, int(counts.sum())


def _whens(options: DayOptions, generator: np.random.Generator, first_ns: int, last_ns: int) -> NDArray[np.int64]:
    """int64[orders], when each order is sent: exponential gaps, some with several others at the same time."""
    gaps = generator.exponential(1.0, options.orders)
    leaders = generator.random(options.orders) < options.burst
    for row in np.flatnonzero(leaders).tolist():
        gaps[row + 1 : row + max(1, options.burst_size)] = 0
    whens = np.cumsum(gaps)
    whens *= (last_ns - first_ns) / max(1.0, float(whens[-1]) if len(whens) else 1.0)
    return first_ns + whens.astype(np.int64)


def _played(
    trading: _Trading, feed: Iterator[bytes], starts: NDArray[np.int64], whens: NDArray[np.int64]
) -> tuple[list[Send], list[bytes]]:
    """The client's segments and the feed's messages. Orders of one time go into one segment every other time."""
    messages: list[bytes] = []
    client: list[Send] = []
    moments = starts.tolist()
    for when in whens.tolist():
        while len(messages) < len(moments) - _CLOSING and moments[len(messages)] <= when:
            messages.append(next(feed))
        trading.until(when)
        data = trading.client_message()
        if client and client[-1].not_before_ns == when and len(client[-1].data) < 1_000 and trading.dice.roll() < 0.5:
            client[-1] = replace(client[-1], data=client[-1].data + data)
        else:
            client.append(Send(when, data))
    messages += feed
    trading.until(int(moments[-1]))
    return client, messages
