# SPDX-License-Identifier: Apache-2.0
"""The gateway takes no memory once it is ready: every call that could is counted in the program that plays scenarios."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tickproof.dut import Dut
from tickproof.program import Program
from tickproof.scenario import parse
from tickproof.targets import RunOptions, load_dut
from tickproof.targets.time_scale import scaled
from tickproof.targets.wire.device import Connections
from tickproof.targets.wire.gateway import Gateway
from tickproof.targets.wire.target import WireTarget
from tickproof.targets.wire.wiring import Transport

ROOT = Path(__file__).resolve().parents[2]
SHIM = Path(__file__).with_name("count_allocations.cpp")
SCENARIOS = (
    "market_data/a_generated_market",
    "market_data/a_commit_makes_settings_effective_together",
    "faults/a_generated_market_with_gaps",
    "faults/line_groups_can_be_moved",
    "order_entry/a_generated_trading_day",
    "risk/everything_at_once",
    "session/cancel_on_disconnect",
    "risk/user_ref_nums_survive_a_reconnect",
)
"""Packets that wait, gaps, new sockets behind a commit, orders, kills, connections that end and come again."""


@dataclass(frozen=True)
class Counted(Gateway):
    """The gateway with the counter in it. counts: where a line a run is appended."""

    shim: Path
    counts: Path

    def command(self, dut: Dut, program: Program, transport: Transport, to: Connections, options: RunOptions) -> list[str]:
        """Through env, because the one who enters the namespace is not to be counted."""
        own = super().command(dut, program, transport, to, options)
        return ["env", f"LD_PRELOAD={self.shim}", f"COUNT_ALLOCATIONS={self.counts}", *own]


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The counter, compiled."""
    if os.environ.get("TICKPROOF_SANITIZE"):
        pytest.skip("a sanitizer has a heap of its own")
    if reason := WireTarget(Gateway(), "raw").unavailable():
        pytest.skip(reason)
    made = tmp_path_factory.mktemp("shim") / "count_allocations.so"
    command = ["g++", "-std=c++20", "-O1", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-o", made, SHIM]
    subprocess.run(command, check=True, timeout=100)
    return made


def test_the_counter_counts(shim: Path, tmp_path: Path) -> None:
    """A program that prints `ready` and then allocates: else zero would say nothing."""
    source = '#include <cstdio>\n#include <vector>\nint main() { std::puts("ready"); std::vector<int> some(1000); return some[1]; }\n'
    (tmp_path / "program.cpp").write_text(source)
    subprocess.run(["g++", "-O0", "-o", tmp_path / "program", tmp_path / "program.cpp"], check=True, timeout=100)
    environment = {**os.environ, "LD_PRELOAD": str(shim), "COUNT_ALLOCATIONS": str(tmp_path / "counts")}
    subprocess.run([tmp_path / "program"], env=environment, check=True, timeout=10, stdout=subprocess.DEVNULL)
    assert (tmp_path / "counts").read_text().startswith("1 ")


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_gateway_allocates_nothing_after_its_start(shim: Path, tmp_path: Path, name: str) -> None:
    """Neither by malloc and its kin, nor by mmap, from the line `ready` to its end."""
    scenario = parse(ROOT / "scenarios" / f"{name}.scn")
    target = WireTarget(Counted(shim, tmp_path / "counts"), "raw")
    capture = target.run(load_dut(scenario.dut, ROOT), scaled(scenario.program, target.time_scale), RunOptions(out_dir=tmp_path))
    assert capture.complete, capture.trouble
    assert capture.counters["records"] > 0
    assert (tmp_path / "counts").read_text() == "0\n"
