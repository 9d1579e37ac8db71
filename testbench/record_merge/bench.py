# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of record_merge: the order of stamps, who waits for whom.

The two streams are played as event_fifo and order_records show them: a record raises the level in the clock behind the one that its
stamp names (feed) or in which it was handed over (order path), and is valid one clock later.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly

CONTROL, EXCHANGE, FEED, CLIENT = range(4)  # ranks
LEVEL_CLK = 1
VALID_CLK = 2
MERGE_CLK = 1


def stamp(clock: int, rank: int) -> int:
    return clock << 8 | rank << 6


def record(of: int) -> int:
    """A record that is nothing but its stamp, byte 0 in the low bits."""
    return int.from_bytes(bytes([1]) + bytes(7) + of.to_bytes(8, "big") + bytes(48), "little")


@dataclass
class Side:
    """One stream: (clock in which it enters its FIFO, stamp)."""

    coming: list[tuple[int, int]] = field(default_factory=list)
    taken: int = 0

    def level(self, clock: int) -> int:
        return sum(entered + LEVEL_CLK <= clock for entered, _ in self.coming) - self.taken

    def head(self, clock: int) -> int | None:
        if self.taken < len(self.coming) and self.coming[self.taken][0] + VALID_CLK <= clock:
            return self.coming[self.taken][1]
        return None


class Bench:
    """busy: clocks in which the gate has an input under way."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.sides = {"feed": Side(), "order": Side()}
        self.busy: set[int] = set()
        self.clock = 0
        self.merged = 0
        self.out: list[tuple[int, int]] = []
        self.levels: list[int] = []
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())

    async def run(self, clocks: int, ready: Any = lambda: 1) -> None:
        dut = self.dut
        for _ in range(clocks):
            for name, side in self.sides.items():
                head = side.head(self.clock)
                getattr(dut, f"s_{name}_valid").value = int(head is not None)
                getattr(dut, f"s_{name}_data").value = record(head or 0)
                getattr(dut, f"s_{name}_level").value = side.level(self.clock)
            dut.s_order_busy.value = int(self.clock in self.busy)
            dut.m_rec_ready.value = ready()
            dut.rst.value = int(self.clock == 0)
            await ReadOnly()
            if self.clock:
                for name, side in self.sides.items():
                    side.taken += getattr(dut, f"s_{name}_valid").value == 1 and getattr(dut, f"s_{name}_ready").value == 1
                self.merged += int(dut.inc_records.value)
                self.levels.append(int(dut.m_rec_level.value))
                if dut.m_rec_valid.value == 1 and dut.m_rec_ready.value == 1:
                    data = int(dut.m_rec_data.value).to_bytes(64, "little")
                    self.out.append((self.clock, int.from_bytes(data[8:16], "big")))
            await FallingEdge(dut.clk)
            self.clock += 1

    def stamps(self) -> list[int]:
        return [of for _, of in self.out]


@cocotb.test()
async def a_feed_record_passes_at_once_when_the_gate_is_idle(dut: Any) -> None:
    """The header's latency: valid in clock 12, in the level from clock 13 on, to be taken from clock 14 on."""
    bench = Bench(dut)
    bench.sides["feed"].coming = [(10, stamp(10, FEED))]
    await bench.run(30)
    assert bench.levels.index(1) + 1 == 10 + VALID_CLK + MERGE_CLK
    assert bench.out == [(14, stamp(10, FEED))]
    assert bench.merged == 1


@cocotb.test()
async def a_feed_record_waits_for_an_input_that_has_its_stamp(dut: Any) -> None:
    """Contract 8: the gate took an order in clock 9, its record comes in clock 15; the feed's record of clock 10 goes behind it."""
    bench = Bench(dut)
    bench.sides["feed"].coming = [(10, stamp(10, FEED))]
    bench.sides["order"].coming = [(15, stamp(9, CLIENT))]
    bench.busy = set(range(9, 16))
    await bench.run(30)
    assert bench.stamps() == [stamp(9, CLIENT), stamp(10, FEED)]


@cocotb.test()
async def a_waiting_order_record_does_not_wait_for_the_gate(dut: Any) -> None:
    """The head of the order path is older than all that follows it: the feed's younger head does not hold it up, a busy gate neither."""
    bench = Bench(dut)
    bench.sides["feed"].coming = [(10, stamp(10, FEED)), (11, stamp(11, FEED))]
    bench.sides["order"].coming = [(12, stamp(10, EXCHANGE))]
    bench.busy = set(range(10, 40))
    await bench.run(39)
    assert bench.out == [(16, stamp(10, EXCHANGE))], "the feed's records wait for the input of clock 13"
    bench.sides["order"].coming += [(39, stamp(13, CLIENT))]
    await bench.run(20)
    assert bench.stamps() == [stamp(10, EXCHANGE), stamp(10, FEED), stamp(11, FEED), stamp(13, CLIENT)]


@cocotb.test()
@cocotb.parametrize(rank=[CONTROL, EXCHANGE, CLIENT])
async def ranks_decide_within_a_clock(dut: Any, rank: int) -> None:
    """Contract 8: control, exchange, feed, client."""
    bench = Bench(dut)
    bench.sides["feed"].coming = [(20, stamp(20, FEED))]
    bench.sides["order"].coming = [(26, stamp(20, rank))]
    bench.busy = set(range(20, 27))
    await bench.run(50)
    assert bench.stamps() == sorted([stamp(20, FEED), stamp(20, rank)])


@cocotb.test()
async def an_order_record_waits_for_a_feed_head_that_is_not_valid_yet(dut: Any) -> None:
    """A feed record that is in its FIFO and not at its head could be older, so its level alone holds the order path up."""
    bench = Bench(dut)
    bench.sides["feed"].coming = [(20, stamp(8, FEED))]  # a LOST: entered late, with the stamp of what it stands for
    bench.sides["order"].coming = [(19, stamp(9, CLIENT))]
    await bench.run(50)
    assert bench.stamps() == [stamp(8, FEED), stamp(9, CLIENT)]


@cocotb.test()
async def merged_records_gather_while_the_output_waits(dut: Any) -> None:
    """Batches: 32 records and the head register wait behind the merge, and the rest before it; nothing is lost."""
    bench = Bench(dut)
    bench.sides["feed"].coming = [(10 + n, stamp(10 + n, FEED)) for n in range(60)]
    await bench.run(100, lambda: 0)
    assert bench.levels[-1] == 33
    assert bench.sides["feed"].taken == 33
    await bench.run(100)
    assert bench.stamps() == [stamp(10 + n, FEED) for n in range(60)]


@cocotb.test()
async def random_streams_leave_in_the_order_of_their_stamps(dut: Any) -> None:
    """EVT-3 under load: inputs one at a time, each with 1 to 12 clk to its record; feed records on any clock, the same one, too."""
    bench = Bench(dut)
    chance = random.Random(cocotb.RANDOM_SEED)
    at = 5
    while at < 2000:
        at += chance.choice((1, 1, 2, 5, 30))
        bench.sides["feed"].coming.append((at, stamp(at, FEED)))
    at = 5
    while at < 2000:
        at += chance.choice((1, 1, 7, 20))
        after = at + chance.randint(1, 12)
        bench.sides["order"].coming.append((after, stamp(at, chance.choice((CONTROL, EXCHANGE, CLIENT)))))
        bench.busy |= set(range(at, after + 1))
        at = after
    await bench.run(2200, lambda: int(chance.random() < 0.8))
    await bench.run(600)
    wanted = sorted(of for side in bench.sides.values() for _, of in side.coming)
    assert bench.stamps() == wanted
    assert bench.merged == len(wanted)
