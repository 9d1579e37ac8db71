# SPDX-License-Identifier: Apache-2.0
"""order_store alone: the order rules one by one, and how well its two tables spread references."""

from __future__ import annotations

import random
from collections import Counter

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly

ADD, REDUCE, DELETE, READD, CLEAR = 1, 2, 3, 4, 6
BOOK_CLEAR, INIT = 6, 15
LATENCY_CLK = 4
COUNTERS = ("unknown_reference", "duplicate_reference", "over_reduced", "bad_add", "wrong_locate", "degraded")
INPUTS = [
    "issue",
    "valid1",
    "valid2",
    "order_ref",
    "shares",
    "side",
    "kind1",
    "op1",
    "last1",
    "tag1",
    "active2",
    "compare2",
    "symbol2",
    "state_changed2",
    "state2",
    "whole_market2",
    "price_on",
    "price_level",
    "price_below",
    "price_above",
    "price_between",
]


class TB:
    def __init__(self, dut) -> None:
        self.dut = dut
        self.counters: Counter[str] = Counter()

    async def start(self) -> None:
        dut = self.dut
        dut.clk.value = 0
        Clock(dut.clk, 6400, "ps").start(start_high=False)
        for name in INPUTS:
            getattr(dut, name).value = 0
        dut.rst.value = 1
        for _ in range(3):
            await FallingEdge(dut.clk)
        dut.rst.value = 0
        while not dut.ready.value:
            await FallingEdge(dut.clk)
        dut.active2.value = dut.compare2.value = dut.last1.value = 1
        for symbol in range(int(dut.SYMBOLS.value)):
            await self.primitive(CLEAR, symbol=symbol, op=INIT)

    async def clock(self) -> None:
        await FallingEdge(self.dut.clk)
        for name in COUNTERS:
            self.counters[name] += int(getattr(self.dut, f"inc_{name}").value)

    async def primitive(
        self,
        kind: int,
        ref: int = 0,
        *,
        symbol: int = 0,
        side: str = "B",
        shares: int = 100,
        level: int = 5,
        on: int = 1,
        op: int = 0,
        above: int = 0,
        last: int = 1,
    ) -> list[dict[str, int]]:
        """One primitive alone in the store; what it tells the price book, in order."""
        dut = self.dut
        dut.order_ref.value, dut.side.value, dut.shares.value = ref, ord(side), shares
        dut.issue.value = 1
        await self.clock()
        dut.issue.value = 0
        dut.kind1.value, dut.op1.value, dut.last1.value, dut.valid1.value = kind, op, last, 1
        await self.clock()
        dut.valid1.value, dut.valid2.value, dut.symbol2.value = 0, 1, symbol
        await self.clock()
        dut.valid2.value = 0
        dut.price_on.value, dut.price_level.value, dut.price_above.value = on, level, above
        told = []
        for clk in range(3, 8):
            await ReadOnly()
            if dut.level4_valid.value:
                assert clk >= LATENCY_CLK
                names = ("compare", "symbol", "sell", "level", "on", "remove", "shares", "hides", "reveals", "degraded", "aux")
                told.append({name: int(getattr(dut, f"level4_{name}").value) for name in names} | {"clk": clk})
            await self.clock()
        return told

    async def burst(self, kind: int, references: list[int]) -> None:
        """`references` one every 2 clk."""
        dut = self.dut
        dut.kind1.value, dut.op1.value, dut.symbol2.value, dut.shares.value, dut.side.value = kind, 0, 0, 100, ord("B")
        dut.price_on.value, dut.price_level.value, dut.price_above.value, dut.last1.value = 1, 5, 0, 1
        for n, reference in enumerate(references):
            dut.order_ref.value, dut.issue.value, dut.valid1.value, dut.valid2.value = reference, 1, 0, int(n > 0)
            await self.clock()
            dut.issue.value, dut.valid1.value, dut.valid2.value = 0, 1, 0
            await self.clock()
        dut.valid1.value, dut.valid2.value = 0, 1
        await self.clock()
        dut.valid2.value = 0
        for _ in range(4):
            await self.clock()

    def expect(self, **counters: int) -> None:
        got = {name: count for name, count in self.counters.items() if count}
        assert got == counters
        self.counters.clear()


def subset(told: dict[str, int], **want: int) -> None:
    assert {name: told[name] for name in want} == want, told


@cocotb.test
async def test_an_order_lives_from_add_to_its_last_share(dut) -> None:
    """BOOK-ADD, BOOK-REDUCE, BOOK-DELETE; level 0 is the best, so a buy's level counts from the top of the ladder."""
    tb = TB(dut)
    await tb.start()
    top = int(dut.LEVELS.value) - 1
    for side, level in (("B", top - 5), ("S", 5)):
        sell = int(side == "S")
        (told,) = await tb.primitive(ADD, 7, side=side, symbol=2)
        subset(told, clk=LATENCY_CLK, symbol=2, sell=sell, level=level, on=1, remove=0, shares=100, compare=1)
        (told,) = await tb.primitive(REDUCE, 7, shares=30, symbol=2, level=9)
        subset(told, sell=sell, level=level, on=1, remove=1, shares=30)
        (told,) = await tb.primitive(REDUCE, 7, shares=0, symbol=2)
        subset(told, level=level, remove=1, shares=0)
        (told,) = await tb.primitive(DELETE, 7, symbol=2)
        subset(told, level=level, remove=1, shares=70)
        tb.expect()
        (told,) = await tb.primitive(DELETE, 7, symbol=2)
        subset(told, on=0, hides=0, reveals=0, compare=1)
        tb.expect(unknown_reference=1)


@cocotb.test
async def test_errors_are_counted_and_change_nothing_more(dut) -> None:
    """BOOK-UNKNOWN before FEED-ITCH-5; over-reduction removes; a bad add looks at nothing else."""
    tb = TB(dut)
    await tb.start()
    await tb.primitive(ADD, 9, symbol=1)
    for kind in (REDUCE, DELETE):
        (told,) = await tb.primitive(kind, 9, symbol=2)
        subset(told, on=0, symbol=2, compare=1)
        tb.expect(wrong_locate=1)
        await tb.primitive(kind, 10, symbol=2)
        tb.expect(unknown_reference=1)
    for side, shares in (("B", 0), ("b", 5), ("\0", 5)):
        (told,) = await tb.primitive(ADD, 9, side=side, shares=shares, symbol=1)
        subset(told, on=0, compare=1)
        tb.expect(bad_add=1)
    (told,) = await tb.primitive(REDUCE, 9, shares=101, symbol=1)
    subset(told, on=1, remove=1, shares=100)
    tb.expect(over_reduced=1)
    await tb.primitive(DELETE, 9, symbol=1)
    tb.expect(unknown_reference=1)


@cocotb.test
async def test_an_alive_reference_is_removed_two_clocks_before_it_is_added(dut) -> None:
    """BOOK-ALIVE: the old symbol is compared after the removal only if it is another one."""
    tb = TB(dut)
    await tb.start()
    await tb.primitive(ADD, 3, symbol=1, side="S", shares=40, on=0, above=1)
    removed, added = await tb.primitive(ADD, 3, symbol=2, shares=60)
    subset(removed, clk=4, symbol=1, on=0, remove=1, shares=40, reveals=0, compare=1)
    subset(added, clk=6, symbol=2, on=1, remove=0, shares=60, compare=1)
    tb.expect(duplicate_reference=1)
    removed, added = await tb.primitive(ADD, 3, symbol=2, on=0, above=1)
    subset(removed, symbol=2, compare=0, shares=60)
    subset(added, symbol=2, compare=1, on=0, hides=1)
    tb.expect(duplicate_reference=1)
    (told,) = await tb.primitive(DELETE, 3, symbol=2)
    subset(told, on=0, reveals=1)


@cocotb.test
async def test_a_replace_keeps_side_only_if_its_original_was_there(dut) -> None:
    """BOOK-REPLACE: delete, then the add of the same message."""
    tb = TB(dut)
    await tb.start()
    await tb.primitive(ADD, 5, side="S", symbol=1)
    for original, works in ((5, 1), (5, 0)):
        (told,) = await tb.primitive(DELETE, original, symbol=1, last=0)
        subset(told, compare=0, on=works)
        (told,) = await tb.primitive(READD, 6 if works else 7, shares=11, symbol=1)
        subset(told, on=works, compare=1, **({"sell": 1, "remove": 0, "shares": 11} if works else {}))
    tb.expect(unknown_reference=1)
    await tb.primitive(DELETE, 6, symbol=1, last=0)
    (told,) = await tb.primitive(READD, 8, shares=0, symbol=1)
    subset(told, on=0, degraded=0)
    tb.expect()
    await tb.primitive(DELETE, 8, symbol=1)
    tb.expect(unknown_reference=1)


@cocotb.test
async def test_clear_frees_the_orders_of_one_symbol(dut) -> None:
    """BOOK-CLEAR: dead at once; the others and the count of live orders stay right."""
    tb = TB(dut)
    await tb.start()
    for ref in range(20):
        await tb.primitive(ADD, ref, symbol=ref % 2)
    await tb.primitive(CLEAR, symbol=1, op=BOOK_CLEAR)
    assert int(dut.live_total_q.value) == 10
    for ref in range(20):
        await tb.primitive(DELETE, ref, symbol=ref % 2)
    tb.expect(unknown_reference=10)


@cocotb.test
async def test_half_the_store_always_finds_room(dut) -> None:
    """5.6: half of all slots (16,384 at full size), references in sequence, in strides of 2 and 10, scattered; then all are found again."""
    tb = TB(dut)
    await tb.start()
    half = 4 * int(dut.SETS.value)
    rng = random.Random(cocotb.RANDOM_SEED)
    start = rng.getrandbits(48)
    scattered = list({rng.getrandbits(64): None for _ in range(half)})
    shift = rng.randrange(1, 44)
    patterns = [[start + i for i in range(half)], [start + (i << shift) for i in range(half)], [start + 10 * i for i in range(half)]]
    for references in (*patterns, scattered):
        await tb.burst(ADD, references)
        tb.expect()
        await tb.burst(DELETE, references)
        tb.expect()
    assert int(dut.live_total_q.value) == 0


@cocotb.test
async def test_a_full_store_drops_only_what_does_not_fit(dut) -> None:
    """DEGRADED names the orders live in the store; those that were stored stay."""
    tb = TB(dut)
    await tb.start()
    slots = 8 * int(dut.SETS.value)
    stored, dropped = [], 0
    for ref in range(2 * slots):
        (told,) = await tb.primitive(ADD, ref)
        subset(told, on=1 - told["degraded"])
        if told["degraded"]:
            dropped += 1
            assert told["aux"] == len(stored)
        else:
            stored.append(ref)
    assert slots // 2 < len(stored) <= slots
    tb.expect(degraded=dropped)
    for ref in stored:
        await tb.primitive(DELETE, ref)
    tb.expect()
