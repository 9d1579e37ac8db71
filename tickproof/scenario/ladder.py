# SPDX-License-Identifier: Apache-2.0
"""Where a symbol's price ladder should lie: chosen from the prices that a feed really shows."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from tickproof.errors import InputError
from tickproof.protocols import ITCH
from tickproof.scenario.model import Symbol

__all__ = ["DEFAULT_LEVELS", "LadderChooser", "ladder_base"]

DEFAULT_LEVELS = 4096

_ADD = ITCH.layouts["add_order"].picker("stock_locate", "stock", "price")
_REPLACE = ITCH.layouts["order_replace"].picker("stock_locate", "price")
_DIRECTORY = ITCH.layouts["stock_directory"].picker("stock_locate", "stock")
_ADD_SIZES = {b"A": ITCH.layouts["add_order"].size, b"F": ITCH.layouts["add_order_mpid"].size}


def ladder_base(price: int, tick: int, levels: int) -> int:
    """The base that puts `price` in the middle of the ladder: a multiple of tick, not below 0, the last level below 2^32."""
    highest = (1 << 32) - 1 - (levels - 1) * tick
    base = min(max(0, price - levels // 2 * tick), highest)
    return base - base % tick


@dataclass(slots=True)
class _Seen:
    """What the feed said about one stock."""

    in_directory: bool = False
    locate: int | None = None
    prices: array[int] = field(default_factory=lambda: array("Q"))


class LadderChooser:
    """Looks at every message of a feed, then completes the symbols: base and, where the feed has no Stock Directory for it, the locate."""

    def __init__(self, symbols: Sequence[Symbol]) -> None:
        self.symbols = symbols
        self._seen = {symbol.stock.encode().ljust(8): _Seen() for symbol in symbols}
        self._by_locate: dict[int, _Seen] = {}

    def look(self, message: bytes) -> None:
        """One ITCH message; anything else is ignored."""
        kind = message[:1]
        if kind in _ADD_SIZES and len(message) == _ADD_SIZES[kind]:
            locate, stock, price = _ADD.unpack_from(message)
            seen = self._seen.get(stock)
            if seen is not None:
                self._locate(seen, locate)
                seen.prices.append(price)
        elif kind == b"U" and len(message) == _REPLACE_SIZE:
            locate, price = _REPLACE.unpack_from(message)
            seen = self._by_locate.get(locate)
            if seen is not None:
                seen.prices.append(price)
        elif kind == b"R" and len(message) == _DIRECTORY_SIZE:
            locate, stock = _DIRECTORY.unpack_from(message)
            seen = self._seen.get(stock)
            if seen is not None:
                seen.in_directory = True
                self._locate(seen, locate)

    def _locate(self, seen: _Seen, locate: int) -> None:
        seen.locate = locate
        self._by_locate[locate] = seen

    def complete(self, where: str, levels: int = DEFAULT_LEVELS) -> tuple[Symbol, ...]:
        """The symbols, completed. The base puts the median of all displayed prices in the middle of the ladder.

        Raises InputError for a symbol that the feed never mentions.
        """
        return tuple(self._completed(symbol, where, levels) for symbol in self.symbols)

    def _completed(self, symbol: Symbol, where: str, levels: int) -> Symbol:
        seen = self._seen[symbol.stock.encode().ljust(8)]
        if seen.locate is None and not symbol.given:
            raise InputError(where, "no message about this symbol", got=symbol.stock, hint="`tickproof decode` prints what is in the file")
        if symbol.base is None:
            median = int(np.median(np.frombuffer(seen.prices, np.uint64))) if seen.prices else 0
            symbol = replace(symbol, base=ladder_base(median, symbol.tick, levels))
        if not seen.in_directory and not symbol.given:
            symbol = replace(symbol, locate=seen.locate, given=True)
        return symbol


_REPLACE_SIZE = ITCH.layouts["order_replace"].size
_DIRECTORY_SIZE = ITCH.layouts["stock_directory"].size
