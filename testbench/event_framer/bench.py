# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of event_framer: the datagrams, checked with Scapy; latency and rate of the header."""

from __future__ import annotations

import random
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

SETTINGS = {
    "cfg_events_dst_mac": 0x025450000002,
    "cfg_events_src_mac": 0x0A1B2C3D4E5F,
    "cfg_events_dst_ip": 0xC0A80A02,
    "cfg_events_src_ip": 0xFFFEFDFC,
    "cfg_events_dst_port": 30100,
    "cfg_events_src_port": 0xFEDC,
}


def record(ident: int, number: int = 0) -> bytes:
    """64 bytes that no shift or swap maps to itself; bytes 4 to 7 are the number."""
    return bytes([1, 0, 0, ident & 255]) + number.to_bytes(4, "big") + bytes((ident * 7 + place * 3) & 255 for place in range(8, 64))


class Bench:
    """A queue with the record side of event_fifo, and a recorder of beats. Inputs change at the falling edge."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.queue: list[bytes] = []
        self.beats: list[tuple[int, int, int, int]] = []  # clock, data, keep, last
        self.clock = 0
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())
        cocotb.start_soon(self._run())

    async def reset(self) -> None:
        self.dut.rst.value = 1
        self.dut.m_events_axis_tready.value = 1
        for name, value in SETTINGS.items():
            getattr(self.dut, name).value = value
        self._show()
        await self.clocks(4)
        self.dut.rst.value = 0

    def _show(self) -> None:
        self.dut.rec_level.value = len(self.queue)
        self.dut.rec_valid.value = int(bool(self.queue))
        self.dut.rec_data.value = int.from_bytes(self.queue[0], "little") if self.queue else 0

    async def _run(self) -> None:
        held: tuple[int, int, int] | None = None
        while True:
            await RisingEdge(self.dut.clk)
            self.clock += 1
            if self.dut.rst.value == 1:
                held = None
                continue
            if self.dut.rec_ready.value == 1:
                self.queue.pop(0)
            if self.dut.m_events_axis_tvalid.value == 1:
                beat = tuple(int(getattr(self.dut, f"m_events_axis_{name}").value) for name in ("tdata", "tkeep", "tlast"))
                assert held in (None, beat), "a beat that waits must not change"
                held = beat
                if self.dut.m_events_axis_tready.value == 1:
                    self.beats.append((self.clock, *beat))
                    held = None
            else:
                assert held is None, "a beat that waits must not vanish"
            await FallingEdge(self.dut.clk)
            self._show()

    async def clocks(self, count: int) -> None:
        for _ in range(count):
            await RisingEdge(self.dut.clk)

    def frames(self) -> list[bytes]:
        """The frames so far; fails on a beat that is not full before the last, and on an unfinished frame."""
        frames, current = [], b""
        for _, data, keep, last in self.beats:
            assert keep == (0xFF if not last else (1 << keep.bit_length()) - 1)
            current += data.to_bytes(8, "little")[: keep.bit_length()]
            if last:
                frames.append(current)
                current = b""
        assert current == b""
        return frames

    def records(self) -> list[bytes]:
        """The records of all frames, each frame held against the contract's header first."""
        found = []
        for frame in self.frames():
            ether = Ether(frame)
            count, rest = divmod(len(frame) - 42, 64)
            assert rest == 0
            assert 1 <= count <= 22
            assert (ether.dst, ether.src, ether.type) == ("02:54:50:00:00:02", "0a:1b:2c:3d:4e:5f", 0x0800)
            ip = ether[IP]
            assert (ip.version, ip.ihl, ip.tos, ip.id, str(ip.flags), ip.frag, ip.ttl, ip.proto) == (4, 5, 0, 0, "DF", 0, 64, 17)
            assert (ip.src, ip.dst, ip.len) == ("255.254.253.252", "192.168.10.2", len(frame) - 14)
            rebuilt = ip.copy()
            del rebuilt.chksum
            assert ip.chksum == IP(bytes(rebuilt)).chksum, "IP header checksum"
            udp = ether[UDP]
            assert (udp.sport, udp.dport, udp.len, udp.chksum) == (0xFEDC, 30100, len(frame) - 34, 0)
            found += [frame[42 + 64 * index : 106 + 64 * index] for index in range(count)]
        return found


async def send(bench: Bench, idents: range) -> None:
    """Put records into the queue, all in one clock."""
    await FallingEdge(bench.dut.clk)
    bench.queue += [record(ident) for ident in idents]
    bench._show()


@cocotb.test()
async def every_batch_size_gives_a_correct_datagram(dut: Any) -> None:
    """Contract 8: 1 to 22 records a datagram; numbers contiguous from 0."""
    bench = Bench(dut)
    await bench.reset()
    expected: list[bytes] = []
    for size in range(1, 23):
        await send(bench, range(size))
        expected += [record(ident, len(expected) + ident) for ident in range(size)]
        await bench.clocks(8 * size + 12)
    assert [len(frame) for frame in bench.frames()] == [42 + 64 * size for size in range(1, 23)]
    assert bench.records() == expected


@cocotb.test()
async def a_long_queue_goes_out_in_batches_of_22(dut: Any) -> None:
    """Under load batches grow to the limit and no beat is idle: 8 beats a record and 6 a datagram."""
    bench = Bench(dut)
    await bench.reset()
    await send(bench, range(70))
    await bench.clocks(70 * 9 + 40)
    assert [len(frame) for frame in bench.frames()] == [42 + 64 * size for size in (22, 22, 22, 4)]
    assert bench.records() == [record(ident, ident) for ident in range(70)]
    clocks = [clock for clock, *_ in bench.beats]
    assert clocks[-1] - clocks[0] + 1 == len(clocks) == 70 * 8 + 4 * 6


@cocotb.test()
async def the_first_byte_of_a_record_leaves_after_6_clocks(dut: Any) -> None:
    """LAT-2's share of this module, as its header states it."""
    bench = Bench(dut)
    await bench.reset()
    await bench.clocks(5)
    await send(bench, range(1))
    seen = bench.clock
    await bench.clocks(20)
    assert bench.beats[5][0] - (seen + 1) == 6


@cocotb.test()
async def back_pressure_loses_and_doubles_nothing(dut: Any) -> None:
    """m_events_axis_tready at random, records arriving at random."""
    bench = Bench(dut)
    await bench.reset()
    chance = random.Random(cocotb.RANDOM_SEED)
    for ident in range(60):
        await send(bench, range(ident, ident + 1))
        for _ in range(chance.randrange(30)):
            dut.m_events_axis_tready.value = int(chance.random() < 0.6)
            await FallingEdge(dut.clk)
    dut.m_events_axis_tready.value = 1
    await bench.clocks(60 * 9)
    assert bench.records() == [record(ident, ident) for ident in range(60)]


@cocotb.test()
async def reset_in_a_datagram_starts_anew_from_number_0(dut: Any) -> None:
    """Contract 10."""
    bench = Bench(dut)
    await bench.reset()
    await send(bench, range(3))
    await bench.clocks(9)
    dut.rst.value = 1
    await bench.clocks(2)
    bench.queue.clear()
    bench.beats.clear()
    await bench.reset()
    bench.beats.clear()
    await send(bench, range(2))
    await bench.clocks(40)
    assert bench.records() == [record(0, 0), record(1, 1)]
