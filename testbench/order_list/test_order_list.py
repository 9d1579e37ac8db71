# SPDX-License-Identifier: Apache-2.0
"""order_list on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_order_list(simulator: str) -> None:
    """Contract 7.2, order of acceptance."""
    run_module("order_list", simulator=simulator)
