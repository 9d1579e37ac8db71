# SPDX-License-Identifier: Apache-2.0
"""price_book on every simulator, from one word a ladder to the full size."""

import pytest

from testbench.harness import run_module, simulators


@simulators
@pytest.mark.parametrize("levels", [64, 192, 4096])
def test_price_book(simulator: str, levels: int) -> None:
    """Contract 5.2, 5.3 and the partial flag of 5.4."""
    run_module("price_book", {"SYMBOLS": 3, "SYM_W": 2, "LEVELS": levels, "LEVEL_W": max(7, (levels - 1).bit_length())}, simulator)
