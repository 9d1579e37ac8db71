# SPDX-License-Identifier: Apache-2.0
"""Reads trends out of a store. What has to come in the same order from every database is put in order here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from tickproof.errors import InputError
from tickproof.store.database import Store
from tickproof.store.models import ResultRow, RunRow
from tickproof.store.trends import Failing, Point, Sample, Trend, flaky, slower

__all__ = ["History", "RunLine", "read_history"]


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run. coverage: group -> covered, total."""

    started: datetime
    finished: bool
    commit: str | None
    dirty: bool
    seed: int
    command: str
    coverage: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class History:
    """runs: the last ones, oldest first; all_runs, unfinished: how many the store has; trends: by scenario and target."""

    store: str
    all_runs: int
    unfinished: int
    runs: Sequence[RunLine]
    trends: Sequence[Trend]


def read_history(store: Store, scenario: str = "", targets: Sequence[str] = (), last: int = 20) -> History:
    """The last results of each scenario whose name contains `scenario`, on `targets` (none = all). InputError if there are none."""
    with store.session(reading=True) as session:
        total = session.scalar(select(func.count()).select_from(RunRow)) or 0
        unfinished = session.scalar(select(func.count()).select_from(RunRow).where(RunRow.ended.is_(None))) or 0
        trends = [_trend(session, *pair, points) for pair, points in sorted(_points(session, scenario, targets, last).items())]
        runs = _runs(session, last)
    if scenario and not trends:
        raise InputError(scenario, f"no result of such a scenario in {store.name}", hint="`tickproof history` lists those that it has")
    return History(store.name, total, unfinished, runs, trends)


def _points(session: Session, scenario: str, targets: Sequence[str], last: int) -> dict[tuple[str, str], list[Point]]:
    """(scenario, target) -> the last results, oldest first."""
    place = func.row_number().over(
        partition_by=(ResultRow.scenario, ResultRow.target), order_by=(RunRow.started.desc(), RunRow.uuid.desc(), ResultRow.id.desc())
    )
    numbered = select(ResultRow.id, place.label("place")).join(RunRow)
    if scenario:  # compared here: databases do not agree on whether LIKE minds capitals
        names = [name for name in session.scalars(select(ResultRow.scenario).distinct()) if scenario in name]
        numbered = numbered.where(ResultRow.scenario.in_(names))
    if targets:
        numbered = numbered.where(ResultRow.target.in_(targets))
    found = numbered.subquery()
    rows = _with_runs().join(found, found.c.id == ResultRow.id).where(found.c.place <= last).order_by(found.c.place.desc())
    points: dict[tuple[str, str], list[Point]] = {}
    for row in session.scalars(rows):
        points.setdefault((row.scenario, row.target), []).append(_point(row))
    return points


def _with_runs() -> Select[ResultRow]:
    return select(ResultRow).join(RunRow).options(contains_eager(ResultRow.run), selectinload(ResultRow.latencies))


def _trend(session: Session, scenario: str, target: str, points: Sequence[Point]) -> Trend:
    ran = [point for point in points if point.verdict != "skipped"]
    failing = _failing(session, scenario, target) if ran and ran[-1].verdict == "fail" else None
    return Trend(scenario, target, points, failing, flaky(points), tuple(slower(points)))


def _failing(session: Session, scenario: str, target: str) -> Failing:
    """Over everything that the store has, not only what is shown."""
    here = _with_runs().where(ResultRow.scenario == scenario, ResultRow.target == target)
    downwards, upwards = (RunRow.started.desc(), RunRow.uuid.desc()), (RunRow.started, RunRow.uuid)
    good = session.scalars(here.where(ResultRow.verdict == "pass").order_by(*downwards).limit(1)).one_or_none()
    failures = here.where(ResultRow.verdict == "fail").order_by(*upwards).limit(1)
    if good is not None:
        failures = failures.where(RunRow.started > good.run.started)
    return Failing(_point(session.scalars(failures).one()), None if good is None else _point(good))


def _runs(session: Session, last: int) -> list[RunLine]:
    newest = select(RunRow).order_by(RunRow.started.desc(), RunRow.uuid.desc()).limit(last).options(selectinload(RunRow.coverage))
    return [
        RunLine(
            started=row.started,
            finished=row.ended is not None,
            commit=row.commit,
            dirty=row.dirty,
            seed=row.seed,
            command=row.command,
            coverage={group.name: (group.covered, group.total) for group in sorted(row.coverage, key=lambda group: group.name)},
        )
        for row in reversed(list(session.scalars(newest)))
    ]


def _point(row: ResultRow) -> Point:
    run = row.run
    return Point(
        run=str(run.uuid),
        started=run.started,
        finished=run.ended is not None,
        commit=run.commit,
        dirty=run.dirty,
        machine=run.machine,
        version=run.version,
        verdict=row.verdict,
        because=row.because,
        reason=row.reason,
        grade=row.grade,
        timing=row.timing,
        digest=row.digest,
        seconds=row.seconds,
        seed=row.seed,
        latencies={
            found.name: Sample(found.unit, found.n, found.min, found.p50, found.p99, found.max)
            for found in sorted(row.latencies, key=lambda found: found.name)
        },
    )
