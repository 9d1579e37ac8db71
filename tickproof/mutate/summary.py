# SPDX-License-Identifier: Apache-2.0
"""What a campaign found: a table by module, and the diff of every survivor, on the terminal and in a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from tickproof.mutate.results import Outcome, Status

__all__ = ["SUMMARY_FILE", "killed_share", "print_summary", "summary_text"]

SUMMARY_FILE = "mutation.md"
_COLUMNS: tuple[Status, ...] = ("killed", "survived", "equivalent", "invalid")


def killed_share(outcomes: Iterable[Outcome]) -> float | None:
    """Of those that are neither equivalent nor invalid; None if there are none."""
    counts = Counter(outcome.status for outcome in outcomes)
    judged = counts["killed"] + counts["survived"]
    return counts["killed"] / judged if judged else None


def print_summary(console: Console, outcomes: Sequence[Outcome]) -> None:
    """The table, and the survivors behind it."""
    table = Table("module", *_COLUMNS, box=None)
    for module, counts in _by_module(outcomes).items():
        table.add_row(module, *(str(counts[column] or "") for column in _COLUMNS))
    console.print(table, soft_wrap=False)
    for outcome in outcomes:
        if outcome.status == "survived":
            console.print(
                f"\nsurvived  {outcome.module}, {outcome.operator}, {outcome.played} scenarios on {outcome.target}  ({outcome.id})"
            )
            console.print(outcome.diff.rstrip())
    console.print(f"\n{_totals(outcomes)}")


def summary_text(outcomes: Sequence[Outcome]) -> str:
    """The same as a page."""
    lines = ["# Mutants", "", _totals(outcomes), "", f"| module | {' | '.join(_COLUMNS)} |", f"|---|{'---:|' * len(_COLUMNS)}"]
    for module, counts in _by_module(outcomes).items():
        lines.append(f"| {module} | {' | '.join(str(counts[column] or '') for column in _COLUMNS)} |")
    for status in ("survived", "equivalent"):
        chosen = [outcome for outcome in outcomes if outcome.status == status]
        lines += ["", f"## {status.capitalize()} ({len(chosen)})"] if chosen else []
        for outcome in chosen:
            lines += [
                "",
                f"{outcome.module}:{outcome.line}, {outcome.operator} ({outcome.id})",
                "",
                "```diff",
                outcome.diff.rstrip(),
                "```",
            ]
    return "\n".join(lines) + "\n"


def _by_module(outcomes: Iterable[Outcome]) -> Mapping[str, Counter[str]]:
    modules: dict[str, Counter[str]] = {}
    for outcome in sorted(outcomes, key=lambda each: each.module):
        modules.setdefault(outcome.module, Counter())[outcome.status] += 1
    return modules


def _totals(outcomes: Sequence[Outcome]) -> str:
    counts = Counter(outcome.status for outcome in outcomes)
    share = killed_share(outcomes)
    told = "" if share is None else f"; {share:.1%} of those that are not equivalent were killed"
    return f"{len(outcomes)} mutants: {', '.join(f'{counts[column]} {column}' for column in _COLUMNS)}{told}"
