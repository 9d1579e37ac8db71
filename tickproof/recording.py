# SPDX-License-Identifier: Apache-2.0
"""`RecordedRun`: one run of a scenario in one file: what was sent, what came back, and enough about the device to judge it again, anywhere.

The file is a zip of numpy arrays (`.npz`) and one JSON text, `meta`; docs/formats.md has the layout. Nothing in it is executed.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tickproof.capture import Capture, HostReport, Recording, Sent
from tickproof.dut import Clock, Control, Dut, Port, Reset
from tickproof.errors import InputError
from tickproof.frames import Frames
from tickproof.program import PortProgram, Program, WaitFor
from tickproof.whole_file import new_file

__all__ = ["FILE_NAME", "RecordedRun", "load_run", "program_digest", "save_run"]

FILE_NAME = "capture.npz"
"""In the folder of a run."""

_FORMAT, _VERSION = "tickproof recording", 1
_META = "meta"
_SENDS = {"not_before_ns": np.int64, "flags": np.uint16}
_TIMES = {"first_ps": np.int64, "last_ps": np.int64}
_OUTPUTS = {**_TIMES, "flags": np.uint16}

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """scenario, target: as in a result. digest: of the Program as its scenario has it, before any time scale; two runs with the same one
    played the same inputs. symbols, lines: as in Scenario. dut: what judging needs of it, nothing to build it. program: as it was played.
    status, reason: of the verdict that was given."""

    scenario: str
    target: str
    digest: str
    symbols: tuple[str, ...]
    lines: Mapping[str, NDArray[np.int64]]
    dut: Dut
    program: Program
    capture: Capture
    status: str
    reason: str


def program_digest(program: Program) -> str:
    """The same for the same inputs, whatever file they came from."""
    found = hashlib.sha256()
    found.update(json.dumps([program.dut, dict(sorted(program.parameters.items())), program.end_ns, len(program.setup)]).encode())
    found.update(b"".join(program.setup))
    for name, port in sorted(program.ports.items()):
        waits = [[row, wait.port, wait.count] for row, wait in sorted(port.waits.items())]
        found.update(json.dumps([name, len(port), waits]).encode())
        for column in (port.frames.lengths, port.frames.data, port.not_before_ns, port.flags):
            found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()


def save_run(path: Path, run: RecordedRun) -> None:
    """Write the file, whole or not at all. InputError if it cannot be written."""
    program, capture = run.program, run.capture
    arrays: Arrays = {}
    _put_frames(arrays, "setup", Frames.of(program.setup))
    for name, port in program.ports.items():
        _put_frames(arrays, f"sends/{name}", port.frames)
        _put(arrays, f"sends/{name}", port, _SENDS)
    for name, lines in run.lines.items():
        arrays[f"lines/{name}"] = lines
    for name, recording in capture.outputs.items():
        _put_frames(arrays, f"outputs/{name}", recording.frames)
        _put(arrays, f"outputs/{name}", recording, _OUTPUTS)
    for name, sent in capture.sent.items():
        _put(arrays, f"sent/{name}", sent, _TIMES)
    arrays[_META] = np.frombuffer(json.dumps(_meta(run)).encode(), np.uint8)
    with new_file(path) as fresh, fresh.open("wb") as stream:
        np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]  # numpy's stubs take its only option for a name


def load_run(path: Path) -> RecordedRun:
    """Read what `save_run` wrote. InputError for anything else: another file, another version, one that was cut off or tampered with."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        meta = json.loads(arrays[_META].tobytes())
        if meta["format"] != _FORMAT:
            raise ValueError
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        raise InputError(str(path), "is no recording of a run, or a damaged one", expected=f"a {FILE_NAME} written by tickproof") from None
    if meta.get("version") != _VERSION:
        raise InputError(str(path), "is a recording of another version", got=meta.get("version"), expected=_VERSION)
    try:
        return _run(meta, arrays)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise InputError(str(path), f"is a damaged recording: {error}") from None


def _meta(run: RecordedRun) -> dict[str, Any]:
    program, capture, dut = run.program, run.capture, run.dut
    ports = [*dut.inputs.values(), *dut.outputs.values()]
    return {
        "format": _FORMAT,
        "version": _VERSION,
        **{name: getattr(run, name) for name in ("scenario", "target", "digest", "symbols", "status", "reason")},
        "dut": {
            "name": dut.name,
            "model": dut.model,
            "period_ps": dut.clock.period_ps,
            "ports": [{name: getattr(port, name) for name in ("name", "direction", "width", "layout")} for port in ports],
            "counters": list(dut.control.counters) if dut.control else None,
        },
        "program": {
            **{name: getattr(program, name) for name in ("dut", "end_ns", "name")},
            "parameters": dict(program.parameters),
            "waits": {name: [[row, w.port, w.count] for row, w in port.waits.items()] for name, port in program.ports.items()},
        },
        "capture": {
            **{name: getattr(capture, name) for name in ("clock_ps", "epoch_ps", "slack_ns", "grade", "timing", "complete", "trouble")},
            **{name: dict(getattr(capture, name)) for name in ("counters", "facts")},
            "outputs": list(capture.outputs),
            "sent": list(capture.sent),
            "unkept": sorted(capture.unkept),
            "host": asdict(capture.host) if capture.host else None,
        },
        "lines": list(run.lines),
    }


def _run(meta: Any, arrays: Arrays) -> RecordedRun:
    said, played = meta["capture"], meta["program"]
    ports = {}
    for name, rows in played["waits"].items():
        frames = _frames(arrays, f"sends/{name}")
        waits = {int(row): WaitFor(str(port), int(count)) for row, port, count in rows}
        ports[name] = PortProgram(frames, **_columns(arrays, f"sends/{name}", _SENDS, len(frames)), waits=waits)
    outputs = {}
    for name in said["outputs"]:
        frames = _frames(arrays, f"outputs/{name}")
        outputs[name] = Recording(frames, **_columns(arrays, f"outputs/{name}", _OUTPUTS, len(frames)))
    counts = {name: len(ports[name]) if name in ports else 0 for name in said["sent"]}  # nothing was sent into a port without sends
    sent = {name: Sent(**_columns(arrays, f"sent/{name}", _TIMES, count)) for name, count in counts.items()}
    capture = Capture(
        outputs,
        sent,
        unkept=frozenset(said["unkept"]),
        host=HostReport(**said["host"]) if said["host"] else None,
        **{name: said[name] for name in ("counters", "facts")},
        **{name: said[name] for name in ("clock_ps", "epoch_ps", "slack_ns", "grade", "timing", "complete", "trouble")},
    )
    setup = tuple(_frames(arrays, "setup"))
    program = Program(played["dut"], ports, setup, played["parameters"], played["end_ns"], played["name"])
    lines = {name: _column(arrays, f"lines/{name}", np.int64, len(ports[name])) for name in meta["lines"]}
    told = {name: str(meta[name]) for name in ("scenario", "target", "digest", "status", "reason")}
    return RecordedRun(**told, symbols=tuple(meta["symbols"]), lines=lines, dut=_dut(meta["dut"]), program=program, capture=capture)


def _dut(said: Any) -> Dut:
    """A device to judge by; there is nothing of it to build."""
    ports = [Port(port["name"], port["direction"], port["width"], {}, port["layout"]) for port in said["ports"]]
    counters = said["counters"]
    return Dut(
        name=said["name"],
        path=Path(),
        model=said["model"],
        top="",
        sources=(),
        include=(),
        clock=Clock("", said["period_ps"]),
        reset=Reset("", 1, 1),
        inputs={port.name: port for port in ports if port.direction == "in"},
        outputs={port.name: port for port in ports if port.direction == "out"},
        control=None if counters is None else Control({}, 16, 0, {}, {}, 0, dict.fromkeys(counters, 0)),
    )


def _put(arrays: Arrays, place: str, rows: object, columns: Mapping[str, type]) -> None:
    arrays.update({f"{place}/{name}": getattr(rows, name) for name in columns})


def _put_frames(arrays: Arrays, place: str, frames: Frames) -> None:
    arrays[f"{place}/data"] = frames.data[frames.offsets[0] : frames.offsets[-1]]
    arrays[f"{place}/offsets"] = frames.offsets - frames.offsets[0]


def _frames(arrays: Arrays, place: str) -> Frames:
    data, offsets = arrays[f"{place}/data"], arrays[f"{place}/offsets"]
    whole = data.dtype == np.uint8 and offsets.dtype == np.int64 and data.ndim == offsets.ndim == 1 and len(offsets)
    if not whole or offsets[0] != 0 or offsets[-1] != len(data) or (np.diff(offsets) < 0).any():
        raise ValueError(f"{place} does not hold together")
    return Frames(data, offsets)


def _columns(arrays: Arrays, place: str, columns: Mapping[str, type], rows: int) -> dict[str, NDArray[Any]]:
    return {name: _column(arrays, f"{place}/{name}", dtype, rows) for name, dtype in columns.items()}


def _column(arrays: Arrays, name: str, dtype: type, rows: int) -> NDArray[Any]:
    if arrays[name].dtype != dtype or arrays[name].shape != (rows,):
        raise ValueError(f"{name} is not a column of {rows} rows")
    return arrays[name]
