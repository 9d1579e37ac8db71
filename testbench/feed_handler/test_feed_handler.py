# SPDX-License-Identifier: Apache-2.0
"""feed_handler, whole, on every simulator."""

from testbench.harness import run_module, simulators

SMALL = {"SYMBOLS": 2, "LEVELS": 256, "FIFO_BYTES": 4096, "STORE_SETS": 64, "EVENT_FIFO": 16}


@simulators
def test_feed_handler(simulator: str) -> None:
    """Contract 1 to 5, 8 to 10: a smoke test of each, and the latency."""
    run_module("feed_handler", SMALL, simulator)
