# SPDX-License-Identifier: Apache-2.0
"""Drives the whole front end clock by clock and keeps every op and counter."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly, RisingEdge

from testbench.market_data import COUNTERS, GROUPS, PORT, FrameSource

MESSAGE, BAD, GAP, END, COMMIT, SESSION_RESET, BOOK_CLEAR, BOOK_TRUST, START = range(9)
FIELDS = (
    "kind", "sequence", "time_ns", "symbol", "type", "locate", "timestamp", "ref", "new_ref", "side", "shares", "price", "stock",
    "code", "market", "end", "cause", "session",
)  # fmt: skip


@dataclass(frozen=True)
class Op:
    """One accepted op: the clock in which op_valid and op_ready met, and its fields."""

    clock: int
    fields: dict[str, int]

    def __getattr__(self, name: str) -> int:
        return self.fields[name]


class Bench:
    """Inputs change at the falling edge; ops and pulses are read before the rising edge. `clock` counts those since reset was released."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.lines = {line: FrameSource(dut, f"s_feed_{line}") for line in "ab"}
        self.ops: list[Op] = []
        self.counted: Counter[str] = Counter()
        self.clock = 0
        self.last_beats: dict[str, list[int]] = {"a": [], "b": []}
        self.taken_commands: list[int] = []
        self.op_ready = True
        self.commands: list[tuple[int, int, dict[str, int]]] = []
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())

    def configure(self, **settings: int) -> None:
        for name, value in settings.items():
            getattr(self.dut, f"cfg_{name}").value = value

    async def reset(self, clocks: int = 3, **settings: int) -> None:
        dut = self.dut
        defaults = {"gap_timeout_ns": 2000, "start_sequence": 1, "session_pinned": 0, "session": 0, "unicast_mac": 0}
        self.configure(
            **defaults | {f"feed_{line}_group": GROUPS[line] for line in "ab"} | {f"feed_{line}_port": PORT for line in "ab"} | settings
        )
        for name in ("cmd_valid", "cmd_op", "cmd_symbol", "time_ns"):
            getattr(dut, name).value = 0
        for name in ("book_idle", "ready", "op_ready"):
            getattr(dut, name).value = 1
        dut.rst.value = 1
        for _ in range(clocks):
            self._drive()
            await RisingEdge(dut.clk)
            await FallingEdge(dut.clk)
        dut.rst.value = 0
        self.clock = 0

    def _drive(self) -> None:
        for line, source in self.lines.items():
            if source.drive():
                self.last_beats[line].append(self.clock)

    async def run(self, clocks: int) -> None:
        """Let clocks pass; queued frames and commands go in, ops come out."""
        dut = self.dut
        for _ in range(clocks):
            self._drive()
            dut.time_ns.value = self.clock * 64 // 10
            dut.op_ready.value = int(self.op_ready)
            dut.cmd_valid.value = int(bool(self.commands))
            if self.commands:
                dut.cmd_op.value, dut.cmd_symbol.value = self.commands[0][:2]
            await ReadOnly()
            if dut.op_valid.value == 1 and self.op_ready:
                self.ops.append(Op(self.clock, {name: _value(getattr(dut, f"op_{name}")) for name in FIELDS}))
            for line in "ab":
                pulses = int(getattr(dut, f"inc_{line}").value)
                if pulses:
                    self.counted.update(f"{line}_{name}" for at, name in enumerate(COUNTERS) if pulses >> at & 1)
            for name in ("messages", "bad_message", "gaps"):
                self.counted[name] += int(getattr(dut, f"inc_{name}").value)
            if dut.inc_gaps.value == 1:
                self.counted["gap_messages"] += int(dut.add_gap_messages.value)
            accepted = self.commands and dut.cmd_ready.value == 1
            await RisingEdge(dut.clk)
            self.clock += 1
            await FallingEdge(dut.clk)
            if accepted:
                self.taken_commands.append(self.clock)
                self.configure(**self.commands.pop(0)[2])

    async def drain(self, clocks: int = 40) -> None:
        """Until every queued frame is in, and so many clocks more."""
        while any(source.queue for source in self.lines.values()):
            await self.run(1)
        await self.run(clocks)


def _value(handle: Any) -> int:
    """Icarus shows X in fields that the kind does not have; they read as -1."""
    return int(handle.value) if handle.value.is_resolvable else -1
