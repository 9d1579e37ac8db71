# SPDX-License-Identifier: Apache-2.0
"""line_fifo on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_line_fifo(simulator: str) -> None:
    """Contract 1.1 and 3: room for FIFO_BYTES of UDP payload, whole packets."""
    run_module("line_fifo", {"FIFO_BYTES": 2048}, simulator)
