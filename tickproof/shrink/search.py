# SPDX-License-Identifier: Apache-2.0
"""The search: delta debugging level by level, rounder times, and a last pass that takes out every part alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from tickproof.scenario.values import format_time
from tickproof.shrink.bench import Bench
from tickproof.shrink.draft import Draft, Step
from tickproof.shrink.parts import LEVELS, Part, all_parts, parts_of, without

__all__ = ["Search"]

_ROUND_NS = (1_000, 10_000, 100_000, 1_000_000)


@dataclass(slots=True)
class Search:
    """draft: the smallest so far that shows the divergence. stage: what is being tried. minimal: no part of `draft` can go.

    watch: called after every try; found: whenever `draft` has become another one. over: no more is to be tried.
    """

    bench: Bench
    draft: Draft
    watch: Callable[[], None] = lambda: None
    found: Callable[[], object] = lambda: None
    over: Callable[[], bool] = lambda: False
    stage: str = ""
    minimal: bool = False
    parts: list[Part] = field(default_factory=list)

    def run(self) -> None:
        """Until no part can go, or it is over."""
        for level in LEVELS:
            self.stage = level
            self._reduce(parts_of(self.draft, level))
        while not (self.minimal or self.over()):
            self.stage = "times"
            self._round_times()
            self.stage = "each part alone"
            before = self.draft
            self.parts = all_parts(before)
            self._reduce(self.parts, whole=False)
            self.minimal = self.draft is before and not self.over()

    def _reduce(self, parts: Sequence[Part], *, whole: bool = True) -> None:
        """Delta debugging: without all of `parts`, without each half of them, each quarter, ..., each alone, until none can go. The last
        ones first: what comes behind the divergence goes at once. whole: begin with many, else with each alone."""
        base, left = self.draft, list(parts)
        size = len(left) if whole else 1
        while left and size:
            before = len(left)
            start = (len(left) - 1) // size * size
            while start >= 0:
                starts = range(start, -1, -size)
                index = self._first(without(base, _gone(parts, left[:at] + left[at + size :])) for at in starts)
                if index is None:
                    break
                at = starts[index]
                del left[at : at + size]
                start = at - size
            if size > 1:
                size //= 2
            elif len(left) == before:
                break

    def _first(self, drafts: Iterable[Draft]) -> int | None:
        """Which of them is the first that shows the divergence: it is the new Draft."""
        found = self.bench.first(itertools.takewhile(lambda _: not self.over(), drafts), self.watch)
        if found is None:
            return None
        self.draft = found[1]
        self.found()
        return found[0]

    def _round_times(self) -> None:
        """A microsecond between all lines if that will do; else line by line."""
        waits = _waits(self.draft.steps)
        usual = [1_000 if place and wait else 0 for place, wait in enumerate(waits)]
        if usual == waits or self._first([self._with_waits(usual)]) is not None:
            return
        for place in range(len(waits)):
            waits = _waits(self.draft.steps)
            rounder = [[*waits[:place], wait, *waits[place + 1 :]] for wait in _rounder(waits[place], first=place == 0)]
            self._first(self._with_waits(each) for each in rounder)

    def _with_waits(self, waits: Sequence[int]) -> Draft:
        steps, now_ns = [], 0
        for step, wait in zip(self.draft.steps, waits, strict=True):
            now_ns += wait
            steps.append(replace(step, time_ns=now_ns))
        return replace(self.draft, steps=tuple(steps))


def _gone(parts: Sequence[Part], left: Sequence[Part]) -> set[Part]:
    return set(parts) - set(left)


def _waits(steps: Sequence[Step]) -> list[int]:
    before = [0, *(step.time_ns for step in steps)]
    return [step.time_ns - earlier for step, earlier in zip(steps, before, strict=False)]


def _rounder(wait_ns: int, *, first: bool) -> list[int]:
    """Times that read better than this one, the best first. A line that follows at once stays where it is."""
    if not wait_ns:
        return []
    digits = len(str(wait_ns))
    rounded = [-(-wait_ns // 10**place) * 10**place for place in range(digits - 1, 0, -1)]
    wanted = [*([0] if first else []), *(time_ns for time_ns in _ROUND_NS if time_ns <= wait_ns), *rounded]
    if wait_ns in wanted:
        wanted = wanted[: wanted.index(wait_ns)]
    return [time_ns for time_ns in dict.fromkeys(wanted) if len(format_time(time_ns)) <= len(format_time(wait_ns))]
