# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of order_control over AXI-Lite. Parameter SYMBOLS = 3."""

from __future__ import annotations

import logging
import tomllib
from pathlib import Path
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge
from cocotbext.axi import AxiLiteBus, AxiLiteMaster, AxiResp

TABLE = tomllib.loads((Path(__file__).parents[2] / "tickproof/protocols/control.toml").read_text())
REGISTER = TABLE["registers"]
COUNTERS = TABLE["counters"]["order"]
SYMBOLS = 3
OP = TABLE["op"]
KIND_BBO, KIND_CONTROL = 1, 12


class Bench:
    """An AXI-Lite master, a gate that takes commands when it is told to, and the feed's commands and records."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.taken: list[tuple[int, int, int]] = []
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())
        logging.getLogger(f"cocotb.{dut._name}.s_axil").setLevel(logging.WARNING)
        self.axil = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), dut.clk, dut.rst)
        cocotb.start_soon(self._watch())

    async def reset(self) -> None:
        for name in ("cmd_taken", "rec_valid", "rec_kind", "rec_op", "status", "inc", "add_client_swallowed", "add_exchange_swallowed"):
            getattr(self.dut, name).value = 0
        self.dut.ctl_ready.value = 1
        self.dut.rst.value = 1
        await self.clocks(3)
        self.dut.rst.value = 0
        await self.clocks(1)

    async def clocks(self, count: int) -> None:
        for _ in range(count):
            await FallingEdge(self.dut.clk)

    async def _watch(self) -> None:
        dut = self.dut
        while True:
            await RisingEdge(dut.clk)
            if dut.ctl_valid.value == 1 and dut.ctl_ready.value == 1:
                self.taken.append((int(dut.ctl_op.value), int(dut.ctl_symbol.value), int(dut.ctl_value.value)))

    async def feed_takes(self) -> None:
        """A command of the feed is handed over."""
        await self.clocks(1)
        self.dut.cmd_taken.value = 1
        await self.clocks(1)
        self.dut.cmd_taken.value = 0

    async def record(self, kind: int, op: int) -> None:
        """A record of the feed leaves."""
        await self.clocks(1)
        self.dut.rec_valid.value, self.dut.rec_kind.value, self.dut.rec_op.value = 1, kind, op
        await self.clocks(1)
        self.dut.rec_valid.value = 0

    async def commit(self) -> None:
        await self.feed_takes()
        await self.clocks(10)
        await self.record(KIND_CONTROL, OP["commit"])

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
        """Both words, the high one first: their order must not matter."""
        assert await self.write32(address + 4, value >> 32) == AxiResp.OKAY
        assert await self.write32(address, value & 0xFFFFFFFF) == AxiResp.OKAY

    async def command(self, op: int, symbol: int = 0xFFFF) -> AxiResp:
        return await self.write32(REGISTER["order_command"], op | symbol << 16)


def every_setting() -> list[tuple[int, str, int, int]]:
    """(address, output, shift, bits) of each setting: 8 bytes a setting, 0x80 a symbol."""
    found = []
    for name, entry in TABLE["order_global"].items():
        found.append((REGISTER["order_settings"] + 8 * (entry["id"] - 128), f"risk_{name}", 0, entry["bits"]))
    for symbol in range(SYMBOLS):
        for name, entry in TABLE["order_symbol"].items():
            address = REGISTER["order_symbol_settings"] + 0x80 * symbol + 8 * (entry["id"] - 192)
            found.append((address, f"risk_sym_{name}", entry["bits"] * symbol, entry["bits"]))
    return found


def effective(dut: Any) -> list[int]:
    return [int(getattr(dut, output).value) >> shift & (1 << bits) - 1 for _, output, shift, bits in every_setting()]


@cocotb.test()
async def after_reset_every_limit_is_0(dut: Any) -> None:
    """Contract 7: nothing passes."""
    bench = Bench(dut)
    await bench.reset()
    assert effective(dut) == [0] * 46
    assert [await bench.read64(address) for address, *_ in every_setting()] == [0] * 46


@cocotb.test()
async def settings_take_effect_together_in_the_clock_of_the_commits_record(dut: Any) -> None:
    """CTRL-1: not at set, not when the feed takes the commit, not at other records; at the commit's CONTROL record all in one clock."""
    bench = Bench(dut)
    await bench.reset()
    values = [0x9E3779B97F4A7C15 * (place + 3) >> 1 & (1 << bits) - 1 for place, (_, _, _, bits) in enumerate(every_setting())]
    for (address, *_), value in zip(every_setting(), values, strict=True):
        await bench.set(address, value)
    assert [await bench.read64(address) for address, *_ in every_setting()] == values
    assert effective(dut) == [0] * 46
    await bench.feed_takes()
    await bench.record(KIND_BBO, OP["commit"])
    await bench.record(KIND_CONTROL, OP["book_trust"])
    assert effective(dut) == [0] * 46
    await bench.record(KIND_CONTROL, OP["commit"])
    assert effective(dut) == values


@cocotb.test()
async def no_write_passes_a_command_of_the_feed(dut: Any) -> None:
    """CTRL-2: a set, a value or a command that comes behind a commit waits for the commit's record, and does not fall into it."""
    bench = Bench(dut)
    await bench.reset()
    address, output, _, _ = every_setting()[0]
    await bench.set(address, 5)
    await bench.feed_takes()
    write = cocotb.start_soon(bench.write32(address, 6))
    await bench.clocks(40)
    await bench.record(KIND_BBO, 0)
    assert not write.done()
    await bench.record(KIND_CONTROL, OP["commit"])
    assert int(getattr(dut, output).value) == 5
    assert await write == AxiResp.OKAY
    assert await bench.read64(address) == 6
    await bench.feed_takes()
    command = cocotb.start_soon(bench.command(OP["kill"], 1))
    await bench.clocks(40)
    assert dut.ctl_valid.value == 0
    await bench.record(KIND_CONTROL, OP["session_reset"])
    assert await command == AxiResp.OKAY
    assert bench.taken == [(OP["kill"], 1, 0)]
    assert int(getattr(dut, output).value) == 5


@cocotb.test()
async def commands_reach_the_gate_with_symbol_and_value(dut: Any) -> None:
    """KILL-ON and its neighbours: as written, also for a symbol that does not exist; answered when the gate has taken the command."""
    bench = Bench(dut)
    await bench.reset()
    dut.ctl_ready.value = 0
    await bench.set(REGISTER["order_value"], 2**64 - 500)
    write = cocotb.start_soon(bench.command(OP["set_position"], 2))
    await bench.clocks(40)
    assert not write.done()
    dut.ctl_ready.value = 1
    assert await write == AxiResp.OKAY
    await bench.set(REGISTER["order_value"], 17)
    for name, symbol in (("kill", 0xFFFF), ("unkill", 0xFFFE), ("set_executed", 77), ("release_order", 0xFFFF), ("alive", 0xFFFF)):
        assert await bench.command(OP[name], symbol) == AxiResp.OKAY
    assert bench.taken == [(7, 2, 2**64 - 500), (5, 0xFFFF, 17), (6, 0xFFFE, 17), (8, 77, 17), (9, 0xFFFF, 17), (10, 0xFFFF, 17)]
    assert await bench.read64(REGISTER["order_value"]) == 17


@cocotb.test()
async def what_does_not_exist_is_refused_without_effect(dut: Any) -> None:
    """The header's errors: SLVERR. The feed's commands have their own register."""
    bench = Bench(dut)
    await bench.reset()
    for op in (0, OP["commit"], OP["book_trust"], 11, 255):
        assert await bench.command(op) == AxiResp.SLVERR
    behind = [0x8100 + 8 * 10, 0x8180, 0xA000 + 8 * 12, 0xA000 + 0x80 * SYMBOLS, 0xC000]
    for address in [0x8000, 0x8020, 0x8044, 0x8050, 0x8200, 0x8300, *behind]:
        assert await bench.write32(address, 0xFFFFFFFF) == AxiResp.SLVERR, hex(address)
    for address in [0x8008, 0x8040, 0x8050, 0x8200 + 8 * len(COUNTERS), 0x8300, *behind]:
        assert (await bench.read32(address))[1] == AxiResp.SLVERR, hex(address)
    assert (await bench.axil.write(0x8100, b"\x01")).resp == AxiResp.SLVERR
    await bench.commit()
    assert effective(dut) == [0] * 46
    assert bench.taken == []


@cocotb.test()
async def the_registers_tell_what_the_gate_says(dut: Any) -> None:
    """Table control.toml, registers."""
    bench = Bench(dut)
    await bench.reset()
    assert (await bench.read64(REGISTER["order_id"])).to_bytes(4, "big") == b"TPOP"
    for bit in range(6):
        dut.status.value = 1 << bit
        assert await bench.read64(REGISTER["order_status"]) == 1 << bit


@cocotb.test()
async def every_counter_counts_its_own_pulse(dut: Any) -> None:
    """Contract 7.2: index by index, then all in one clock; swallowed bytes come with their number."""
    bench = Bench(dut)
    await bench.reset()
    dut.add_client_swallowed.value, dut.add_exchange_swallowed.value = 8, 2050
    for index in range(len(COUNTERS)):
        dut.inc.value = 1 << index
        await bench.clocks(index + 1)
    dut.inc.value = (1 << len(COUNTERS)) - 1
    await bench.clocks(300)
    dut.inc.value = 0
    await bench.clocks(3)
    amount = {"client_swallowed": 8, "exchange_swallowed": 2050}
    expected = {name: (index + 1 + 300) * amount.get(name, 1) for index, name in enumerate(COUNTERS)}
    assert {name: await bench.read64(REGISTER["order_counters"] + 8 * index) for index, name in enumerate(COUNTERS)} == expected


@cocotb.test()
async def reading_the_low_word_latches_the_high_word(dut: Any) -> None:
    """A counter that carries into its high word between the two reads is still read right."""
    bench = Bench(dut)
    await bench.reset()
    dut.add_client_swallowed.value = 4095
    dut.inc.value = 1 << COUNTERS.index("client_swallowed")
    address = REGISTER["order_counters"] + 8 * COUNTERS.index("client_swallowed")
    await bench.clocks(200)
    dut.inc.value = 0
    low, _ = await bench.read32(address)
    high, _ = await bench.read32(address + 4)
    assert (high, low) == (0, 200 * 4095)
    await bench.set(every_setting()[0][0], 7 << 32)
    assert await bench.read32(every_setting()[0][0] + 4) == (7, AxiResp.OKAY), "a setting's high word is its own"
