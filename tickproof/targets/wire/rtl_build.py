# SPDX-License-Identifier: Apache-2.0
"""Builds `tickproof-rtl`, the Verilated device behind interfaces (host/rtl_on_wire/), once for each device and state of the sources.

The C++ is the same for every device. What differs is generated here: a Verilog top that has every signal of every stream under a plain
name, and `pins.h`, which tells the program where these are and what the device's control registers mean.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tickproof.dut import Dut
from tickproof.errors import InputError, TargetUnavailable
from tickproof.targets.cached_build import cache_root, cached_build, content_key, remembered
from tickproof.targets.simulation.tools import Tool, find_verilator
from tickproof.targets.verilog_files import with_includes
from tickproof.targets.wire.host_build import build_host, build_tools_missing, host_sources, xdp_missing
from tickproof.targets.wire.rtl_pins import TOP, pins_header, top_module

__all__ = ["DEFAULT_SLOWDOWN", "build_rtl_program", "rtl_program_missing"]

DEFAULT_SLOWDOWN = 2000
"""Host ns a device ns: 78,125 clocks a second. The Verilated tick_to_trade is well ahead of that on a slow and crowded core, too; one that
is hardly ahead never makes up for a stall (docs/decisions.md 38)."""

_PROGRAM = "tickproof-rtl"
_COMPLAINT = re.compile(r"error\b|undefined reference", re.IGNORECASE)
_FLAGS = (
    *("--cc", "--exe", "--build", "-O3", "-Wno-fatal", "-Wno-lint", "--prefix", "Vdevice", "--top-module", TOP, "--no-timing"),
    *("--x-assign", "unique", "--x-initial", "unique"),
    # One function for a whole device takes g++ minutes, and runs no faster than many.
    *("--output-split", "5000", "--output-split-cfuncs", "200"),
)


def rtl_program_missing() -> str | None:
    """Why it cannot be built on this machine, with the next step, or None."""
    verilator = find_verilator()
    return verilator if isinstance(verilator, str) else build_tools_missing()


def build_rtl_program(dut: Dut, parameters: Mapping[str, int]) -> Path:
    """The program for this device. parameters: those that differ from the description's.

    Safe to call from many processes at once. Raises InputError where the device does not compile or has a port that no host can connect,
    TargetUnavailable where a tool is missing.
    """
    verilator, missing = find_verilator(), rtl_program_missing()
    if isinstance(verilator, str) or missing:
        raise TargetUnavailable("rtl on a wire", missing or str(verilator))
    sources = sorted((host_sources(dut.path) / "rtl_on_wire").glob("*.cpp"))
    library = build_host("library", dut.path)
    # What a source includes is read only for a build: here it is whatever lies beside it or in a folder of includes.
    folders = {*dut.include, *(source.parent for source in dut.sources)}
    beside = {entry.path for folder in folders for entry in os.scandir(folder) if entry.is_file()}
    files = [*map(str, (dut.path, library, *sources, *_headers(sources))), *sorted({*map(str, dut.sources), *beside})]
    what = (dut.path, *sorted(parameters.items()), *_sanitize())
    return remembered(what, files, lambda: _built(verilator, dut, parameters, library, sources))


def _built(verilator: Tool, dut: Dut, parameters: Mapping[str, int], library: Path, sources: Sequence[Path]) -> Path:
    generated = {f"{TOP}.v": top_module(dut, {**dut.parameters, **parameters})}
    generated["pins.h"] = pins_header(dut, {**dut.parameters, **parameters}, DEFAULT_SLOWDOWN)
    key = _key(verilator, dut, generated, library, sources)

    def make(work: Path) -> None:
        for name, text in generated.items():
            (work / name).write_text(text)
        _compile(verilator, dut, work, library, sources)

    return cached_build(cache_root(dut.path, "host"), f"{dut.name}-{key}", _PROGRAM, make)


def _key(verilator: Tool, dut: Dut, generated: Mapping[str, str], library: Path, sources: Iterable[Path]) -> str:
    files = (library, *sources, *_headers(sources), *with_includes(dut.sources, dut.include))
    named = [*(part for file in generated.items() for part in file), *(part for path in files for part in (path.name, path.read_bytes()))]
    return content_key(str(verilator.path), verilator.version, *_make_flags(), *_FLAGS, *named)


def _headers(sources: Iterable[Path]) -> list[Path]:
    folders = {source.parent for source in sources} | {source.parents[1] / "common" for source in sources}
    return sorted(header for folder in folders for header in folder.glob("*.h"))


def _sanitize() -> list[str]:
    chosen = os.environ.get("TICKPROOF_SANITIZE", "")
    return [f"-fsanitize={chosen}", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"] if chosen else []


def _make_flags() -> list[str]:
    """Of Verilator's makefile; why they are as they are: see the simulation's build.

    Sanitizers look at our C++, not at the model, which would be too slow for the host's clock with them.
    """
    precompiled = "-include"
    flags = ["OPT_FAST=-O2", "OPT_SLOW=-O0", "OPT_GLOBAL=-O2", f"PYTHON3={sys.executable}"]
    if _sanitize():
        precompiled = "-fno-sanitize=all -include"
        flags.append("'CFG_CXXFLAGS_PCH=-fno-sanitize=all -x c++-header'")
    return [" ".join([*flags, f"'CFG_CXXFLAGS_PCH_I={precompiled}'"]), *_sanitize()]


def _compile(verilator: Tool, dut: Dut, work: Path, library: Path, sources: Iterable[Path]) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "VERILATOR_ROOT"}
    if shutil.which("ccache"):
        environment |= {"OBJCACHE": "ccache", "CCACHE_NOHASHDIR": "1"}
    xdp = ["-lxdp", "-lbpf"] if xdp_missing() is None else []
    flags = ["-std=c++20", f"-I{next(iter(sources)).parents[2]}", "-I..", *_sanitize()]
    command = [str(verilator.path), *_FLAGS, "-MAKEFLAGS", _make_flags()[0], *(f"-I{folder}" for folder in dut.include)]
    command += ["-CFLAGS", " ".join(flags), "-LDFLAGS", " ".join([str(library), *xdp, *_sanitize()])]
    command += ["-Mdir", str(work / "obj"), "-o", str(work / _PROGRAM), "-j", str(os.cpu_count() or 1)]
    command += [str(path) for path in (*sources, work / f"{TOP}.v", *dut.sources)]
    run = subprocess.run(command, cwd=work, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if run.returncode:
        lines = [line.strip() for line in run.stdout.splitlines() if line.strip()]
        said = next((line for line in lines if _COMPLAINT.search(line)), lines[-1] if lines else f"status {run.returncode}")
        raise InputError(str(dut.path), f"{_PROGRAM} cannot be built for this device", got=said.replace(f"{work}/", ""))
