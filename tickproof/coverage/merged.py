# SPDX-License-Identifier: Apache-2.0
"""`Merged`: the coverage of a whole run, as every reader of it gets it: totals, holes, what is excluded."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tickproof.coverage.bins import Group, bin_name, groups
from tickproof.coverage.hits import Bin
from tickproof.coverage.rtl import RTL_FILE, RtlCoverage
from tickproof.errors import InputError
from tickproof.targets import get_target

if TYPE_CHECKING:
    from tickproof.runner import Result

__all__ = ["COVERAGE_FILE", "Merged", "load_coverage", "totals_of"]

COVERAGE_FILE = "coverage.json"
"""In the folder of results."""
_SCHEMA = 1


class Merged:
    """Coverage of all runs so far. A bin is covered if a run that passed hit it; on which targets is kept, too."""

    def __init__(self) -> None:
        self._hits: dict[Bin, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._targets: set[str] = set()
        self.rtl = RtlCoverage()

    def watch(self, results: Iterable[Result]) -> Iterator[Result]:
        """The results, passed on, counted as they come. A simulator's own file is large: what it says is taken from it, and it goes."""
        for result in results:
            if result.coverage:
                self.add(result.task.target, result.coverage)
            files = dict(result.files)
            if (written := files.pop(RTL_FILE, None)) is not None:
                self.rtl.read(Path(written))
                Path(written).unlink()
            yield replace(result, files=files)

    def add(self, target: str, bins: Iterable[Bin]) -> None:
        """One run that passed on `target`."""
        self._targets.add(target)
        for found in bins:
            self._hits[found][target] += 1

    def document(self) -> dict[str, Any]:
        """For `coverage` in result.json: groups, and the RTL's modules if there are any."""
        capabilities = {target: get_target(target).capabilities for target in sorted(self._targets)}
        return {"groups": [self._group(group, capabilities) for group in groups().values()], "rtl": self.rtl.rows()}

    def write(self, folder: Path) -> None:
        """`coverage.json`: the document, and how many runs hit each bin on each target."""
        hits = {bin_name(found): dict(sorted(counts.items())) for found, counts in sorted(self._hits.items())}
        text = json.dumps({"schema": _SCHEMA, **self.document(), "hits": hits}, indent=1) + "\n"
        try:
            (folder / COVERAGE_FILE).write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(str(folder / COVERAGE_FILE), f"cannot be written: {error.strerror}") from None

    def _group(self, group: Group, capabilities: Mapping[str, Collection[str]]) -> dict[str, Any]:
        possible = [found for found in group.bins() if not group.excluded(found)]
        excluded = [found for found in group.bins() if group.excluded(found)]
        return {
            "name": group.name,
            "title": group.title,
            "section": group.section,
            "covered": sum(found in self._hits for found in possible),
            "total": len(possible),
            "holes": [{"name": ", ".join(found[1:]), "id": group.rule_of(found)} for found in possible if found not in self._hits],
            "excluded": _by_reason(group, excluded),
            "per_target": {target: self._on(group, possible, target, able) for target, able in capabilities.items()},
        }

    def _on(self, group: Group, possible: Iterable[Bin], target: str, able: Collection[str]) -> list[int]:
        """[covered, total] on one target, without the bins that need what it lacks."""
        here = [found for found in possible if not group.excluded(found, able)]
        return [sum(target in self._hits.get(found, {}) for found in here), len(here)]


def _by_reason(group: Group, excluded: Iterable[Bin]) -> list[dict[str, Any]]:
    counts: dict[str, int] = defaultdict(int)
    for found in excluded:
        counts[group.excluded(found)] += 1
    return [{"name": f"{count} bins", "reason": reason} for reason, count in counts.items()]


def load_coverage(folder: Path) -> dict[str, Any]:
    """What `Merged.write` wrote. InputError where a run kept no coverage."""
    path = folder / COVERAGE_FILE
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(str(folder), "has no coverage", hint="tickproof run --coverage keeps it") from None
    except (OSError, ValueError) as error:
        raise InputError(str(path), f"cannot be read: {error}") from None
    if document.get("schema") != _SCHEMA:
        raise InputError(str(path), "is of another version", got=document.get("schema"), expected=_SCHEMA)
    return document


def totals_of(document: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """name -> (covered, total): each group, `functional` of all of them, and `rtl line`, `rtl branch`, `rtl toggle` where there are any."""
    totals = {row["name"]: (row["covered"], row["total"]) for row in document["groups"]}
    totals["functional"] = (sum(covered for covered, _ in totals.values()), sum(total for _, total in totals.values()))
    for kind in ("line", "branch", "toggle"):
        rows = [row[kind] for row in document["rtl"]]
        if rows:
            totals[f"rtl {kind}"] = (sum(covered for covered, _ in rows), sum(total for _, total in rows))
    return totals
