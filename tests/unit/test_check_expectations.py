# SPDX-License-Identifier: Apache-2.0
"""The `>` lines against a prediction: found in order, `nothing` where nothing may be, and what is said when they are not."""

from __future__ import annotations

import pytest

from tickproof.check import check_expectations
from tickproof.golden import get_model
from tickproof.scenario import parse_text

HEADER = """dut = "feed_handler"
[symbols.AAPL]
locate = 7
base = "140.00"
---
0     < feed seq=1 stock_directory locate=7 stock=AAPL | add_order locate=7 ref=1 side=B shares=300 price=150.00
+1us  < feed seq=3 add_order locate=7 ref=2 side=B shares=200 price=150.00
"""  # two BBOs: 300, then 500 at 150.00; the timeline starts in line 6


def said(lines: str) -> list[str]:
    """What the checker says about these lines."""
    scenario = parse_text(HEADER + lines, "a.scn")
    return check_expectations(scenario, get_model("feed_handler").predict(scenario.program))


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "> events bbo bid=150.00x300\n> events bbo bid=150.00x500\n> events nothing\n",
        "> events bbo bid=150.00x500\n",
        "> events control op=commit\n> events bbo\n> events bbo\n",
        "+1us < feed seq=4 order_delete locate=8 ref=9\n> events nothing\n",
        "> counters messages=3 bad_message=0\n",
    ],
    ids=["none", "all", "some", "setup", "silence-after-an-input-without-effect", "counters"],
)
def test_lines_that_golden_agrees_with_say_nothing(lines: str) -> None:
    """scenarios.md: what is not written is golden's business."""
    assert said(lines) == []


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (
            "> events bbo bid=150.01x300\n",
            "a.scn:8: golden has no such BBO from events[0] on; nearest is events[1], where bid_price is 1500000",
        ),
        ("> events bbo bid=150.00x500\n> events bbo bid=150.00x300\n", "a.scn:9: golden has no BBO from events[3] on"),
        ("> events gap\n", "a.scn:8: golden has no GAP from events[0] on; what follows there is control"),
        ("> events bbo bid=150.00x300\n> events nothing\n", "a.scn:9: golden has 1 where nothing is expected; the first is events[2], bbo"),
        ("> events bbo bid=150.00x300\n> events nothing\n> events bbo bid=150.00x500\n> events bbo\n", "a.scn:11: golden has no BBO"),
        ("> events nothing\n", "a.scn:8: golden has 1 where nothing is expected; the first is events[2]"),
        ("> counters messages=4\n", "a.scn:8: golden has other counters: messages is 3, not 4"),
    ],
    ids=["field", "order", "kind", "silence-at-the-end", "more", "silence-from-here", "counter"],
)
def test_a_line_that_golden_disagrees_with_says_where_and_what(lines: str, says: str) -> None:
    """scenarios.md: a scenario whose lines disagree with golden fails."""
    found = said(lines)
    assert len(found) == 1
    assert found[0].startswith(says)


def test_silence_between_two_lines_allows_nothing_between_them() -> None:
    """`nothing` reaches to the next line of its port."""
    third = "+1us < feed seq=4 add_order locate=7 ref=3 side=B shares=1 price=150.00\n"
    assert said("> events bbo bid=150.00x500\n> events nothing\n" + third + "> events bbo bid=150.00x501\n") == []
    assert said("> events bbo bid=150.00x300\n> events nothing\n" + third + "> events bbo bid=150.00x501\n") == [
        "a.scn:9: golden has 1 where nothing is expected; the first is events[2], "
        "bbo symbol=AAPL bid=150.00x500 ask=none sequence=3 itch_timestamp=34200000001000"
    ]
