# SPDX-License-Identifier: Apache-2.0
"""Builds the C++ programs of the host path with CMake, once for each state of their sources."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from tickproof.errors import InputError
from tickproof.targets.cached_build import cache_root, cached_build, content_key, remembered

__all__ = ["HostProgram", "build_host", "build_tools_missing", "host_sources", "xdp_missing"]

HostProgram = Literal["wire", "gateway", "library"]

_PARTS = {"wire": ("common", "wire"), "gateway": ("common", "gateway"), "library": ("common",)}
_GOAL = {"wire": "tickproof-wire", "gateway": "tickproof-gateway", "library": "tickproof_host"}
_ARTIFACT = {"wire": "tickproof-wire", "gateway": "tickproof-gateway", "library": "libtickproof_host.a"}
_XDP_HEADERS = ("/usr/include/xdp/xsk.h", "/usr/local/include/xdp/xsk.h")
_INSTALLED = Path(__file__).parents[2] / "host"  # a link in the repository; a wheel has the files


def host_sources(dut_path: Path) -> Path:
    """The folder of the C++ sources: that of the project around a device description (PROJECT/hdl/dut), else tickproof's own."""
    own = (folder / "host" for folder in dut_path.parents if (folder / "hdl" / "dut").is_dir())
    return next((folder for folder in own if (folder / "CMakeLists.txt").is_file()), _INSTALLED)


@functools.cache
def build_tools_missing() -> str | None:
    """Why the programs cannot be built here, with the next step, or None."""
    missing = [tool for tool in ("cmake", "make", "g++") if not shutil.which(tool)]
    if missing:
        return f"the host programs need {', '.join(missing)} to be built (apt-get install {' '.join(missing)})"
    return None if (_INSTALLED / "CMakeLists.txt").is_file() else f"the sources of the host programs are not installed ({_INSTALLED})"


@functools.cache
def xdp_missing() -> str | None:
    """Why they would be built without AF_XDP, with the next step, or None."""
    found = any(Path(header).is_file() for header in _XDP_HEADERS)
    return None if found else "no libxdp to build with (apt-get install libxdp-dev libbpf-dev)"


def build_host(program: HostProgram, dut_path: Path) -> Path:
    """The program (or the library of what they share), for the project of this device; the build stays in the project's `build/host`.

    TICKPROOF_SANITIZE (e.g. address,undefined) builds it with these sanitizers. Safe to call from many processes at once. InputError with
    the compiler's first complaint where it does not compile.
    """
    sources = host_sources(dut_path)
    sanitize = os.environ.get("TICKPROOF_SANITIZE", "")
    files = [str(sources / "CMakeLists.txt"), *_files(sources, program)]
    return remembered((program, dut_path, sanitize), files, lambda: _built(program, dut_path, sources, files, sanitize))


def _built(program: HostProgram, dut_path: Path, sources: Path, files: Iterable[str], sanitize: str) -> Path:
    texts = {path.relative_to(sources): path.read_bytes() for path in map(Path, files)}
    named = [part for name, text in texts.items() for part in (str(name), text)]
    key = content_key(_compiler(), str(xdp_missing() is None), sanitize, *named)

    def make(work: Path) -> None:
        # What is compiled is what was hashed, whoever edits meanwhile; and always in the same place, so that ccache knows it again.
        for name, text in texts.items():
            (work / "host" / name).parent.mkdir(parents=True, exist_ok=True)
            (work / "host" / name).write_bytes(text)
        _compile(program, work, sanitize, sources)

    return cached_build(cache_root(dut_path, "host"), f"{program}-{key}", _ARTIFACT[program], make)


def _files(sources: Path, program: HostProgram) -> list[str]:
    """All that the program is made of; its tests are not. As text: each run asks, and to make Paths of them takes longer than the rest."""
    found: list[str] = []
    for part in _PARTS[program]:
        for folder, below, names in os.walk(sources / part):
            below[:] = [name for name in below if name not in ("tests", "fuzz")]
            found += [os.path.join(folder, name) for name in names if name.endswith((".cpp", ".h"))]
    return sorted(found)


@functools.cache
def _compiler() -> str:
    run = subprocess.run(["g++", "--version"], capture_output=True, text=True, check=False)
    return run.stdout.partition("\n")[0]


def _compile(program: HostProgram, work: Path, sanitize: str, sources: Path) -> None:
    environment = {**os.environ, "CCACHE_BASEDIR": str(work), "CCACHE_NOHASHDIR": "1"}
    xdp = "ON" if xdp_missing() is None else "OFF"
    configure = ["cmake", "-S", "host", "-B", "build", f"-DTICKPROOF_XDP={xdp}", f"-DTICKPROOF_SANITIZE={sanitize}"]
    build = ["cmake", "--build", "build", "--target", _GOAL[program], "--parallel", str(os.cpu_count() or 1)]
    for command in (configure, build):
        run = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
        if run.returncode:
            lines = (run.stdout + run.stderr).splitlines()
            said = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else f"status {run.returncode}")
            raise InputError(str(sources), f"{_GOAL[program]} does not compile", got=said.replace(f"{work}/host/", "").strip())
    (work / "build" / _ARTIFACT[program]).rename(work / _ARTIFACT[program])
