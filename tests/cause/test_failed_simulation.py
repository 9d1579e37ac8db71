# SPDX-License-Identifier: Apache-2.0
"""A device with a real bug fails on a real simulator: waves around the divergence, save file, picture, held against what was sent."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pywellen.pywellen import Waveform

from tickproof.cause import again, explain
from tickproof.recording import RecordedRun, load_run
from tickproof.runner import Result, run_job
from tickproof.tasks import How, scenario_tasks

ROOT = Path(__file__).parents[2]
BUG = ROOT / "tests" / "seeded_bugs" / "execute_reads_shares_one_byte_late.patch"
SCENARIO = "scenarios/market_data/executions_and_cancels_reduce.scn"
DEVICE = "tickproof_harness.device."
SVG = "{http://www.w3.org/2000/svg}"

pytestmark = pytest.mark.skipif(shutil.which("iverilog") is None, reason="Icarus Verilog is not installed")


@dataclass(frozen=True)
class Failure:
    """One explained failure: its folder, its result, the run that failed, its waves by signal."""

    folder: Path
    result: Result
    run: RecordedRun
    waves: Waveform

    def text(self, name: str) -> str:
        """A file beside the result."""
        return (self.folder / name).read_text()

    def beats(self) -> list[str]:
        """The frame that caused the divergence, as the beats of a 64-bit bus: the first byte is the lowest."""
        frame = self.run.program.ports["feed_a"].frames[1]
        return [frame[at : at + 8][::-1].hex().rjust(16, "0") for at in range(0, len(frame), 8)]


@pytest.fixture(scope="module")
def failure(tmp_path_factory: pytest.TempPathFactory) -> Failure:
    """The bug in a copy of the RTL, played on Icarus."""
    project = tmp_path_factory.mktemp("project")
    for name in ("hdl", SCENARIO):
        (shutil.copytree if (ROOT / name).is_dir() else _copy)(ROOT / name, project / name)
    subprocess.run(["patch", "-s", "-p1", "-i", BUG], cwd=project, check=True)
    (task,) = scenario_tasks([project / SCENARIO], How(["rtl@icarus"], 1, False, project / "out"))
    (failed,) = run_job([(task,)])
    result = explain(failed)
    assert task.out_dir is not None
    folder = task.out_dir
    return Failure(folder, result, load_run(folder / "capture.npz"), Waveform(str(folder / "dump.fst")))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True)
    shutil.copy(source, target)


def test_the_files_stand_beside_the_result_and_among_its_files(failure: Failure) -> None:
    """Whoever reports it finds them by their roles; nothing else is left in the folder."""
    roles = {"waves": "dump.fst", "gtkwave": "failure.gtkw", "waveform": "waveform.svg", "packets": "frames.pcapng"}
    assert {role: Path(failure.result.files[role]).name for role in roles} == roles
    assert failure.result.verdict.notes == ()
    assert [path.name for path in failure.folder.iterdir() if path.name.startswith(".")] == []


def test_the_waves_hold_the_cause_and_the_divergence_and_little_more(failure: Failure) -> None:
    """The beats of the causing frame are there; of some 20,000 clocks less than 200."""
    data = failure.waves[f"{DEVICE}s_feed_a_axis_tdata"].signal
    values = [f"{value:016x}" for _, value in data if isinstance(value, int)]
    assert "".join(failure.beats()) in "".join(values)
    changes = [count for _, count in failure.waves["tickproof_harness.clock"].signal if isinstance(count, int)]
    assert len(changes) < 200
    assert max(changes) - min(changes) == len(changes) - 1


def test_what_is_told_names_the_clocks_of_the_cause_and_of_the_divergence(failure: Failure) -> None:
    """In the first the causing frame's first beat is on the bus, in the other the record's first byte."""
    found = re.match(
        r"in clock (\d+) the cause went in; in clock (\d+) the divergence showed; .* it fails at the same place", failure.text("cause.txt")
    )
    assert found is not None
    clock, data = failure.waves["tickproof_harness.clock"].signal, failure.waves[f"{DEVICE}s_feed_a_axis_tdata"].signal
    events = failure.waves[f"{DEVICE}m_events_axis_tdata"].signal
    times = {count: time for time, count in clock}
    assert f"{data.value_at(times[int(found[1])] + 1):016x}" == failure.beats()[0]
    # Headers of 42 bytes: the record begins in the third byte of the sixth beat; it is a BBO, kind 1.
    assert events.value_at(times[int(found[2])] + 1) >> 16 & 0xFF == 1


def test_the_save_file_groups_the_ports_and_names_only_signals_that_are_there(failure: Failure) -> None:
    """A viewer opens it on the divergence, with markers at both places."""
    lines = failure.text("failure.gtkw").splitlines()
    groups = [after.removeprefix("-") for line, after in pairwise(lines) if line == "@800200"]
    assert groups == ["feed_a in", "feed_b in", "events out", "bbo out", "control"]
    traces = [line for line in lines if line.startswith("tickproof_harness.")]
    known = {
        name if bits in (None, 1) else f"{name}[{bits - 1}:0]"
        for name, bits in ((v.full_name, v.bitwidth) for v in failure.waves.all_vars())
    }
    assert len(traces) == 1 + 5 + 5 + 5 + 3 + 15
    assert set(traces) <= known
    assert f'[dumpfile] "{failure.folder / "dump.fst"}"' in lines
    (marks,) = (line.split() for line in lines if line.startswith("*"))
    placed = [int(mark) for mark in marks[2:] if mark != "-1"]
    valid = failure.waves[f"{DEVICE}s_feed_a_axis_tvalid"].signal
    assert [valid.value_at(placed[0] + step) for step in (-1, 1)] == [0, 1]
    assert "[markername] Acause" in lines
    assert "[markername] Bdivergence" in lines


def test_the_picture_shows_the_causing_frame_beat_by_beat(failure: Failure) -> None:
    """Every value of the bus is in a title, in order; it is small, whole XML, and marks both clocks."""
    text = failure.text("waveform.svg")
    assert len(text) < 60_000
    picture = ElementTree.fromstring(text)
    titles = [title.text for title in picture.iter(f"{SVG}title")]
    assert "".join(failure.beats()) in "".join(filter(None, titles))
    words = [word.text for word in picture.iter(f"{SVG}text")]
    assert {"cause", "divergence", "s_feed_a_axis_tdata", "m_events_axis_tvalid"} <= set(words)
    assert "nothing moves at control" in str(words[-1])


def test_no_text_of_the_picture_is_wider_than_its_place(failure: Failure) -> None:
    """Nine-pixel letters of one width, 5.5 pixels each: 8 in a column of 50 pixels."""
    picture = ElementTree.fromstring(failure.text("waveform.svg"))
    boxes = [group for group in picture.iter(f"{SVG}g") if group.find(f"{SVG}title") is not None]
    assert boxes
    for box in boxes:
        rectangle = box.find(f"{SVG}rect")
        assert rectangle is not None
        assert all(len(line.text or "") * 5.5 <= float(rectangle.get("width", 0)) for line in box.findall(f"{SVG}text"))


def test_a_run_that_does_not_fail_there_again_is_told(failure: Failure, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A failure that something else has caused: its sentence is not that of the run with waves."""
    verdict = replace(failure.result.verdict, reason="price is 1, golden has 2")
    task = replace(failure.result.task, out_dir=tmp_path)
    explained = explain(replace(failure.result, task=task, verdict=verdict, files={"recording": failure.result.files["recording"]}))
    sentence = (
        "played again with waves, it does not fail at the same place: bid_price is 0.00, golden has 150.00; bid_shares is 0, golden has 200"
    )
    assert explained.verdict.notes == (sentence,)
    assert sentence in (tmp_path / "cause.txt").read_text()


def test_waves_that_a_run_has_left_itself_are_not_made_again(failure: Failure, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --waves nothing is played a second time."""
    monkeypatch.setattr(again, "_play_again", None)
    explained = explain(failure.result)
    assert explained.files["waveform"] == failure.result.files["waveform"]


def test_waves_that_cannot_be_read_are_told(failure: Failure, tmp_path: Path) -> None:
    """A file that was cut off, as of a simulator that was killed."""
    cut = tmp_path / "dump.fst"
    cut.write_bytes((failure.folder / "dump.fst").read_bytes()[:5000])
    task = replace(failure.result.task, out_dir=tmp_path)
    explained = explain(replace(failure.result, task=task, files={"recording": failure.result.files["recording"], "waves": str(cut)}))
    assert explained.verdict.notes[0].startswith(f"no waves: {cut}: is no whole FST of a simulation")
