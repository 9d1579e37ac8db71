# SPDX-License-Identifier: Apache-2.0
"""The book on every simulator, at its full size, small, and so small that its order store overflows all the time."""

import pytest

from testbench.harness import run_module, simulators

SIZES = [
    pytest.param({}, id="full-size"),
    pytest.param({"SYMBOLS": 4, "LEVELS": 64, "STORE_SETS": 64, "GEN_W": 2}, id="one-word-ladder-slow-sweep"),
    pytest.param({"SYMBOLS": 3, "LEVELS": 192, "STORE_SETS": 2, "GEN_W": 2}, id="overflowing-store"),
]


@simulators
@pytest.mark.parametrize("parameters", SIZES)
def test_book_agrees_with_a_second_reading_of_the_contract(simulator: str, parameters: dict[str, int]) -> None:
    """Contract 4, 5, 8 and the book's share of 9."""
    run_module("book", parameters, simulator)
