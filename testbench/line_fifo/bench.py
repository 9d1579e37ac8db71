# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of line_fifo: room, order, windows, flush. Parameter FIFO_BYTES = 2048."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly, RisingEdge

FIFO_BYTES = 2048
BEATS = FIFO_BYTES // 8
DATA, HEARTBEAT = 0, 1


@dataclass(frozen=True)
class Packet:
    """What goes in and what has to come out. payload: bytes of UDP payload; beats: what its blocks take."""

    sequence: int
    payload: int
    beats: tuple[int, ...]
    kind: int = DATA
    count: int = 1
    tagged: int = 0
    time_ns: int = 5

    @staticmethod
    def random(rng: random.Random, sequence: int) -> Packet:
        payload = rng.choice([22, 58, 100, rng.randrange(21, 900)])
        beats = tuple(rng.getrandbits(64) for _ in range((payload - 7) // 8))
        return Packet(sequence, payload, beats, count=rng.randrange(1, 5), tagged=rng.randrange(2), time_ns=rng.getrandbits(64))


class Bench:
    """Feeds beats one a clock as line_rx does: payload early, the packet two clocks behind its last beat."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.overflows = 0
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())

    async def reset(self) -> None:
        beat = ("s_beat_valid", "s_beat_first", "s_beat_data", "s_beat_payload")
        for name in (*beat, "s_packet_valid", "m_packet_ready", "rd_beat", "flush"):
            getattr(self.dut, name).value = 0
        self.dut.rst.value = 1
        await self.clocks(2)
        self.dut.rst.value = 0
        self.overflows = 0

    async def clocks(self, count: int) -> None:
        for _ in range(count):
            await ReadOnly()
            self.overflows += int(self.dut.inc_fifo_overflow.value == 1)
            await FallingEdge(self.dut.clk)

    async def beats(self, packet: Packet) -> None:
        dut = self.dut
        dut.s_beat_payload.value = packet.payload
        await self.clocks(2)
        for at, beat in enumerate(packet.beats):
            dut.s_beat_valid.value = 1
            dut.s_beat_first.value = int(at == 0)
            dut.s_beat_data.value = beat
            await self.clocks(1)
        dut.s_beat_valid.value = 0
        await self.clocks(1)

    async def commit(self, packet: Packet, *, flush: bool = False) -> None:
        dut = self.dut
        dut.s_packet_valid.value = 1
        for name in ("sequence", "kind", "count", "tagged", "payload", "time_ns"):
            getattr(dut, f"s_packet_{name}").value = getattr(packet, name)
        dut.flush.value = int(flush)
        await self.clocks(1)
        dut.s_packet_valid.value = 0
        dut.flush.value = 0

    async def put(self, packet: Packet) -> None:
        await self.beats(packet)
        await self.commit(packet)

    async def head(self) -> Packet | None:
        """The oldest packet with its beats, read through the window."""
        dut = self.dut
        await ReadOnly()
        if dut.m_packet_valid.value == 0:
            await FallingEdge(dut.clk)
            return None
        fields = {name: int(getattr(dut, f"m_packet_{name}").value) for name in ("sequence", "kind", "count", "tagged", "time_ns")}
        first = int(dut.m_packet_beat.value)
        await FallingEdge(dut.clk)
        return Packet(payload=-1, beats=(first,), **fields)

    async def window(self, beat: int) -> list[int]:
        self.dut.rd_beat.value = beat % BEATS
        await self.clocks(1)
        value = self.dut.rd_window.value
        return [int(value[64 * at + 63 : 64 * at]) if value[64 * at + 63 : 64 * at].is_resolvable else -1 for at in range(6)]

    async def take(self) -> None:
        self.dut.m_packet_ready.value = 1
        await self.clocks(1)
        self.dut.m_packet_ready.value = 0

    async def expect(self, packet: Packet) -> None:
        """The oldest packet is this one; each of its beats shows at the front of a window, and those behind it beside it."""
        got = await self.head()
        assert got is not None, f"packet {packet.sequence} is missing"
        assert (got.sequence, got.kind, got.count, got.tagged, got.time_ns) == (
            packet.sequence, packet.kind, packet.count, packet.tagged, packet.time_ns,
        )  # fmt: skip
        for at in range(len(packet.beats)):
            window = await self.window(got.beats[0] + at)
            assert tuple(window[: len(packet.beats) - at]) == packet.beats[at : at + 6]
        await self.take()


def packet_of(payload: int, sequence: int, **more: Any) -> Packet:
    return Packet(sequence, payload, tuple(1000 * sequence + at for at in range(max(1, (payload - 7) // 8))), **more)


@cocotb.test()
async def packets_come_out_as_they_went_in(dut: Any) -> None:
    """Order, fields and beats, many times around both rings."""
    bench = Bench(dut)
    await bench.reset()
    rng = random.Random(cocotb.RANDOM_SEED)
    waiting: list[Packet] = []
    for sequence in range(80):
        packet = Packet.random(rng, sequence)
        while sum(old.payload for old in waiting) + packet.payload > FIFO_BYTES:
            await bench.expect(waiting.pop(0))
        await bench.put(packet)
        waiting.append(packet)
    for packet in waiting:
        await bench.expect(packet)
    assert await bench.head() is None
    assert bench.overflows == 0


@cocotb.test()
async def exactly_fifo_bytes_of_payload_fit(dut: Any) -> None:
    """1.1: one byte more does not fit; the packet is dropped whole and counted, and when the oldest is gone there is room again."""
    bench = Bench(dut)
    await bench.reset()
    kept = [packet_of(1024, 1), packet_of(1000, 2), packet_of(24, 3)]
    for packet in kept:
        await bench.put(packet)
    await bench.put(packet_of(22, 4))
    assert bench.overflows == 1
    await bench.expect(kept[0])
    await bench.put(packet_of(1025, 5))
    assert bench.overflows == 2
    await bench.put(packet_of(1024, 6))
    for packet in [*kept[1:], packet_of(1024, 6)]:
        await bench.expect(packet)
    assert await bench.head() is None
    assert bench.overflows == 2


@cocotb.test()
async def the_smallest_packets_fill_it_without_loss(dut: Any) -> None:
    """One zero-length block each: 22 bytes, so 93 packets; heartbeats have 20."""
    bench = Bench(dut)
    await bench.reset()
    for sequence in range(FIFO_BYTES // 22):
        await bench.put(packet_of(22, sequence))
    assert bench.overflows == 0
    await bench.put(packet_of(22, 999))
    assert bench.overflows == 1
    for sequence in range(FIFO_BYTES // 22):
        await bench.expect(packet_of(22, sequence))
    for sequence in range(FIFO_BYTES // 20):
        await bench.put(packet_of(20, sequence, kind=HEARTBEAT, count=0))
    await bench.put(packet_of(20, 999, kind=HEARTBEAT, count=0))
    assert bench.overflows == 1, "a heartbeat that does not fit is not counted"
    for sequence in range(FIFO_BYTES // 20):
        await bench.expect(packet_of(20, sequence, kind=HEARTBEAT, count=0))
    assert await bench.head() is None


@cocotb.test()
async def beats_of_a_frame_that_ended_badly_leave_no_trace(dut: Any) -> None:
    """Roll back: no packet, no room lost, and the packets around it whole."""
    bench = Bench(dut)
    await bench.reset()
    await bench.put(packet_of(500, 1))
    for _ in range(5):
        await bench.beats(packet_of(1500, 7))
    await bench.beats(packet_of(1600, 8))  # would not fit, and is not a packet: nothing is counted
    await bench.put(packet_of(1548, 2))
    assert bench.overflows == 0
    await bench.expect(packet_of(500, 1))
    await bench.expect(packet_of(1548, 2))
    assert await bench.head() is None


@cocotb.test()
async def flush_empties_it_but_not_the_frame_that_is_coming(dut: Any) -> None:
    """FEED-MOLD-7: what is in goes, with the packet of that clock; a frame in the middle counts as after it."""
    bench = Bench(dut)
    await bench.reset()
    await bench.put(packet_of(600, 1))
    await bench.beats(packet_of(700, 2))
    await bench.commit(packet_of(700, 2), flush=True)
    assert await bench.head() is None
    await bench.put(packet_of(2000, 3))
    await bench.beats(packet_of(40, 4))
    dut.flush.value = 1
    await bench.clocks(1)
    dut.flush.value = 0
    assert await bench.head() is None
    await bench.commit(packet_of(40, 4))
    await bench.expect(packet_of(40, 4))
    assert await bench.head() is None
    assert bench.overflows == 0


@cocotb.test()
async def more_than_three_quarters_is_high(dut: Any) -> None:
    """FEED-ARB-3 (d): 1,536 of 2,048 bytes are not, 1,537 are."""
    bench = Bench(dut)
    await bench.reset()
    await bench.put(packet_of(1500, 1))
    await bench.put(packet_of(36, 2))
    await bench.clocks(3)
    assert dut.high.value == 0
    await bench.take()
    await bench.put(packet_of(1501, 3))
    await bench.clocks(3)
    assert dut.high.value == 1
    await bench.take()
    await bench.clocks(3)
    assert dut.high.value == 0


@cocotb.test()
async def the_head_shows_one_clock_behind_its_packet(dut: Any) -> None:
    """Latency of the header; and a packet can be taken every clock."""
    bench = Bench(dut)
    await bench.reset()
    for sequence in range(3):
        await bench.beats(packet_of(22, sequence))
        await bench.commit(packet_of(22, sequence))
        assert (dut.m_packet_valid.value, int(dut.m_packet_sequence.value)) == (1, 0)
    dut.m_packet_ready.value = 1
    for sequence in range(3):
        await ReadOnly()
        assert (dut.m_packet_valid.value, int(dut.m_packet_sequence.value)) == (1, sequence)
        await RisingEdge(dut.clk)
        await FallingEdge(dut.clk)
    assert dut.m_packet_valid.value == 0
