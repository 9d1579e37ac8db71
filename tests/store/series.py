# SPDX-License-Identifier: Apache-2.0
"""Runs made by hand, for tests of what a history says: no result here comes from a device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tickproof.check import Latency, Verdict
from tickproof.program import Program
from tickproof.runner import Result
from tickproof.scenario import Scenario
from tickproof.store import Recorder, RunHead, Store
from tickproof.tasks import Task

SEED = 2**64 - 1
"""The largest of a task."""


def result(
    scenario: str = "a.scn",
    target: str = "rtl@fake",
    verdict: Verdict | None = None,
    *,
    seed: int = SEED,
    end_ns: int = 0,
    timing: str = "",
) -> Result:
    """One result. end_ns: makes the inputs other ones."""
    made = Scenario(scenario, Path(scenario), "fake", frozenset(), (), Program("fake", {}, end_ns=end_ns), (), ())
    return Result(Task(scenario, scenario, target, made, Path(), seed, "tickproof run"), verdict or Verdict("pass"), 0.25, timing)


def took(p50: int, unit: str = "clk") -> Verdict:
    """A pass with one latency."""
    return Verdict("pass", latency={"LAT-1": Latency.from_histogram({p50: 9}, unit)})


def head(commit: str | None = "a" * 40, dirty: bool = False, machine: str = "m") -> RunHead:
    """What the results of a run share."""
    return RunHead(1, commit, dirty, "1.0", machine, "tickproof run")


def unexpected(text: str) -> None:
    """For recorders that must have nothing to warn of."""
    raise AssertionError(text)


def keep(
    store: Store, results: Sequence[Result], run: RunHead | None = None, coverage: Mapping[str, tuple[int, int]] | None = None
) -> None:
    """One finished run."""
    recorder = Recorder(store, run or head(), unexpected)
    for one in results:
        recorder.add(one)
    recorder.finish(coverage or {})
