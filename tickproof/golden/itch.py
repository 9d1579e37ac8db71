# SPDX-License-Identifier: Apache-2.0
"""Contract 4: the ITCH 5.0 messages, which symbol each belongs to, and the trading state."""

from __future__ import annotations

from collections.abc import Sequence

from tickproof.golden.book import Book, Ladder
from tickproof.golden.control import Settings
from tickproof.protocols import ITCH

__all__ = [
    "ADD",
    "DELETE",
    "EVENT_CODE_OFFSET",
    "LENGTH",
    "OPERATIONAL_HALT",
    "REDUCE",
    "REG_SHO_OFFSET",
    "REPLACE",
    "STOCK",
    "TRADING_STATE_OFFSET",
    "Symbol",
    "Symbols",
    "timestamp_of",
]

LENGTH = [0] * 256
"""FEED-ITCH-1: length of each message type by its type byte; 0 = unknown type."""
for _tag, _layout in ITCH.by_tag.items():
    LENGTH[_tag[0]] = _layout.size

ADD = ITCH.layouts["add_order"].picker("order_reference_number", "buy_sell_indicator", "shares", "price")
REDUCE = ITCH.layouts["order_cancel"].picker("order_reference_number", "canceled_shares")
DELETE = ITCH.layouts["order_delete"].picker("order_reference_number")
REPLACE = ITCH.layouts["order_replace"].picker("original_order_reference_number", "new_order_reference_number", "shares", "price")
"""The fields that matter, at one place in all types that share them: A and F; E, C and X; D; U."""

STOCK = slice(11, 19)
"""Of a Stock Directory message."""
TRADING_STATE_OFFSET = ITCH.layouts["stock_trading_action"].field("trading_state").offset
REG_SHO_OFFSET = ITCH.layouts["reg_sho_restriction"].field("reg_sho_action").offset
EVENT_CODE_OFFSET = ITCH.layouts["system_event"].field("event_code").offset
OPERATIONAL_HALT = ITCH.layouts["operational_halt"].picker("market_code", "operational_halt_action")


def timestamp_of(message: bytes) -> int:
    """Nanoseconds since midnight, from the common header."""
    return int.from_bytes(message[5:11], "big")


class Symbol:
    """One symbol of the device: its locate, trading state, book and flags.

    locate: two bytes as in message headers, or None. given: the locate came from control. last: the BBO last emitted, numbers and flags.
    """

    __slots__ = ("book", "degraded", "enabled", "given", "halt", "index", "last", "locate", "reg_sho", "stale", "stock", "trading_state")

    NO_BBO = (0, 0, 0, 0, 0)

    def __init__(self, index: int) -> None:
        self.index = index
        self.enabled = self.given = False
        self.stock = b""
        self.locate: bytes | None = None
        self.book = Book(index)
        self.stale = self.degraded = False
        self.last = self.NO_BBO
        self.trading_initial()

    def trading_initial(self) -> None:
        """FEED-ITCH-6: the state before any message."""
        self.trading_state, self.halt, self.reg_sho = b" ", b"T", b"0"


class Symbols:
    """The configured symbols and who has which locate (FEED-ITCH-2, 3). by_locate: locate of a tracked symbol -> it."""

    def __init__(self, count: int) -> None:
        self.all = [Symbol(index) for index in range(count)]
        self.by_locate: dict[bytes, Symbol] = {}

    def enabled(self, index: int) -> Symbol | None:
        """CTRL-6: the symbol of a command, if the device has it and it is enabled."""
        return self.all[index] if index < len(self.all) and self.all[index].enabled else None

    def commit(self, before: Sequence[dict[str, int]], after: Sequence[dict[str, int]], levels: int) -> list[Symbol]:
        """New settings: given locates are claimed in index order. Returns the symbols that start afresh (CTRL-3), learned locates freed."""
        restarted: list[Symbol] = []
        for symbol, old, new in zip(self.all, before, after, strict=True):
            restarts = Settings.restarts(old, new)
            if restarts:
                restarted.append(symbol)
                symbol.enabled = bool(new["enabled"])
                symbol.stock = new["stock"].to_bytes(8, "big")
                symbol.book.ladder = Ladder(new["base"], new["tick"], levels)
                symbol.trading_initial()
                symbol.degraded = False
                self._free(symbol)
            if restarts or old["locate_given"] != new["locate_given"] or old["locate"] != new["locate"]:
                self._give(symbol, bool(new["locate_given"]), new["locate"].to_bytes(2, "big"))
        return restarted

    def stock_directory(self, stock: bytes, locate: bytes) -> Symbol | None:
        """FEED-ITCH-2: the symbol that this `R` located, or None."""
        symbol = next((symbol for symbol in self.all if symbol.enabled and symbol.stock == stock), None)
        if symbol is None or symbol.given:
            return None
        owner = self.by_locate.get(locate)
        if owner is not None and owner.given:
            return None
        self._claim(symbol, locate)
        return symbol

    def session_reset(self) -> None:
        """FEED-MOLD-7: learned locates are freed, given ones stay."""
        for symbol in self.all:
            if not symbol.given:
                self._free(symbol)

    def _give(self, symbol: Symbol, given: bool, locate: bytes) -> None:
        if symbol.given:
            self._free(symbol)
        symbol.given = given and symbol.enabled
        if symbol.given:
            self._claim(symbol, locate)

    def _claim(self, symbol: Symbol, locate: bytes) -> None:
        self._free(symbol)
        owner = self.by_locate.get(locate)
        if owner is not None:
            owner.locate = None
        symbol.locate = locate
        self.by_locate[locate] = symbol

    def _free(self, symbol: Symbol) -> None:
        if symbol.locate is not None:
            del self.by_locate[symbol.locate]
            symbol.locate = None
