# SPDX-License-Identifier: Apache-2.0
"""Code coverage of the RTL, out of the files that a Verilator build with coverage leaves.

A line `C '<key>' <count>` is one point of one instance; in the key, \\x01 stands before a name and \\x02 before its value: f file, l line,
n column, o what, S the lines that run with it. Points are merged over instances and runs: reached once is reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tickproof.coverage.exclusions import Excluded

__all__ = ["RTL_FILE", "RtlCoverage"]

RTL_FILE = "rtl_coverage"
"""Role of such a file among those of a Capture."""

_OURS = "tickproof_"  # harness and players around the device


@dataclass(slots=True)
class _Module:
    """What is reached of one source file: lines by number, branches and toggles by (line, column, what)."""

    lines: dict[int, bool] = field(default_factory=dict)
    branches: dict[tuple[str, ...], bool] = field(default_factory=dict)
    toggles: dict[tuple[str, ...], bool] = field(default_factory=dict)


_Slot = tuple[dict[Any, bool], Any]
"""Where a point counts: a table of a module, and its key there."""


class RtlCoverage:
    """All files read so far, by source file."""

    def __init__(self) -> None:
        self._modules: dict[str, _Module] = {}
        self._slots: dict[str, list[_Slot]] = {}  # the files of one device name the same points again

    def read(self, path: Path) -> None:
        """One more file, of one simulator process."""
        with path.open(encoding="utf-8", errors="replace") as stream:
            for text in stream:
                key, _, count = text.rpartition("' ")
                if not key:
                    continue
                slots = self._slots.get(key)
                if slots is None:
                    slots = self._slots[key] = self._slots_of(dict(part.split("\x02", 1) for part in key[4:].split("\x01")))
                if count != "0\n":
                    for table, place in slots:
                        table[place] = True

    def _slots_of(self, point: dict[str, str]) -> list[_Slot]:
        if Path(point["f"]).name.startswith(_OURS):
            return []
        module = self._modules.setdefault(point["f"], _Module())
        kind = point["page"].partition("/")[0]
        place = (point["l"], point["n"], point.get("o", ""))
        slots: list[_Slot] = [(module.lines, line) for line in _lines(point.get("S", ""))]
        slots += {"v_toggle": [(module.toggles, place)], "v_branch": [(module.branches, place)]}.get(kind, [])
        for table, key in slots:
            table.setdefault(key, False)
        return slots

    def rows(self) -> list[dict[str, Any]]:
        """One a source file: `module`, [covered, total] of each kind, holes as `file:line`, and what is excluded and why."""
        return [_row(Path(name), module, Excluded.of(Path(name))) for name, module in sorted(self._modules.items())]


def _row(path: Path, module: _Module, excluded: Excluded) -> dict[str, Any]:
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    lines = {line: reached for line, reached in module.lines.items() if reached or not excluded.reason(line)}
    branches = {place: reached for place, reached in module.branches.items() if reached or not excluded.reason(int(place[0]))}
    left_out = [line for line in sorted(module.lines) if line not in lines]
    branch_holes = {int(line) for (line, _, _), reached in branches.items() if not reached} - {line for line in lines if not lines[line]}
    return {
        "module": path.stem,
        "line": _counted(lines.values()),
        "branch": _counted(branches.values()),
        "toggle": _counted(module.toggles.values()),
        "holes": [f"{shown}:{line}" for line, reached in sorted(lines.items()) if not reached],
        "branch_holes": [f"{shown}:{line}" for line in sorted(branch_holes)],
        "excluded": [{"name": f"{shown}:{line}", "reason": excluded.reason(line)} for line in left_out],
    }


def _counted(reached: Iterable[bool]) -> list[int]:
    """[covered, total]"""
    values = list(reached)
    return [sum(values), len(values)]


def _lines(ranges: str) -> Iterator[int]:
    """`48-59,61`"""
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        if first:
            yield from range(int(first), int(last or first) + 1)
