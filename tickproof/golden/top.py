# SPDX-License-Identifier: Apache-2.0
"""The top of one stock's book over a stream of ITCH messages, for `tickproof book`: no device, no ladder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tickproof.errors import InputError
from tickproof.golden.book import Book, Orders
from tickproof.golden.itch import ADD, DELETE, LENGTH, REDUCE, REPLACE, STOCK, timestamp_of

__all__ = ["top_of_book"]

_ADD_STOCK = slice(24, 32)
_A, _F, _E, _C, _X, _D, _U, _R = b"AFECXDUR"

Row = tuple[int, int, int, int, int, int]


def top_of_book(messages: Iterable[bytes], stock: str, *, orders: Orders | None = None) -> Iterator[Row]:
    """(sequence, timestamp_ns, bid_price, bid_shares, ask_price, ask_shares) for each change of the top; an empty side is 0, 0.

    messages: a day's ITCH messages in order; sequence counts them from 1. stock: as in the Stock Directory, without padding.
    A stock is known by its Stock Directory message or its first add, so that a file may start in the middle of a day.
    orders: where the live orders and the counts of what was wrong end up, for callers who want them.
    InputError, after the last message, if the stock never appeared.
    """
    name = stock.encode("latin-1", "replace").ljust(8)
    orders = Orders() if orders is None else orders
    book = Book()
    locate: bytes | None = None
    last = book.top()
    for sequence, message in enumerate(messages, 1):
        if not message or len(message) != LENGTH[message[0]]:
            continue
        kind = message[0]
        if message[1:3] != locate:
            stock_at = STOCK if kind == _R else _ADD_STOCK
            if kind not in (_R, _A, _F) or message[stock_at] != name:
                continue
            locate = message[1:3]
        if kind in (_A, _F):
            orders.add(book, *ADD.unpack_from(message))
        elif kind in (_E, _C, _X):
            orders.reduce(book, *REDUCE.unpack_from(message))
        elif kind == _D:
            orders.delete(book, *DELETE.unpack_from(message))
        elif kind == _U:
            orders.replace(book, *REPLACE.unpack_from(message))
        else:
            continue
        top = book.top()
        if top != last:
            last = top
            yield (sequence, timestamp_of(message), *top)
    if locate is None:
        raise InputError(f"symbol {stock}", "does not appear in the file")
