# SPDX-License-Identifier: Apache-2.0
"""Several Programs in one simulator process: each Capture is that of a run alone, and a crash costs one run (docs/formats.md)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tickproof.capture import Capture
from tickproof.dut import Dut
from tickproof.program import PortProgram, Program, Send, WaitFor
from tickproof.scenario import parse
from tickproof.targets import RunOptions, get_target, load_dut
from tickproof.targets.simulation import casts
from tickproof.targets.simulation import target as simulation

ROOT = Path(__file__).parents[2]
DUTS = Path(__file__).with_name("simulation_duts")
SCENARIOS = {
    "feed_handler": ["faults/duplicates_are_skipped", "market_data/a_crossed_book_is_flagged", "faults/runts_are_dropped"],
    "tick_to_trade": ["order_entry/a_generated_trading_day", "risk/the_quantity_limit", "session/a_client_that_is_gone_gets_nothing"],
}


@pytest.fixture(autouse=True)
def _shared_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices in temporary folders are built once, too."""
    monkeypatch.setenv("TICKPROOF_CACHE", os.environ.get("TICKPROOF_CACHE", str(ROOT / "build")))


@pytest.fixture(params=["rtl@verilator", "rtl@icarus"])
def target(request: pytest.FixtureRequest):
    target = get_target(request.param)
    if reason := target.unavailable():
        pytest.skip(reason)
    return target


def together(target, dut: Dut, programs: Sequence[Program], **options: object) -> list[Capture]:
    return list(target.run_many(dut, [(program, RunOptions(**options)) for program in programs]))


def content(capture: Capture) -> dict[str, object]:
    """All of a Capture but its files, in values that can be compared."""
    found: dict[str, object] = {}
    for port, recording in capture.outputs.items():
        found |= {f"{port} bytes": recording.frames.data.tobytes(), f"{port} ends": recording.frames.offsets.tolist()}
        found |= {f"{port} {name}": getattr(recording, name).tolist() for name in ("first_ps", "last_ps", "flags")}
    for port, sent in capture.sent.items():
        found |= {f"sent {port}": np.stack([sent.first_ps, sent.last_ps]).tolist()}
    names = ("counters", "clock_ps", "epoch_ps", "slack_ns", "grade", "timing", "facts", "complete", "trouble", "unkept", "host")
    return found | {name: getattr(capture, name) for name in names}


@pytest.mark.parametrize("device", SCENARIOS)
def test_a_capture_of_a_batch_is_that_of_a_run_alone(target, device: str) -> None:
    """Byte for byte and clock for clock, whichever runs were before: each is played first, in the middle and last."""
    dut = load_dut(device, ROOT)
    programs = [parse(ROOT / "scenarios" / f"{name}.scn").program for name in SCENARIOS[device]]
    alone = [content(target.run(dut, program, RunOptions())) for program in programs]
    order = [0, 1, 2, 0, 1]
    captures = together(target, dut, [programs[index] for index in order])
    assert [content(capture) for capture in captures] == [alone[index] for index in order]
    assert all(capture.complete for capture in captures)


def test_what_the_simulator_prints_is_in_the_log_of_its_own_run(target, tmp_path: Path) -> None:
    """And the logs stay where each run wants them."""
    program = Program("stamper", {"rx": PortProgram.of([Send(0, bytes(4))])})
    runs = [(program, RunOptions(out_dir=tmp_path / str(index))) for index in range(3)]
    captures = list(target.run_many(load_dut(DUTS / "stamper.toml", ROOT), runs))
    assert [capture.files for capture in captures] == [{"log": str(tmp_path / str(index) / "simulator.log")} for index in range(3)]
    assert [path.name for path in sorted(tmp_path.rglob("*"))] == ["0", "simulator.log", "1", "simulator.log", "2", "simulator.log"]
    assert "Running" in Path(captures[0].files["log"]).read_text()
    assert "passed" in Path(captures[2].files["log"]).read_text()


def faulty(count: int, fault: int, wait: WaitFor | None = None) -> Program:
    """`count` bytes through a device that goes wrong behind the third, in the way of `fault` (faulty.v)."""
    sends = [Send(10 * index, bytes([index]), wait_for=wait if index else None) for index in range(count)]
    return Program("faulty", {"in": PortProgram.of(sends)}, parameters={"FAULT": fault}, name=f"{count} bytes")


def test_a_run_that_gets_stuck_is_not_complete_and_the_next_one_is(target) -> None:
    """The sequencer gives up on it and resets the device."""
    captures = together(target, load_dut(DUTS / "faulty.toml", ROOT), [faulty(2, 2), faulty(6, 2), faulty(2, 2)])
    assert [capture.complete for capture in captures] == [True, False, True]
    assert "in: send 3 of 6 did not go in" in captures[1].trouble
    assert list(captures[2].outputs["out"].frames) == [b"\0", b"\1"]


def test_a_wait_counts_from_its_own_run(target) -> None:
    """Outputs of the run before do not count."""
    waiting = faulty(2, 0, WaitFor("out", 1))
    captures = together(target, load_dut(DUTS / "faulty.toml", ROOT), [faulty(6, 0), waiting, faulty(2, 0, WaitFor("out", 2))])
    assert [capture.complete for capture in captures] == [True, True, False]
    assert "it waits for output 2 of out" in captures[2].trouble


def test_a_run_that_takes_the_simulator_down_is_the_last_and_says_why(target) -> None:
    """What was before is complete; what stood behind has no Capture."""
    captures = together(target, load_dut(DUTS / "faulty.toml", ROOT), [faulty(2, 3), faulty(6, 3), faulty(2, 3)])
    assert [capture.complete for capture in captures] == [True, False]
    assert "the device gives up" in captures[1].trouble


def test_runs_of_different_parameters_are_refused(target) -> None:
    """They would be other devices."""
    with pytest.raises(ValueError, match="the same parameters"):
        together(target, load_dut(DUTS / "faulty.toml", ROOT), [faulty(2, 0), faulty(2, 1)])


def test_on_icarus_each_run_is_that_of_a_fresh_device() -> None:
    """Registers that reset leaves alone are X again, and initial blocks have just run; elsewhere they hold what the run before has left."""
    target = get_target("rtl@icarus")
    if reason := target.unavailable():
        pytest.skip(reason)
    captures = together(target, load_dut(DUTS / "faulty.toml", ROOT), [faulty(2, 10)] * 3)
    assert [list(capture.outputs["out"].frames) for capture in captures] == [[b"\0", b"\1"]] * 3


@pytest.mark.parametrize("when", [1, 5, *range(18, 26)])
def test_what_a_device_says_before_it_is_asked_is_recorded(target, when: int) -> None:
    """While it gets ready, in the clock in which it is, and in those before the setup; and each run has it."""
    program = Program("hasty", {"in": PortProgram.of([Send(0, b"\1")])}, parameters={"WHEN": when})
    for capture in together(target, load_dut(DUTS / "hasty.toml", ROOT), [program] * 3):
        assert capture.complete, capture.trouble
        out = capture.outputs["out"]
        assert list(out.frames) == [b"\xee", b"\1"]
        assert out.first_ps[0] + capture.epoch_ps == when * capture.clock_ps


def test_closing_the_captures_ends_the_simulator(target, tmp_path: Path) -> None:
    """Ctrl-C between two results leaves nothing behind."""
    runs = [(faulty(2, 0), RunOptions(out_dir=tmp_path))] * 50
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    before = children.read_text().split()
    running = target.run_many(load_dut(DUTS / "faulty.toml", ROOT), runs)
    assert next(running).complete
    assert children.read_text().split() != before
    running.close()
    assert children.read_text().split() == before
    assert [path.name for path in tmp_path.iterdir()] == ["simulator.log"]


def test_remembered_casts_change_nothing_but_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """icarus/casts.cpp: the same run with the preloaded library and without it."""
    target = get_target("rtl@icarus")
    if reason := target.unavailable():
        pytest.skip(reason)
    dut, program = load_dut("tick_to_trade", ROOT), parse(ROOT / "scenarios" / "session" / "a_login_passes.scn").program
    used = []
    monkeypatch.setattr(simulation, "preload", lambda root: used.append(casts.preload(root)) or used[0])
    quick = content(target.run(dut, program, RunOptions()))
    assert Path(used[0]["LD_PRELOAD"].split(":")[0]).is_file()
    monkeypatch.setattr(simulation, "preload", lambda root: {})
    assert content(target.run(dut, program, RunOptions())) == quick


def test_a_machine_without_a_compiler_does_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Icarus alone needs no g++; and a compiler that fails is no error."""
    monkeypatch.setattr(casts.shutil, "which", lambda name: None)
    assert casts.preload(tmp_path / "none") == {}
    monkeypatch.setattr(casts.shutil, "which", lambda name: "/bin/false")
    (tmp_path / "failing").mkdir()
    assert casts.preload(tmp_path / "failing") == {}
    assert not [path for path in (tmp_path / "failing").iterdir() if path.suffix != ".lock"]
