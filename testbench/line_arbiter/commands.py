# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of commands and sessions in the one order of processing (top feed_front)."""

from __future__ import annotations

from typing import Any

import cocotb

from testbench.feed_front.driver import BAD, BOOK_CLEAR, BOOK_TRUST, COMMIT, END, GAP, MESSAGE, SESSION_RESET, START
from testbench.line_arbiter.bench import TIMEOUT, check_counters, line, orders, seen, started
from testbench.market_data import SESSION, add_order, packet

OTHER = b"000000002B"
OP = {COMMIT: 1, SESSION_RESET: 2, BOOK_CLEAR: 3, BOOK_TRUST: 4}


@cocotb.test()
async def commands_take_their_place_between_packets(dut: Any) -> None:
    """CTRL-2: each makes one op with `next` before and after it, and its symbol; time never goes back."""
    bench = await started(dut)
    bench.lines["a"].send(line(1, 2))
    await bench.drain()
    for kind, symbol in ((COMMIT, 0xFFFF), (BOOK_CLEAR, 3), (BOOK_TRUST, 0x1234)):
        bench.commands.append((OP[kind], symbol, {}))
    await bench.drain(60)
    bench.lines["a"].send(line(3))
    await bench.drain()
    assert seen(bench) == [(1, 1), (2, 2), (COMMIT, 3), (BOOK_CLEAR, 3), (BOOK_TRUST, 3), (3, 3)]
    commands = bench.ops[2:5]
    assert [(op.symbol, op.end) for op in commands] == [(0xFFFF, 3), (3, 3), (0x1234, 3)]
    assert [op.time_ns for op in bench.ops] == sorted(op.time_ns for op in bench.ops)


@cocotb.test()
async def a_packet_is_never_cut_by_a_command(dut: Any) -> None:
    """Between two packets is between two messages, too; the command follows the packet that was begun."""
    bench = await started(dut)
    bench.lines["a"].send(line(1, 20))
    bench.lines["a"].send(line(21, 20))
    while not bench.ops:
        await bench.run(1)
    bench.commands.append((OP[BOOK_TRUST], 0, {}))
    await bench.drain(150)
    assert seen(bench) == [*((n, n) for n in range(1, 21)), (BOOK_TRUST, 21), *((n, n) for n in range(21, 41))]


@cocotb.test()
async def a_command_waits_for_an_idle_book_and_holds_up_what_follows(dut: Any) -> None:
    """The quiet around a commit: settings change when nothing older is under way, and nothing younger passes before the book is through."""
    bench = await started(dut)
    bench.lines["a"].send(line(1))
    await bench.drain()
    dut.book_idle.value = 0
    bench.commands.append((OP[COMMIT], 0xFFFF, {}))
    bench.lines["a"].send(line(2))
    await bench.run(3)
    await bench.drain(60)
    assert seen(bench) == [(1, 1)]
    assert not bench.taken_commands
    dut.book_idle.value = 1
    while len(bench.ops) < 2:
        await bench.run(1)
    dut.book_idle.value = 0
    await bench.run(60)
    assert seen(bench) == [(1, 1), (COMMIT, 2)]
    dut.book_idle.value = 1
    await bench.run(40)
    assert seen(bench) == [(1, 1), (COMMIT, 2), (2, 2)]
    assert bench.taken_commands[0] <= bench.ops[1].clock


@cocotb.test()
async def a_stalled_op_is_not_overtaken_by_a_command(dut: Any) -> None:
    """An op that the book has not taken is under way, although the book is idle."""
    bench = await started(dut)
    bench.op_ready = False
    bench.lines["a"].send(line(1, 2))
    await bench.drain()
    bench.commands.append((OP[COMMIT], 0xFFFF, {}))
    await bench.run(40)
    assert not bench.taken_commands
    bench.op_ready = True
    await bench.run(40)
    assert seen(bench) == [(1, 1), (2, 2), (COMMIT, 3)]


@cocotb.test()
async def start_sequence_takes_effect_at_a_commit_before_the_first_packet(dut: Any) -> None:
    """CTRL-4: a START op follows the commit; after a packet, or a heartbeat, a commit changes nothing."""
    bench = await started(dut)
    bench.commands.append((OP[COMMIT], 0xFFFF, {"start_sequence": 9}))
    await bench.run(40)
    assert [(op.kind, op.sequence, op.end) for op in bench.ops[:1]] == [(COMMIT, 1, 9)]
    bench.lines["b"].send(packet(1, [], line="b"))
    await bench.drain()
    bench.commands.append((OP[COMMIT], 0xFFFF, {"start_sequence": 30}))
    await bench.run(40)
    bench.lines["a"].send(line(9))
    await bench.drain()
    assert seen(bench) == [(COMMIT, 1), (START, 9), (COMMIT, 9), (9, 9)]
    assert bench.ops[2].end == 9


@cocotb.test()
async def start_sequence_0_may_be_committed(dut: Any) -> None:
    """CTRL-4 with 0: `next` reads 0 until the first packet."""
    bench = await started(dut)
    for _ in range(2):
        bench.commands.append((OP[COMMIT], 0xFFFF, {"start_sequence": 0}))
    await bench.run(60)
    bench.lines["a"].send(line(12))
    await bench.drain()
    assert seen(bench) == [(COMMIT, 1), (START, 0), (COMMIT, 0), (START, 0), (START, 12), (12, 12)]


@cocotb.test()
async def session_reset_starts_again(dut: Any) -> None:
    """FEED-MOLD-7: FIFOs emptied, session open, end forgotten, `next` = start_sequence; counters keep counting."""
    bench = await started(dut)
    bench.lines["a"].send(line(1))
    bench.lines["a"].send(packet(2, [], count=0xFFFF))
    bench.lines["b"].send(packet(1, orders(1), line="b", session=OTHER), gaps=[30])
    await bench.drain()
    assert (dut.end_of_session.value, dut.session_fixed.value) == (1, 1)
    bench.commands.append((OP[SESSION_RESET], 0xFFFF, {"start_sequence": 4}))
    await bench.run(40)
    assert (dut.end_of_session.value, dut.session_fixed.value) == (0, 0)
    bench.lines["b"].send(packet(4, orders(4), line="b", session=OTHER))
    bench.lines["a"].send(line(4), gaps=[30])
    bench.lines["b"].send(packet(5, [], line="b", session=OTHER, count=0xFFFF))
    await bench.drain()
    assert seen(bench) == [(1, 1), (END, 2), (SESSION_RESET, 2), (4, 4), (END, 5)]
    assert bench.ops[2].end == 4
    assert [op.session for op in bench.ops if op.kind == END] == [int.from_bytes(session, "big") for session in (SESSION, OTHER)]
    check_counters(bench, a_delivered=1, a_heartbeats=1, a_wrong_session=1, b_delivered=1, b_heartbeats=1, b_wrong_session=1, messages=2)


@cocotb.test()
async def session_reset_empties_the_fifos(dut: Any) -> None:
    """FEED-MOLD-7: a packet that waited is gone and counted nowhere; no gap is declared for it."""
    bench = await started(dut)
    for on in "ab":
        bench.lines[on].send(packet(1, orders(1), line=on))
    bench.lines["a"].send(line(5, 3))
    bench.lines["a"].send(line(8))
    await bench.drain()
    bench.commands.append((OP[SESSION_RESET], 0xFFFF, {}))
    await bench.run(500)
    bench.lines["a"].send(packet(1, orders(77), session=OTHER))
    await bench.drain()
    assert seen(bench) == [(1, 1), (SESSION_RESET, 2), (1, 77)]
    check_counters(bench, a_delivered=2, b_duplicates=1, messages=2)


@cocotb.test()
async def a_frame_belongs_to_the_side_of_the_reset_on_which_it_ends(dut: Any) -> None:
    """FEED-MOLD-7, contract 8: the reset's time names a clock; a frame whose last beat came by then is before it, others behind it."""
    bench = await started(dut)
    sides = []
    for delay in range(16):
        await bench.reset()
        bench.ops.clear()
        bench.lines["a"].send(line(1))
        await bench.drain()
        bench.lines["b"].send(packet(1, [b"?"], line="b"))
        await bench.run(delay)
        bench.commands.append((OP[SESSION_RESET], 0xFFFF, {}))
        await bench.drain()
        sides.append(bench.last_beats["b"][-1] * 64 // 10 > bench.ops[1].time_ns)
        assert seen(bench) == [(1, 1), (SESSION_RESET, 2), *([(BAD, 1)] if sides[-1] else [])], f"delay {delay}"
    assert sides == sorted(sides, reverse=True)
    assert set(sides) == {False, True}


@cocotb.test()
async def the_first_packet_fixes_the_session_line_a_first(dut: Any) -> None:
    """FEED-MOLD-6: both end on the same clock with different sessions; a heartbeat or a dropped frame may be first, too."""
    bench = await started(dut)
    bad = bytearray(packet(1, orders(1), session=OTHER))
    bad[0] ^= 2
    bench.lines["a"].send(bytes(bad))
    await bench.drain()
    assert dut.session_fixed.value == 0
    bench.lines["a"].send(packet(1, [add_order(1)]))
    bench.lines["b"].send(packet(1, [add_order(2)], line="b", session=OTHER))
    await bench.drain()
    assert seen(bench) == [(1, 1)]
    check_counters(bench, a_not_ours=1, a_delivered=1, b_wrong_session=1, messages=1)


@cocotb.test()
async def a_pinned_session_is_the_only_one(dut: Any) -> None:
    """FEED-MOLD-6: packets of another are dropped although they came first."""
    bench = await started(dut, session_pinned=1, session=int.from_bytes(OTHER, "big"))
    bench.lines["a"].send(line(1))
    bench.lines["b"].send(packet(1, [], line="b"))
    bench.lines["b"].send(packet(1, orders(5), line="b", session=OTHER))
    await bench.drain()
    assert seen(bench) == [(1, 5)]
    check_counters(bench, a_wrong_session=1, b_wrong_session=1, b_delivered=1, messages=1)


@cocotb.test()
@cocotb.parametrize(before=[False, True])
async def unpinning_leaves_the_fixed_session(dut: Any, before: bool) -> None:
    """FEED-MOLD-6: fixed by a packet before the pin, else by the first one accepted under it."""
    bench = await started(dut)
    if before:
        bench.lines["a"].send(line(1))
        await bench.drain()
    bench.commands.append((OP[COMMIT], 0xFFFF, {"session_pinned": 1, "session": int.from_bytes(OTHER, "big")}))
    await bench.drain(40)
    bench.lines["a"].send(packet(1 + before, orders(50), session=OTHER))
    await bench.drain()
    bench.commands.append((OP[COMMIT], 0xFFFF, {"session_pinned": 0}))
    await bench.drain(40)
    bench.lines["a"].send(packet(2 + before, orders(60), session=SESSION if before else OTHER))
    bench.lines["a"].send(packet(3 + before, orders(70), session=OTHER if before else SESSION))
    await bench.drain()
    assert [op.ref for op in bench.ops if op.kind == MESSAGE] == [1, 50, 60][not before :]
    assert bench.counted["a_wrong_session"] == 1


@cocotb.test()
async def a_gap_can_be_due_while_a_command_is_under_way(dut: Any) -> None:
    """CTRL-2, FEED-ARB-3 (c): the command first, then the gap."""
    bench = await started(dut, gap_timeout_ns=500)
    bench.lines["a"].send(line(3))
    await bench.drain(5)
    dut.book_idle.value = 0
    bench.commands.append((OP[BOOK_TRUST], 1, {}))
    await bench.run(200)
    assert seen(bench) == []
    dut.book_idle.value = 1
    await bench.run(40)
    assert seen(bench) == [(BOOK_TRUST, 1), (GAP, 1, 3, TIMEOUT), (3, 3)]
