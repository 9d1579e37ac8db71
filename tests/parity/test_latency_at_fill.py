# SPDX-License-Identifier: Apache-2.0
"""LAT-1, LAT-2: the budget holds however full the order store is, also where one message follows another on the same order or level."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tickproof.check import judge
from tickproof.golden import get_model
from tickproof.protocols import ITCH
from tickproof.protocols.control import SETTINGS
from tickproof.scenario import parse_text
from tickproof.scenario.feed import both_lines, lines_of, pack_packets
from tickproof.targets import RunOptions, get_target, load_dut

ROOT = Path(__file__).resolve().parents[2]
SLOTS = 32_768
HEADER = """dut = "feed_handler"
[symbols.AAPL]
locate = 7
given = true
base = "140.00"
---
"""


def message(name: str, **fields: object) -> bytes:
    """One ITCH message about AAPL."""
    return ITCH.layouts[name].pack(stock_locate=7, timestamp=1, **fields)


def add(reference: int, price: int) -> bytes:
    """A buy order of 100 shares."""
    return message("add_order", order_reference_number=reference, buy_sell_indicator="B", shares=100, stock="AAPL", price=price)


def filling(count: int) -> list[bytes]:
    """Orders that stay: the first is the best bid, all others are below it, so that only the first makes a BBO."""
    return [add(1, 1_490_000), *(add(reference, 1_400_000 + reference % 800 * 100) for reference in range(2, count + 1))]


def hazards(rounds: int) -> Iterator[bytes]:
    """Each message changes the top, and touches the order or the level of the message before it."""
    # Sequential references spread evenly over the sets, so these still find room at 99 %.
    for one in range(32_600, 32_600 + 3 * rounds, 3):
        two, three = one + 1, one + 2
        yield add(one, 1_500_000)
        yield message("order_executed", order_reference_number=one, executed_shares=40, match_number=1)
        yield message("order_cancel", order_reference_number=one, canceled_shares=10)
        yield message("order_replace", original_order_reference_number=one, new_order_reference_number=two, shares=70, price=1_500_100)
        yield message("order_replace", original_order_reference_number=two, new_order_reference_number=one, shares=60, price=1_500_100)
        yield add(two, 1_500_100)
        yield message("order_delete", order_reference_number=one)
        yield add(three, 1_500_100)
        yield message("order_delete", order_reference_number=two)
        yield message("order_executed", order_reference_number=three, executed_shares=100, match_number=2)


@pytest.mark.parametrize("spacing_ns", [1_000, 0], ids=["idle", "line-rate"])
@pytest.mark.parametrize("percent", [0, 50, 99])
def test_the_latency_budget_holds_at_any_fill(percent: int, spacing_ns: int) -> None:
    """Contract 9: 24 clk to `bbo`; 36 clk to the record, where each frame meets an idle device (at line rate records queue)."""
    target = get_target("rtl@verilator")
    if reason := target.unavailable():
        pytest.skip(reason)
    kept, probes = filling(max(1, SLOTS * percent // 100)), list(hazards(20))
    bulk, counts = pack_packets(kept, session="TICKPROOF1", per_packet=30)
    single, _ = pack_packets(probes, session="TICKPROOF1", per_packet=1, first_sequence=len(kept) + 1)
    bulk_ns = np.cumsum(counts * 84) - counts * 84
    probe_ns = int(bulk_ns[-1]) + 20_000 + np.arange(len(single)) * spacing_ns
    defaults = {name: setting.default for name, setting in SETTINGS.items()}
    ports = both_lines(lines_of(defaults), [*bulk, *single], np.concatenate([bulk_ns, probe_ns]), skew_ns=0)
    program = dataclasses.replace(parse_text(HEADER, "fill.scn").program, ports=ports)
    dut = load_dut("feed_handler", ROOT)
    verdict = judge(None, program, dut, get_model(dut.model), target.run(dut, program, RunOptions()))
    assert verdict.status == "pass", verdict.reason
    to_bbo, to_record = verdict.latency["LAT-1"], verdict.latency["LAT-2"]
    assert to_bbo.n == to_record.n == len(probes) + 1
    assert to_bbo.max <= 24
    assert spacing_ns == 0 or to_record.max <= 36
