# SPDX-License-Identifier: Apache-2.0
"""open_orders on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_open_orders(simulator: str) -> None:
    """Contract 7.1 and RISK-OPEN, with as many symbols as there may be."""
    run_module("open_orders", {"SYM_W": 6}, simulator)
