# SPDX-License-Identifier: Apache-2.0
"""open_orders alone: orders come, change and go, in 256 sets of four (RISK-OPEN), found by all 32 bits of their number."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge

INPUTS = "look step1 step2 insert change walk_way clear look_set key_ref key_exists order_ref clear_index".split()  # noqa: SIM905
Order = namedtuple("Order", "symbol side remaining price")
ONE = Order(63, ord("B"), 100, 1_500_000)


class TB:
    """Steps as in the gate: look for the key in 0, for the order's set in 1, write in 5."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut

    async def start(self) -> None:
        self.dut.clk.value = 0
        Clock(self.dut.clk, 6400, "ps").start(start_high=False)
        await self.pulse(**dict.fromkeys(INPUTS, 0))
        for index in range(256):
            await self.pulse(clear=1, clear_index=index)

    async def pulse(self, **values: int) -> None:
        """One clock with these inputs; what is not a strobe stays."""
        for name, value in values.items():
            getattr(self.dut, name).value = value
        await FallingEdge(self.dut.clk)
        for name in ("look", "step1", "step2", "insert", "change", "clear"):
            getattr(self.dut, name).value = 0

    async def find(self, ref: int, exists: int = 1) -> tuple[int, Order] | None:
        """Slot and order of this number, None if there is none. The two clocks of the header's latency."""
        dut = self.dut
        await self.pulse(look=1, look_set=ref & 0xFF)
        await self.pulse(step1=1, key_ref=ref, key_exists=exists)
        order = Order(*(int(getattr(dut, name).value) for name in Order._fields))
        if dut.found.value == 1:
            return int(dut.slot.value), order
        assert order == (0, 0, 0, 0)
        return None

    async def room(self, ref: int) -> int | None:
        """The slot that an order of this number would get, None if its set is full."""
        await self.pulse(look=1, look_set=ref & 0xFF)
        await self.pulse(step2=1, order_ref=ref)
        return None if self.dut.full.value == 1 else int(self.dut.free_slot.value)

    async def write(self, order: Order, **strobe: int) -> None:
        await self.pulse(**{f"new_{name}": value for name, value in order._asdict().items()}, **strobe)

    async def insert(self, ref: int, order: Order) -> int:
        slot = await self.room(ref)
        assert slot is not None
        await self.write(order, insert=1)
        return slot

    async def change(self, ref: int, order: Order) -> None:
        assert await self.find(ref)
        await self.write(order, change=1)


@cocotb.test
async def an_order_is_found_changed_and_freed(dut: Any) -> None:
    """Contract 7.1: a write is seen by the look-up behind it; remaining 0 frees; a number above 32 bits names nothing."""
    tb = TB(dut)
    await tb.start()
    assert await tb.find(0x105) is None
    assert await tb.insert(0x105, ONE) == 4 * 5
    assert await tb.find(0x105) == (4 * 5, ONE)
    assert await tb.find(0x105, exists=0) is None
    changed = Order(63, ord("S"), 0xFFFFFFFF, 0xFFFFFFFF)
    await tb.change(0x105, changed)
    assert await tb.find(0x105) == (4 * 5, changed)
    await tb.change(0x105, changed._replace(remaining=0))
    assert await tb.find(0x105) is None


@cocotb.test
async def a_fifth_order_of_a_set_has_no_room(dut: Any) -> None:
    """RISK-OPEN: four numbers that are equal modulo 256 fill their set and no other; one that goes leaves its slot to the next."""
    tb = TB(dut)
    await tb.start()
    refs = (0x00000007, 0x00000107, 0x80000007, 0xFFFFFF07)
    for way, ref in enumerate(refs):
        assert await tb.insert(ref, ONE._replace(symbol=10 + way)) == 4 * 7 + way
    assert await tb.room(0x00000207) is None
    assert (await tb.room(0x00000206), await tb.room(0x00000208)) == (4 * 6, 4 * 8)
    for way, ref in enumerate(refs):
        await tb.pulse(look=1, look_set=7)
        await tb.pulse(walk_way=way)
        assert (dut.walk_tag.value, dut.walk_symbol.value) == (ref >> 8, 10 + way), "what a kill reads"
    await tb.change(refs[2], ONE._replace(remaining=0))
    assert await tb.insert(0x00000207, ONE) == 4 * 7 + 2
    assert await tb.room(0x00000307) is None
    assert await tb.find(refs[2]) is None
    assert await tb.find(refs[3]) == (4 * 7 + 3, ONE._replace(symbol=13))


@cocotb.test
async def every_bit_of_a_number_counts(dut: Any) -> None:
    """One order for each set at its ends and between; a number that differs in one bit, of the set (7:0) or above it, is not that order."""
    tb = TB(dut)
    await tb.start()
    for ref in (0, 0xFFFFFFFF, 0xA5C33C5A):
        slot = await tb.insert(ref, ONE)
        assert slot == 4 * (ref & 0xFF)
        for bit in range(32):
            assert await tb.find(ref ^ 1 << bit) is None
        assert await tb.find(ref) == (slot, ONE)
