# SPDX-License-Identifier: Apache-2.0
"""Turns a Program into the files that the Verilog players read. All of it is numpy: no step costs Python time per frame or per beat."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tickproof.dut import Control, Dut, Port
from tickproof.errors import InputError
from tickproof.program import PortProgram, Program, SendFlag, WaitFor
from tickproof.protocols.control import OP, SETTINGS, unpack_control

__all__ = ["PLAN", "Limits", "beats_of", "write_plan"]

PLAN = "run.plan"
"""The file that is written last: with it a run begins."""

_NO_WAIT = 0xFF
_SEND = np.dtype([("not_before", ">u8"), ("wait_port", "u1"), ("link", "u1"), ("unused", "u1", (2,)), ("wait_count", ">u4")])
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
_LINK = SendFlag.LINK_UP | SendFlag.LINK_DOWN
_CHANGES_LINK, _UP = 2, 1
_SILENCE = 512  # clocks for which a device may work without a sign of it
_WAITING = 8192  # beats that two FIFOs of 32 KiB hold: a device takes up one a clock, perhaps without an output (FEED-RATE-1)
_ORDER_OPS = frozenset(OP[name] for name in ("kill", "unkill", "set_position", "set_executed", "release_order", "alive"))


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run is over, in clocks.

    phase: longest wait for the device before time 0 and at the end. drain: silence that ends a run whose sends have all gone in.
    end: no run ends before. stall: silence that gives up on a run with sends left. run: longest timed part.
    """

    phase: int
    drain: int
    end: int
    stall: int
    run: int


def write_plan(dut: Dut, program: Program, directory: Path, max_clocks: int | None = None) -> Limits:
    """Write all input files of one run into `directory`.

    Raises InputError where the Program does not fit the device: a port it does not have, a frame that its bus cannot carry, an unknown
    control setting.
    """
    where = program.name or dut.name
    outputs = {name: index for index, name in enumerate(dut.outputs)}
    for name in program.ports:
        if name not in dut.inputs and not (name == "control" and dut.control):
            expected = ", ".join([*dut.inputs, *(["control"] if dut.control else [])])
            raise InputError(where, "the device has no such input port", got=name, expected=expected)
    beats = 0
    last_ns = program.end_ns
    empty = PortProgram.of(())
    going_in: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for name, port in dut.inputs.items():
        sends = program.ports.get(name, empty)
        rows, table = beats_of(port, sends, f"{where}: {name}"), _sends_of(dut, sends, outputs, f"{where}: {name}")
        rows.tofile(directory / f"{name}.beats")
        table.tofile(directory / f"{name}.sends")
        beats += len(rows)
        going_in.append((table["not_before"].astype(np.int64), -(-sends.frames.lengths // (port.width // 8))))
        last_ns = max(last_ns, int(sends.not_before_ns[-1]) if len(sends) else 0)
    timed = program.ports.get("control", empty)
    if dut.control:
        records = [*program.setup, *timed.frames]
        _writes_of(dut, dut.control, program, outputs, where).tofile(directory / "control.sends")
        addresses = [address + step for address in dut.control.counters.values() for step in (0, 4)]
        np.array(addresses, ">u4").tofile(directory / "control.reads")
        last_ns = max(last_ns, int(timed.not_before_ns[-1]) if len(timed) else 0)
    elif program.setup:
        raise InputError(where, "the program has a setup and the device no control port")
    else:
        records = []
    waiting = beats if any(port.waits for port in program.ports.values()) else _waiting(going_in)
    limits = _limits(dut, records, beats, min(waiting, _WAITING), last_ns=last_ns, end_ns=program.end_ns)
    if max_clocks is not None:
        limits = replace(limits, run=max_clocks)
    plan = (limits.phase, limits.drain, limits.end, limits.stall, limits.run, 0)
    (directory / PLAN).write_bytes(struct.pack(">6Q", *plan))
    return limits


def _waiting(going_in: list[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> int:
    """Beats that a device which takes up one a clock may still have before it when the last one has come.

    going_in: (clocks, beats) of the sends of each port. None of them waits for an output.
    """
    clocks, beats = (np.concatenate([port[column] for port in going_in] or [np.zeros(0, np.int64)]) for column in (0, 1))
    if not len(clocks):
        return 0
    order = np.argsort(clocks, kind="stable")
    from_here = np.cumsum(beats[order][::-1])[::-1]  # those of this send and of all behind it
    return max(0, int(np.max(from_here - (clocks[order][-1] - clocks[order]))))


def _limits(dut: Dut, records: list[bytes], beats: int, waiting: int, *, last_ns: int, end_ns: int) -> Limits:
    """A device may hold back its last output for one gap timeout (if the Program does not say when it is over), and for work before it."""
    timeout_ns = 0
    if dut.control and "gap_timeout_ns" in dut.control.settings and not end_ns:
        timeout_ns = SETTINGS["gap_timeout_ns"].default
        for record in records:
            op, _, setting, value = _fields(record)
            if op == OP["set"] and setting == SETTINGS["gap_timeout_ns"].id:
                timeout_ns = max(timeout_ns, value)
    drain = _clocks(timeout_ns, dut) + _SILENCE + waiting
    run = _clocks(last_ns, dut) + 64 * beats + 64 * len(records) + 16 * drain + 100_000
    return Limits(phase=300_000, drain=drain, end=_clocks(end_ns, dut), stall=drain + 20_000, run=run)


def _clocks(time_ns: int, dut: Dut) -> int:
    return -(-time_ns * 1000 // dut.clock.period_ps)


def beats_of(port: Port, sends: PortProgram, where: str) -> NDArray[np.uint8]:
    """uint8[beats, 1 + bytes]: what `tickproof_stream_player` reads, a row a beat. InputError for a frame that the bus cannot carry."""
    size = port.width // 8
    lengths = sends.frames.lengths
    _check_frames(port, sends, where)
    beats = -(-lengths // size)
    carry = np.flatnonzero(beats)  # a link change has no beat
    ends = (np.cumsum(beats) - 1)[carry]
    kept = np.full(int(beats.sum()), size, np.uint8)
    kept[ends] = (lengths - (beats - 1) * size)[carry]
    data = np.zeros((len(kept), size), np.uint8)
    data[np.arange(size, dtype=np.uint8) < kept[:, None]] = sends.frames.data
    rows = np.empty((len(kept), 1 + size), np.uint8)
    rows[:, 0] = kept - 1
    rows[ends, 0] |= np.where(sends.flags[carry] != 0, 0xC0, 0x80).astype(np.uint8)
    rows[:, 1:] = data[:, ::-1]
    return rows


def _check_frames(port: Port, sends: PortProgram, where: str) -> None:
    lengths, size, link = sends.frames.lengths, port.width // 8, (sends.flags & _LINK) != 0
    checks: list[tuple[NDArray[np.bool_], str, str | None]] = [
        ((lengths == 0) & ~link, "an AXI-Stream cannot carry an empty frame", None),
        ((lengths != 0) & link, "a link change carries no bytes", None),
        (link & (not port.link), "the port has no link that could go up or down", None),
    ]
    if "tkeep" not in port.signals:
        checks.append((lengths % size != 0, "the port has no tkeep", f"a multiple of {size} bytes"))
    if "tlast" not in port.signals:
        checks.append(((lengths != size) & ~link, "the port has no tlast, so each beat is a frame", f"{size} bytes"))
    if "tuser" not in port.signals:
        checks.append(((sends.flags & ~_LINK) != 0, "the port has no tuser that could mark a bad frame", None))
    for bad, what, expected in checks:
        if np.any(bad):
            row = int(np.flatnonzero(bad)[0])
            raise InputError(where, what, got=f"send {row} of {lengths[row]} bytes", expected=expected)


def _sends_of(dut: Dut, sends: PortProgram, outputs: Mapping[str, int], where: str) -> NDArray[np.void]:
    table = np.zeros(len(sends), _SEND)
    table["not_before"] = -(-sends.not_before_ns * 1000 // dut.clock.period_ps)
    table["wait_port"] = _NO_WAIT
    table["link"] = np.where((sends.flags & _LINK) != 0, _CHANGES_LINK | ((sends.flags & SendFlag.LINK_UP) != 0) * _UP, 0)
    for row, wait in sends.waits.items():
        table["wait_port"][row], table["wait_count"][row] = _wait(wait, outputs, where)
    return table


def _wait(wait: WaitFor, outputs: Mapping[str, int], where: str) -> tuple[int, int]:
    if wait.port not in outputs:
        raise InputError(where, "a send waits for a port that is no output", got=wait.port, expected=", ".join(outputs))
    return outputs[wait.port], wait.count


def _writes_of(dut: Dut, control: Control, program: Program, outputs: Mapping[str, int], where: str) -> NDArray[np.void]:
    rows: list[tuple[int, int, int, tuple[int, int], int, int, int]] = []

    def add(record: bytes, start: int, wait: tuple[int, int], place: int) -> None:
        writes = _register_writes(control, record, where)
        for index, (address, data) in enumerate(writes):
            ends = (_FIRST if index == 0 else 0) | (_LAST if index == len(writes) - 1 else 0)
            rows.append((start, wait[0], place | ends, (0, 0), wait[1], address, data))

    for record in program.setup:
        add(record, 0, (_NO_WAIT, 0), _SETUP)
    timed = program.ports.get("control", PortProgram.of(()))
    for row, record in enumerate(timed.frames):
        wait = _wait(timed.waits[row], outputs, where) if row in timed.waits else (_NO_WAIT, 0)
        add(record, _clocks(int(timed.not_before_ns[row]), dut), wait, 0)
    return np.array(rows, _WRITE)


def _register_writes(control: Control, record: bytes, where: str) -> list[tuple[int, int]]:
    """The (address, data) of one control record: one word for a feed command or a short setting, low and high word for a longer one.

    A command of the order path is its value's two words, then the command.
    """
    op, symbol, setting_id, value = _fields(record)
    if op in _ORDER_OPS:
        if control.order is None:
            raise InputError(where, "the device has no order path", got=next(name for name, code in OP.items() if code == op))
        low, high = (control.order.value, value & 0xFFFFFFFF), (control.order.value + 4, value >> 32)
        return [low, high, (control.order.command, op | symbol << 16)]
    if op != OP["set"]:
        return [(control.command, op | symbol << 16)]
    setting = _SETTING_BY_ID.get(setting_id)
    if setting is None:
        raise InputError(where, "unknown control setting", got=setting_id)
    addresses = control.symbol_settings if setting.per_symbol else control.settings
    if setting.name not in addresses:
        raise InputError(where, "the device has no such setting", got=setting.name, expected=", ".join(addresses))
    stride = control.order.symbol_stride if control.order and setting.block == "order" else control.symbol_stride
    address = addresses[setting.name] + (symbol * stride if setting.per_symbol else 0)
    if address >= 1 << control.address_bits:
        what = f"setting {setting.name} of symbol {symbol} is outside the control port's addresses"
        raise InputError(where, what, got=hex(address))
    writes = [(address, value & 0xFFFFFFFF)]
    if setting.bits > 32:
        writes.append((address + 4, value >> 32))
    return writes


def _fields(record: bytes) -> tuple[int, int, int, int]:
    """op, symbol, setting, value of a control record."""
    fields = unpack_control(record)
    return int(fields["op"]), int(fields["symbol"]), int(fields["setting"]), int(fields["value"])


_SETTING_BY_ID = {setting.id: setting for setting in SETTINGS.values()}
