# SPDX-License-Identifier: Apache-2.0
"""Mutants of the RTL: one simulator build holds them all, and a plusarg chooses one for each process."""

from __future__ import annotations

import functools
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyslang
from pyslang.ast import Compilation, CompilationFlags, CompilationOptions
from pyslang.syntax import SyntaxTree

from tickproof.check import judge
from tickproof.dut import Dut
from tickproof.golden import get_model
from tickproof.mutate.bench import Problem, Source, compile_away, copy_folders, noticed, weave_files
from tickproof.mutate.equivalent import proved_equivalent
from tickproof.mutate.mutant import Kind, Mutant, Site
from tickproof.mutate.playing import captures
from tickproof.mutate.verilog import declare, instances, verilog_sites
from tickproof.mutate.weave import CHOSEN, VERILOG, Woven
from tickproof.targets import get_target, load_dut
from tickproof.tasks import Task

__all__ = ["RtlBench"]

_NOT_THERE = ("IndexOOB", "RangeOOB", "IndexValueInvalid")
"""Bits that a signal does not have: no two simulators agree on what is read there."""


@dataclass(frozen=True, slots=True)
class RtlBench:
    """root: the project. work: where its copy is broken. devices: names of those that are played."""

    root: Path
    work: Path
    target: str
    devices: tuple[str, ...]

    kind: Kind = "rtl"
    exclusive: bool = False

    def sources(self) -> Sequence[Source]:
        found = {}
        for device in self.devices:
            inside = _modules(device, self.root)
            for path in load_dut(device, self.root).sources:
                if path.stem in inside and path.is_relative_to(self.root):
                    found[path] = Source(path.relative_to(self.root).as_posix(), path, path.stem)
        return [found[path] for path in sorted(found)]

    def sites(self, source: bytes) -> Iterator[Site]:
        return verilog_sites(source)

    def prepare(self, mutants: Mapping[int, Mutant], tasks: Sequence[Task]) -> set[int]:
        sources = self.sources()
        folders = {Path(source.file).parts[0] for source in sources}
        folders |= {path.relative_to(self.root).parts[0] for dut in self._duts(self.root) for path in (dut.path, *dut.include)}

        def write(left: Mapping[int, Mutant]) -> dict[Path, Woven]:
            copy_folders(self.root, sorted(folders), self.work)
            woven = {self.work / file: each for file, each in weave_files(sources, left, VERILOG).items()}
            for path, each in woven.items():
                text = each.text
                for place, line in reversed(declare(text, CHOSEN)):
                    text = text[:place] + line.encode() + text[place:]
                path.write_bytes(text)
            return woven

        return compile_away(mutants, write, lambda: [problem for dut in self._duts(self.work) for problem in _problems(dut)])

    def fits(self, mutant: Mutant, task: Task) -> bool:
        return mutant.module in _modules(task.scenario.program.dut, self.root)

    def play(self, number: int, tasks: Sequence[Task]) -> Generator[tuple[Task, str | None]]:
        capabilities = get_target(self.target).capabilities
        for task, dut, capture in captures(self.target, self.work, tasks, (f"{CHOSEN}={number}",)):
            scenario = task.scenario
            verdict = judge(scenario, scenario.program, dut, get_model(dut.model), capture, capabilities=capabilities)
            yield task, noticed(verdict)

    def is_equivalent(self, mutant: Mutant) -> bool:
        path = self.root / mutant.file
        duts = [dut for dut in self._duts(self.root) if path in dut.sources]
        others = [other for other in duts[0].sources if other != path]
        return proved_equivalent(mutant.module, path, mutant.applied(path.read_bytes()), others, duts[0].include)

    def _duts(self, root: Path) -> list[Dut]:
        return [load_dut(name, root) for name in self.devices]


@functools.cache
def _modules(device: str, root: Path) -> set[str]:
    """Its top and all below it."""
    dut = load_dut(device, root)
    below: dict[str, set[str]] = {}
    for path in dut.sources:
        for outer, inner in instances(path.read_bytes()):
            below.setdefault(outer, set()).add(inner)
    found, pending = set[str](), [dut.top]
    while pending:
        module = pending.pop()
        pending += below.get(module, set()) - found
        found.add(module)
    return found


def _problems(dut: Dut) -> list[Problem]:
    manager = pyslang.SourceManager()
    for folder in dut.include:
        manager.addUserDirectories(str(folder))
    options = CompilationOptions()
    options.topModules = {dut.top}
    options.flags |= CompilationFlags.AllowUseBeforeDeclare
    options.errorLimit = 0
    compilation = Compilation(pyslang.Bag([options]))
    for path in dut.sources:
        compilation.addSyntaxTree(SyntaxTree.fromFile(str(path), manager))
    problems = []
    for diagnostic in compilation.getAllDiagnostics():
        code = str(diagnostic.code)
        if diagnostic.isError() or any(name in code for name in _NOT_THERE):
            place = manager.getFullyOriginalLoc(diagnostic.location)
            path = Path(manager.getFullPath(place.buffer))
            problems.append((path, manager.getLineNumber(place), manager.getColumnNumber(place), code))
    return problems
