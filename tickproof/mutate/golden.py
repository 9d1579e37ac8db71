# SPDX-License-Identifier: Apache-2.0
"""Mutants of the golden model: each scenario's `>` lines and recordings of devices, good and broken ones, are held against the mutant.

The copy of tickproof that holds them runs in a process of its own (`golden_side`): whoever plays and decides keeps the good model.
"""

from __future__ import annotations

import functools
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import tickproof
from tickproof.mutate.bench import Source, weave_files
from tickproof.mutate.broken import broken_runs
from tickproof.mutate.golden_side import Recorded
from tickproof.mutate.mutant import Kind, Mutant, Site
from tickproof.mutate.playing import captures
from tickproof.mutate.python import python_sites
from tickproof.mutate.weave import CHOSEN, PYTHON
from tickproof.recording import program_digest
from tickproof.targets import get_target, load_dut
from tickproof.targets.cached_build import content_key
from tickproof.tasks import Task

__all__ = ["GoldenBench"]

_PACKAGE = Path(tickproof.__file__).parent
_GOOD = "good"
_NOT_PLAYED = {"top", "__init__", "model"}
"""`top` is for `tickproof book`; the others have no behaviour."""


@dataclass(frozen=True, slots=True)
class GoldenBench:
    """root: the project. work: where the copy of tickproof is broken, and where recordings of devices are. target: what makes them.

    broken: so many mutants of the RTL, too; what golden says of those that a scenario notices must be what it says without a mutant."""

    root: Path
    work: Path
    target: str

    broken: int = 400
    kind: Kind = "golden"
    exclusive: bool = False

    def sources(self) -> Sequence[Source]:
        folder = _PACKAGE / "golden"
        found = [path for path in sorted(folder.rglob("*.py")) if path.stem not in _NOT_PLAYED]
        return [
            Source(path.relative_to(_PACKAGE.parent).as_posix(), path, path.relative_to(folder).with_suffix("").as_posix())
            for path in found
        ]

    def sites(self, source: bytes) -> Iterator[Site]:
        return python_sites(source)

    def prepare(self, mutants: Mapping[int, Mutant], tasks: Sequence[Task]) -> set[int]:
        """Python compiles whatever the sites bring."""
        shutil.copytree(_PACKAGE, self.work / "tickproof", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        for file, woven in weave_files(self.sources(), mutants, PYTHON).items():
            (self.work / file).write_bytes(woven.text)
        capabilities = get_target(self.target).capabilities
        missing = [task for task in tasks if not (self._folder(task) / _GOOD).exists()]
        if missing:  # broken ones first: a good one is there when all are
            broken = broken_runs(self.root, self.work / "broken", self.target, tasks, self.broken)
            for index, (task, dut, capture, verdict) in enumerate(broken):
                self._keep(task, f"broken{index}", Recorded(task.scenario, dut, capture, capabilities, verdict.status, verdict.reason))
        with closing(captures(self.target, self.root, missing)) as running:
            for task, dut, capture in running:
                self._keep(task, _GOOD, Recorded(task.scenario, dut, capture, capabilities))
        return set()

    def fits(self, mutant: Mutant, task: Task) -> bool:
        return True

    def is_equivalent(self, mutant: Mutant) -> bool:
        return False

    def play(self, number: int, tasks: Sequence[Task]) -> Generator[tuple[Task, str | None]]:
        left = list(tasks)
        while left:  # a process ends with the first that it notices something in
            with closing(self._judged(number, left)) as running:
                for found in running:
                    yield left.pop(0), found
                    if not left:
                        return

    def _judged(self, number: int, tasks: Sequence[Task]) -> Generator[str | None]:
        """What one process says of the first tasks, at least of one."""
        # The mutant is chosen before anything is imported: modules of the golden model call their own functions then.
        program = f"import builtins; builtins.{CHOSEN} = {number}; from tickproof.mutate.golden_side import main; main()"
        files = [json.dumps(sorted(map(str, self._folder(task).iterdir()), reverse=True)) for task in tasks]  # the good one first
        with tempfile.TemporaryFile("w+", encoding="utf-8") as wanted:
            wanted.write("\n".join(files))
            wanted.seek(0)
            process = subprocess.Popen(
                [sys.executable, "-c", program],
                env={**os.environ, "PYTHONPATH": str(self.work)},
                stdin=wanted,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                cwd=self.work,
            )
        with process:
            assert process.stdout is not None
            found = None
            try:
                for line in process.stdout:
                    found = json.loads(line)
                    yield found
                if found is None:
                    yield f"golden took its process down: status {process.wait()}"
            finally:
                process.kill()

    def _folder(self, task: Task) -> Path:
        """Its recordings, for as long as neither the scenario nor its device changes."""
        program = task.scenario.program
        return self.work / "recordings" / f"{program_digest(program)}-{_device_key(program.dut, self.root)}"

    def _keep(self, task: Task, name: str, recorded: Recorded) -> None:
        folder = self._folder(task)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(pickle.dumps(recorded))


@functools.cache
def _device_key(name: str, root: Path) -> str:
    dut = load_dut(name, root)
    return content_key(*(path.read_bytes() for path in (dut.path, *dut.sources)))
