# SPDX-License-Identifier: Apache-2.0
"""Coverage as a person reads it in a terminal: a line a group, then the holes by name, and what cannot happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from tickproof.coverage.merged import totals_of

__all__ = ["coverage_line", "print_coverage"]

_KINDS = ("line", "branch", "toggle")


def coverage_line(document: Mapping[str, Any]) -> str:
    """`coverage: functional 97.1 % (2400 of 2471), rtl line 98.0 % (...)`."""
    totals = totals_of(document)
    names = [name for name in ("functional", *(f"rtl {kind}" for kind in _KINDS)) if name in totals]
    return "coverage: " + ", ".join(f"{name} {_percent(*totals[name])} ({totals[name][0]} of {totals[name][1]})" for name in names)


def print_coverage(console: Console, document: Mapping[str, Any], pattern: str = "") -> None:
    """pattern: only groups (and modules) with this text in their name; then with all their holes."""
    rows = [row for row in document["groups"] if pattern in row["name"]]
    if rows:
        console.print(_groups(rows))
        _print_holes(console, rows)
        _print_excluded(console, rows)
    modules = [row for row in document["rtl"] if pattern in row["module"]]
    if modules:
        console.print(_modules(modules))
        for row in modules:
            console.print(*(f"  {hole}" for hole in row["holes"]), sep="\n", end="\n" if row["holes"] else "")
    if not rows and not modules:
        console.print("nothing to show")
    console.print(coverage_line(document))


def _groups(rows: list[dict[str, Any]]) -> Table:
    targets = list(dict.fromkeys(target for row in rows for target in row["per_target"]))
    table = Table("group", "section", "covered", *targets, box=None, pad_edge=False)
    for row in rows:
        own = (_percent(*row["per_target"][target]) for target in targets)
        table.add_row(row["name"], row["section"], f"{_percent(row['covered'], row['total'])} of {row['total']}", *own)
    return table


def _print_holes(console: Console, rows: list[dict[str, Any]]) -> None:
    for row in (row for row in rows if row["holes"]):
        console.print(f"\nnot hit, {row['name']} ({row['title']}):")
        for hole in row["holes"]:
            console.print(f"  {hole['name']}  [{hole['id']}]")


def _print_excluded(console: Console, rows: list[dict[str, Any]]) -> None:
    excluded = [(row["name"], entry) for row in rows for entry in row["excluded"]]
    if excluded:
        console.print("\ncannot happen:")
    for name, entry in excluded:
        console.print(f"  {name}, {entry['name']}: {entry['reason']}")


def _modules(rows: list[dict[str, Any]]) -> Table:
    table = Table("module", *_KINDS, box=None, pad_edge=False)
    for row in rows:
        table.add_row(row["module"], *(f"{_percent(*row[kind])} of {row[kind][1]}" for kind in _KINDS))
    return table


def _percent(covered: int, total: int) -> str:
    """Rounded down, so that 100 % means all."""
    return f"{1000 * covered // total / 10:.1f} %" if total else "-"
