# SPDX-License-Identifier: Apache-2.0
"""order_control on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_order_control(simulator: str) -> None:
    """Contract 1.2, 7 and 7.2: settings, commands, counters of the order path."""
    run_module("order_control", {"SYMBOLS": 3}, simulator)
