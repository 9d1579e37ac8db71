# SPDX-License-Identifier: Apache-2.0
"""event_fifo on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_event_fifo(simulator: str) -> None:
    """Contract 8: order, and LOST in the place of dropped records."""
    run_module("event_fifo", {"DEPTH": 8}, simulator)
