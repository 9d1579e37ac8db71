# SPDX-License-Identifier: Apache-2.0
"""A scenario plays on the host targets as a person plays it there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tickproof.targets import get_target

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "scenarios" / "order_entry" / "an_order_inside_every_limit_is_forwarded.scn"


@pytest.mark.parametrize("target", ["gateway@udp", "gateway@raw", "gateway@xdp", "rtl@raw"])
def test_a_scenario_plays_unchanged(target: str, tmp_path: Path) -> None:
    """The same file as in simulation; bytes, records and counters as golden has them, on no wire."""
    if reason := get_target(target).unavailable():
        pytest.skip(reason)
    tool = shutil.which("tickproof", path=str(Path(sys.executable).parent)) or "tickproof"
    command = [tool, "run", str(SCENARIO), "--target", target, "--out", "out"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    (result,) = json.loads((tmp_path / "out" / "result.json").read_text())["results"]
    assert (result["status"], result["grade"], result["host"]["lost"]) == ("pass", "loopback", 0), done.stdout + done.stderr
    assert result["compared"]["records"] > 0
    assert result["compared"]["packets"] > 0
