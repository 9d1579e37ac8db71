# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of feed_control over AXI-Lite. Parameters SYMBOLS = 3, LEVELS = 256, FIFO_BYTES = 4096."""

from __future__ import annotations

import logging
import tomllib
from pathlib import Path
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge, Timer
from cocotbext.axi import AxiLiteBus, AxiLiteMaster, AxiResp

TABLE = tomllib.loads((Path(__file__).parents[2] / "tickproof/protocols/control.toml").read_text())
COUNTERS = [f"{line}_{name}" for line in "ab" for name in TABLE["counters"]["line"]] + TABLE["counters"]["device"]
SYMBOLS = 3
OP = TABLE["op"]


class Bench:
    """An AXI-Lite master, and an arbiter that takes commands when it is told to."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.taken: list[tuple[int, int]] = []
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())
        logging.getLogger(f"cocotb.{dut._name}.s_axil").setLevel(logging.WARNING)
        self.axil = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), dut.clk, dut.rst)
        cocotb.start_soon(self._watch())

    async def reset(self) -> None:
        for name in ("cmd_ready", "ready", "session_fixed", "end_of_session", "inc", "add_gap_messages"):
            getattr(self.dut, name).value = 0
        self.dut.cmd_ready.value = 1
        self.dut.rst.value = 1
        await self.clocks(3)
        self.dut.rst.value = 0
        await self.clocks(1)

    async def clocks(self, count: int) -> None:
        for _ in range(count):
            await FallingEdge(self.dut.clk)

    async def _watch(self) -> None:
        while True:
            await RisingEdge(self.dut.clk)
            if self.dut.cmd_valid.value == 1 and self.dut.cmd_ready.value == 1:
                self.taken.append((int(self.dut.cmd_op.value), int(self.dut.cmd_symbol.value)))

    async def read32(self, address: int) -> tuple[int, AxiResp]:
        answer = await self.axil.read(address, 4)
        return int.from_bytes(answer.data, "little"), answer.resp

    async def read64(self, address: int) -> int:
        low, low_resp = await self.read32(address)
        high, high_resp = await self.read32(address + 4)
        assert (low_resp, high_resp) == (AxiResp.OKAY, AxiResp.OKAY), hex(address)
        return high << 32 | low

    async def write32(self, address: int, value: int) -> AxiResp:
        resp: AxiResp = (await self.axil.write(address, value.to_bytes(4, "little"))).resp
        return resp

    async def set(self, address: int, value: int) -> None:
        """Both words of a setting, the high one first: their order must not matter."""
        assert await self.write32(address + 4, value >> 32) == AxiResp.OKAY
        assert await self.write32(address, value & 0xFFFFFFFF) == AxiResp.OKAY

    async def command(self, op: int, symbol: int = 0xFFFF) -> AxiResp:
        return await self.write32(TABLE["registers"]["command"], op | symbol << 16)

    async def pulse(self, counter: str, amount: int) -> None:
        """One clock of a counter's pulse, and time for it to count."""
        await self.clocks(1)
        self.dut.add_gap_messages.value = amount
        self.dut.inc.value = 1 << COUNTERS.index(counter)
        await self.clocks(1)
        self.dut.inc.value = 0
        await self.clocks(3)


def setting_address(name: str, symbol: int | None = None) -> int:
    """Byte address of a setting, from the table."""
    if symbol is None:
        return int(TABLE["registers"]["settings"] + 8 * TABLE["global"][name]["id"])
    return int(TABLE["registers"]["symbol_settings"] + 0x40 * symbol + 8 * (TABLE["symbol"][name]["id"] - 64))


def every_setting() -> list[tuple[str, int | None, dict[str, int]]]:
    """(name, symbol or None, table entry) of each setting of the device."""
    globals_ = [(name, None, entry) for name, entry in TABLE["global"].items()]
    return globals_ + [(name, symbol, entry) for symbol in range(SYMBOLS) for name, entry in TABLE["symbol"].items()]


def effective(dut: Any, name: str, symbol: int | None, bits: int) -> int:
    """The value in effect, from the port that carries it."""
    if name == "session_high":
        return int(dut.cfg_session.value) >> 16
    if name == "session_low":
        return int(dut.cfg_session.value) & 0xFFFF
    if symbol is None:
        return int(getattr(dut, f"cfg_{name}").value)
    return int(getattr(dut, f"cfg_sym_{name}").value) >> (bits * symbol) & ((1 << bits) - 1)


@cocotb.test()
async def after_reset_every_setting_has_its_default(dut: Any) -> None:
    """Table control.toml: shadows and values in effect."""
    bench = Bench(dut)
    await bench.reset()
    for name, symbol, entry in every_setting():
        assert await bench.read64(setting_address(name, symbol)) == entry["default"], (name, symbol)
        assert effective(dut, name, symbol, entry["bits"]) == entry["default"], (name, symbol)
    assert int(dut.cfg_sym_recip.value) & (1 << 29) - 1 == 2684355  # ceil(2^28 / 100)


@cocotb.test()
async def settings_take_effect_together_at_the_commit(dut: Any) -> None:
    """CTRL-1: set changes a shadow only; commit makes all shadows effective in one clock, the one in which the arbiter takes it."""
    bench = Bench(dut)
    await bench.reset()
    values = {}
    for place, (name, symbol, entry) in enumerate(every_setting()):
        value = (0x9E3779B97F4A7C15 * (place + 3) ^ entry["default"] ^ 1) & ((1 << entry["bits"]) - 1)
        values[name, symbol] = value
        await bench.set(setting_address(name, symbol), value)
    for name, symbol, entry in every_setting():
        assert await bench.read64(setting_address(name, symbol)) == values[name, symbol]
        assert effective(dut, name, symbol, entry["bits"]) == entry["default"], "no commit yet"
    dut.cmd_ready.value = 0
    write = cocotb.start_soon(bench.command(OP["commit"]))
    await bench.clocks(300)
    assert dut.cmd_valid.value == 1
    assert not write.done()
    for name, symbol, entry in every_setting():
        assert effective(dut, name, symbol, entry["bits"]) == entry["default"], "the arbiter has not taken it yet"
    dut.cmd_ready.value = 1
    await bench.clocks(1)
    dut.cmd_ready.value = 0
    for name, symbol, entry in every_setting():
        assert effective(dut, name, symbol, entry["bits"]) == values[name, symbol], (name, symbol)
    assert await write == AxiResp.OKAY
    assert bench.taken == [(OP["commit"], 0xFFFF)]


@cocotb.test()
async def a_commit_says_which_symbols_start_afresh(dut: Any) -> None:
    """CTRL-3: stock, base, tick, enabled do; locate, locate_given and an unchanged value do not."""
    bench = Bench(dut)
    await bench.reset()
    for name, entry in TABLE["symbol"].items():
        await bench.set(setting_address(name, 1), entry["default"] ^ 1)
        assert await bench.command(OP["commit"]) == AxiResp.OKAY
        assert int(dut.cfg_sym_restart.value) == (0 if name in ("locate", "locate_given") else 0b010), name
    await bench.set(setting_address("tick", 1), 101)
    assert await bench.command(OP["commit"]) == AxiResp.OKAY
    assert int(dut.cfg_sym_restart.value) == 0, "written again, the same value"
    await bench.set(setting_address("enabled", 0), 1)
    await bench.set(setting_address("base", 2), 7)
    assert await bench.command(OP["commit"]) == AxiResp.OKAY
    assert int(dut.cfg_sym_restart.value) == 0b101


@cocotb.test()
async def a_commit_brings_the_reciprocals_of_changed_ticks(dut: Any) -> None:
    """ceil(2^28 / tick), at the limits of tick and around powers of two; the tick's own slice only."""
    bench = Bench(dut)
    await bench.reset()
    ticks = [1, 2, 3, 7, 99, 100, 101, 255, 256, 257, 10000, 32767, 32768, 65534, 65535]
    for turn, tick in enumerate(ticks):
        symbol = turn % SYMBOLS
        before = [int(dut.cfg_sym_recip.value) >> 29 * other & (1 << 29) - 1 for other in range(SYMBOLS)]
        await bench.set(setting_address("tick", symbol), tick)
        assert await bench.command(OP["commit"]) == AxiResp.OKAY
        before[symbol] = -(-(1 << 28) // tick)
        assert [int(dut.cfg_sym_recip.value) >> 29 * other & (1 << 29) - 1 for other in range(SYMBOLS)] == before, tick
    for symbol in range(SYMBOLS):
        await bench.set(setting_address("tick", symbol), 50 + symbol)
    assert await bench.command(OP["commit"]) == AxiResp.OKAY
    assert [int(dut.cfg_sym_recip.value) >> 29 * other & (1 << 29) - 1 for other in range(SYMBOLS)] == [
        -(-(1 << 28) // (50 + symbol)) for symbol in range(SYMBOLS)
    ]


@cocotb.test()
async def commands_reach_the_arbiter_as_written(dut: Any) -> None:
    """CTRL-2, CTRL-6: also for a symbol that does not exist; the write is answered when the command is taken."""
    bench = Bench(dut)
    await bench.reset()
    dut.cmd_ready.value = 0
    write = cocotb.start_soon(bench.command(OP["book_clear"], 2))
    await bench.clocks(40)
    assert not write.done()
    dut.cmd_ready.value = 1
    assert await write == AxiResp.OKAY
    assert await bench.command(OP["book_trust"], 77) == AxiResp.OKAY
    assert await bench.command(OP["session_reset"]) == AxiResp.OKAY
    assert bench.taken == [(OP["book_clear"], 2), (OP["book_trust"], 77), (OP["session_reset"], 0xFFFF)]


@cocotb.test()
async def what_does_not_exist_is_refused_without_effect(dut: Any) -> None:
    """The header's errors: SLVERR."""
    bench = Bench(dut)
    await bench.reset()
    for op in (0, 5, 255):
        assert await bench.command(op) == AxiResp.SLVERR
    for address in (0x0000, 0x0028, 0x0044, 0x0048, 0x0180, 0x0200, 0x0400, setting_address("enabled", SYMBOLS), 0x1030, 0x2000):
        assert await bench.write32(address, 0xFFFFFFFF) == AxiResp.SLVERR, hex(address)
    for address in (0x0040, 0x0048, 0x0180, 0x0200 + 8 * 50, 0x0400, setting_address("enabled", SYMBOLS), 0x1030, 0x2000):
        assert (await bench.read32(address))[1] == AxiResp.SLVERR, hex(address)
    assert (await bench.axil.write(setting_address("gap_timeout_ns"), b"\x01")).resp == AxiResp.SLVERR
    assert await bench.read64(setting_address("gap_timeout_ns")) == TABLE["global"]["gap_timeout_ns"]["default"]
    await bench.clocks(5)
    assert bench.taken == []


@cocotb.test()
async def the_identity_registers_tell_what_the_device_is(dut: Any) -> None:
    """Table control.toml, registers."""
    bench = Bench(dut)
    await bench.reset()
    registers = TABLE["registers"]
    assert (await bench.read64(registers["id"])).to_bytes(4, "big") == b"TPFH"
    assert [await bench.read64(registers[name]) for name in ("version", "symbols", "levels", "fifo_bytes")] == [1, SYMBOLS, 256, 4096]
    for bits, name in ((1, "ready"), (2, "session_fixed"), (4, "end_of_session")):
        getattr(dut, name).value = 1
        await bench.clocks(1)
        assert await bench.read64(registers["status"]) == bits
        getattr(dut, name).value = 0


@cocotb.test()
async def every_counter_counts_its_own_pulse(dut: Any) -> None:
    """Contract 5.6: index by index, then all in one clock; gap_messages comes with an amount."""
    bench = Bench(dut)
    await bench.reset()
    base = TABLE["registers"]["counters"]
    expected = dict.fromkeys(COUNTERS, 0)
    dut.add_gap_messages.value = 5
    for index, name in enumerate(COUNTERS):
        dut.inc.value = 1 << index
        await bench.clocks(index + 1)
        expected[name] += (index + 1) * (5 if name == "gap_messages" else 1)
    dut.inc.value = (1 << len(COUNTERS)) - 1
    dut.add_gap_messages.value = 0xFFFFFFFF
    await bench.clocks(2)
    dut.inc.value = 0
    expected = {name: count + 2 * (0xFFFFFFFF if name == "gap_messages" else 1) for name, count in expected.items()}
    await bench.clocks(3)
    assert {name: await bench.read64(base + 8 * index) for index, name in enumerate(COUNTERS)} == expected


@cocotb.test()
async def reading_the_low_word_latches_the_high_word(dut: Any) -> None:
    """A counter that carries into its high word between the two reads is still read right."""
    bench = Bench(dut)
    await bench.reset()
    address = TABLE["registers"]["counters"] + 8 * COUNTERS.index("gap_messages")
    await bench.pulse("gap_messages", amount=0x7FFFFFFFF)
    low, _ = await bench.read32(address)
    await bench.pulse("gap_messages", amount=1)
    high, _ = await bench.read32(address + 4)
    assert (high, low) == (7, 0xFFFFFFFF)
    assert await bench.read64(address) == 0x800000000


@cocotb.test()
async def time_is_exactly_six_point_four_ns_a_clock(dut: Any) -> None:
    """Contract 1: floor(6.4 x n), n = 0 at the first rising edge that sees reset released."""
    bench = Bench(dut)
    await bench.reset()
    dut.rst.value = 1
    await bench.clocks(2)
    dut.rst.value = 0
    seen = []
    for _ in range(1000):
        await RisingEdge(dut.clk)
        seen.append((int(dut.time_ns.value), int(dut.clk_count.value)))
    assert seen == [(n * 64 // 10, n) for n in range(1000)]
    await Timer(1, unit="ns")
    before = int(dut.time_ns.value)
    assert before <= await bench.read64(TABLE["registers"]["time_ns"]) <= before + 100


@cocotb.test()
async def responses_wait_for_a_slow_master(dut: Any) -> None:
    """Backpressure on all five channels: address long before data, data long before address, bready and rready late."""
    bench = Bench(dut)
    await bench.reset()
    for channel in (
        bench.axil.write_if.aw_channel,
        bench.axil.write_if.w_channel,
        bench.axil.write_if.b_channel,
        bench.axil.read_if.ar_channel,
        bench.axil.read_if.r_channel,
    ):
        channel.set_pause_generator(pause for _ in range(10**6) for pause in (1, 1, 0, 1, 1, 1, 0, 0, 1))
    for symbol in range(SYMBOLS):
        await bench.set(setting_address("stock", symbol), 0x4142434445464748 + symbol)
    for symbol in range(SYMBOLS):
        assert await bench.read64(setting_address("stock", symbol)) == 0x4142434445464748 + symbol
