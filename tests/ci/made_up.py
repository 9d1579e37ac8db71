# SPDX-License-Identifier: Apache-2.0
"""A made-up git repository: devices `left` (left < middle < leaf) and `right` (right < other), a scenario or two each, a host program."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tickproof.tasks import How, Task, find_scenarios, scenario_tasks

DUT = """\
model = "passthrough"
top = "{top}"
sources = ["../rtl/*.v"]
include = ["../include"]
[clock]
name = "clk"
period_ps = 1000
[reset]
name = "rst"
[port.in]
direction = "in"
width = 64
prefix = "s_axis"
[port.out]
direction = "out"
width = 64
prefix = "m_axis"
"""

SCENARIO = """\
dut = "{dut}"
requires = []
covers = [{covers}]
---
0  <  in   bytes=hex:00
   >  out  bytes=hex:{expected}
"""

FILES = {
    "hdl/dut/left.toml": DUT.format(top="left"),
    "hdl/dut/right.toml": DUT.format(top="right"),
    "hdl/rtl/left.v": "module left (input wire clk);\ngenerate if (1) begin : gen\n  middle u (.clk(clk));\nend endgenerate\nendmodule\n",
    "hdl/rtl/middle.v": "module middle (input wire clk);\n  leaf #(.N(1)) u (.clk(clk));\nendmodule\n",
    "hdl/rtl/leaf.v": '// Holds to RULE-1.\n`include "sizes.vh"\nmodule leaf #(parameter N = `SIZE) (input wire clk);\nendmodule\n',
    "hdl/rtl/right.v": "// Better than a leaf.\nmodule right (input wire clk);\n  wire leaf;\n  other u (.clk(clk));\nendmodule\n",
    "hdl/rtl/other.v": 'module other (input wire clk);\nreg [7:0] m [0:1];\ninitial $readmemh("hdl/rtl/table.hex", m);\nendmodule\n',
    "hdl/rtl/lonely.v": "module lonely (input wire clk);\nendmodule\n",
    "hdl/rtl/table.hex": "00 01\n",
    "hdl/include/sizes.vh": "`define SIZE 4\n",
    "host/gateway/main.cpp": "int main() {}\n",
    "host/gateway/tests/test_it.cpp": "int main() {}\n",
    "scenarios/left/plain.scn": SCENARIO.format(dut="left", covers="", expected="00"),
    "scenarios/left/ruled.scn": SCENARIO.format(dut="left", covers='"RULE-1"', expected="00"),
    "scenarios/right/plain.scn": SCENARIO.format(dut="right", covers="", expected="00"),
    "pyproject.toml": "[project]\n",
    "README.md": "A project.\n",
}


@dataclass(frozen=True)
class Repository:
    """In `folder`, with FILES as its first commit, tagged `before`."""

    folder: Path

    def git(self, *words: str) -> str:
        """What git prints."""
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        return subprocess.run(["git", *identity, *words], cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def write(self, name: str, text: str) -> None:
        """A file, with the folders that it needs."""
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text)

    def touch(self, name: str) -> None:
        """Something at its end that changes nothing."""
        self.write(name, (self.folder / name).read_text() + "\n")

    def commit(self, message: str = "More") -> None:
        """All that there is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def tasks(self, *targets: str) -> list[Task]:
        """Of all its scenarios; the working directory has to be the repository."""
        return scenario_tasks(find_scenarios(["scenarios"]), How(targets, seed=1, waves=False, out_dir=self.folder / "out"))


def make_repository(folder: Path) -> Repository:
    """A new one."""
    repository = Repository(folder)
    for name, text in FILES.items():
        repository.write(name, text)
    repository.git("init", "--quiet", "--initial-branch", "main")
    repository.commit("First")
    repository.git("tag", "before")
    return repository
