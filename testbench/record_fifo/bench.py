# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of record_fifo: order, level, full. Parameter DEPTH = 8."""

from __future__ import annotations

import random
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly

DEPTH = 8


class Bench:
    """Inputs change at the falling edge; what is offered is a number as wide as a record."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.out: list[int] = []
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())

    async def reset(self) -> None:
        self.dut.rst.value = 1
        await self.clock()
        self.dut.rst.value = 0

    async def clock(self, offer: int | None = None, take: bool = False) -> bool:
        """One clock; True: what was offered was taken."""
        dut = self.dut
        dut.s_rec_valid.value, dut.s_rec_data.value, dut.m_rec_ready.value = int(offer is not None), offer or 0, int(take)
        await ReadOnly()
        taken = offer is not None and dut.s_rec_ready.value == 1
        if take and dut.rst.value == 0 and dut.m_rec_valid.value == 1:
            self.out.append(int(dut.m_rec_data.value))
        await FallingEdge(dut.clk)
        return taken

    def shown(self) -> tuple[int, int]:
        return int(self.dut.m_rec_level.value), int(self.dut.m_rec_valid.value)


@cocotb.test()
async def a_record_shows_in_the_level_first_and_a_clock_later_itself(dut: Any) -> None:
    """The header's latencies."""
    bench = Bench(dut)
    await bench.reset()
    assert bench.shown() == (0, 0)
    assert await bench.clock(1 << 511 | 5)
    assert bench.shown() == (1, 0)
    await bench.clock()
    assert bench.shown() == (1, 1)
    await bench.clock(take=True)
    assert bench.shown() == (0, 0)
    assert bench.out == [1 << 511 | 5]


@cocotb.test()
async def a_full_memory_takes_nothing_more(dut: Any) -> None:
    """Backpressure: DEPTH records and the head register; one that was refused is not inside."""
    bench = Bench(dut)
    await bench.reset()
    taken = [await bench.clock(number) for number in range(1, DEPTH + 4)]
    assert taken == [True] * (DEPTH + 1) + [False] * 2
    assert bench.shown() == (DEPTH + 1, 1)
    for _ in range(DEPTH + 3):
        await bench.clock(take=True)
    assert bench.out == list(range(1, DEPTH + 2))
    assert bench.shown() == (0, 0)


@cocotb.test()
async def records_pass_one_a_clock(dut: Any) -> None:
    """Throughput: in and out in the same clock, level and order unchanged."""
    bench = Bench(dut)
    await bench.reset()
    for number in range(1, 4):
        await bench.clock(number)
    for number in range(4, 40):
        assert await bench.clock(number, take=True)
        assert bench.shown() == (3, 1)
    assert bench.out == list(range(1, 37))


@cocotb.test()
async def nothing_is_lost_or_doubled_under_random_load(dut: Any) -> None:
    """The level never promises a record that is not there."""
    bench = Bench(dut)
    await bench.reset()
    chance = random.Random(cocotb.RANDOM_SEED)
    number = 1
    for turn in range(1000):
        busy = turn // 100 % 2
        inside = number - 1 - len(bench.out)
        assert int(dut.m_rec_level.value) == inside
        number += await bench.clock(number if chance.random() < (0.8, 0.3)[busy] else None, take=chance.random() < (0.3, 0.8)[busy])
    for _ in range(DEPTH + 3):
        await bench.clock(take=True)
    assert bench.out == list(range(1, number))


@cocotb.test()
async def reset_empties_it(dut: Any) -> None:
    """Contract 10."""
    bench = Bench(dut)
    await bench.reset()
    for number in range(5):
        await bench.clock(number)
    await bench.reset()
    assert bench.shown() == (0, 0)
    await bench.clock(77)
    for _ in range(3):
        await bench.clock(take=True)
    assert bench.out == [77]
