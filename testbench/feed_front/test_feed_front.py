# SPDX-License-Identifier: Apache-2.0
"""feed_front on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_feed_front(simulator: str) -> None:
    """Contract 2 to 4, from frames to ops."""
    run_module("feed_front", {"FIFO_BYTES": 4096}, simulator)
