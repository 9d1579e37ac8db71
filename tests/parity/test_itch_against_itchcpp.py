# SPDX-License-Identifier: Apache-2.0
"""Every ITCH type against itchcpp, a C++ decoder that shares nothing with our tables."""

from __future__ import annotations

import pytest
from itch_values import as_ours, as_outside, samples

from tickproof.protocols import ITCH
from tickproof.protocols.table import Layout

outside = pytest.importorskip("itchcpp._itchcpp", reason="itchcpp is not installed")

# Where itchcpp's name differs from ours.
NAMES = {
    "reg_sho_restriction": {"locate_code": "stock_locate"},
    "stock_directory": {"luld_reference_price_tier": "luld_ref"},
    "stock_trading_action": {"reason_code": "reason"},
    "mwcb_decline_level": {"level_1": "level1_price", "level_2": "level2_price", "level_3": "level3_price"},
    "quoting_period_update": {
        "ipo_quotation_release_time": "ipo_release_time",
        "ipo_quotation_release_qualifier": "ipo_release_qualifier",
    },
    "luld_auction_collar": {"auction_collar_extension": "auction_collar_extention"},
    "order_cancel": {"canceled_shares": "cancelled_shares"},
    "order_replace": {"original_order_reference_number": "order_reference_number"},
    "cross_trade": {"cross_shares": "shares"},
    "noii": {"price_variation_indicator": "variation_indicator"},
}

every_layout = pytest.mark.parametrize("layout", ITCH.layouts.values(), ids=list(ITCH.layouts))


def their_name(layout: Layout, field: str) -> str:
    return NAMES.get(layout.name, {}).get(field, field)


@every_layout
def test_itchcpp_reads_what_we_pack(layout: Layout) -> None:
    """FEED-ITCH-1: offsets, sizes and byte order of every field."""
    for values in samples(layout):
        theirs = outside.MessageParser().get_message_type(layout.pack(values))
        got = {name: getattr(theirs, their_name(layout, name)) for name in values}
        assert got == as_outside(layout, values)


@every_layout
def test_we_read_what_itchcpp_writes(layout: Layout) -> None:
    """FEED-ITCH-1, in the other direction."""
    for values in samples(layout):
        theirs = {their_name(layout, name): value for name, value in as_outside(layout, values).items()}
        assert layout.unpack(outside.create_message(layout.tag, **theirs).to_bytes()) == as_ours(layout, values)


def test_itchcpp_knows_the_same_types() -> None:
    """No type more or less, of the same lengths."""
    theirs = {tag: outside.create_message(tag).message_size for tag in outside.messages}
    assert theirs == {tag: layout.size for tag, layout in ITCH.by_tag.items()}
