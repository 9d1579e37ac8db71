# SPDX-License-Identifier: Apache-2.0
"""Whether, and why, a run depends on a file."""

from __future__ import annotations

from pathlib import Path

from tickproof.changed.parts import part_of
from tickproof.changed.verilog import ModuleGraph
from tickproof.targets import get_target, load_dut
from tickproof.tasks import Task

__all__ = ["ITSELF", "READ", "Dependencies"]

_SHOWN = 6
ITSELF, READ = "the scenario", "read by the scenario"


class Dependencies:
    """Of runs on files, as the files are now."""

    def __init__(self) -> None:
        self._graphs: dict[tuple[str, Path], ModuleGraph] = {}
        self._modules: dict[tuple[ModuleGraph, Path], list[str]] = {}
        self._texts: dict[Path, str] = {}

    def why(self, task: Task, file: Path) -> str | None:
        """Why this run depends on the file, for people; None if it does not."""
        if file == task.scenario.path.resolve():
            return ITSELF
        if f'{file.name}"' in self._scenario_text(task.scenario.path):
            return READ
        graph = self._graph(task.scenario.program.dut, task.root)
        if file == graph.dut.path.resolve():
            return f"describes {graph.dut.name}"
        # A target without `any_device` has its device built in: the description's sources do not reach it.
        if "any_device" in get_target(task.target).capabilities and (modules := self._reached(graph, file)):
            more = f" and {len(modules) - _SHOWN} more" if len(modules) > _SHOWN else ""
            return f"in {graph.dut.name}: {', '.join(modules[:_SHOWN])}{more}"
        if not file.is_relative_to(task.root):
            return None
        name = file.relative_to(task.root)
        if ":" in graph.dut.model and name.parts[0].removesuffix(".py") == graph.dut.model.partition(":")[0].partition(".")[0]:
            return f"the golden model of {graph.dut.name}"
        part = part_of(name.as_posix())
        return part.what if part and part.affects(task.target, graph.dut.model) else None

    def _graph(self, dut: str, root: Path) -> ModuleGraph:
        if (dut, root) not in self._graphs:
            self._graphs[dut, root] = ModuleGraph(load_dut(dut, root))
        return self._graphs[dut, root]

    def _reached(self, graph: ModuleGraph, file: Path) -> list[str]:
        if (graph, file) not in self._modules:
            self._modules[graph, file] = graph.reached(file)
        return self._modules[graph, file]

    def _scenario_text(self, path: Path) -> str:
        if path not in self._texts:
            self._texts[path] = path.read_text(encoding="utf-8")
        return self._texts[path]
