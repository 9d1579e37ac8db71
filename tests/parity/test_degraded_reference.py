# SPDX-License-Identifier: Apache-2.0
"""RISK-REFERENCE on RTL whose order store is full. No scenario can show it: so small a store is a failure of its own (contract 5.6)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tickproof.check.observe import read_events
from tickproof.protocols import CHECKS
from tickproof.protocols.records import FLAG, KIND, record_dtype
from tickproof.scenario import parse_text
from tickproof.targets import RunOptions, get_target, load_dut

ROOT = Path(__file__).resolve().parents[2]
SLOTS = 16  # two tables of two sets of four
TEXT = """dut = "tick_to_trade"
[symbols.AAPL]
[opening]
AAPL = "150.00x1000 150.02x1000"
---
1us < client enter_order ref=1 price=150.02
{adds}
+2us < client enter_order ref=2 price=150.02
+2us < control book_clear AAPL
+2us < feed add_order ref=77 side=B shares=100 price=150.00 | add_order ref=78 side=S shares=100 price=150.02
+2us < client enter_order ref=3 price=150.02
"""


@pytest.mark.parametrize("name", ["rtl@verilator", "rtl@icarus"])
def test_no_order_passes_on_a_degraded_book(name: str) -> None:
    """Once an order found no room, the book may show a worse touch than there is: until `book_clear` every order fails check 7."""
    target = get_target(name)
    if reason := target.unavailable():
        pytest.skip(reason)
    adds = "\n".join(f"+1us < feed add_order ref={ref} side=B shares=1 price=140.00" for ref in range(1, SLOTS + 4))
    program = parse_text(TEXT.format(adds=adds), "degraded.scn").program
    program = replace(program, parameters={**program.parameters, "STORE_SETS": 2})
    dut = load_dut("tick_to_trade", ROOT)
    records = read_events(program, dut, target.run(dut, program, RunOptions(seed=1))).records
    assert (records["kind"] == KIND["DEGRADED"]).any()
    last_bbo = records[records["kind"] == KIND["BBO"]][-1]
    assert not last_bbo["flags"] & FLAG["degraded"]
    decisions = records[records["kind"] == KIND["DECISION"]].view(record_dtype("DECISION"))
    assert decisions["user_ref_num"].tolist() == [1, 2, 3]
    assert decisions["failing"].tolist() == [0, 1 << CHECKS.index("reference"), 0]
