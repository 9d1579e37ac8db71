# SPDX-License-Identifier: Apache-2.0
"""block_walker on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_block_walker(simulator: str) -> None:
    """FEED-MOLD-3, FEED-MOLD-4: effective count, truncated, trailing."""
    run_module("block_walker", {}, simulator)
