# SPDX-License-Identifier: Apache-2.0
"""What a device that did not run for a while may have done: it took up frames later than they came, and in another order.

Its records say in which order inputs took effect, but not what became of a packet that left none: which line's packet fixed the session
(FEED-MOLD-6), which ones came before a `session_reset` or a `commit`. Golden takes them as they were sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from tickproof.capture import Capture, Sent
from tickproof.check.evidence import Evidence
from tickproof.check.late import taken_ps
from tickproof.protocols.control import OP
from tickproof.protocols.records import KIND

__all__ = ["other_orders"]

_MOST = 40
_FEW = 2000
"""Orders that are tried, and frames of a run for which they are: scenarios in which it matters are short, and each costs a judgement."""

_BEHIND_PS = 2000
"""Surely not in the same clock as the command: times of records are whole ns."""

_Lines = Mapping[str, Sent]


def other_orders(evidence: Evidence, stall_ns: int) -> Iterator[Capture]:
    """The capture as if frames had come when the device may have taken them up, were it stalled for `stall_ns` in all. The one that was
    recorded is not among them; the nearest to it come first."""
    capture, inputs, stall_ps = evidence.capture, evidence.dut.inputs, 1000 * stall_ns
    lines = {name: sent for name, sent in capture.sent.items() if name in inputs and inputs[name].layout == "frame"}
    if sum(len(sent.last_ps) for sent in lines.values()) <= _FEW:
        for order in islice(_orders(lines, _times(evidence, "commit"), _times(evidence, "session_reset"), stall_ps), _MOST):
            yield replace(capture, sent={**capture.sent, **order})


def _orders(lines: _Lines, commits: Sequence[int], resets: Sequence[int], stall_ps: int) -> Iterator[_Lines]:
    yield from _swapped(lines, resets, stall_ps)
    for time_ps in sorted((*commits, *resets)):
        for late in _behind(lines, time_ps, stall_ps):
            yield late
            yield from _swapped(late, resets, stall_ps)


def _swapped(lines: _Lines, resets: Sequence[int], stall_ps: int) -> Iterator[_Lines]:
    """In one session the line that was later was taken up first; in each of them it was."""
    all_of_them, count = lines, 0
    for start_ps in (-1, *resets):
        if swapped := _first_swapped(lines, start_ps, stall_ps):
            yield swapped
            all_of_them, count = _first_swapped(all_of_them, start_ps, stall_ps) or all_of_them, count + 1
    if count > 1:
        yield all_of_them


def _first_swapped(lines: _Lines, start_ps: int, stall_ps: int) -> _Lines | None:
    """The later line's first frame behind a time was taken up before the other line's. None if they are too far apart for that."""
    first = []
    for name, sent in lines.items():
        rows = np.flatnonzero(sent.last_ps > start_ps)
        if rows.size:
            first.append((int(sent.last_ps[rows[0]]), name, int(rows[0])))
    if len(first) != 2 or max(first)[0] - min(first)[0] >= stall_ps:
        return None
    _, name, row = max(first)
    return _moved(lines, name, row, min(first)[0] - 1)


def _times(evidence: Evidence, op: str) -> Sequence[int]:
    """When the commands of one kind took effect."""
    records = evidence.events.records
    rows = (records["kind"] == KIND["CONTROL"]) & (records["body"][:, 0] == OP[op])
    times: list[int] = taken_ps(evidence)[rows].tolist()
    return times


def _behind(lines: _Lines, time_ps: int, stall_ps: int) -> Iterator[_Lines]:
    """The last frame before a command was taken up behind it; the last two were; and so on."""
    waiting = [
        (time, name, row)
        for name, sent in lines.items()
        for row, time in enumerate(sent.last_ps.tolist())
        if time >= 0 and time_ps - stall_ps < time <= time_ps
    ]
    waiting.sort(reverse=True)
    for count in range(1, min(len(waiting), _MOST) + 1):
        late = lines
        for _, name, row in waiting[:count]:
            late = _moved(late, name, row, time_ps + _BEHIND_PS)
        yield late


def _moved(lines: _Lines, name: str, row: int, time_ps: int) -> _Lines:
    """One frame came at another time."""
    first_ps, last_ps = lines[name].first_ps.copy(), lines[name].last_ps.copy()
    first_ps[row] = last_ps[row] = time_ps
    return {**lines, name: Sent(first_ps, last_ps)}
