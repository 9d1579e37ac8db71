# SPDX-License-Identifier: Apache-2.0
"""`shrink`: from what fails to the smallest scenario that fails in the same way, written to a file whenever it has become smaller."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tickproof.runner import run_job
from tickproof.shrink.bench import Bench, Tally
from tickproof.shrink.draft import Draft
from tickproof.shrink.same import Same
from tickproof.shrink.search import Search
from tickproof.shrink.source import Source
from tickproof.targets import RunOptions, get_target, load_dut
from tickproof.tasks import How, Task, scenario_tasks
from tickproof.whole_file import write_whole

__all__ = ["Job", "Shrunk", "shrink"]

Watch = Callable[[Search, Bench], None]


@dataclass(frozen=True, slots=True)
class Job:
    """source: what fails, and shown: what people call it. target: on which target. root: the folder whose hdl/dut describes its device.

    seed: of random initial values there. run_seed: of the command that reproduces the result. out: the file to write. width: runs at a
    time. deadline: on `time.monotonic`, after which the smallest so far has to do.
    """

    source: Source
    shown: str
    target: str
    root: Path
    seed: int
    run_seed: int
    out: Path
    width: int
    deadline: float = math.inf


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What came of a Job. minimal: each of so many `parts` was taken out alone, and had to stay. command: reproduces the failure.

    alone: it shows in a simulator of its own, too; False means that something survives the device's reset.
    """

    draft: Draft
    minimal: bool
    parts: int
    tally: Tally
    command: str
    alone: bool


def shrink(job: Job, watch: Watch = lambda search, bench: None) -> Shrunk | str:
    """The smallest scenario, in `job.out`; or why there is nothing to shrink: how the source fares on this target, one sentence.

    Whatever ends this early, the file has the smallest one found so far. watch: called after every try.
    """
    for fresh in (False, True):
        shrunk = _shrunk(job, watch, fresh=fresh)
        if isinstance(shrunk, str) or shrunk.alone:
            break
    return shrunk


def _shrunk(job: Job, watch: Watch, *, fresh: bool) -> Shrunk | str:
    options = RunOptions(seed=job.seed)
    with Bench(get_target(job.target), load_dut(job.source.dut, job.root), options, job.width, fresh=fresh) as bench:
        verdict = bench.verdict(job.source.draft)
        if verdict.status != "fail" or verdict.divergence is None:
            return f"{verdict.status}" + (f": {verdict.reason}" if verdict.reason else "")
        bench.wanted = Same.of(verdict.divergence)
        search = Search(bench, job.source.draft)
        search.watch = lambda: watch(search, bench)
        search.found = lambda: _write(job, search, bench)
        search.over = lambda: time.monotonic() > job.deadline
        search.run()
        _write(job, search, bench)
        task = _task(job)
        (result,) = run_job([(task,)])
        alone = result.verdict.divergence is not None and Same.of(result.verdict.divergence) == bench.wanted
        return Shrunk(search.draft, search.minimal, len(search.parts), bench.tally, task.command, alone)


def _task(job: Job) -> Task:
    """Of the file that was written, as `tickproof run` has it."""
    (task,) = scenario_tasks([job.out], How([job.target], job.run_seed, False, job.out.parent))
    return replace(task, root=job.root, seed=job.seed, out_dir=None)


def _write(job: Job, search: Search, bench: Bench) -> None:
    """The scenario so far, whole or not at all."""
    divergence = bench.verdict(search.draft).divergence
    assert divergence is not None
    proof = f"1-minimal: each of its {len(search.parts)} parts has to stay." if search.minimal else "Not finished: parts of it may go."
    comment = (f"Shrunk from {job.shown}, which fails on {job.target}: {bench.wanted}.", proof)
    rule = f"   [{divergence.rule}]" if divergence.rule else ""
    text = search.draft.text(comment, (f"> {divergence.place}: {divergence.summary}{rule}",))
    write_whole(job.out, text)
