# SPDX-License-Identifier: Apache-2.0
"""client_rx on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_client_rx(simulator: str) -> None:
    """Contract 6.1 to 6.3 for the client's stream: framing, errors, links, fields."""
    run_module("client_rx", {}, simulator)
