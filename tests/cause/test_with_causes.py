# SPDX-License-Identifier: Apache-2.0
"""Which results of a run are explained, and that none is lost over it. The explaining itself is a FAKE here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tickproof.cause import again, with_causes
from tickproof.check import Divergence, Verdict
from tickproof.program import Program
from tickproof.runner import Result
from tickproof.scenario import Scenario
from tickproof.tasks import Task

FAILED = Verdict("fail", "differs", Divergence("events[0]", "differs"))


def result(number: int, verdict: Verdict = FAILED, target: str = "rtl@icarus", recording: str = "capture.npz") -> Result:
    """What a run of a scenario gave."""
    scenario = Scenario("s", Path("s.scn"), "feed_handler", frozenset(), (), Program("feed_handler", {}), (), ())
    task = Task(f"{number}.scn", f"{number}.scn", target, scenario, Path(), 1, "", out_dir=Path("out"))
    return Result(task, verdict, files={"recording": recording} if recording else {})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of those that were explained; each gets a file."""
    ids: list[str] = []

    def explain(result: Result) -> Result:
        ids.append(result.task.id)
        return replace(result, files={**result.files, "waves": "dump.fst"})

    monkeypatch.setattr(again, "explain", explain)
    return ids


def test_the_first_three_failures_are_explained_and_all_results_come_in_their_order(asked: list[str]) -> None:
    """A broken device fails everywhere; three are enough to look at."""
    results = [*with_causes(result(number) for number in range(5))]
    assert asked == ["0.scn", "1.scn", "2.scn"]
    assert [item.task.id for item in results] == [f"{number}.scn" for number in range(5)]
    assert ["waves" in item.files for item in results] == [True, True, True, False, False]


@pytest.mark.parametrize(
    "left_alone",
    [
        pytest.param(result(0, Verdict("pass")), id="a-pass"),
        pytest.param(result(0, Verdict("inconclusive", "lost", because="lost")), id="inconclusive"),
        pytest.param(result(0, target="gateway@udp"), id="a-target-without-waves"),
        pytest.param(result(0, recording=""), id="no-recording-as-golden-and-scenario-disagree"),
        pytest.param(result(0, Verdict("fail", "a worker died")), id="a-failure-without-a-place"),
    ],
)
def test_what_has_no_waves_is_left_alone(asked: list[str], left_alone: Result) -> None:
    """It does not count as one of the three, either."""
    results = [*with_causes([left_alone, *(result(number) for number in range(1, 4))])]
    assert results[0] is left_alone
    assert asked == ["1.scn", "2.scn", "3.scn"]


def test_an_interrupt_during_the_explanation_loses_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """The result comes as it was, then the interrupt goes on."""

    def interrupted(_: Result) -> Result:
        raise KeyboardInterrupt

    monkeypatch.setattr(again, "explain", interrupted)
    failed = result(0)
    results: Iterator[Result] = with_causes([failed, result(1)])
    assert next(results) is failed
    with pytest.raises(KeyboardInterrupt):
        next(results)
