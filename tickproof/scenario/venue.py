# SPDX-License-Identifier: Apache-2.0
"""A plausible exchange: what it answers to a client's messages. It knows nothing of devices or limits, and is no model of one.

It answers whatever it is shown, so a caller that shows it orders which a device has rejected makes reports of unknown orders: legal, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

__all__ = ["Answer", "Resting", "Venue"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One message of the exchange: name of its layout, and its fields but for those that repeat the order's."""

    name: str
    fields: Mapping[str, int | str]


@dataclass(slots=True)
class Resting:
    """An order that the exchange holds. price in 1e-4."""

    reference: int
    symbol: str
    side: str
    remaining: int
    price: int


@dataclass(slots=True)
class Venue:
    """below(n): a random number from 0 to n - 1. oddity: one answer in so many is not the usual one (0: none)."""

    below: Callable[[int], int]
    oddity: int = 12
    orders: dict[int, Resting] = field(default_factory=dict)
    matches: int = 0
    trades: list[tuple[int, int]] = field(default_factory=list)  # (user_ref_num, match_number), the last ones

    def enter(self, order: Resting) -> list[Answer]:
        """Accepted; oddly: rejected, for less, or dead on arrival."""
        if self._odd():
            return [Answer("rejected", {"user_ref_num": order.reference, "rejected_order_reason": 1 + self.below(31)})]
        state = "D" if self._odd() else "L"
        if order.remaining > 1 and self._odd():
            order.remaining -= 1 + self.below(order.remaining - 1)
        if state == "L" and order.remaining:
            self.orders[order.reference] = order
        return [Answer("order_accepted", {"user_ref_num": order.reference, "quantity": order.remaining, "order_state": state})]

    def replace(self, original: int, order: Resting) -> list[Answer]:
        """Replaced, if the exchange holds the original; oddly: rejected, for less, or dead on arrival."""
        held = self.orders.get(original)
        if held is None or self._odd():
            return [Answer("rejected", {"user_ref_num": order.reference, "rejected_order_reason": 0x15})]
        del self.orders[original]
        fields: dict[str, int | str] = {"orig_user_ref_num": original, "user_ref_num": order.reference}
        state = "D" if self._odd() else "L"
        if order.remaining > 1 and self._odd():
            order.remaining -= 1 + self.below(order.remaining - 1)
        if state == "L" and order.remaining:
            self.orders[order.reference] = order
        return [Answer("order_replaced", {**fields, "quantity": order.remaining, "order_state": state})]

    def modify(self, reference: int, side: str, quantity: int) -> list[Answer]:
        """Modified, if that leaves less than before."""
        held = self.orders.get(reference)
        if held is None or quantity > held.remaining or self._odd():
            return []
        held.side, held.remaining = side, quantity
        if not quantity:
            del self.orders[reference]
        return [Answer("order_modified", {"user_ref_num": reference, "side": side, "quantity": quantity})]

    def cancel(self, reference: int, quantity: int) -> list[Answer]:
        """Reduced to quantity; oddly: pending, refused, or taken away to prevent a trade with itself."""
        held = self.orders.get(reference)
        if held is None or held.remaining <= quantity:
            return []
        if self._odd():
            return [Answer(("cancel_pending", "cancel_reject")[self.below(2)], {"user_ref_num": reference})]
        taken, held.remaining = held.remaining - quantity, quantity
        if not quantity:
            del self.orders[reference]
        if self._odd():
            return [Answer("aiq_canceled", {"user_ref_num": reference, "decrement_shares": taken})]
        return [Answer("order_canceled", {"user_ref_num": reference, "quantity": taken})]

    def fill(self, reference: int, price: int) -> list[Answer]:
        """All or part of an order trades at a price."""
        held = self.orders.get(reference)
        if held is None:
            return []
        shares = held.remaining if self.below(2) else 1 + self.below(held.remaining)
        held.remaining -= shares
        if not held.remaining:
            del self.orders[reference]
        self.matches += 1
        self.trades = [*self.trades[-7:], (reference, self.matches)]
        return [Answer("order_executed", {"user_ref_num": reference, "quantity": shares, "price": price, "match_number": self.matches})]

    def break_trade(self) -> list[Answer]:
        """One of the last trades is broken, or corrected."""
        if not self.trades:
            return []
        reference, match = self.trades[self.below(len(self.trades))]
        return [Answer(("broken_trade", "trade_correction")[self.below(2)], {"user_ref_num": reference, "match_number": match})]

    def remark(self) -> list[Answer]:
        """A message that changes no order."""
        held = list(self.orders.values())
        if not held or self.below(2):
            return [Answer(("system_event", "account_query_response")[self.below(2)], {})]
        about = {"user_ref_num": held[self.below(len(held))].reference}
        return [Answer(("order_restated", "order_priority_update")[self.below(2)], about)]

    def _odd(self) -> bool:
        return bool(self.oddity) and not self.below(self.oddity)
