# SPDX-License-Identifier: Apache-2.0
"""line_arbiter with both its lines, on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_arbitration(simulator: str) -> None:
    """Contract 3: two lines, one sequence."""
    run_module("feed_front", {"FIFO_BYTES": 4096}, simulator, bench="testbench.line_arbiter.bench")


@simulators
def test_commands(simulator: str) -> None:
    """CTRL-2, CTRL-4, FEED-MOLD-6, FEED-MOLD-7: commands in order, sessions."""
    run_module("feed_front", {"FIFO_BYTES": 4096}, simulator, bench="testbench.line_arbiter.commands")
