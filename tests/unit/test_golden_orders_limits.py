# SPDX-License-Identifier: Apache-2.0
"""Contract 7: checks 10 to 16 at their limits and for each value, and which are evaluated (RISK-MASK). Top of book: 100.00 x 100.02."""

from __future__ import annotations

import golden_orders_wire as o
import golden_wire as wire
import pytest
from golden_orders_wire import MARKET, US, enter, fails, modify, replace

BID, ASK = 1_000_000, 1_000_200
NOTHING: set[str] = set()


def option(tag: int, value: str) -> bytes:
    return bytes([1 + len(value), tag]) + value.encode()


# 10 position, 11 gross


@pytest.mark.parametrize(("limit", "failing"), [(649, {"position"}), (650, NOTHING), (651, NOTHING)])
def test_long_position_counts_fills_open_buys_and_the_order(limit: int, failing: set[str]) -> None:
    """RISK-POSITION: 300 + 250 + 100; open sells do not count."""
    before = ((40 * US, "control", o.control("set_position", 0, 300)), (50 * US, "client", enter(1, quantity=250) + enter(2, "S", 70)))
    assert fails(enter(3), *before, max_long=limit) == failing


@pytest.mark.parametrize(("limit", "failing"), [(469, {"position"}), (470, NOTHING), (471, NOTHING)])
@pytest.mark.parametrize("side", "STE")
def test_short_position_counts_fills_open_sells_and_the_order(side: str, limit: int, failing: set[str]) -> None:
    """RISK-POSITION: 300 + 70 + 100; every side but `B` sells."""
    before = ((40 * US, "control", o.control("set_position", 0, -300)), (50 * US, "client", enter(1, quantity=250) + enter(2, side, 70)))
    assert fails(enter(3, side), *before, max_short=limit) == failing


@pytest.mark.parametrize(("limit", "failing"), [(199, {"position"}), (200, NOTHING)])
def test_replace_counts_beside_its_original_and_modify_adds_nothing(limit: int, failing: set[str]) -> None:
    """RISK-POSITION, 7.1: of a `U` the original counts until the exchange says otherwise. `M` adds no quantity."""
    assert fails(replace(1, 2), (50 * US, "client", enter(1)), max_long=limit) == failing
    lowered = ((60 * US, "control", o.put("max_long", limit - 100, 0)), (61 * US, "control", o.control("commit")))
    assert fails(modify(1), (50 * US, "client", enter(1)), *lowered) == failing


@pytest.mark.parametrize("position", [2**63 - 1, -(2**63)])
def test_extreme_position_does_not_wrap(position: int) -> None:
    """Section 7: exact. The limit's largest value is above every position."""
    before = (40 * US, "control", o.control("set_position", 0, position))
    assert fails(enter(1, "B" if position > 0 else "S"), before, max_long=2**63 - 1, max_short=2**63 - 1) == {"position"}
    assert fails(enter(1, "B" if position > 0 else "S"), before, max_long=2**64 - 1, max_short=2**64 - 1) == NOTHING


@pytest.mark.parametrize(
    ("setting", "gross"), [("max_gross", 7_000_000 + 350 * BID), ("session_max_gross", 9_000_000 + 350 * BID + 60 * BID)]
)
@pytest.mark.parametrize(("above", "failing"), [(-1, {"gross"}), (0, NOTHING), (1, NOTHING)])
def test_gross_counts_open_executed_and_the_order(setting: str, gross: int, above: int, failing: set[str]) -> None:
    """RISK-GROSS: of the symbol, buys and sells; of the session all symbols."""
    executed = (
        (40 * US, "control", o.control("set_executed", 0, 7_000_000)),
        (40 * US, "control", o.control("set_executed", o.GLOBAL, 9_000_000)),
    )
    msft = [(0, "feed_a", wire.packet("a", 5, wire.trading_action("T", locate=8), wire.add(3, "S", 1, ASK, locate=8)))]
    orders = (50 * US, "client", enter(1, quantity=200) + enter(2, "S", 50) + enter(3, quantity=60, stock="MSFT"))
    assert fails(enter(4), *msft, *executed, orders, **{setting: gross + above}) == failing


def test_gross_of_a_market_order_has_the_needed_side_as_price() -> None:
    """RISK-GROSS (as in 5); it also is what the order counts with (7.1)."""
    assert fails(enter(2, "S"), (50 * US, "client", enter(1, price=MARKET)), max_gross=100 * ASK + 100 * BID) == NOTHING
    assert fails(enter(2, "S"), (50 * US, "client", enter(1, price=MARKET)), max_gross=100 * ASK + 100 * BID - 1) == {"gross"}


def test_modify_adds_nothing_to_gross() -> None:
    """RISK-GROSS: but what is there already may be too much."""
    for limit, failing in ((100 * BID, NOTHING), (100 * BID - 1, {"gross"})):
        lowered = ((60 * US, "control", o.put("max_gross", limit, 0)), (61 * US, "control", o.control("commit")))
        assert fails(modify(1), (50 * US, "client", enter(1)), *lowered) == failing


# 12 open orders


@pytest.mark.parametrize(("limit", "failing"), [(2, {"open_orders"}), (3, NOTHING), (4, NOTHING), (0, {"open_orders"})])
def test_live_orders_stay_below_max_open_orders(limit: int, failing: set[str]) -> None:
    """RISK-OPEN: live orders >= max_open_orders."""
    raised = ((60 * US, "control", o.put("max_open_orders", limit)), (61 * US, "control", o.control("commit")))
    assert fails(enter(3), (50 * US, "client", enter(1) + enter(2)), *raised) == failing
    assert fails(replace(1, 3), (50 * US, "client", enter(1) + enter(2)), *raised) == failing
    assert fails(modify(1), (50 * US, "client", enter(1) + enter(2)), *raised) == NOTHING


def test_fifth_order_of_a_set_finds_no_slot() -> None:
    """RISK-OPEN: 256 sets of 4, set = user_ref_num mod 256."""
    four = (50 * US, "client", b"".join(enter(1 + 256 * way) for way in range(4)))
    assert fails(enter(1 + 256 * 4), four) == {"open_orders"}
    assert fails(enter(2 + 256 * 4), four) == NOTHING
    assert fails(enter(1 + 256 * 4), four, (60 * US, "control", o.control("release_order", value=257))) == NOTHING


# 13 trading state


@pytest.mark.parametrize("state", "THPQ ")
def test_symbol_has_to_trade(state: str) -> None:
    """RISK-STATE"""
    assert fails(enter(1), top=o.market(state=state)) == (NOTHING if state == "T" else {"trading_state"})


@pytest.mark.parametrize(("action", "failing"), [("T", NOTHING), ("H", {"trading_state"})])
def test_halt_of_the_market_stops_the_symbol(action: str, failing: set[str]) -> None:
    """RISK-STATE"""
    assert fails(enter(1), (50 * US, "feed_a", wire.packet("a", 5, wire.halt(action)))) == failing


@pytest.mark.parametrize(("bit", "phase"), list(enumerate("OSQMEC")))
def test_phase_has_to_be_allowed(bit: int, phase: str) -> None:
    """RISK-STATE: bits 0 to 5 = O S Q M E C."""
    assert fails(enter(1), top=o.market(phase=phase), allowed_phases=1 << bit) == NOTHING
    assert fails(enter(1), top=o.market(phase=phase), allowed_phases=0b111111 ^ 1 << bit) == {"trading_state"}


@pytest.mark.parametrize("phase", ["A", " ", "\x00"])
def test_any_other_phase_fails(phase: str) -> None:
    """RISK-STATE"""
    assert fails(enter(1), top=o.market(phase=phase)) == {"trading_state"}


# 14 short sale


@pytest.mark.parametrize(("side", "failing"), [("B", NOTHING), ("S", NOTHING), ("T", {"short_sale"}), ("E", {"short_sale"})])
def test_short_sale_has_to_be_allowed(side: str, failing: set[str]) -> None:
    """RISK-SHORT: side T or E without `short_ok`."""
    assert fails(enter(1, side), short_ok=0) == failing


@pytest.mark.parametrize(
    ("reg_sho", "side", "price", "failing"),
    [
        *(
            ("1", "T", BID, {"short_sale"}),
            ("2", "T", BID - 1, {"short_sale"}),
            ("1", "T", BID + 1, NOTHING),
            ("2", "T", MARKET, {"short_sale"}),
        ),
        *(("1", "E", BID, NOTHING), ("1", "S", BID, NOTHING), ("0", "T", BID, NOTHING), ("0", "T", MARKET, NOTHING)),
    ],
)
def test_short_sale_under_reg_sho_is_above_the_bid(reg_sho: str, side: str, price: int, failing: set[str]) -> None:
    """RISK-SHORT: side T with reg_sho 1 or 2 and price <= bid, or market."""
    assert fails(enter(1, side, price=price), (50 * US, "feed_a", wire.packet("a", 5, wire.reg_sho(reg_sho)))) == failing


# 15 type


@pytest.mark.parametrize(
    ("bit", "packet"),
    [
        *((0, enter(2, price=MARKET)), (1, enter(2, iso="Y")), (2, enter(2, cross="O")), (3, enter(2, display="N"))),
        *(
            (4, enter(2, options=option(6, "P"))),
            (4, enter(2, options=option(6, "L") + option(6, "M"))),
            (4, enter(2, options=option(6, "\x00"))),
        ),
        *((0, replace(1, 2, price=MARKET)), (1, replace(1, 2, codes="0YY")), (3, replace(1, 2, codes="0NN"))),
        (4, replace(1, 2, options=option(6, "Q"))),
    ],
)
def test_type_of_order_has_to_be_allowed(bit: int, packet: bytes) -> None:
    """RISK-TYPE: market, ISO, cross, hidden, pegged."""
    first = (50 * US, "client", enter(1))
    assert fails(packet, first, allowed_types=1 << bit) == NOTHING
    assert fails(packet, first, allowed_types=0b11111 ^ 1 << bit) == {"type"}


@pytest.mark.parametrize("options", [option(6, "L"), option(6, "P") + option(6, "L"), option(6, "PP"), option(2, "FIRM"), option(4, "R")])
def test_other_options_and_limit_prices_need_no_permission(options: bytes) -> None:
    """RISK-TYPE: a PriceType other than `L`; of several the last; other options pass unread (6.3)."""
    assert fails(enter(1, options=options), allowed_types=0) == NOTHING


# 16 executions


@pytest.mark.parametrize(("limit", "failing"), [(1, {"executions"}), (2, NOTHING), (3, NOTHING)])
def test_fills_in_the_window_are_at_most_max_executions(limit: int, failing: set[str]) -> None:
    """RISK-EXECUTIONS: more than max_executions; the kill that latches (RISK-LATCH) was opened again."""
    fills = (50 * US, "exchange", o.executed(1, 1) + o.executed(1, 1))
    opened = (60 * US, "control", o.control("unkill", 0))
    assert fails(enter(2), (40 * US, "client", enter(1)), fills, opened, max_executions=limit, execution_window=90 * US) == failing


@pytest.mark.parametrize(("window_us", "failing"), [(50, NOTHING), (51, {"executions"})])
def test_fill_leaves_the_window(window_us: int, failing: set[str]) -> None:
    """RISK-EXECUTIONS: now - t < execution_window."""
    before = ((40 * US, "client", enter(1)), (50 * US, "exchange", o.executed(1, 1)), (60 * US, "control", o.control("unkill", 0)))
    assert fails(enter(2), *before, max_executions=0, execution_window=window_us * US) == failing


def test_limit_of_255_fills_needs_256() -> None:
    """RISK-EXECUTIONS: the largest limit."""
    opened = (60 * US, "control", o.control("unkill", 0))
    for count, failing in ((255, NOTHING), (256, {"executions"})):
        fills = (50 * US, "exchange", o.executed(1, 1) * count)
        first = (40 * US, "client", enter(1, quantity=1000))
        assert fails(enter(2), first, fills, opened, max_executions=255, execution_window=90 * US) == failing


# RISK-MASK, and several at once


def test_unknown_symbol_evaluates_only_what_needs_none() -> None:
    """RISK-MASK: 0 (without the symbol's kill), 1, 2, 3, 8 and 12."""
    kill = (50 * US, "control", o.control("kill", 0))
    assert fails(enter(1, stock="IBM"), kill, **ALL_CLOSED) == {"symbol", "rate", "open_orders"}
    assert fails(enter(0, stock="IBM", tif="?"), (50 * US, "control", o.control("kill")), **ALL_CLOSED) == {
        *("kill", "symbol", "message", "sequence", "rate", "open_orders")
    }
    assert fails(modify(9, "B", 999_999), **ALL_CLOSED) == {"symbol", "rate"}


def test_all_limits_at_0_fail_all_that_can_fail_together() -> None:
    """Section 7: at reset nothing passes. All checks but message and sequence; no fill, so that executions passes."""
    assert fails(enter(1, "T", iso="Y"), **ALL_CLOSED, restricted=1, collar_bps=0) == {
        *("symbol", "quantity", "value", "reference", "rate", "position", "gross", "open_orders", "trading_state", "short_sale", "type")
    }


def test_bad_message_hides_what_depends_on_its_numbers() -> None:
    """RISK-MASK: bit 2 set: 4, 5, 6, 9, 10, 11 are clear."""
    assert fails(enter(1, "B", 1_000_000, 9_000_000, tif="?"), **ALL_CLOSED, collar_bps=0) == {
        *("message", "reference", "rate", "open_orders", "trading_state")
    }


def test_missing_side_hides_what_is_measured_against_it() -> None:
    """RISK-MASK: 7 set; 6, of a market order 5 and 11, and the comparison with the bid in 14 are clear."""
    sho = (50 * US, "feed_a", wire.packet("a", 4, wire.reg_sho("1")))
    no_bid = {"top": o.market(0, ASK), "collar_bps": 0}
    tight = {"max_notional": 0, "max_gross": 0}
    assert fails(enter(1, "T", price=1), sho, **no_bid, **tight) == {"reference", "value", "gross"}
    assert fails(enter(1, "T", price=MARKET), sho, **no_bid, **tight) == {"reference", "short_sale"}


ALL_CLOSED = {
    **dict.fromkeys(("burst", "max_open_orders", "session_max_gross", "allowed_phases", "max_shares", "max_notional"), 0),
    **dict.fromkeys(("max_reference_age", "max_long", "max_short", "max_gross", "short_ok", "allowed_types", "max_executions"), 0),
}


# Extremes


@pytest.mark.parametrize(
    "packet",
    [b"\x00\x30U" + b"O" + b"\xff" * 44 + bytes(2), b"\x00\x29U" + b"U" + b"\xff" * 37 + bytes(2), modify(0xFFFFFFFF, "\xff", 0xFFFFFFFF)],
)
def test_fields_of_all_ones_are_only_rejected(packet: bytes) -> None:
    """Section 7: arithmetic is exact, whatever a field holds; against the smallest and the largest limits."""
    assert "symbol" in fails(packet)
    assert "symbol" in fails(packet, **ALL_CLOSED)


def test_limits_of_all_ones_pass_everything_that_is_well_formed() -> None:
    """Section 7: no limit wraps at its largest value."""
    widths = {
        "dead_man_ns": 64,
        "token_ns": 32,
        "burst": 16,
        "max_open_orders": 16,
        "session_max_gross": 64,
        "max_shares": 32,
        "max_notional": 64,
    }
    widths |= {"collar_bps": 16, "max_reference_age": 64, "max_long": 64, "max_short": 64, "max_gross": 64, "max_executions": 8}
    ones = {name: (1 << bits) - 1 for name, bits in widths.items()}
    assert fails(enter(1, "B", 999_999, 1_999_999_900), collar_bps=65_535, **{k: v for k, v in ones.items() if k != "collar_bps"}) == {
        "collar"
    }
    assert fails(enter(1, "S", 999_999, 1_999_999_900), **ones) == NOTHING
    assert fails(enter(1), (50 * US, "client", enter(1)), **ones, duplicate_window=2**64 - 1) == {"sequence", "duplicate"}
