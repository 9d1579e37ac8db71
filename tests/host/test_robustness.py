# SPDX-License-Identifier: Apache-2.0
"""Whatever is killed, stopped or taken away in the middle of a run on any host target: a clear verdict within 5 s, and nothing is left.

Each thing that can happen is tested on each target; by default on those where it is most different, and the rest by the gate of slow tests.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest
from long_run import can_play, long_run

from tickproof.targets.wire import process

LONGEST_S = 60  # the run, and what the player allows a device that says nothing
TARGETS = ["gateway@udp", "gateway@raw", "gateway@xdp", "rtl@raw"]


def on_each(*quick: tuple[object, ...], cases: Sequence[tuple[object, ...]] = ((),)) -> list[object]:
    """Each case on each target; all but the quick ones are slow."""
    rows = [(target, *case) for target in TARGETS for case in cases]
    assert set(quick) <= set(rows)
    return [pytest.param(*row, marks=[] if row in quick else [pytest.mark.slow]) for row in rows]


@pytest.fixture
def target(request: pytest.FixtureRequest) -> str:
    """One that this machine can play."""
    name = str(request.param)
    if reason := can_play(name):
        pytest.skip(reason)
    return name


@pytest.mark.parametrize(
    ("target", "role"),
    on_each(
        ("gateway@xdp", "player"),
        ("rtl@raw", "device"),
        cases=[("device",), ("player",)],
    ),
    indirect=["target"],
)
def test_a_program_that_is_killed_is_named(target: str, role: str, tmp_path: Path) -> None:
    """With the signal, and its run fails."""
    with long_run(tmp_path, target) as run:
        os.kill(run.pid(role), signal.SIGKILL)
        assert run.ended() == 1
        result = run.result()
        assert result["status"] == "fail"
        assert f"the {role} was killed by SIGKILL" in result["reason"]
        assert run.left_behind() == []


@pytest.mark.parametrize(
    ("target", "side", "do", "port"),
    on_each(
        ("gateway@raw", "device", "set down dev", "feed_a"),
        ("gateway@xdp", "device", "del", "client"),
        ("rtl@raw", "player", "set down dev", "client"),
        cases=[
            ("device", "set down dev", "feed_a"),
            ("player", "del", "events"),
            ("device", "del", "client"),
            ("player", "set down dev", "client"),
            ("device", "set down dev", "exchange"),
        ],
    ),
    indirect=["target"],
)
def test_an_interface_that_goes_away_is_named(target: str, side: str, do: str, port: str, tmp_path: Path) -> None:
    """Whichever end of the pair it is: the other one loses its carrier, or goes, too."""
    with long_run(tmp_path, target) as run:
        interface = run.interface(port)
        run.inside(side, "ip", "link", *do.split(), interface)
        assert run.ended() == 1
        result = run.result()
        assert result["status"] == "fail"
        assert interface in result["reason"]
        assert run.left_behind() == []


@pytest.mark.parametrize("target", on_each(("rtl@raw",)), indirect=True)
def test_a_worker_that_is_killed_costs_its_run(target: str, tmp_path: Path) -> None:
    """What it had started goes with it."""
    with long_run(tmp_path, target) as run:
        os.kill(run.pid("worker"), signal.SIGKILL)
        assert run.ended() == 1
        result = run.result()
        assert result["status"] == "inconclusive"
        assert "the worker process ended" in result["reason"]
        assert run.left_behind() == []


@pytest.mark.parametrize("target", on_each(("gateway@xdp",)), indirect=True)
def test_nothing_outlives_tickproof(target: str, tmp_path: Path) -> None:
    """Killed without a chance to clean up."""
    with long_run(tmp_path, target) as run:
        run.command.kill()
        assert run.ended() == -signal.SIGKILL
        assert run.left_behind() == []


@pytest.mark.parametrize(
    ("target", "number", "status"),
    on_each(("gateway@udp", signal.SIGINT, 130), cases=[(signal.SIGINT, 130), (signal.SIGTERM, 143)]),
    indirect=["target"],
)
def test_a_run_that_is_interrupted_ends(target: str, number: signal.Signals, status: int, tmp_path: Path) -> None:
    """Ctrl-C, or a job that is cancelled; no verdict is made up."""
    with long_run(tmp_path, target) as run:
        run.command.send_signal(number)
        assert run.ended() == status
        assert run.left_behind() == []


@pytest.mark.parametrize("role", ["device", pytest.param("player", marks=pytest.mark.slow)])
def test_a_program_that_stands_still_is_named(role: str, tmp_path: Path) -> None:
    """It takes part in nothing any more, and does not listen when it is asked to end."""
    if reason := can_play("gateway@raw"):
        pytest.skip(reason)
    with long_run(tmp_path, "gateway@raw", seconds=3) as run:
        os.kill(run.pid(role), signal.SIGSTOP)
        assert run.command.wait(LONGEST_S) == 1
        result = run.result()
        assert result["status"] == "fail"
        assert f"the {role} did not end within" in result["reason"]
        assert run.left_behind() == []


def test_a_device_that_never_says_ready_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A player that is there does not begin."""
    monkeypatch.setattr(process, "_READY_S", 0.2)
    ended = process.play(["sleep", "30"], ["sh", "-c", "read told && touch played"], tmp_path, 5)
    assert ended.trouble == "the device was not ready within 0.2 s"
    assert not (tmp_path / "played").exists()
