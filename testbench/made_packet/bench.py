# SPDX-License-Identifier: Apache-2.0
"""made_packet alone: the packets that the device makes, byte for byte as contract 6.2 and 7.2 have them, and other sizes of a last beat."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

Beat = tuple[int, int, int]  # the bytes that count, tkeep, tlast

# KILL-CANCEL: length 10, `U`, then `X`, user_ref_num 0x01020304, quantity 0.
CANCEL = bytes.fromhex("000a 55 58 01020304 00000000")
CANCEL_BEATS = [(0x0403020158550A00, 0xFF, 0), (0x00000000, 0x0F, 1)]
# SESS-REJECT: length 30, `U`, then `J`, timestamp, user_ref_num 0xA1A2A3A4, reason 0x8000 + bit 6 (collar), clordid `ORDER-00000042`.
REJECT = bytes.fromhex("001e 55 4a 0000000123456789 a1a2a3a4 8006 4f524445522d3030303030303432")
REJECT_BEATS = [
    (0x010000004A551E00, 0xFF, 0),
    (0xA4A3A2A189674523, 0xFF, 0),
    (0x2D524544524F0680, 0xFF, 0),
    (0x3234303030303030, 0xFF, 1),
]
BY_HAND = {len(CANCEL): (CANCEL, CANCEL_BEATS), len(REJECT): (REJECT, REJECT_BEATS)}


async def start(dut: Any) -> None:
    dut.rst.value, dut.s_valid.value, dut.s_packet.value, dut.m_axis_tready.value = 1, 0, 0, 0
    cocotb.start_soon(Clock(dut.clk, 6400, "ps").start(start_high=False))
    await FallingEdge(dut.clk)
    await FallingEdge(dut.clk)
    dut.rst.value = 0


async def make(dut: Any, packet: bytes, sink_waits: Callable[[], bool] = lambda: False) -> tuple[list[Beat], int]:
    """The beats of one packet and the clocks that they took. Called at a falling edge, returns at the one behind the last beat."""
    dut.s_valid.value = 1
    dut.s_packet.value = int.from_bytes(packet, "big")
    beats: list[Beat] = []
    held: Beat | None = None
    for clocks in range(1, 1_000):
        ready = not sink_waits()
        dut.m_axis_tready.value = int(ready)
        await RisingEdge(dut.clk)
        assert dut.m_axis_tvalid.value == 1, "0 clk"
        keep = int(dut.m_axis_tkeep.value)
        kept = int(dut.m_axis_tdata.value) & sum(0xFF << 8 * byte for byte in range(8) if keep >> byte & 1)
        beat = (kept, keep, int(dut.m_axis_tlast.value))
        assert held in (None, beat), "a beat that waits does not change"
        held = None if ready else beat
        await FallingEdge(dut.clk)
        if ready:
            beats.append(beat)
            if beat[2]:
                dut.s_valid.value = 0
                return beats, clocks
    raise AssertionError("the packet does not end")


def bytes_of(beats: list[Beat]) -> bytes:
    return b"".join(data.to_bytes(8, "little")[: keep.bit_length()] for data, keep, _ in beats)


@cocotb.test
async def the_packet_leaves_byte_for_byte(dut: Any) -> None:
    """KILL-CANCEL, SESS-REJECT: the beats written by hand, twice with nothing between, then behind a pause."""
    await start(dut)
    size = int(dut.BYTES.value)
    packet, wanted = BY_HAND.get(size, (bytes(range(1, size + 1)), None))
    for _ in range(2):
        beats, clocks = await make(dut, packet)
        assert clocks == len(beats) == (size + 7) // 8, "a beat a clock"
        assert wanted in (None, beats)
        assert bytes_of(beats) == packet
    for _ in range(3):
        await RisingEdge(dut.clk)
        assert dut.m_axis_tvalid.value == 0, "nothing without a packet"
        await FallingEdge(dut.clk)
    assert bytes_of((await make(dut, packet))[0]) == packet


@cocotb.test
async def a_sink_that_waits_loses_nothing(dut: Any) -> None:
    """Lossless under back-pressure; only the last beat is partial."""
    await start(dut)
    rng = random.Random(cocotb.RANDOM_SEED)
    for _ in range(200):
        packet = rng.randbytes(int(dut.BYTES.value))
        beats, _ = await make(dut, packet, lambda: rng.random() < 0.6)
        assert bytes_of(beats) == packet
        assert all(keep == 0xFF and not last for _, keep, last in beats[:-1])


@cocotb.test
async def a_reset_within_a_packet_begins_the_next_at_its_first_byte(dut: Any) -> None:
    """rst: no trace of the beats that have left."""
    await start(dut)
    packet = bytes(range(1, int(dut.BYTES.value) + 1))
    dut.s_valid.value, dut.s_packet.value, dut.m_axis_tready.value = 1, int.from_bytes(packet, "big"), 1
    await FallingEdge(dut.clk)
    dut.rst.value, dut.s_valid.value = 1, 0
    await FallingEdge(dut.clk)
    dut.rst.value = 0
    assert bytes_of((await make(dut, packet))[0]) == packet
