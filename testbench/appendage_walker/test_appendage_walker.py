# SPDX-License-Identifier: Apache-2.0
"""appendage_walker on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_appendage_walker(simulator: str) -> None:
    """SESS-OUCH-LENGTH: options, and the last PriceType among them."""
    run_module("appendage_walker", {}, simulator)
