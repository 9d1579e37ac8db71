# SPDX-License-Identifier: Apache-2.0
"""Errors keep their data and their text when they cross from a worker process."""

from __future__ import annotations

import pickle

import pytest

from tickproof.errors import InputError, ProtocolError, ScenarioError, TargetUnavailable

ERRORS = [
    InputError("day.itch", "no such file", hint="check the path"),
    ProtocolError("day.itch", "cut short", got=3, expected=12),
    ScenarioError("a.scn:3:7", "unknown field", got="prize", expected="price", source="  < feed prize=1", column=10),
    TargetUnavailable("rtl@icarus", "no iverilog"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling(error: Exception) -> None:
    """Workers raise, the parent prints: the line must be the same."""
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_a_scenario_error_points_at_the_column() -> None:
    """The caret stands under the column that `where` names."""
    lines = str(ERRORS[2]).splitlines()
    assert lines[0] == "a.scn:3:7: unknown field (got prize, expected price)"
    assert lines[2].index("^") - 4 == 9
