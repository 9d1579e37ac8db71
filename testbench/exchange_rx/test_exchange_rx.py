# SPDX-License-Identifier: Apache-2.0
"""exchange_rx on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_exchange_rx(simulator: str) -> None:
    """Contract 6.1 to 6.3 for the exchange's stream: framing, errors, links, fields, login numbers."""
    run_module("exchange_rx", {}, simulator)
