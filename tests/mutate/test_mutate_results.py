# SPDX-License-Identifier: Apache-2.0
"""Results as lines, what earlier ones teach, and how they are told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tickproof.errors import InputError
from tickproof.mutate.mutant import Mutant
from tickproof.mutate.ranking import Ranking
from tickproof.mutate.results import Outcome, append, read_outcomes
from tickproof.mutate.summary import killed_share, summary_text
from tickproof.tasks import How, Task, scenario_tasks

ROOT = Path(__file__).parents[2]
MUTANT = Mutant("a1", "rtl", "hdl/rtl/risk_checks.v", "risk_checks", 7, "operator", 0, 1, "x")
KILLED = Outcome(
    "a1",
    "rtl",
    "risk_checks",
    "hdl/rtl/risk_checks.v",
    7,
    "operator",
    "-a\n+b\n",
    "killed",
    scenario="scenarios/session/a_login_passes.scn",
)


def tasks(*names: str) -> list[Task]:
    paths = [ROOT / "scenarios" / f"{name}.scn" for name in names]
    return scenario_tasks(paths, How(["rtl@icarus"], 1, False, Path("out")))


def test_outcomes_are_read_back(tmp_path: Path) -> None:
    """The last one of a mutant counts; a line that was cut off does not."""
    file = tmp_path / "mutants.jsonl"
    append(file, [KILLED, replace(KILLED, id="b2", status="survived")])
    append(file, [replace(KILLED, id="b2", status="equivalent")])
    with file.open("a") as stream:
        stream.write('{"id": "c3", "ki')
    assert {name: outcome.status for name, outcome in read_outcomes(file).items()} == {"a1": "killed", "b2": "equivalent"}
    assert read_outcomes(file)["a1"] == KILLED


def test_another_file_is_refused(tmp_path: Path) -> None:
    """With its line, and what to do."""
    (tmp_path / "mutants.jsonl").write_text('{"id": 3}\n')
    with pytest.raises(InputError, match=r"mutants\.jsonl:1: is not the result of a mutant .*choose another --out"):
        read_outcomes(tmp_path / "mutants.jsonl")


def test_what_has_killed_in_a_module_goes_first() -> None:
    """Then what has killed anywhere, then what sounds like the module."""
    chosen = tasks("faults/runts_are_dropped", "risk/the_quantity_limit", "session/a_login_passes", "session/login_numbers")
    elsewhere = replace(KILLED, id="b2", module="client_rx", scenario="scenarios/faults/runts_are_dropped.scn")
    survivor = replace(KILLED, id="c3", status="survived", scenario="")
    order = [task.id for task in Ranking([KILLED, elsewhere, survivor]).order(MUTANT, chosen)]
    assert order == [
        "scenarios/session/a_login_passes.scn",
        "scenarios/faults/runts_are_dropped.scn",
        "scenarios/risk/the_quantity_limit.scn",
        "scenarios/session/login_numbers.scn",
    ]


def test_the_share_leaves_out_what_nobody_could_kill() -> None:
    """Equivalent and invalid ones."""
    statuses = ("killed", "killed", "killed", "survived", "equivalent", "invalid")
    outcomes = [replace(KILLED, id=str(number), status=status) for number, status in enumerate(statuses)]
    assert killed_share(outcomes) == 0.75
    assert killed_share(outcomes[4:]) is None
    page = summary_text(outcomes)
    assert "6 mutants: 3 killed, 1 survived, 1 equivalent, 1 invalid; 75.0% of those that are not equivalent were killed" in page
    assert "| risk_checks | 3 | 1 | 1 | 1 |" in page
    assert "## Survived (1)\n\nrisk_checks:7, operator (3)\n\n```diff\n-a\n+b\n```" in page
