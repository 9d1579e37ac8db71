# SPDX-License-Identifier: Apache-2.0
"""What came of each mutant: a line of JSON as soon as it is known, read again by `--resume` and by whoever orders scenarios."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from tickproof.errors import InputError
from tickproof.mutate.mutant import Kind, Mutant

__all__ = ["FILE_NAME", "Outcome", "Status", "append", "read_outcomes"]

FILE_NAME = "mutants.jsonl"
Status = Literal["killed", "survived", "equivalent", "invalid"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """id, kind, module, file, line, operator: as in Mutant. diff: as a patch.

    scenario, noticed: what killed it, and what was seen there. played: so many scenarios until then, or all that fit. seconds: wall clock.
    """

    id: str
    kind: Kind
    module: str
    file: str
    line: int
    operator: str
    diff: str
    status: Status
    target: str = ""
    scenario: str = ""
    noticed: str = ""
    played: int = 0
    seconds: float = 0.0

    @classmethod
    def of(cls, mutant: Mutant, source: bytes, status: Status, target: str) -> Outcome:
        diff = mutant.diff(source)
        return cls(mutant.id, mutant.kind, mutant.module, mutant.file, mutant.line, mutant.operator, diff, status, target)


def append(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Add lines to the file."""
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(asdict(outcome)) + "\n" for outcome in outcomes)


def read_outcomes(path: Path) -> dict[str, Outcome]:
    """Id -> the last outcome. A line that was cut off when the run was killed does not count. InputError for another file."""
    outcomes = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else (), 1):
        if not line.endswith("\n"):
            continue
        try:
            outcome = Outcome(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise InputError(f"{path}:{number}", "is not the result of a mutant", got=error, hint="choose another --out") from None
        outcomes[outcome.id] = outcome
    return outcomes
