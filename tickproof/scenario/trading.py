# SPDX-License-Identifier: Apache-2.0
"""A client who quotes around the touch of a live market, and the exchange that answers, in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from tickproof.program import Send
from tickproof.protocols import OUCH_IN, OUCH_OUT
from tickproof.protocols.ouch import message
from tickproof.protocols.soupbin import packet
from tickproof.scenario.market import Dice, Instrument
from tickproof.scenario.messages import MARKET_OPEN_NS
from tickproof.scenario.order_messages import MARKET_PRICE
from tickproof.scenario.venue import Answer, Resting, Venue

__all__ = ["Trading"]

_WIRE_NS = 1_500  # from the client's message to the exchange
_MANY = 150  # live orders above which the client cancels
_RECENT = 16  # the client acts on one of its oldest orders, so that none stays for ever


@dataclass(slots=True)
class Trading:
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
