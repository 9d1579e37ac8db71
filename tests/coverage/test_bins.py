# SPDX-License-Identifier: Apache-2.0
"""The table of bins: it speaks of the contract as it is, and of nothing that cannot be."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from played import bins_of_scenario

from tickproof.coverage import Bin
from tickproof.coverage.bins import Group, bin_name, groups
from tickproof.scenario import parse

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
DEVICES = ("feed_handler", "tick_to_trade")
AT_LEAST = 0.95

in_each_group = pytest.mark.parametrize("group", groups().values(), ids=lambda group: group.name)


@cache
def hit_by_scenarios() -> frozenset[Bin]:
    """Bins that some scenario hits."""
    scenarios = (parse(path) for path in sorted(SCENARIOS.rglob("*.scn")))
    return frozenset().union(*(bins_of_scenario(scenario) for scenario in scenarios if scenario.dut in DEVICES))


@in_each_group
def test_every_rule_is_an_id_of_the_contract(group: Group) -> None:
    """RISK-KILL and the like stand in docs/contract.md; ranges of ids (FEED-FRAME-1) do, too."""
    contract = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
    ids = {group.rule, *group.rules.values()}
    assert not {name for name in ids if not re.search(rf"\b{re.escape(name)}\b", contract)}


@in_each_group
def test_every_value_that_has_a_rule_is_on_an_axis(group: Group) -> None:
    """A value that was renamed would lose its rule without a word."""
    assert set(group.rules) <= {value for axis in group.axes for value in axis}


@in_each_group
def test_every_exclusion_leaves_something_out_and_says_why(group: Group) -> None:
    """An exclusion that matches nothing is a mistake, and one without a reason is none."""
    for exclusion in group.exclusions:
        assert exclusion.reason
        capabilities = frozenset() if exclusion.without else None
        assert any(exclusion.holds(found[1:], capabilities) for found in group.bins())


def test_a_bin_that_needs_a_capability_is_out_only_where_it_lacks() -> None:
    """A kernel hides broken frames; a simulator does not."""
    faults, found = groups()["frame faults"], ("frame faults", "another protocol", "a")
    assert "needs a target" in faults.excluded(found, frozenset())
    assert not faults.excluded(found, frozenset({"l2_filter", "bad_fcs"}))
    assert not faults.excluded(found)


def test_everything_that_scenarios_hit_is_a_bin() -> None:
    """A case that the collectors name otherwise than the table would never count."""
    known = {found for group in groups().values() for found in group.bins()}
    assert {bin_name(found) for found in hit_by_scenarios() - known} == set()


def test_nothing_that_scenarios_hit_is_called_impossible() -> None:
    """A reason that a run contradicts is wrong."""
    assert {bin_name(found) for found in hit_by_scenarios() if groups()[found[0]].excluded(found)} == set()


def test_the_scenarios_cover_the_contract() -> None:
    """Sections 1.2 to 8; counters apart, which only a device has."""
    possible = {found for group in groups().values() for found in group.bins() if group.name != "counters" and not group.excluded(found)}
    covered = possible & hit_by_scenarios()
    assert len(covered) >= AT_LEAST * len(possible), "\n".join(sorted(bin_name(found) for found in possible - covered))
