# SPDX-License-Identifier: Apache-2.0
"""Contract 9: what an order takes through the RTL, in clocks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tickproof.capture import Capture
from tickproof.check import judge
from tickproof.check.observe import read_events
from tickproof.check.verdict import Verdict
from tickproof.golden import get_model
from tickproof.protocols.records import KIND
from tickproof.scenario import parse_text
from tickproof.targets import RunOptions, get_target, load_dut

ROOT = Path(__file__).resolve().parents[2]
BUDGET_CLK = 14
HEADER = """dut = "tick_to_trade"
[symbols.AAPL]
[symbols.MSFT]
[opening]
AAPL = "150.00x1000 150.02x1000"
MSFT = "80.00x500 80.01x500"
---
"""
# One order a line, each forwarded: every type, side, price type, appendage, alignment and length that decides differently.
OUTCOMES = """
+1us < client enter_order ref=1 symbol=AAPL side=B price=150.02
+1us < client enter_order ref=2 symbol=AAPL side=S price=150.00
+1us < client enter_order ref=3 symbol=MSFT side=T price=80.02
+1us < client enter_order ref=4 symbol=MSFT side=E price=market
+1us < client enter_order ref=5 symbol=AAPL price=market price_type=P
+1us < client enter_order ref=6 symbol=AAPL price=150.01 options=hex:05024649524d050300000001090900000000000f4240
+1us < client replace_order orig=1 ref=7 quantity=50 price=150.01
+1us < client replace_order orig=7 ref=8 quantity=40 price=150.01 price_type=L
+1us < client modify_order ref=2 side=S quantity=10
+1us < client modify_order ref=2 side=T quantity=10 appendage=0
+1us < client enter_order ref=9 symbol=AAPL price=150.01 !split=1,2,3
+1us < client enter_order ref=10 symbol=AAPL price=150.01 !split=48
+1us < client client_heartbeat
+1us < client enter_order ref=11 symbol=AAPL price=150.01 iso=Y display=N cross=O
"""


def _played(text: str) -> tuple[Verdict, Capture]:
    target = get_target("rtl@verilator")
    if reason := target.unavailable():
        pytest.skip(reason)
    dut, program = load_dut("tick_to_trade", ROOT), parse_text(text, "latency.scn").program
    capture = target.run(dut, program, RunOptions(seed=5))
    verdict = judge(None, program, dut, get_model(dut.model), capture)
    assert verdict.status == "pass", verdict.divergence
    return verdict, capture


def test_every_outcome_that_forwards_takes_the_same_clocks_within_the_budget() -> None:
    """LAT-3: last byte in to first byte out, one number. A split order's last segment ends it, so all of these are alone."""
    verdict, capture = _played(HEADER + OUTCOMES)
    latency = verdict.latency["LAT-3"]
    assert capture.counters["orders_forwarded"] == OUTCOMES.count("_order ")
    assert latency.n >= OUTCOMES.count("_order ") - OUTCOMES.count("!split")
    assert latency.min == latency.max <= BUDGET_CLK


def test_a_feed_at_line_rate_delays_no_order() -> None:
    """LAT-3 again, with one-message frames on both lines and no idle beat."""
    feed = 'dut = "tick_to_trade"\n[generate]\nkind = "market"\nseed = 7\nmessages = 6000\nrate = 0\nmessages_per_packet = 1\n---\n'
    orders = "\n".join(f"{5 + ref}us < client enter_order ref={ref} symbol=TPA quantity=1 price=1.00" for ref in range(1, 200))
    latency = _played(f"{feed}{orders}\n")[0].latency["LAT-3"]
    assert latency.n > 100
    assert latency.min == latency.max <= BUDGET_CLK


def test_an_enter_every_seven_clocks_is_decided_and_forwarded() -> None:
    """Rate: 2,000 Enters of 50 bytes back to back, while their records find room; the table of live orders fills up."""
    orders = "\n".join(f"{'+1us' if ref == 1 else ''} < client enter_order ref={ref} symbol=AAPL price=150.01" for ref in range(1, 2001))
    verdict, capture = _played(f"{HEADER}{orders}\n")
    program = parse_text(f"{HEADER}{orders}\n", "latency.scn").program
    records = read_events(program, load_dut("tick_to_trade", ROOT), capture).records
    clocks = np.diff((records["stamp"][records["kind"] == KIND["DECISION"]] >> 8).astype(np.int64))
    assert len(clocks) == 1999
    assert set(clocks.tolist()) == {7}
    assert 0 < capture.counters["orders_forwarded"] == 1024, "the table of live orders holds 1,024, and 256 sets fill evenly"
    assert verdict.latency["LAT-3"].max <= BUDGET_CLK
