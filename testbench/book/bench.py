# SPDX-License-Identifier: Apache-2.0
"""The whole book against the reference: every rule of contract sections 4 and 5 at full rate, hazards, latency, rhythm.

The parameters of the build come as cocotb sees them: each test reads them from the handle.
"""

from __future__ import annotations

import os
import random

import cocotb

from testbench.book.driver import LATENCY_CLK, RETRY_CLK, BookTB
from testbench.book.reference import CLEAR, COMMIT, GAP, RESET, START, TRUST, Op, SymbolConfig
from testbench.book.traffic import given, ladder_prices, messages, with_commands

OPS = int(os.environ.get("BOOK_OPS", "3000"))


def testbench(dut) -> BookTB:
    return BookTB(dut, symbols=int(dut.SYMBOLS.value), levels=int(dut.LEVELS.value), store_sets=int(dut.STORE_SETS.value))


def rng_of(name: str) -> random.Random:
    return random.Random(f"{cocotb.RANDOM_SEED} {name}")


async def started(dut, count: int = 3) -> BookTB:
    tb = testbench(dut)
    await tb.reset()
    await tb.play([Op(kind=COMMIT, config=given(min(count, len(tb.configs))))])
    return tb


async def random_run(dut, name: str, gap=lambda rng: 0, every: int = 150, references=range(1, 13)) -> BookTB:
    tb = await started(dut)
    rng = rng_of(name)
    locates = [100, 100, 101, 102, 103]
    traffic = messages(rng, OPS, locates=locates, references=list(references), prices=ladder_prices(tb.reference.levels))
    await tb.play(list(with_commands(rng, traffic, len(tb.configs), every)), lambda: gap(rng))
    await tb.finish()
    return tb


def add(ref: int, side: str = "B", price: int = 10_500, shares: int = 100, locate: int = 100) -> Op:
    return Op(type="A", locate=locate, ref=ref, side=side, shares=shares, price=price, timestamp=ref)


def reduce(kind: str, ref: int, shares: int = 0, locate: int = 100) -> Op:
    return Op(type=kind, locate=locate, ref=ref, shares=shares)


def replace(ref: int, new_ref: int, price: int = 10_500, shares: int = 100, locate: int = 100) -> Op:
    return Op(type="U", locate=locate, ref=ref, new_ref=new_ref, shares=shares, price=price)


@cocotb.test
async def test_random_messages_and_commands_at_full_rate(dut) -> None:
    """Contract 4 and 5: op_valid never falls; twelve references, three symbols, a dozen levels."""
    await random_run(dut, "full rate")


@cocotb.test
async def test_random_messages_with_gaps(dut) -> None:
    """Contract 4 and 5: every distance between ops from 0 to 6 idle clocks."""
    await random_run(dut, "gaps", lambda rng: rng.choice((0, 0, 1, 2, 3, 4, 5, 6)), every=100)


@cocotb.test
async def test_random_messages_with_wide_references(dut) -> None:
    """BOOK-REF: 64-bit references, 0 and all ones included; nothing but messages."""
    references = [0, 2**64 - 1, *(1 << k for k in range(0, 64, 7))]
    await random_run(dut, "wide references", lambda rng: rng.choice((0, 0, 0, 1)), every=10**9, references=references)


@cocotb.test
async def test_one_order_is_touched_by_every_neighbour(dut) -> None:
    """5.1: add, execute, cancel, replace, delete of one reference, each right behind the other."""
    tb = await started(dut)
    once = [
        add(7),
        reduce("E", 7, 10),
        reduce("C", 7, 20),
        reduce("X", 7, 70),
        reduce("E", 7, 1),
        add(7),
        reduce("X", 7, 101),
        add(7),
        reduce("E", 7, 0),
        reduce("D", 7),
        reduce("D", 7),
        add(7, shares=5),
        add(7, shares=6),
        add(7, "S", shares=7),
        replace(7, 7, shares=8),
        replace(7, 8),
        replace(8, 7, shares=0),
        replace(7, 9),
    ]
    for gap in (0, 1, 2, 3):
        await tb.play([Op(**vars(op)) for op in once * 6], lambda gap=gap: gap)
    await tb.finish()


@cocotb.test
async def test_best_level_is_removed_again_and_again(dut) -> None:
    """5.3: the next best is found in the same word, in another word, at the far end, nowhere."""
    tb = await started(dut)
    levels = tb.reference.levels
    steps = sorted({0, 1, 62, 63, 64, 65, 128, levels // 2, levels - 64, levels - 1} & set(range(levels)))
    ops: list[Op] = []
    for side in "BS":
        ops += [add(100 + step, side, 10_000 + 100 * step) for step in steps]
        ops += [reduce("D", 100 + step) for step in (reversed(steps) if side == "B" else steps)]
        ops += [add(100 + step, side, 10_000 + 100 * step) for step in steps]
        ops += [reduce("D", 100 + step) for step in (steps if side == "B" else reversed(steps))]
    for gap in (0, 1, 2):
        await tb.play([Op(**vars(op)) for op in ops], lambda gap=gap: gap)
    await tb.finish()


@cocotb.test
async def test_an_alive_reference_moves_between_symbols(dut) -> None:
    """BOOK-ALIVE: two BBO records, the old symbol's first; every neighbour distance behind the retry."""
    tb = await started(dut)
    ops = [
        add(7, locate=100),
        add(7, "S", locate=101),
        add(7, locate=102, price=10_600),
        add(8, locate=100),
        replace(7, 8, locate=102),
        reduce("D", 8, locate=102),
    ]
    for gap in (0, 1, 2, 3, 4):
        await tb.play([Op(**vars(op)) for op in ops * 5], lambda gap=gap: gap)
    rng = rng_of("alive")
    await tb.play([Op(**vars(op)) for op in ops * 40], lambda: rng.randrange(4))
    await tb.finish()


@cocotb.test
async def test_latency_of_every_message_type(dut) -> None:
    """LAT-1: ten clocks from the handshake to the BBO; from the first clock that offers it 2 more for U, whose handshake is late."""
    tb = await started(dut, 2)
    two = [add(1), add(2, "S", 10_700), Op(type="F", locate=100, ref=3, side="B", shares=100, price=10_600)]
    rest = [reduce("E", 1, 10), reduce("C", 3, 100), reduce("X", 1, 10), replace(1, 4, 10_650), reduce("D", 4)]
    stale = [
        Op(kind=GAP),
        Op(type="P", locate=100),
        Op(kind=GAP),
        Op(type="H", locate=100, code="T"),
        Op(type="R", locate=102, stock="NOBODY  "),
    ]
    for op in two + rest + stale:
        taken = len(tb.waits)
        before = len(tb.got)
        await tb.play([op])
        await tb.idle()
        assert tb.waits[taken] == (2 if op.type == "U" else 0), f"{op.type} waited {tb.waits[taken]}"
        bbos = [cycle for _, cycle, bbo in tb.got[before:] if bbo]
        offered = [tb.expected[-1][2]] if bbos else []
        assert [cycle - LATENCY_CLK for cycle in bbos] == offered, op
    alive = [add(9), add(9, "S", 10_900)]
    await tb.play(alive)
    await tb.idle()
    assert tb.got[-1][1] - tb.expected[-1][2] == LATENCY_CLK + RETRY_CLK
    await tb.finish()


@cocotb.test
async def test_a_primitive_every_two_clocks(dut) -> None:
    """The header's throughput: adds and deletes 2 clk each, U 4."""
    tb = await started(dut)
    await tb.play([op for i in range(1, 40) for op in (add(i), reduce("D", i))])
    assert set(tb.waits[2:]) == {1}, "one clock of waiting behind each op that went"
    before = tb.cycle
    await tb.play([add(50), *(replace(50 + i, 51 + i, 10_500 + 100 * (i % 5)) for i in range(40))])
    assert tb.cycle - before <= 2 + 4 * 40 + 2
    await tb.finish()


@cocotb.test
async def test_clear_trust_gap_reset_and_restart_in_a_row(dut) -> None:
    """BOOK-CLEAR, BOOK-TRUST, CTRL-3, CTRL-6, FEED-MOLD-7, START: flags and what follows each command."""
    tb = await started(dut)
    symbols = len(tb.configs)
    market = [add(1), add(2, "S", 10_400), add(3, locate=101), add(4, "S", 1, locate=101)]
    look = [Op(type="P", locate=100), Op(type="N", locate=101)]
    moved = {
        0: SymbolConfig(True, "SYM0    ", 100, given=True, base=10_100),
        1: SymbolConfig(False, "SYM1    ", 101, given=True, base=10_000),
    }
    for kind in (CLEAR, TRUST, RESET, COMMIT, START):
        for symbol in (0, 1, 2, symbols, 0xFFFF) if kind in (CLEAR, TRUST) else (0xFFFF,):
            command = Op(kind=kind, symbol=symbol, config=moved if kind == COMMIT else {})
            ops = [*market, Op(kind=GAP, end=9, cause=2), *look, command, *look, *market, Op(kind=COMMIT, config=given(3)), *look]
            await tb.play([Op(**vars(op)) for op in ops])
    await tb.play(
        [Op(kind=START, sequence=1), *(Op(**vars(op)) for op in look), Op(kind=START, sequence=2), *(Op(**vars(op)) for op in look)]
    )
    await tb.finish()


@cocotb.test
async def test_orders_of_a_cleared_book_never_come_back(dut) -> None:
    """BOOK-CLEAR: not even after so many clears that a generation comes round again; the slots are free at once."""
    tb = await started(dut)
    width = int(dut.GEN_W.value)
    for clears in (1, 2, 3, 2**width, 2**width + 1) if width < 5 else (1, 2, 3):
        for locate in (100, 101):
            orders = [add(i, rng_side, 10_000 + 100 * (i % 60), locate=locate) for i in range(1, 24) for rng_side in "BS"[i % 2]]
            await tb.play([Op(**vars(op)) for op in orders])
            await tb.play([Op(kind=CLEAR, symbol=locate - 100) for _ in range(clears)])
            await tb.play([reduce("D", i, locate=locate) for i in range(1, 24)])
    await tb.finish()


@cocotb.test
async def test_price_zero_is_below_any_ladder(dut) -> None:
    """5.2: base 0 makes price 0 no level; a sell there makes the top partial, a buy does not."""
    tb = testbench(dut)
    await tb.reset()
    await tb.play([Op(kind=COMMIT, config=given(2, base=0, tick=1))])
    await tb.play([add(1, "B", 0), add(2, "B", 1), reduce("D", 2), add(3, "S", 0), reduce("E", 3, 50), add(4, "S", 5), reduce("X", 3, 50)])
    await tb.finish()


@cocotb.test
async def test_locates_are_learned_given_and_taken_away(dut) -> None:
    """FEED-ITCH-2 to FEED-ITCH-6: who holds a locate decides whose book and state change."""
    tb = testbench(dut)
    await tb.reset()
    rng = rng_of("locates")
    stocks = ["SYM0    ", "SYM1    ", "LEARN   "]
    ops: list[Op] = []
    for turn in range(OPS // 5):
        if turn % 40 == 0:
            config = {
                i: SymbolConfig(rng.random() < 0.8, rng.choice(stocks), 100 + rng.randrange(4), rng.random() < 0.3, 10_000)
                for i in range(len(tb.configs))
            }
            ops.append(Op(kind=rng.choice((COMMIT, COMMIT, COMMIT, RESET)), config=config))
            ops[-1].config = config if ops[-1].kind == COMMIT else {}
        kind = rng.choice("RRRHhYSAAPVW")
        ops.append(
            Op(
                type=kind,
                locate=100 + rng.randrange(5),
                stock=rng.choice(stocks),
                code=rng.choice("TQPH0"),
                market=rng.choice("QB"),
                side="B",
                ref=turn,
                shares=turn + 1,
                price=10_000 + 100 * (turn % 64),
                timestamp=turn,
            )
        )
    await tb.play(ops, lambda: rng.choice((0, 0, 1)))
    await tb.finish()
