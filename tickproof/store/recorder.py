# SPDX-License-Identifier: Apache-2.0
"""Appends a run to a store, each result as it comes, so that a run that is killed has left what it had."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tickproof.recording import program_digest
from tickproof.runner import Result
from tickproof.store.database import Store, StoreError
from tickproof.store.models import CoverageRow, LatencyRow, ResultRow, RunRow

__all__ = ["Recorder", "RunHead"]


@dataclass(frozen=True, slots=True)
class RunHead:
    """What a run's results share. commit: None outside a repository; dirty: files differ from it."""

    seed: int
    commit: str | None
    dirty: bool
    version: str
    machine: str
    command: str


class Recorder:
    """One run in a store. StoreError if its beginning cannot be written; if later parts cannot, `warn` is told once and the run goes on."""

    def __init__(self, store: Store, head: RunHead, warn: Callable[[str], None]) -> None:
        self.uuid = uuid.uuid4()
        self._store, self._warn, self._lost = store, warn, False
        self._digests: dict[str, str] = {}
        row = RunRow(
            uuid=self.uuid,
            started=datetime.now(UTC),
            seed=head.seed,
            commit=head.commit,
            dirty=head.dirty,
            version=head.version,
            machine=head.machine,
            command=head.command,
        )
        with store.session() as session:
            session.add(row)

    def add(self, result: Result) -> None:
        """One more result, in the database when this returns."""
        self._write(self._row(result))

    def finish(self, coverage: Mapping[str, tuple[int, int]]) -> None:
        """All results are in. coverage: group -> bins covered, bins there are."""
        self._write(
            *(CoverageRow(run_uuid=self.uuid, name=name, covered=covered, total=total) for name, (covered, total) in coverage.items()),
            ended=datetime.now(UTC),
        )

    def _write(self, *rows: ResultRow | CoverageRow, ended: datetime | None = None) -> None:
        if self._lost:
            return
        try:
            with self._store.session() as session:
                session.add_all(rows)
                if ended is not None:
                    session.get_one(RunRow, self.uuid).ended = ended
        except StoreError as error:
            self._lost = True
            self._warn(f"{error}; the history lacks the rest of this run")

    def _row(self, result: Result) -> ResultRow:
        task, verdict = result.task, result.verdict
        return ResultRow(
            run_uuid=self.uuid,
            scenario=task.id,
            target=task.target,
            digest=self._digest(result),
            grade=verdict.grade,
            timing=result.timing,
            verdict=verdict.status,
            because=verdict.because,
            reason=verdict.reason,
            seconds=result.seconds,
            seed=task.seed,
            latencies=[
                LatencyRow(name=name, unit=found.unit, n=found.n, min=found.min, p50=found.p50, p99=found.p99, max=found.max)
                for name, found in verdict.latency.items()
            ],
        )

    def _digest(self, result: Result) -> str:
        """Of the inputs, made once for all targets."""
        task = result.task
        if task.id not in self._digests:
            self._digests[task.id] = program_digest(task.scenario.program)
        return self._digests[task.id]
