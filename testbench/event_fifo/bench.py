# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of event_fifo: order, LOST, level. Parameter DEPTH = 8."""

from __future__ import annotations

import random
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

DEPTH = 8
KIND_LOST = 13


def record(stamp: int) -> bytes:
    """A BBO record that is recognised by its stamp; time_ns is ten times it."""
    body = bytes([1, 0, 0, 3]) + bytes(4) + stamp.to_bytes(8, "big") + (10 * stamp).to_bytes(8, "big") + (stamp + 5).to_bytes(8, "big")
    return body + bytes(range(32))


class Bench:
    """Drives records and keeps what comes out; inputs change at the falling edge, so every rising edge sees settled values."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.out: list[bytes] = []
        self.counted = {"records": 0, "lost": 0}
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())
        cocotb.start_soon(self._watch())

    async def reset(self) -> None:
        self.dut.rst.value = 1
        self.dut.rec_valid.value = 0
        self.dut.rec_data.value = 0
        self.dut.m_rec_ready.value = 0
        await self.clocks(2)
        self.dut.rst.value = 0

    async def clocks(self, count: int) -> None:
        for _ in range(count):
            await FallingEdge(self.dut.clk)

    async def _watch(self) -> None:
        while True:
            await RisingEdge(self.dut.clk)
            if self.dut.rst.value == 1:
                continue
            if self.dut.m_rec_valid.value == 1 and self.dut.m_rec_ready.value == 1:
                self.out.append(int(self.dut.m_rec_data.value).to_bytes(64, "little"))
            self.counted["records"] += int(self.dut.inc_records.value)
            self.counted["lost"] += int(self.dut.inc_lost.value)

    async def put(self, *stamps: int) -> None:
        """One record a clock."""
        for stamp in stamps:
            self.dut.rec_valid.value = 1
            self.dut.rec_data.value = int.from_bytes(record(stamp), "little")
            await FallingEdge(self.dut.clk)
        self.dut.rec_valid.value = 0

    async def drain(self) -> None:
        self.dut.m_rec_ready.value = 1
        await self.clocks(3 * DEPTH)
        self.dut.m_rec_ready.value = 0


def lost(count: int, last_stamp: int) -> bytes:
    """The LOST record that stands for `count` records, the last of which had `last_stamp`."""
    when = last_stamp.to_bytes(8, "big") + (10 * last_stamp).to_bytes(8, "big")
    return bytes([KIND_LOST, 0, 0xFF, 0xFF]) + bytes(4) + when + bytes(8) + count.to_bytes(8, "big") + bytes(24)


@cocotb.test()
async def records_leave_in_order_unchanged(dut: Any) -> None:
    """Contract 8: records keep their order."""
    bench = Bench(dut)
    await bench.reset()
    await bench.put(*range(1, 6))
    await bench.drain()
    assert bench.out == [record(stamp) for stamp in range(1, 6)]
    assert bench.counted == {"records": 5, "lost": 0}


@cocotb.test()
async def an_empty_fifo_shows_a_record_two_clocks_later(dut: Any) -> None:
    """The header's latency; the level is one clock earlier, so that the framer starts on it."""
    bench = Bench(dut)
    await bench.reset()
    await bench.put(1)
    assert (int(dut.m_rec_level.value), int(dut.m_rec_valid.value)) == (1, 0)
    await bench.clocks(1)
    assert (int(dut.m_rec_level.value), int(dut.m_rec_valid.value)) == (1, 1)
    await bench.drain()
    assert int(dut.m_rec_level.value) == 0
    assert bench.out == [record(1)]


@cocotb.test()
async def a_full_fifo_drops_and_one_lost_takes_the_place_of_all_dropped_records(dut: Any) -> None:
    """Contract 8, LOST: count, order, stamp and time of the last dropped record. Capacity: the memory and the head register."""
    bench = Bench(dut)
    await bench.reset()
    await bench.put(*range(1, DEPTH + 5))  # DEPTH + 1 fit
    await bench.clocks(5)
    assert bench.counted == {"records": DEPTH + 1, "lost": 3}
    await bench.drain()
    await bench.put(100)
    await bench.drain()
    assert bench.out == [*(record(stamp) for stamp in range(1, DEPTH + 2)), lost(3, DEPTH + 4), record(100)]
    assert bench.counted == {"records": DEPTH + 3, "lost": 3}


@cocotb.test()
async def a_record_in_the_clock_of_its_lost_is_part_of_it(dut: Any) -> None:
    """Sustained overload: LOST cannot wait for a pause between records."""
    bench = Bench(dut)
    await bench.reset()
    await bench.put(*range(1, DEPTH + 3))  # one too many
    dut.m_rec_ready.value = 1
    await bench.put(*range(50, 50 + 12))  # records never pause while the memory empties
    dut.m_rec_ready.value = 1
    await bench.clocks(30)
    kinds = [data[0] for data in bench.out]
    assert kinds.count(KIND_LOST) == 1
    where = kinds.index(KIND_LOST)
    count = int.from_bytes(bench.out[where][32:40], "big")
    after = [int.from_bytes(data[8:16], "big") for data in bench.out[where + 1 :]]
    assert bench.out[where] == lost(count, 50 + count - 2)
    assert after == list(range(50 + count - 1, 50 + 12)), "the first record behind LOST is the first that it does not count"
    assert bench.counted["lost"] == count


@cocotb.test()
async def nothing_is_lost_silently_under_random_load(dut: Any) -> None:
    """Every record comes out or is counted by a LOST in its place."""
    bench = Bench(dut)
    await bench.reset()
    chance = random.Random(cocotb.RANDOM_SEED)
    stamp = 0
    for _ in range(600):
        dut.m_rec_ready.value = int(chance.random() < 0.3)
        if chance.random() < 0.45:
            stamp += 1
            await bench.put(stamp)
        else:
            await bench.clocks(1)
    await bench.drain()
    expected = 1
    for data in bench.out:
        if data[0] == KIND_LOST:
            count = int.from_bytes(data[32:40], "big")
            expected += count
            assert data == lost(count, expected - 1)
        else:
            assert data == record(expected)
            expected += 1
    assert expected == stamp + 1
    assert bench.counted["records"] == len(bench.out)


@cocotb.test()
async def reset_empties_it(dut: Any) -> None:
    """Contract 10."""
    bench = Bench(dut)
    await bench.reset()
    await bench.put(*range(1, DEPTH + 5))
    await bench.reset()
    await bench.put(70)
    await bench.drain()
    assert bench.out == [record(70)]
