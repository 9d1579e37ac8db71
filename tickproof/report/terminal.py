# SPDX-License-Identifier: Apache-2.0
"""What a person sees: progress while it runs (on a terminal only), then the matrix, failures, skips, notes, latencies, totals."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tickproof.check import Latency, merge
from tickproof.report.failure import failure_text
from tickproof.report.matrix import READABLE, STATUSES, folded_matrix, full_matrix, targets_of
from tickproof.runner import Result

__all__ = ["MATRIX_FILE", "latencies", "make_console", "plain_matrix", "print_report"]

MATRIX_FILE = "matrix.txt"
"""In the folder of results: every row."""
_NOTES_SHOWN = 6
_PLAIN_WIDTH = 240  # in a log nothing may be cut off or wrapped


def make_console() -> Console:
    """The console of this process: colours and its width on a terminal, plain wide text elsewhere."""
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, markup=False, emoji=False, soft_wrap=True, width=_PLAIN_WIDTH)


def print_report(console: Console, results: Sequence[Result], seconds: float, folder: Path | None = None) -> None:
    """The whole report of a finished (or interrupted) run. folder: where the matrix with every row is, if it is too long to be shown."""
    fold = len({result.task.path for result in results}) > READABLE
    console.print(folded_matrix(results) if fold else full_matrix(results), soft_wrap=False)
    if fold and folder is not None:
        console.print(f"every scenario: {folder / MATRIX_FILE}")
    for result in results:
        if result.verdict.status in ("fail", "inconclusive"):
            console.print()
            for number, line in enumerate(failure_text(result).splitlines()):
                console.print(Text(line, style=_style(number, line)))
    _print_skips(console, results)
    _print_spoiled(console, results)
    _print_notes(console, results)
    console.print()
    for target in targets_of(results):
        here = [result for result in results if result.task.target == target]
        for name, latency in latencies(here).items():
            console.print(f"{name} {target}: {latency_text(latency)}{_stamps(here)}")
    counts = Counter(result.verdict.status for result in results)
    totals = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    console.print(f"{totals or 'nothing ran'} in {seconds:.1f} s")


def plain_matrix(results: Sequence[Result]) -> str:
    """Every row, for a file."""
    out = io.StringIO()
    Console(file=out, width=10_000, color_system=None).print(full_matrix(results))
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


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


def _print_skips(console: Console, results: Sequence[Result]) -> None:
    """Why scenarios did not run, and on which targets."""
    skipped: dict[str, Counter[str]] = {}
    for result in results:
        if result.verdict.status == "skipped":
            skipped.setdefault(result.verdict.reason, Counter())[result.task.target] += 1
    for reason, where in skipped.items():
        console.print(Text(f"\nskipped {where.total()}: {reason}", style="yellow"))
        console.print(f"  {_where(where)}")


def _print_spoiled(console: Console, results: Sequence[Result]) -> None:
    """Which runs are not the first of their task, because the host had spoiled that."""
    again = [result for result in results if result.spoiled]
    if again:
        console.print(
            f"\nplayed again: {len(again)}, because the host had spoiled a run (at most {again[0].task.retry_late} times, --retry-late)"
        )
        for result in again[:_NOTES_SHOWN]:
            console.print(f"  {result.task.path} on {result.task.target}: {result.spoiled[0]}")
        if len(again) > _NOTES_SHOWN:
            console.print(f"  and {len(again) - _NOTES_SHOWN} more, all in result.json")


def _print_notes(console: Console, results: Sequence[Result]) -> None:
    """What runs that passed did not show, or showed beside the contract. Others tell it themselves."""
    noted: dict[str, Counter[str]] = {}
    for result in results:
        for note in result.verdict.notes if result.verdict.status == "pass" else ():
            noted.setdefault(note, Counter())[result.task.target] += 1
    for note, where in list(noted.items())[:_NOTES_SHOWN]:
        console.print(f"\nnote: {note}\n  {_where(where)}")
    if len(noted) > _NOTES_SHOWN:
        console.print(f"\nand {len(noted) - _NOTES_SHOWN} more notes, all in result.json")


def _where(counts: Counter[str]) -> str:
    return ", ".join(f"{target} {count}" for target, count in counts.items())


def _stamps(results: Iterable[Result]) -> str:
    """Whose clock the times are from, where it is not the design's own."""
    sources = dict.fromkeys(result.verdict.stamps for result in results if result.verdict.stamps not in ("", "clock"))
    return f", stamps: {', '.join(sources)}" if sources else ""


def _style(number: int, line: str) -> str:
    return "bold red" if number == 0 or "<<<" in line else ""
