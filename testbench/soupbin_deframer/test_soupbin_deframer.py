# SPDX-License-Identifier: Apache-2.0
"""soupbin_deframer on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_soupbin_deframer(simulator: str) -> None:
    """SESS-FRAME, SESS-ERROR 1, SESS-LINK-*: bytes to packets."""
    run_module("soupbin_deframer", {}, simulator)
