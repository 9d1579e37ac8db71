# SPDX-License-Identifier: Apache-2.0
"""The pytest plugin, in real pytest runs with a real simulator: what is collected, what is reported, and what it leaves alone."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tickproof import pytest_items
from tickproof.check import Verdict
from tickproof.pytest_items import turn
from tickproof.runner import Result
from tickproof.tasks import Task

pytest_plugins = "pytester"

RTL = Path(__file__).resolve().parents[2] / "hdl" / "rtl" / "axis_register.v"
DEVICE = """
model = "passthrough"
top = "axis_register"
sources = ["../axis_register.v"]
clock = { name = "clk", period_ps = 6400 }
reset = { name = "rst" }
port.in = { direction = "in", width = 64, prefix = "s_axis" }
port.out = { direction = "out", width = 64, prefix = "m_axis" }
"""
PASSES = 'dut = "register"\n---\n0 < in bytes=hex:0001\n> out bytes=hex:0001\n'
ALSO_PASSES = 'dut = "register"\n---\n0 < in bytes=hex:05\n'
DISAGREES = 'dut = "register"\n---\n0 < in bytes=hex:0001\n> out bytes=hex:0002\n'
CANNOT_RUN = 'dut = "register"\nrequires = ["hw_timestamps"]\n---\n0 < in bytes=hex:0001\n'
SAYS_NOTHING = 'dut = "register"\n---\n'
MISTAKEN = 'dut = "register"\n---\n0 < in byts=hex:0001\n'

needs_icarus = pytest.mark.skipif(not shutil.which("iverilog"), reason="no iverilog on PATH")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A repository with a device and no scenario."""
    pytester.mkdir("hdl").joinpath("dut").mkdir()
    Path("hdl/dut/register.toml").write_text(DEVICE)
    shutil.copy(RTL, "hdl")
    pytester.mkdir("scenarios")
    return pytester


def test_each_target_is_an_item_of_its_scenario(project: pytest.Pytester) -> None:
    """Ids are what a person would write; --target may be repeated, and may hold several."""
    Path("scenarios/passes.scn").write_text(PASSES)
    listed = project.runpytest("--collect-only", "-q", "--target", "rtl@verilator", "--target=rtl@icarus,gateway@raw")
    ids = [line for line in listed.outlines if "::" in line]
    assert ids == [f"scenarios/passes.scn::{target}" for target in ("rtl@verilator", "rtl@icarus", "gateway@raw")]


def test_what_needs_the_machine_for_itself_comes_last(project: pytest.Pytester) -> None:
    """Host targets play behind all others, so that workers that are still busy do not disturb them."""
    for name in ("a", "b"):
        Path(f"scenarios/{name}.scn").write_text(PASSES)
    listed = project.runpytest("--collect-only", "-q", "--target", "gateway@raw,rtl@icarus")
    order = [line.removeprefix("scenarios/") for line in listed.outlines if "::" in line]
    assert order == ["a.scn::rtl@icarus", "b.scn::rtl@icarus", "a.scn::gateway@raw", "b.scn::gateway@raw"]


@needs_icarus
def test_verdicts_become_outcomes_with_their_reasons(project: pytest.Pytester) -> None:
    """A pass passes; a divergence fails as in the terminal; what cannot run is skipped; what cannot be judged is no pass."""
    for name, text in (("a", PASSES), ("b", ALSO_PASSES), ("c", DISAGREES), ("d", CANNOT_RUN), ("e", SAYS_NOTHING)):
        Path(f"scenarios/{name}.scn").write_text(text)
    run = project.runpytest("scenarios", "--target", "rtl@icarus", "--seed", "7", "-ra", "--junitxml=junit.xml")
    run.assert_outcomes(passed=2, failed=2, skipped=1)
    run.stdout.fnmatch_lines(
        [
            "tickproof: *seed 7, targets: rtl@icarus",
            "*scenarios/c.scn on rtl@icarus*",
            "scenarios/c.scn:4   rtl@icarus   golden",
            "*the golden model and the scenario disagree*",
            "  seed        *",
            "  reproduce   tickproof run scenarios/c.scn --target rtl@icarus --seed 7 --waves",
            "scenarios/e.scn   rtl@icarus   inconclusive",
            "SKIPPED*needs a target with hw_timestamps*",
            "FAILED scenarios/c.scn::rtl@icarus - the golden model and*",
        ]
    )
    case = ElementTree.parse("junit.xml").getroot().find(".//testcase[@name='rtl@icarus']")
    assert case is not None
    told = {item.get("name"): item.get("value") for item in case.iter("property")}
    assert told["grade"] == "simulated"
    assert told["reproduce"] == "tickproof run scenarios/a.scn --target rtl@icarus --seed 7 --waves"
    assert told["seed"] == "7608156672115192398"  # of SHA-256 of "7:scenarios/a.scn", the first 64 bits


@needs_icarus
def test_waves_lie_where_the_failure_says(project: pytest.Pytester) -> None:
    """--waves writes an FST of each run; a device that loses a byte shows both frames."""
    source = Path("hdl/axis_register.v")
    source.write_text(source.read_text().replace("m_axis_tdata} = out_q", "m_axis_tdata} = {out_q[BEAT_W-1:8], 8'hff}"))
    Path("scenarios/passes.scn").write_text(PASSES)
    run = project.runpytest("--target", "rtl@icarus", "--waves")
    run.assert_outcomes(failed=1)
    run.stdout.fnmatch_lines(["  raw golden  0001", "  raw got     ff01", "  waves       *dump.fst"])
    (waves,) = [line.split()[1] for line in run.outlines if line.startswith("  waves")]
    assert Path(waves).stat().st_size > 0


@needs_icarus
def test_a_failure_is_played_again_with_waves(project: pytest.Pytester) -> None:
    """Without being asked, as `tickproof run` does it: waves, save file and picture. Three of them a process."""
    source = Path("hdl/axis_register.v")
    source.write_text(source.read_text().replace("m_axis_tdata} = out_q", "m_axis_tdata} = {out_q[BEAT_W-1:8], 8'hff}"))
    for name in "abcd":
        Path(f"scenarios/{name}.scn").write_text(PASSES)
    run = project.runpytest("--target", "rtl@icarus")
    run.assert_outcomes(failed=4)
    for role in ("waves", "gtkwave", "waveform"):
        named = [line.split()[1] for line in run.outlines if line.split()[:1] == [role]]
        assert len(named) == 3
        assert all(Path(path).stat().st_size for path in named)


def test_a_run_that_is_played_again_is_told(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass behind a run that the host had spoiled looks like any other, so there is a warning, and a property."""

    def spoiled_once(job: list[tuple[Task]]) -> Iterator[Result]:
        yield Result(job[0][0], Verdict("pass", grade="loopback"), spoiled=("late: feed_a[2] left 15 ms behind its time",))

    monkeypatch.setattr(pytest_items, "run_job", spoiled_once)
    Path("scenarios/passes.scn").write_text(PASSES)
    run = project.runpytest("--target", "gateway@raw", "--junitxml=junit.xml")
    run.assert_outcomes(passed=1, warnings=1)
    run.stdout.fnmatch_lines(["*played again on gateway@raw, because the host had spoiled a run: late: feed_a*left 15 ms*"])
    assert 'name="spoiled" value="late: ' in Path("junit.xml").read_text()


def test_a_mistake_in_a_scenario_is_a_collection_error(project: pytest.Pytester) -> None:
    """It names line and column, without a traceback, and the others are collected all the same."""
    Path("scenarios/mistaken.scn").write_text(MISTAKEN)
    run = project.runpytest("--target", "rtl@icarus")
    run.assert_outcomes(errors=1)
    run.stdout.fnmatch_lines(["scenarios/mistaken.scn:3:5: what goes into in?*"])
    run.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--target", "rtl@nowhere"], "*rtl@nowhere: no such target*"), (["--seed", "-1"], "*'-1' is no whole number from 0*")],
    ids=["target", "seed"],
)
def test_a_mistake_in_an_option_stops_the_run(project: pytest.Pytester, options: list[str], said: str) -> None:
    """A usage error, before anything is collected."""
    run = project.runpytest(*options)
    assert run.ret == pytest.ExitCode.USAGE_ERROR
    run.stderr.fnmatch_lines([said])


def test_the_configuration_file_says_where_to_play(project: pytest.Pytester) -> None:
    """tickproof_targets, where --target does not say otherwise."""
    Path("scenarios/passes.scn").write_text(PASSES)
    project.makeini("[pytest]\ntickproof_targets = rtl@icarus gateway@raw\n")
    assert "scenarios/passes.scn::gateway@raw" in project.runpytest("--collect-only", "-q").outlines
    assert "scenarios/passes.scn::gateway@raw" not in project.runpytest("--collect-only", "-q", "--target", "rtl@icarus").outlines


def test_an_option_of_the_projects_own_stays_its_own(project: pytest.Pytester) -> None:
    """Many projects have a --seed; ours is --tickproof-seed then."""
    project.makeconftest("def pytest_addoption(parser):\n    parser.addoption('--seed', default='theirs')\n")
    project.makepyfile("def test_seed(request):\n    assert request.config.getoption('seed') == 'mine'\n")
    run = project.runpytest("--seed", "mine", "--tickproof-seed", "9", "--target", "rtl@icarus")
    run.assert_outcomes(passed=1)
    run.stdout.fnmatch_lines(["tickproof: *seed 9*"])


def test_projects_without_devices_see_nothing_of_it(pytester: pytest.Pytester) -> None:
    """No options, no items, no line in the head, and nothing of weight is imported."""
    Path("other.scn").write_text("of another program\n")
    pytester.makepyfile("import sys\n\ndef test_lean():\n    assert not {'numpy', 'scapy', 'tickproof.tasks'} & set(sys.modules)\n")
    run = pytester.runpytest_subprocess("-p", "no:hypothesispytest", "-k", " or ".join(["lean"] * 100))
    run.assert_outcomes(passed=1)
    run.stdout.no_fnmatch_line("tickproof:*")
    assert pytester.runpytest("--target", "rtl@icarus").ret == pytest.ExitCode.USAGE_ERROR


def test_what_a_machine_can_play_is_asked_only_where_there_are_scenarios(project: pytest.Pytester) -> None:
    """A project's other tests do not wait for it, and are not told."""
    project.makepyfile("import sys\n\ndef test_lean():\n    assert 'tickproof.tasks' not in sys.modules\n")
    run = project.runpytest_subprocess("-p", "no:hypothesispytest")
    run.assert_outcomes(passed=1)
    run.stdout.fnmatch_lines(["tickproof: *seed 1, targets: all that this machine can run"])


def test_a_turn_alone_waits_for_all_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulations run side by side; what keeps the machine busy runs when none does. It is one file for all of a user's processes."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with turn(exclusive=False), turn(exclusive=False), next(tmp_path.iterdir()).open() as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with turn(exclusive=True), next(tmp_path.iterdir()).open() as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
