# SPDX-License-Identifier: Apache-2.0
"""Contract 8: an order, a fill, a quote and a command that meet on the same clocks, thousands of times.

Each round sends all four within a few clocks of one another, at distances drawn anew. Who was first is the device's to say and golden's to
verify, and it changes what the order meets: the touch, the open orders, the limit.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from tickproof.check import judge
from tickproof.check.observe import read_events
from tickproof.golden import get_model
from tickproof.protocols.records import KIND
from tickproof.scenario import parse_text
from tickproof.targets import RunOptions, get_target, load_dut

ROOT = Path(__file__).resolve().parents[2]
ROUND_NS, SPREAD_NS = 1_500, 40
NEAR_CLK = 4
HEADER = """dut = "tick_to_trade"
[symbols.AAPL]
locate = 7
[risk]
collar_bps = 0
max_long = 400
max_short = 400
[opening]
AAPL = "150.00x1000 150.02x1000"
---
"""
# How much longer than a segment these take to the gate (a limit is three writes), so that all meet there.
FEED_LEAD_NS, LIMIT_LEAD_NS = 110, 80


def _rounds(count: int, seed: int) -> str:
    dice = random.Random(seed)
    rows: list[tuple[int, str]] = []
    for number in range(count):
        at = 1_000 + number * ROUND_NS
        ref = number + 1
        quote = f"ref={number + 1} side=S shares=10 price=150.01" if number % 2 == 0 else f"ref={number}"
        feed = f"< feed {'add_order' if number % 2 == 0 else 'order_delete'} {quote}"
        rows.append((at - FEED_LEAD_NS + dice.randrange(SPREAD_NS), feed))
        rows.append(
            (
                at + dice.randrange(SPREAD_NS),
                f"< client enter_order ref={ref} side={dice.choice('BS')} price={dice.choice(('150.01', '150.02'))}",
            )
        )
        if number:
            rows.append((at + dice.randrange(SPREAD_NS), f"< exchange order_canceled ref={ref - 1} quantity=100"))
        command = dice.choice(("limit AAPL max_shares=99", "limit AAPL max_shares=100", "kill on", "kill off", "kill off", "alive"))
        rows.append((at - LIMIT_LEAD_NS * command.startswith("limit") + dice.randrange(SPREAD_NS), f"< control {command}"))
    return HEADER + "".join(f"{time_ns}ns {text}\n" for time_ns, text in sorted(rows))


def _collisions(records: np.ndarray) -> int:
    """Records of different origins (client, exchange, feed, command) that took effect within a few clocks of one another."""
    clocks, ranks = (records["stamp"] >> 8).astype(np.int64), (records["stamp"] >> 6) & 3
    return int(((np.diff(clocks) <= NEAR_CLK) & (ranks[1:] != ranks[:-1])).sum())


@pytest.mark.parametrize(("name", "rounds"), [("rtl@verilator", 3000), ("rtl@icarus", 60)])
def test_whoever_was_first_the_device_says_it_and_golden_agrees(name: str, rounds: int) -> None:
    """EVT-1, EVT-2, EVT-5: every record and byte follows from the stated order; orders come out both ways."""
    target = get_target(name)
    if reason := target.unavailable():
        pytest.skip(reason)
    dut, program = load_dut("tick_to_trade", ROOT), parse_text(_rounds(rounds, 11), "collisions.scn").program
    capture = target.run(dut, program, RunOptions(seed=11))
    verdict = judge(None, program, dut, get_model(dut.model), capture)
    assert verdict.status == "pass", f"{verdict.reason}\n{verdict.divergence}\n{verdict.further}"
    records = read_events(program, dut, capture).records
    decided = records[records["kind"] == KIND["DECISION"]]
    assert len(decided) == rounds
    assert rounds / 10 < capture.counters["orders_forwarded"] < rounds * 9 / 10
    assert _collisions(records) >= rounds
