# SPDX-License-Identifier: Apache-2.0
"""record_builder alone: when a BBO is due, and every byte of each kind of record."""

from __future__ import annotations

import struct

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge

LOOK, RECORD, CLEAR, TRUST = 0, 5, 6, 7
GAP, END, COMMIT, RESET, BOOK_CLEAR, BOOK_TRUST, START, INIT = 2, 3, 4, 5, 6, 7, 8, 15
CROSSED, STALE, PARTIAL, DEGRADED = 1, 2, 4, 8
NONE = 0xFFFF
LATENCY_CLK = 10
FIELDS = {
    "level4": ("valid", "kind", "op", "compare", "tag", "symbol", "state", "market", "degraded", "aux"),
    "top9": ("update", "sell", "price", "shares", "partial"),
}


class TB:
    """Primitives one at a time: `sent` counts them, it is also their time and sequence. The device's clock is 16 a primitive."""

    def __init__(self, dut) -> None:
        self.dut = dut
        self.sent = 0

    async def start(self) -> None:
        dut = self.dut
        dut.clk.value = 0
        Clock(dut.clk, 6400, "ps").start(start_high=False)
        for prefix, names in FIELDS.items():
            for name in names:
                getattr(dut, f"{prefix}_{name}").value = 0
        for name in ("issue", "tag", "sequence_number", "time_ns", "itch_timestamp", "payload", "clk_count"):
            getattr(dut, name).value = 0
        dut.rst.value = 1
        for _ in range(2):
            await FallingEdge(dut.clk)
        dut.rst.value = 0
        for symbol in range(int(dut.SYMBOLS.value)):
            assert not await self.primitive(CLEAR, INIT, symbol)

    async def primitive(
        self,
        kind: int = LOOK,
        op: int = 0,
        symbol: int = 0,
        *,
        payload: int = 0,
        top: tuple[int, int, int] | None = None,
        partial: int = 0,
        **level4: int,
    ) -> list[bytes]:
        """One primitive; top: (sell, price, shares) that its side becomes. The records that leave; a BBO is due after LATENCY_CLK."""
        dut = self.dut
        self.sent += 1
        dut.tag.value = self.sent % 8
        dut.sequence_number.value, dut.time_ns.value = self.sent, self.sent
        dut.itch_timestamp.value, dut.payload.value = self.sent, payload
        sell, price, shares = top or (0, 0, 0)
        told = {"kind": kind, "op": op, "symbol": symbol, "tag": self.sent % 8, "valid": 1} | level4
        records = []
        for clk in range(14):
            dut.issue.value = int(clk == 0)
            dut.clk_count.value = 16 * self.sent + clk
            for name in FIELDS["level4"]:
                if clk == 4 or name == "valid":
                    getattr(dut, f"level4_{name}").value = told.get(name, 0) if clk == 4 else 0
            if clk == 9:
                dut.top9_update.value, dut.top9_sell.value, dut.top9_price.value = int(top is not None), sell, price
                dut.top9_shares.value, dut.top9_partial.value = shares, partial
            await FallingEdge(dut.clk)
            if dut.rec_valid.value:
                records.append(int(dut.rec_data.value).to_bytes(64, "little"))
                assert clk + 1 == (LATENCY_CLK if dut.rec_bbo.value else LATENCY_CLK - 1)
                assert bool(dut.rec_bbo.value) == (records[-1][0] == 1)
        assert not dut.busy.value
        return records

    def record(self, kind: int, symbol: int, body: bytes, flags: int = 0) -> bytes:
        """Stamp: the clock count of the clock in which the record is seen, rank 0 for CONTROL and 2 for all others."""
        stamp = (16 * self.sent + (9 if kind == 1 else 8)) << 8 | (0 if kind == 12 else 0x80)
        head = struct.pack(">BBHIQQQ", kind, flags, symbol, 0, stamp, self.sent, self.sent)
        return head + body.ljust(32, b"\0")

    def bbo(self, symbol: int, bid: tuple[int, int], ask: tuple[int, int], flags: int = 0) -> bytes:
        return self.record(1, symbol, struct.pack(">IIQQQ", bid[0], ask[0], bid[1], ask[1], self.sent), flags)


@cocotb.test
async def test_a_bbo_follows_a_change_of_number_or_flag_only(dut) -> None:
    """BOOK-EMIT, BOOK-FLAGS: compared with the last one emitted, not with the last one seen."""
    tb = TB(dut)
    await tb.start()
    assert await tb.primitive(compare=1) == []
    assert await tb.primitive(compare=1, top=(0, 100, 5)) == [tb.bbo(0, (100, 5), (0, 0))]
    assert await tb.primitive(compare=1, top=(0, 100, 5)) == []
    assert await tb.primitive(compare=0, top=(0, 101, 6)) == []
    assert await tb.primitive(compare=1, top=(0, 100, 5)) == []
    assert await tb.primitive(compare=1, top=(1, 101, 7)) == [tb.bbo(0, (100, 5), (101, 7))]
    assert await tb.primitive(compare=1, top=(1, 100, 7)) == [tb.bbo(0, (100, 5), (100, 7), CROSSED)]
    assert await tb.primitive(compare=1, top=(1, 99, 2**48 - 1)) == [tb.bbo(0, (100, 5), (99, 2**48 - 1), CROSSED)]
    assert await tb.primitive(compare=1, partial=1) == [tb.bbo(0, (100, 5), (99, 2**48 - 1), CROSSED | PARTIAL)]
    assert await tb.primitive(compare=1, symbol=1, top=(0, 4, 4)) == [tb.bbo(1, (4, 4), (0, 0))]
    assert await tb.primitive(compare=1, top=(0, 0, 0)) == [tb.bbo(0, (0, 0), (99, 2**48 - 1))]


@cocotb.test
async def test_gap_makes_every_book_stale_until_trusted(dut) -> None:
    """Contract 3, BOOK-TRUST, CTRL-3, CTRL-4, FEED-MOLD-7; the BBO comes with the symbol's next message."""
    tb = TB(dut)
    await tb.start()
    command = NONE << 8
    gap = struct.pack(">QB", 0x1122334455667788, 3)
    assert await tb.primitive(RECORD, GAP, payload=int.from_bytes(gap, "big")) == [tb.record(2, NONE, gap)]
    for symbol in (0, 2):
        assert await tb.primitive(compare=1, symbol=symbol) == [tb.bbo(symbol, (0, 0), (0, 0), STALE)]
    assert await tb.primitive(TRUST, BOOK_TRUST, 2, compare=1) == [tb.bbo(2, (0, 0), (0, 0))]
    assert await tb.primitive(CLEAR, BOOK_CLEAR, 0, compare=1) == []
    assert await tb.primitive(CLEAR, COMMIT, 0, compare=1, payload=command) == [tb.bbo(0, (0, 0), (0, 0))]
    assert await tb.primitive(CLEAR, COMMIT, 2, compare=1, payload=command | 1 << 24) == [tb.bbo(2, (0, 0), (0, 0), STALE)]
    assert await tb.primitive(RECORD, START) == []
    assert await tb.primitive(compare=1, symbol=2) == [tb.bbo(2, (0, 0), (0, 0))]
    assert await tb.primitive(RECORD, START, payload=1 << 24) == []
    assert await tb.primitive(compare=1, symbol=1) == [tb.bbo(1, (0, 0), (0, 0), STALE)]
    assert await tb.primitive(RECORD, RESET, payload=command | 2) == [tb.record(12, NONE, b"\2")]
    assert await tb.primitive(CLEAR, RESET, 1) == []
    assert await tb.primitive(compare=1, symbol=1) == []


@cocotb.test
async def test_the_other_records(dut) -> None:
    """Contract 8: END_OF_SESSION, CONTROL, TRADING_STATE, DEGRADED, byte by byte; a BBO of the same message comes behind."""
    tb = TB(dut)
    await tb.start()
    session = b"SESSION 01"
    assert await tb.primitive(RECORD, END, payload=int.from_bytes(session, "big")) == [tb.record(3, NONE, session)]
    assert await tb.primitive(RECORD, BOOK_CLEAR, payload=5 << 8 | 3) == [tb.record(12, 5, b"\3")]
    state = int.from_bytes(b"TH1Q", "big")

    def tail(body: bytes) -> bytes:
        return body.ljust(24, b"\0") + struct.pack(">Q", tb.sent)

    assert await tb.primitive(symbol=2, state=1, aux=state, compare=1) == [tb.record(4, 2, tail(b"TH1Q"))]
    assert await tb.primitive(symbol=2, state=1, market=1, aux=state) == [tb.record(4, NONE, tail(b"TH1Q"))]
    got = await tb.primitive(symbol=1, degraded=1, aux=77, compare=1, payload=2**64 - 2)
    assert got == [tb.record(5, 1, tail(struct.pack(">QI", 2**64 - 2, 77))), tb.bbo(1, (0, 0), (0, 0), DEGRADED)]
    assert await tb.primitive(symbol=1, compare=1) == []
    got = await tb.primitive(CLEAR, BOOK_CLEAR, 1, compare=1)
    assert got == [tb.bbo(1, (0, 0), (0, 0))]
