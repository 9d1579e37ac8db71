# SPDX-License-Identifier: Apache-2.0
"""Compiles a device with its harness, once: builds are kept by the hash of everything that goes into them."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tickproof.dut import Dut
from tickproof.errors import InputError
from tickproof.targets.cached_build import cache_root, cached_build, content_key
from tickproof.targets.simulation.harness import TOP, harness_source
from tickproof.targets.simulation.tools import Tool, cocotb_library
from tickproof.targets.verilog_files import with_includes

__all__ = ["VERILATOR_FLAGS", "Simulator", "build"]

Simulator = Literal["verilator", "icarus"]

_HERE = Path(__file__).parent
_TRANSACTORS = tuple(sorted((_HERE / "verilog").glob("*.v")))
_MAIN = _HERE / "verilator" / "main.cpp"
_PUBLIC = _HERE / "verilator" / "public.vlt"
_ARTIFACT = {"verilator": TOP, "icarus": "sim.vvp"}
_NO_FST_LIBRARY = re.compile(r"(lz4|zlib)\.h: No such file|cannot find -l(z|lz4)\b")

VERILATOR_FLAGS = (
    *("--cc", "--exe", "--build", "-O3", "-Wno-fatal", "-Wno-lint", "--prefix", "Vtop", "--timescale", "1ps/1ps"),
    "--no-timing",  # delays in a device are ignored: its clock comes from outside
    *("--x-assign", "unique", "--x-initial", "unique"),
    *("--output-split", "5000", "--output-split-cfuncs", "200"),  # several smaller C++ files compile in less time
    # -include: the PyPI package leaves it empty, and a device that is large enough for several C++ files then does not compile.
    # PYTHON3: there it is `python`, which Debian does not have.
    *("-MAKEFLAGS", f"OPT_FAST=-O2 OPT_SLOW=-O0 OPT_GLOBAL=-O2 CFG_CXXFLAGS_PCH_I=-include PYTHON3={sys.executable}"),
)
"""How a device is compiled, whoever drives it."""


@dataclass(frozen=True, slots=True)
class _Recipe:
    simulator: Simulator
    tool: Tool
    dut: Dut
    harness: str
    waves: bool
    coverage: bool


def build(
    simulator: Simulator, tool: Tool, dut: Dut, parameters: Mapping[str, int], *, waves: bool = False, coverage: bool = False
) -> Path:
    """The executable (Verilator) or the .vvp file (Icarus) for this device with these parameters.

    Safe to call from many processes at once: one compiles, the others wait for it. Raises InputError where the device does not compile.
    """
    can = simulator == "verilator"
    recipe = _Recipe(simulator, tool, dut, harness_source(dut, parameters), waves=waves and can, coverage=coverage and can)
    name = f"{dut.name}-{simulator}-{_key(recipe)}"
    return cached_build(cache_root(dut.path, "simulation"), name, _ARTIFACT[simulator], functools.partial(_compile, recipe))


def _key(recipe: _Recipe) -> str:
    # Contents and names, not folders: a copy of the same sources is the same build. cocotb's folder stands in the executable.
    tool = (recipe.simulator, str(recipe.tool.path), recipe.tool.version, str(cocotb_library(recipe.simulator)))
    files = with_includes((*_TRANSACTORS, _MAIN, _PUBLIC, *recipe.dut.sources), recipe.dut.include)
    return content_key(*tool, recipe.harness, *_flags(recipe), *(part for path in files for part in (path.name, path.read_bytes())))


def _flags(recipe: _Recipe) -> list[str]:
    """Everything of the command but paths."""
    if recipe.simulator == "icarus":
        return ["-g2005", "-s", TOP]
    period = recipe.dut.clock.period_ps
    return [
        *VERILATOR_FLAGS,
        *("--vpi", "--top-module", TOP),
        *(["--trace-fst"] if recipe.waves else []),
        *(["--coverage-line", "--coverage-toggle"] if recipe.coverage else []),
        *("-CFLAGS", f"-DCLOCK_HIGH_PS={period - period // 2} -DCLOCK_LOW_PS={period // 2}"),
    ]


def _command(recipe: _Recipe, work: Path) -> list[str]:
    files = [*_TRANSACTORS, work / f"{TOP}.v", *recipe.dut.sources]
    command = [str(recipe.tool.path), *_flags(recipe), *(f"-I{folder}" for folder in recipe.dut.include)]
    if recipe.simulator == "icarus":
        command += ["-o", str(work / _ARTIFACT["icarus"])]
    else:
        library = cocotb_library("verilator")
        command += ["-LDFLAGS", f"-Wl,-rpath,{library.parent} -L{library.parent} -l{library.stem.removeprefix('lib')}"]
        command += ["-Mdir", str(work / "obj"), "-o", str(work / TOP), "-j", str(os.cpu_count() or 1), str(_PUBLIC), str(_MAIN)]
    return command + [str(path) for path in files]


def _compile(recipe: _Recipe, work: Path) -> None:
    (work / f"{TOP}.v").write_text(recipe.harness)
    environment = {name: value for name, value in os.environ.items() if name != "VERILATOR_ROOT"}
    if shutil.which("ccache"):
        environment["OBJCACHE"] = "ccache"
    run = subprocess.run(
        _command(recipe, work), cwd=work, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if run.returncode and _NO_FST_LIBRARY.search(run.stdout):
        raise InputError("--waves", "Verilator cannot be built with FST", hint="apt-get install liblz4-dev zlib1g-dev")
    if run.returncode:
        raise InputError(str(recipe.dut.path), f"{recipe.simulator} cannot compile the device", got=_first_error(run.stdout))


def _first_error(log: str) -> str:
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "no message")
