# SPDX-License-Identifier: Apache-2.0
"""What `tickproof history` prints: a strip of verdicts for each scenario and target, and below it what a person should look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tickproof.report.matrix import READABLE, STATUSES
from tickproof.store.history import History, RunLine
from tickproof.store.trends import Flaky, Point, Slower, Trend

__all__ = ["LETTERS", "commit_text", "flags", "print_history", "run_count"]

LETTERS = {"pass": ".", "fail": "F", "inconclusive": "?", "skipped": "-"}
_SHORT_COMMIT = 10


def print_history(console: Console, history: History) -> None:
    """The whole history; of many scenarios those that are flagged, and how many are not."""
    console.print(f"{history.store}: {run_count(history)}")
    shown = [trend for trend in history.trends if trend.flagged or len(history.trends) <= READABLE]
    if shown:
        console.print(_table(shown))
    if left := len(history.trends) - len(shown):
        latest = Counter(trend.points[-1].verdict for trend in history.trends if not trend.flagged)
        console.print(f"{left} others with nothing to tell, at last {', '.join(f'{latest[status]} {status}' for status in latest)}")
    for name, first, last in _coverage(history):
        console.print(f"coverage {name}: {first:.1f} % -> {last:.1f} %")
    console.print("oldest run first: " + ", ".join(f"{letter} {status}" for status, letter in LETTERS.items()))


def run_count(history: History) -> str:
    """`12 runs, 1 of them not finished`."""
    runs = "1 run" if history.all_runs == 1 else f"{history.all_runs} runs"
    return runs + (f", {history.unfinished} of them not finished" if history.unfinished else "")


def flags(trend: Trend) -> Iterator[tuple[str, str]]:
    """(style, sentence) for everything about a trend that a person should look at."""
    if trend.failing is not None:
        since = f"failing since {commit_text(trend.failing.first)}, {_day(trend.failing.first)}"
        good = trend.failing.good
        yield "bold red", f"{since}; {f'passed at {commit_text(good)}, {_day(good)}' if good else 'never passed'}"
    if trend.flaky is not None:
        yield "magenta", _flaky(trend.flaky)
    for found in trend.slower:
        yield "yellow", _slower(found)


def commit_text(point: Point | RunLine) -> str:
    """`0123456789`, `0123456789 (dirty)`."""
    return "no commit" if point.commit is None else point.commit[:_SHORT_COMMIT] + (" (dirty)" if point.dirty else "")


def _table(trends: Sequence[Trend]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("scenario", overflow="fold")
    table.add_column("target", no_wrap=True)
    table.add_column("verdicts", no_wrap=True)
    table.add_column("", overflow="fold")
    for trend in trends:
        strip = Text()
        for point in trend.points:
            strip.append(LETTERS[point.verdict], style=STATUSES[point.verdict][1])  # type: ignore[index]  # they come from there
        told = Text("\n").join(Text(sentence, style=style) for style, sentence in flags(trend))
        table.add_row(Text(trend.scenario), Text(trend.target), strip, told)
    return table


def _flaky(found: Flaky) -> str:
    counts = ", ".join(f"{count} {verdict}" for verdict, count in found.verdicts.items())
    return f"{'flaky' if found.one_seed else 'depends on the seed'}: {counts} at {found.commit[:_SHORT_COMMIT]}"


def _slower(found: Slower) -> str:
    change = f"slower: {found.name} p50 {found.before} -> {found.after} {found.unit}"
    return f"{change} since {commit_text(found.first)}, {_day(found.first)}; before at {commit_text(found.good)}"


def _day(point: Point) -> str:
    return f"{point.started:%Y-%m-%d %H:%M}"


def _coverage(history: History) -> Iterator[tuple[str, float, float]]:
    """(group, percent in the first run shown that has it, percent in the last)."""
    series: dict[str, list[float]] = {}
    for run in history.runs:
        for name, (covered, total) in run.coverage.items():
            series.setdefault(name, []).append(100 * covered / total if total else 100.0)
    yield from ((name, values[0], values[-1]) for name, values in sorted(series.items()))
