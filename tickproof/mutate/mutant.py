# SPDX-License-Identifier: Apache-2.0
"""`Mutant`: one small fault in one source file, as a text in place of another."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["KINDS", "Kind", "Mutant", "Operator", "Site", "mutants_of"]

Kind = Literal["rtl", "gateway", "golden"]
KINDS: tuple[Kind, ...] = ("rtl", "gateway", "golden")

Operator = Literal[
    "operator", "constant", "condition", "bit-select", "dropped assignment", "dropped statement", "reset value", "swapped branches"
]

_NOTHING = {"rtl": ";", "gateway": ";", "golden": "pass"}


@dataclass(frozen=True, slots=True)
class Site:
    """A place that can be mutated: bytes `start` to `end` of a file, an expression or a whole statement.

    replacements: what may stand there instead, each a mutant; "" = the statement goes.
    """

    start: int
    end: int
    operator: Operator
    replacements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One replacement at one site. id: says the fault and the file that it was made for. file: below the project. start, end: bytes."""

    id: str
    kind: Kind
    file: str
    module: str
    line: int
    operator: Operator
    start: int
    end: int
    replacement: str

    def applied(self, source: bytes) -> bytes:
        """The file with this fault in it."""
        return source[: self.start] + (self.replacement or _NOTHING[self.kind]).encode() + source[self.end :]

    def diff(self, source: bytes) -> str:
        """As a patch."""
        before, after = (text.decode().splitlines(keepends=True) for text in (source, self.applied(source)))
        return "".join(difflib.unified_diff(before, after, f"a/{self.file}", f"b/{self.file}", n=2))


def mutants_of(kind: Kind, file: str, module: str, source: bytes, sites: Iterable[Site]) -> Iterator[Mutant]:
    """All mutants of a file."""
    digest = hashlib.sha256(file.encode() + b"\0" + source).digest()
    for site in sites:
        for replacement in site.replacements:
            fault = f"{site.start}:{site.end}:{replacement}".encode()
            identity = hashlib.sha256(digest + fault).hexdigest()[:12]
            line = source.count(b"\n", 0, site.start) + 1
            yield Mutant(identity, kind, file, module, line, site.operator, site.start, site.end, replacement)
