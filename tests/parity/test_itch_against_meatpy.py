# SPDX-License-Identifier: Apache-2.0
"""Every ITCH type against MeatPy, a Python decoder that shares nothing with our tables."""

from __future__ import annotations

import pytest
from itch_values import as_ours, as_outside, samples

from tickproof.protocols import ITCH
from tickproof.protocols.table import Layout

outside = pytest.importorskip("meatpy.itch50.itch50_market_message", reason="MeatPy is not installed").ITCH50MarketMessage

ORDER = {"order_reference_number": "order_ref", "buy_sell_indicator": "bsindicator", "match_number": "match"}
# Where MeatPy's name differs from ours.
NAMES = {
    "system_event": {"event_code": "code"},
    "stock_directory": {
        "market_category": "category",
        "financial_status_indicator": "status",
        "round_lot_size": "lotsize",
        "round_lots_only": "lotsonly",
        "issue_classification": "issue_class",
        "issue_sub_type": "issue_sub",
        "short_sale_threshold_indicator": "shortsale_thresh",
        "luld_reference_price_tier": "luld_ref",
        "etp_leverage_factor": "etp_leverage",
        "inverse_indicator": "inverse_ind",
    },
    "stock_trading_action": {"trading_state": "state", "reason_code": "reason"},
    "reg_sho_restriction": {"locate_code": "stock_locate", "reg_sho_action": "action"},
    "market_participant_position": {"market_participant_state": "state"},
    "mwcb_decline_level": {"level_1": "level1", "level_2": "level2", "level_3": "level3"},
    "luld_auction_collar": {"auction_collar_reference_price": "auction_collar_ref_price"},
    "operational_halt": {"market_code": "halt_status", "operational_halt_action": "halt_reason"},
    "add_order": ORDER,
    "add_order_mpid": ORDER,
    "order_executed": {**ORDER, "executed_shares": "shares"},
    "order_executed_with_price": {**ORDER, "executed_shares": "shares"},
    "order_cancel": ORDER,
    "order_delete": ORDER,
    "order_replace": {"original_order_reference_number": "original_ref", "new_order_reference_number": "new_ref"},
    "trade": ORDER,
    "cross_trade": {"cross_shares": "shares", "match_number": "match"},
    "broken_trade": ORDER,
    "noii": {"current_reference_price": "current_ref_price"},
    "rpii": {"interest_flag": "interest"},
}

SHARED = [layout for layout in ITCH.layouts.values() if layout.name != "direct_listing"]
every_shared_layout = pytest.mark.parametrize("layout", SHARED, ids=[layout.name for layout in SHARED])


def their_name(layout: Layout, field: str) -> str:
    return NAMES.get(layout.name, {}).get(field, field)


@every_shared_layout
def test_meatpy_reads_what_we_pack(layout: Layout) -> None:
    """FEED-ITCH-1: offsets, sizes and byte order of every field."""
    for values in samples(layout):
        theirs = outside.from_bytes(layout.pack(values))
        got = {name: getattr(theirs, their_name(layout, name)) for name in values}
        assert got == as_outside(layout, values)


@every_shared_layout
def test_we_read_what_meatpy_writes(layout: Layout) -> None:
    """FEED-ITCH-1, in the other direction."""
    for values in samples(layout):
        theirs = type(outside.from_bytes(layout.pack()))()
        for name, value in as_outside(layout, values).items():
            setattr(theirs, their_name(layout, name), value)
        assert layout.unpack(theirs.to_bytes()) == as_ours(layout, values)


def test_meatpy_wants_52_bytes_of_a_direct_listing_where_we_and_itchcpp_have_48() -> None:
    """The one known disagreement (docs/wire_formats.md): should MeatPy change its mind, this test says so."""
    ours = ITCH.layouts["direct_listing"]
    assert ours.size == 48
    assert len(outside.from_bytes(ours.pack() + bytes(4)).to_bytes()) == 52
