# SPDX-License-Identifier: Apache-2.0
"""Contract 7: what checks 8, 9 and 16 remember of the orders and fills before. Times are the device's nanoseconds."""

from __future__ import annotations

from collections import deque

__all__ = ["Fills", "Forwarded", "TokenBucket"]

_MOST_EXECUTIONS = 255
_REMEMBERED_ORDERS = 16


class TokenBucket:
    """RISK-RATE, RISK-RATE-TAKE. tat: the theoretical arrival time, from which on all `burst` tokens are there."""

    def __init__(self) -> None:
        self.tat = 0

    def passes(self, now: int, burst: int, token_ns: int) -> bool:
        return burst > 0 and now + (burst - 1) * token_ns >= self.tat

    def take(self, now: int, token_ns: int) -> None:
        """An order that passes."""
        self.tat = max(self.tat, now) + token_ns

    def take_at_most(self, now: int, burst: int, token_ns: int) -> None:
        """An `X`: never above what the bucket holds."""
        self.tat = min(max(self.tat, now) + token_ns, now + burst * token_ns)


class Forwarded:
    """RISK-DUPLICATE: the last 16 forwarded `O`. An order is its (symbol, side, price, quantity)."""

    def __init__(self) -> None:
        self._last: deque[tuple[tuple[int, int, int, int], int]] = deque(maxlen=_REMEMBERED_ORDERS)

    def has(self, order: tuple[int, int, int, int], now: int, window: int) -> bool:
        return any(now - time < window and order == other for other, time in self._last)

    def add(self, order: tuple[int, int, int, int], now: int) -> None:
        self._last.append((order, now))


class Fills:
    """RISK-EXECUTIONS: times of the fills of one symbol, as many as the highest limit can ask for."""

    def __init__(self) -> None:
        self._times: deque[int] = deque(maxlen=_MOST_EXECUTIONS + 1)

    def add(self, now: int) -> None:
        self._times.append(now)

    def more_than(self, limit: int, now: int, window: int) -> bool:
        """Time never goes back, so the fill that is `limit` + 1 from the end decides."""
        return len(self._times) > limit and now - self._times[-1 - limit] < window
