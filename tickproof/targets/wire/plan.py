# SPDX-License-Identifier: Apache-2.0
"""Writes the folder that `tickproof-wire` plays (docs/wire.md, "The player's side"), in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tickproof.dut import Dut
from tickproof.errors import InputError
from tickproof.program import PortProgram, Program, SendFlag
from tickproof.program_control import setting_of
from tickproof.targets.wire.wiring import Wire

__all__ = ["SEND", "Playing", "write_plan"]

SEND = np.dtype(
    [
        ("not_before", "<i8"),
        ("offset", "<u8"),
        ("length", "<u4"),
        ("flags", "<u2"),
        ("wait_port", "<u2"),
        ("wait_count", "<u4"),
        ("unused", "<u4"),
    ]
)
_NO_WAIT = 0xFFFF
_SHORTEST_FRAME = 14  # an Ethernet header
_QUIET_NS = 3_000_000
_LEAST_STALL_NS = 1_000_000_000
_SEND_NS = 20_000  # a slow send


@dataclass(frozen=True, slots=True)
class Playing:
    """How a Program is played. slowdown: host ns a device ns. control: path of the device's socket, or "". lines: more of plan.conf."""

    wires: Sequence[Wire]
    slowdown: int
    control: str = ""
    lines: Sequence[str] = ()


def write_plan(dut: Dut, program: Program, playing: Playing, folder: Path) -> float:
    """Write everything; the longest that the player may take, in s.

    InputError where the Program does not fit: a port that the device does not have, a frame that no interface takes, a wait for a port that
    is not seen.
    """
    where = program.name or dut.name
    inputs = [wire.port for wire in playing.wires if wire.is_input] + (["control"] if playing.control else [])
    for name in program.ports:
        if name not in inputs:
            raise InputError(where, "the device has no such input port", got=name, expected=", ".join(inputs))
    if program.setup and not playing.control:
        raise InputError(where, "the program has a setup and the device no control port")
    outputs = {wire.port: index for index, wire in enumerate(wire for wire in playing.wires if wire.is_output)}
    last_ns = program.end_ns
    for name in inputs:
        sends = program.ports.get(name, PortProgram.of(()))
        _check(dut, name, sends, f"{where}: {name}")
        _sends(sends, outputs, playing.slowdown, f"{where}: {name}").tofile(folder / f"{name}.sends")
        sends.frames.data.tofile(folder / f"{name}.bytes")
        last_ns = max(last_ns, int(sends.not_before_ns[-1]) if len(sends) else 0)
    if playing.control:
        (folder / "setup.bytes").write_bytes(b"".join(program.setup))
    limits = _limits(program, last_ns, playing.slowdown)
    records = [f"records {name}" for name in outputs if dut.outputs[name].layout == "events"]
    control = [f"control unix {playing.control}"] if playing.control else []
    times = [f"{key} {value}" for key, value in limits.items()]
    lines = [*control, *(wire.line for wire in playing.wires), *records, *times, "hold stdin", *playing.lines]
    (folder / "plan.conf").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    # A player gives a device that long for each request of the setup, too, and for the hello before it.
    return (limits["limit"] + (len(program.setup) + 1) * limits["stall"]) / 1e9


def _check(dut: Dut, name: str, sends: PortProgram, where: str) -> None:
    if name == "control" or dut.inputs[name].layout.startswith("soupbin"):
        return
    short = np.flatnonzero(sends.frames.lengths < _SHORTEST_FRAME)
    if len(short):
        got = f"send {short[0]} of {sends.frames.lengths[short[0]]} bytes"
        raise InputError(where, "an interface does not take a frame without an Ethernet header", got=got)
    links = np.flatnonzero(sends.flags & (SendFlag.LINK_UP | SendFlag.LINK_DOWN))
    if len(links):
        raise InputError(where, "the port has no link that could go up or down", got=f"send {links[0]}")


def _sends(sends: PortProgram, outputs: Mapping[str, int], slowdown: int, where: str) -> NDArray[np.void]:
    table = np.zeros(len(sends), SEND)
    table["not_before"] = sends.not_before_ns * slowdown
    table["offset"] = sends.frames.offsets[:-1]
    table["length"] = sends.frames.lengths
    table["flags"] = sends.flags
    table["wait_port"] = _NO_WAIT
    for row, wait in sends.waits.items():
        if wait.port not in outputs:
            raise InputError(where, "a send waits for a port that is no output here", got=wait.port, expected=", ".join(outputs))
        table["wait_port"][row], table["wait_count"][row] = outputs[wait.port], wait.count
    return table


def _limits(program: Program, last_ns: int, slowdown: int) -> dict[str, int]:
    """A device may hold back its last output for one gap timeout if the Program does not say when it is over."""
    timeout_ns = setting_of(program, "gap_timeout_ns") * slowdown if program.setup else 0
    stall_ns = 2 * timeout_ns + _LEAST_STALL_NS
    sends = sum(len(port) for port in program.ports.values())
    return {
        "end": program.end_ns * slowdown,
        "quiet": _QUIET_NS + (0 if program.end_ns else timeout_ns),
        "stall": stall_ns,
        "limit": last_ns * slowdown + _SEND_NS * sends + 4 * stall_ns,
    }
