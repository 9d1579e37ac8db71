# SPDX-License-Identifier: Apache-2.0
"""axil_split on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_axil_split(simulator: str) -> None:
    """CTRL-2: control keeps its order, whichever registers it writes."""
    run_module("axil_split", {}, simulator)
