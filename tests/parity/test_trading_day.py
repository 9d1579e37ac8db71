# SPDX-License-Identifier: Apache-2.0
"""A generated trading day on RTL: 100,000 orders against a live book, every record and byte judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tickproof.check import judge
from tickproof.golden import get_model
from tickproof.scenario import parse_text
from tickproof.targets import RunOptions, get_target, load_dut

ROOT = Path(__file__).resolve().parents[2]
ORDERS, CLIENT_PACKETS = 100_000, 165_000  # the others are cancels


@pytest.mark.slow
def test_a_day_of_100000_orders_agrees_with_golden(capsys: pytest.CaptureFixture[str]) -> None:
    """Contract 2 to 8 at volume; prints what the day was."""
    target = get_target("rtl@verilator")
    if reason := target.unavailable():
        pytest.skip(reason)
    text = f'dut = "tick_to_trade"\n[parameters]\nSTORE_SETS = 4096\n[generate]\nkind = "day"\nseed = 7\norders = {CLIENT_PACKETS}\n---\n'
    dut, program = load_dut("tick_to_trade", ROOT), parse_text(text, "day.scn").program
    capture = target.run(dut, program, RunOptions(seed=7))
    verdict = judge(None, program, dut, get_model(dut.model), capture)
    assert verdict.status == "pass", f"{verdict.reason}\n{verdict.divergence}"
    counters = capture.counters
    with capsys.disabled():
        print(
            f"\n{counters['client_packets']:,} client packets, {counters['orders']:,} orders, {counters['orders_forwarded']:,} forwarded,",
            end=" ",
        )
        print(f"{counters['exchange_packets']:,} reports, {counters['messages']:,} feed messages, {counters['records']:,} records")
    assert counters["orders"] >= ORDERS
    assert counters["lost"] == 0
