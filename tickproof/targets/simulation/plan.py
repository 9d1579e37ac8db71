# SPDX-License-Identifier: Apache-2.0
"""Turns a Program into the files that the Verilog players read. All of it is numpy: no step costs Python time per frame or per beat."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tickproof.dut import Control, Dut, Port
from tickproof.errors import InputError
from tickproof.program import PortProgram, Program, WaitFor
from tickproof.protocols.control import OP, SETTINGS, unpack_control
from tickproof.targets.simulation.harness import input_ports, output_ports

__all__ = ["Limits", "beats_of", "write_plan"]

_NO_WAIT = 0xFF
_SEND = np.dtype([("not_before", ">u8"), ("wait_port", "u1"), ("unused", "u1", (3,)), ("wait_count", ">u4")])
_WRITE = np.dtype(
    [
        ("not_before", ">u8"),
        ("wait_port", "u1"),
        ("place", "u1"),
        ("unused", "u1", (2,)),
        ("wait_count", ">u4"),
        ("address", ">u4"),
        ("data", ">u4"),
    ]
)
_SETUP, _FIRST, _LAST = 4, 2, 1


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run is over, in clocks. phase: longest wait for the device before time 0 and at the end. drain: silence that ends a run whose sends have
    all gone in. stall: silence that gives up on a run with sends left. run: longest timed part."""

    phase: int
    drain: int
    end: int
    stall: int
    run: int


def write_plan(dut: Dut, program: Program, directory: Path, max_clocks: int | None = None) -> Limits:
    """Write all input files of one run into `directory`.

    Raises InputError where the Program does not fit the device: a port it does not have, a frame that its bus cannot carry, an unknown control setting.
    """
    where = program.name or dut.name
    outputs = {port.name: index for index, port in enumerate(output_ports(dut))}
    inputs = {port.name: port for port in input_ports(dut)}
    for name in program.ports:
        if name not in inputs and not (name == "control" and dut.control):
            expected = ", ".join([*inputs, *(["control"] if dut.control else [])])
            raise InputError(where, "the device has no such input port", got=name, expected=expected)
    beats = 0
    last_ns = program.end_ns
    empty = PortProgram.of(())
    for name, port in inputs.items():
        sends = program.ports.get(name, empty)
        beats += _write_port(dut, port, sends, outputs, directory, f"{where}: {name}")
        last_ns = max(last_ns, int(sends.not_before_ns[-1]) if len(sends) else 0)
    timed = program.ports.get("control", empty)
    if dut.control:
        records = [*program.setup, *timed.frames]
        _write_control(dut, dut.control, program.setup, timed, outputs, directory, where)
        last_ns = max(last_ns, int(timed.not_before_ns[-1]) if len(timed) else 0)
    elif program.setup:
        raise InputError(where, "the program has a setup and the device no control port")
    else:
        records = []
    limits = _limits(dut, records, beats, last_ns, program.end_ns, max_clocks)
    plan = (limits.phase, limits.drain, limits.end, limits.stall, limits.run, 0)
    (directory / "run.plan").write_bytes(struct.pack(">6Q", *plan))
    return limits


def _limits(dut: Dut, records: list[bytes], beats: int, last_ns: int, end_ns: int, max_clocks: int | None) -> Limits:
    """A device may hold back its last output for one gap timeout, and for as long as the work that was queued in front of it takes."""
    timeout_ns = 0
    if dut.control and "gap_timeout_ns" in dut.control.settings:
        timeout_ns = SETTINGS["gap_timeout_ns"].default
        for record in records:
            op, _, setting, value = _fields(record)
            if op == OP["set"] and setting == SETTINGS["gap_timeout_ns"].id:
                timeout_ns = max(timeout_ns, value)
    drain = _clocks(timeout_ns, dut) + 1024 + 4 * min(beats, 8192)
    run = _clocks(last_ns, dut) + 64 * beats + 64 * len(records) + 16 * drain + 100_000
    if max_clocks is not None:
        run = max_clocks
    return Limits(phase=2_000_000, drain=drain, end=_clocks(end_ns, dut), stall=drain + 20_000, run=run)


def _clocks(time_ns: int, dut: Dut) -> int:
    return -(-time_ns * 1000 // dut.clock.period_ps)


def beats_of(port: Port, sends: PortProgram) -> NDArray[np.uint8]:
    """uint8[beats, 1 + bytes]: what `tickproof_stream_player` reads, one row a beat. The kept bytes of all rows, in order, are the frames' bytes."""
    size = port.width // 8
    lengths = sends.frames.lengths
    beats = -(-lengths // size)
    ends = np.cumsum(beats) - 1
    kept = np.full(int(beats.sum()), size, np.uint8)
    kept[ends] = lengths - (beats - 1) * size
    data = np.zeros((len(kept), size), np.uint8)
    data[np.arange(size, dtype=np.uint8) < kept[:, None]] = sends.frames.data
    rows = np.empty((len(kept), 1 + size), np.uint8)
    rows[:, 0] = kept - 1
    rows[ends, 0] |= np.where(sends.flags != 0, 0xC0, 0x80).astype(np.uint8)
    rows[:, 1:] = data[:, ::-1]
    return rows


def _write_port(dut: Dut, port: Port, sends: PortProgram, outputs: dict[str, int], directory: Path, where: str) -> int:
    lengths = sends.frames.lengths
    size = port.width // 8
    if len(sends) and int(lengths.min()) == 0:
        raise InputError(where, "an AXI-Stream cannot carry an empty frame", got=f"send {int(lengths.argmin())}")
    if "tkeep" not in port.signals and np.any(lengths % size):
        index = int(np.flatnonzero(lengths % size)[0])
        raise InputError(where, "the port has no tkeep", got=f"{lengths[index]} bytes in send {index}", expected=f"a multiple of {size}")
    if "tlast" not in port.signals and np.any(lengths != size):
        index = int(np.flatnonzero(lengths != size)[0])
        raise InputError(where, "the port has no tlast, so each beat is a frame", got=f"{lengths[index]} bytes in send {index}", expected=size)
    if "tuser" not in port.signals and np.any(sends.flags):
        raise InputError(where, "the port has no tuser to carry a bad frame", got=f"flags in send {int(np.flatnonzero(sends.flags)[0])}")
    table = np.zeros(len(sends), _SEND)
    table["not_before"] = -(-sends.not_before_ns * 1000 // dut.clock.period_ps)
    table["wait_port"] = _NO_WAIT
    for row, wait in sends.waits.items():
        table["wait_port"][row], table["wait_count"][row] = _wait(wait, outputs, where)
    rows = beats_of(port, sends)
    table.tofile(directory / f"{port.name}.sends")
    rows.tofile(directory / f"{port.name}.beats")
    return len(rows)


def _wait(wait: WaitFor, outputs: dict[str, int], where: str) -> tuple[int, int]:
    if wait.port not in outputs:
        raise InputError(where, "a send waits for a port that is no output", got=wait.port, expected=", ".join(outputs))
    return outputs[wait.port], wait.count


def _write_control(
    dut: Dut, control: Control, setup: tuple[bytes, ...], timed: PortProgram, outputs: dict[str, int], directory: Path, where: str
) -> None:
    rows: list[tuple[int, int, int, tuple[int, int], int, int, int]] = []
    for record in setup:
        writes = _register_writes(control, record, where)
        rows += [
            (0, _NO_WAIT, _SETUP | _place(index, len(writes)), (0, 0), 0, address, data) for index, (address, data) in enumerate(writes)
        ]
    for row, record in enumerate(timed.frames):
        writes = _register_writes(control, record, where)
        port, count = _wait(timed.waits[row], outputs, where) if row in timed.waits else (_NO_WAIT, 0)
        start = _clocks(int(timed.not_before_ns[row]), dut)
        rows += [(start, port, _place(index, len(writes)), (0, 0), count, address, data) for index, (address, data) in enumerate(writes)]
    np.array(rows, _WRITE).tofile(directory / "control.sends")
    addresses = [address + step for address in control.counters.values() for step in (0, 4)]
    np.array(addresses, ">u4").tofile(directory / "control.reads")


def _place(index: int, count: int) -> int:
    return (_FIRST if index == 0 else 0) | (_LAST if index == count - 1 else 0)


def _register_writes(control: Control, record: bytes, where: str) -> list[tuple[int, int]]:
    """The (address, data) of one control record: one word for a command or a short setting, low and high word for one of more than 32 bits."""
    op, symbol, setting_id, value = _fields(record)
    if op != OP["set"]:
        return [(control.command, op | symbol << 16)]
    setting = _SETTING_BY_ID.get(setting_id)
    if setting is None:
        raise InputError(where, "unknown control setting", got=setting_id)
    addresses = control.symbol_settings if setting.per_symbol else control.settings
    if setting.name not in addresses:
        raise InputError(where, "the device has no such setting", got=setting.name, expected=", ".join(addresses))
    address = addresses[setting.name] + (symbol * control.symbol_stride if setting.per_symbol else 0)
    if address >= 1 << control.address_bits:
        raise InputError(where, f"setting {setting.name} of symbol {symbol} is outside the control port's address range", got=hex(address))
    writes = [(address, value & 0xFFFFFFFF)]
    if setting.bits > 32:
        writes.append((address + 4, value >> 32))
    return writes


def _fields(record: bytes) -> tuple[int, int, int, int]:
    """op, symbol, setting, value of a control record."""
    fields = unpack_control(record)
    return int(fields["op"]), int(fields["symbol"]), int(fields["setting"]), int(fields["value"])


_SETTING_BY_ID = {setting.id: setting for setting in SETTINGS.values()}
