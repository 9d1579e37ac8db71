# SPDX-License-Identifier: Apache-2.0
"""Work in parallel processes: results as they come, errors raised here, nothing left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from waiting import soon

from tickproof.errors import ScenarioError
from tickproof.workers import WorkerDied, in_parallel


def double(value: int) -> Iterator[int]:
    """A job."""
    yield 2 * value


def fail(value: int) -> Iterator[int]:
    """A user's mistake in a worker."""
    raise ScenarioError("a.scn:3:5", "unknown word", got=value, expected="another", source="    wrong", column=5)


def die(value: int) -> Iterator[int]:
    """A worker that is killed, as by the kernel when memory runs out."""
    yield value
    os.kill(os.getpid(), signal.SIGKILL)


def hang(folder: str, own_session: bool) -> int:
    """A worker whose simulator never ends."""
    child = subprocess.Popen(["sleep", "1000"], start_new_session=own_session)
    with open(f"{folder}/{child.pid}", "w", encoding="utf-8"):
        pass
    try:
        return child.wait()
    finally:
        if own_session:  # out of the group's reach: the job has to end it, and gets the chance
            child.kill()
            child.wait()


def several(count: int) -> Iterator[int]:
    """A job of several results, that ends with a mistake if there are three."""
    yield from range(count)
    if count == 3:
        raise ScenarioError("a.scn", "three", source="", column=0)


@pytest.mark.parametrize("processes", [1, 3])
def test_every_job_has_its_result(processes: int) -> None:
    """In any order, each with its job."""
    assert sorted(in_parallel(double, range(7), processes)) == [(value, 2 * value) for value in range(7)]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_keeps_its_kind_and_text(processes: int) -> None:
    """The command line prints it as if there had been one process."""
    with pytest.raises(ScenarioError) as caught:
        list(in_parallel(fail, [1, 2], processes))
    assert str(caught.value).splitlines()[0] in [f"a.scn:3:5: unknown word (got {value}, expected another)" for value in (1, 2)]
    assert caught.value.column == 5
    assert str(caught.value).endswith("    wrong\n        ^")


@pytest.mark.parametrize("processes", [1, 2])
def test_results_of_a_job_come_one_by_one_in_order(processes: int) -> None:
    """Progress, and nothing is lost if a later part of a job fails."""
    assert [result for job, result in in_parallel(several, [4, 5], processes) if job == 5] == [0, 1, 2, 3, 4]
    got = []
    with pytest.raises(ScenarioError):
        got.extend(result for _, result in in_parallel(several, [3], processes))
    assert got == [0, 1, 2]


def test_a_worker_that_dies_takes_no_other_along_and_keeps_its_results() -> None:
    """A crash is the last result of its job."""
    outcomes = [(job, outcome) for job, outcome in in_parallel(die, [1, 2, 3], 2)]
    assert sorted(job for job, outcome in outcomes if job == outcome) == [1, 2, 3]
    died = [outcome for job, outcome in outcomes if job != outcome]
    assert [type(outcome) for outcome in died] == [WorkerDied] * 3
    assert "exit status -9" in str(died[0])


def test_a_worker_goes_with_the_command_even_when_that_is_killed(tmp_path) -> None:
    """kill -9 leaves no worker, and none of the processes that it had started."""
    code = "import sys, test_workers as t; list(t.in_parallel(t.hang_or_return, [(sys.argv[1], False, True)], 2))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], env=environment)
    assert soon(lambda: any(tmp_path.iterdir()), 20)
    (started,) = tmp_path.iterdir()
    command.kill()
    command.wait()
    assert soon(lambda: has_ended(int(started.name)))


@pytest.mark.parametrize("own_session", [False, True], ids=["in-the-group", "in-a-session-of-its-own"])
def test_stopping_takes_the_tasks_own_processes_along(tmp_path, own_session: bool) -> None:
    """Ctrl-C: no simulator is left running."""
    jobs = [(str(tmp_path), own_session, hangs) for hangs in (True, False)]
    with closing(in_parallel(hang_or_return, jobs, 2)) as running:
        assert next(running) == (jobs[1], 0)
        child = int(next(tmp_path.iterdir()).name)
        os.kill(child, 0)
    assert soon(lambda: has_ended(child))


def hang_or_return(task: tuple[str, bool, bool]) -> Iterator[int]:
    """Hangs, or waits until the other one does."""
    folder, own_session, hangs = task
    if hangs:
        yield hang(folder, own_session)
    assert soon(lambda: any(Path(folder).iterdir()))
    yield 0


def has_ended(process: int) -> bool:
    """Whether it is gone, or waits only for somebody to ask how it ended."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as stream:
            return stream.read().rpartition(") ")[2][0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_long_folder_for_temporary_files_is_no_obstacle(tmp_path: Path) -> None:
    """The path of a socket may have 107 bytes only."""
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import test_workers; from tickproof.workers import in_parallel\n"
        "print(sorted(result for _, result in in_parallel(test_workers.double, [1, 2], 2)))\n"
    )
    path = os.pathsep.join(sys.path)
    environment = {**os.environ, "TMPDIR": str(folder), "PYTHONPATH": path}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert run.stdout == "[2, 4]\n", run.stderr
