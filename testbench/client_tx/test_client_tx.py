# SPDX-License-Identifier: Apache-2.0
"""client_tx on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_client_tx(simulator: str) -> None:
    """Contract 6.2, SESS-REJECT: reports and Rejects in the order of the decisions, never interleaved."""
    run_module("client_tx", {}, simulator)
