# SPDX-License-Identifier: Apache-2.0
"""A Draft is a scenario taken apart: put together again it is the same Program, and what is taken out of it is gone and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tickproof.scenario import parse, parse_text
from tickproof.scenario.write import same_program
from tickproof.shrink.draft import read_draft
from tickproof.shrink.parts import all_parts, parts_of, without

SCENARIOS = Path(__file__).parents[2] / "scenarios"

TEXT = """# About the scenario.
dut = "tick_to_trade"
requires = ["counters", "l2_filter"]
[symbols.AAPL]
[opening]
AAPL = "150.00x1000 150.02x1000"
---
     0  <  feed      seq=7 add_order ref=1 side=B shares=300 price=150.00 | order_delete ref=1   ip.ttl=4 !lose=A  # with a comment
        >  events    bbo symbol=AAPL
   1us  <  client    enter_order ref=1 clordid="A B" | enter_order ref=2  !split=7,60
  +2us  <  exchange  down
"""


def written(text: str) -> str:
    """The timeline of a Draft's text."""
    return text.partition("---\n")[2]


def test_scenarios_are_the_same_program_when_they_are_written_again() -> None:
    """Every fifth file of the suite, whatever words it has in whatever order; only how long a silence lasts is a matter of `>` lines."""
    compared = 0
    for path in sorted(SCENARIOS.rglob("*.scn"))[::5]:
        draft = read_draft(path.read_text(encoding="utf-8"), path)
        if not {"replay", "generate"} & draft.header.keys():
            again, first = (replace(scenario.program, end_ns=0) for scenario in (parse_text(draft.text(), path), parse(path)))
            assert same_program(again, first), path
            compared += 1
    assert compared > 30


def test_comments_and_expectations_stay_behind() -> None:
    """Golden judges; what a person once expected of the whole says nothing about the rest of it."""
    text = read_draft(TEXT, "a.scn").text()
    assert "#" not in text
    assert ">" not in text


def test_lines_keep_their_place_in_time_when_others_go() -> None:
    """The second line leaves; the third still comes 3 us behind the start."""
    draft = read_draft(TEXT, "a.scn")
    assert written(without(draft, {("line", 1)}).text()).splitlines()[1].split() == ["+3us", "<", "exchange", "down"]


def test_words_about_the_packet_survive_its_messages() -> None:
    """`seq=` and header fields belong to the packet: they stay when the message beside them goes."""
    draft = read_draft(TEXT, "a.scn")
    line = written(without(draft, {("message", 0, 0)}).text()).splitlines()[0]
    assert line.split() == ["0", "<", "feed", "seq=7", "ip.ttl=4", "order_delete", "ref=1", "!lose=A"]


def test_text_with_blanks_is_still_quoted() -> None:
    """`clordid="A B"` is one word."""
    assert 'clordid="A B"' in read_draft(TEXT, "a.scn").text()


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        (("fault", 0, 0), "!lose=A", ""),
        (("cut", 1, 0, 0), "!split=7,60", "!split=60"),
        (("half", 0, "feed_b"), "<  feed  ", "<  feed_b"),
        (("outer", 0, 1), "ip.ttl=4", ""),
        (("word", 0, 0, 3), "shares=300", ""),
        (("side", "AAPL", 1), "150.00x1000 150.02x1000", "150.00x1000 none"),
        (("entry", "opening", "AAPL"), "[opening]", ""),
        (("item", "requires", 0), "counters", ""),
    ],
)
def test_a_part_can_be_taken_out(part, before: str, after: str) -> None:
    """One part of every sort; the text shows what is left of it."""
    draft = read_draft(TEXT, "a.scn")
    assert part in all_parts(draft)
    text = without(draft, {part}).text()
    assert before in draft.text()
    assert before not in text
    assert after in text


def test_what_is_played_on_is_no_part() -> None:
    """Another device, or one with other parameters, would be another question."""
    draft = read_draft('dut = "feed_handler"\n[parameters]\nSYMBOLS = 2\n[symbols.AAPL]\nlocate = 7\n---\n0 < feed heartbeat\n', "a.scn")
    assert parts_of(draft, "header") == [("entry", "symbols", "AAPL"), ("entry", "symbols", "AAPL", "locate")]
