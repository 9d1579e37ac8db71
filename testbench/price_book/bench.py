# SPDX-License-Identifier: Apache-2.0
"""price_book against a dictionary of level sums."""

from __future__ import annotations

import random
from collections import Counter, deque

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge

CLEAR_KIND = 6
LATENCY_CLK = 5
BASE = 1_000
TICK = 7


class Ladders:
    """Shares by (symbol, sell, level), level 0 the best that the ladder has."""

    def __init__(self, levels: int) -> None:
        self.last = levels - 1
        self.sums: Counter[tuple[int, int, int]] = Counter()
        self.hidden: Counter[int] = Counter()

    def best(self, symbol: int, sell: int) -> tuple[int, int]:
        held = [level for (s, side, level), shares in self.sums.items() if (s, side) == (symbol, sell) and shares]
        if not held:
            return 0, 0
        level = min(held)
        return BASE + TICK * (level if sell else self.last - level), self.sums[symbol, sell, level]

    def clear(self, symbol: int) -> None:
        self.sums = Counter({key: shares for key, shares in self.sums.items() if key[0] != symbol})
        self.hidden[symbol] = 0


class TB:
    def __init__(self, dut) -> None:
        self.dut = dut
        self.symbols = int(dut.SYMBOLS.value)
        self.levels = int(dut.LEVELS.value)
        self.ladders = Ladders(self.levels)
        self.cycle = 0
        self.due: deque[tuple[int, str, tuple[int, ...]]] = deque()

    async def start(self) -> None:
        dut = self.dut
        Clock(dut.clk, 6400, "ps").start(start_high=False)
        dut.cfg_sym_base.value = sum(BASE << 32 * i for i in range(self.symbols))
        dut.cfg_sym_tick.value = sum(TICK << 16 * i for i in range(self.symbols))
        for name in ("valid", "kind", "symbol", "sell", "level", "on", "remove", "shares", "hides", "reveals"):
            getattr(dut, f"level4_{name}").value = 0
        dut.rst.value = 1
        await FallingEdge(dut.clk)
        dut.rst.value = 0
        for symbol in range(self.symbols):
            await self.change(symbol, kind=CLEAR_KIND)

    async def clock(self) -> None:
        await FallingEdge(self.dut.clk)
        self.cycle += 1
        if self.due and self.due[0][0] == self.cycle:
            _, what, want = self.due.popleft()
            dut = self.dut
            got = tuple(int(s.value) for s in (dut.top9_update, dut.top9_partial))
            if want[0]:
                got += tuple(int(s.value) for s in (dut.top9_sell, dut.top9_price, dut.top9_shares))
            assert got == want, f"{what}: update, partial, sell, price, shares = {got}, want {want}"

    async def change(self, symbol: int, *, kind: int = 0, gap: int = 2, **fields: int) -> None:
        """Offer one change `gap` clocks behind the one before; what it must lead to is checked LATENCY_CLK later."""
        for _ in range(gap - 2):
            await self.clock()
        dut = self.dut
        for name in ("sell", "level", "on", "remove", "shares", "hides", "reveals"):
            getattr(dut, f"level4_{name}").value = fields.get(name, 0)
        dut.level4_symbol.value = symbol
        dut.level4_kind.value = kind
        dut.level4_valid.value = 1
        book, sell = self.ladders, fields.get("sell", 0)
        if kind == CLEAR_KIND:
            book.clear(symbol)
        book.hidden[symbol] += fields.get("hides", 0) - fields.get("reveals", 0)
        want: tuple[int, ...] = (fields.get("on", 0), int(book.hidden[symbol] > 0))
        if fields.get("on"):
            book.sums[symbol, sell, fields["level"]] += -fields["shares"] if fields["remove"] else fields["shares"]
            want += (sell, *book.best(symbol, sell))
        self.due.append((self.cycle + LATENCY_CLK, f"symbol {symbol} {fields}", want))
        await self.clock()
        dut.level4_valid.value = 0
        await self.clock()

    async def finish(self) -> None:
        for _ in range(LATENCY_CLK + 2):
            await self.clock()
        assert not self.due


async def random_run(dut, gaps: tuple[int, ...], count: int) -> None:
    rng = random.Random(f"{cocotb.RANDOM_SEED} {gaps}")
    tb = TB(dut)
    await tb.start()
    last = tb.levels - 1
    levels = sorted({0, 1, 63, 64, 65, 127, 128, tb.levels // 2, last - 64, last - 1, last} & set(range(tb.levels)))
    for _ in range(count):
        symbol, sell, level, gap = rng.randrange(tb.symbols), rng.randrange(2), rng.choice(levels), rng.choice(gaps)
        held = tb.ladders.sums[symbol, sell, level]
        dice = rng.random()
        if dice < 0.02:
            await tb.change(symbol, kind=CLEAR_KIND, gap=gap)
        elif dice < 0.08:
            hidden = tb.ladders.hidden[symbol]
            reveals = int(hidden > 0 and rng.random() < 0.7)
            await tb.change(symbol, gap=gap, hides=1 - reveals, reveals=reveals)
        elif dice < 0.15:
            await tb.change(symbol, gap=gap)
        elif held and dice < 0.6:
            shares = rng.choice((held, held, rng.randint(0, held)))
            await tb.change(symbol, gap=gap, sell=sell, level=level, on=1, remove=1, shares=min(shares, 2**32 - 1))
        else:
            await tb.change(symbol, gap=gap, sell=sell, level=level, on=1, remove=0, shares=rng.choice((1, 100, 2**32 - 1)))
    await tb.finish()


@cocotb.test
async def test_changes_back_to_back(dut) -> None:
    """5.3: same level, same word, best gone, at one change every 2 clk."""
    await random_run(dut, (2,), 2000)


@cocotb.test
async def test_changes_at_every_allowed_distance(dut) -> None:
    """5.3: never 3 clk apart, as the header says."""
    await random_run(dut, (2, 4, 5, 6, 7), 1000)


@cocotb.test
async def test_a_level_holds_thousands_of_the_largest_orders(dut) -> None:
    """BOOK-REF: level sums are 48 bits."""
    tb = TB(dut)
    await tb.start()
    for _ in range(1200):
        await tb.change(0, sell=1, level=5, on=1, remove=0, shares=2**32 - 1)
    assert tb.ladders.sums[0, 1, 5] > 2**42
    for _ in range(1200):
        await tb.change(0, sell=1, level=5, on=1, remove=1, shares=2**32 - 1)
    await tb.finish()
