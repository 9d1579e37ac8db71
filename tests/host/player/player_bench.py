# SPDX-License-Identifier: Apache-2.0
"""The player in one network namespace, a stand-in for a device in the other, and veth pairs between them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tickproof.targets.wire.bed import Link, TestBed, bed_missing
from tickproof.targets.wire.host_build import build_host, build_tools_missing

ROOT = Path(__file__).parents[3]
STAND_IN = Path(__file__).with_name("stand_in.py")


class Bench:
    """One test: `folder` is the plan folder."""

    def __init__(self, bed: TestBed, program: Path, folder: Path) -> None:
        self.bed = bed
        self.program = program
        self.folder = folder
        self.processes: list[subprocess.Popen[str]] = []

    def link(self, name: str = "wire") -> Link:
        """A veth pair; links of other names are not disturbed by what happens on this one."""
        return self.bed.links([name])[name]

    def device(self, *options: str) -> subprocess.Popen[str]:
        """Start the stand-in."""
        process = self._start("device", [sys.executable, str(STAND_IN), *options])
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process

    def start(self) -> subprocess.Popen[str]:
        """The player, in the middle of its run."""
        process = self._start("player", [str(self.program), str(self.folder)])
        time.sleep(0.3)
        return process

    def play(self, expected: int = 0) -> str:
        """The whole run; what the player said."""
        command = self.bed.enter("player", [str(self.program), str(self.folder)])
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        summary = self.folder / "summary.json"
        assert done.returncode == expected, done.stderr or summary.read_text()
        return done.stderr

    def summary(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "summary.json").read_text()))

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()

    def _start(self, side: Any, command: list[str]) -> subprocess.Popen[str]:
        process = subprocess.Popen(self.bed.enter(side, command), stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process


@pytest.fixture(scope="session")
def program() -> Path:
    """The player, built. Skips where it cannot be built or played."""
    if missing := build_tools_missing() or bed_missing():
        pytest.skip(missing)
    return build_host("wire", ROOT / "hdl/dut/feed_handler.toml")


@pytest.fixture(scope="module")
def bed(program: Path) -> Iterator[TestBed]:
    """Two namespaces."""
    bed = TestBed()
    yield bed
    bed.close()


@pytest.fixture
def bench(bed: TestBed, program: Path, tmp_path: Path) -> Iterator[Bench]:
    """All of it."""
    bench = Bench(bed, program, tmp_path)
    yield bench
    bench.close()
