# SPDX-License-Identifier: Apache-2.0
"""symbol_table on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_symbol_table(simulator: str) -> None:
    """Contract 4."""
    run_module("symbol_table", {"SYMBOLS": 3, "SYM_W": 2}, simulator)
