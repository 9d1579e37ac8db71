# SPDX-License-Identifier: Apache-2.0
"""The host path at volume: a whole third-party day on every kind of interface, and a million messages at 100,000 a second and more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tickproof.check import judge
from tickproof.golden import get_model
from tickproof.scenario import parse_text
from tickproof.targets import RunOptions, get_target, load_dut

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DAY = Path(os.environ.get("TICKPROOF_SHARED", ROOT.parent / "shared" / "data")) / "itch" / "itchbook_one.itch"
MILLION = ROOT / "benchmarks" / "million.scn"
MESSAGES, LEAST_RATE = 1_000_000, 100_000


def skip_unless_available(target: str) -> None:
    """With the target's own reason."""
    if reason := get_target(target).unavailable():
        pytest.skip(reason)


@pytest.mark.parametrize("target", ["gateway@udp", "gateway@raw", "gateway@xdp", "rtl@raw"])
def test_a_whole_day_is_replayed_and_nothing_is_lost(tmp_path: Path, target: str) -> None:
    """60,045 third-party messages: every BBO equal (BOOK-*, EVT-*), and the host lost nothing on the way."""
    skip_unless_available(target)
    if not DAY.exists():
        pytest.skip(f"no third-party data: {DAY} does not exist (set TICKPROOF_SHARED)")
    command = [sys.executable, "-m", "tickproof.cli", "replay", str(DAY), "--symbols", "TEST", "--target", target, "--out", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (result,) = json.loads((tmp_path / "result.json").read_text())["results"]
    assert result["status"] == "pass"
    assert result["host"]["lost"] == 0
    assert result["compared"]["records"] > 26_000


def test_a_million_messages_are_taken_at_their_rate() -> None:
    """Nothing is lost, by the host or by the device; every record is judged; the rate is that at which the sends really went in."""
    target = get_target("gateway@raw")
    skip_unless_available(target.name)
    program = parse_text(MILLION.read_text(encoding="utf-8"), MILLION.name).program  # its times are the host's: not scaled
    dut = load_dut(program.dut, ROOT)
    capture = target.run(dut, program, RunOptions())
    verdict = judge(None, program, dut, get_model(dut.model), capture)
    assert verdict.status == "pass", f"{verdict.reason}\n{verdict.divergence}"
    assert capture.host is not None
    assert capture.host.lost == 0
    assert capture.counters["messages"] == MESSAGES
    assert capture.counters["lost"] == 0
    feed = [capture.sent[line] for line in ("feed_a", "feed_b")]
    seconds = (max(int(sent.last_ps[-1]) for sent in feed) - min(int(sent.first_ps[0]) for sent in feed)) / 1e12
    assert MESSAGES / seconds >= LEAST_RATE
