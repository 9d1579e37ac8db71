# SPDX-License-Identifier: Apache-2.0
"""`tickproof mutate` as a user runs it, on the smallest device there is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not shutil.which("iverilog"), reason="Icarus is not installed")
SCENARIO = "scenarios/axis_register/frames_pass_unchanged.scn"


def mutate(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tickproof.cli", "mutate", SCENARIO, "--target", "rtl@icarus", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "mutants.jsonl").read_text().splitlines()]


def test_a_campaign_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Four mutants, then two more: the first four are not played again, and all six are told. Exit code 1 where too few were killed: a skid
    buffer behind which nobody ever waits is not seen by one scenario."""
    first = mutate("--count", 4, "--out", tmp_path, "--at-least", 0)
    assert first.returncode == 0, first.stdout + first.stderr
    assert [line["module"] for line in lines(tmp_path)] == ["axis_register"] * 4
    killed = [line for line in lines(tmp_path) if line["status"] == "killed"]
    assert killed
    assert all(line["scenario"] == SCENARIO and line["noticed"] for line in killed)
    again = mutate("--count", 6, "--out", tmp_path, "--resume", "--at-least", 100)
    assert again.returncode == 1, again.stdout + again.stderr
    assert len({line["id"] for line in lines(tmp_path)}) == len(lines(tmp_path)) == 6
    assert "6 mutants: " in again.stdout
    assert "6 mutants: " in (tmp_path / "mutation.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--module", "fifo"), "tickproof: error: --module: no such module (got fifo, expected axis_register)"),
        (("--target", "gateway@raw"), "tickproof: error: gateway@raw: plays no mutants of rtl (expected rtl@verilator or rtl@icarus)"),
    ],
    ids=["module", "target"],
)
def test_what_cannot_be_played_is_said(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """In one line, with what could be."""
    run = mutate("--out", tmp_path, *arguments)
    assert (run.returncode, run.stderr.splitlines()) == (2, [said])
