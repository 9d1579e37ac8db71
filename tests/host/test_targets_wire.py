# SPDX-License-Identifier: Apache-2.0
"""A scenario plays on the host targets as a person plays it there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tickproof.targets import get_target

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "scenarios" / "order_entry" / "an_order_inside_every_limit_is_forwarded.scn"


def play_at(folder: Path, scenario: Path, target: str) -> tuple[dict[str, Any], str]:
    """Its result, and what was printed."""
    tool = shutil.which("tickproof", path=str(Path(sys.executable).parent)) or "tickproof"
    command = [tool, "run", str(scenario), "--target", target, "--out", "out"]
    environment = {**os.environ, "TICKPROOF_CACHE": str(ROOT / "build")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    (result,) = json.loads((folder / "out" / "result.json").read_text())["results"]
    return result, done.stdout + done.stderr


@pytest.mark.parametrize("target", ["gateway@udp", "gateway@raw", "gateway@xdp", "rtl@raw"])
def test_a_scenario_plays_unchanged(target: str, tmp_path: Path) -> None:
    """The same file as in simulation; bytes, records and counters as golden has them, on no wire."""
    if reason := get_target(target).unavailable():
        pytest.skip(reason)
    result, said = play_at(tmp_path, SCENARIO, target)
    assert (result["status"], result["grade"], result["host"]["lost"]) == ("pass", "loopback", 0), said
    assert result["compared"]["records"] > 0
    assert result["compared"]["packets"] > 0


def test_all_records_of_a_commit_leave_with_its_addresses(tmp_path: Path) -> None:
    """CTRL-5: it starts 30 books afresh, which is more records than a datagram holds. (Devices that are built have 8 symbols.)"""
    if reason := get_target("gateway@raw").unavailable():
        pytest.skip(reason)
    names = [f"S{number:02}" for number in range(30)]
    symbols = [f'[symbols.{name}]\nlocate = {locate}\ngiven = true\nbase = "140.00"\n' for locate, name in enumerate(names, 1)]
    orders = [f"  +1us < feed add_order symbol={name} ref={ref} side=B shares=100 price=150.00" for ref, name in enumerate(names, 1)]
    moves = [" +20us < control set events_dst_port=31000", *(f"  < control set {name} base=141.00" for name in names), "  < control commit"]
    gone = ["  > events control op=commit", *(f"  > events bbo symbol={name} bid=none" for name in names), "  > events nothing"]
    head = ['dut = "feed_handler"', "[parameters]", f"SYMBOLS = {len(names)}", *symbols, "---"]
    (tmp_path / "large.scn").write_text("\n".join([*head, *orders, *moves, *gone]) + "\n", encoding="utf-8")
    (tmp_path / "hdl").symlink_to(ROOT / "hdl")
    result, said = play_at(tmp_path, Path("large.scn"), "gateway@raw")
    assert result["status"] == "pass", said
    assert result["compared"]["records"] > len(names) * 2
