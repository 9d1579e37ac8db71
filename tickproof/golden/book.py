# SPDX-License-Identifier: Apache-2.0
"""Contract 5.1 to 5.3: live orders by reference, and the price levels of each symbol.

`Book` and `Orders` work alone too: a Book without a Ladder shows the true top, at any price.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

__all__ = ["BUY", "SELL", "Book", "Ladder", "Order", "Orders", "Top"]

BUY, SELL = b"B", b"S"

Top = tuple[int, int, int, int]
"""bid price, bid shares, ask price, ask shares; 0, 0 for a side without orders."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """BOOK-LADDER: the prices that a device has levels for: base + i x tick, i below `levels`."""

    base: int
    tick: int
    levels: int

    def has(self, price: int) -> bool:
        """On the ladder? Price 0 never is."""
        index, rest = divmod(price - self.base, self.tick)
        return price > 0 and rest == 0 and 0 <= index < self.levels

    def hides_better(self, side: bytes, price: int) -> bool:
        """BOOK-FLAGS `partial`: an order off the ladder whose price could be better than the best on it."""
        if price == 0 or price < self.base:
            return side == SELL
        if price > self.base + (self.levels - 1) * self.tick:
            return side == BUY
        return True  # between two levels


class Levels:
    """One side: shares at each price, and the best price. A level that became empty stays until it would be the best (lazy deletion)."""

    __slots__ = ("_best_first", "_sign", "shares_at")

    def __init__(self, side: bytes) -> None:
        self._sign = -1 if side == BUY else 1
        self.clear()

    def clear(self) -> None:
        self.shares_at: dict[int, int] = {}
        self._best_first: list[int] = []

    def add(self, price: int, shares: int) -> None:
        if price in self.shares_at:
            self.shares_at[price] += shares
        else:
            self.shares_at[price] = shares
            heappush(self._best_first, self._sign * price)

    def best(self) -> tuple[int, int]:
        """(price, shares) of the best level, (0, 0) if there is none."""
        heap, shares_at = self._best_first, self.shares_at
        while heap:
            price = self._sign * heap[0]
            shares = shares_at[price]
            if shares:
                return price, shares
            heappop(heap)
            del shares_at[price]
        return 0, 0


class Order:
    """A live order. levels: where its shares count, or None while it is off the ladder."""

    __slots__ = ("book", "levels", "price", "shares", "side")

    def __init__(self, book: Book, side: bytes, price: int, shares: int) -> None:
        self.book, self.side, self.price, self.shares = book, side, price, shares
        self.levels: Levels | None = None


class Book:
    """The levels of one symbol. symbol: its index. ladder: None = every price but 0 has its level.

    hidden: live orders that make the shown top `partial`.
    """

    __slots__ = ("asks", "bids", "hidden", "ladder", "symbol")

    def __init__(self, symbol: int = 0, ladder: Ladder | None = None) -> None:
        self.symbol = symbol
        self.ladder = ladder
        self.bids, self.asks = Levels(BUY), Levels(SELL)
        self.hidden = 0

    def top(self) -> Top:
        """BOOK-TOP."""
        return self.bids.best() + self.asks.best()

    def enter(self, order: Order) -> None:
        """Count a new order in."""
        if order.price and (self.ladder is None or self.ladder.has(order.price)):
            order.levels = self.bids if order.side == BUY else self.asks
            order.levels.add(order.price, order.shares)
        elif self.ladder is not None and self.ladder.hides_better(order.side, order.price):
            self.hidden += 1

    def leave(self, order: Order) -> None:
        """Count an order out."""
        if order.levels is not None:
            order.levels.shares_at[order.price] -= order.shares
        elif self.ladder is not None and self.ladder.hides_better(order.side, order.price):
            self.hidden -= 1

    def clear(self) -> None:
        self.bids.clear()
        self.asks.clear()
        self.hidden = 0


class Orders:
    """All live orders of a device: references are one space over all symbols (BOOK-REF). Counts what was wrong, by counter name.

    Operations return the book of another symbol that lost an order, or None. room: False while the device cannot store (DEGRADED);
    the reference that was then refused is left in `refused`.
    """

    def __init__(self) -> None:
        self.live: dict[int, Order] = {}
        names = ("bad_add", "over_reduced", "unknown_reference", "duplicate_reference", "wrong_locate")
        self.errors = dict.fromkeys(names, 0)
        self.room = True
        self.refused: int | None = None

    def add(self, book: Book, reference: int, side: bytes, shares: int, price: int) -> Book | None:
        """BOOK-ADD, BOOK-ALIVE."""
        if shares == 0 or side not in (BUY, SELL):
            self.errors["bad_add"] += 1
            return None
        other = self._remove_duplicate(reference, book) if reference in self.live else None
        self._store(reference, Order(book, side, price, shares))
        return other

    def reduce(self, book: Book, reference: int, shares: int) -> None:
        """BOOK-REDUCE."""
        order = self._find(book, reference)
        if order is None:
            return
        if shares < order.shares:
            order.shares -= shares
            if order.levels is not None:
                order.levels.shares_at[order.price] -= shares
            return
        if shares > order.shares:
            self.errors["over_reduced"] += 1
        self._remove(reference)

    def delete(self, book: Book, reference: int) -> None:
        """BOOK-DELETE."""
        if self._find(book, reference) is not None:
            self._remove(reference)

    def replace(self, book: Book, original: int, reference: int, shares: int, price: int) -> Book | None:
        """BOOK-REPLACE, BOOK-ALIVE."""
        order = self._find(book, original)
        if order is None:
            return None
        self._remove(original)
        if shares == 0:
            return None
        other = self._remove_duplicate(reference, book) if reference in self.live else None
        self._store(reference, Order(book, order.side, price, shares))
        return other

    def clear(self, book: Book) -> None:
        """All orders of one symbol are gone."""
        self.live = {reference: order for reference, order in self.live.items() if order.book is not book}
        book.clear()

    def _find(self, book: Book, reference: int) -> Order | None:
        """BOOK-UNKNOWN, then FEED-ITCH-5."""
        order = self.live.get(reference)
        if order is None:
            self.errors["unknown_reference"] += 1
        elif order.book is not book:
            self.errors["wrong_locate"] += 1
            return None
        return order

    def _store(self, reference: int, order: Order) -> None:
        if not self.room:
            self.refused = reference
            return
        self.live[reference] = order
        order.book.enter(order)

    def _remove(self, reference: int) -> Order:
        order = self.live.pop(reference)
        order.book.leave(order)
        return order

    def _remove_duplicate(self, reference: int, book: Book) -> Book | None:
        self.errors["duplicate_reference"] += 1
        owner = self._remove(reference).book
        return None if owner is book else owner
