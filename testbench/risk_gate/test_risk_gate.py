# SPDX-License-Identifier: Apache-2.0
"""risk_gate on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_risk_gate(simulator: str) -> None:
    """Contract 6 and 7."""
    run_module("risk_gate", {"SYMBOLS": 3}, simulator)
