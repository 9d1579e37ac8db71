# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of packet_store: commit, roll back, forward, drop, full."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

ROOM = 511  # beats


class Bench:
    """Writes packets as client_rx does (commit one clock after the last beat, when the next packet's first may come) and reads them."""

    def __init__(self, dut: Any, waits: Callable[[], bool] = lambda: False, drops: Callable[[bytes], bool] = lambda packet: False) -> None:
        self.dut, self.waits, self.drops = dut, waits, drops
        self.kept: list[bytes] = []  # committed, neither forwarded nor dropped
        self.forwarded: list[bytes] = []
        self.expected: list[bytes] = []
        self.packet = b""

    async def start(self) -> None:
        dut = self.dut
        for name in ("s_valid", "s_commit", "s_commit_tail", "s_rollback", "m_axis_tready", "drop"):
            getattr(dut, name).value = 0
        dut.rst.value = 1
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())
        for _ in range(2):
            await FallingEdge(dut.clk)
        dut.rst.value = 0
        cocotb.start_soon(self._read())

    async def beat(self, data: bytes | None, commit: bytes | None = None, rollback: bool = False) -> bool:
        """One clock; False if the store was full."""
        dut = self.dut
        dut.s_valid.value = int(data is not None)
        if data is not None:
            dut.s_data.value = int.from_bytes(data.ljust(8, b"\0"), "little")
        dut.s_commit.value = int(commit is not None)
        dut.s_commit_tail.value = len(commit) % 8 if commit is not None else 0
        dut.s_rollback.value = int(rollback)
        await RisingEdge(dut.clk)
        taken = dut.s_ready.value == 1
        if commit is not None:
            self.kept.append(commit)
        await FallingEdge(dut.clk)
        dut.s_valid.value = dut.s_commit.value = dut.s_rollback.value = 0
        return bool(taken)

    async def _read(self) -> None:
        dut = self.dut
        while True:
            await FallingEdge(dut.clk)
            valid = dut.m_axis_tvalid.value == 1
            drop = valid and self.packet == b"" and self.drops(self.kept[0])
            dut.drop.value = int(drop)
            dut.m_axis_tready.value = int(valid and not drop and not self.waits())
            await RisingEdge(dut.clk)
            if drop:
                self.kept.pop(0)
            elif valid and dut.m_axis_tready.value == 1:
                keep = int(dut.m_axis_tkeep.value)
                self.packet += int(dut.m_axis_tdata.value).to_bytes(8, "little")[: keep.bit_length()]
                if dut.m_axis_tlast.value == 1:
                    self.forwarded.append(self.packet)
                    self.expected.append(self.kept.pop(0))
                    self.packet = b""
                else:
                    assert keep == 0xFF


@cocotb.test()
@cocotb.parametrize(stalled=[False, True])
async def packets_leave_whole_or_vanish_whole(dut: Any, stalled: bool) -> None:
    """Commits, roll-backs and drops at random; packets back to back, many times round the ring."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = Bench(dut, waits=lambda: stalled and rng.random() < 0.6, drops=lambda packet: packet[0] % 3 == 0)
    await bench.start()
    commit = None
    count = 0
    for _ in range(400):
        packet = rng.randbytes(rng.choice([3, 8, 9, 16, 50, 300]))
        vanishes = rng.random() < 0.2
        for at in range(0, len(packet), 8):
            while not await bench.beat(packet[at : at + 8], commit):
                commit = None
            commit = None
        if vanishes:
            await bench.beat(None, rollback=True)
        else:
            commit = packet
            count += packet[0] % 3 != 0
    await bench.beat(None, commit)
    for _ in range(3000):
        await FallingEdge(dut.clk)
    assert bench.kept == []
    assert bench.forwarded == bench.expected
    assert len(bench.forwarded) == count


@cocotb.test()
async def a_full_store_takes_no_beat_and_loses_none(dut: Any) -> None:
    """511 beats wait; a packet of 2,050 bytes is 257."""
    stalls = True
    bench = Bench(dut, waits=lambda: stalls)
    await bench.start()
    for index in range(ROOM):
        data = index.to_bytes(8, "big")
        assert await bench.beat(data)
        await bench.beat(None, commit=data)
    assert not await bench.beat(bytes(8))
    stalls = False
    for _ in range(ROOM + 5):
        await FallingEdge(dut.clk)
    assert bench.forwarded == [index.to_bytes(8, "big") for index in range(ROOM)]
