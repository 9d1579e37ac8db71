# SPDX-License-Identifier: Apache-2.0
"""Turns what `tickproof-wire` wrote into the parts of a Capture, in bulk. Times go from host ns to device ps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tickproof.capture import HostReport, Recording, Sent
from tickproof.dut import Dut
from tickproof.frames import Frames
from tickproof.program import Program
from tickproof.protocols.control import COUNTERS, ORDER_COUNTERS
from tickproof.targets.wire.process import PLAYER_LOG
from tickproof.targets.wire.wiring import Wire

__all__ = ["FRAME", "SENT", "Played", "collect"]

FRAME = np.dtype([("first", "<i8"), ("last", "<i8"), ("offset", "<u8"), ("length", "<u4"), ("flags", "<u4")])
SENT = np.dtype([("first", "<i8"), ("last", "<i8")])
_UNKEPT = (1 << 64) - 1
_PS = 1000


@dataclass(frozen=True, slots=True)
class Played:
    """One run. epoch_ps: time 0 on the device's clock, None if it told none. onload: a row a socket. trouble: why it is not complete."""

    outputs: Mapping[str, Recording]
    sent: Mapping[str, Sent]
    counters: Mapping[str, int]
    unkept: frozenset[str]
    epoch_ps: int | None
    host: HostReport
    transport: str
    onload: Sequence[Mapping[str, Any]]
    trouble: str


@dataclass(frozen=True, slots=True)
class _Clock:
    """Host ns to ps since time 0 on the device's clock."""

    t0_ns: int
    slowdown: int

    def ps(self, times_ns: NDArray[np.int64]) -> NDArray[np.int64]:
        return (times_ns - self.t0_ns) * _PS // self.slowdown


def collect(dut: Dut, program: Program, wires: Sequence[Wire], folder: Path) -> Played:
    """Read the files of one run. One that is missing (the player died) reads as empty."""
    summary = _summary(folder / "summary.json")
    slowdown = max(1, int(summary.get("slowdown", 1)))
    clock = _Clock(int(summary.get("t0_ns", 0)), slowdown)
    outputs = {wire.port: _recording(folder, wire.port, clock) for wire in wires if wire.is_output}
    inputs = [wire.port for wire in wires if wire.is_input] + (["control"] if dut.control else [])
    sent = {name: _sent(folder, name, len(program.ports[name]) if name in program.ports else 0, clock) for name in inputs}
    values = _read(folder / "counters.values", np.dtype("<u8")).tolist() if dut.control else []
    names = COUNTERS + (ORDER_COUNTERS if dut.control and dut.control.order else ())
    counters = dict(zip(names, values, strict=False))
    origin_ns = int(summary.get("origin_ns", 0))
    return Played(
        outputs=outputs,
        sent=sent,
        counters={name: value for name, value in counters.items() if value != _UNKEPT},
        unkept=frozenset(name for name, value in counters.items() if value == _UNKEPT),
        epoch_ps=(clock.t0_ns - origin_ns) * _PS // slowdown if origin_ns else None,
        host=HostReport(
            lost=int(summary.get("lost", 0)),
            stray=int(summary.get("stray", 0)),
            late=int(summary.get("late", 0)),
            late_ns=int(summary.get("late_ns", 0)),
            stamps=str(summary.get("stamps", "program")),
            slowdown=slowdown,
        ),
        transport=str(summary.get("transport", "")),
        onload=summary.get("onload", []),
        trouble="" if summary.get("complete") else str(summary.get("trouble") or _no_summary(folder)),
    )


def _no_summary(folder: Path) -> str:
    """With what the player said last: it may have had no room to write one."""
    log = folder / PLAYER_LOG
    said = [line for line in log.read_text(errors="replace").splitlines() if line.strip()] if log.exists() else []
    return "the player left no summary" + (f": {said[-1]}" if said else "")


def _summary(path: Path) -> dict[str, Any]:
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return summary if isinstance(summary, dict) else {}


def _read(path: Path, kind: np.dtype[Any]) -> NDArray[Any]:
    """The whole records of a file; a torn last record is left out."""
    if not path.exists():
        return np.zeros(0, kind)
    return np.fromfile(path, kind, count=path.stat().st_size // kind.itemsize)


def _recording(folder: Path, port: str, clock: _Clock) -> Recording:
    table, data = _read(folder / f"{port}.frames", FRAME), _read(folder / f"{port}.data", np.dtype("u1"))
    ends = table["offset"].astype(np.int64) + table["length"]
    table = table[: int(np.searchsorted(ends, len(data), side="right"))]  # of a player that died, bytes may be missing
    offsets = np.concatenate(([0], ends[: len(table)])).astype(np.int64)
    frames = Frames(data[: int(offsets[-1])], offsets)
    return Recording(frames, clock.ps(table["first"]), clock.ps(table["last"]), table["flags"].astype(np.uint16))


def _sent(folder: Path, port: str, count: int, clock: _Clock) -> Sent:
    """int64[count] each; sends that are not in the file, or never went in, have -1."""
    table = _read(folder / f"{port}.sent", SENT)[:count]
    times = np.full((count, 2), -1, np.int64)
    for column, name in enumerate(("first", "last")):
        times[: len(table), column] = np.where(table[name] < 0, -1, clock.ps(table[name]))
    return Sent(times[:, 0].copy(), times[:, 1].copy())
