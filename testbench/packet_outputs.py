# SPDX-License-Identifier: Apache-2.0
"""What the benches of exchange_tx and client_tx share: stored packets as packet_store offers them, decisions, a sink with back-pressure."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

__all__ = ["DROP", "FORWARD", "MADE", "TxBench", "some_packet"]

FORWARD, DROP, MADE = range(3)


@dataclass
class TxBench:
    """Drives decisions and stored packets, collects packets. Inputs change at the falling edge."""

    dut: Any
    seam: str
    idles: Callable[[], bool] = lambda: False  # no decision in this clock
    sink_waits: Callable[[], bool] = lambda: False

    clock: int = 0
    stored: list[bytes] = field(default_factory=list)
    decisions: list[Mapping[str, int]] = field(default_factory=list)
    decided_at: list[int] = field(default_factory=list)
    packets: list[bytes] = field(default_factory=list)
    began_at: list[int] = field(default_factory=list)  # first beat on the output
    beat_clocks: list[int] = field(default_factory=list)
    _beat: int = 0
    _packet: bytes = b""
    _held: tuple[int, int, int] | None = None

    async def start(self) -> None:
        dut = self.dut
        dut.rst.value = 1
        for name in (f"{self.seam}_valid", "s_packet_axis_tvalid", "m_axis_tready"):
            getattr(dut, name).value = 0
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())
        for _ in range(3):
            await FallingEdge(dut.clk)
        dut.rst.value = 0
        cocotb.start_soon(self._run())

    async def rest(self, clocks: int = 30) -> None:
        """Wait until nothing has moved for so many clocks."""
        quiet = 0
        for _ in range(200_000):
            before = (len(self.packets), len(self.stored), len(self.decisions), len(self._packet))
            await RisingEdge(self.dut.clk)
            quiet = quiet + 1 if before == (len(self.packets), len(self.stored), len(self.decisions), len(self._packet)) else 0
            if quiet > clocks:
                return
        raise AssertionError("the device does not come to rest")

    def _drive(self) -> None:
        dut = self.dut
        valid = bool(self.decisions) and (getattr(dut, f"{self.seam}_valid").value == 1 or not self.idles())
        getattr(dut, f"{self.seam}_valid").value = int(valid)
        for name, value in self.decisions[0].items() if valid else ():
            getattr(dut, f"{self.seam}_{name}").value = value
        dut.s_packet_axis_tvalid.value = int(bool(self.stored))
        if self.stored:
            beat = self.stored[0][8 * self._beat : 8 * self._beat + 8]
            dut.s_packet_axis_tdata.value = int.from_bytes(beat.ljust(8, b"\xee"), "little")
            dut.s_packet_axis_tkeep.value = (1 << len(beat)) - 1
            dut.s_packet_axis_tlast.value = int(8 * self._beat + 8 >= len(self.stored[0]))
        dut.m_axis_tready.value = int(not self.sink_waits())

    def _sample(self) -> None:
        dut = self.dut
        if dut.packet_drop.value == 1:
            assert self._beat == 0, "a packet is dropped whole"
            self.stored.pop(0)
        elif dut.s_packet_axis_tvalid.value == 1 and dut.s_packet_axis_tready.value == 1:
            self._beat += 1
            if 8 * self._beat >= len(self.stored[0]):
                self.stored.pop(0)
                self._beat = 0
        if getattr(dut, f"{self.seam}_valid").value == 1 and getattr(dut, f"{self.seam}_ready").value == 1:
            self.decisions.pop(0)
            self.decided_at.append(self.clock)
            getattr(dut, f"{self.seam}_valid").value = 0
        if dut.m_axis_tvalid.value == 1:
            keep = int(dut.m_axis_tkeep.value)
            kept = int(dut.m_axis_tdata.value) & sum(0xFF << 8 * byte for byte in range(8) if keep >> byte & 1)
            beat = (kept, keep, int(dut.m_axis_tlast.value))
            assert self._held in (None, beat), "a beat that waits does not change"
            if self._held is None and not self._packet:
                self.began_at.append(self.clock)
            self._held = beat
            if dut.m_axis_tready.value == 1:
                assert keep == 0xFF or (beat[2] and keep and keep & (keep + 1) == 0), "only the last beat is partial"
                self.beat_clocks.append(self.clock)
                self._packet += kept.to_bytes(8, "little")[: keep.bit_length()]
                self._held = None
                if beat[2]:
                    self.packets.append(self._packet)
                    self._packet = b""
        else:
            assert self._held is None, "a beat that waits does not vanish"

    async def _run(self) -> None:
        while True:
            await FallingEdge(self.dut.clk)
            self._drive()
            await RisingEdge(self.dut.clk)
            self.clock += 1
            self._sample()


def some_packet(rng: random.Random) -> bytes:
    """Bytes of a packet's shape; the outputs do not look into them."""
    return rng.randbytes(rng.choice([3, 4, 7, 8, 9, 12, 16, 50, 51, 56, 64, 65, 300]))
