# SPDX-License-Identifier: Apache-2.0
"""price_level on every simulator, at both ends of the sizes of a ladder."""

import pytest

from testbench.harness import run_module, simulators


@simulators
@pytest.mark.parametrize("levels", [64, 192, 4096])
def test_price_level(simulator: str, levels: int) -> None:
    """Contract 5.2."""
    run_module("price_level", {"SYMBOLS": 3, "SYM_W": 2, "LEVELS": levels, "LEVEL_W": max(7, (levels - 1).bit_length())}, simulator)
