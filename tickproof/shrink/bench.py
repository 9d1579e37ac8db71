# SPDX-License-Identifier: Apache-2.0
"""`Bench`: does a Draft still show the divergence? Several are played at the same time, each in a simulator that stays for the next one."""

from __future__ import annotations

import contextlib
import itertools
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import TracebackType

from tickproof.capture import Capture
from tickproof.check import Verdict, judge
from tickproof.dut import Dut
from tickproof.errors import InputError
from tickproof.golden import get_model
from tickproof.golden.model import Model
from tickproof.program import Program
from tickproof.recording import program_digest
from tickproof.scenario import Scenario, parse_text
from tickproof.shrink.draft import Draft
from tickproof.shrink.same import Same
from tickproof.targets import RunOptions, Target
from tickproof.targets.simulation import SimulationTarget
from tickproof.targets.simulation.session import Session
from tickproof.targets.time_scale import scaled
from tickproof.tasks import RETRY_LATE

__all__ = ["Bench", "Tally"]

Player = Callable[[Program], Capture]


@dataclass(slots=True)
class Tally:
    """tries: Drafts looked at. played: those that a device had to be asked about; the others make no sense, are known, or golden rules
    them out."""

    tries: int = 0
    played: int = 0


@dataclass(slots=True)
class Bench:
    """target, dut: what is played on. width: how many at the same time, of a target that does not want the machine for itself.

    wanted: the divergence that a Draft has to show. fresh: a new simulator for every run, should something survive the device's reset.
    """

    target: Target
    dut: Dut
    options: RunOptions
    width: int
    wanted: Same | None = None
    fresh: bool = False
    tally: Tally = field(default_factory=Tally)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    """Of the Programs played, by digest."""
    _model: Model = field(init=False)
    _threads: ThreadPoolExecutor = field(init=False)
    _players: SimpleQueue[Player] = field(init=False, default_factory=SimpleQueue)
    _open: contextlib.ExitStack = field(init=False, default_factory=contextlib.ExitStack)

    def __post_init__(self) -> None:
        self._model = get_model(self.dut.model)
        self.width = 1 if self.target.exclusive else self.width
        for _ in range(self.width):
            self._players.put(self._player())
        self._threads = self._open.enter_context(ThreadPoolExecutor(self.width))  # ends before the simulators do

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._open.close()

    def verdict(self, draft: Draft) -> Verdict:
        """Of one Draft, whatever it shows. InputError if it makes no sense."""
        scenario = parse_text(draft.text(), "shrunk.scn")
        return self._verdict(scenario, program_digest(scenario.program))

    def first(self, drafts: Iterable[Draft], watch: Callable[[], None] = lambda: None) -> tuple[int, Draft] | None:
        """The first of the Drafts that shows the divergence, and which it is. watch: called after each."""
        source = enumerate(drafts)
        waiting: deque[tuple[int, Draft, Future[bool]]] = deque()
        while True:
            for index, draft in itertools.islice(source, self.width - len(waiting)):
                waiting.append((index, draft, self._asked(draft)))
            if not waiting:
                return None
            index, draft, shows = waiting.popleft()
            found = shows.result()
            self.tally.tries += 1
            watch()
            if found:
                for _, _, other in waiting:
                    other.cancel()
                return index, draft

    def _asked(self, draft: Draft) -> Future[bool]:
        """Whether it shows the divergence, later. What has the machine for itself is played at once, by this thread."""
        if not self.target.exclusive:
            return self._threads.submit(self._shows, draft)
        known: Future[bool] = Future()
        known.set_result(self._shows(draft))
        return known

    def _shows(self, draft: Draft) -> bool:
        try:
            scenario = parse_text(draft.text(), "shrunk.scn")
            digest = program_digest(scenario.program)
            if digest not in self.verdicts and self.wanted and not self.wanted.possible(self._model.predict(scenario.program)):
                return False
            verdict = self._verdict(scenario, digest)
        except InputError:
            return False
        return verdict.status == "fail" and verdict.divergence is not None and Same.of(verdict.divergence) == self.wanted

    def _verdict(self, scenario: Scenario, digest: str) -> Verdict:
        if digest in self.verdicts:
            return self.verdicts[digest]
        for _ in range(1 + RETRY_LATE):
            verdict = self._played(scenario)
            if not verdict.because:  # else the host spoiled it, and it says nothing about the device
                self.verdicts[digest] = verdict
                break
        return verdict

    def _played(self, scenario: Scenario) -> Verdict:
        program = scaled(scenario.program, self._factor)
        player = self._players.get()
        try:
            capture = player(program)
        finally:
            self._players.put(player)
        self.tally.played += 1
        return judge(scenario, program, self.dut, self._model, capture, capabilities=self.target.capabilities)

    @property
    def _factor(self) -> int:
        return (self.options.time_scale or self.target.time_scale) if self.target.exclusive else 1

    def _player(self) -> Player:
        if isinstance(self.target, SimulationTarget) and not self.fresh:
            return self._open.enter_context(Session(self.target, self.dut, self.options)).run
        return lambda program: self.target.run(self.dut, program, self.options)
