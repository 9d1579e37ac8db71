# SPDX-License-Identifier: Apache-2.0
"""`Session`: one simulator process that plays Programs as they come, for those who learn from each Capture what to play next."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from pathlib import Path
from types import TracebackType

from tickproof.capture import Capture
from tickproof.dut import Dut
from tickproof.program import Program
from tickproof.targets.base import RunOptions
from tickproof.targets.simulation.plan import PLAN, write_plan
from tickproof.targets.simulation.target import SimulationTarget, read_capture, run_over
from tickproof.targets.simulation.tools import Tool

__all__ = ["Session"]


class Session:
    """A device in a simulator, reset before each Program (docs/formats.md, "Several runs in one process").

    All Programs have the same parameters. options: of every run; nothing of a run stays behind.

    Between two runs the simulator waits: the plan of the next one is a pipe, and to open it takes somebody who writes.
    """

    def __init__(self, target: SimulationTarget, dut: Dut, options: RunOptions) -> None:
        self._target, self._dut, self._options = target, dut, options
        self._simulation: tuple[Tool, Path, Generator[int, None, str]] | None = None
        self._played = 0

    def run(self, program: Program) -> Capture:
        """As `Target.run`. A run that takes the simulator down has a Capture that is not complete; the next one gets a new process."""
        if self._simulation is None:
            self._simulation = self._target.start(self._dut, {**self._dut.parameters, **program.parameters}, self._options)
            (self._simulation[1] / "0").mkdir()
            self._played = 0
        try:
            capture, ended = self._play(program, *self._simulation)
        except BaseException:  # what the simulator would do next is anybody's guess
            self.close()
            raise
        if ended:
            self.close()
        return capture

    def _play(self, program: Program, tool: Tool, directory: Path, running: Generator[int, None, str]) -> tuple[Capture, bool]:
        """The Capture of one run, and whether the simulator has ended."""
        folder, following = directory / str(self._played), directory / str(self._played + 1)
        following.mkdir()
        os.mkfifo(following / PLAN)
        # Open both ways: neither side waits for the other, and a simulator that has died leaves nobody hanging.
        pipe = os.open(folder / PLAN, os.O_RDWR) if self._played else None
        try:
            write_plan(self._dut, program, folder)
            crash = run_over(running)
        finally:
            if pipe is not None:
                os.close(pipe)
        capture = read_capture(self._dut, program, self._options, tool=tool, directory=folder, crash=crash or "")
        shutil.rmtree(folder)
        self._played += 1
        return capture, crash is not None

    def close(self) -> None:
        """End the simulator."""
        if self._simulation is not None:
            _, directory, running = self._simulation
            self._simulation = None
            running.close()
            shutil.rmtree(directory, ignore_errors=True)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
