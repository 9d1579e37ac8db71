# SPDX-License-Identifier: Apache-2.0
"""A second reading of docs/contract.md sections 4, 5 and 8 for the tests of the book and its parts: dictionaries, no ladders, no pipeline.

`Reference.apply` takes one op of the seam in hdl/README.md and returns the records that it must leave, as 64 bytes each with number 0.
It follows the two hash tables of contract 5.6, too, so that it knows which order finds no room.
"""

from __future__ import annotations

import struct
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["MESSAGE", "Op", "Reference", "SymbolConfig", "decode", "hash_set"]

MESSAGE, BAD, GAP, END, COMMIT, RESET, CLEAR, TRUST, START = range(9)
NONE = 0xFFFF


@dataclass
class Op:
    """One transfer of the op stream; fields as the signals op_*. `config` holds the symbols' settings from a commit on."""

    kind: int = MESSAGE
    type: str = "\0"
    locate: int = 0
    ref: int = 0
    new_ref: int = 0
    side: str = "\0"
    shares: int = 0
    price: int = 0
    stock: str = "\0" * 8
    code: str = "\0"
    market: str = "\0"
    symbol: int = NONE
    sequence: int = 0
    end: int = 0
    cause: int = 0
    session: bytes = bytes(10)
    timestamp: int = 0
    time_ns: int = 0
    config: Mapping[int, SymbolConfig] = field(default_factory=dict)


@dataclass(frozen=True)
class SymbolConfig:
    """Effective settings of one symbol."""

    enabled: bool = False
    stock: str = " " * 8
    locate: int = 0
    given: bool = False
    base: int = 0
    tick: int = 100


@dataclass
class Order:
    symbol: int
    buy: bool
    shares: int
    price: int
    table: int
    on_ladder: bool = False
    hides: bool = False


class Symbol:
    """What the device knows of one symbol."""

    def __init__(self) -> None:
        self.config = SymbolConfig()
        self.locate: int | None = None
        self.learned = False
        self.stale = False
        self.emitted: tuple[int, ...] = (0, 0, 0, 0, 0)
        self.restart()

    def restart(self) -> None:
        self.state = ["T", " ", "0"]  # halt, trading_state, reg_sho: see state_bytes
        self.empty()

    def empty(self) -> None:
        self.degraded = False
        self.hidden = 0
        self.bids: Counter[int] = Counter()
        self.asks: Counter[int] = Counter()

    def top(self) -> tuple[int, ...]:
        bid, ask = max(self.bids, default=0), min(self.asks, default=0)
        crossed = bool(bid and ask and bid >= ask)
        flags = crossed | self.stale << 1 | bool(self.hidden) << 2 | self.degraded << 3
        return flags, bid, ask, self.bids.get(bid, 0), self.asks.get(ask, 0)


def hash_set(reference: int, polynomial: int, width: int) -> int:
    """`reference` as a polynomial over GF(2), modulo x**width + polynomial."""
    modulus = 1 << width | polynomial & ((1 << width) - 1) | 1
    while reference.bit_length() > width:
        reference ^= modulus << (reference.bit_length() - width - 1)
    return reference


class Reference:
    def __init__(self, symbols: int = 8, levels: int = 4096, store_sets: int = 4096) -> None:
        self.symbols = [Symbol() for _ in range(symbols)]
        self.levels = levels
        self.width = store_sets.bit_length() - 1
        self.orders: dict[int, Order] = {}
        self.sets: dict[tuple[int, int], int] = defaultdict(int)
        self.phase = " "
        self.counters: Counter[str] = Counter()

    # Records

    def record(self, op: Op, kind: int, symbol: int, flags: int, body: bytes) -> None:
        """The stamp stays 0: it is the clock in which the record leaves, which only the driver sees."""
        head = struct.pack(">BBHIQQQ", kind, flags, symbol, 0, 0, op.time_ns, op.sequence)
        self.records.append(head + body.ljust(32, b"\0"))

    def compare(self, op: Op, index: int) -> None:
        symbol = self.symbols[index]
        if symbol.top() != symbol.emitted:
            symbol.emitted = symbol.top()
            timestamp = op.timestamp if op.kind == MESSAGE else 0
            self.record(op, 1, index, symbol.emitted[0], struct.pack(">IIQQQ", *symbol.emitted[1:], timestamp))

    def trading_state(self, op: Op, index: int, values: str) -> None:
        self.record(op, 4, index, 0, values.encode("latin-1") + bytes(20) + struct.pack(">Q", op.timestamp))

    # Ops

    def apply(self, op: Op) -> list[bytes]:
        self.records: list[bytes] = []
        if op.kind == MESSAGE:
            self.message(op)
        elif op.kind == GAP:
            self.record(op, 2, NONE, 0, struct.pack(">QB", op.end, op.cause))
            self.stale(True)
        elif op.kind == END:
            self.record(op, 3, NONE, 0, op.session)
        elif op.kind == START:
            self.stale(op.sequence > 1)
        elif op.kind in (COMMIT, RESET, CLEAR, TRUST):
            self.record(op, 12, op.symbol if op.kind in (CLEAR, TRUST) else NONE, 0, bytes([op.kind - 3]))
            self.command(op)
        return self.records

    def stale(self, value: bool) -> None:
        for symbol in self.symbols:
            symbol.stale = value

    def command(self, op: Op) -> None:
        if op.kind == COMMIT:
            self.commit(op)
        elif op.kind == RESET:
            self.stale(op.end > 1)
            self.phase = " "
            for index, symbol in enumerate(self.symbols):
                self.clear(index)
                symbol.restart()
                symbol.emitted = (0, 0, 0, 0, 0)
                if symbol.learned:
                    symbol.locate = None
        elif op.symbol < len(self.symbols) and self.symbols[op.symbol].config.enabled:
            if op.kind == CLEAR:
                self.clear(op.symbol)
                self.symbols[op.symbol].empty()
            else:
                self.symbols[op.symbol].stale = False
            self.compare(op, op.symbol)

    def clear(self, index: int) -> None:
        for reference in [reference for reference, order in self.orders.items() if order.symbol == index]:
            self.remove(reference)

    def commit(self, op: Op) -> None:
        for index, config in sorted(op.config.items()):
            symbol = self.symbols[index]
            old, symbol.config = symbol.config, config
            if (old.stock, old.base, old.tick, old.enabled) != (config.stock, config.base, config.tick, config.enabled):
                self.clear(index)
                symbol.restart()
                symbol.stale = op.end > 1
                if symbol.learned:
                    symbol.locate = None
                self.compare(op, index)
            if not config.enabled or (old.given and not config.given):
                symbol.locate = None
        for index, symbol in enumerate(self.symbols):
            if symbol.config.enabled and symbol.config.given:
                self.claim(index, symbol.config.locate, learned=False)

    def claim(self, index: int, locate: int, *, learned: bool) -> None:
        for symbol in self.symbols:
            if symbol.locate == locate:
                symbol.locate = None
        self.symbols[index].locate = locate
        self.symbols[index].learned = learned

    # Messages

    def message(self, op: Op) -> None:
        holder = next((i for i, s in enumerate(self.symbols) if s.locate == op.locate), None)
        if op.type == "S":
            if op.code != self.phase:
                self.phase = op.code
                self.trading_state(op, NONE, "   " + op.code)
            return
        if op.type == "R":
            self.directory(op, holder)
            return
        if op.type in "VW" or holder is None:
            return
        if op.type in "HhY":
            self.state_message(op, holder)
        elif op.type in "AF":
            if op.shares == 0 or op.side not in "BS":
                self.counters["bad_add"] += 1
            else:
                self.add(op, op.ref, holder, op.side == "B")
        elif op.type in "ECXDU":
            self.reduce(op, holder)
        self.compare(op, holder)

    def directory(self, op: Op, holder: int | None) -> None:
        index = next((i for i, s in enumerate(self.symbols) if s.config.enabled and s.config.stock == op.stock), None)
        if index is None or self.symbols[index].config.given or (holder is not None and not self.symbols[holder].learned):
            return
        self.claim(index, op.locate, learned=True)
        self.compare(op, index)

    def state_message(self, op: Op, index: int) -> None:
        state = self.symbols[index].state
        before = list(state)
        if op.type == "H":
            state[1] = op.code
        elif op.type == "Y":
            state[2] = op.code
        elif op.market == "Q":
            state[0] = op.code
        if state != before:
            halt, trading, sho = state
            self.trading_state(op, index, trading + halt + sho + self.phase)

    def reduce(self, op: Op, index: int) -> None:
        order = self.orders.get(op.ref)
        if order is None:
            self.counters["unknown_reference"] += 1
            return
        if order.symbol != index:
            self.counters["wrong_locate"] += 1
            return
        if op.type in "ECX" and op.shares < order.shares:
            order.shares -= op.shares
            if order.on_ladder:
                self.levels_of(order)[order.price] -= op.shares
            return
        self.counters["over_reduced"] += op.type in "ECX" and op.shares > order.shares
        self.remove(op.ref)
        if op.type == "U" and op.shares:
            self.add(op, op.new_ref, index, order.buy)

    def add(self, op: Op, reference: int, index: int, buy: bool) -> None:
        old = self.orders.get(reference)
        if old is not None:
            self.counters["duplicate_reference"] += 1
            self.remove(reference)
            if old.symbol != index:
                self.compare(op, old.symbol)
        symbol = self.symbols[index]
        table = self.place(reference)
        if table is None:
            self.counters["degraded"] += 1
            symbol.degraded = True
            body = struct.pack(">QI", reference, len(self.orders)) + bytes(12) + struct.pack(">Q", op.timestamp)
            self.record(op, 5, index, 0, body)
            return
        order = Order(index, buy, op.shares, op.price, table)
        distance = op.price - symbol.config.base
        last = (self.levels - 1) * symbol.config.tick
        if op.price == 0 or distance < 0:
            order.hides = not buy
        elif distance > last:
            order.hides = buy
        elif distance % symbol.config.tick:
            order.hides = True
        else:
            order.on_ladder = True
            self.levels_of(order)[op.price] += op.shares
        symbol.hidden += order.hides
        self.orders[reference] = order

    # Orders and their two tables

    def levels_of(self, order: Order) -> Counter[int]:
        symbol = self.symbols[order.symbol]
        return symbol.bids if order.buy else symbol.asks

    def set_of(self, reference: int, table: int) -> tuple[int, int]:
        return table, hash_set(reference, (0xF13, 0x07B)[table], self.width)

    def place(self, reference: int) -> int | None:
        first, second = (self.sets[self.set_of(reference, table)] for table in (0, 1))
        table = 1 if second < first else 0
        if min(first, second) == 4:
            return None
        self.sets[self.set_of(reference, table)] += 1
        return table

    def remove(self, reference: int) -> None:
        order = self.orders.pop(reference)
        self.sets[self.set_of(reference, order.table)] -= 1
        self.symbols[order.symbol].hidden -= order.hides
        if order.on_ladder:
            levels = self.levels_of(order)
            levels[order.price] -= order.shares
            if not levels[order.price]:
                del levels[order.price]


_KINDS = {1: "BBO", 2: "GAP", 3: "END_OF_SESSION", 4: "TRADING_STATE", 5: "DEGRADED", 12: "CONTROL"}


def decode(record: bytes) -> str:
    """One line for a person: kind, flags, symbol, stamp, time, sequence, body."""
    kind, flags, symbol, number, stamp, time_ns, sequence = struct.unpack(">BBHIQQQ", record[:32])
    body = record[32:].hex(" ", 8)
    if kind == 1:
        body = "bid {0} x {2}, ask {1} x {3}, at {4}".format(*struct.unpack(">IIQQQ", record[32:]))
    head = f"{_KINDS.get(kind, kind)} flags {flags} symbol {symbol} number {number}"
    return f"{head} stamp {stamp:#x} time {time_ns} sequence {sequence}: {body}"
