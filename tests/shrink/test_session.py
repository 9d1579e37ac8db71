# SPDX-License-Identifier: Apache-2.0
"""One simulator process that plays Programs as they come: each Capture is that of a run alone, and no process outlives its Session."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tickproof.errors import InputError
from tickproof.program import PortProgram, Program, Send
from tickproof.targets import RunOptions, get_target, load_dut
from tickproof.targets.simulation.session import Session

DUTS = Path(__file__).parents[1] / "unit" / "simulation_duts"
FATAL = {"FAULT": 3}  # after three bytes


def simulator(name: str):
    target = get_target(name)
    if reason := target.unavailable():
        pytest.skip(reason)
    return target


@pytest.fixture
def target():
    return simulator("rtl@icarus")


def program(*data: bytes, parameters: dict[str, int] | None = None, port: str = "in") -> Program:
    sends = PortProgram.of(Send(100 * place, frame) for place, frame in enumerate(data))
    return Program("faulty", {port: sends}, parameters=parameters or {})


def frames(capture) -> list[bytes]:
    return [*capture.outputs["out"].frames]


def children() -> set[int]:
    """Processes that this one has started and that are still there."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


@pytest.mark.parametrize("name", ["rtl@verilator", "rtl@icarus"])
def test_each_program_is_played_as_if_it_were_alone(name: str) -> None:
    """What comes next is decided when the one before is over; another length, another order, none at all."""
    target, dut = simulator(name), load_dut(str(DUTS / "faulty.toml"), DUTS)
    programs = [program(b"\1"), program(b"\7", b"\6", b"\5", b"\4"), program(), program(b"\1", b"\2")]
    with Session(target, dut, RunOptions()) as session:
        captures = [session.run(each) for each in programs]
    assert all(capture.complete for capture in captures)
    assert [frames(capture) for capture in captures] == [[b"\1"], [b"\7", b"\6", b"\5", b"\4"], [], [b"\1", b"\2"]]
    together, alone = captures[-1], target.run(dut, programs[-1], RunOptions())
    assert together.outputs["out"].first_ps.tolist() == alone.outputs["out"].first_ps.tolist()
    assert together.sent["in"].first_ps.tolist() == alone.sent["in"].first_ps.tolist()


def test_a_run_that_takes_the_simulator_down_costs_itself(target) -> None:
    """The one behind it is played in a new process."""
    dut = load_dut(str(DUTS / "faulty.toml"), DUTS)
    with Session(target, dut, RunOptions()) as session:
        assert session.run(program(b"\1", parameters=FATAL)).complete
        assert not session.run(program(*[b"\1"] * 5, parameters=FATAL)).complete
        assert frames(session.run(program(b"\2", parameters=FATAL))) == [b"\2"]


def test_a_program_that_does_not_fit_costs_itself(target) -> None:
    """The user's mistake is told, and the next Program is played."""
    dut = load_dut(str(DUTS / "faulty.toml"), DUTS)
    with Session(target, dut, RunOptions()) as session:
        session.run(program(b"\1"))
        with pytest.raises(InputError, match="no such input port"):
            session.run(program(b"\1", port="nowhere"))
        assert frames(session.run(program(b"\2"))) == [b"\2"]


def test_nothing_is_left_of_a_session(target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither its simulator, which waits for a Program that never comes, nor its files."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    before, dut = children(), load_dut(str(DUTS / "faulty.toml"), DUTS)
    with Session(target, dut, RunOptions()) as session:
        session.run(program(b"\1"))
        assert len(children() - before) == 1
        assert os.listdir(tmp_path)
    assert children() <= before
    assert not os.listdir(tmp_path)
