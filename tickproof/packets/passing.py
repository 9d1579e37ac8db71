# SPDX-License-Identifier: Apache-2.0
"""Everything that passed a device's ports in one run, in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tickproof.program import SendFlag
from tickproof.recording import RecordedRun

__all__ = ["Passing", "passings"]

_LINK = int(SendFlag.LINK_UP | SendFlag.LINK_DOWN)


@dataclass(frozen=True, slots=True)
class Passing:
    """Bytes at a port, or a change of its link. at_ps: of the first byte. row: of the send or of the output frame. flags: SendFlag of what
    went in, FrameFlag of what came out."""

    at_ps: int
    port: str
    inward: bool
    row: int
    data: bytes
    flags: int

    @property
    def link(self) -> bool:
        """It has no bytes: the link of the port went up or down."""
        return self.inward and bool(self.flags & _LINK)


def passings(run: RecordedRun) -> Iterator[Passing]:
    """What really went in and came out; of one time, what went in first."""
    program, capture = run.program, run.capture
    ports = [(name, True) for name in program.ports if name in capture.sent] + [(name, False) for name in capture.outputs]
    columns: list[tuple[int, int, int]] = []
    for index, (name, inward) in enumerate(ports):
        times = capture.sent[name].first_ps if inward else capture.outputs[name].first_ps
        went = np.flatnonzero(capture.sent[name].last_ps >= 0) if inward else np.arange(len(times))
        columns += zip(times[went].tolist(), [index] * len(went), went.tolist(), strict=True)
    for at_ps, index, row in sorted(columns):
        name, inward = ports[index]
        source = program.ports[name] if inward else capture.outputs[name]
        yield Passing(at_ps, name, inward, row, source.frames[row], int(source.flags[row]))
