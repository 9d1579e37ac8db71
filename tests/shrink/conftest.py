# SPDX-License-Identifier: Apache-2.0
"""A copy of the RTL with one of tests/seeded_bugs in it, and the scenario that finds it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUGS = ROOT / "tests" / "seeded_bugs"


@pytest.fixture(autouse=True)
def _shared_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices in temporary folders are built once, too."""
    monkeypatch.setenv("TICKPROOF_CACHE", os.environ.get("TICKPROOF_CACHE", str(ROOT / "build")))


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts a bug into a copy of the RTL, goes there, and returns the path of the scenario that has to find it.

    parameters: lines of TOML that give the scenario a smaller device, whose reset takes a simulator less time.
    """

    def make(bug: str, parameters: str = "") -> Path:
        patch = BUGS / f"{bug}.patch"
        named = next(line for line in patch.read_text(encoding="utf-8").splitlines() if line.startswith("Scenario: "))
        scenario = Path(named.removeprefix("Scenario: "))
        shutil.copytree(ROOT / "hdl", tmp_path / "hdl")
        subprocess.run(["patch", "-sp1", "--fuzz=0", "-i", patch], cwd=tmp_path, check=True)
        (tmp_path / scenario).parent.mkdir(parents=True)
        header, _, timeline = (ROOT / scenario).read_text(encoding="utf-8").partition("\n---\n")
        table = f"\n[parameters]\n{parameters}\n" if parameters else ""
        (tmp_path / scenario).write_text(f"{header}\n{table}---\n{timeline}", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        return scenario

    return make
