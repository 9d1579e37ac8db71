# SPDX-License-Identifier: Apache-2.0
"""Runs tasks: scenario -> golden agrees with its `>` lines -> target -> capture -> verdict.

A simulator process plays a batch of tasks. What does not pass behind others in a batch is played once more alone, before anything is said:
the verdict is that of the run that its command reproduces, and if the two differ, state has survived the reset, which is a finding.
"""

from __future__ import annotations

import functools
import json
import shlex
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tickproof.batches import Batch, batches, shares
from tickproof.builds import build_first
from tickproof.capture import Capture
from tickproof.check import Divergence, Verdict, check_expectations
from tickproof.check.evidence import Evidence
from tickproof.check.judge import judge_patiently, read_evidence
from tickproof.coverage import Bin, collect
from tickproof.dut import Dut
from tickproof.errors import InputError, TargetUnavailable
from tickproof.golden import get_model
from tickproof.golden.model import Model
from tickproof.packets import PACKETS, write_packets
from tickproof.program import Program
from tickproof.protocols.records import decode_record
from tickproof.recording import FILE_NAME, RecordedRun, program_digest, save_run
from tickproof.scenario import Scenario
from tickproof.story import write_story
from tickproof.targets import CAPABILITIES, Batching, RunOptions, Target, get_target, load_dut
from tickproof.targets.time_scale import scaled
from tickproof.tasks import Task
from tickproof.workers import WorkerDied, in_parallel

__all__ = ["Result", "run_all", "run_job", "write_events"]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a task. seconds: wall-clock time. timing: how the target took time. files: what the run left for people.

    spoiled: why earlier runs of it said nothing (late, lost), one sentence each. coverage: the bins that it hit, if it passed.
    """

    task: Task
    verdict: Verdict
    seconds: float = 0.0
    timing: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    spoiled: Sequence[str] = ()
    coverage: frozenset[Bin] = frozenset()


@dataclass(frozen=True, slots=True)
class _Play:
    """A task that is going to be played. program: scaled for its target."""

    task: Task
    target: Target
    dut: Dut
    model: Model
    program: Program
    options: RunOptions


def run_all(tasks: Sequence[Task], processes: int) -> Generator[Result]:
    """Results as they come, rank by rank. Raises InputError as `run_job`; closing the iterator ends what still runs.

    What plays alone is dealt to two processes: while one plays, the other opens, closes and judges.
    """
    for rank in sorted({task.rank for task in tasks}):
        together, exclusive = batches([task for task in tasks if task.rank == rank], processes)
        yield from _run_jobs([(batch,) for batch in together], processes)
        if len(exclusive) > 1:
            build_first(((task, get_target(task.target)) for batch in exclusive for task in batch), processes)
        yield from _run_jobs(shares(exclusive, 2 if processes > 1 else 1), processes)


def _run_jobs(jobs: Sequence[Sequence[Batch]], processes: int) -> Iterator[Result]:
    """A worker that dies costs the task that it was at; what it had not begun is a job for another one."""
    left = {(task.id, task.target) for job in jobs for batch in job for task in batch}
    while jobs:
        again: list[Sequence[Batch]] = []
        for job, outcome in in_parallel(run_job, jobs, processes):
            result = outcome
            if isinstance(result, WorkerDied):
                dead, *rest = [(task,) for batch in job for task in batch if (task.id, task.target) in left]
                result = Result(dead[0], Verdict("inconclusive", str(outcome)), 0.0)
                again += [rest] if rest else []
            left.remove((result.task.id, result.task.target))
            yield result
        jobs = again


def run_job(job: Sequence[Batch]) -> Generator[Result]:
    """Run and judge batches one after another. InputError where Program and device do not fit, or the device does not compile."""
    loaded, agreed = functools.cache(load_dut), _Agreed()
    for batch in job:
        started = time.perf_counter()
        plays: list[_Play] = []
        for task in batch:
            play = _prepared(task, loaded, agreed)
            if isinstance(play, _Play):
                plays.append(play)
            else:
                yield Result(task, play, time.perf_counter() - started)
                started = time.perf_counter()
        while plays:
            done = 0
            with closing(_played(plays)) as results:
                for result in results:
                    yield replace(result, seconds=time.perf_counter() - started)
                    started, done = time.perf_counter(), done + 1
            plays = plays[done:]  # a simulator that died does not play what stood behind


class _Agreed:
    """Whether golden and a scenario agree, of scenarios that follow each other on several targets."""

    def __init__(self) -> None:
        self._last: tuple[Scenario | None, Sequence[str]] = (None, ())

    def disagreements(self, task: Task, model: Model) -> Sequence[str]:
        """One sentence each."""
        scenario = task.scenario
        if self._last[0] is not scenario:
            said = check_expectations(scenario, model.predict(scenario.program)) if scenario.expectations else ()
            self._last = scenario, said
        return self._last[1]


def _prepared(task: Task, loaded: Callable[[str, Path], Dut], agreed: _Agreed) -> _Play | Verdict:
    """What is to be played, or why nothing is: a capability is missing, the target cannot run here, golden and the scenario disagree."""
    target, scenario = get_target(task.target), task.scenario
    if (verdict := _not_here(task, target)) is not None:
        return verdict
    dut = loaded(scenario.program.dut, task.root)
    model = get_model(dut.model)
    if disagreements := agreed.disagreements(task, model):
        return _disagreement(scenario, disagreements)
    factor = (task.time_scale or target.time_scale) if target.exclusive else 1
    options = RunOptions(seed=task.seed, waves=task.waves, out_dir=task.out_dir, time_scale=task.time_scale, coverage=task.coverage)
    return _Play(task, target, dut, model, scaled(scenario.program, factor), options)


def _played(plays: Sequence[_Play]) -> Generator[Result]:
    """Results of one simulation, in order, as they come; at least one."""
    try:
        for index, capture in enumerate(_captures(plays)):
            play = plays[index]
            verdict, evidence = _judged(play, capture)
            if verdict.because:
                yield _retried(play, evidence, verdict)
            elif index == 0 or verdict.status == "pass":
                yield _result(play, evidence, verdict)
            else:
                yield _played_alone(play, evidence, verdict, plays[:index])
    except TargetUnavailable as error:
        yield from (Result(play.task, Verdict("skipped", error.reason)) for play in plays)


def _captures(plays: Sequence[_Play]) -> Iterator[Capture]:
    target, dut = plays[0].target, plays[0].dut
    if isinstance(target, Batching):
        return target.run_many(dut, [(play.program, play.options) for play in plays])
    return (target.run(dut, play.program, play.options) for play in plays)


def _retried(play: _Play, evidence: Evidence, verdict: Verdict) -> Result:
    """The result of a run that the host spoiled: that of the first one that it did not, as often as the task allows."""
    spoiled: list[str] = []
    while verdict.because and len(spoiled) < play.task.retry_late:
        spoiled.append(f"{verdict.because}: {verdict.reason}")
        verdict, evidence = _judged(play, play.target.run(play.dut, play.program, play.options))
    return replace(_result(play, evidence, verdict), spoiled=tuple(spoiled))


def _played_alone(play: _Play, behind: Evidence, verdict: Verdict, others: Sequence[_Play]) -> Result:
    """The result of a run that did not pass behind `others`: what it gives alone, if that is the same."""
    alone, evidence = _judged(play, play.target.run(play.dut, play.program, play.options))
    stuck = not (evidence.capture.complete or behind.capture.complete)  # the simulator's own words may have its time in them
    if alone.status == verdict.status and (alone.reason == verdict.reason or stuck):
        return _result(play, evidence, alone)
    told = f"alone: {alone.reason}" if alone.reason else "alone it passes"
    note = f"{told}; this is behind {len(others)} other runs of one simulation, so something survives the device's reset"
    words = [word for word in shlex.split(play.task.command) if word != "--waves"]  # with waves each run has its own simulation
    words[2:2] = [other.task.path for other in others]
    play = replace(play, task=replace(play.task, command=shlex.join([*words, "-n", "1"])))
    return _result(play, behind, replace(verdict, notes=(*verdict.notes, note)))


def _judged(play: _Play, capture: Capture) -> tuple[Verdict, Evidence]:
    evidence = read_evidence(play.task.scenario, play.program, play.dut, play.model, capture)
    return judge_patiently(evidence, play.model, capabilities=play.target.capabilities), evidence


def _result(play: _Play, evidence: Evidence, verdict: Verdict) -> Result:
    task = play.task
    if task.events is not None:
        write_events(task.events, evidence.events.records)
    if task.out_dir is not None:
        write_story(task.out_dir, evidence, verdict)
    capture = _kept(task, play.dut, play.program, evidence.capture, verdict)
    coverage = collect(evidence) if task.coverage and verdict.status == "pass" else frozenset()
    return Result(task, verdict, timing=capture.timing, files=capture.files, coverage=coverage)


def _kept(task: Task, dut: Dut, program: Program, capture: Capture, verdict: Verdict) -> Capture:
    """The capture; the whole run and its packets are on disk then, too, if they are wanted or it did not pass."""
    record, pcap = (wanted or verdict.status != "pass" for wanted in (task.record, task.pcap))
    if task.out_dir is None or not (record or pcap):
        return capture
    files, scenario = dict(capture.files), task.scenario
    run = RecordedRun(
        scenario=task.id,
        target=task.target,
        digest=program_digest(scenario.program),
        symbols=scenario.symbols,
        lines=scenario.lines,
        dut=dut,
        program=program,
        capture=capture,
        status=verdict.status,
        reason=verdict.reason,
    )
    if record:
        files["recording"] = str(task.out_dir / FILE_NAME)
        save_run(task.out_dir / FILE_NAME, run)
    if pcap:
        files["packets"] = str(task.out_dir / PACKETS)
        write_packets(task.out_dir / PACKETS, run, verdict.divergence)
    return replace(capture, files=files)


def write_events(path: Path, records: NDArray[np.void]) -> None:
    """Records, decoded, one JSON object a line. InputError if the file cannot be written."""
    try:
        with path.open("w", encoding="utf-8") as stream:
            stream.writelines(json.dumps(decode_record(record)) + "\n" for record in records)
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror}") from None


def _not_here(task: Task, target: Target) -> Verdict | None:
    """Skipped, if this target lacks what the scenario needs or cannot run here."""
    missing = sorted(task.scenario.requires - target.capabilities)
    if missing:
        what = "; ".join(f"{name} ({CAPABILITIES[name]})" if name in CAPABILITIES else name for name in missing)
        return Verdict("skipped", f"needs a target with {what}")
    reason = target.unavailable()
    return None if reason is None else Verdict("skipped", reason)


def _disagreement(scenario: Scenario, disagreements: Sequence[str]) -> Verdict:
    line = disagreements[0].removeprefix(f"{scenario.path}:").split(":")[0]
    summary = "the golden model and the scenario disagree: " + disagreements[0]
    divergence = Divergence("golden", summary, line=int(line) if line.isdigit() else None)
    return Verdict("fail", summary, divergence, tuple(disagreements[1:]))
