# SPDX-License-Identifier: Apache-2.0
"""exposure on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_exposure(simulator: str) -> None:
    """Contract 7.1."""
    run_module("exposure", {"SYMBOLS": 3, "SYM_W": 2}, simulator)
