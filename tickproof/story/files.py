# SPDX-License-Identifier: Apache-2.0
"""`story.json.gz` in a run's folder. docs/report.md has its keys.

Of a long run only the rows around the divergence are kept, or the first ones: a report of a thousand runs has to open at once.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from pathlib import Path
from typing import Any

from tickproof.check import Verdict
from tickproof.check.evidence import Evidence
from tickproof.errors import InputError
from tickproof.story.inputs import Sent, input_row, sends
from tickproof.story.outputs import Side, output_rows, sides

__all__ = ["STORY_FILE", "read_story", "write_story"]

STORY_FILE = "story.json.gz"
_VERSION = 1
_ROWS = {"pass": 80}
_ROWS_OTHERWISE = 320
_BEFORE = 0.7  # of the rows shown lie before the divergence: what led to it says more than what follows


def write_story(folder: Path, evidence: Evidence, verdict: Verdict) -> None:
    """InputError if the file cannot be written."""
    rows = _ROWS.get(verdict.status, _ROWS_OTHERWISE)
    port, place = _place(verdict)
    outputs, totals, cause = [], {}, None
    for side in sides(evidence):
        start = max(0, place - int(rows * _BEFORE)) if side.port == port else 0
        outputs += output_rows(side, start, rows, evidence)
        totals[side.port] = max(len(side.wanted), len(side.got))
        cause = _cause(side, place, evidence) if side.port == port else cause
    every = sends(evidence)
    shown = _around(every, cause, rows)
    story = {
        "version": _VERSION,
        "clock_ps": evidence.capture.clock_ps,
        "inputs": [input_row(port, row, evidence) for _, port, row in shown],
        "sent": [_times(port, row, evidence) for _, port, row in shown],
        "sends": len(every),
        "outputs": outputs,
        "totals": totals,
        "divergence": None if not port else [port, place],
        "counters": _counters(evidence),
    }
    path = folder / STORY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(json.dumps(story, separators=(",", ":")).encode(), 6, mtime=0))
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror}") from None


def read_story(folder: Path) -> dict[str, Any] | None:
    """What `write_story` wrote; None if there is none, or none that this version can read."""
    try:
        story = json.loads(gzip.decompress((folder / STORY_FILE).read_bytes()))
        return story if story["version"] == _VERSION else None
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error):
        return None


def _place(verdict: Verdict) -> tuple[str, int]:
    """Port and unit of the divergence: `events[3] BBO`. ("", 0) where it is at none."""
    found = re.match(r"(\w+)\[(\d+)\]", verdict.divergence.place) if verdict.divergence else None
    return (found[1], int(found[2])) if found else ("", 0)


def _cause(side: Side, place: int, evidence: Evidence) -> tuple[str, int] | None:
    if place >= len(side.causes) or side.causes[place][0] < 0:
        return None
    code, row = side.causes[place].tolist()
    return evidence.golden.cause_ports[code], row


def _around(every: list[Sent], cause: tuple[str, int] | None, rows: int) -> list[Sent]:
    at = next((index for index, (_, port, row) in enumerate(every) if (port, row) == cause), 0)
    start = max(0, at - int(rows * _BEFORE))
    return every[start : start + rows]


def _times(port: str, row: int, evidence: Evidence) -> tuple[int, int, int]:
    """When it was due (ns), and its first and last byte really went in (ps, -1 if it did not)."""
    due, sent = int(evidence.program.ports[port].not_before_ns[row]), evidence.capture.sent.get(port)
    if sent is None or row >= len(sent.first_ps):
        return due, -1, -1
    return due, int(sent.first_ps[row]), int(sent.last_ps[row])


def _counters(evidence: Evidence) -> dict[str, tuple[int | None, int | None, int | None]]:
    """Counter -> what the device has, and golden's lowest and highest; those that are 0 for both are left out."""
    golden, values = evidence.golden, evidence.capture.counters
    ranges = {name: (value, value) for name, value in golden.counters.items()} | dict(golden.bounds)
    found = {name: (values.get(name), *ranges.get(name, (None, None))) for name in dict.fromkeys((*values, *ranges))}
    return {name: row for name, row in found.items() if any(row)}
