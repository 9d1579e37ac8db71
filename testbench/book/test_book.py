# SPDX-License-Identifier: Apache-2.0
"""The book on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_book(simulator: str) -> None:
    """Contract 4, 5, 8 and the book's share of 9."""
    run_module("book", {}, simulator)
