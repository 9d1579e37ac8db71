# SPDX-License-Identifier: Apache-2.0
"""order_store on every simulator: the rules with a small store, the spread at full size."""

import pytest

from testbench.harness import run_module, simulators

SPREAD = "test_half_the_store_always_finds_room"
RULES = (
    "test_an_order_lives_from_add_to_its_last_share",
    "test_errors_are_counted_and_change_nothing_more",
    "test_an_alive_reference_is_removed_two_clocks_before_it_is_added",
    "test_a_replace_keeps_side_only_if_its_original_was_there",
    "test_clear_frees_the_orders_of_one_symbol",
    "test_a_full_store_drops_only_what_does_not_fit",
)


def parameters(sets: int) -> dict[str, int]:
    return {"SYMBOLS": 3, "SYM_W": 2, "SETS": sets, "SET_W": sets.bit_length() - 1}


@simulators
@pytest.mark.parametrize("sets", [8, 64])
def test_order_rules(simulator: str, sets: int) -> None:
    """Contract 5.1."""
    run_module("order_store", parameters(sets), simulator, tests=RULES)


@pytest.mark.parametrize(("simulator", "sets"), [("verilator", 4096), ("icarus", 512)])
def test_references_spread(simulator: str, sets: int) -> None:
    """Contract 5.6."""
    run_module("order_store", parameters(sets), simulator, tests=[SPREAD])
