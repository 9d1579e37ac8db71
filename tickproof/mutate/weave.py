# SPDX-License-Identifier: Apache-2.0
"""Many mutants in one text, of which each run chooses one: what takes long, to compile, is done once for all of them.

Where the text has `a + b`, the woven text has `(tickproof_mutant == 17 ? (a - b) : (a + b))`. Mutants may lie inside one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from tickproof.mutate.mutant import Mutant

__all__ = ["CHOSEN", "C_LIKE", "PYTHON", "VERILOG", "Style", "Woven", "weave"]

CHOSEN = "tickproof_mutant"
"""The variable that says which mutant is on; 0 = none."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a language chooses. choose: (number, mutated, rest) as an expression. guard: (number, statement) as a statement that mutant
    `number` does not execute. Each gives what stands before the rest (the statement), and what stands behind it."""

    choose: Callable[[int, str], tuple[str, str]]
    guard: Callable[[int], tuple[str, str]]


C_LIKE = Style(
    choose=lambda number, mutated: (f"({CHOSEN} == {number} ? ({mutated}) : ", ")"),
    guard=lambda number: (f"{{ if ({CHOSEN} != {number}) ", " }"),
)
VERILOG = Style(choose=C_LIKE.choose, guard=lambda number: (f"begin if ({CHOSEN} != {number}) ", " end"))
PYTHON = Style(
    choose=lambda number, mutated: (f"(({mutated}) if {CHOSEN} == {number} else ", ")"),
    guard=lambda number: (f"if {CHOSEN} != {number}: ", ""),
)


@dataclass(slots=True)
class Woven:
    """The text, and where in it each mutant is: bytes (start, end) of what it brings, and of all that stands at its site."""

    text: bytes
    brought: dict[int, tuple[int, int]] = field(default_factory=dict)
    sites: dict[int, tuple[int, int]] = field(default_factory=dict)

    def blame(self, offset: int) -> set[int]:
        """The mutants that an error at this place is about: what stands there is theirs, else the innermost site around it."""
        brought = {number for number, (start, end) in self.brought.items() if start <= offset < end}
        if brought:
            return brought
        around = {number: end - start for number, (start, end) in self.sites.items() if start <= offset < end}
        return {number for number, size in around.items() if size == min(around.values())}

    def blame_line(self, line: int, column: int) -> set[int]:
        """As `blame`, of a place as compilers say it (from 1)."""
        lines = self.text.splitlines(keepends=True)
        return self.blame(sum(map(len, lines[: line - 1])) + column - 1)


def weave(source: bytes, mutants: Mapping[int, Mutant], style: Style) -> Woven:
    """A file with these mutants of it (number -> mutant) in it."""
    places: dict[tuple[int, int], dict[int, Mutant]] = {}
    for number, mutant in mutants.items():
        places.setdefault((mutant.start, mutant.end), {})[number] = mutant
    woven = Woven(b"")
    parts: list[bytes] = []
    length = 0

    def put(text: bytes) -> None:
        nonlocal length
        parts.append(text)
        length += len(text)

    def copy(start: int, end: int, inside: Iterable[tuple[int, int]]) -> None:
        """source[start:end], with the places inside it (sorted, an outer one before those in it) woven."""
        pending = [*inside]
        while pending:
            (low, high), *pending = pending
            within = [place for place in pending if place[1] <= high]
            pending = pending[len(within) :]
            put(source[start:low])
            here = length
            begin(places[low, high], low, high, within)
            woven.sites |= dict.fromkeys(places[low, high], (here, length))
            start = high
        put(source[start:end])

    def begin(there: Mapping[int, Mutant], low: int, high: int, within: Iterable[tuple[int, int]]) -> None:
        after = []
        for number, mutant in there.items():
            if mutant.replacement:
                before, behind = style.choose(number, mutant.replacement)
                at = length + before.encode().index(mutant.replacement.encode())
                woven.brought[number] = (at, at + len(mutant.replacement.encode()))
            else:
                before, behind = style.guard(number)
            put(before.encode())
            after.append(behind)
        expression = any(mutant.replacement for mutant in there.values())
        put(b"(" if expression else b"")
        copy(low, high, within)
        put(b")" if expression else b"")
        put("".join(reversed(after)).encode())

    copy(0, len(source), sorted(places, key=lambda place: (place[0], -place[1])))
    woven.text = b"".join(parts)
    return woven
