# SPDX-License-Identifier: Apache-2.0
"""Scenario -> Program -> target -> Capture -> verdict, for many scenarios and targets."""

from __future__ import annotations

import hashlib
import shlex
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tickproof.capture import Capture
from tickproof.check import Divergence, Verdict, check_expectations, judge
from tickproof.errors import InputError, TargetUnavailable
from tickproof.golden import get_model
from tickproof.program import Program
from tickproof.scenario import Scenario, parse
from tickproof.targets import CAPABILITIES, RunOptions, Target, all_targets, get_target, load_dut
from tickproof.workers import WorkerDied, in_parallel

__all__ = ["Result", "Task", "choose_targets", "find_root", "find_scenarios", "run_all", "run_folder", "run_one", "task_seed", "tasks_for"]


@dataclass(frozen=True, slots=True)
class Task:
    """One scenario on one target. id: names it independently of where the command was started; path: as shown to people.

    program: what to send; scenario: where it came from, None for a replayed file. root: the folder whose hdl/dut describes the devices.
    seed: of this task (see `task_seed`). command: reproduces it.
    """

    id: str
    path: str
    target: str
    program: Program
    root: Path
    seed: int
    command: str
    scenario: Scenario | None = None
    waves: bool = False
    out_dir: Path | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a task. seconds: wall-clock time. timing: how the target took time. capture: only if it was asked for."""

    task: Task
    verdict: Verdict
    seconds: float
    timing: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    capture: Capture | None = None


def find_scenarios(paths: Iterable[str]) -> list[Path]:
    """The files named, and all *.scn below the folders named, in order. InputError for what is missing, empty or named twice."""
    found: dict[Path, str] = {}
    for name in paths:
        path = Path(name)
        if not path.exists():
            raise InputError(name, "no such file or folder")
        files = sorted(path.rglob("*.scn")) if path.is_dir() else [path]
        if not files:
            raise InputError(name, "no scenarios found", expected="files that end in .scn")
        for file in files:
            if (earlier := found.get(file.resolve())) is not None:
                raise InputError(str(file), "is named twice", got=f"{earlier} and {name}")
            found[file.resolve()] = name
    return [Path(_shown(path)) for path in found]


def find_root(path: Path) -> Path:
    """The nearest folder above `path` with device descriptions (hdl/dut), else the working directory."""
    here = path.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / "hdl" / "dut").is_dir()), Path.cwd())


def choose_targets(names: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Target names from `--target` options (each may hold several, with commas): all that were named, or all that this machine can run.

    Returns them, and name -> reason for those left out. InputError for an unknown or repeated name.
    """
    if not names:
        reasons = {target.name: target.unavailable() for target in all_targets()}
        return [name for name, reason in reasons.items() if reason is None], {name: reason for name, reason in reasons.items() if reason}
    chosen = [name.strip() for option in names for name in option.split(",") if name.strip()]
    for index, name in enumerate(chosen):
        get_target(name)
        if name in chosen[:index]:
            raise InputError(name, "target is named twice")
    return chosen, {}


def task_seed(run_seed: int, identity: str) -> int:
    """64 bits from the run's seed and the task's id: differs from task to task, the same in every run with this seed."""
    return int.from_bytes(hashlib.sha256(f"{run_seed}:{identity}".encode()).digest()[:8], "big")


def tasks_for(paths: Iterable[Path], targets: Sequence[str], *, seed: int, waves: bool = False, out_dir: Path | None = None) -> list[Task]:
    """One task for each scenario and target. Every scenario is parsed first: a mistake in one is an InputError before anything runs."""
    tasks = []
    for path in paths:
        root = find_root(path.parent)
        identity = _identity(path, root)
        scenario = parse(path)
        for target in targets:
            tasks.append(
                Task(
                    identity,
                    str(path),
                    target,
                    scenario.program,
                    root,
                    task_seed(seed, identity),
                    f"tickproof run {shlex.quote(str(path))} --target {target} --seed {seed} --waves",
                    scenario,
                    waves,
                    run_folder(out_dir, identity, target),
                )
            )
    return tasks


def run_folder(out_dir: Path | None, identity: str, target: str) -> Path | None:
    """Where a task's log and waves go."""
    return None if out_dir is None else out_dir / "runs" / target / identity.removesuffix(".scn")


def run_all(tasks: Sequence[Task], processes: int) -> Iterator[Result]:
    """Results as they come. Raises InputError as `run_one`; closing the iterator ends what still runs."""
    for task, outcome in in_parallel(run_one, tasks, processes):
        yield Result(task, Verdict("inconclusive", str(outcome)), 0.0) if isinstance(outcome, WorkerDied) else outcome


def run_one(task: Task, *, keep_capture: bool = False) -> Result:
    """Run and judge one task. InputError where Program and device do not fit, or the device does not compile."""
    started = time.perf_counter()
    target = get_target(task.target)
    reason = _not_here(task, target)
    if reason:
        return Result(task, Verdict("skipped", reason), time.perf_counter() - started)
    dut = load_dut(task.program.dut, task.root)
    model = get_model(dut.model)
    if task.scenario is not None and task.scenario.expectations:
        disagreements = check_expectations(task.scenario, model.predict(task.program))
        if disagreements:
            return Result(task, _disagreement(task.scenario, disagreements), time.perf_counter() - started)
    try:
        capture = target.run(dut, task.program, RunOptions(seed=task.seed, waves=task.waves, out_dir=task.out_dir))
    except TargetUnavailable as error:
        return Result(task, Verdict("skipped", error.reason), time.perf_counter() - started)
    verdict = judge(task.scenario, task.program, dut, model, capture, capabilities=target.capabilities)
    result = Result(task, verdict, time.perf_counter() - started, capture.timing, capture.files)
    return replace(result, capture=capture) if keep_capture else result


def _not_here(task: Task, target: Target) -> str | None:
    """Why this target cannot run this task, or None."""
    missing = sorted((task.scenario.requires if task.scenario else frozenset()) - target.capabilities)
    if missing:
        what = "; ".join(f"{name} ({CAPABILITIES[name]})" if name in CAPABILITIES else name for name in missing)
        return f"needs a target with {what}"
    return target.unavailable()


def _disagreement(scenario: Scenario, disagreements: Sequence[str]) -> Verdict:
    line = disagreements[0].removeprefix(f"{scenario.path}:").split(":")[0]
    summary = "the golden model and the scenario disagree: " + disagreements[0]
    divergence = Divergence("golden", summary, line=int(line) if line.isdigit() else None)
    return Verdict("fail", summary, divergence, tuple(disagreements[1:]))


def _identity(path: Path, root: Path) -> str:
    here = path.resolve()
    return here.relative_to(root).as_posix() if here.is_relative_to(root) else path.name


def _shown(path: Path) -> str:
    """Relative to the working directory where that is shorter to read."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
