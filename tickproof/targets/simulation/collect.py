# SPDX-License-Identifier: Apache-2.0
"""Turns what the Verilog recorders wrote into the parts of a Capture, in bulk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tickproof.capture import FrameFlag, Recording, Sent
from tickproof.dut import Dut, Port
from tickproof.frames import Frames
from tickproof.program import Program

__all__ = ["Collected", "beat_dtype", "collect", "recording_of"]

_OUTCOMES = {
    2: "the device never became ready",
    3: "the device did not answer a register write of the setup",
    4: "nothing moved any more, and there was more to send",
    5: "the run exceeded its clock limit",
    6: "the device did not answer when its counters were read",
}
_CLOCK_MASK = (1 << 56) - 1
_LAST, _USER, _X = 1 << 56, 1 << 57, 1 << 58
_BLOCK_BEATS = 1 << 20  # beats that are taken apart at a time, so that a long run costs no more memory than its bytes


@dataclass(frozen=True, slots=True)
class Collected:
    """One run's outputs, sends, counters and time 0 (clock since reset). trouble: why the run is not complete, or ""."""

    outputs: Mapping[str, Recording]
    sent: Mapping[str, Sent]
    counters: Mapping[str, int]
    epoch_clock: int | None
    trouble: str


def collect(dut: Dut, program: Program, directory: Path) -> Collected:
    """Read the output files of one run. A file that is missing (the simulator died) reads as empty."""
    summary = _read(directory / "run.summary", "<u8")
    outcome = int(summary[0]) if len(summary) == 8 else 0
    epoch = int(summary[1]) if outcome not in (0, 2, 3) else None
    period = dut.clock.period_ps
    outputs = {}
    for port in dut.outputs.values():
        beats = _read(directory / f"{port.name}.out", beat_dtype(port))
        outputs[port.name] = recording_of(beats, port, period, epoch or 0)
    sent = {}
    for name in dut.inputs:
        count = len(program.ports[name]) if name in program.ports else 0
        sent[name] = _sent(_read(directory / f"{name}.sent", "<u8"), 0, count, period, epoch or 0)
    counters: dict[str, int] = {}
    if dut.control:
        timed = len(program.ports["control"]) if "control" in program.ports else 0
        sent["control"] = _sent(_read(directory / "control.sent", "<u8"), len(program.setup), timed, period, epoch or 0)
        values = _read(directory / "control.values", "<u8")
        counters = dict(zip(dut.control.counters, values.tolist(), strict=False))
    trouble = ""
    if outcome != 1:
        trouble = _OUTCOMES.get(outcome, "the simulator ended before the run was over")
        trouble += "".join(_unsent(dut, program, sent))
    elif len(summary) == 8 and summary[3]:
        trouble = "the device refused a register access (AXI-Lite response other than OKAY)"
    elif len(summary) == 8 and summary[4]:
        trouble = "tvalid of an output port was X"
    return Collected(outputs, sent, counters, epoch, trouble)


def _unsent(dut: Dut, program: Program, sent: Mapping[str, Sent]) -> Iterator[str]:
    """What each port still had to send, for the message of a run that got stuck."""
    for name, times in sent.items():
        left = np.flatnonzero(times.last_ps < 0) if name in program.ports else np.zeros(0, np.int64)
        if len(left):
            row = int(left[0])
            wait = program.ports[name].waits.get(row)
            yield f"; {name}: send {row} of {len(times.last_ps)} did not go in"
            if wait:
                yield f" (it waits for output {wait.count} of {wait.port})"


def _read(path: Path, dtype: str | np.dtype[np.void]) -> NDArray[np.void]:
    """The whole records of a file; a torn last record is left out."""
    kind = np.dtype(dtype)
    if not path.exists():
        return np.zeros(0, kind)
    return np.fromfile(path, kind, count=path.stat().st_size // kind.itemsize)


def beat_dtype(port: Port) -> np.dtype[np.void]:
    """One beat as `tickproof_stream_recorder` writes it."""
    size = port.width // 8
    return np.dtype([("clock", "<u8"), ("keep", "u1", (4 * -(-size // 32),)), ("data", "u1", (4 * -(-size // 4),))])


def recording_of(beats: NDArray[np.void], port: Port, period_ps: int, epoch_clock: int) -> Recording:
    """Frames from beats (`beat_dtype`). Bytes are taken where tkeep is set, wherever that is."""
    size = port.width // 8
    word = np.ascontiguousarray(beats["clock"])
    last = (word & _LAST) != 0
    cut = len(beats) > 0 and not last[-1]
    ends = np.flatnonzero(last)
    if cut:
        ends = np.append(ends, len(beats) - 1)
    starts = np.concatenate(([0], ends[:-1] + 1))[: len(ends)]
    pieces, kept = [np.zeros(0, np.uint8)], [np.zeros(0, np.int64)]
    for at in range(0, len(beats), _BLOCK_BEATS):
        block = beats[at : at + _BLOCK_BEATS]
        keep = np.ascontiguousarray(block["keep"])
        mask = np.unpackbits(keep, axis=1, count=size, bitorder="little").view(np.bool_)
        pieces.append(block["data"][:, :size][mask])
        kept.append(np.bitwise_count(keep.view("<u4")).astype(np.int64) @ np.ones(keep.shape[1] // 4, np.int64))
    frames = _frames(np.concatenate(pieces), np.concatenate(kept), ends)
    clock = (word & _CLOCK_MASK).astype(np.int64) - epoch_clock
    flags = np.where((word[ends] & _USER) != 0, FrameFlag.ERROR, 0).astype(np.uint16)
    has_x = (word & _X) != 0
    if has_x.any():
        flags |= np.where(np.logical_or.reduceat(has_x, starts), FrameFlag.HAS_X, 0).astype(np.uint16)
    if cut:
        flags[-1] |= FrameFlag.CUT
    return Recording(frames, clock[starts] * period_ps, clock[ends] * period_ps, flags)


def _frames(data: NDArray[np.uint8], kept: NDArray[np.int64], ends: NDArray[np.int64]) -> Frames:
    offsets = np.zeros(len(ends) + 1, np.int64)
    offsets[1:] = np.cumsum(kept)[ends]
    return Frames(data, offsets)


def _sent(log: NDArray[np.void], skip: int, count: int, period_ps: int, epoch_clock: int) -> Sent:
    """int64[count] each from the log's pairs of clocks, without the first `skip`; sends that are not in the log have -1."""
    pairs = log[: len(log) // 2 * 2].astype(np.int64).reshape(-1, 2)[skip : skip + count]
    times = np.full((count, 2), -1, np.int64)
    times[: len(pairs)] = (pairs - epoch_clock) * period_ps
    return Sent(times[:, 0].copy(), times[:, 1].copy())
