# SPDX-License-Identifier: Apache-2.0
"""Third-party ITCH files through `tickproof replay` and the RTL: every BBO compared, every error counted alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("TICKPROOF_SHARED", ROOT.parent / "shared" / "data")) / "itch"
SLOW = pytest.param("rtl@icarus", marks=pytest.mark.slow)


def replay(tmp_path: Path, file: str, *options: str) -> dict[str, object]:
    """The one result of `tickproof replay FILE`, from its result.json."""
    if not (DATA / file).exists():
        pytest.skip(f"no third-party data: {DATA / file} does not exist (set TICKPROOF_SHARED)")
    command = [sys.executable, "-m", "tickproof.cli", "replay", str(DATA / file), *options, "--out", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (result,) = json.loads((tmp_path / "result.json").read_text())["results"]
    return dict(result)


@pytest.mark.parametrize("target", ["rtl@verilator", SLOW])
def test_a_whole_synthetic_day_is_replayed(tmp_path: Path, target: str) -> None:
    """60,045 messages of one symbol, 30 a packet: BOOK-*, FEED-ARB-2."""
    result = replay(tmp_path, "itchbook_one.itch", "--symbols", "TEST", "--target", target)
    assert result["status"] == "pass"
    assert result["compared"]["records"] > 26_000  # type: ignore[index]


@pytest.mark.parametrize("target", ["rtl@verilator", SLOW])
def test_a_sampled_real_day_counts_its_errors_alike(tmp_path: Path, target: str) -> None:
    """12,012 real messages, sampled, so that most references dangle: BOOK-UNKNOWN, BOOK-REF, EVT-4."""
    result = replay(tmp_path, "ritch_reframed.itch", "--symbols", "BOB,CHAR,ALC", "--target", target)
    assert result["status"] == "pass"
    assert result["compared"]["counters"] == 42  # type: ignore[index]
