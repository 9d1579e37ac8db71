# SPDX-License-Identifier: Apache-2.0
"""feed_control on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_feed_control(simulator: str) -> None:
    """Contract 1.2 and 5.6: settings, commits, commands, counters, time."""
    run_module("feed_control", {"SYMBOLS": 3, "LEVELS": 256, "FIFO_BYTES": 4096}, simulator)
