# SPDX-License-Identifier: Apache-2.0
"""Random feed programs through golden and RTL: messages that collide, faults on both lines, gaps, resets, control.

More of them: `TICKPROOF_EXAMPLES=2000 pytest tests/parity/test_random_programs.py`. A failing program is shrunk and printed as a scenario.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings

from tickproof.check import judge
from tickproof.golden import get_model
from tickproof.scenario.language import parse_text
from tickproof.scenario.strategies import feed_scenarios
from tickproof.targets import RunOptions, get_target, load_dut

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = int(os.environ.get("TICKPROOF_EXAMPLES", "0"))


@pytest.mark.parametrize(("name", "examples"), [("rtl@verilator", 40), ("rtl@icarus", 4)])
def test_golden_and_rtl_agree_on_random_programs(name: str, examples: int) -> None:
    """Contract 2 to 5 and 8: whatever the inputs, every record and exact counter is golden's."""
    target = get_target(name)
    if reason := target.unavailable():
        pytest.skip(reason)
    dut = load_dut("feed_handler", ROOT)
    model = get_model(dut.model)

    @settings(max_examples=EXAMPLES or examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(feed_scenarios())
    def agree(text: str) -> None:
        note(text)
        program = parse_text(text, "random.scn").program
        verdict = judge(None, program, dut, model, target.run(dut, program, RunOptions(seed=len(text))))
        assert verdict.status == "pass", f"{verdict.reason}\n{verdict.divergence}\n{verdict.further}"

    agree()
