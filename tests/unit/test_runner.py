# SPDX-License-Identifier: Apache-2.0
"""Which tasks run together, and what is said of a run that failed behind others (docs/formats.md). Fakes are named as such."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tickproof import batches, runner
from tickproof.check import Verdict
from tickproof.program import PortProgram, Program, Send
from tickproof.runner import run_all, run_job
from tickproof.scenario import Scenario
from tickproof.targets import get_target
from tickproof.tasks import Task

ROOT = Path(__file__).parents[2]
FAULTY = str(Path(__file__).with_name("simulation_duts") / "faulty.toml")
FATAL, SURVIVES = 3, 10


@pytest.fixture(autouse=True)
def _shared_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices in temporary folders are built once, too."""
    monkeypatch.setenv("TICKPROOF_CACHE", os.environ.get("TICKPROOF_CACHE", str(ROOT / "build")))


@dataclass(frozen=True)
class FakeTarget:
    """A FAKE target that only says how it wants to be run."""

    name: str
    exclusive: bool = False
    default: bool = True
    time_scale: int = 1
    capabilities: frozenset[str] = frozenset()

    def unavailable(self) -> str | None:
        """It runs anywhere."""
        return None

    def run(self, *_: object) -> None:
        """Takes its process down."""
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class FakeBatching(FakeTarget):
    """A FAKE that plays several at once."""

    batch: int = 4

    def run_many(self, *_: object) -> Iterator[None]:
        """Never called."""
        raise AssertionError


@dataclass(frozen=True)
class FakeHost(FakeTarget):
    """A FAKE that counts its runs."""

    exclusive: bool = True
    runs: list[None] = field(default_factory=list)

    def run(self, *_: object) -> None:
        """Brings nothing back."""
        self.runs.append(None)


@dataclass(frozen=True)
class FakeCapture:
    """A FAKE without anything."""

    timing: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FakeEvidence:
    """A FAKE: of an empty run."""

    capture: FakeCapture = field(default_factory=FakeCapture)


LATE, LOST = Verdict("inconclusive", "5 ms", because="late"), Verdict("inconclusive", "3 frames", because="lost")
PASS, FAIL = Verdict("pass"), Verdict("fail", "wrong")

FAKES: dict[str, FakeTarget] = {
    fake.name: fake
    for fake in (FakeBatching("slow", batch=2), FakeBatching("quick", batch=4), FakeTarget("wire", exclusive=True), FakeTarget("single"))
}


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fakes are the only targets."""
    for module in (batches, runner):
        monkeypatch.setattr(module, "get_target", FAKES.__getitem__)


def task(name: str, target: str, program: Program | None = None, waves: bool = False) -> Task:
    program = program or Program("faulty", {})
    scenario = Scenario(name, Path(name), program.dut, frozenset(), (), program, (), ())
    return Task(name, name, target, scenario, ROOT, seed=1, command=f"tickproof run {name} --target {target} --waves", waves=waves)


def dealt(tasks: list[Task], processes: int) -> tuple[list[list[str]], list[list[str]]]:
    together, alone = batches.batches(tasks, processes)
    return [[task.id for task in batch] for batch in together], [[task.id for task in batch] for batch in alone]


def test_tasks_of_one_simulation_are_dealt_to_as_few_processes_as_keep_the_machine_busy(fakes: None) -> None:
    """The slow simulator first; never more than a batch; neighbours apart."""
    names = [*"abcdefg"]
    assert dealt([task(name, "quick") for name in names[:3]], 1) == ([["a", "b", "c"]], [])
    assert dealt([task(name, "quick") for name in names[:3]], 2) == ([["a", "c"], ["b"]], [])
    assert dealt([task(name, "quick") for name in names[:3]], 8) == ([["a"], ["b"], ["c"]], [])
    quick, slow = [task(name, "quick") for name in names], [task(name.upper(), "slow") for name in names[:3]]
    assert dealt([*quick, *slow], 1) == ([["A", "C"], ["B"], ["a", "c", "e", "g"], ["b", "d", "f"]], [])


def test_other_parameters_devices_and_waves_are_other_simulations(fakes: None) -> None:
    """A process has one device and writes one file of waves."""
    wide = Program("faulty", {}, parameters={"FAULT": 1})
    other = Program("another", {})
    tasks = [task("a", "quick"), task("b", "quick", wide), task("c", "quick", other), task("d", "quick"), task("e", "quick", wide)]
    assert dealt(tasks, 1) == ([["a", "d"], ["b", "e"], ["c"]], [])
    assert dealt([task("a", "quick", waves=True), task("b", "quick", waves=True)], 1) == ([["a"], ["b"]], [])
    assert dealt([task("a", "single"), task("b", "single")], 1) == ([["a"], ["b"]], [])


def test_exclusive_tasks_stand_behind_all_others_one_by_one(fakes: None) -> None:
    """What polls on both cores has them for itself."""
    tasks = [task("a", "wire"), task("b", "quick"), task("c", "wire")]
    assert dealt(tasks, 2) == ([["b"]], [["a"], ["c"]])


@pytest.mark.parametrize("targets", [["wire"], ["wire", "single"], ["wire", "single", "quick"], ["wire", "single", "quick", "slow"]])
def test_what_plays_alone_is_shared_out_target_by_target(targets: list[str]) -> None:
    """Targets differ more than scenarios: else one worker ends long before the other."""
    batches_of = [(task(f"{number}", target),) for number in range(8) for target in targets]
    one, other = batches.shares(batches_of, 2)
    for target in targets:
        assert sum(batch[0].target == target for batch in one) == sum(batch[0].target == target for batch in other) == 4
    assert [*batches.shares(batches_of[:1], 2)] == [[batches_of[0]]]
    assert sorted(batch[0].id for batch in (*one, *other)) == sorted(batch[0].id for batch in batches_of)


def test_a_worker_that_dies_costs_one_task_only(fakes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it had not begun is played by another one. Two workers take turns; each dies at its second task."""
    monkeypatch.setattr(runner, "run_job", die_behind_one)
    results = {result.task.id: result.verdict for result in run_all([task(name, "wire") for name in "abcdef"], 2)}
    assert {name: results[name].status for name in "abef"} == dict.fromkeys("abef", "skipped")
    assert {name: results[name].status for name in "cd"} == dict.fromkeys("cd", "inconclusive")
    assert "exit status -9" in results["c"].reason


@pytest.mark.parametrize(
    ("verdicts", "allowed", "said"),
    [
        ([LATE, PASS], 2, ("pass", ["late: 5 ms"])),
        ([LATE, LOST, FAIL], 2, ("fail", ["late: 5 ms", "lost: 3 frames"])),
        ([LATE, LATE, LATE, PASS], 2, ("inconclusive", ["late: 5 ms", "late: 5 ms"])),
        ([LATE, PASS], 0, ("inconclusive", [])),
        ([Verdict("inconclusive", "the player died"), PASS], 2, ("inconclusive", [])),
        ([FAIL, PASS], 2, ("fail", [])),
    ],
)
def test_what_the_host_spoiled_is_played_again_and_told(
    fakes: None, monkeypatch: pytest.MonkeyPatch, verdicts: list[Verdict], allowed: int, said: tuple[str, list[str]]
) -> None:
    """Nothing else is; never more often than allowed. The verdicts are FAKES, one a run."""
    target, coming = FakeHost("host"), iter(verdicts)
    monkeypatch.setitem(FAKES, "host", target)
    monkeypatch.setattr(runner, "read_evidence", lambda *_: FakeEvidence())
    monkeypatch.setattr(runner, "judge_patiently", lambda *_, **__: next(coming))
    (result,) = run_job([(replace(task("a.scn", "host", Program("axis_register", {})), retry_late=allowed),)])
    assert (result.verdict.status, list(result.spoiled)) == said
    assert len(target.runs) == len(said[1]) + 1


def die_behind_one(job) -> Iterator[runner.Result]:
    """A FAKE job: one task is skipped, the next one takes the process down."""
    yield runner.Result(job[0][0], runner.Verdict("skipped", "FAKE"))
    if len(job) > 1:
        os.kill(os.getpid(), signal.SIGKILL)


def bytes_through(count: int, fault: int) -> Program:
    """`count` bytes through faulty.v."""
    sends = PortProgram.of(Send(10 * index, bytes([index])) for index in range(count))
    return Program(FAULTY, {"in": sends}, parameters={"FAULT": fault})


@pytest.fixture(params=["rtl@verilator", "rtl@icarus"])
def simulator(request: pytest.FixtureRequest) -> str:
    if reason := get_target(request.param).unavailable():
        pytest.skip(reason)
    return str(request.param)


def test_a_crash_costs_only_its_own_scenario(simulator: str) -> None:
    """The others pass, before and behind it."""
    job = [tuple(task(f"{index}.scn", simulator, bytes_through(count, FATAL)) for index, count in enumerate((2, 6, 2, 1, 6, 1)))]
    results = list(run_job(job))
    assert [result.task.id for result in results] == [f"{index}.scn" for index in range(6)]
    assert [result.verdict.status == "pass" for result in results] == [True, False, True, True, False, True]
    assert "the device gives up" in " ".join([results[1].verdict.reason, *results[1].verdict.further])
    assert not [note for note in results[1].verdict.notes if "survives" in note]


def test_state_that_survives_the_reset_is_a_finding() -> None:
    """It fails behind another run and passes alone: that is said, with the command that shows it. (Icarus: each run has a fresh device.)"""
    simulator = "rtl@verilator"
    if reason := get_target(simulator).unavailable():
        pytest.skip(reason)
    job = [tuple(task(f"{index}.scn", simulator, bytes_through(2, SURVIVES)) for index in range(2))]
    first, second = run_job(job)
    assert first.verdict.status == "pass"
    assert second.verdict.status == "fail"
    assert second.verdict.notes[-1].startswith("alone it passes; this is behind 1 other run")
    assert second.task.command == f"tickproof run 0.scn 1.scn --target {simulator} -n 1"
