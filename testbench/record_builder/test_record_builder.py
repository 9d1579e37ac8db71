# SPDX-License-Identifier: Apache-2.0
"""record_builder on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_record_builder(simulator: str) -> None:
    """Contract 5.4, 5.5, 8."""
    run_module("record_builder", {"SYMBOLS": 3, "SYM_W": 2}, simulator)
