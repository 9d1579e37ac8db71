# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of axil_split: which block gets a request, and that the next one waits for the answer."""

from __future__ import annotations

from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly

INPUTS = (
    "s_axil_awaddr_high", "s_axil_awvalid", "s_axil_wvalid", "s_axil_bready", "s_axil_araddr_high", "s_axil_arvalid", "s_axil_rready",
    "m_axil_awready", "m_axil_wready", "m_axil_bresp", "m_axil_bvalid", "m_axil_arready", "m_axil_rdata", "m_axil_rresp", "m_axil_rvalid",
)  # fmt: skip


async def started(dut: Any) -> None:
    cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())
    for name in INPUTS:
        getattr(dut, name).value = 0
    dut.rst.value = 1
    await FallingEdge(dut.clk)
    dut.rst.value = 0


async def see(dut: Any, *names: str, **inputs: int) -> tuple[int, ...]:
    """Set inputs, read outputs in the same clock, go on to the next one."""
    for name, value in inputs.items():
        getattr(dut, name).value = value
    await ReadOnly()
    seen = tuple(int(getattr(dut, name).value) for name in names)
    await FallingEdge(dut.clk)
    return seen


@cocotb.test()
@cocotb.parametrize(high=[0, 1])
async def a_write_goes_to_the_block_of_its_address(dut: Any, high: int) -> None:
    """Address bit 15; address and data only together; the answer of that block."""
    await started(dut)
    block = 1 << high
    names = ("m_axil_awvalid", "m_axil_wvalid", "s_axil_awready", "s_axil_wready", "s_axil_bvalid")
    assert await see(dut, *names, s_axil_awaddr_high=high, s_axil_awvalid=1, m_axil_awready=3, m_axil_wready=3) == (0, 0, 0, 0, 0)
    assert await see(dut, *names, m_axil_awready=0, m_axil_wready=0, s_axil_wvalid=1) == (block, block, 0, 0, 0)
    assert await see(dut, *names, m_axil_awready=block, m_axil_wready=block) == (block, block, 1, 1, 0)
    answer = {"s_axil_awvalid": 0, "s_axil_wvalid": 0, "m_axil_bvalid": block, "m_axil_bresp": 0b10 << 2 * high}
    assert await see(dut, "s_axil_bvalid", "s_axil_bresp", "m_axil_bready", **answer) == (1, 0b10, 0)
    assert await see(dut, "s_axil_bvalid", "s_axil_bresp", "m_axil_bready", s_axil_bready=1) == (1, 0b10, 3)


@cocotb.test()
async def a_write_waits_for_the_answer_to_the_one_before(dut: Any) -> None:
    """Control keeps its order across the blocks: the second write goes to the other block, and only when the first was answered."""
    await started(dut)
    ready = {"m_axil_awready": 3, "m_axil_wready": 3, "s_axil_awvalid": 1, "s_axil_wvalid": 1}
    assert await see(dut, "m_axil_awvalid", "s_axil_awready", s_axil_awaddr_high=0, **ready) == (0b01, 1)
    for _ in range(5):
        assert await see(dut, "m_axil_awvalid", "m_axil_wvalid", "s_axil_awready", "s_axil_wready", s_axil_awaddr_high=1) == (0, 0, 0, 0)
    assert await see(dut, "m_axil_awvalid", m_axil_bvalid=0b01, s_axil_bready=0) == (0,)
    assert await see(dut, "m_axil_awvalid", s_axil_bready=1) == (0,)
    assert await see(dut, "m_axil_awvalid", "s_axil_awready", m_axil_bvalid=0) == (0b10, 1)


@cocotb.test()
async def a_read_waits_for_the_answer_to_the_one_before_and_not_for_a_write(dut: Any) -> None:
    """Reads likewise, on their own."""
    await started(dut)
    await see(dut, s_axil_awvalid=1, s_axil_wvalid=1, m_axil_awready=3, m_axil_wready=3)
    assert await see(dut, "m_axil_arvalid", "s_axil_arready", s_axil_arvalid=1, s_axil_araddr_high=1, m_axil_arready=2) == (0b10, 1)
    assert await see(dut, "m_axil_arvalid", "s_axil_arready", s_axil_araddr_high=0, m_axil_arready=3) == (0, 0)
    answer = {"m_axil_rvalid": 0b10, "m_axil_rdata": 0x11111111_22222222, "m_axil_rresp": 0b1000, "s_axil_rready": 1}
    assert await see(dut, "s_axil_rvalid", "s_axil_rdata", "s_axil_rresp", "m_axil_rready", **answer) == (1, 0x11111111, 0b10, 3)
    assert await see(dut, "m_axil_arvalid", "s_axil_arready", m_axil_rvalid=0) == (0b01, 1)
    assert await see(dut, "s_axil_rvalid", "s_axil_rdata", "s_axil_rresp", m_axil_rvalid=0b01, s_axil_arvalid=0) == (1, 0x22222222, 0)
