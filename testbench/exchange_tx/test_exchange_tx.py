# SPDX-License-Identifier: Apache-2.0
"""exchange_tx on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_exchange_tx(simulator: str) -> None:
    """Contract 6.2, KILL-CANCEL: packets and Cancels in the order of the decisions, never interleaved."""
    run_module("exchange_tx", {}, simulator)
