# SPDX-License-Identifier: Apache-2.0
"""`parse`: a `.scn` file to a Scenario. The language: docs/scenarios.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tickproof.errors import InputError, ScenarioError
from tickproof.frames import Frames
from tickproof.program import PortProgram, Program
from tickproof.scenario.header import parse_header
from tickproof.scenario.model import Scenario
from tickproof.scenario.settings import setup_records
from tickproof.scenario.timeline import Timeline, settle_ns
from tickproof.scenario.volume import volume_of

__all__ = ["parse", "parse_text"]


def parse(path: str | Path) -> Scenario:
    """Read one file. Raises InputError if it cannot be read, ScenarioError (an InputError) with line and column if it makes no sense."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(str(path), "no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read: {error}") from None
    return parse_text(text, path)


def parse_text(text: str, path: str | Path = "scenario") -> Scenario:
    """Like `parse`, from text; `path` is what messages call it, and what relative file names in the header start from."""
    path = Path(path)
    if not text.strip():
        raise InputError(str(path), "empty file", expected="a scenario")
    lines = text.splitlines()
    end = next((number for number, line in enumerate(lines) if line.split("#")[0].rstrip() == "---"), None)
    if end is None:
        raise ScenarioError(f"{path}:{len(lines)}:1", "no timeline", expected="a line `---` between header and timeline")
    header = parse_header(path, "\n".join(lines[:end]))
    volume = volume_of(header, path)
    header = volume.header
    timeline = Timeline(path, header, volume.next_sequence)
    timeline.read(lines[end + 1 :], end + 2)
    ports, sources = _merged(volume.ports, *timeline.ports())
    last = max((int(port.not_before_ns[-1]) for port in ports.values() if len(port)), default=0)
    settled_ns = max(last, timeline.now_ns) + settle_ns(header, plain=timeline.plain)
    end_ns = settled_ns if header.end_ns is None else header.origin_ns + header.end_ns
    risk = header.risk if header.orders else None
    setup = setup_records(header.settings, header.symbols, risk, kill=header.kill) if header.feed else ()
    program = Program(
        dut=header.dut,
        ports=ports,
        setup=setup,
        parameters=header.parameters,
        end_ns=max(end_ns, timeline.silence_ns),
        name=str(path),
    )
    return Scenario(
        name=path.stem,
        path=path,
        dut=header.dut,
        requires=header.requires | timeline.capabilities,
        covers=header.covers,
        program=program,
        expectations=tuple(timeline.expectations),
        symbols=tuple(symbol.name for symbol in header.symbols),
        description=header.description,
        lines=sources,
    )


def _merged(
    volume: Mapping[str, PortProgram], ports: dict[str, PortProgram], sources: dict[str, NDArray[np.int64]]
) -> tuple[dict[str, PortProgram], dict[str, NDArray[np.int64]]]:
    """Volume and written lines in one order of time; the volume goes first where times are equal."""
    for name, bulk in volume.items():
        zeros = np.zeros(len(bulk), np.int64)
        if name not in ports:
            ports[name], sources[name] = bulk, zeros
            continue
        written = ports[name]
        times = np.concatenate([bulk.not_before_ns, written.not_before_ns])
        order = np.argsort(times, kind="stable")
        data = [*bulk.frames, *written.frames]
        flags = np.concatenate([bulk.flags, written.flags])
        ports[name] = PortProgram(Frames.of(data[row] for row in order), times[order], flags[order])
        sources[name] = np.concatenate([zeros, sources[name]])[order]
    return ports, sources
