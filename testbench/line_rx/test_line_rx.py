# SPDX-License-Identifier: Apache-2.0
"""line_rx on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_line_rx(simulator: str) -> None:
    """Contract 2: the frame filter, MoldUDP64 headers, effective count."""
    run_module("line_rx", {}, simulator)
