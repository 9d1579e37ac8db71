# SPDX-License-Identifier: Apache-2.0
"""The whole book at full rate against the reference."""

from __future__ import annotations

import cocotb

from testbench.book.driver import LATENCY_CLK, BookTB
from testbench.book.reference import COMMIT, Op, SymbolConfig


def given(count: int, **kw) -> dict[int, SymbolConfig]:
    return {i: SymbolConfig(enabled=True, stock=f"SYM{i}".ljust(8), locate=100 + i, given=True, **kw) for i in range(count)}


@cocotb.test
async def test_an_add_changes_the_top_ten_clocks_later(dut) -> None:
    """LAT-1: the book's share of the latency."""
    tb = BookTB(dut)
    await tb.reset()
    await tb.play([Op(kind=COMMIT, config=given(2, base=10_000))])
    await tb.play([Op(type="A", locate=101, ref=7, side="B", shares=100, price=10_500, timestamp=5)])
    await tb.finish()
    assert tb.got[-1][1] - tb.expected[-1][2] == LATENCY_CLK
