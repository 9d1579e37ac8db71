# SPDX-License-Identifier: Apache-2.0
"""Contract 5.1 to 5.3 in bins: what each message did to its order, its level and the best price."""

from __future__ import annotations

from tickproof.coverage.hits import Hits
from tickproof.golden.book import BUY, SELL, Book, Order, Orders

__all__ = ["WatchedOrders"]

_SIDE = {BUY: "buy", SELL: "sell"}


class WatchedOrders(Orders):
    """Notes each case before it happens. kind: name of the message that is taking effect (set by the caller)."""

    def __init__(self, hits: Hits) -> None:
        super().__init__()
        self._hits = hits
        self.kind = ""

    def add(self, book: Book, reference: int, side: bytes, shares: int, price: int) -> Book | None:
        if not shares or side not in _SIDE:
            self._fault("no shares" if side in _SIDE else "no side")
            return super().add(book, reference, side, shares, price)
        self._duplicate(book, reference)
        before = book.top()
        self._hits.add("book: adds", self.kind, _SIDE[side], self._place(book, reference, side, price))
        other = super().add(book, reference, side, shares, price)
        self._crossing(book, before)
        return other

    def reduce(self, book: Book, reference: int, shares: int) -> None:
        order = self._known(book, reference)
        if order is not None:
            if shares > order.shares:
                self._fault("more than remains")
            elif not shares:
                self._fault("zero shares")
            self._reduction(book, order, shares)
        before = book.top()
        super().reduce(book, reference, shares)
        self._crossing(book, before)

    def delete(self, book: Book, reference: int) -> None:
        order = self._known(book, reference)
        if order is not None:
            self._reduction(book, order, order.shares)
        before = book.top()
        super().delete(book, reference)
        self._crossing(book, before)

    def replace(self, book: Book, original: int, reference: int, shares: int, price: int) -> Book | None:
        order = self._known(book, original)
        if order is not None and not shares:
            self._fault("no shares")
            self._reduction(book, order, order.shares)
        elif order is not None:
            if reference == original:
                self._fault("its own reference again")
            else:
                self._duplicate(book, reference)
            source = "on the ladder" if order.levels is not None else "off the ladder"
            book.leave(order)
            place = self._place(book, reference, order.side, price)
            book.enter(order)
            self._hits.add("book: replaces", _SIDE[order.side], source, place)
        before = book.top()
        other = super().replace(book, original, reference, shares, price)
        self._crossing(book, before)
        return other

    def _place(self, book: Book, reference: int, side: bytes, price: int) -> str:
        """Where an order would go."""
        ladder = book.ladder
        if ladder is not None and not ladder.has(price):
            if price == 0:
                return "price 0"
            if price < ladder.base:
                return "below the ladder"
            return "above the ladder" if price > ladder.base + (ladder.levels - 1) * ladder.tick else "between two levels"
        if ladder is not None and price in (ladder.base, ladder.base + (ladder.levels - 1) * ladder.tick):
            self._hits.add("book: ends of the ladder", _SIDE[side], "lowest" if price == ladder.base else "highest")
        levels = book.bids if side == BUY else book.asks
        best, _ = levels.best()
        if levels.shares_at.get(price):
            return "joins the best" if price == best else "joins a level"
        better = not best or (price > best if side == BUY else price < best)
        return ("improves the best" if best else "first of its side") if better else "new level behind the best"

    def _reduction(self, book: Book, order: Order, shares: int) -> None:
        """What taking `shares` from an order leaves of it and of its level."""
        whole = shares >= order.shares
        if order.levels is None:
            effect = "off the ladder, " + ("gone" if whole else "remains")
        else:
            level, best = order.levels.shares_at[order.price], order.levels.best()[0] == order.price
            where = "best" if best else "behind"
            if not whole:
                effect = f"{where}, remains"
            elif level > order.shares:
                effect = f"{where}, level stays"
            elif not best:
                effect = "behind, level goes"
            else:
                others = any(held for price, held in order.levels.shares_at.items() if price != order.price)
                effect = "best, the next one shows" if others else "best, the side is empty"
        self._hits.add("book: reductions", self.kind, _SIDE[order.side], effect)

    def _known(self, book: Book, reference: int) -> Order | None:
        order = self.live.get(reference)
        if order is None:
            self._fault("unknown reference")
        elif order.book is not book:
            self._fault("order of another symbol")
            return None
        return order

    def _duplicate(self, book: Book, reference: int) -> None:
        if (order := self.live.get(reference)) is not None:
            self._fault("reference alive" if order.book is book else "reference alive in another symbol")

    def _crossing(self, book: Book, before: tuple[int, int, int, int]) -> None:
        """BOOK-FLAGS: bids and asks meet, or part again."""
        now = book.top()
        was, crossed = _is_crossed(before), _is_crossed(now)
        if was != crossed:
            how = "locked" if (now if crossed else before)[0] == (now if crossed else before)[2] else "crossed"
            self._hits.add("book: crossing", f"becomes {how}" if crossed else f"no longer {how}")

    def _fault(self, fault: str) -> None:
        self._hits.add("book: faults", self.kind, fault)


def _is_crossed(top: tuple[int, int, int, int]) -> bool:
    bid, bid_shares, ask, ask_shares = top
    return bool(bid_shares and ask_shares and bid >= ask)
