# SPDX-License-Identifier: Apache-2.0
"""record_merge on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_record_merge(simulator: str) -> None:
    """Contract 8: one order of stamps over feed and order path."""
    run_module("record_merge", {}, simulator)
