# SPDX-License-Identifier: Apache-2.0
"""Contract 7, *Reference*: the market as the risk gate sees it, a function of the feed's records alone."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from tickproof.golden.records import BBO, GAP, STALE, TRADING_STATE

__all__ = ["NO_REFERENCE", "Market", "Reference", "SymbolMarket"]

_NO_SYMBOL = 0xFFFF
_BBO = struct.Struct(">xBH28xII")
_SYMBOL = struct.Struct(">xxH")
_STATE = slice(32, 35)
_PHASE = 35


@dataclass(slots=True)
class Reference:
    """The last BBO record of a symbol. bid, ask: prices, 0 = none. time_ns: its own. flags: its own, and stale after a GAP."""

    bid: int
    ask: int
    flags: int
    time_ns: int


NO_REFERENCE = Reference(0, 0, 0, 0)


class SymbolMarket:
    """One symbol. gap: a GAP came after its last BBO, and no `book_trust` since. state: trading_state, halt, reg_sho."""

    __slots__ = ("gap", "reference", "state")

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """After reset, `session_reset`, and a commit that restarts the symbol (FEED-ITCH-6)."""
        self.reference = NO_REFERENCE
        self.gap = False
        self.state = b" T0"

    @property
    def flags(self) -> int:
        return self.reference.flags | STALE if self.gap else self.reference.flags


class Market:
    """of: by symbol index. phase: of the whole market, one byte."""

    def __init__(self, symbols: int) -> None:
        self.of = [SymbolMarket() for _ in range(symbols)]
        self.phase = ord(" ")

    def record(self, record: bytes, time_ns: int) -> None:
        """One record of the feed took effect; CONTROL records come as `restart`, `session_reset` and `trust`."""
        kind = record[0]
        if kind == BBO:
            flags, symbol, bid, ask = _BBO.unpack_from(record)
            self.of[symbol].reference = Reference(bid, ask, flags, time_ns)
            self.of[symbol].gap = False
        elif kind == GAP:
            for market in self.of:
                market.gap = True
        elif kind == TRADING_STATE:
            (symbol,) = _SYMBOL.unpack_from(record)
            if symbol == _NO_SYMBOL:
                self.phase = record[_PHASE]
            else:
                self.of[symbol].state = record[_STATE]

    def restart(self, symbols: Iterable[int]) -> None:
        """CTRL-3."""
        for symbol in symbols:
            self.of[symbol].restart()

    def session_reset(self) -> None:
        """FEED-MOLD-7."""
        self.restart(range(len(self.of)))
        self.phase = ord(" ")

    def trust(self, symbol: int) -> None:
        """`book_trust` of a symbol that is enabled ends what a GAP did; what its last BBO says stays until the next."""
        self.of[symbol].gap = False
