# SPDX-License-Identifier: Apache-2.0
"""Runs tasks: scenario -> golden agrees with its `>` lines -> target -> capture -> verdict."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tickproof.capture import Capture
from tickproof.check import Divergence, Verdict, check_expectations, judge
from tickproof.check.observe import read_events
from tickproof.dut import Dut
from tickproof.errors import InputError, TargetUnavailable
from tickproof.golden import get_model
from tickproof.program import Program
from tickproof.protocols.records import decode_record
from tickproof.recording import FILE_NAME, RecordedRun, program_digest, save_run
from tickproof.scenario import Scenario
from tickproof.targets import CAPABILITIES, RunOptions, Target, get_target, load_dut
from tickproof.tasks import Task
from tickproof.workers import WorkerDied, in_parallel

__all__ = ["Result", "run_all", "run_one", "write_events"]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a task. seconds: wall-clock time. timing: how the target took time. files: what the run left for people."""

    task: Task
    verdict: Verdict
    seconds: float
    timing: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


def run_all(tasks: Sequence[Task], processes: int) -> Generator[Result]:
    """Results as they come. Raises InputError as `run_one`; closing the iterator ends what still runs."""
    for task, outcome in in_parallel(run_one, tasks, processes):
        yield Result(task, Verdict("inconclusive", str(outcome)), 0.0) if isinstance(outcome, WorkerDied) else outcome


def run_one(task: Task) -> Result:
    """Run and judge one task. InputError where Program and device do not fit, or the device does not compile."""
    started = time.perf_counter()
    target = get_target(task.target)
    verdict, capture = _not_here(task, target), None
    if verdict is None:
        verdict, capture = _played(task, target)
    seconds = time.perf_counter() - started
    return Result(task, verdict, seconds) if capture is None else Result(task, verdict, seconds, capture.timing, capture.files)


def _played(task: Task, target: Target) -> tuple[Verdict, Capture | None]:
    scenario, program = task.scenario, task.scenario.program
    dut = load_dut(program.dut, task.root)
    model = get_model(dut.model)
    if scenario.expectations and (disagreements := check_expectations(scenario, model.predict(program))):
        return _disagreement(scenario, disagreements), None
    try:
        capture = target.run(dut, program, RunOptions(seed=task.seed, waves=task.waves, out_dir=task.out_dir))
    except TargetUnavailable as error:
        return Verdict("skipped", error.reason), None
    if task.events is not None:
        write_events(task.events, read_events(program, dut, capture).records)
    verdict = judge(scenario, program, dut, model, capture, capabilities=target.capabilities)
    return verdict, _kept(task, dut, program, capture, verdict)


def _kept(task: Task, dut: Dut, program: Program, capture: Capture, verdict: Verdict) -> Capture:
    """The capture; the whole run is on disk then, too, if it is wanted or did not pass."""
    if task.out_dir is None or not (task.record or verdict.status != "pass"):
        return capture
    path, scenario = task.out_dir / FILE_NAME, task.scenario
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
    save_run(path, run)
    return replace(capture, files={**capture.files, "recording": str(path)})


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
