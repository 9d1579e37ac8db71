# SPDX-License-Identifier: Apache-2.0
"""symbol_table alone: who holds a locate, and every symbol's trading state. Three symbols."""

from __future__ import annotations

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge

from testbench.book.driver import pack_config
from testbench.book.reference import SymbolConfig

LOOK, RECORD, CLEAR, CLAIM = 0, 5, 6, 8
COMMIT, RESET, BOOK_CLEAR, INIT = 4, 5, 6, 15
LATENCY_CLK = 2


def char(text: str) -> int:
    return int.from_bytes(text.encode(), "big")


class TB:
    def __init__(self, dut) -> None:
        self.dut = dut
        self.symbols = int(dut.SYMBOLS.value)

    async def start(self, *configs: SymbolConfig) -> None:
        dut = self.dut
        dut.clk.value = 0
        Clock(dut.clk, 6400, "ps").start(start_high=False)
        for name in "issue is_message index message_type locate stock code market advance1 kind1 op1".split():  # noqa: SIM905
            getattr(dut, name).value = 0
        self.set_config()
        dut.rst.value = 1
        for _ in range(2):
            await FallingEdge(dut.clk)
        dut.rst.value = 0
        for index in range(self.symbols):
            await self.primitive(CLEAR, INIT, index)
        await self.commit(*configs)

    def set_config(self, *configs: SymbolConfig) -> None:
        rest = [SymbolConfig()] * (self.symbols - len(configs))
        for name, value in pack_config([*configs, *rest]).items():
            if hasattr(self.dut, name):
                getattr(self.dut, name).value = value

    async def primitive(self, kind: int, op: int, index: int = 0, **message: int) -> dict[str, int]:
        """One primitive; what it is at clock 2."""
        dut = self.dut
        dut.is_message.value, dut.index.value = int(op == 0), index
        for name in ("message_type", "locate", "stock", "code", "market"):
            getattr(dut, name).value = message.get(name, 0)
        dut.issue.value = 1
        await FallingEdge(dut.clk)
        dut.issue.value, dut.advance1.value, dut.kind1.value, dut.op1.value = 0, 1, kind, op
        await FallingEdge(dut.clk)
        dut.advance1.value = 0
        names = ["symbol2", "active2", "compare2", "state_changed2", "whole_market2"]
        if dut.state_changed2.value:
            names.append("state2")  # has no meaning otherwise
        return {name: int(getattr(dut, name).value) for name in names}

    async def message(self, kind: str, locate: int = 0, *, stock: str = " " * 8, code: str = " ", market: str = " ") -> dict[str, int]:
        fields = {"message_type": char(kind), "locate": locate, "stock": char(stock), "code": char(code), "market": char(market)}
        return await self.primitive(LOOK, 0, **fields)

    async def commit(self, *configs: SymbolConfig, restart: tuple[int, ...] = ()) -> None:
        self.set_config(*configs)
        await self.primitive(RECORD, COMMIT)
        for index in range(self.symbols):
            await self.primitive(CLEAR if index in restart else CLAIM, COMMIT, index)

    async def holder(self, locate: int) -> int | None:
        """Which symbol a message with this locate belongs to."""
        got = await self.message("A", locate)
        assert got["compare2"] == got["active2"]
        return got["symbol2"] if got["active2"] else None


def given(stock: str, locate: int) -> SymbolConfig:
    return SymbolConfig(True, stock.ljust(8), locate, given=True)


def learning(stock: str) -> SymbolConfig:
    return SymbolConfig(True, stock.ljust(8))


@cocotb.test
async def test_messages_are_filtered_by_their_locate(dut) -> None:
    """FEED-ITCH-4: only given or learned locates of enabled symbols; 0 is a locate like any other."""
    tb = TB(dut)
    await tb.start(given("AA", 7), learning("BB"), SymbolConfig(False, "CC      ", 9, given=True))
    assert [await tb.holder(locate) for locate in (7, 0, 9, 8)] == [0, None, None, None]
    await tb.message("R", 0, stock="BB      ")
    assert await tb.holder(0) == 1
    for kind in "SVW":
        assert (await tb.message(kind, 7, code=" "))["active2"] == 0


@cocotb.test
async def test_a_directory_locates_the_lowest_enabled_symbol_of_its_stock(dut) -> None:
    """FEED-ITCH-2, FEED-ITCH-3: learned, re-located, taken over by another symbol."""
    tb = TB(dut)
    await tb.start(SymbolConfig(False, "AA      "), learning("AA"), learning("AA"))
    got = await tb.message("R", 5, stock="AA      ")
    assert (got["symbol2"], got["active2"], got["compare2"]) == (1, 1, 1)
    assert await tb.holder(5) == 1
    assert (await tb.message("R", 5, stock="ZZ      "))["active2"] == 0
    await tb.message("R", 6, stock="AA      ")
    assert [await tb.holder(5), await tb.holder(6)] == [None, 1]
    await tb.commit(SymbolConfig(False, "AA      "), learning("AA"), learning("CC"), restart=(2,))
    await tb.message("R", 6, stock="CC      ")
    assert await tb.holder(6) == 2
    assert (await tb.message("R", 6, stock="CC      "))["compare2"] == 1


@cocotb.test
async def test_a_given_locate_wins(dut) -> None:
    """FEED-ITCH-2: R neither changes it nor takes it away; two claims in one commit: the higher index."""
    tb = TB(dut)
    await tb.start(given("AA", 5), learning("BB"), given("CC", 6))
    for locate, stock in ((8, "AA      "), (5, "BB      "), (6, "BB      ")):
        assert (await tb.message("R", locate, stock=stock))["active2"] == 0
    assert [await tb.holder(locate) for locate in (5, 6, 8)] == [0, 2, None]
    await tb.message("R", 9, stock="BB      ")
    await tb.commit(given("AA", 9), learning("BB"), given("CC", 9))
    assert [await tb.holder(locate) for locate in (5, 6, 9)] == [None, None, 2]
    await tb.commit(given("AA", 9), learning("BB"), learning("CC"))
    assert await tb.holder(9) == 0
    await tb.commit(learning("AA"), learning("BB"), learning("CC"))
    assert await tb.holder(9) is None


@cocotb.test
async def test_reset_and_restart_free_learned_locates_only(dut) -> None:
    """FEED-MOLD-7, CTRL-3; a cleared book and an unrelated commit free none."""
    tb = TB(dut)
    configs = (given("AA", 5), learning("BB"), learning("CC"))
    await tb.start(*configs)

    async def learn() -> None:
        await tb.message("R", 6, stock="BB      ")
        await tb.message("R", 7, stock="CC      ")

    await learn()
    await tb.commit(*configs)
    await tb.primitive(CLEAR, BOOK_CLEAR, 1)
    assert [await tb.holder(locate) for locate in (5, 6, 7)] == [0, 1, 2]
    await tb.commit(*configs, restart=(0, 2))
    assert [await tb.holder(locate) for locate in (5, 6, 7)] == [0, 1, None]
    await learn()
    await tb.primitive(RECORD, RESET)
    for index in range(3):
        await tb.primitive(CLEAR, RESET, index)
    assert [await tb.holder(locate) for locate in (5, 6, 7)] == [0, None, None]


@cocotb.test
async def test_trading_state_changes_are_told_once(dut) -> None:
    """FEED-ITCH-6: all four values with each change, nothing without one, only market Q halts."""
    tb = TB(dut)
    await tb.start(given("AA", 5), given("BB", 6))

    async def state(*message: str, locate: int = 5, market: str = " ") -> str | None:
        got = await tb.message(message[0], locate, code=message[1], market=market)
        assert got["whole_market2"] == (message[0] == "S")
        return got["state2"].to_bytes(4, "big").decode() if got["state_changed2"] else None

    assert await state("H", "T") == "TT0 "
    assert await state("H", "T") is None
    assert await state("S", "Q", locate=0) == "   Q"
    assert await state("S", "Q", locate=6) is None
    assert await state("h", "H", market="B") is None
    assert await state("h", "H", market="Q") == "TH0Q"
    assert await state("Y", "1") == "TH1Q"
    assert await state("Y", "1", locate=99) is None
    assert await state("Y", "2", locate=6) == " T2Q"
    await tb.commit(given("AA", 5), given("BB", 6), restart=(0,))
    assert await state("Y", "0") is None
    assert await state("H", "P") == "PT0Q"
    await tb.primitive(CLEAR, BOOK_CLEAR, 0)
    assert await state("H", "P") is None
    await tb.primitive(RECORD, RESET)
    for index in range(3):
        await tb.primitive(CLEAR, RESET, index)
    assert await state("S", " ") is None
    assert await state("H", " ") is None
    assert await state("Y", "0", locate=6) is None
