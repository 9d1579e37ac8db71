# SPDX-License-Identifier: Apache-2.0
"""The one order of processing: commands, messages, gaps and the end of session, one after another, and the records that each leaves.

Who decides the order is outside: `predict` by time, `replay` by what the device states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tickproof.golden import records
from tickproof.golden.arbitration import NO_CAUSE, Cause
from tickproof.golden.book import Book, Orders
from tickproof.golden.control import BOOK_CLEAR, BOOK_TRUST, COMMIT, NO_SYMBOL, SESSION_RESET, Command, Settings
from tickproof.golden.itch import (
    ADD,
    DELETE,
    EVENT_CODE_OFFSET,
    LENGTH,
    OPERATIONAL_HALT,
    REDUCE,
    REG_SHO_OFFSET,
    REPLACE,
    STOCK,
    TRADING_STATE_OFFSET,
    Symbol,
    Symbols,
    timestamp_of,
)
from tickproof.golden.mold import Packet

__all__ = ["DEFAULT_PARAMETERS", "Device", "Log"]

DEFAULT_PARAMETERS: Mapping[str, int] = {"SYMBOLS": 8, "LEVELS": 4096, "FIFO_BYTES": 32768}

_STOCK_DIRECTORY, _SYSTEM_EVENT = ord("R"), ord("S")
_OF_NO_SYMBOL = frozenset(b"SVW")
_Apply = Callable[[Symbol, bytes], Book | None]


@dataclass(slots=True)
class Log:
    """The records in order. causes: the send behind each. times_ps: when each took effect."""

    parts: list[bytes]
    causes: list[Cause]
    times_ps: list[int]


class Device:
    """A feed handler from `next` on: symbols, books, trading states, records.

    next: the sequence wanted next, None while `start_sequence` 0 awaits its first packet. ended: END_OF_SESSION was emitted.
    now_ps, cause: time and send of the input that is taking effect (set by the caller). counts: device counters by name.
    packets_delivered: of both lines, those of which a message was delivered.
    """

    def __init__(self, parameters: Mapping[str, int], settings: Settings) -> None:
        self._levels = parameters["LEVELS"]
        self.settings = settings
        self.symbols = Symbols(len(settings.symbols))
        self.orders = Orders()
        self.log = Log([], [], [])
        self.now_ps = 0
        self.cause = NO_CAUSE
        self.messages = self.packets_delivered = 0
        self.counts = dict.fromkeys(("bad_message", "gaps", "gap_messages", "degraded"), 0)
        self._apply: dict[int, _Apply] = {
            **dict.fromkeys(b"AF", self._add),
            **dict.fromkeys(b"ECX", self._reduce),
            **dict.fromkeys(b"D", self._delete),
            **dict.fromkeys(b"U", self._replace),
            **dict.fromkeys(b"H", self._trading_action),
            **dict.fromkeys(b"h", self._operational_halt),
            **dict.fromkeys(b"Y", self._reg_sho),
        }
        self._sequence = 0
        self.next: int | None = None
        self._start()

    # Contract 1.2: commands

    def command(self, command: Command, accepted: bool) -> None:
        """CTRL-2. accepted: a packet was accepted since reset or the last `session_reset` (CTRL-4)."""
        sequence = self._sequence = self.next or 0
        of_symbol = command.op in (BOOK_CLEAR, BOOK_TRUST)
        self._record(records.control(command.op, command.symbol if of_symbol else NO_SYMBOL, sequence))
        if command.op == COMMIT:
            self._commit(accepted)
        elif command.op == SESSION_RESET:
            self._session_reset()
        elif (symbol := self.symbols.enabled(command.symbol)) is not None:  # CTRL-6
            if command.op == BOOK_CLEAR:
                self.orders.clear(symbol.book)
                symbol.degraded = False
            else:
                symbol.stale = False
            self._emit(symbol, 0)

    def begin(self, sequence: int) -> None:
        """Section 3: the first packet, where `start_sequence` is 0."""
        self.next = sequence
        self._all_stale(sequence > 1)

    def _commit(self, accepted: bool) -> None:
        before = self.settings.commit()
        if not accepted:  # CTRL-4
            self._start()
        restarted = self.symbols.commit(before, self.settings.symbols, self._levels)
        for symbol in restarted:  # CTRL-3
            self.orders.clear(symbol.book)
            symbol.stale = self.next is not None and self.next > 1
            self._emit(symbol, 0)

    def _session_reset(self) -> None:
        """FEED-MOLD-7."""
        self.symbols.session_reset()
        for symbol in self.symbols.all:
            self.orders.clear(symbol.book)
            symbol.trading_initial()
            symbol.degraded = False
            symbol.last = Symbol.NO_BBO
        self._start()

    def _start(self) -> None:
        """A session from `start_sequence` on."""
        start = self.settings.values["start_sequence"]
        self.next = start or None
        self.ended = False
        self.phase = b" "
        self._all_stale(start > 1)

    def _all_stale(self, stale: bool) -> None:
        for symbol in self.symbols.all:
            symbol.stale = stale

    # Contract 3: what arbitration decides

    def deliver(self, packet: Packet, end: int) -> None:
        """FEED-ARB-2: the messages [next, end) of a packet."""
        self.cause = (packet.line + 1, packet.row)
        first = packet.sequence
        self.packets_delivered += not packet.delivered
        packet.delivered = True
        start, self.next = self.next or 0, end
        for sequence, message in enumerate(packet.messages[start - first : end - first], start):
            self.message(sequence, message)

    def gap(self, end: int, reason: int, cause: Cause) -> None:
        """FEED-ARB-3: [next, end) is missing."""
        start = self.next or 0
        self.cause = cause
        self._record(records.gap(start, end, reason))
        self.counts["gaps"] += 1
        self.counts["gap_messages"] += end - start
        for symbol in self.symbols.all:
            symbol.stale |= symbol.enabled
        self.next = end

    def end_of_session(self, packet: Packet) -> None:
        """FEED-ARB-5."""
        self.cause = (packet.line + 1, packet.row)
        self._record(records.end_of_session(packet.sequence, packet.session))
        self.ended = True

    # Contract 4 and 5: one message

    def message(self, sequence: int, message: bytes) -> None:
        """It takes effect."""
        if not message:  # FEED-MOLD-5
            return
        self.messages += 1
        kind = message[0]
        if len(message) != LENGTH[kind]:  # FEED-ITCH-1
            self.counts["bad_message"] += 1
            return
        self._sequence = sequence
        if kind in _OF_NO_SYMBOL:
            if kind == _SYSTEM_EVENT:
                self._system_event(message)
            return
        if kind == _STOCK_DIRECTORY:
            symbol = self.symbols.stock_directory(message[STOCK], message[1:3])
        else:
            symbol = self.symbols.by_locate.get(message[1:3])  # FEED-ITCH-4
        if symbol is None:
            return
        other: Book | None = None
        apply = self._apply.get(kind)
        if apply is not None:
            other = apply(symbol, message)
            if self.orders.refused is not None:
                self._degraded(symbol, message)
            if other is not None:  # BOOK-ALIVE
                self._emit(self.symbols.all[other.symbol], timestamp_of(message))
        self._emit(symbol, timestamp_of(message))

    def _add(self, symbol: Symbol, message: bytes) -> Book | None:
        reference, side, shares, price = ADD.unpack_from(message)
        return self.orders.add(symbol.book, reference, side, shares, price)

    def _reduce(self, symbol: Symbol, message: bytes) -> None:
        reference, shares = REDUCE.unpack_from(message)
        self.orders.reduce(symbol.book, reference, shares)

    def _delete(self, symbol: Symbol, message: bytes) -> None:
        (reference,) = DELETE.unpack_from(message)
        self.orders.delete(symbol.book, reference)

    def _replace(self, symbol: Symbol, message: bytes) -> Book | None:
        original, reference, shares, price = REPLACE.unpack_from(message)
        return self.orders.replace(symbol.book, original, reference, shares, price)

    def _system_event(self, message: bytes) -> None:
        phase = message[EVENT_CODE_OFFSET : EVENT_CODE_OFFSET + 1]
        if phase != self.phase:
            self.phase = phase
            self._record(records.trading_state(NO_SYMBOL, self._sequence, b"   " + phase, timestamp_of(message)))

    def _trading_action(self, symbol: Symbol, message: bytes) -> None:
        state = message[TRADING_STATE_OFFSET : TRADING_STATE_OFFSET + 1]
        if state != symbol.trading_state:
            symbol.trading_state = state
            self._trading_state(symbol, message)

    def _operational_halt(self, symbol: Symbol, message: bytes) -> None:
        market, action = OPERATIONAL_HALT.unpack_from(message)
        if market == b"Q" and action != symbol.halt:
            symbol.halt = action
            self._trading_state(symbol, message)

    def _reg_sho(self, symbol: Symbol, message: bytes) -> None:
        action = message[REG_SHO_OFFSET : REG_SHO_OFFSET + 1]
        if action != symbol.reg_sho:
            symbol.reg_sho = action
            self._trading_state(symbol, message)

    def _trading_state(self, symbol: Symbol, message: bytes) -> None:
        state = symbol.trading_state + symbol.halt + symbol.reg_sho + self.phase
        self._record(records.trading_state(symbol.index, self._sequence, state, timestamp_of(message)))

    def _degraded(self, symbol: Symbol, message: bytes) -> None:
        """5.6: the store had no room for this order."""
        reference, self.orders.refused = self.orders.refused or 0, None
        symbol.degraded = True
        self.counts["degraded"] += 1
        self._record(records.degraded(symbol.index, self._sequence, reference, len(self.orders.live), timestamp_of(message)))

    def _emit(self, symbol: Symbol, timestamp: int) -> None:
        """BOOK-EMIT: a BBO, if numbers or flags differ from the last emitted one."""
        bid_price, bid_shares, ask_price, ask_shares = symbol.book.top()
        flags = 0
        if bid_price >= ask_price and bid_shares and ask_shares:
            flags = records.CROSSED
        if symbol.stale:
            flags |= records.STALE
        if symbol.book.hidden:
            flags |= records.PARTIAL
        if symbol.degraded:
            flags |= records.DEGRADED_FLAG
        now = (bid_price, bid_shares, ask_price, ask_shares, flags)
        if now != symbol.last:
            symbol.last = now
            self._record(records.bbo(symbol.index, self._sequence, now, timestamp))

    def _record(self, record: bytes) -> None:
        self.log.parts.append(record)
        self.log.causes.append(self.cause)
        self.log.times_ps.append(self.now_ps)
