# SPDX-License-Identifier: Apache-2.0
"""Contract 7.1: live orders, and what they and their fills expose each symbol to."""

from __future__ import annotations

__all__ = ["BUY", "MOST_EXECUTED", "SETS", "WAYS", "Exposure", "LiveOrder", "SymbolExposure"]

BUY = ord("B")
SETS, WAYS = 256, 4
"""RISK-OPEN: set = user_ref_num mod 256, each has room for four orders."""
MOST_EXECUTED = (1 << 64) - 1
_LOWEST_POSITION, _HIGHEST_POSITION = -(1 << 63), (1 << 63) - 1


class LiveOrder:
    """An order that was forwarded and may still trade. symbol: index. price: 1e-4."""

    __slots__ = ("price", "remaining", "side", "symbol")

    def __init__(self, symbol: int, side: int, remaining: int, price: int) -> None:
        self.symbol, self.side, self.remaining, self.price = symbol, side, remaining, price


class SymbolExposure:
    """position: signed shares. executed: notional of all fills, 1e-4. open_buys, open_sells: shares. open_notional: 1e-4."""

    __slots__ = ("executed", "open_buys", "open_notional", "open_sells", "position")

    def __init__(self) -> None:
        self.position = self.executed = self.open_buys = self.open_sells = self.open_notional = 0


class Exposure:
    """live: user_ref_num -> order, in order of acceptance. of: by symbol index. session_open, session_executed: sums of all symbols."""

    def __init__(self, symbols: int) -> None:
        self.live: dict[int, LiveOrder] = {}
        self.of = [SymbolExposure() for _ in range(symbols)]
        self.session_open = self.session_executed = 0
        self._in_set = [0] * SETS

    def has_room(self, number: int) -> bool:
        """RISK-OPEN: is a slot free in the set of this user_ref_num?"""
        return self._in_set[number % SETS] < WAYS

    def add(self, number: int, order: LiveOrder) -> None:
        """A forwarded `O` or `U` counts in full at once."""
        self.live[number] = order
        self._in_set[number % SETS] += 1
        self._count(order, 1)

    def free(self, number: int) -> None:
        """The order is gone."""
        order = self.live.pop(number)
        self._in_set[number % SETS] -= 1
        self._count(order, -1)

    def change(self, number: int, side: int, remaining: int) -> None:
        """Another side or remaining quantity; an order whose remaining is 0 is freed (EXP-CLAMP)."""
        order = self.live[number]
        self._count(order, -1)
        order.side, order.remaining = side, remaining
        self._count(order, 1)
        if not remaining:
            self.free(number)

    def reduce(self, number: int, quantity: int) -> bool:
        """EXP-CLAMP: takes what there is. True if that was less than `quantity`."""
        order = self.live[number]
        over = quantity > order.remaining
        self.change(number, order.side, 0 if over else order.remaining - quantity)
        return over

    def fill(self, order: LiveOrder, quantity: int, price: int) -> None:
        """EXP-EXECUTED: position and executed notional, which stay at the ends of their ranges."""
        symbol = self.of[order.symbol]
        moved = symbol.position + (quantity if order.side == BUY else -quantity)
        symbol.position = min(max(moved, _LOWEST_POSITION), _HIGHEST_POSITION)
        symbol.executed = min(symbol.executed + quantity * price, MOST_EXECUTED)
        self.session_executed = min(self.session_executed + quantity * price, MOST_EXECUTED)

    def _count(self, order: LiveOrder, sign: int) -> None:
        symbol = self.of[order.symbol]
        quantity, notional = sign * order.remaining, sign * order.remaining * order.price
        if order.side == BUY:
            symbol.open_buys += quantity
        else:
            symbol.open_sells += quantity
        symbol.open_notional += notional
        self.session_open += notional
