# SPDX-License-Identifier: Apache-2.0
"""What makes two divergences the same: where and how, but not behind how many others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tickproof.check import Divergence
from tickproof.check.verdict import FieldRow
from tickproof.golden.model import Prediction
from tickproof.protocols.records import KIND, RECORD
from tickproof.shrink.same import Same


def row(name: str, differs: bool = True) -> FieldRow:
    return FieldRow(name, "1", "2", 0, differs)


BBO = Divergence("events[7] BBO", "bid_price is 1.00, golden has 2.00", "EVT-2", fields=(row("bid_price"), row("ask_price", False)))
PACKET = Divergence("exchange[3] enter_order", "price is 1.00, golden has 2.00", "EVT-6", fields=(row("price"), row("tif")))
COUNTERS = Divergence("counters", "gaps is 2, golden has 1, and 2 more", "EVT-4", fields=(row("gaps"), row("messages")))
MISSING = Divergence("events[3] BBO", "golden expects bbo symbol=0 here; the device's next record is nothing more", "EVT-1")
FRAME = Divergence("out[2]", "out frame 2 differs from byte 17 on; golden's has 30 bytes, the device's 29")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BBO, replace(BBO, place="events[1] BBO", summary="bid_price is 9.00, golden has 8.00", line=3, cause="another")),
        (PACKET, replace(PACKET, place="exchange[0] enter_order", fields=(row("price"),))),
        (COUNTERS, replace(COUNTERS, fields=(row("gaps"),), summary="gaps is 1, golden has 0")),
        (MISSING, replace(MISSING, summary="golden expects bbo symbol=3 here (4 records); the device's next record is gap")),
        (FRAME, replace(FRAME, place="out[0]", summary="out frame 0 differs from byte 3 on")),
    ],
)
def test_place_and_values_may_be_others(one: Divergence, other: Divergence) -> None:
    """It is the same bug a few records earlier."""
    assert Same.of(one) == Same.of(other)


@pytest.mark.parametrize(
    "other",
    [
        replace(BBO, fields=(row("bid_price"), row("ask_price"))),
        replace(BBO, fields=(row("bid_shares"),)),
        replace(BBO, rule="EVT-3"),
        replace(BBO, place="events[7] DECISION"),
        replace(BBO, place="bbo[7] BBO"),
        MISSING,
        replace(MISSING, summary="the device sent bbo symbol=0 here; golden expects nothing more"),
        COUNTERS,
        PACKET,
        Divergence("the run", "the run did not end: the simulator ended with status 1"),
    ],
)
def test_another_kind_field_rule_or_shape_is_another_divergence(other: Divergence) -> None:
    """A search that took one for the other would end with a bug that nobody asked about."""
    assert Same.of(BBO) != Same.of(other)


def test_another_counter_is_another_divergence() -> None:
    """`gaps` is not `messages`; what else is wrong beside the first may change."""
    assert Same.of(COUNTERS) != Same.of(replace(COUNTERS, fields=(row("messages"),)))


def predicted(*kinds: str) -> Prediction:
    records = np.zeros(len(kinds), RECORD)
    records["kind"] = [KIND[kind] for kind in kinds]
    return Prediction(records)


@pytest.mark.parametrize("divergence", [BBO, MISSING])
def test_no_run_is_needed_where_golden_has_no_such_record(divergence: Divergence) -> None:
    """A BBO that is wrong, or missing, is one that golden predicts."""
    assert not Same.of(divergence).possible(predicted("CONTROL"))
    assert Same.of(divergence).possible(predicted("CONTROL", "BBO"))


@pytest.mark.parametrize(
    "divergence",
    [
        replace(MISSING, summary="the device sent bbo symbol=0 here; golden expects nothing more"),
        replace(BBO, place="events[7] GAP"),
        COUNTERS,
        FRAME,
    ],
)
def test_a_run_is_needed_where_golden_says_nothing_about_it(divergence: Divergence) -> None:
    """What is too much, what depends on races, and what is no record at all."""
    assert Same.of(divergence).possible(predicted("CONTROL"))
