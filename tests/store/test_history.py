# SPDX-License-Identifier: Apache-2.0
"""What a history says of runs whose outcome was made by hand, the same from both databases."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from rich.console import Console
from series import head, keep, result, took

from tickproof.check import Verdict
from tickproof.errors import InputError
from tickproof.runner import Result
from tickproof.store import History, RunHead, Store, open_store, print_history, read_history, write_page
from tickproof.store.trends import Trend

A, B, C = "a" * 40, "b" * 40, "c" * 40
PASS, FAIL, SKIPPED = Verdict("pass"), Verdict("fail", "bid is 6"), Verdict("skipped", "not here")
LATE = Verdict("inconclusive", "30 ms late", because="late")

Play = Callable[..., Trend]


@pytest.fixture
def store(empty: str) -> Store:
    """An empty one."""
    return open_store(empty)


@pytest.fixture
def play(store: Store) -> Play:
    """Keep one run of one result for each (result or verdict, head); the trend that comes of it."""

    def runs(*series: tuple[Verdict | Result, RunHead], last: int = 20) -> Trend:
        for what, run in series:
            keep(store, [what if isinstance(what, Result) else result(verdict=what)], run)
        (trend,) = read_history(store, last=last).trends
        return trend

    return runs


def verdicts(trend: Trend) -> list[str]:
    """Of the points shown."""
    return [point.verdict for point in trend.points]


def text_of(history: History) -> Sequence[str]:
    """As printed where there is no terminal."""
    out = io.StringIO()
    print_history(Console(file=out, width=200, highlight=False, markup=False), history)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_the_last_results_are_shown_oldest_first(play: Play) -> None:
    """--last N."""
    trend = play((FAIL, head(A)), (PASS, head(A)), (LATE, head(B)), (SKIPPED, head(B)), last=3)
    assert verdicts(trend) == ["pass", "inconclusive", "skipped"]


def test_the_first_failing_commit_is_the_first_behind_the_last_pass(play: Play) -> None:
    """Older failures, skips and inconclusive runs in between do not move it; nor does --last hide it."""
    trend = play((FAIL, head(A)), (PASS, head(A)), (LATE, head(B)), (FAIL, head(B)), (SKIPPED, head(B)), (FAIL, head(C)), last=1)
    assert trend.failing is not None
    assert trend.failing.good is not None
    assert (trend.failing.first.commit, trend.failing.good.commit) == (B, A)


def test_what_never_passed_has_no_good_commit(play: Play) -> None:
    """The first failure there is."""
    trend = play((FAIL, head(A)), (FAIL, head(B)))
    assert trend.failing is not None
    assert (trend.failing.first.commit, trend.failing.good) == (A, None)


@pytest.mark.parametrize("latest", [PASS, LATE])
def test_what_does_not_fail_at_last_is_not_failing(play: Play, latest: Verdict) -> None:
    """A run that could not be judged is no failure of the device."""
    assert play((FAIL, head(A)), (latest, head(B))).failing is None


def test_verdicts_that_differ_at_one_clean_commit_are_flaky(play: Play) -> None:
    """With the same seed."""
    found = play((PASS, head(A)), (FAIL, head(B)), (PASS, head(B)), (PASS, head(C))).flaky
    assert found is not None
    assert (found.commit, dict(found.verdicts), found.one_seed) == (B, {"fail": 1, "pass": 1}, True)


def test_a_verdict_that_only_another_seed_changes_is_told_as_that(play: Play) -> None:
    """It repeats, so it is no flake."""
    found = play((result(seed=1), head(A)), (result(seed=2, verdict=FAIL), head(A)), (result(seed=1), head(A))).flaky
    assert found is not None
    assert not found.one_seed


@pytest.mark.parametrize(
    "series",
    [
        [(PASS, head(A)), (FAIL, head(B))],
        [(PASS, head(A, dirty=True)), (FAIL, head(A, dirty=True))],
        [(PASS, head(None)), (FAIL, head(None))],
        [(PASS, head(A)), (SKIPPED, head(A))],
        [(result(), head(A)), (result(verdict=FAIL, end_ns=5), head(A))],
    ],
    ids=["other-commit", "changed-files", "no-commit", "skipped", "other-inputs"],
)
def test_what_has_another_reason_is_not_flaky(play: Play, series: list[tuple[Verdict | Result, RunHead]]) -> None:
    """Another commit, files that may have changed, no run at all, other inputs."""
    assert play(*series).flaky is None


def test_one_clock_more_is_slower(play: Play) -> None:
    """Clocks are exact: the first run that has more than the lowest shown is named, and the last that had not."""
    (found,) = play((took(17), head(A)), (took(17), head(B)), (took(18), head(C)), (took(18), head(C))).slower
    assert (found.name, found.unit, found.before, found.after) == ("LAT-1", "clk", 17, 18)
    assert (found.good.commit, found.first.commit) == (B, C)


@pytest.mark.parametrize(
    "series",
    [
        [(took(18), head(A)), (took(17), head(B))],
        [(took(17), head(A)), (took(17), head(B))],
        [(result(verdict=took(17)), head(A)), (result(verdict=took(18), end_ns=5), head(B))],
        [(took(17), head(A)), (took(18, "ns"), head(B))],
    ],
    ids=["faster", "the-same", "other-inputs", "other-unit"],
)
def test_what_cannot_be_said_to_be_slower_is_not(play: Play, series: list[tuple[Verdict | Result, RunHead]]) -> None:
    """Only the same inputs in the same unit are held against each other."""
    assert play(*series).slower == ()


def test_host_time_is_slower_by_a_ratio_of_medians(play: Play) -> None:
    """Three runs against three: 130 ns against 100 ns, whatever one run among them had."""
    (found,) = play(*((took(ns, "ns"), head(A)) for ns in (100, 90, 900)), *((took(ns, "ns"), head(B)) for ns in (130, 10, 131))).slower
    assert (found.before, found.after, found.good.commit, found.first.commit) == (100, 130, A, B)


@pytest.mark.parametrize(
    ("values", "machines"),
    [((100, 100, 100, 124, 124, 124), "mmmmmm"), ((100, 100, 200, 200), "mmmm"), ((100, 100, 100, 200, 200, 200), "aaabbb")],
    ids=["within-noise", "too-few", "another-machine"],
)
def test_noise_of_a_host_is_not_slower(play: Play, values: Sequence[int], machines: str) -> None:
    """Less than a quarter, fewer than three runs, or another machine."""
    trend = play(*((took(ns, "ns"), head(A, machine=machine)) for ns, machine in zip(values, machines, strict=True)))
    assert trend.slower == ()


def test_only_what_was_asked_for_is_shown(store: Store) -> None:
    """Part of a scenario's name, with its capitals, and targets."""
    keep(store, [result("faults/Gap.scn"), result("faults/gap.scn"), result("faults/gap.scn", "rtl@other"), result("a_b.scn")])
    shown = [(trend.scenario, trend.target) for trend in read_history(store, "gap").trends]
    assert shown == [("faults/gap.scn", "rtl@fake"), ("faults/gap.scn", "rtl@other")]
    assert [trend.scenario for trend in read_history(store, "gap", ["rtl@other"]).trends] == ["faults/gap.scn"]
    with pytest.raises(InputError, match="a%b: no result of such a scenario"):
        read_history(store, "a%b")


def test_the_text_names_what_to_look_at(store: Store) -> None:
    """A strip for each, sentences beside it."""
    keep(store, [result(), result("b.scn", verdict=took(17))], head(A), {"feed": (1, 2)})
    keep(store, [result(), result("b.scn", verdict=took(18))], head(B), {"feed": (3, 4)})
    keep(store, [result(verdict=FAIL), result("b.scn", verdict=took(18))], head(B))
    keep(store, [result(verdict=FAIL), result("b.scn", verdict=LATE)], head(C, dirty=True))
    history = read_history(store)
    started = {point.commit: f"{point.started:%Y-%m-%d %H:%M}" for point in history.trends[0].points[:3:2]}
    slow = f"{history.trends[1].points[1].started:%Y-%m-%d %H:%M}"
    passed = f"{history.trends[0].points[1].started:%Y-%m-%d %H:%M}"
    assert text_of(history)[0] == f"{store.name}: 4 runs"
    assert [line.split(maxsplit=3) for line in text_of(history)[2:5]] == [
        ["a.scn", "rtl@fake", "..FF", f"failing since bbbbbbbbbb, {started[B]}; passed at bbbbbbbbbb, {passed}"],
        ["flaky:", "1", "pass,", "1 fail at bbbbbbbbbb"],
        ["b.scn", "rtl@fake", "...?", f"slower: LAT-1 p50 17 -> 18 clk since bbbbbbbbbb, {slow}; before at aaaaaaaaaa"],
    ]
    assert text_of(history)[5:] == [
        "coverage feed: 50.0 % -> 75.0 %",
        "oldest run first: . pass, F fail, ? inconclusive, - skipped",
    ]


def test_of_many_scenarios_only_those_with_something_to_tell_are_listed(store: Store) -> None:
    """And how many are not."""
    keep(store, [*(result(f"{number:02}.scn") for number in range(50)), result("bad.scn", verdict=FAIL), result("z.scn", verdict=SKIPPED)])
    lines = text_of(read_history(store))
    assert [line.split()[:3] for line in lines[2:-2]] == [["bad.scn", "rtl@fake", "F"]]
    assert lines[-2] == "51 others with nothing to tell, at last 50 pass, 1 skipped"


def test_the_page_cannot_be_written_where_there_is_no_folder(store: Store, tmp_path: Path) -> None:
    """One line that names the file."""
    with pytest.raises(InputError, match=r"absent/page\.html: cannot be written: No such file"):
        write_page(tmp_path / "absent" / "page.html", read_history(store))
