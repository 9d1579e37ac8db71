# SPDX-License-Identifier: Apache-2.0
"""exposure alone: its sums against Python's integers, at random and at the ends of every field."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge

U32, U64 = (1 << 32) - 1, (1 << 64) - 1
INPUTS = (  # noqa: SIM905
    "step2 step3 step4 symbol quantity execution_price is_client order_price side remaining price side_after remaining_after fill "
    "insert order_side change set_position set_executed set_session value clear clear_index"
).split()


@dataclass
class Sums:
    position: int = 0
    executed: int = 0
    open_buys: int = 0
    open_sells: int = 0
    open_notional: int = 0


class TB:
    def __init__(self, dut) -> None:
        self.dut = dut
        self.symbols = [Sums() for _ in range(int(dut.SYMBOLS.value))]
        self.session = Sums()

    async def start(self) -> None:
        dut = self.dut
        dut.clk.value, dut.rst.value = 0, 1
        for name in INPUTS:
            getattr(dut, name).value = 0
        Clock(dut.clk, 6400, "ps").start(start_high=False)
        await FallingEdge(dut.clk)
        await FallingEdge(dut.clk)
        dut.rst.value, dut.clear.value = 0, 1
        for index in range(256):
            dut.clear_index.value = index
            await FallingEdge(dut.clk)
        dut.clear.value = 0

    async def give(self, symbol: int, step5: dict[str, int], **fields: int) -> int:
        """Steps 1 to 5 of an input; returns product in step 4. The sums in step 3 have to be the model's."""
        dut, model = self.dut, self.symbols[symbol]
        for name, value in {"symbol": symbol, **fields}.items():
            getattr(dut, name).value = value
        await FallingEdge(dut.clk)
        for step in ("step2", "step3", "step4"):
            getattr(dut, step).value = 1
            if step == "step3":
                got = {name: int(getattr(dut, name).value) for name in ("executed", "open_buys", "open_sells", "open_notional")}
                assert Sums(dut.position.value.to_signed(), **got) == model
                assert (dut.session_open.value, dut.session_executed.value) == (self.session.open_notional, self.session.executed)
            if step == "step4":
                product = int(dut.product.value)
            await FallingEdge(dut.clk)
            getattr(dut, step).value = 0
        for name, value in step5.items():
            getattr(dut, name).value = value
        await FallingEdge(dut.clk)
        for name in (*step5, "is_client", "fill", "remaining", "remaining_after"):
            getattr(dut, name).value = 0
        return product

    def move(self, symbol: int, side: str, shares: int, notional: int) -> None:
        sums = self.symbols[symbol]
        if side == "B":
            sums.open_buys += shares
        else:
            sums.open_sells += shares
        sums.open_notional += notional
        self.session.open_notional += notional


@cocotb.test
async def test_sums_follow_a_random_life(dut) -> None:
    """EXP-*: orders come, change, trade; commands overwrite; fields at their ends as often as not."""
    tb = TB(dut)
    await tb.start()
    draw = random.Random(cocotb.RANDOM_SEED)
    live: list[tuple[int, str, int, int]] = []  # symbol, side, remaining, price

    def number(top: int) -> int:
        return draw.choice((draw.randint(1, top), draw.randint(1, 1000), top, 1))

    for _ in range(2_500):
        symbol, choice = draw.randrange(3), draw.random()
        model = tb.symbols[symbol]
        if choice < 0.3 and len(live) < 1_024:
            side, quantity, price = draw.choice("BSTE"), number(999_999), number(U32)
            fields = {"quantity": quantity, "order_price": price, "is_client": 1, "order_side": ord(side)}
            assert await tb.give(symbol, {"insert": 1}, **fields) == quantity * price
            tb.move(symbol, side, quantity, quantity * price)
            live.append((symbol, side, quantity, price))
        elif choice < 0.85 and live:
            symbol, side, remaining, price = live.pop(draw.randrange(len(live)))
            model = tb.symbols[symbol]
            fill = draw.random() < 0.5
            side_after = side if fill else draw.choice("BSTE")
            quantity, worth = number(U32), number(U64)
            after = max(remaining - quantity, 0) if fill else draw.choice((0, number(U32)))
            fields = {"side": ord(side), "remaining": remaining, "price": price, "side_after": ord(side_after), "remaining_after": after}
            await tb.give(symbol, {"change": 1}, quantity=quantity, execution_price=worth, fill=int(fill), **fields)
            tb.move(symbol, side, -remaining, -remaining * price)
            if after:
                tb.move(symbol, side_after, after, after * price)
                live.append((symbol, side_after, after, price))
            if fill:
                moved = model.position + (quantity if side == "B" else -quantity)
                model.position = max(-(1 << 63), min((1 << 63) - 1, moved))
                model.executed = min(U64, model.executed + quantity * worth)
                tb.session.executed = min(U64, tb.session.executed + quantity * worth)
        elif choice < 0.95:
            value = draw.choice((0, number(U64), (1 << 63) - 1, 1 << 63))
            name = draw.choice(("set_position", "set_executed", "set_session"))
            await tb.give(symbol, {name: 1}, value=value)
            if name == "set_position":
                model.position = value - (1 << 64 if value >> 63 else 0)
            elif name == "set_executed":
                model.executed = value
            else:
                tb.session.executed = value
        else:
            await tb.give(symbol, {}, quantity=number(U32), execution_price=number(U64))
