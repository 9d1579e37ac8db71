# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of soupbin_deframer by itself: realignment, bad lengths, links, what is swallowed, latency, rate."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge


def packet(size: int, rng: random.Random) -> bytes:
    """`size` bytes, the length field among them."""
    return (size - 2).to_bytes(2, "big") + rng.randbytes(size - 2)


class Bench:
    """Plays beats (bytes) and link changes (bool); collects packets, bad lengths and link changes in order."""

    def __init__(self, dut: Any, idles: Callable[[], bool] = lambda: False, waits: Callable[[], bool] = lambda: False) -> None:
        self.dut, self.idles, self.waits = dut, idles, waits
        self.queue: list[bytes | bool] = []
        self.out: list[bytes | bool | int] = []  # packets, link changes, bad lengths
        self.accepted: list[int] = []
        self.left: list[int] = []  # clock of each packet's last beat
        self.swallowed = self.clock = 0
        self.packet = b""

    async def start(self) -> None:
        for name in ("s_axis_tvalid", "s_axis_tkeep", "s_axis_tdata", "link_up", "s_close", "s_close_bytes", "m_ready", "m_link_ready"):
            getattr(self.dut, name).value = 0
        self.dut.rst.value = 1
        cocotb.start_soon(Clock(self.dut.clk, 10, unit="ns").start())
        for _ in range(3):
            await FallingEdge(self.dut.clk)
        self.dut.rst.value = 0
        cocotb.start_soon(self._run())

    async def play(self, *items: bytes | bool, clocks: int = 12) -> None:
        self.queue += items
        quiet = 0
        while quiet < clocks:
            before = (len(self.queue), len(self.out), len(self.packet), self.swallowed)
            await RisingEdge(self.dut.clk)
            quiet = quiet + 1 if before == (len(self.queue), len(self.out), len(self.packet), self.swallowed) else 0

    async def _run(self) -> None:
        dut = self.dut
        offered = False
        while True:
            await FallingEdge(dut.clk)
            if not offered and self.queue and isinstance(self.queue[0], bool):
                dut.link_up.value = int(bool(self.queue.pop(0)))
            elif not offered and self.queue and not self.idles():
                beat = self.queue[0]
                assert isinstance(beat, bytes)
                dut.s_axis_tdata.value = int.from_bytes(beat.ljust(8, b"\xa5"), "little")
                dut.s_axis_tkeep.value = (1 << len(beat)) - 1
                offered = True
            dut.s_axis_tvalid.value = int(offered)
            dut.m_ready.value = int(not self.waits())
            dut.m_link_ready.value = int(not self.waits())
            await RisingEdge(dut.clk)
            self.clock += 1
            self.swallowed += int(dut.add_swallowed.value)
            if dut.m_link_valid.value == 1 and dut.m_link_ready.value == 1:
                self.out.append(dut.m_link_up.value == 1)
                self.packet = b""
            if dut.m_valid.value == 1 and dut.m_ready.value == 1:
                self._take()
            if offered and dut.s_axis_tready.value == 1:
                self.accepted.append(self.clock)
                self.queue.pop(0)
                offered = False

    def _take(self) -> None:
        dut = self.dut
        if dut.m_bad_length.value == 1:
            self.out.append(int(dut.m_data.value) & 0xFF)
            return
        assert (dut.m_first.value == 1) == (self.packet == b"")
        count = int(dut.m_bytes.value)
        data = int(dut.m_data.value).to_bytes(8, "little")
        assert count == 8 or dut.m_last.value == 1
        self.packet += data[:count]
        if dut.m_last.value == 1:
            self.out.append(self.packet)
            self.left.append(self.clock)
            self.packet = b""


def beats(data: bytes, rng: random.Random | None = None) -> list[bytes]:
    """Full beats, or beats of random sizes."""
    found = []
    while data:
        size = rng.randrange(1, 9) if rng else 8
        found.append(data[:size])
        data = data[size:]
    return found


@cocotb.test()
@cocotb.parametrize(partial=[False, True], stalled=[False, True])
async def packets_leave_from_byte_0_whatever_their_offset(dut: Any, partial: bool, stalled: bool) -> None:
    """SESS-FRAME: many in a beat, over beats, at every offset."""
    rng = random.Random(cocotb.RANDOM_SEED)
    slow = {name: (lambda: rng.random() < 0.4) for name in ("idles", "waits")} if stalled else {}
    bench = Bench(dut, **slow)
    await bench.start()
    packets = [packet(rng.choice([3, 3, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 50, 256, 2050]), rng) for _ in range(200)]
    await bench.play(True, *beats(b"".join(packets), rng if partial else None))
    assert bench.out == [True, *packets]


@cocotb.test()
async def the_last_beat_leaves_2_clocks_after_the_last_byte(dut: Any) -> None:
    """Every length to 40 bytes, cut into beats at random: one latency."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = Bench(dut)
    await bench.start()
    await bench.play(True)
    for size in list(range(3, 41)) * 8:
        await bench.play(*beats(packet(size, rng), rng), clocks=4)
        assert bench.left[-1] - bench.accepted[-1] == 2, size


@cocotb.test()
@cocotb.parametrize(size=[56, 50, 48, 43, 13, 8, 3])
async def a_long_stream_keeps_its_rate(dut: Any, size: int) -> None:
    """A packet every ceil(size / 8) clk; where beats and packets never meet, a last beat may have to wait for its clock."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = Bench(dut)
    await bench.start()
    await bench.play(True, *beats(b"".join(packet(size, rng) for _ in range(100))))
    clocks, least = bench.left[-1] - bench.left[9], 90 * -(-size // 8)
    assert clocks <= least * 1.07 if size in (43, 13) else clocks == least


@cocotb.test()
@cocotb.parametrize(first=[b"\0\0", b"\x08\x01", b"\xff\xff"])
async def a_bad_length_is_shown_before_anything_behind_it(dut: Any, first: bytes) -> None:
    """SESS-ERROR 1; after s_close everything is swallowed and counted, until the link has gone down and up."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = Bench(dut)
    await bench.start()
    good = packet(7, rng)

    async def close() -> None:
        while dut.m_valid.value != 1 or dut.m_bad_length.value != 1:
            await RisingEdge(dut.clk)
        await FallingEdge(dut.clk)
        dut.s_close.value = 1
        await FallingEdge(dut.clk)
        dut.s_close.value = 0

    cocotb.start_soon(close())
    await bench.play(True, good + first[:1], first[1:], b"12345678", b"abc")
    assert bench.out[:3] == [True, good, first[0]]
    assert bench.swallowed == 2 + 8 + 3
    assert dut.closed.value == 1
    await bench.play(False, True, good)
    assert dut.closed.value == 0
    assert bench.out[-3:] == [False, True, good]
    assert bench.swallowed == 13


@cocotb.test()
async def bytes_of_a_packet_that_the_reader_took_are_counted_with_the_rest(dut: Any) -> None:
    """s_close_bytes, and a next packet whose first beat left in the clock of s_close."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = Bench(dut)
    await bench.start()
    await bench.play(True, *beats(packet(16, rng)))
    bench.queue += beats(packet(20, rng))
    for _ in range(40):
        await FallingEdge(dut.clk)
        if dut.m_valid.value == 1:
            break
    dut.s_close.value = 1
    dut.s_close_bytes.value = 16
    await FallingEdge(dut.clk)
    dut.s_close.value = 0
    await bench.play()
    assert bench.swallowed == 16 + 20


@cocotb.test()
async def bytes_of_a_link_that_is_down_vanish_uncounted(dut: Any) -> None:
    """Links are down at reset; a change cuts what is half there."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = Bench(dut)
    await bench.start()
    whole = packet(30, rng)
    await bench.play(*beats(whole), True, *beats(whole), *beats(whole[:29]), False, *beats(whole), True, *beats(whole))
    assert bench.out == [True, whole, False, True, whole]
    assert bench.swallowed == 0
