# SPDX-License-Identifier: Apache-2.0
"""Which scenarios first: those that have killed mutants of the same module, then of any, then those that sound like it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from tickproof.mutate.mutant import Mutant
from tickproof.mutate.results import Outcome
from tickproof.tasks import Task

__all__ = ["Ranking"]

_SHORT = 4
"""Words are alike if so many letters are: `orders` and `order`, `arbiter` and `arbitration`."""


class Ranking:
    """What earlier results teach."""

    def __init__(self, outcomes: Iterable[Outcome] = ()) -> None:
        self._here: Counter[tuple[str, str]] = Counter()
        self._anywhere: Counter[str] = Counter()
        for outcome in outcomes:
            self.learn(outcome)

    def learn(self, outcome: Outcome) -> None:
        """One more result."""
        if outcome.status == "killed":
            self._here[outcome.module, outcome.scenario] += 1
            self._anywhere[outcome.scenario] += 1

    def order(self, mutant: Mutant, tasks: Sequence[Task]) -> list[Task]:
        """The most likely first. Of those that nothing is known about, long ones: they reach most."""
        words = _words(mutant.module)

        def rank(task: Task) -> tuple[int, int, int, int]:
            sends = sum(len(port) for port in task.scenario.program.ports.values())
            alike = len(words & _words(task.id)) + len(words & _words(task.scenario.program.dut))
            return self._here[mutant.module, task.id], self._anywhere[task.id], alike, sends

        return sorted(tasks, key=rank, reverse=True)


def _words(text: str) -> set[str]:
    return {word[:_SHORT] for word in re.findall(r"[a-z]+", text.lower())}
