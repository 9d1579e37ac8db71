# SPDX-License-Identifier: Apache-2.0
"""Rules, the checks that answer them, the scenarios that show these, and what came of them: docs/requirements.toml against the results."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tickproof.report.html.folder import Result, Run, repository

__all__ = ["Matrix", "read_requirements"]

_SIDES = ("below", "at", "above")


@dataclass(frozen=True, slots=True)
class Shown:
    """One scenario that shows a limit or a value. results: of each target, None where it did not run."""

    what: str
    scenario: str
    path: str
    results: Sequence[Result | None]


@dataclass(frozen=True, slots=True)
class Check:
    """A contract id, and the scenarios that show it."""

    id: str
    shown: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the scenarios behind a rule say on one target. status: "pass" only if every one of them ran and passed; "" if some did not."""

    status: str
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What a regulator or venue asks for. standings: of each target."""

    id: str
    asks: str
    checks: Sequence[str]
    standings: Sequence[Standing]


@dataclass(frozen=True, slots=True)
class Matrix:
    """ids: every contract id that a scenario of the run names in its header, with (how many passed, how many ran) of each target."""

    rules: Sequence[Rule] = ()
    checks: Sequence[Check] = ()
    ids: Sequence[tuple[str, Sequence[tuple[int, int]]]] = ()


def read_requirements(run: Run) -> Matrix:
    """The ids alone where the repository of the scenarios has no docs/requirements.toml."""
    ids = _ids(run)
    path = repository(run) / "docs" / "requirements.toml"
    if not path.is_file():
        return Matrix(ids=ids)
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    cells = {(result["scenario"], result["target"]): result for result in run.results}
    checks = [_check(name, check, cells, run.targets) for name, check in said.get("check", {}).items()]
    shown = {check.id: check.shown for check in checks}
    rules = [
        Rule(
            rule["id"],
            rule["asks"],
            rule["checks"],
            _standings([item for name in rule["checks"] for item in shown.get(name, ())], run.targets),
        )
        for rule in said.get("rule", ())
    ]
    return Matrix(rules, checks, ids)


def _check(name: str, check: Mapping[str, Any], cells: Mapping[tuple[str, str], Result], targets: Sequence[str]) -> Check:
    shown = []
    for what, scenario in _shown(check):
        results = [cells.get((f"scenarios/{scenario}.scn", target)) for target in targets]
        path = next((result["path"] for result in results if result), "")
        shown.append(Shown(what, scenario, path, results))
    return Check(name, shown)


def _shown(check: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(what, scenario), where one scenario shows several sides of a limit once."""
    for row in check.get("boundary", ()):
        sides: dict[str, list[str]] = {}
        for side in _SIDES:
            if side in row:
                sides.setdefault(row[side], []).append(side)
        yield from ((f"{row['limit']}: {', '.join(found)}", scenario) for scenario, found in sides.items())
    yield from ((row["value"], row["scenario"]) for row in check.get("value", ()))


def _standings(shown: Sequence[Shown], targets: Sequence[str]) -> list[Standing]:
    scenarios = {item.scenario: item.results for item in shown}.values()
    columns = ([results[column] for results in scenarios] for column in range(len(targets)))
    return [_standing(Counter(result["status"] if result else "" for result in column)) for column in columns]


def _standing(counts: Counter[str]) -> Standing:
    for status in ("fail", "inconclusive"):
        if counts[status]:
            return Standing(status, f"{counts[status]} of {counts.total()} {status}")
    if counts["pass"] == counts.total():
        return Standing("pass", f"all {counts.total()} pass")
    return Standing("", f"{counts['pass']} of {counts.total()} ran" if counts["pass"] else "not run")


def _ids(run: Run) -> list[tuple[str, list[tuple[int, int]]]]:
    passed: dict[str, dict[str, list[bool]]] = {}
    for result in run.results:
        for name in result["covers"]:
            if result["status"] != "skipped":
                passed.setdefault(name, {}).setdefault(result["target"], []).append(result["status"] == "pass")
    return [(name, [(sum(row := found.get(target, [])), len(row)) for target in run.targets]) for name, found in sorted(passed.items())]
