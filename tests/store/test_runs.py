# SPDX-License-Identifier: Apache-2.0
"""Real runs, as users start them, on a real simulator: appended, side by side, killed, without a store."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from series import keep, result

from tickproof.check import Verdict
from tickproof.store import History, open_store, read_history

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
WRITERS, RESULTS = 4, 40
NAMES = ["scenarios/axis_register/frames_pass_unchanged.scn", "scenarios/axis_register/random_frames_pass_unchanged.scn"]
RUN = ["run", "scenarios", "--target", "rtl@icarus", "-n", "1"]

Tickproof = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's: the smallest device and its scenarios. The device is built once for all tests."""
    if shutil.which("iverilog") is None:
        pytest.skip("no iverilog on PATH")
    monkeypatch.setenv("TICKPROOF_CACHE", os.environ.get("TICKPROOF_CACHE", str(ROOT / "build")))
    monkeypatch.delenv("TICKPROOF_STORE", raising=False)
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / "hdl", folder / "hdl")
    shutil.copytree(ROOT / "scenarios" / "axis_register", folder / "scenarios" / "axis_register")
    return folder


@pytest.fixture
def tickproof(repository: Path) -> Tickproof:
    """The command line there."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tickproof.cli", *arguments]
        kept = {**os.environ, **environment}
        return subprocess.run(command, cwd=repository, env=kept, capture_output=True, text=True, check=False, timeout=120)

    return run


def verdicts(history: History) -> dict[tuple[str, str], list[str]]:
    """What the trends consist of."""
    return {(trend.scenario, trend.target): [point.verdict for point in trend.points] for trend in history.trends}


def test_a_run_gives_the_same_history_in_both_databases(tickproof: Tickproof, sqlite: str, postgresql: str) -> None:
    """Printed by `tickproof history`, but for the name of the store."""
    texts = []
    for store in (sqlite, postgresql):
        done = tickproof(*RUN, "--store", store)
        assert (done.returncode, done.stderr) == (0, "")
        shown = tickproof("history", "--store", store)
        assert (shown.returncode, shown.stderr) == (0, "")
        first, *rest = shown.stdout.splitlines()
        assert first.endswith(": 1 run")
        texts.append(rest)
    assert texts[0] == texts[1]
    assert [line.split() for line in texts[0][1:3]] == [[name, "rtl@icarus", "."] for name in NAMES]


def test_what_a_run_appends_is_what_its_result_file_says(tickproof: Tickproof, repository: Path) -> None:
    """By default to out/history.sqlite."""
    tickproof(*RUN, "--out", "out/here")
    said = json.loads((repository / "out/here/result.json").read_text())
    history = read_history(open_store(str(repository / "out/history.sqlite"), must_exist=True))
    (run,) = history.runs
    assert run.finished
    assert (run.seed, run.commit, run.command.split()[1:]) == (said["seed"], said["commit"], said["command"][1:])
    kept = {
        (trend.scenario, trend.target, point.verdict, point.grade, point.seed, point.timing)
        for trend in history.trends
        for point in trend.points
    }
    assert kept == {tuple(entry[key] for key in ("scenario", "target", "status", "grade", "seed", "timing")) for entry in said["results"]}


def test_two_runs_at_once_lose_nothing(repository: Path, empty: str) -> None:
    """Into a store that neither finds made."""
    command = [sys.executable, "-m", "tickproof.cli", *RUN, "--store", empty, "--out"]
    runs = [subprocess.Popen([*command, f"out/{name}"], cwd=repository, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for name in "ab"]
    assert [run.communicate(timeout=120)[1] for run in runs] == [b"", b""]
    history = read_history(open_store(empty, must_exist=True))
    assert (history.all_runs, history.unfinished) == (2, 0)
    assert verdicts(history) == {(name, "rtl@icarus"): ["pass", "pass"] for name in NAMES}


def test_many_writers_at_once_lose_nothing(empty: str) -> None:
    """All begin in the same moment, on a store that none finds made, and write as fast as they can."""
    command = [sys.executable, str(HERE / "writer.py"), empty]
    writers = [
        subprocess.Popen([*command, str(number), str(RESULTS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for number in range(WRITERS)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"\n")
        writer.stdin.flush()
    assert [writer.communicate(timeout=120)[1] for writer in writers] == [b""] * WRITERS
    history = read_history(open_store(empty, must_exist=True))
    assert (history.all_runs, history.unfinished) == (WRITERS, 0)
    assert verdicts(history) == {(f"{number}/{index}.scn", "rtl@fake"): ["pass"] for number in range(WRITERS) for index in range(RESULTS)}


def test_a_run_killed_in_the_middle_leaves_what_it_had(repository: Path, tickproof: Tickproof, empty: str) -> None:
    """kill -9 behind the second of three results: both are there, the run is known as unfinished, and the next run appends."""
    shutil.copy(repository / NAMES[0], repository / "scenarios" / "axis_register" / "z.scn")
    command = [sys.executable, str(HERE / "paused_run.py"), *RUN, "--store", empty]
    running = subprocess.Popen(command, cwd=repository, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    assert running.stdout is not None
    assert running.stdout.readline() == b"stopped\n"
    os.killpg(running.pid, signal.SIGKILL)
    assert running.wait(timeout=60) == -signal.SIGKILL
    shown = tickproof("history", "--store", empty)
    assert shown.returncode == 0
    assert shown.stdout.splitlines()[0].endswith(": 1 run, 1 of them not finished")
    assert verdicts(read_history(open_store(empty))) == {(name, "rtl@icarus"): ["pass"] for name in NAMES}
    assert tickproof(*RUN, "--store", empty).returncode == 0
    history = read_history(open_store(empty))
    assert (history.all_runs, history.unfinished) == (2, 1)
    assert [len(trend.points) for trend in history.trends] == [2, 2, 1]


def test_a_store_that_cannot_be_reached_costs_a_warning_unless_it_was_asked_for(tickproof: Tickproof, repository: Path) -> None:
    """From the environment: a line on stderr, and the exit code of the verdicts. From --store: exit code 2 before anything runs."""
    nowhere = "postgresql://ci:secret@localhost:1/tickproof"
    done = tickproof(*RUN, TICKPROOF_STORE=nowhere)
    assert done.returncode == 0
    assert done.stderr.startswith("tickproof: warning: postgresql://ci:***@localhost:1/tickproof: cannot be opened: ")
    assert done.stderr.endswith("this run is not in the history\n")
    assert done.stderr.count("\n") == 1
    done = tickproof(*RUN, "--store", nowhere, "--out", "out/asked")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("tickproof: error: postgresql://ci:***@localhost:1/tickproof: cannot be opened: ")
    said = (repository / "out/asked/result.json").read_text()
    assert json.loads(said)["results"] == []
    assert "secret" not in said


def test_no_store_keeps_no_history(tickproof: Tickproof, repository: Path) -> None:
    """--no-store, even if the environment names one; and `history` says what to do."""
    assert tickproof(*RUN, "--no-store", TICKPROOF_STORE="elsewhere.sqlite").stderr == ""
    assert not list(repository.rglob("*.sqlite"))
    done = tickproof("history")
    expected = "tickproof: error: out/history.sqlite: no history here; `tickproof run` begins one\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


def test_history_of_an_unknown_scenario_says_so(tickproof: Tickproof, sqlite: str) -> None:
    """One line, exit code 2."""
    keep(open_store(sqlite), [result(verdict=Verdict("pass"))])
    done = tickproof("history", "absent", "--store", sqlite)
    assert done.returncode == 2
    assert (
        done.stderr == f"tickproof: error: absent: no result of such a scenario in {sqlite}; `tickproof history` lists those that it has\n"
    )
