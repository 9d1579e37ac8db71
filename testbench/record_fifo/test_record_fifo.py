# SPDX-License-Identifier: Apache-2.0
"""record_fifo on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_record_fifo(simulator: str) -> None:
    """Contract 8: records keep their order, none is lost."""
    run_module("record_fifo", {"DEPTH": 8}, simulator)
