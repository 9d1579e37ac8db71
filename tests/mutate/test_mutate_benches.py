# SPDX-License-Identifier: Apache-2.0
"""What cannot be compiled goes, and a golden mutant is judged by what devices did, good and broken ones."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tickproof.mutate.bench import Source, compile_away, weave_files
from tickproof.mutate.broken import broken_runs
from tickproof.mutate.campaign import draw
from tickproof.mutate.golden import GoldenBench
from tickproof.mutate.golden_side import Recorded, noticed_in
from tickproof.mutate.rtl import RtlBench
from tickproof.mutate.weave import VERILOG
from tickproof.tasks import How, Task, scenario_tasks

ROOT = Path(__file__).parents[2]
needs_icarus = pytest.mark.skipif(not shutil.which("iverilog"), reason="Icarus is not installed")


def frames() -> list[Task]:
    path = ROOT / "scenarios" / "axis_register" / "frames_pass_unchanged.scn"
    return scenario_tasks([path], How(["rtl@icarus"], 1, False, Path("out")))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One device, whose module reads the highest bit of a signal."""
    for folder in ("dut", "rtl", "include"):
        (tmp_path / "hdl" / folder).mkdir(parents=True)
    shutil.copy(ROOT / "hdl" / "dut" / "axis_register.toml", tmp_path / "hdl" / "dut")
    text = (ROOT / "hdl" / "rtl" / "axis_register.v").read_text()
    probe = "    wire [3:0] probe = 4'd9;\n    wire       high = probe[3];\n"
    (tmp_path / "hdl" / "rtl" / "axis_register.v").write_text(text.replace("    localparam BEAT_W", probe + "    localparam BEAT_W"))
    return tmp_path


def test_a_bit_that_is_not_there_is_no_mutant(project: Path, tmp_path: Path) -> None:
    """The others stay, and stand in the copy; the project is as it was."""
    bench = RtlBench(project, tmp_path / "work", "rtl@icarus", ("axis_register",))
    before = (project / "hdl" / "rtl" / "axis_register.v").read_bytes()
    mutants = dict(enumerate(draw(bench, 1, 1000, ()), 1))
    invalid = bench.prepare(mutants, [])
    assert [mutants[number].replacement for number in invalid] == ["probe[4]"]
    woven = (tmp_path / "work" / "hdl" / "rtl" / "axis_register.v").read_text()
    assert {int(number) for number in re.findall(r"tickproof_mutant [!=]= (\d+)", woven)} == mutants.keys() - invalid
    assert (project / "hdl" / "rtl" / "axis_register.v").read_bytes() == before


def test_a_complaint_about_nobodys_text_is_an_error(project: Path) -> None:
    """The original does not compile either."""
    path = project / "hdl" / "rtl" / "axis_register.v"
    bench = RtlBench(project, project / "work", "rtl@icarus", ("axis_register",))
    mutants = dict(enumerate(draw(bench, 1, 3, ()), 1))
    source = Source("hdl/rtl/axis_register.v", path, "axis_register")
    with pytest.raises(ValueError, match=r"axis_register\.v:1: does not compile, whatever the mutants \(got a word\)"):
        compile_away(mutants, lambda left: {path: weave_files([source], left, VERILOG)[source.file]}, lambda: [(path, 1, 1, "a word")])


def test_more_mutants_begin_with_the_same(project: Path) -> None:
    """So that a campaign can grow; another seed is another campaign."""
    bench = RtlBench(project, project / "work", "rtl@icarus", ("axis_register",))
    assert draw(bench, 7, 5, ()) == draw(bench, 7, 12, ())[:5]
    assert draw(bench, 7, 5, ()) != draw(bench, 8, 5, ())


@needs_icarus
def test_golden_mutants_disagree_with_a_recording(tmp_path: Path) -> None:
    """Golden that expects no frame that was sent is noticed; the original is not, nor is one that expects all of them: all were sent."""
    bench, tasks = GoldenBench(ROOT, tmp_path, "rtl@icarus", broken=0), frames()
    found = {mutant.replacement: mutant for mutant in draw(bench, 1, 100, ("passthrough",))}
    mutants = {1: found["(last_ps < 0)"], 2: found["not (sent is None)"]}
    assert not bench.prepare(mutants, tasks)
    (good,), (none,), (every,) = ([text for _, text in bench.play(number, tasks)] for number in (0, *mutants))
    assert (good, every) == (None, None)
    assert none is not None
    assert "frame" in none


@needs_icarus
def test_golden_mutants_are_held_against_broken_devices(tmp_path: Path) -> None:
    """Golden that says something else of what they did is noticed; the original is not."""
    tasks, runs = frames(), tmp_path / "broken"
    found = list(broken_runs(ROOT, runs, "rtl@icarus", tasks, 6))
    assert found
    assert all(verdict.reason for *_, verdict in found)
    task, dut, capture, verdict = found[0]
    told = Recorded(task.scenario, dut, capture, frozenset(), verdict.status, verdict.reason)
    assert noticed_in(told) is None
    assert noticed_in(replace(told, reason="something else")) == f"{verdict.reason}, where golden says fail (something else)"
