# SPDX-License-Identifier: Apache-2.0
"""What RTL, gateway and golden model have in common: files that can be mutated, and a way to play scenarios on one mutant."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tickproof.check import Verdict
from tickproof.errors import InputError
from tickproof.mutate.mutant import Kind, Mutant, Site
from tickproof.mutate.weave import Style, Woven, weave
from tickproof.tasks import Task

__all__ = ["Bench", "Source", "compile_away", "copy_folders", "noticed", "weave_files"]

Problem = tuple[Path, int, int, str]
"""What a compiler complains of: file, line, column (from 1), its words."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be mutated. file: below the project. module: what it is called in reports."""

    file: str
    path: Path
    module: str


class Bench(Protocol):
    """One kind of mutants. Benches cross into worker processes."""

    @property
    def kind(self) -> Kind: ...

    @property
    def exclusive(self) -> bool:
        """It wants the machine for itself."""
        ...

    def sources(self) -> Sequence[Source]:
        """The files that can be mutated."""
        ...

    def sites(self, source: bytes) -> Iterator[Site]:
        """The places in one of them."""
        ...

    def prepare(self, mutants: Mapping[int, Mutant], tasks: Sequence[Task]) -> set[int]:
        """Make ready to play these mutants (number -> mutant; from 1). Returns those that do not compile."""
        ...

    def fits(self, mutant: Mutant, task: Task) -> bool:
        """False where the task's device does not have that module."""
        ...

    def play(self, number: int, tasks: Sequence[Task]) -> Generator[tuple[Task, str | None]]:
        """Each task with mutant `number` on (0 = none), in any order, and what was noticed, in one sentence; None = nothing."""
        ...

    def is_equivalent(self, mutant: Mutant) -> bool:
        """It is proved that nothing can notice it."""
        ...


def noticed(verdict: Verdict) -> str | None:
    """Why a run would not have passed as it did. A run that the host spoiled says nothing."""
    return None if verdict.status == "pass" or verdict.because else verdict.reason


def copy_folders(root: Path, names: Sequence[str], work: Path) -> None:
    """A copy of parts of the project to break."""
    for name in names:
        shutil.copytree(root / name, work / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "build"))


def weave_files(sources: Sequence[Source], mutants: Mapping[int, Mutant], style: Style) -> dict[str, Woven]:
    """File -> woven text, of the files that any of the mutants is in."""
    woven = {}
    for source in sources:
        here = {number: mutant for number, mutant in mutants.items() if mutant.file == source.file}
        if here:
            woven[source.file] = weave(source.path.read_bytes(), here, style)
    return woven


def compile_away(
    mutants: Mapping[int, Mutant], write: Callable[[Mapping[int, Mutant]], dict[Path, Woven]], problems: Callable[[], Sequence[Problem]]
) -> set[int]:
    """Write and compile, and again without the mutants that a compiler complains of, until it does not. Returns those.

    InputError if it complains of something else.
    """
    left, invalid = dict(mutants), set[int]()
    while True:
        woven = write(left)
        complaints = problems()
        if not complaints:
            return invalid
        blamed = set[int]()
        for path, line, column, _ in complaints:
            if path in woven:
                blamed |= woven[path].blame_line(line, column)
        if not blamed & left.keys():
            path, line, _, words = complaints[0]
            raise InputError(f"{path.name}:{line}", "does not compile, whatever the mutants", got=words)
        invalid |= blamed
        left = {number: mutant for number, mutant in left.items() if number not in invalid}
