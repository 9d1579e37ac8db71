# SPDX-License-Identifier: Apache-2.0
"""ouch_decoder on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_ouch_decoder(simulator: str) -> None:
    """SESS-ERROR 1 to 5, SESS-OUCH-LENGTH, SESS-PASS."""
    run_module("ouch_decoder", {}, simulator)
