# SPDX-License-Identifier: Apache-2.0
"""price_level against integer division."""

from __future__ import annotations

import random

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge

LATENCY_CLK = 2


def expected(price: int, base: int, tick: int, levels: int) -> tuple[int, int, int, int]:
    """on, below, above, between."""
    distance = price - base
    if price == 0 or distance < 0:
        return 0, 1, 0, 0
    if distance > (levels - 1) * tick:
        return 0, 0, 1, 0
    return (0, 0, 0, 1) if distance % tick else (1, 0, 0, 0)


@cocotb.test
async def test_every_kind_of_price_at_every_size_of_tick(dut) -> None:
    """BOOK-LADDER: whole ticks, one beside them, both ends, beyond them, 0, the last price of all."""
    rng = random.Random(cocotb.RANDOM_SEED)
    levels = int(dut.LEVELS.value)
    symbols = int(dut.SYMBOLS.value)
    Clock(dut.clk, 6400, "ps").start(start_high=False)
    dut.advance1.value = dut.advance2.value = 0
    await FallingEdge(dut.clk)
    await FallingEdge(dut.clk)
    ticks = [1, 2, 3, 100, 4095, 4096, 65534, 65535, *(rng.randint(1, 65535) for _ in range(200))]
    for tick in ticks:
        span = (levels - 1) * tick
        base = rng.choice((0, 1, rng.randrange(2**32 - span), 2**32 - 1 - span))
        symbol = rng.randrange(symbols)
        dut.cfg_sym_base.value = base << 32 * symbol
        dut.cfg_sym_tick.value = tick << 16 * symbol
        dut.cfg_sym_recip.value = -(-(1 << 28) // tick) << 29 * symbol
        dut.symbol.value = symbol
        steps = [0, 1, levels - 1, levels - 2, *(rng.randrange(levels) for _ in range(4))]
        near = [base + step * tick + d for step in steps for d in (-1, 0, 1, rng.randrange(tick))]
        for price in [p for p in (*near, base + span + tick, base + span + 1, 0, 2**32 - 1) if 0 <= p < 2**32]:
            dut.price.value = price
            dut.advance1.value, dut.advance2.value = 1, 0
            await FallingEdge(dut.clk)
            dut.advance1.value, dut.advance2.value = 0, 1
            await FallingEdge(dut.clk)
            dut.advance2.value = 0
            got = tuple(int(signal.value) for signal in (dut.on, dut.below, dut.above, dut.between))
            assert got == expected(price, base, tick, levels), f"price {price}, base {base}, tick {tick}: on, below, above, between = {got}"
            if got[0]:
                assert int(dut.level.value) * tick + base == price
