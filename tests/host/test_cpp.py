# SPDX-License-Identifier: Apache-2.0
"""The C++ programs' own tests (host/*/tests/test_*.cpp): built together, run one by one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import filelock
import pytest

from tickproof.targets.wire.host_build import build_tools_missing

HOST = Path(__file__).resolve().parents[2] / "host"
BUILD = HOST.parent / "build" / "host" / "tests"
TESTS = sorted(path.stem for path in HOST.glob("*/tests/test_*.cpp"))


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder with all of them. CMake knows what has changed since the last time."""
    if reason := build_tools_missing():
        pytest.skip(reason)
    BUILD.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(BUILD.with_suffix(".lock")):
        sanitize = os.environ.get("TICKPROOF_SANITIZE", "")
        for command in (
            ["cmake", "-S", HOST, "-B", BUILD, f"-DTICKPROOF_SANITIZE={sanitize}"],
            ["cmake", "--build", BUILD, "--target", "tests", "--parallel", str(os.cpu_count() or 1)],
        ):
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
    return BUILD


@pytest.mark.parametrize("name", TESTS)
def test_a_program_of_tests_finds_nothing(built: Path, name: str) -> None:
    """It says where the first expectation does not hold, and ends with 1."""
    run = subprocess.run([built / name], capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stderr) == (0, "")
