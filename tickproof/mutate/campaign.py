# SPDX-License-Identifier: Apache-2.0
"""One campaign: mutants drawn by seed, each played until a scenario notices it, or none does."""

from __future__ import annotations

import random
import time
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from tickproof.errors import InputError
from tickproof.mutate.bench import Bench
from tickproof.mutate.mutant import Mutant, mutants_of
from tickproof.mutate.ranking import Ranking
from tickproof.mutate.results import Outcome
from tickproof.tasks import Task
from tickproof.workers import WorkerDied, in_parallel

__all__ = ["Campaign", "draw"]


def draw(bench: Bench, seed: int, count: int, modules: Collection[str]) -> list[Mutant]:
    """So many mutants of these modules (none = all). With a higher count the same ones come first."""
    found: list[Mutant] = []
    for source in bench.sources():
        if not modules or source.module in modules:
            text = source.path.read_bytes()
            found += mutants_of(bench.kind, source.file, source.module, text, bench.sites(text))
    random.Random(seed).shuffle(found)
    return found[:count]


@dataclass(frozen=True, slots=True)
class _Share:
    """What one process plays."""

    bench: Bench
    target: str
    mutants: Mapping[int, Mutant]
    tasks: Sequence[Task]
    known: Sequence[Outcome]
    sources: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Campaign:
    """bench: what is broken, and how it is played. target: said in the results. tasks: what may be played, with the bench's copy as root.

    known: outcomes of earlier runs. Mutants that are among them as `done` are not played again.
    """

    bench: Bench
    target: str
    tasks: Sequence[Task]
    known: Mapping[str, Outcome]
    processes: int

    def run(self, mutants: Sequence[Mutant], done: Collection[str]) -> Generator[Outcome]:
        """Outcomes as they come. Closing the iterator ends what still runs."""
        numbered = dict(enumerate(mutants, 1))
        left = {number: mutant for number, mutant in numbered.items() if mutant.id not in done}
        if not left:
            return
        known_invalid = {number for number, mutant in numbered.items() if mutant.id in done and self.known[mutant.id].status == "invalid"}
        woven = {number: mutant for number, mutant in numbered.items() if number not in known_invalid}
        sources = {source.file: source.path.read_bytes() for source in self.bench.sources()}
        for number in sorted(self.bench.prepare(woven, self.tasks) & left.keys()):
            mutant = left.pop(number)
            yield Outcome.of(mutant, sources[mutant.file], "invalid", self.target)
        count = 1 if self.bench.exclusive else min(self.processes, max(len(left), 1))
        known = [outcome for outcome in self.known.values() if outcome.kind == self.bench.kind]
        order = sorted(left)
        dealt = [{number: left[number] for number in order[first::count]} for first in range(count)]
        shares = [_Share(self.bench, self.target, share, self.tasks, known, sources) for share in dealt]
        for _, outcome in in_parallel(_played, shares, count):
            if isinstance(outcome, WorkerDied):
                raise InputError("mutants", str(outcome), hint="--resume plays the rest")
            yield outcome


def _played(share: _Share) -> Generator[Outcome]:
    """The outcomes of one process, which learns as it goes."""
    ranking, sound = Ranking(share.known), dict[str, bool]()
    for number, mutant in share.mutants.items():
        outcome = _judged(share, number, mutant, ranking, sound)
        ranking.learn(outcome)
        yield outcome


def _judged(share: _Share, number: int, mutant: Mutant, ranking: Ranking, sound: dict[str, bool]) -> Outcome:
    """sound: scenarios of which it is known whether they pass with no mutant on: a failure of one that does not says nothing."""
    started, played = time.perf_counter(), 0
    outcome = Outcome.of(mutant, share.sources[mutant.file], "survived", share.target)
    fitting = ranking.order(mutant, [task for task in share.tasks if share.bench.fits(mutant, task)])
    with closing(share.bench.play(number, fitting)) as running:
        for task, noticed in running:
            played += 1
            if noticed is not None and _is_sound(share, task, sound):
                outcome = replace(outcome, status="killed", scenario=task.id, noticed=noticed)
                break
    if outcome.status == "survived" and share.bench.is_equivalent(mutant):
        outcome = replace(outcome, status="equivalent")
    return replace(outcome, played=played, seconds=round(time.perf_counter() - started, 2))


def _is_sound(share: _Share, task: Task, sound: dict[str, bool]) -> bool:
    if task.id not in sound:
        sound[task.id] = all(noticed is None for _, noticed in share.bench.play(0, [task]))
    return sound[task.id]
