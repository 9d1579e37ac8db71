# SPDX-License-Identifier: Apache-2.0
"""risk_gate on every simulator."""

import pytest

from testbench.harness import run_module, simulators


@simulators
@pytest.mark.parametrize("bench", ["bench", "timing", "checks", "values", "masks", "exposure", "session"])
def test_risk_gate(bench: str, simulator: str) -> None:
    """Contract 6 and 7."""
    run_module("risk_gate", {"SYMBOLS": 3}, simulator, bench=f"testbench.risk_gate.{bench}")
