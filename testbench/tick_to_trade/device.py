# SPDX-License-Identifier: Apache-2.0
"""The bench of the whole device with its order path: that of feed_handler, two byte streams each way, and the order path's registers.

Bytes are written down by hand from SoupBinTCP 3.00 and OUCH 5.0; a limit that a test does not set is wide open.
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass
from typing import Any

import cocotb
from cocotb.triggers import FallingEdge, RisingEdge
from cocotbext.axi import AxiResp

from testbench.feed_handler.device import BASE, TABLE, Device

__all__ = ["CHECKS", "SESSION", "Decision", "OrderDevice", "accepted", "cancel", "decision_of", "enter", "executed", "soup"]

CHECKS = (
    "kill", "symbol", "message", "sequence", "quantity", "value", "collar", "reference", "rate", "duplicate", "position", "gross",
    "open_orders", "trading_state", "short_sale", "type", "executions",
)  # fmt: skip
NONE, SESSION = 0xFFFF, 0xFFFE
WIDE = 2**63 - 1
OPEN_GLOBAL = {
    "dead_man_ns": WIDE, "burst": 65535, "max_open_orders": 65535, "session_max_gross": WIDE, "allowed_phases": 0b000100,
}  # fmt: skip
OPEN_SYMBOL = {
    "max_shares": 999999, "max_notional": WIDE, "collar_bps": 65535, "max_reference_age": WIDE, "max_long": WIDE, "max_short": WIDE,
    "max_gross": WIDE, "short_ok": 1, "allowed_types": 0b11111,
}  # fmt: skip


def soup(packet_type: bytes, payload: bytes = b"") -> bytes:
    """A SoupBinTCP packet."""
    return struct.pack(">Hc", 1 + len(payload), packet_type) + payload


def enter(ref: int, side: bytes, quantity: int, cents: int, stock: bytes = b"AAPL") -> bytes:
    """Enter Order of 47 bytes, wrapped; the price in cents above BASE."""
    body = struct.pack(">cIcI8sQ", b"O", ref, side, quantity, stock.ljust(8), BASE + 100 * cents)
    return soup(b"U", body + b"0YPNN" + b"order".ljust(14) + bytes(2))


def cancel(ref: int) -> bytes:
    """Cancel Order of 9 bytes with quantity 0, wrapped."""
    return soup(b"U", struct.pack(">cII", b"X", ref, 0))


def accepted(ref: int, side: bytes, quantity: int, cents: int) -> bytes:
    """Order Accepted of 64 bytes, live, wrapped."""
    body = struct.pack(">cQIcI8sQ", b"A", 1, ref, side, quantity, b"AAPL    ", BASE + 100 * cents)
    return soup(b"S", body + b"0Y" + bytes(8) + b"PNNL" + b"order".ljust(14) + bytes(2))


def executed(ref: int, quantity: int, cents: int) -> bytes:
    """Order Executed of 36 bytes, wrapped."""
    return soup(b"S", struct.pack(">cQIIQcQH", b"E", 1, ref, quantity, BASE + 100 * cents, b"A", 5, 0))


@dataclass(frozen=True)
class Decision:
    """What the tests look at in a DECISION."""

    ref: int
    failing: tuple[str, ...] = ()


def decision_of(record: bytes) -> Decision:
    """By contract 8; verdict and mask must agree."""
    failing, ref = struct.unpack(">II", record[32:40])
    assert record[0] == 10
    assert record[46] == (failing == 0)
    return Decision(ref, tuple(name for bit, name in enumerate(CHECKS) if failing >> bit & 1))


class Stream:
    """One side: segments in, whole packets out. clocks: of each packet's last beat in, or first beat out."""

    def __init__(self, dut: Any, name: str) -> None:
        self.dut, self.name = dut, name
        self.beats: deque[tuple[bytes, bool]] = deque()
        self.sent: list[int] = []  # clock in which each segment's last beat was taken
        self.packets: list[tuple[int, bytes]] = []  # clock of the first beat, bytes
        self._packet: tuple[int, bytes] | None = None

    def pin(self, prefix: str, role: str) -> Any:
        return getattr(self.dut, f"{prefix}_{self.name}_axis_{role}")

    def send(self, data: bytes) -> None:
        for start in range(0, len(data), 8):
            self.beats.append((data[start : start + 8], start + 8 >= len(data)))

    def drive(self) -> None:
        self.pin("s", "tvalid").value = int(bool(self.beats))
        if self.beats:
            data, last = self.beats[0]
            self.pin("s", "tdata").value = int.from_bytes(data, "little")
            self.pin("s", "tkeep").value = (1 << len(data)) - 1
            self.pin("s", "tlast").value = int(last)

    def watch(self, clock: int) -> None:
        """At the rising edge: what was taken, what came out."""
        if self.beats and self.pin("s", "tready").value == 1 and self.pin("s", "tvalid").value == 1 and self.beats.popleft()[1]:
            self.sent.append(clock)
        if self.pin("m", "tvalid").value == 1 and self.pin("m", "tready").value == 1:
            kept = int(self.pin("m", "tkeep").value).bit_length()
            data = self.pin("m", "tdata").value[8 * kept - 1 : 0].to_unsigned().to_bytes(kept, "little")
            first, before = self._packet or (clock, b"")
            self._packet = (first, before + data)
            if self.pin("m", "tlast").value == 1:
                self.packets.append(self._packet)
                self._packet = None


class OrderDevice(Device):
    """tick_to_trade, driven and watched."""

    def __init__(self, dut: Any) -> None:
        self.streams = {name: Stream(dut, name) for name in ("client", "exchange")}
        for stream in self.streams.values():
            stream.drive()
            stream.pin("m", "tready").value = 1
            getattr(dut, f"{stream.name}_link_up").value = 0
        super().__init__(dut)
        cocotb.start_soon(self._drive_streams())
        cocotb.start_soon(self._watch_streams())

    async def _drive_streams(self) -> None:
        while True:
            await FallingEdge(self.dut.clk)
            for stream in self.streams.values():
                stream.drive()

    async def _watch_streams(self) -> None:
        while True:
            await RisingEdge(self.dut.clk)
            if self.dut.rst.value == 0:
                for stream in self.streams.values():
                    # The clock is counted up by the watcher that was started first.
                    stream.watch(self.clock - 1)

    # ---- what tests say

    async def limit(self, symbol: int | None = None, **limits: int) -> None:
        """Settings of the order path into their shadows; of all symbols if they are a symbol's and none is named."""
        for name, value in limits.items():
            if name in TABLE["order_global"]:
                await self.write(TABLE["registers"]["order_settings"] + 8 * (TABLE["order_global"][name]["id"] - 128), value)
                continue
            for index in (0, 1) if symbol is None else (symbol,):
                place = 8 * (TABLE["order_symbol"][name]["id"] - 192)
                await self.write(TABLE["registers"]["order_symbol_settings"] + 0x80 * index + place, value)

    async def order_command(self, name: str, symbol: int = NONE, value: int | None = None) -> None:
        if value is not None:
            await self.write(TABLE["registers"]["order_value"], value)
        data = (TABLE["op"][name] | symbol << 16).to_bytes(4, "little")
        assert (await self.axil.write(TABLE["registers"]["order_command"], data)).resp == AxiResp.OKAY

    async def links(self, up: bool = True) -> None:
        for name in self.streams:
            getattr(self.dut, f"{name}_link_up").value = int(up)
        await self.clocks(20)

    async def trade(self, **limits: int) -> None:
        """All open but for `limits`; AAPL tracked, trading, in market hours, with a market 0.50 x 300 to 0.52 x 100; sequence 1 to 4."""
        await self.limit(**OPEN_GLOBAL | OPEN_SYMBOL | limits)
        await self.track((b"AAPL", b"MSFT"))
        await self.order_command("unkill")
        await self.links()
        system = b"S" + bytes(10) + b"Q"
        action = b"H" + struct.pack(">HH6s8sc5x", 7, 0, bytes(6), b"AAPL    ", b"T")
        orders = [b"A" + struct.pack(">HH6sQcI8sI", 7, 0, bytes(6), ref, side, shares, b"AAPL    ", BASE + 100 * cents)
                  for ref, side, shares, cents in ((1, b"B", 300, 50), (2, b"S", 100, 52))]  # fmt: skip
        self.send(1, system, action, *orders)
        await self.settle()

    def decisions(self) -> list[Decision]:
        return [decision_of(record) for _, record in self.records if record[0] == 10]

    def left(self, name: str) -> list[bytes]:
        """Packets that left on a stream."""
        return [data for _, data in self.streams[name].packets]

    def restart(self) -> None:
        """Forget what was seen before a reset."""
        self.records.clear()
        self.bbos.clear()
        for stream in self.streams.values():
            stream.packets.clear()
            stream.sent.clear()

    async def order_status(self) -> int:
        """ORDER_STATUS: bit 0 global kill, 1 session kill, 2 client open, 3 exchange open, 4 client up, 5 exchange up."""
        return int.from_bytes((await self.axil.read(TABLE["registers"]["order_status"], 4)).data, "little")

    async def order_counters(self) -> dict[str, int]:
        """All counters of the order path that are not 0."""
        values = {}
        for index, name in enumerate(TABLE["counters"]["order"]):
            words = [await self.axil.read(TABLE["registers"]["order_counters"] + 8 * index + 4 * word, 4) for word in (0, 1)]
            values[name] = int.from_bytes(words[0].data + words[1].data, "little")
        return {name: value for name, value in values.items() if value}
