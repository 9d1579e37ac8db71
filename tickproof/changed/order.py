# SPDX-License-Identifier: Apache-2.0
"""Ranks runs by what has changed: first those whose scenario has, or covers a rule that a changed file names; then what else depends on a
changed file; then the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tickproof.changed.depends import ITSELF, READ, Dependencies
from tickproof.changed.files import changed_files
from tickproof.tasks import Task

__all__ = ["Order", "order_tasks"]

_FIRST, _AFFECTED, _REST = range(3)
_RULE = re.compile(r"\b[A-Z]+(?:-[A-Z0-9]+)+\b")
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Order:
    """tasks: as they were, each with its rank. affected: those that depend on what has changed. text: what was decided, and why."""

    tasks: list[Task]
    affected: list[Task]
    text: str


@dataclass(slots=True)
class _Reason:
    """Why some runs depend on some files. runs: numbers of tasks. rules: what the files name and some of these runs cover."""

    files: dict[Path, None] = field(default_factory=dict)
    runs: set[int] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)


def order_tasks(tasks: Sequence[Task], revision: str) -> Order:
    """What git says has changed since `revision`, and what that means for these tasks. InputError where git cannot say."""
    changed = changed_files(revision, Path.cwd())
    depends = Dependencies()
    ranks = [_REST] * len(tasks)
    reasons: dict[str, _Reason] = {}
    for file in changed:
        named = _rules(file)
        for number, task in enumerate(tasks):
            why = depends.why(task, file)
            if why is None:
                continue
            covered = named.intersection(task.scenario.covers)
            ranks[number] = min(ranks[number], _FIRST if covered or why in (ITSELF, READ) else _AFFECTED)
            reason = reasons.setdefault(why, _Reason())
            reason.files[file] = None
            reason.runs.add(number)
            reason.rules |= covered
    ranked = [replace(task, rank=rank) for task, rank in zip(tasks, ranks, strict=True)]
    affected = [task for task in ranked if task.rank < _REST]
    return Order(ranked, affected, _text(revision, changed, reasons, len(affected), len(tasks)))


def _rules(file: Path) -> set[str]:
    """What may be requirement ids, in the file's text."""
    return set(_RULE.findall(file.read_text(encoding="utf-8", errors="replace"))) if file.is_file() else set()


def _text(revision: str, changed: Sequence[Path], reasons: Mapping[str, _Reason], affected: int, runs: int) -> str:
    lines = [f"{_count(len(changed), 'file')} changed since {revision}"]
    for why, reason in reasons.items():
        first = f", first those that cover {_some(sorted(reason.rules))}" if reason.rules and why not in (ITSELF, READ) else ""
        lines.append(f"  {_files([*reason.files])} ({why}): {_count(len(reason.runs), 'run')}{first}")
    used = {file for reason in reasons.values() for file in reason.files}
    if others := [file for file in changed if file not in used]:
        lines.append(f"  {_files(others)}: no run depends on {'it' if len(others) == 1 else 'them'}")
    return "\n".join([*lines, f"{affected} of {_count(runs, 'run')} affected"])


def _files(files: Sequence[Path]) -> str:
    here = Path.cwd()
    return _some([str(file.relative_to(here)) if file.is_relative_to(here) else str(file) for file in files])


def _some(words: Sequence[str]) -> str:
    return ", ".join(words[:_SHOWN]) + (f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else "")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
