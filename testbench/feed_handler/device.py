# SPDX-License-Identifier: Apache-2.0
"""The bench of the whole device: two frame sources, an AXI-Lite master, and recorders of `m_events_axis` and `m_bbo_axis`.

Inputs change at the falling edge, outputs are read at the rising edge. Clock 0 is the first rising edge that sees reset released.
"""

from __future__ import annotations

import logging
import struct
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge
from cocotbext.axi import AxiLiteBus, AxiLiteMaster, AxiResp

from testbench.market_data import FrameSource, packet

__all__ = ["BASE", "Bbo", "Device", "Order", "bbo_of", "delete", "directory", "execute", "order", "replace"]

TABLE = tomllib.loads((Path(__file__).parents[2] / "tickproof/protocols/control.toml").read_text())
COUNTERS = [f"{line}_{name}" for line in "ab" for name in TABLE["counters"]["line"]] + TABLE["counters"]["device"]
BASE = 100_0000


def _head(kind: bytes, locate: int, timestamp: int) -> bytes:
    return kind + struct.pack(">HH", locate, 0) + timestamp.to_bytes(6, "big")


def directory(locate: int, stock: bytes) -> bytes:
    """Stock Directory; only the stock matters to the device."""
    return _head(b"R", locate, 5) + stock.ljust(8) + bytes(20)


@dataclass(frozen=True)
class Order:
    """An order, in hundredths of a dollar above BASE."""

    reference: int
    side: bytes
    shares: int
    cents: int


def order(what: Order, *, locate: int = 7, timestamp: int = 0) -> bytes:
    """Add Order."""
    body = struct.pack(">QcI8sI", what.reference, what.side, what.shares, b"AAPL    ", BASE + 100 * what.cents)
    return _head(b"A", locate, timestamp) + body


def execute(reference: int, shares: int, *, locate: int = 7) -> bytes:
    """Order Executed."""
    return _head(b"E", locate, 0) + struct.pack(">QIQ", reference, shares, 77)


def delete(reference: int, *, locate: int = 7) -> bytes:
    """Order Delete."""
    return _head(b"D", locate, 0) + struct.pack(">Q", reference)


def replace(reference: int, new: int, shares: int, cents: int, *, locate: int = 7) -> bytes:
    """Order Replace."""
    return _head(b"U", locate, 0) + struct.pack(">QQII", reference, new, shares, BASE + 100 * cents)


@dataclass(frozen=True)
class Bbo:
    """What the tests look at: sequence, flags, then cents above BASE x shares, a side without orders is None."""

    sequence: int
    bid: tuple[int, int] | None
    ask: tuple[int, int] | None
    flags: int = 0
    symbol: int = 0


def bbo_of(record: bytes) -> Bbo:
    """A BBO record, decoded by contract 8."""
    kind, flags, symbol, _, _, _, sequence, bid, ask, bid_shares, ask_shares, _ = struct.unpack(">BBHIQQQIIQQQ", record)
    assert kind == 1
    sides = [((price - BASE) // 100, shares) if price else None for price, shares in ((bid, bid_shares), (ask, ask_shares))]
    return Bbo(sequence, sides[0], sides[1], flags, symbol)


class Device:
    """feed_handler, driven and watched."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.lines = {"a": FrameSource(dut, "s_feed_a"), "b": FrameSource(dut, "s_feed_b")}
        self.clock = 0
        self.last_beats: dict[str, list[int]] = {"a": [], "b": []}  # clocks of the frames' last beats
        self.bbos: list[tuple[int, bytes]] = []
        self.records: list[tuple[int, bytes]] = []  # clock of the beat with the first byte
        self._beats: list[tuple[int, bytes]] = []
        # Frames are followed through resets, so tvalid has to be right from the first clock on.
        for line in self.lines.values():
            line.drive()
        cocotb.start_soon(Clock(dut.clk, 6400, unit="ps").start())
        logging.getLogger(f"cocotb.{dut._name}.s_axil").setLevel(logging.WARNING)
        self.axil = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), dut.clk, dut.rst)
        cocotb.start_soon(self._drive())
        cocotb.start_soon(self._watch())

    # ---- clocks and reset

    async def reset(self) -> None:
        """Reset, and wait until the device says that it is ready."""
        self.dut.rst.value = 1
        self.dut.m_events_axis_tready.value = 1
        await self.clocks(4)
        self.dut.rst.value = 0
        await self.until_ready()

    async def until_ready(self) -> None:
        await self.clocks(1)
        while self.dut.ready.value != 1:
            await self.clocks(1)

    async def clocks(self, count: int) -> None:
        for _ in range(count):
            await FallingEdge(self.dut.clk)

    async def settle(self) -> None:
        """Until all frames are in, and then some."""
        while any(line.queue for line in self.lines.values()):
            await self.clocks(1)
        await self.clocks(120)

    async def _drive(self) -> None:
        while True:
            await FallingEdge(self.dut.clk)
            for name, line in self.lines.items():
                if line.drive():
                    self.last_beats[name].append(self.clock)

    async def _watch(self) -> None:
        dut = self.dut
        while True:
            await RisingEdge(dut.clk)
            if dut.rst.value == 1:
                self.clock, self._beats = 0, []
                continue
            if dut.m_bbo_axis_tvalid.value == 1:
                assert dut.m_bbo_axis_tlast.value == 1
                self.bbos.append((self.clock, int(dut.m_bbo_axis_tdata.value).to_bytes(64, "little")))
            if dut.m_events_axis_tvalid.value == 1 and dut.m_events_axis_tready.value == 1:
                kept = int(dut.m_events_axis_tkeep.value).bit_length()
                data = dut.m_events_axis_tdata.value[8 * kept - 1 : 0].to_unsigned().to_bytes(kept, "little")
                self._beats.append((self.clock, data))
                if dut.m_events_axis_tlast.value == 1:
                    self._frame_ends()
            self.clock += 1

    def _frame_ends(self) -> None:
        frame = b"".join(data for _, data in self._beats)
        for start in range(42, len(frame), 64):
            self.records.append((self._beats[start // 8][0], frame[start : start + 64]))
        self._beats = []

    # ---- what tests say

    def send(self, sequence: int, *blocks: bytes, lines: str = "ab", **more: Any) -> None:
        """The same packet on the named lines, as soon as they are free."""
        for line in lines:
            self.lines[line].send(packet(sequence, blocks, line=line, **more))

    async def write(self, address: int, value: int) -> None:
        for word in (0, 1):
            answer = await self.axil.write(address + 4 * word, (value >> 32 * word & 0xFFFFFFFF).to_bytes(4, "little"))
            assert answer.resp == AxiResp.OKAY

    async def set(self, name: str, value: int, symbol: int | None = None) -> None:
        """One setting into its shadow."""
        if symbol is None:
            await self.write(TABLE["registers"]["settings"] + 8 * TABLE["global"][name]["id"], value)
        else:
            place = TABLE["registers"]["symbol_settings"] + 0x40 * symbol + 8 * (TABLE["symbol"][name]["id"] - 64)
            await self.write(place, value)

    async def command(self, name: str, symbol: int = 0xFFFF) -> None:
        answer = await self.axil.write(TABLE["registers"]["command"], (TABLE["op"][name] | symbol << 16).to_bytes(4, "little"))
        assert answer.resp == AxiResp.OKAY

    async def track(self, stocks: Sequence[bytes] = (b"AAPL",), locate: int = 7) -> None:
        """Enable symbols 0, 1, ... with given locates `locate`, `locate` + 1, ... and ladders from BASE, and commit."""
        for symbol, stock in enumerate(stocks):
            await self.set("enabled", 1, symbol)
            await self.set("stock", int.from_bytes(stock.ljust(8), "big"), symbol)
            await self.set("locate", locate + symbol, symbol)
            await self.set("locate_given", 1, symbol)
            await self.set("base", BASE, symbol)
        await self.command("commit")

    async def counters(self) -> dict[str, int]:
        """All counters that are not 0."""
        values = {}
        for index, name in enumerate(COUNTERS):
            words = [await self.axil.read(TABLE["registers"]["counters"] + 8 * index + 4 * word, 4) for word in (0, 1)]
            assert all(word.resp == AxiResp.OKAY for word in words)
            values[name] = int.from_bytes(words[0].data + words[1].data, "little")
        return {name: value for name, value in values.items() if value}

    def shown(self) -> list[Bbo]:
        """The BBOs on m_bbo_axis; the same ones, in the same order, must be among the records."""
        on_events = [record[:4] + bytes(4) + record[8:] for _, record in self.records if record[0] == 1]
        assert [record for _, record in self.bbos] == on_events
        return [bbo_of(record) for _, record in self.bbos]

    def check_order(self) -> None:
        """Contract EVT-3, as far as the records alone tell: numbers from 0, stamps increase, times do not fall."""
        heads = [struct.unpack(">IQQ", record[4:24]) for _, record in self.records]
        assert [number for number, _, _ in heads] == list(range(len(heads)))
        stamps = [stamp for _, stamp, _ in heads]
        assert stamps == sorted(set(stamps))
        times = [time for _, _, time in heads]
        assert times == sorted(times)
