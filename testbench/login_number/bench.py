# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of login_number: what is a number, and what is none."""

from __future__ import annotations

from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge

GOOD = {
    b"                   1": 1,
    b"1                   ": 1,
    b"         135        ": 135,
    b"00000000000000000042": 42,
    b"18446744073709551615": 2**64 - 1,
    b" 9999999999999999999": 9999999999999999999,
    b"10000000000000000000": 10**19,
    b"01844674407370955161": 1844674407370955161,
}
BAD = [
    b"",
    b"0",
    b"00",
    b"1 2",
    b"12a",
    b"a12",
    b"-1",
    b"+1",
    b"1.0",
    b"\0",
    b"1\0",
    b"18446744073709551616",
    b"99999999999999999999",
    b"/",
    b":",
]


async def read(dut: Any, text: bytes) -> int | None:
    """The number, None if it is none, after exactly 20 clocks."""
    dut.s_valid.value = 1
    dut.s_taken.value = 0
    dut.s_text.value = int.from_bytes(text, "big")
    for _ in range(20):
        assert dut.m_valid.value == 0
        await FallingEdge(dut.clk)
    assert dut.m_valid.value == 1
    await FallingEdge(dut.clk)
    found = int(dut.m_number.value) if dut.m_good.value == 1 else None
    dut.s_taken.value = 1
    await FallingEdge(dut.clk)
    return found


@cocotb.test()
async def numbers_are_read_and_all_else_refused(dut: Any) -> None:
    """1 to 2^64 - 1 in decimal digits, with spaces before or behind; one text after another."""
    cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())
    dut.rst.value = 1
    dut.s_valid.value = 0
    await FallingEdge(dut.clk)
    await FallingEdge(dut.clk)
    dut.rst.value = 0
    for text, number in GOOD.items():
        assert await read(dut, text) == number, text
        for bad in BAD:
            assert await read(dut, bad.rjust(20)) is None, bad
            assert await read(dut, bad.ljust(20)) is None, bad
