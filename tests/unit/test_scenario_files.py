# SPDX-License-Identifier: Apache-2.0
"""The project's own scenarios: they parse, say what they are about, cover the contract, and agree with the golden model."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tickproof.check import check_expectations
from tickproof.golden import get_model
from tickproof.scenario import parse

ROOT = Path(__file__).parents[2]
SCENARIOS = sorted((ROOT / "scenarios").rglob("*.scn"))
MODELS = {"feed_handler": "feed_handler", "tick_to_trade": "tick_to_trade", "axis_register": "passthrough"}
CONTRACT = (ROOT / "docs" / "contract.md").read_text()
# Sections 2 to 5 of the contract, with 1.1 and 1.2. CTRL-n, FEED-FRAME-n, ... and the names of section 5.
RULES = sorted(set(re.findall(r"(?:FEED-(?:FRAME|MOLD|ARB|ITCH|RATE)|CTRL)-\d+|BOOK-[A-Z]+", CONTRACT)))
# Sections 6 and 7 have their own test, tests/contract/test_requirements.py.
ORDER_RULES = set(re.findall(r"(?:SESS|RISK|EXP|KILL|CTRL|LAT|EVT)-[A-Z0-9]+(?:-[A-Z]+)*", CONTRACT))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_golden_agrees_with_what_a_person_wrote(path: Path) -> None:
    """Both are readings of the contract, made without looking at each other."""
    scenario = parse(path)
    assert check_expectations(scenario, get_model(MODELS[scenario.dut]).predict(scenario.program)) == []


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_says_what_it_is_about(path: Path) -> None:
    """An opening comment; rules that exist; lines no longer than people read, but for packets of many messages and orders failing much."""
    scenario = parse(path)
    assert len(scenario.description) > 40
    assert set(scenario.covers) <= {*RULES, *ORDER_RULES}
    assert all(len(line) <= 140 or "|" in line or "failing=" in line for line in path.read_text().splitlines())


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_scenario(rule: str) -> None:
    """Each id of contract sections 1.1, 1.2 and 2 to 5 stands in some `covers`."""
    assert any(rule in parse(path).covers for path in SCENARIOS)


def test_scenarios_that_are_read_by_people_are_many() -> None:
    """At least 34 without generator under market_data and faults."""
    by_hand = [path for path in SCENARIOS if path.parent.name in ("market_data", "faults") and "[generate]" not in path.read_text()]
    assert len(by_hand) >= 34
