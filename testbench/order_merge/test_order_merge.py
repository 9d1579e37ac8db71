# SPDX-License-Identifier: Apache-2.0
"""order_merge on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_order_merge(simulator: str) -> None:
    """Contract 6.2, order of output."""
    run_module("order_merge", {}, simulator)
