# SPDX-License-Identifier: Apache-2.0
"""What a person sees: progress while it runs (on a terminal only), then the matrix scenario x target, the failures, latencies, totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from tickproof.check import Latency, Status, merge
from tickproof.report.failure import failure_text
from tickproof.runner import Result

__all__ = ["STATUSES", "latencies", "make_console", "print_report", "with_progress"]

STATUSES: Mapping[Status, tuple[str, str]] = {
    "pass": ("pass", "green"),
    "fail": ("FAIL", "bold red"),
    "inconclusive": ("inconclusive", "magenta"),
    "skipped": ("skipped", "yellow"),
}
_PLAIN_WIDTH = 240  # in a log nothing may be cut off or wrapped


def make_console() -> Console:
    """The console of this process: colours and its width on a terminal, plain wide text elsewhere."""
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, markup=False, emoji=False, soft_wrap=True, width=_PLAIN_WIDTH)


def with_progress(console: Console, results: Iterable[Result], total: int) -> Iterator[Result]:
    """The results, passed on, with a progress bar while they come."""
    if not console.is_terminal:
        yield from results
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("running", total=total)
        for result in results:
            progress.update(bar, advance=1, description=f"{result.task.id} on {result.task.target}")
            yield result


def print_report(console: Console, results: Sequence[Result], seconds: float) -> None:
    """The whole report of a finished (or interrupted) run."""
    targets = sorted({result.task.target for result in results}, key=[result.task.target for result in results].index)
    console.print(_matrix(results, targets), soft_wrap=False)
    for result in results:
        if result.verdict.status in ("fail", "inconclusive"):
            console.print()
            for number, line in enumerate(failure_text(result).splitlines()):
                console.print(Text(line, style=_style(number, line)))
    for reason, count in Counter(result.verdict.reason for result in results if result.verdict.status == "skipped").items():
        console.print(Text(f"\nskipped {count}: {reason}", style="yellow"))
    console.print()
    for target in targets:
        for name, latency in latencies(result for result in results if result.task.target == target).items():
            console.print(f"{name} {target}: {latency_text(latency)}")
    counts = Counter(result.verdict.status for result in results)
    totals = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    console.print(f"{totals or 'nothing ran'} in {seconds:.1f} s")


def latencies(results: Iterable[Result]) -> dict[str, Latency]:
    """All samples of each latency taken together."""
    parts: dict[str, list[Latency]] = {}
    for result in results:
        for name, latency in result.verdict.latency.items():
            parts.setdefault(name, []).append(latency)
    merged = {name: merge(found) for name, found in sorted(parts.items())}
    return {name: latency for name, latency in merged.items() if latency is not None}


def latency_text(latency: Latency) -> str:
    """`min 18, p50 19, p99 24, max 31 clk (n 1200)`."""
    return f"min {latency.min}, p50 {latency.p50}, p99 {latency.p99}, max {latency.max} {latency.unit} (n {latency.n})"


def _matrix(results: Sequence[Result], targets: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("scenario", overflow="fold")
    for target in targets:
        table.add_column(target, no_wrap=True)
    by_place = {(result.task.path, result.task.target): result for result in results}
    for path in dict.fromkeys(result.task.path for result in results):
        cells = [by_place.get((path, target)) for target in targets]
        table.add_row(Text(path), *(Text(*STATUSES[cell.verdict.status]) if cell else Text("not run", style="dim") for cell in cells))
    return table


def _style(number: int, line: str) -> str:
    return "bold red" if number == 0 or "<<<" in line else ""
