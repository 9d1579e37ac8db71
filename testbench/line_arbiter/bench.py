# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of the arbitration of two lines, seen from frames to ops (top feed_front, FIFO_BYTES = 4096, gap timeout 2,000 ns)."""

from __future__ import annotations

import random
from typing import Any

import cocotb

from testbench.feed_front.driver import BAD, END, GAP, MESSAGE, START, Bench
from testbench.market_data import SESSION, add_order, message, packet

BOTH, TIMEOUT, FIFO = 1, 2, 3


def orders(*references: int) -> list[bytes]:
    return [add_order(reference) for reference in references]


def line(sequence: int, count: int = 1, *, on: str = "a", **more: Any) -> bytes:
    """A packet of add orders whose reference is their sequence number, on line B plus 1,000."""
    return packet(sequence, orders(*(n + (1000 if on == "b" else 0) for n in range(sequence, sequence + count))), line=on, **more)


def seen(bench: Bench) -> list[tuple[int, ...]]:
    """Ops in short: (sequence, reference) for a message, (kind, ...) else."""
    short: list[tuple[int, ...]] = []
    for op in bench.ops:
        match op.kind:
            case 0:
                short.append((op.sequence, op.ref))
            case 2:
                short.append((GAP, op.sequence, op.end, op.cause))
            case _:
                short.append((op.kind, op.sequence))
    return short


def check_counters(bench: Bench, **wanted: int) -> None:
    """These counters and no others (frames, messages and gaps' sums apart)."""
    got = {name: count for name, count in bench.counted.items() if count and not name.endswith("_frames")}
    assert got == {name: count for name, count in wanted.items() if count}


async def started(dut: Any, **settings: int) -> Bench:
    bench = Bench(dut)
    await bench.reset(**settings)
    return bench


@cocotb.test()
async def the_second_copy_is_a_duplicate(dut: Any) -> None:
    """FEED-ARB-1, -2: whichever line comes first delivers; the other copy is skipped and counted."""
    bench = await started(dut)
    bench.lines["a"].send(line(1, 2))
    await bench.drain()
    bench.lines["b"].send(line(1, 2, on="b"))
    bench.lines["b"].send(line(3, on="b"))
    await bench.drain()
    bench.lines["a"].send(line(3))
    await bench.drain()
    assert seen(bench) == [(1, 1), (2, 2), (3, 1003)]
    check_counters(bench, a_delivered=1, b_delivered=1, a_duplicates=1, b_duplicates=1, messages=3)


@cocotb.test()
async def line_a_goes_first(dut: Any) -> None:
    """FEED-ARB-2: both heads can be taken."""
    bench = await started(dut)
    for on in "ab":
        bench.lines[on].send(line(1, on=on))
    await bench.drain()
    assert seen(bench) == [(1, 1)]
    check_counters(bench, a_delivered=1, b_duplicates=1, messages=1)


@cocotb.test()
async def an_overlapping_packet_is_delivered_from_next_on(dut: Any) -> None:
    """FEED-ARB-2: what is before `next` is not repeated."""
    bench = await started(dut)
    bench.lines["a"].send(line(1, 3))
    await bench.drain()
    bench.lines["b"].send(line(2, 4, on="b"))
    await bench.drain()
    bench.lines["a"].send(line(5, 2))
    await bench.drain()
    assert seen(bench) == [(1, 1), (2, 2), (3, 3), (4, 1004), (5, 1005), (6, 6)]
    check_counters(bench, a_delivered=2, b_delivered=1, messages=6)


@cocotb.test()
async def the_other_line_fills_the_hole(dut: Any) -> None:
    """FEED-ARB-3 (a): no GAP."""
    bench = await started(dut)
    bench.lines["a"].send(line(3))
    await bench.drain()
    bench.lines["b"].send(line(1, on="b"))
    bench.lines["b"].send(line(2, on="b"))
    await bench.drain()
    assert seen(bench) == [(1, 1001), (2, 1002), (3, 3)]
    check_counters(bench, a_delivered=1, b_delivered=2, messages=3)


@cocotb.test()
@cocotb.parametrize(lower=["a", "b"])
async def both_lines_beyond_is_a_gap_to_the_lower(dut: Any, lower: str) -> None:
    """FEED-ARB-3 (b), at once; the higher one then waits by itself, (c)."""
    bench = await started(dut)
    higher = "ab"[lower == "a"]
    bench.lines[lower].send(packet(4, orders(4), line=lower))
    await bench.drain()
    bench.lines[higher].send(packet(6, orders(6), line=higher))
    await bench.drain(500)
    assert seen(bench) == [(GAP, 1, 4, BOTH), (4, 4), (GAP, 5, 6, TIMEOUT), (6, 6)]
    check_counters(bench, a_delivered=1, b_delivered=1, messages=2, gaps=2, gap_messages=4)


@cocotb.test()
@cocotb.parametrize(on=["a", "b"])
async def a_single_line_ahead_waits_for_the_timeout(dut: Any, on: str) -> None:
    """FEED-ARB-3 (c): from the arrival of its own last beat, at most 4 clk later."""
    bench = await started(dut, gap_timeout_ns=1000)
    bench.lines[on].send(packet(3, orders(3), line=on))
    bench.lines[on].idle(80)
    bench.lines[on].send(packet(5, orders(5), line=on))
    await bench.drain(300)
    assert seen(bench) == [(GAP, 1, 3, TIMEOUT), (3, 3), (GAP, 4, 5, TIMEOUT), (5, 5)]
    gaps = [op for op in bench.ops if op.kind == GAP]
    waited = [op.time_ns - beat * 64 // 10 for op, beat in zip(gaps, bench.last_beats[on], strict=True)]
    assert all(1000 <= wait <= 1000 + 4 * 7 for wait in waited), waited
    check_counters(bench, **{f"{on}_delivered": 2}, messages=2, gaps=2, gap_messages=3)


@cocotb.test()
@cocotb.parametrize(on=["a", "b"])
async def a_fifo_over_three_quarters_ends_the_waiting(dut: Any, on: str) -> None:
    """FEED-ARB-3 (d): 52 packets of 58 bytes are 3,016 of 4,096; the 53rd makes it 3,074."""
    bench = await started(dut, gap_timeout_ns=0xFFFFFFFF)
    for sequence in range(3, 55):
        bench.lines[on].send(packet(sequence, orders(sequence), line=on))
    await bench.drain(200)
    assert seen(bench) == []
    bench.lines[on].send(packet(55, orders(55), line=on))
    await bench.drain(400)
    assert seen(bench) == [(GAP, 1, 3, FIFO), *((n, n) for n in range(3, 56))]
    check_counters(bench, **{f"{on}_delivered": 53}, messages=53, gaps=1, gap_messages=2)


@cocotb.test()
async def heartbeats_before_next_do_nothing_and_beyond_it_wait(dut: Any) -> None:
    """FEED-ARB-3, -4: a heartbeat can show a hole, too."""
    bench = await started(dut)
    bench.lines["a"].send(line(1))
    for sequence in (0, 1, 2):
        bench.lines["b"].send(packet(sequence, [], line="b"))
    await bench.drain(400)
    assert seen(bench) == [(1, 1)]
    bench.lines["b"].send(packet(5, [], line="b"))
    await bench.drain(30)
    assert seen(bench) == [(1, 1)]
    await bench.run(400)
    assert seen(bench) == [(1, 1), (GAP, 2, 5, TIMEOUT)]
    bench.lines["a"].send(line(4))
    bench.lines["a"].send(line(5))
    await bench.drain()
    assert seen(bench)[2:] == [(5, 5)]
    check_counters(bench, a_delivered=2, a_duplicates=1, b_heartbeats=4, messages=2, gaps=1, gap_messages=3)


@cocotb.test()
async def the_end_of_session_is_emitted_once_and_ends_everything(dut: Any) -> None:
    """FEED-ARB-5: afterwards duplicates are duplicates, other packets are after_end, heartbeats nothing, no gap."""
    bench = await started(dut)
    bench.lines["a"].send(line(1))
    bench.lines["a"].send(packet(2, [], count=0xFFFF))
    bench.lines["b"].send(packet(2, [], line="b", count=0xFFFF))
    await bench.drain()
    assert seen(bench) == [(1, 1), (END, 2)]
    assert bench.ops[-1].session == int.from_bytes(SESSION, "big")
    assert dut.end_of_session.value == 1
    bench.lines["a"].send(line(1))
    bench.lines["a"].send(line(2))
    bench.lines["b"].send(packet(9, [], line="b"))
    bench.lines["b"].send(line(7, on="b"))
    bench.lines["b"].send(packet(9, [], line="b", count=0xFFFF))
    await bench.drain(600)
    assert seen(bench) == [(1, 1), (END, 2)]
    check_counters(bench, a_delivered=1, a_duplicates=1, a_after_end=1, a_heartbeats=1, b_after_end=1, b_heartbeats=3, messages=1)


@cocotb.test()
async def an_end_of_session_beyond_next_waits_like_a_heartbeat(dut: Any) -> None:
    """FEED-ARB-5 with -3 (c): first the GAP, then the END."""
    bench = await started(dut)
    bench.lines["b"].send(packet(4, [], line="b", count=0xFFFF))
    await bench.drain(20)
    bench.lines["a"].send(line(1))
    await bench.drain(500)
    assert seen(bench) == [(1, 1), (GAP, 2, 4, TIMEOUT), (END, 4)]
    check_counters(bench, a_delivered=1, b_heartbeats=1, messages=1, gaps=1, gap_messages=2)


@cocotb.test()
async def packets_without_messages_are_skipped_uncounted(dut: Any) -> None:
    """FEED-MOLD-3, FEED-ARB-1: effective count 0 neither waits nor reports, wherever it is."""
    bench = await started(dut)
    for sequence in (1, 50, 2):
        bench.lines["a"].send(packet(sequence, [], count=3))
    bench.lines["a"].send(line(1))
    await bench.drain(500)
    assert seen(bench) == [(1, 1)]
    check_counters(bench, a_delivered=1, a_truncated=3, messages=1)


@cocotb.test()
async def zero_length_blocks_consume_numbers(dut: Any) -> None:
    """FEED-MOLD-5, FEED-ITCH-1: no op, no message counted; bad messages consume theirs, too."""
    bench = await started(dut)
    bench.lines["a"].send(packet(1, [b"", add_order(2), b"", b"", b"?", add_order(6), b""]))
    bench.lines["a"].send(packet(8, [b""] * 3))
    bench.lines["a"].send(line(11))
    await bench.drain()
    assert seen(bench) == [(2, 2), (BAD, 5), (6, 6), (11, 11)]
    check_counters(bench, a_delivered=3, messages=4, bad_message=1)


@cocotb.test()
@cocotb.parametrize(first=["a", "b", "both", "heartbeat", "empty"])
async def start_sequence_0_takes_the_first_packets_number(dut: Any, first: str) -> None:
    """Section 3: heartbeats included, packets without messages not, line A first; a START op tells the book."""
    bench = await started(dut, start_sequence=0)
    match first:
        case "a" | "b":
            bench.lines[first].send(packet(70, orders(70), line=first))
        case "both":
            bench.lines["a"].send(packet(70, orders(70)))
            bench.lines["b"].send(packet(60, orders(60), line="b"))
        case "heartbeat":
            bench.lines["b"].send(packet(70, [], line="b"))
            bench.lines["a"].send(packet(69, orders(69)), gaps=[20])
            bench.lines["a"].send(packet(70, orders(70)))
        case "empty":
            bench.lines["a"].send(packet(5, [], count=3))
            bench.lines["a"].send(packet(70, orders(70)))
    await bench.drain(400)
    assert seen(bench) == [(START, 70), (70, 70)]


@cocotb.test()
async def start_sequence_is_where_the_sequence_starts(dut: Any) -> None:
    """Section 3: what lies before it is a duplicate."""
    bench = await started(dut, start_sequence=5)
    bench.lines["a"].send(line(3, 4))
    bench.lines["b"].send(line(4, on="b"))
    await bench.drain()
    assert seen(bench) == [(5, 5), (6, 6)]
    check_counters(bench, a_delivered=1, b_duplicates=1, messages=2)


@cocotb.test()
async def a_duplicate_costs_at_most_two_clocks(dut: Any) -> None:
    """1.1: a FIFO full of duplicates, while nothing else happens."""
    bench = await started(dut)
    bench.op_ready = False
    bench.lines["a"].send(packet(1, [*orders(1, 2, 3), *[b""] * 67]))
    bench.lines["b"].idle(60)
    for sequence in range(1, 71):
        bench.lines["b"].send(packet(sequence, orders(sequence), line="b"))
    await bench.drain()
    assert bench.counted["b_duplicates"] == 2, "the third message finds the way to the book blocked"
    bench.op_ready = True
    await bench.run(2 * 68 + 8)
    check_counters(bench, a_delivered=1, b_duplicates=70, messages=3)


@cocotb.test()
async def a_full_fifo_drops_whole_packets_and_recovers(dut: Any) -> None:
    """1.1: the book stands still; what does not fit is counted, and leaves a gap behind what did."""
    bench = await started(dut)
    bench.op_ready = False
    for sequence in range(1, 101):
        bench.lines["a"].send(line(sequence))
    await bench.drain()
    lost = bench.counted["a_fifo_overflow"]
    assert 25 <= lost <= 30, "70 packets of 58 bytes fit, and one or two are on their way"
    bench.op_ready = True
    bench.lines["a"].send(line(101), gaps=[200])
    await bench.drain(600)
    kept = 100 - lost
    assert seen(bench) == [*((n, n) for n in range(1, kept + 1)), (GAP, kept + 1, 101, TIMEOUT), (101, 101)]
    check_counters(bench, a_delivered=kept + 1, a_fifo_overflow=lost, messages=kept + 1, gaps=1, gap_messages=lost)


@cocotb.test()
@cocotb.parametrize(ahead=["a", "b"])
async def a_filler_that_is_there_comes_before_a_gap_that_is_due(dut: Any, ahead: str) -> None:
    """FEED-ARB-2, -3: the book stands still beyond the timeout; the other line's packet then goes first, although waiting is over."""
    bench = await started(dut)
    bench.op_ready = False
    other = "ab"[ahead == "a"]
    for sequence in (1, 2, 5):
        bench.lines[ahead].send(packet(sequence, orders(sequence), line=ahead))
    await bench.drain(400)
    bench.lines[other].send(packet(3, orders(3, 4), line=other))
    await bench.drain()
    bench.op_ready = True
    await bench.run(40)
    assert seen(bench) == [(n, n) for n in range(1, 6)]
    check_counters(bench, **{f"{ahead}_delivered": 3, f"{other}_delivered": 1}, messages=5)


@cocotb.test()
@cocotb.parametrize(stall=[0.0, 0.3])
async def two_lossy_lines_make_one_whole_sequence(dut: Any, stall: float) -> None:
    """FEED-ARB-1 to -3 (a): each packet on one line at least, skews below the timeout: each message once, in order; counters add up."""
    bench = await started(dut, gap_timeout_ns=1_000_000)
    rng = random.Random(f"{cocotb.RANDOM_SEED} {stall}")
    total, messages, sent = 1, 0, {"a": 0, "b": 0}
    for _ in range(250):
        kinds = [b"", message(b"D", 19), add_order(total), message(b"I", 50)]
        blocks = [rng.choice(kinds) for _ in range(rng.choice([1, 1, 1, 2, 5]))]
        for on in rng.choice(["a", "b", "ab", "ab", "ab"]):
            bench.lines[on].send(packet(total, blocks, line=on, vlan=rng.random() < 0.5), gaps=[rng.choice([0, 0, 0, 1, 9])])
            sent[on] += 1
        total += len(blocks)
        messages += sum(1 for block in blocks if block)
        if rng.random() < 0.1:
            bench.lines[rng.choice("ab")].idle(rng.randrange(60))
    while any(source.queue for source in bench.lines.values()):
        bench.op_ready = rng.random() >= stall
        await bench.run(1)
    bench.op_ready = True
    await bench.run(800)
    numbers = [op.sequence for op in bench.ops]
    assert all(op.kind == MESSAGE for op in bench.ops)
    assert numbers == sorted(set(numbers))
    for on, packets in sent.items():
        assert sum(bench.counted[f"{on}_{name}"] for name in ("delivered", "duplicates", "after_end", "fifo_overflow")) == packets
    assert bench.counted["a_fifo_overflow"] == bench.counted["b_fifo_overflow"] == bench.counted["gaps"] == 0
    assert bench.counted["messages"] == len(bench.ops) == messages
