# SPDX-License-Identifier: Apache-2.0
"""A client, an exchange, two feed lines and an operator who act at the very same nanoseconds, as a Hypothesis state machine against RTL.

More of it: `TICKPROOF_EXAMPLES=2000 pytest tests/parity/test_random_order_programs.py`. A failing run is shrunk and printed as a scenario.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tickproof.check import judge
from tickproof.golden import get_model
from tickproof.scenario.language import parse_text
from tickproof.scenario.order_strategies import Floor
from tickproof.targets import RunOptions, Target, get_target, load_dut

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = int(os.environ.get("TICKPROOF_EXAMPLES", "0"))
DUT = load_dut("tick_to_trade", ROOT)
MODEL = get_model(DUT.model)
WAITS = st.sampled_from((0, 0, 0, 100, 200, 500, 1_000, 3_000, 9_000))


class Trading(RuleBasedStateMachine):
    """Each step adds inputs, often at the time of the one before. What they do to one another is judged when the machine stops."""

    target: Target

    @initialize(data=st.data())
    def open(self, data: st.DataObject) -> None:
        self.floor = Floor.opened(data.draw)

    @rule(data=st.data(), wait_ns=WAITS)
    def client_sends(self, data: st.DataObject, wait_ns: int) -> None:
        """Orders, replaces of replaces, modifies, cancels; the exchange answers and fills."""
        self._at(data, wait_ns).client()

    @rule(data=st.data(), wait_ns=WAITS)
    def client_sends_once_more(self, data: st.DataObject, wait_ns: int) -> None:
        """Half of all that happens is the client."""
        self._at(data, wait_ns).client()

    @rule(data=st.data(), wait_ns=WAITS)
    def exchange_speaks(self, data: st.DataObject, wait_ns: int) -> None:
        self._at(data, wait_ns).exchange()

    @rule(data=st.data(), wait_ns=WAITS)
    def market_moves(self, data: st.DataObject, wait_ns: int) -> None:
        """Quotes, crossed and missing sides, halts, gaps."""
        self._at(data, wait_ns).feed()

    @rule(data=st.data(), wait_ns=WAITS)
    def operator_acts(self, data: st.DataObject, wait_ns: int) -> None:
        """Kills of all scopes, limits, corrections."""
        self._at(data, wait_ns).control()

    @rule(data=st.data(), wait_ns=WAITS)
    def link_drops(self, data: st.DataObject, wait_ns: int) -> None:
        """And comes back: the exchange logs in again, and says again what it thinks was missed."""
        self._at(data, wait_ns).links()

    def teardown(self) -> None:
        if not hasattr(self, "floor"):
            return
        text = self.floor.text()
        note(text)
        program = parse_text(text, "random.scn").program
        capture = self.target.run(DUT, program, RunOptions(seed=len(text)))
        verdict = judge(None, program, DUT, MODEL, capture)
        assert verdict.status == "pass", f"{verdict.reason}\n{verdict.divergence}\n{verdict.further}"

    def _at(self, data: st.DataObject, wait_ns: int) -> Floor:
        self.floor.act(data.draw, wait_ns)
        return self.floor


@pytest.mark.parametrize(("name", "examples"), [("rtl@verilator", 40), ("rtl@icarus", 3)])
def test_golden_and_rtl_agree_whatever_collides(name: str, examples: int) -> None:
    """Contract 6 to 8: the device's order of processing explains every record and every byte."""
    target = get_target(name)
    if reason := target.unavailable():
        pytest.skip(reason)
    machine = type("TradingOnTarget", (Trading,), {"target": target})
    checks = list(HealthCheck)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES or examples, stateful_step_count=40, deadline=None, database=None, suppress_health_check=checks
        ),
    )
