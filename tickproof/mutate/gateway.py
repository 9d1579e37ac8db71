# SPDX-License-Identifier: Apache-2.0
"""Mutants of the software gateway: one build holds them all, and an environment variable chooses one for each run."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tickproof.check import Verdict, judge
from tickproof.golden import get_model
from tickproof.mutate.bench import Problem, Source, compile_away, copy_folders, noticed, weave_files
from tickproof.mutate.cpp import cpp_sites
from tickproof.mutate.mutant import Kind, Mutant, Site
from tickproof.mutate.weave import C_LIKE, CHOSEN, Woven
from tickproof.targets import RunOptions, get_target, load_dut
from tickproof.targets.time_scale import scaled
from tickproof.tasks import RETRY_LATE, Task

__all__ = ["GatewayBench"]

_GATEWAY = Path("host") / "gateway"
_NOT_PLAYED = {"main", "options", "acceleration", "tests", "fuzz"}
"""The command line, and what is no part of the program."""
_HEADER = f"""#pragma once
#include <cstdlib>
inline const int {CHOSEN} = std::getenv("{CHOSEN.upper()}") ? std::atoi(std::getenv("{CHOSEN.upper()}")) : 0;
"""
_ERROR = re.compile(r"^(.+?):(\d+):(\d+): (?:fatal )?error: (.*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class GatewayBench:
    """root: the project. work: where its copy is broken."""

    root: Path
    work: Path
    target: str

    kind: Kind = "gateway"
    exclusive: bool = True

    def sources(self) -> Sequence[Source]:
        folder = self.root / _GATEWAY
        found = (path for path in sorted(folder.rglob("*")) if path.suffix in (".cpp", ".h"))
        named = [(path, path.relative_to(folder).with_suffix("")) for path in found]
        return [
            Source(path.relative_to(self.root).as_posix(), path, name.as_posix()) for path, name in named if not _NOT_PLAYED & {*name.parts}
        ]

    def sites(self, source: bytes) -> Iterator[Site]:
        return cpp_sites(source)

    def prepare(self, mutants: Mapping[int, Mutant], tasks: Sequence[Task]) -> set[int]:
        sources = self.sources()

        def write(left: Mapping[int, Mutant]) -> dict[Path, Woven]:
            copy_folders(self.root, ["host", "hdl"], self.work)
            self._header.write_text(_HEADER)
            woven = {self.work / file: each for file, each in weave_files(sources, left, C_LIKE).items()}
            for path, each in woven.items():
                path.write_bytes(each.text)
            return woven

        return compile_away(mutants, write, self._problems)

    def fits(self, mutant: Mutant, task: Task) -> bool:
        return task.scenario.program.dut == "tick_to_trade" or not mutant.module.startswith("order")

    def is_equivalent(self, mutant: Mutant) -> bool:
        return False

    def play(self, number: int, tasks: Sequence[Task]) -> Generator[tuple[Task, str | None]]:
        with _environment({CHOSEN.upper(): str(number), "CXXFLAGS": f"-w -include {self._header}"}):
            for task in tasks:
                for _ in range(RETRY_LATE + 1):
                    verdict = self._once(task)
                    if not verdict.because:
                        break
                yield task, noticed(verdict)

    def _once(self, task: Task) -> Verdict:
        target, scenario, dut = get_target(self.target), task.scenario, load_dut(task.scenario.program.dut, self.work)
        program, model = scaled(scenario.program, target.time_scale), get_model(dut.model)
        capture = target.run(dut, program, RunOptions(seed=task.seed))
        return judge(scenario, program, dut, model, capture, capabilities=target.capabilities)

    @property
    def _header(self) -> Path:
        return self.work / f"{CHOSEN}.h"

    def _problems(self) -> list[Problem]:
        """What g++ says of every file that is compiled."""
        paths = [path for path in sorted((self.work / _GATEWAY).rglob("*.cpp")) if not _NOT_PLAYED & {*path.parts}]
        command = ["g++", "-std=c++20", "-fsyntax-only", "-w", "-DTICKPROOF_XDP=0", f"-I{self.work}", "-include", str(self._header)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # each waits for a process of its own
            runs = pool.map(lambda path: subprocess.run([*command, str(path)], capture_output=True, text=True, check=False), paths)
            said = "\n".join(run.stderr for run in runs)
        found = (match.groups() for match in _ERROR.finditer(said))
        return [(Path(file).resolve(), int(line), int(column), words) for file, line, column, words in found]


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
