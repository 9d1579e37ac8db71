# SPDX-License-Identifier: Apache-2.0
"""docs/requirements.toml: every rule leads to a check, every check to the scenarios that show its limit or its values."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NUMERIC_BITS = {*range(4, 13), 14, 16}
SIDES = ("below", "at", "above")

REQUIREMENTS = tomllib.loads((ROOT / "docs" / "requirements.toml").read_text(encoding="utf-8"))
CHECKS: dict[str, dict[str, Any]] = REQUIREMENTS["check"]
CONTRACT = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
ORDER_PATH = CONTRACT[CONTRACT.index("\n## 6.") : CONTRACT.index("\n## 8.")]

# The contract's table of checks (7): bit -> id. Its names in scenarios are those of `failing`, in the order of their bits.
BITS = {int(bit): name for bit, name in re.findall(r"^\| (\d+) \| (RISK-[A-Z]+) \|", ORDER_PATH, re.MULTILINE)}
NAMES = (
    "kill", "symbol", "message", "sequence", "quantity", "value", "collar", "reference", "rate", "duplicate", "position", "gross",
    "open_orders", "trading_state", "short_sale", "type", "executions",
)  # fmt: skip
HIDDEN_BY_MESSAGE = {"quantity", "value", "collar", "duplicate", "position", "gross"}  # RISK-MASK: bit 2 set


@cache
def covers(scenario: str) -> frozenset[str]:
    """The ids in a scenario's header."""
    text = (ROOT / "scenarios" / f"{scenario}.scn").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text.partition("\n---\n")[0]).get("covers", ()))


def order_path_scenarios() -> list[str]:
    """Names of all scenarios of the order path."""
    folder = ROOT / "scenarios"
    return [f"{room}/{path.stem}" for room in ("order_entry", "risk", "session") for path in sorted((folder / room).glob("*.scn"))]


def shown(check: dict[str, Any]) -> list[str]:
    """All scenarios that a check names."""
    limits = [row[side] for row in check.get("boundary", ()) for side in SIDES if side in row]
    return limits + [row["scenario"] for row in check.get("value", ())]


def test_the_contract_has_seventeen_checks() -> None:
    """Contract 7: bits 0 to 16."""
    assert sorted(BITS) == list(range(17))


@pytest.mark.parametrize("bit", sorted(NUMERIC_BITS))
def test_a_numeric_check_is_shown_below_at_and_above_its_boundary(bit: int) -> None:
    """Checks 4 to 12, 14 and 16 compare with a limit."""
    check = CHECKS[BITS[bit]]
    assert check["kind"] == "numeric"
    assert check["boundary"], "a numeric check has at least one boundary"
    for row in check["boundary"]:
        assert {"limit", *SIDES} == set(row), f"{BITS[bit]}, {row.get('limit')}: a scenario below, at and above"


@pytest.mark.parametrize("check", sorted(set(CHECKS) - {BITS[bit] for bit in NUMERIC_BITS}))
def test_another_check_is_shown_by_one_scenario_per_value(check: str) -> None:
    """Checks that compare with no limit are shown value by value."""
    assert CHECKS[check]["kind"] == "values"
    assert CHECKS[check]["value"], "at least one value"
    values = [row["value"] for row in CHECKS[check]["value"]]
    assert len(values) == len(set(values)), "each value once"


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_every_scenario_that_a_check_names_covers_it(check: str) -> None:
    """A scenario named for a check exists, and says itself that it is about it."""
    missing = [name for name in shown(CHECKS[check]) if not (ROOT / "scenarios" / f"{name}.scn").is_file()]
    assert not missing
    assert not [name for name in shown(CHECKS[check]) if check not in covers(name)]


def test_every_rule_leads_to_checks_that_exist() -> None:
    """A rule without a check, or with an unknown one, answers nothing."""
    for rule in REQUIREMENTS["rule"]:
        assert set(rule) == {"id", "asks", "checks"}
        assert rule["checks"], rule["id"]
        assert not [check for check in rule["checks"] if check not in CHECKS], rule["id"]


def test_every_check_of_the_gate_answers_a_rule() -> None:
    """Contract 7: none of the seventeen is there for its own sake."""
    assert not set(BITS.values()) - {check for rule in REQUIREMENTS["rule"] for check in rule["checks"]}


def test_every_id_of_sections_6_and_7_is_a_check_and_covered() -> None:
    """Contract 6 and 7: SESS, RISK, EXP, KILL and the control commands of the order path."""
    ids = {f"{room}-{rest}" for room, rest in re.findall(r"\b(SESS|RISK|EXP|KILL|CTRL)-([A-Z][A-Z-]*[A-Z])\b", ORDER_PATH)}
    assert {"SESS-FRAME", "RISK-KILL", "EXP-CLAMP", "KILL-CANCEL", "CTRL-POSITION", "SESS-OUCH-LENGTH"} <= ids
    assert ids == set(CHECKS)
    covered = frozenset().union(*(covers(name) for name in order_path_scenarios()))
    assert not ids - covered


def test_every_pair_of_checks_that_can_fail_together_is_shown_alone() -> None:
    """RISK-MASK: of all pairs of checks only the message check hides six others; the rest appear as exactly these two."""
    permitted = {frozenset(pair) for pair in combinations(NAMES, 2) if not ("message" in pair and HIDDEN_BY_MESSAGE & set(pair))}
    assert len(permitted) == 130
    seen = set()
    for name in order_path_scenarios():
        text = (ROOT / "scenarios" / f"{name}.scn").read_text(encoding="utf-8")
        seen |= {frozenset(failing.split(",")) for failing in re.findall(r"failing=([\w,]+)", text)}
    missing = sorted(",".join(sorted(pair, key=NAMES.index)) for pair in permitted - seen)
    assert not missing
    assert not [failing for failing in seen if "message" in failing and HIDDEN_BY_MESSAGE & failing]
