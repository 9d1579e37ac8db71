# SPDX-License-Identifier: Apache-2.0
"""Renders the page."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePath

from jinja2 import Environment, PackageLoader, StrictUndefined

from tickproof.report.html.cards import card_maker
from tickproof.report.html.details import packed_scenarios
from tickproof.report.html.folder import Result, Run, read_run, result_folder
from tickproof.report.html.latency import charts
from tickproof.report.html.lines import LineSums
from tickproof.report.html.requirements import read_requirements
from tickproof.report.matrix import READABLE, STATUSES
from tickproof.whole_file import write_whole

__all__ = ["REPORT_FILE", "write_report"]

REPORT_FILE = "report.html"
"""In the folder of results."""

_FAILURES_SHOWN = 30
_BAD = ("fail", "inconclusive")


@dataclass(frozen=True, slots=True)
class Row:
    """A scenario of the matrix. number: of its packed text. results: of each target, None where it did not run."""

    number: int
    path: str
    results: Sequence[Result | None]
    bad: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """Scenarios of one folder. counts: of each target (status, how many). folded: nobody has to look at it, and there are many."""

    name: str
    rows: Sequence[Row]
    counts: Sequence[Sequence[tuple[str, int]]]
    folded: bool


def write_report(folder: Path) -> Path:
    """Write `report.html` into a folder of results, whatever state its run is in. InputError if it is none, or cannot be written to."""
    run = read_run(folder)
    lines = LineSums({}, Counter())
    environment = Environment(
        loader=PackageLoader("tickproof.report.html", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    card = card_maker(run, environment)
    packed = packed_scenarios(run, card, lines.add)
    folders = _folders(run)
    bad = sorted((result for result in run.results if result["status"] in _BAD), key=lambda result: _hard_to_read(run, result))
    page = environment.get_template("report.html.jinja").render(
        head=run.head,
        command=shlex.join(run.head["command"]),
        targets=run.targets,
        grades=[_joined(run, target, "grade") for target in run.targets],
        results=run.results,
        totals={status: sum(result["status"] == status for result in run.results) for status in STATUSES},
        folders=folders,
        numbers={row.path: row.number for folder in folders for row in folder.rows},
        failures=bad[:_FAILURES_SHOWN],
        more_failures=bad[_FAILURES_SHOWN:],
        cards={(result["path"], result["target"]): card(result) for result in bad[:_FAILURES_SHOWN]},
        skips=_told(run, "skipped"),
        notes=_told(run, "pass"),
        charts=charts(run),
        lines=lines,
        line_rows=lines.line_rows(run.targets),
        device_rows=lines.device_rows(run.targets),
        requirements=read_requirements(run),
        coverage=run.head.get("coverage"),
        packed=packed,
        code=_code(),
    )
    path = folder / REPORT_FILE
    write_whole(path, page)
    return path


def _hard_to_read(run: Run, result: Result) -> tuple[bool, ...]:
    """The failure that explains itself best comes first."""
    folder, divergence = result_folder(run, result), result["divergence"]
    helps = (folder / "shrunk.scn").exists(), (folder / "waveform.svg").exists(), bool(divergence and divergence["line"])
    return (result["status"] != "fail", *(not help_ for help_ in helps))


def _folders(run: Run) -> list[Folder]:
    cells = {(result["path"], result["target"]): result for result in run.results}
    rows: dict[str, list[Row]] = {}
    for number, path in enumerate(run.scenarios):
        results = [cells.get((path, target)) for target in run.targets]
        bad = any(result and result["status"] in _BAD for result in results)
        rows.setdefault(str(PurePath(path).parent), []).append(Row(number, path, results, bad))
    many = len(run.scenarios) > READABLE
    return [Folder(name, here, _counts(here, len(run.targets)), many and not any(row.bad for row in here)) for name, here in rows.items()]


def _counts(rows: Sequence[Row], columns: int) -> list[list[tuple[str, int]]]:
    found = [Counter(result["status"] for row in rows if (result := row.results[column])) for column in range(columns)]
    return [[(status, counts[status]) for status in STATUSES if counts[status]] for counts in found]


def _told(run: Run, status: str) -> list[tuple[str, str]]:
    """(sentence, on which targets how often): why scenarios were skipped, or what was odd where all agreed."""
    found: dict[str, Counter[str]] = {}
    for result in run.results:
        if result["status"] == status:
            for text in result["notes"] if status == "pass" else [result["reason"]]:
                found.setdefault(text, Counter())[result["target"]] += 1
    return [(text, ", ".join(f"{target} {count}" for target, count in where.items())) for text, where in found.items()]


def _joined(run: Run, target: str, key: str) -> str:
    """The different values of a target's results."""
    return ", ".join(dict.fromkeys(result[key] for result in run.results if result["target"] == target and result[key]))


@cache
def _code() -> dict[str, str]:
    """Style and scripts, by file name."""
    room = files("tickproof.report.html")
    names = ("report.css", "vendor/d3.min.js", "vendor/plot.umd.min.js", "plots.js", "detail.js", "report.js")
    return {PurePath(name).name: room.joinpath(name).read_text(encoding="utf-8") for name in names}
