# SPDX-License-Identifier: Apache-2.0
"""`Group`: the bins of one cross of the contract's cases, from `groups.toml`; which of them cannot happen, and why."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tickproof.coverage.hits import Bin
from tickproof.golden.mold import LINES
from tickproof.protocols import CHECKS, ITCH, OUCH_IN, OUCH_OUT
from tickproof.protocols.control import COUNTERS, ORDER_COUNTERS
from tickproof.protocols.table import read_toml
from tickproof.targets import CAPABILITIES

__all__ = ["GROUPS_FILE", "Exclusion", "Group", "bin_name", "groups"]

GROUPS_FILE = Path(__file__).with_name("groups.toml")

_SETS: Mapping[str, tuple[str, ...]] = {
    "@itch": tuple(ITCH.layouts),
    "@ouch in": tuple(OUCH_IN.layouts),
    "@ouch out": tuple(OUCH_OUT.layouts),
    "@checks": CHECKS,
    "@pairs of checks": tuple(f"{lower} and {other}" for lower, other in itertools.combinations(CHECKS, 2)),
    "@counters": (*COUNTERS, *ORDER_COUNTERS),
    "@lines": LINES,
    "@eighths": tuple("01234567"),
    "@limits": ("below", "at", "above"),
    "@sides": ("buy", "sell"),
    "@orders": ("enter", "replace", "modify"),
    "@ports": ("client", "exchange"),
    "@live": ("none live", "one live", "several live"),
}
"""What an axis may name instead of writing it out."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Bins that cannot happen. values: for each axis the values that it is about, None = all. without: only on targets that lack this
    capability."""

    values: tuple[frozenset[str] | None, ...]
    reason: str
    without: str = ""

    def holds(self, values: Sequence[str], capabilities: Collection[str] | None) -> bool:
        """For this bin, on a target with these capabilities? None: on any."""
        if self.without and (capabilities is None or self.without in capabilities):
            return False
        return all(wanted is None or value in wanted for wanted, value in zip(self.values, values, strict=True))


@dataclass(frozen=True, slots=True)
class Group:
    """One cross. title: for people, one word or phrase an axis. rule: the requirement that it belongs to; rules: of single values."""

    name: str
    title: str
    section: str
    rule: str
    rules: Mapping[str, str]
    axes: tuple[tuple[str, ...], ...]
    exclusions: tuple[Exclusion, ...]

    def bins(self) -> Iterator[Bin]:
        """All of them, excluded ones too."""
        return ((self.name, *values) for values in itertools.product(*self.axes))

    def rule_of(self, found: Bin) -> str:
        """The requirement id of a bin."""
        return next((self.rules[value] for value in found[1:] if value in self.rules), self.rule)

    def excluded(self, found: Bin, capabilities: Collection[str] | None = None) -> str:
        """Why a bin cannot happen on a target with these capabilities (None: on any); "" if it can."""
        return next((exclusion.reason for exclusion in self.exclusions if exclusion.holds(found[1:], capabilities)), "")


def bin_name(found: Bin) -> str:
    """`messages: alignment / add_order, 3, a`."""
    return f"{found[0]} / {', '.join(found[1:])}"


@cache
def groups() -> Mapping[str, Group]:
    """All groups by name, in the order of the contract."""
    return {row["name"]: _group(row) for row in read_toml(GROUPS_FILE)["group"]}


def _group(row: Mapping[str, Any]) -> Group:
    axes = tuple(_values(axis) for axis in row["axes"])
    exclusions = tuple(_exclusion(entry, axes) for entry in row.get("exclude", ()))
    return Group(row["name"], row["title"], row["section"], row["rule"], row.get("rules", {}), axes, exclusions)


def _exclusion(entry: Mapping[str, Any], axes: Sequence[tuple[str, ...]]) -> Exclusion:
    without = entry.get("without", "")
    reason = entry.get("reason") or f"needs a target that {CAPABILITIES[without]}"
    rows = entry.get("bins", ["*"] * len(axes))
    values = tuple(None if row == "*" else frozenset(_values(row)) for row in rows)
    for wanted, axis in zip(values, axes, strict=True):
        if unknown := (wanted or frozenset()) - set(axis):
            raise ValueError(f"{GROUPS_FILE.name}: {', '.join(sorted(unknown))}: no value of its axis")
    return Exclusion(values, reason, without)


def _values(axis: str | Sequence[str]) -> tuple[str, ...]:
    """A named set, or what is written; a list may hold named sets, too."""
    if isinstance(axis, str):
        return _SETS[axis]
    return tuple(value for entry in axis for value in _SETS.get(entry, (entry,)))
