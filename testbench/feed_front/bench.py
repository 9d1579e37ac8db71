# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of feed_front: from frames on both lines to ops, at every byte offset and at line rate. Parameter FIFO_BYTES = 4096."""

from __future__ import annotations

import random
from typing import Any

import cocotb

from testbench.feed_front.driver import MESSAGE, Bench
from testbench.itch_decoder.bench import FIELDS, LENGTHS, expected
from testbench.market_data import add_order, packet

PAST_THE_HEADER = {False: 62, True: 66}


async def started(dut: Any) -> Bench:
    bench = Bench(dut)
    await bench.reset()
    return bench


def compare(bench: Bench, messages: dict[int, bytes]) -> None:
    """Every message made one op with its fields, in order, and nothing else came out."""
    got = [(op.sequence, {name: op.fields[name] for name in ("kind", "type", "locate", "timestamp", *FIELDS)}) for op in bench.ops]
    assert got == [(sequence, expected(data)) for sequence, data in messages.items()]


@cocotb.test()
@cocotb.parametrize(vlan=[False, True])
async def every_type_at_every_byte_offset(dut: Any, vlan: bool) -> None:
    """Contract 4 and 2.2: 23 types x 8 offsets of the message in its beat, moved there by a block before it."""
    bench = await started(dut)
    rng = random.Random(cocotb.RANDOM_SEED)
    messages: dict[int, bytes] = {}
    offsets = set()
    sequence = 1
    for kind, length in LENGTHS.items():
        for shift in range(8):
            data = kind.encode() + rng.randbytes(length - 1)
            offsets.add((kind, (PAST_THE_HEADER[vlan] + 2 + shift + 2) % 8))
            filler = rng.randbytes(shift)
            bench.lines["a"].send(packet(sequence, [filler, data, b"D"], vlan=vlan))
            if filler:
                messages[sequence] = filler
            messages[sequence + 1], messages[sequence + 2] = data, b"D"
            sequence += 3
    assert len(offsets) == 8 * len(LENGTHS)
    await bench.drain(200)
    compare(bench, messages)
    assert bench.counted["a_delivered"] == 8 * len(LENGTHS)


@cocotb.test()
async def blocks_of_every_length_up_to_300(dut: Any) -> None:
    """2.2: the pointer finds the next block behind any length; a message behind each proves it."""
    bench = await started(dut)
    messages: dict[int, bytes] = {}
    for index, length in enumerate(range(1, 301)):
        filler = b"?" * length
        bench.lines["a"].send(packet(2 * index + 1, [filler, add_order(index)], vlan=bool(length & 8)))
        messages[2 * index + 1], messages[2 * index + 2] = filler, add_order(index)
    await bench.drain(200)
    compare(bench, messages)


@cocotb.test()
@cocotb.parametrize(vlan=[False, True], kind=list("SADUP"))
async def an_idle_device_answers_within_eight_clocks(dut: Any, vlan: bool, kind: str) -> None:
    """LAT-1's share of the front end: last beat of a single-message frame to op_valid. The first packet takes one clock more at most."""
    bench = await started(dut)
    for sequence in range(1, 9):
        line = "ab"[sequence & 1]
        bench.lines[line].send(packet(sequence, [kind.encode() + bytes(LENGTHS[kind] - 1)], line=line, vlan=vlan))
        await bench.drain()
    ends = sorted(bench.last_beats["a"] + bench.last_beats["b"])
    latencies = [op.clock - end for op, end in zip(bench.ops, ends, strict=True)]
    assert max(latencies) <= 8, latencies
    assert set(latencies[1:]) == {7}, latencies


@cocotb.test()
async def many_messages_flow_at_two_clocks_each(dut: Any) -> None:
    """Throughput of the header: 50 deletes of one packet, the book always ready."""
    bench = await started(dut)
    bench.lines["a"].send(packet(1, [b"D" + bytes(18)] * 50))
    await bench.drain(150)
    clocks = [op.clock for op in bench.ops]
    assert len(clocks) == 50
    assert clocks[-1] - clocks[0] <= 2 * 49


@cocotb.test()
@cocotb.parametrize(skew=[0, 1, 7], kind=["S", "D", "A"])
async def line_rate_on_both_lines_loses_nothing(dut: Any, skew: int, kind: str) -> None:
    """FEED-RATE-1: single-message frames without idle beats, B late by so many frames: each message once, no overflow, no delay."""
    bench = await started(dut)
    data = kind.encode() + bytes(LENGTHS[kind] - 1)
    count = 150
    for sequence in range(1, count + 1):
        bench.lines["a"].send(packet(sequence, [data]))
    bench.lines["b"].idle(skew * -(-len(packet(1, [data])) // 8))
    for sequence in range(1, count + 1):
        bench.lines["b"].send(packet(sequence, [data], line="b"))
    await bench.drain()
    assert [(op.kind, op.sequence) for op in bench.ops] == [(MESSAGE, sequence) for sequence in range(1, count + 1)]
    latencies = [op.clock - end for op, end in zip(bench.ops, bench.last_beats["a"], strict=True)]
    assert max(latencies) <= 8, "each is through before the next"
    wanted = {"a_frames": count, "b_frames": count, "a_delivered": count, "b_duplicates": count, "messages": count}
    assert {name: n for name, n in bench.counted.items() if n} == wanted


@cocotb.test()
async def a_reset_in_a_frame_leaves_nothing_behind(dut: Any) -> None:
    """Contract 10: at every beat of a frame that follows waiting packets; afterwards only new frames count."""
    bench = await started(dut)
    frame = packet(1, [add_order(1)])
    for beat in range(-(-len(frame) // 8)):
        bench.lines["a"].send(packet(9, [add_order(9)]))
        bench.lines["b"].send(packet(5, [], line="b"))
        bench.lines["a"].send(frame)
        await bench.run(-(-len(packet(9, [add_order(9)])) // 8) + beat)
        await bench.reset(clocks=1)
        bench.ops.clear()
        bench.counted.clear()
        await bench.drain()
        bench.lines["b"].send(packet(1, [add_order(2)], line="b"))
        await bench.drain()
        assert [(op.kind, op.sequence, op.ref) for op in bench.ops] == [(MESSAGE, 1, 2)], f"reset at beat {beat}"
        assert {name for name, n in bench.counted.items() if n} == {"b_frames", "b_delivered", "messages"}
