# SPDX-License-Identifier: Apache-2.0
"""Named one-line bugs of the RTL, found by the scenarios that have to find them, shrunk to what a person can read in a minute."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from tickproof.check import Divergence
from tickproof.runner import Result, run_job
from tickproof.scenario import parse_text
from tickproof.shrink import shrink_failures, shrink_file
from tickproof.targets import get_target
from tickproof.tasks import How, scenario_tasks

SMALL = "STORE_SETS = 16\nLEVELS = 2048"
NO_FILE = {"symbols": "", "base": None, "messages_per_packet": 30, "dut": "feed_handler"}  # options for market data

TEN = (
    "best_bid_one_level_off",
    "execute_reads_shares_one_byte_late",
    "gap_ends_at_the_higher_head",
    "ip_checksum_not_checked",
    "kill_forgets_the_last_order",
    "price_type_at_a_beat_boundary_missed",
    "quantity_limit_rejects_what_equals_it",
    "replaced_order_still_counts",
    "sell_collar_against_the_ask",
    "unknown_fill_latches_nothing",
)


def shrunk(scenario: Path, target: str) -> str:
    """The text of what `tickproof shrink` leaves."""
    if reason := get_target(target).unavailable():
        pytest.skip(reason)
    out = Path("shrunk.scn")
    shrink_file(str(scenario), targets=[target], seed=1, out=out, processes=2, **NO_FILE)
    return out.read_text(encoding="utf-8")


def timeline(text: str) -> list[list[str]]:
    """The words of each line, comments aside."""
    return [line.split() for line in text.partition("---\n")[2].splitlines() if not line.startswith("#")]


def where(divergence: Divergence | None) -> tuple[str, str, frozenset[str]]:
    """What a person would compare: the place without its number, the rule, the fields."""
    if divergence is None:
        return "", "", frozenset()
    port, _, kind = divergence.place.partition("[")
    return port + kind.partition("]")[2], divergence.rule, frozenset(row.name for row in divergence.fields if row.differs)


def fewer(text: str) -> list[str]:
    """The scenario without each of its timeline's lines, and without each of their words, as an editor would take them out."""
    header, _, rest = text.partition("---\n")
    lines = [line for line in rest.splitlines() if not line.startswith("#")]
    found = ["\n".join(lines[:index] + lines[index + 1 :]) for index in range(len(lines))]
    for index, line in enumerate(lines):
        start, words = line.partition("<")[0], line.partition("<")[2].split()
        for place in range(1, len(words)):
            found.append("\n".join([*lines[:index], f"{start}< {' '.join(words[:place] + words[place + 1 :])}", *lines[index + 1 :]]))
    return [f"{header}---\n{each}\n" for each in found]


def results_of(texts: list[str], target: str) -> list[Result]:
    """Each text played, in one simulation; those that are no scenarios are left out."""
    tasks = []
    for number, text in enumerate(texts):
        path = Path(f"fewer_{number}.scn")
        path.write_text(text, encoding="utf-8")
        try:
            parse_text(text)
        except ValueError:
            continue
        tasks += scenario_tasks([path], How([target], 1, False, Path("out")))
    return list(run_job([tuple(replace(task, out_dir=None) for task in tasks)]))


def test_one_order_at_the_wrong_level_is_one_line(broken) -> None:
    """A best bid that is a level too low: any order shows it, even one without a reference. Proved by taking out each word by hand."""
    text = shrunk(broken("best_bid_one_level_off", SMALL), "rtl@icarus")
    assert timeline(text) == [["0", "<", "feed_a", "add_order", "side=B", "shares=300", "price=150.00"]]
    assert "1-minimal" in text
    (whole,) = results_of([text], "rtl@icarus")
    wanted = where(whole.verdict.divergence)
    assert wanted == ("events BBO", "EVT-2", frozenset({"bid_price"}))
    less = results_of(fewer(text), "rtl@icarus")
    assert len(less) > 1
    assert not [result.task.path for result in less if where(result.verdict.divergence) == wanted]


def test_an_execution_with_the_wrong_shares_is_two_lines(broken) -> None:
    """The order, and its execution; the last line says what golden expects and what the device did."""
    text = shrunk(broken("execute_reads_shares_one_byte_late", SMALL), "rtl@icarus")
    assert [words[2:5] for words in timeline(text)] == [["feed_a", "add_order", "ref=1"], ["feed_a", "order_executed", "ref=1"]]
    assert "# > events[2] BBO: bid_price is 0.00, golden has 150.00; bid_shares is 0, golden has 200   [EVT-2]" in text


def test_a_run_shrinks_what_failed_in_it(broken) -> None:
    """A stuck bit of the output shows in the very first datagram: no line at all is needed. The file stands beside the failure's others."""
    path = broken("keep_bit_stuck", SMALL)
    if reason := get_target("rtl@icarus").unavailable():
        pytest.skip(reason)
    results = list(run_job([tuple(scenario_tasks([path], How(["rtl@icarus"], 1, False, Path("out"))))]))
    (said,) = shrink_failures(Console(), results, 1)
    (file,) = Path("out").rglob("shrunk.scn")
    assert timeline(file.read_text(encoding="utf-8")) == []
    assert "shrunk to 0 lines" in said
    assert str(file) in said


@pytest.mark.slow
@pytest.mark.parametrize("bug", TEN)
def test_each_of_ten_bugs_is_five_lines_at_most(bug: str, broken) -> None:
    """Feed and order path, records, bytes and counters, faults and splits; each on the whole device."""
    text = shrunk(broken(bug), "rtl@verilator")
    assert "1-minimal" in text
    assert len(timeline(text)) <= 5
