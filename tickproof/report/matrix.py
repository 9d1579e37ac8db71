# SPDX-License-Identifier: Apache-2.0
"""The matrix scenario x target: every scenario a row, or, where these are more than people read, every folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from rich.table import Table
from rich.text import Text

from tickproof.check import Because, Status, Verdict
from tickproof.runner import Result

__all__ = ["READABLE", "STATUSES", "folded_matrix", "full_matrix", "status_text", "targets_of"]

STATUSES: Mapping[Status, tuple[str, str]] = {
    "pass": ("pass", "green"),
    "fail": ("FAIL", "bold red"),
    "inconclusive": ("inconclusive", "magenta"),
    "skipped": ("skipped", "yellow"),
}
READABLE = 40
"""So many scenarios are shown one by one."""

_Cells = Mapping[tuple[str, str], Result]


def targets_of(results: Iterable[Result]) -> list[str]:
    """In the order of their first result."""
    return list(dict.fromkeys(result.task.target for result in results))


def status_text(verdict: Verdict) -> str:
    """`pass`, `FAIL`, `inconclusive (late)`, ..."""
    return _status(verdict.status, verdict.because)


def full_matrix(results: Sequence[Result]) -> Table:
    """A row for each scenario."""
    targets, cells = targets_of(results), _cells(results)
    table = _table(results, targets)
    for path in _paths(results):
        table.add_row(Text(path), *(_cell(cells.get((path, target))) for target in targets))
    return _with_totals(table, results, targets)


def folded_matrix(results: Sequence[Result]) -> Table:
    """A row for each folder, with counts, and one below it for each scenario that a person has to look at."""
    targets, cells = targets_of(results), _cells(results)
    table = _table(results, targets)
    folders: dict[str, list[str]] = {}
    for path in _paths(results):
        folders.setdefault(str(PurePath(path).parent), []).append(path)
    for folder, paths in folders.items():
        here = {target: [cells[path, target] for path in paths if (path, target) in cells] for target in targets}
        table.add_row(Text(f"{folder}/ ({len(paths)})"), *(_counts(here[target]) for target in targets))
        for path in paths:
            found = [cells.get((path, target)) for target in targets]
            if any(result and result.verdict.status in ("fail", "inconclusive") for result in found):
                table.add_row(Text(f"  {PurePath(path).name}"), *(_cell(result) for result in found))
    return _with_totals(table, results, targets)


def _table(results: Sequence[Result], targets: Sequence[str]) -> Table:
    """With the evidence that each target gives: what a pass on it proves."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("scenario", overflow="fold")
    for target in targets:
        table.add_column(target, no_wrap=True)
    grades = {target: dict.fromkeys(r.verdict.grade for r in results if r.task.target == target and r.verdict.grade) for target in targets}
    if any(grades.values()):
        table.add_row(Text("evidence", style="dim"), *(Text(", ".join(grades[target]) or "-", style="dim") for target in targets))
    return table


def _with_totals(table: Table, results: Sequence[Result], targets: Sequence[str]) -> Table:
    if len(scenarios := _paths(results)) > 1:
        table.add_row(f"all ({len(scenarios)})", *(_counts([r for r in results if r.task.target == target]) for target in targets))
    return table


def _paths(results: Sequence[Result]) -> list[str]:
    return list(dict.fromkeys(result.task.path for result in results))


def _cells(results: Sequence[Result]) -> _Cells:
    return {(result.task.path, result.task.target): result for result in results}


def _cell(result: Result | None) -> Text:
    if result is None:
        return Text("not run", style="dim")
    return Text(status_text(result.verdict), style=STATUSES[result.verdict.status][1])


def _counts(results: Sequence[Result]) -> Text:
    """`30 pass, 2 skipped`."""
    if not results:
        return Text("not run", style="dim")
    counts = Counter((result.verdict.status, result.verdict.because) for result in results)
    order = list(STATUSES)
    parts = [
        (f"{count} {_status(status, because)}", STATUSES[status][1])
        for (status, because), count in sorted(counts.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    ]
    text = Text()
    for number, (words, style) in enumerate(parts):
        text.append(", " if number else "").append(words, style=style)
    return text


def _status(status: Status, because: Because) -> str:
    return STATUSES[status][0] + (f" ({because})" if because else "")
