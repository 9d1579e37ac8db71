# SPDX-License-Identifier: Apache-2.0
"""packet_store on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_packet_store(simulator: str) -> None:
    """SESS-FRAME, SESS-REJECT: packets wait whole, and leave or vanish whole."""
    run_module("packet_store", {}, simulator)
