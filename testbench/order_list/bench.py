# SPDX-License-Identifier: Apache-2.0
"""order_list alone: a linked list against a Python list."""

from __future__ import annotations

import random

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge


class TB:
    """One operation of the list takes as many clocks as in the gate: look in step 2, change in step 5."""

    def __init__(self, dut) -> None:
        self.dut = dut

    async def start(self) -> None:
        dut = self.dut
        dut.clk.value, dut.rst.value = 0, 1
        for name in ("look", "slot", "insert", "unlink", "free_slot", "walk_read", "walk_slot"):
            getattr(dut, name).value = 0
        Clock(dut.clk, 6400, "ps").start(start_high=False)
        await FallingEdge(dut.clk)
        await FallingEdge(dut.clk)
        dut.rst.value = 0

    async def pulse(self, **values: int) -> None:
        for name, value in values.items():
            getattr(self.dut, name).value = value
        await FallingEdge(self.dut.clk)
        for name in ("look", "insert", "unlink", "walk_read"):
            getattr(self.dut, name).value = 0

    async def insert(self, slot: int) -> None:
        await self.pulse(insert=1, free_slot=slot)

    async def unlink(self, slot: int) -> None:
        await self.pulse(look=1, slot=slot)
        await self.pulse()
        await self.pulse()
        await self.pulse(unlink=1)

    async def walk(self) -> list[int]:
        """All slots, from the head on."""
        slots: list[int] = []
        count = int(self.dut.live.value)
        slot = int(self.dut.head.value) if count else 0
        while len(slots) < count:
            slots.append(slot)
            await self.pulse(walk_read=1, walk_slot=slot)
            if slot != self.dut.tail.value:
                slot = int(self.dut.walk_next.value)
        assert not slots or slots[-1] == self.dut.tail.value
        return slots


@cocotb.test
async def test_orders_leave_from_any_place(dut) -> None:
    """KILL-CANCEL: first, last, middle, the only one; and the list goes on behind them."""
    tb = TB(dut)
    await tb.start()
    assert await tb.walk() == []
    for slot in (7, 0, 1023, 512, 3):
        await tb.insert(slot)
    assert await tb.walk() == [7, 0, 1023, 512, 3]
    for slot, rest in ((7, [0, 1023, 512, 3]), (3, [0, 1023, 512]), (1023, [0, 512]), (0, [512]), (512, [])):
        await tb.unlink(slot)
        assert await tb.walk() == rest
    await tb.insert(9)
    await tb.insert(7)
    assert await tb.walk() == [9, 7]


@cocotb.test
async def test_a_random_life_of_the_list(dut) -> None:
    """Against a Python list, from empty to all 1,024 slots and back."""
    tb = TB(dut)
    await tb.start()
    draw = random.Random(cocotb.RANDOM_SEED)
    model: list[int] = []
    free = list(range(1024))
    draw.shuffle(free)
    for step in range(6_000):
        grow = 0.8 if step < 2_000 else 0.5 if step < 3_500 else 0.2
        if free and (not model or draw.random() < grow):
            slot = free.pop()
            await tb.insert(slot)
            model.append(slot)
        elif model:
            slot = model.pop(draw.randrange(len(model)))
            await tb.unlink(slot)
            free.insert(draw.randrange(len(free) + 1), slot)
        assert dut.live.value == len(model)
        if step % 400 == 0:
            assert await tb.walk() == model
    assert await tb.walk() == model
