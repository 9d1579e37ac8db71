# SPDX-License-Identifier: Apache-2.0
"""Behind a run: what failed in it is shrunk, each divergence once, as long as that does not keep anybody waiting."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console

from tickproof.errors import InputError, TargetUnavailable
from tickproof.runner import Result
from tickproof.shrink.progress import progress
from tickproof.shrink.same import Same
from tickproof.shrink.shrink import Job, Shrunk, shrink
from tickproof.shrink.source import source_of

__all__ = ["shrink_failures"]

_FILE = "shrunk.scn"
_PATIENCE_S = 30.0
_QUICK_FIRST = ("rtl@verilator", "rtl@icarus")
"""Simulations: they do the same again, and a run takes less than a second or little more."""


def shrink_failures(console: Console, results: Sequence[Result], run_seed: int) -> Iterator[str]:
    """Leaves `shrunk.scn` beside the other files of a result, and says so, one sentence each. What cannot be shrunk is passed over."""
    deadline = time.monotonic() + _PATIENCE_S
    for result in _worth_it(results):
        if time.monotonic() > deadline:
            return
        with progress(console, result.task.target) as watch:
            try:
                shrunk = shrink(_job(result, run_seed, deadline), watch)
            except (InputError, TargetUnavailable):
                continue
        if isinstance(shrunk, Shrunk):
            much = f"{len(shrunk.draft.steps)} lines" + ("" if shrunk.minimal else ", perhaps not the smallest: `tickproof shrink` goes on")
            yield f"{result.task.path} shrunk to {much}: {shrunk.command}"


def _worth_it(results: Iterable[Result]) -> Iterator[Result]:
    """The first of each divergence, those that are quick to play first."""
    known = set()
    for target in _QUICK_FIRST:
        for result in results:
            divergence = result.verdict.divergence
            if result.task.target == target and result.task.out_dir and result.verdict.status == "fail" and divergence:
                same = Same.of(divergence)
                if same not in known:
                    yield result
                known.add(same)


def _job(result: Result, run_seed: int, deadline: float) -> Job:
    task = result.task
    assert task.out_dir is not None
    width = len(os.sched_getaffinity(0))
    return Job(source_of(task.scenario), task.path, task.target, task.root, task.seed, run_seed, task.out_dir / _FILE, width, deadline)
