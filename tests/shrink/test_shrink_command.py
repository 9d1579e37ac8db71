# SPDX-License-Identifier: Apache-2.0
"""`tickproof shrink` as it is used: what it takes, what it says, what it leaves when it is interrupted."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tickproof.cli import main
from tickproof.runner import run_job
from tickproof.targets import get_target
from tickproof.tasks import How, scenario_tasks

LEFTOVER = Path(__file__).with_name("leftover")


def scenario(lines: int, *, forgets: bool = True) -> str:
    """Single bytes, one a line."""
    header = f'dut = "leftover"\n[parameters]\nFORGETS = {int(forgets)}\n---\n'
    return header + "".join(f"+100ns < in bytes=hex:{byte % 256:02x}\n" for byte in range(lines))


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose device inverts the third byte and all behind it."""
    if reason := get_target("rtl@icarus").unavailable():
        pytest.skip(reason)
    shutil.copytree(LEFTOVER, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shrink(*words: str) -> int:
    """Exit code of the command."""
    with pytest.raises(SystemExit) as ended:
        main(["shrink", *words])
    return int(ended.value.code or 0)


def sent(path: Path) -> list[str]:
    """What the lines of a scenario send."""
    timeline = path.read_text(encoding="utf-8").partition("---\n")[2]
    return [line.split()[-1] for line in timeline.splitlines() if not line.startswith("#")]


def test_what_survives_a_reset_does_not_make_it_too_small(device: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Behind other runs one byte is enough; in a simulator of its own it takes three, and that is what `tickproof run` reproduces."""
    if reason := get_target("rtl@verilator").unavailable():  # on Icarus each run has a fresh device
        pytest.skip(reason)
    (device / "three.scn").write_text(scenario(3, forgets=False), encoding="utf-8")
    assert shrink("three.scn", "--target", "rtl@verilator") == 0
    assert len(sent(device / "out" / "shrunk" / "three.scn")) == 3
    said = capsys.readouterr().out
    assert "reproduce   tickproof run out/shrunk/three.scn --target rtl@verilator --seed 1" in said
    assert "3 lines to 3" in said


def test_a_random_program_and_its_recording_become_scenarios(device: Path) -> None:
    """Neither has a timeline to take lines from: it is written first."""
    volume = '[generate]\nkind = "frames"\ncount = 20\nmin = 1\nmax = 1\nport = "in"\ninterval = "100ns"\n'
    (device / "random.scn").write_text(f'dut = "leftover"\n[parameters]\nFORGETS = 1\n{volume}---\n', encoding="utf-8")
    list(run_job([tuple(scenario_tasks([Path("random.scn")], How(["rtl@icarus"], 1, False, Path("out"))))]))
    (recording,) = Path("out").rglob("capture.npz")
    for source, words in (("random.scn", ["--target", "rtl@icarus"]), (str(recording), [])):
        assert shrink(source, *words, "-o", "small.scn") == 0
        assert len(sent(device / "small.scn")) == 3


INTERRUPTED = """
import os, signal, sys
from pathlib import Path
from tickproof.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job starts with it ignored
rename = Path.replace

def interrupting(self, target):
    done = rename(self, target)
    if Path(target).name == "small.scn":
        os.kill(os.getpid(), signal.SIGINT)
    return done

Path.replace = interrupting
main()
"""
"""The command, with Ctrl-C at the moment at which the first smaller scenario is there."""


def test_ctrl_c_leaves_the_smallest_so_far(device: Path) -> None:
    """The file is written whenever the scenario has become smaller, so it is there, it parses, and it says that it is not finished."""
    (device / "many.scn").write_text(scenario(400), encoding="utf-8")
    out = device / "small.scn"
    words = [sys.executable, "-c", INTERRUPTED, "shrink", "many.scn", "--target", "rtl@icarus", "-o", out.name]
    run = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 130, run.stderr
    assert "not finished; the smallest so far is in small.scn" in run.stdout
    assert "Not finished" in out.read_text(encoding="utf-8")
    assert 3 <= len(sent(out)) < 400


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("nothing.scn",), "nothing.scn: no such file"),
        (("good.scn", "--target", "rtl@icarus"), "good.scn: shows no divergence (got rtl@icarus: pass, expected a failing run)"),
        (("good.scn", "-o", "good.scn"), "good.scn: would be overwritten; -o names another file"),
        (("day.itch",), "day.itch: which symbols are tracked?"),
        (("bad.npz",), "bad.npz: is no recording of a run"),
    ],
)
def test_a_users_mistake_is_one_line(device: Path, words: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What, where, what was expected; exit code 2."""
    (device / "good.scn").write_text(scenario(1), encoding="utf-8")
    (device / "day.itch").write_bytes(b"\0\1X")
    (device / "bad.npz").write_bytes(b"no zip")
    assert shrink(*words) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"tickproof: error: {complaint}")
    assert said.count("\n") == 1
