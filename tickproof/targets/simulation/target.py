# SPDX-License-Identifier: Apache-2.0
"""The targets `rtl@verilator` and `rtl@icarus`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tickproof.capture import Capture
from tickproof.dut import Dut
from tickproof.errors import InputError, TargetUnavailable
from tickproof.program import Program
from tickproof.targets.base import Capability, RunOptions
from tickproof.targets.cached_build import cache_root
from tickproof.targets.simulation.build import Simulator, build
from tickproof.targets.simulation.casts import preload
from tickproof.targets.simulation.collect import collect
from tickproof.targets.simulation.harness import TOP
from tickproof.targets.simulation.plan import write_plan
from tickproof.targets.simulation.process import LOG, run_simulator
from tickproof.targets.simulation.tools import Tool, cocotb_environment, cocotb_library, find_icarus, find_verilator

__all__ = ["SimulationTarget", "read_capture", "run_over"]

# A device may notice that a time has passed only when it is not busy with something else; this is how late it may be.
_SLACK_NS = 1000
_SEEDS = 2**31 - 1
_DISK_MIN = 1 << 16
_WAVES = "dump.fst"
_COVERAGE = "coverage.dat"
_COMMON: frozenset[Capability] = frozenset(
    {
        *("bad_fcs", "abort", "exact_timing", "counters", "bbo_port", "waves"),
        *("any_device", "any_length", "down_link_bytes", "l2_filter", "bounded_memory"),
    }
)


@dataclass(frozen=True, slots=True)
class SimulationTarget:
    """A simulator as a path to the device under test; see `tickproof.targets.base.Target`."""

    simulator: Simulator

    @property
    def name(self) -> str:
        return f"rtl@{self.simulator}"

    @property
    def capabilities(self) -> frozenset[Capability]:
        return _COMMON | (frozenset({"four_state"}) if self.simulator == "icarus" else frozenset({"random_init"}))

    @property
    def default(self) -> bool:
        return True

    @property
    def exclusive(self) -> bool:
        return False

    @property
    def time_scale(self) -> int:
        return 1

    def unavailable(self) -> str | None:
        tool = self._find()
        return tool if isinstance(tool, str) else None

    @property
    def batch(self) -> int:
        """A process costs as much as 2 (Icarus) or 20 (Verilator) short runs; more in one only mean that the last worker ends later."""
        return 64 if self.simulator == "verilator" else 16

    def run(self, dut: Dut, program: Program, options: RunOptions) -> Capture:
        (capture,) = self.run_many(dut, [(program, options)])
        return capture

    def run_many(self, dut: Dut, runs: Sequence[tuple[Program, RunOptions]]) -> Iterator[Capture]:
        first, options = runs[0]
        parameters = {**dut.parameters, **first.parameters}
        if any({**dut.parameters, **program.parameters} != parameters for program, _ in runs):
            raise ValueError("the runs of one simulation need the same parameters")
        tool, directory, running = self.start(dut, parameters, options)
        try:
            folders = [directory / str(index) for index in range(len(runs))]
            for (program, each), folder in zip(runs, folders, strict=True):
                folder.mkdir()
                write_plan(dut, program, folder, each.max_clocks)
            for (program, each), folder in zip(runs, folders, strict=True):
                crash = run_over(running)
                while crash is None and folder is folders[-1]:  # that run is good only if the simulator ends well, too
                    crash = run_over(running)
                if folder is folders[-1] and (directory / _COVERAGE).exists():  # of all runs: whole only when the process is gone
                    (directory / _COVERAGE).replace(folder / _COVERAGE)
                yield read_capture(dut, program, each, tool=tool, directory=folder, crash=crash or "")
                if crash is not None:
                    return
        except OSError as error:
            raise InputError(str(directory), f"cannot work there: {error.strerror or error}") from error
        finally:
            running.close()
            shutil.rmtree(directory, ignore_errors=True)

    def start(self, dut: Dut, parameters: Mapping[str, int], options: RunOptions) -> tuple[Tool, Path, Generator[int, None, str]]:
        """(simulator, folder, process as `run_simulator`): it begins with the first `run_over`, and plays what the folder has then.

        Raises as `run`. Who calls closes the process, then removes the folder.
        """
        tool = self._find()
        if isinstance(tool, str):
            raise TargetUnavailable(self.name, tool)
        artifact = build(self.simulator, tool, dut, parameters, waves=options.waves, coverage=options.coverage)
        directory = _work_directory(options.out_dir)
        command, environment = self._command(tool, artifact, directory, options), self._environment(dut, directory, options)
        return tool, directory, run_simulator(command, environment, cwd=dut.path.parent, directory=directory, timeout_s=options.timeout_s)

    def _command(self, tool: Tool, artifact: Path, directory: Path, options: RunOptions) -> list[str]:
        plusargs = [
            *(f"+{each}" for each in options.plusargs),
            f"+tickproof_dir={directory}",
            *([f"+tickproof_waves={directory / '0' / _WAVES}"] if options.waves else []),
        ]
        if options.waves_clk is not None:
            plusargs += [f"+tickproof_waves_{name}={clock}" for name, clock in zip(("from", "until"), options.waves_clk, strict=True)]
        if self.simulator == "verilator":
            plusargs += [f"+tickproof_coverage={directory / _COVERAGE}"] if options.coverage else []
            seed = options.seed * 0x9E3779B97F4A7C15 % _SEEDS + 1
            return [str(artifact), "+verilator+rand+reset+2", f"+verilator+seed+{seed}", *plusargs]
        vvp = [str(tool.path.with_name("vvp")), "-n", "-m", str(cocotb_library("icarus")), str(artifact)]
        return [*vvp, *plusargs, *(["-fst"] if options.waves else [])]

    def _environment(self, dut: Dut, directory: Path, options: RunOptions) -> dict[str, str]:
        environment = cocotb_environment(TOP, directory / "results.xml")
        if self.simulator == "icarus":
            environment |= preload(cache_root(dut.path, "simulation"))
            environment |= {} if options.waves else {"TICKPROOF_COPIES": str(directory)}  # waves show the reset, too
        return environment

    def _find(self) -> Tool | str:
        return find_verilator() if self.simulator == "verilator" else find_icarus()


def run_over(running: Generator[int, None, str]) -> str | None:
    """None when one more run is over; else the simulator has ended: "" or what went wrong."""
    try:
        next(running)
    except StopIteration as end:
        return str(end.value)
    return None


def read_capture(dut: Dut, program: Program, options: RunOptions, *, tool: Tool, directory: Path, crash: str) -> Capture:
    """What one run left in its folder."""
    collected = collect(dut, program, directory)
    if collected.trouble and shutil.disk_usage(directory).free < _DISK_MIN:
        raise InputError(str(directory), "no space left on the device")
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
        facts={**dut.parameters, **program.parameters},
        complete=not crash and not collected.trouble,
        trouble=crash or collected.trouble,
        files=_keep(directory, options),
    )


def _work_directory(out_dir: Path | None) -> Path:
    """A folder for the files of one simulation, which goes when it is over: inside `out_dir` if there is one, so that its disk is used."""
    try:
        if out_dir:
            out_dir.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".run-" if out_dir else "tickproof-", dir=out_dir and out_dir.absolute()))
    except OSError as error:
        raise InputError(str(out_dir or tempfile.gettempdir()), f"cannot work there: {error.strerror}") from error


def _keep(directory: Path, options: RunOptions) -> dict[str, str]:
    """Move what people want to see into the output folder; role -> path."""
    files = {}
    if options.out_dir:
        options.out_dir.mkdir(parents=True, exist_ok=True)
        for role, name in (("log", LOG), ("waves", _WAVES), ("rtl_coverage", _COVERAGE)):
            if (directory / name).exists():
                files[role] = str((directory / name).replace(options.out_dir.absolute() / name))
    return files
