# SPDX-License-Identifier: Apache-2.0
"""Waves around a divergence where only Verilator can play it again: a register that loses a bit, compiled with waves."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pywellen.pywellen import Waveform

from tickproof.cause import again, explain
from tickproof.runner import run_job
from tickproof.targets import get_target
from tickproof.tasks import How, scenario_tasks

ROOT = Path(__file__).parents[2]
DEVICE = "tickproof_harness.device."

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(get_target("rtl@verilator").unavailable() is not None, reason="Verilator is not installed"),
]


def test_verilator_writes_the_clocks_around_the_divergence_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bit 59 is stuck at 0, so 01 02 03 04 05 06 07 08 leaves as ... 00: both are in the waves, and in the picture."""
    shutil.copytree(ROOT / "hdl", tmp_path / "hdl")
    source = tmp_path / "hdl" / "rtl" / "axis_register.v"
    text = source.read_text()
    assert text.count("= out_q;") == 1
    source.write_text(text.replace("= out_q;", "= out_q & ~(1'b1 << 59);"))
    scenario = shutil.copy(ROOT / "scenarios" / "axis_register" / "frames_pass_unchanged.scn", tmp_path)
    monkeypatch.setattr(again, "_QUICK_CLOCKS", -1)  # Icarus would play it again, else
    (task,) = scenario_tasks([Path(scenario)], How(["rtl@verilator"], 1, False, tmp_path / "out"))
    (failed,) = run_job([(task,)])
    assert failed.verdict.reason == "out frame 1 differs from byte 7 on"
    explained = explain(failed)
    assert task.out_dir is not None
    told = (task.out_dir / "cause.txt").read_text()
    assert "played by rtl@verilator; it fails at the same place" in told
    seen = re.search(r"in clock (\d+) the divergence showed", told)
    assert seen is not None
    waves = Waveform(explained.files["waves"])
    assert 0x0807060504030201 in [value for _, value in waves[f"{DEVICE}s_axis_tdata"].signal]
    assert 0x0007060504030201 in [value for _, value in waves[f"{DEVICE}m_axis_tdata"].signal]
    clocks = [count for _, count in waves["tickproof_harness.clock"].signal]
    assert int(seen[1]) < len(clocks) <= int(seen[1]) + 65
    picture = Path(explained.files["waveform"]).read_text()
    assert "<title>0807060504030201</title>" in picture
    assert "<title>0007060504030201</title>" in picture
