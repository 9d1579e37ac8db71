# SPDX-License-Identifier: Apache-2.0
"""The targets `rtl@verilator` and `rtl@icarus`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tickproof.capture import Capture
from tickproof.dut import Dut
from tickproof.errors import InputError, TargetUnavailable
from tickproof.program import Program
from tickproof.targets.base import Capability, RunOptions
from tickproof.targets.simulation.build import Simulator, build
from tickproof.targets.simulation.collect import collect
from tickproof.targets.simulation.harness import TOP
from tickproof.targets.simulation.plan import write_plan
from tickproof.targets.simulation.process import run_simulator
from tickproof.targets.simulation.tools import Tool, cocotb_environment, cocotb_library, find_icarus, find_verilator

__all__ = ["SimulationTarget"]

# A device may notice that a time has passed only when it is not busy with something else; this is how late it may be.
_SLACK_NS = 1000
_SEEDS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class SimulationTarget:
    """A simulator as a path to the device under test; see `tickproof.targets.base.Target`."""

    simulator: Simulator

    @property
    def name(self) -> str:
        return f"rtl@{self.simulator}"

    @property
    def capabilities(self) -> frozenset[Capability]:
        common: frozenset[Capability] = frozenset({"bad_fcs", "abort", "exact_timing", "counters", "bbo_port", "waves"})
        return common | (frozenset({"four_state"}) if self.simulator == "icarus" else frozenset({"random_init"}))

    def unavailable(self) -> str | None:
        tool = self._find()
        return tool if isinstance(tool, str) else None

    def run(self, dut: Dut, program: Program, options: RunOptions) -> Capture:
        tool = self._find()
        if isinstance(tool, str):
            raise TargetUnavailable(self.name, tool)
        parameters = {**dut.parameters, **program.parameters}
        artifact = build(self.simulator, tool, dut, parameters, options.waves)
        directory, temporary = _work_directory(options.out_dir)
        try:
            return self._play(tool, artifact, dut, program, options, directory, parameters)
        except OSError as error:
            raise InputError(str(directory), f"cannot work there: {error.strerror or error}") from error
        finally:
            if temporary:
                shutil.rmtree(directory, ignore_errors=True)

    def _find(self) -> Tool | str:
        return find_verilator() if self.simulator == "verilator" else find_icarus()

    def _play(
        self, tool: Tool, artifact: Path, dut: Dut, program: Program, options: RunOptions, directory: Path, parameters: Mapping[str, int]
    ) -> Capture:
        for stale in ("run.summary", "results.xml"):
            (directory / stale).unlink(missing_ok=True)
        write_plan(dut, program, directory, options.max_clocks)
        waves = directory / "dump.fst"
        log, results = directory / "simulator.log", directory / "results.xml"
        plusargs = [f"+tickproof_dir={directory}", *([f"+tickproof_waves={waves}"] if options.waves else [])]
        if self.simulator == "verilator":
            seed = options.seed * 0x9E3779B97F4A7C15 % _SEEDS + 1
            command = [str(artifact), "+verilator+rand+reset+2", f"+verilator+seed+{seed}", *plusargs]
        else:
            command = [str(tool.path.with_name("vvp")), "-n", "-m", str(cocotb_library("icarus")), str(artifact)]
            command += [*plusargs, *(["-fst"] if options.waves else [])]
        crash = run_simulator(command, cocotb_environment(TOP, results), dut.path.parent, log, results, options.timeout_s)
        collected = collect(dut, program, directory)
        period = dut.clock.period_ps
        return Capture(
            outputs=collected.outputs,
            sent=collected.sent,
            counters=collected.counters,
            clock_ps=period,
            epoch_ps=None if collected.epoch_clock is None else collected.epoch_clock * period,
            slack_ns=_SLACK_NS,
            grade="simulated",
            timing=f"clocks of {period} ps, {tool.version}",
            facts=parameters,
            complete=not crash and not collected.trouble,
            trouble=crash or collected.trouble,
            files={"log": str(log), **({"waves": str(waves)} if options.waves and waves.exists() else {})} if options.out_dir else {},
        )


def _work_directory(out_dir: Path | None) -> tuple[Path, bool]:
    """Where one run keeps its files, and whether it is to be removed afterwards."""
    if out_dir is None:
        return Path(tempfile.mkdtemp(prefix="tickproof-")), True
    directory = out_dir.absolute()
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(str(out_dir), f"cannot make this folder: {error.strerror}") from error
    return directory, False
