# SPDX-License-Identifier: Apache-2.0
"""What a series of results of one scenario on one target says: failing since when, flaky, slower. Pure; dates are in order of the runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median_low

__all__ = ["Failing", "Flaky", "Point", "Sample", "Slower", "Trend", "flaky", "slower"]

_WINDOW, _FEWEST = 5, 3
_RATIO = 1.25
"""Host time that grew by less is noise."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One latency of one result."""

    unit: str
    n: int
    min: int
    p50: int
    p99: int
    max: int


@dataclass(frozen=True, slots=True)
class Point:
    """One result, with what is needed of its run."""

    run: str
    started: datetime
    finished: bool
    commit: str | None
    dirty: bool
    machine: str
    version: str
    verdict: str
    because: str
    reason: str
    grade: str
    timing: str
    digest: str
    seconds: float
    seed: int
    latencies: Mapping[str, Sample] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failing:
    """The latest verdict is a failure. first: of the failures since the last pass. good: that pass, None if there never was one."""

    first: Point
    good: Point | None


@dataclass(frozen=True, slots=True)
class Flaky:
    """Runs of the same inputs at one clean commit did not agree. one_seed: not even those with the same seed."""

    commit: str
    verdicts: Mapping[str, int]
    one_seed: bool


@dataclass(frozen=True, slots=True)
class Slower:
    """p50 of a latency grew from `before` to `after`. good, first: the last run as it was, and the first that is not."""

    name: str
    unit: str
    before: int
    after: int
    good: Point
    first: Point


@dataclass(frozen=True, slots=True)
class Trend:
    """One scenario on one target. points: the last ones, oldest first."""

    scenario: str
    target: str
    points: Sequence[Point]
    failing: Failing | None
    flaky: Flaky | None
    slower: Sequence[Slower]

    @property
    def flagged(self) -> bool:
        """A person should look."""
        return bool(self.failing or self.flaky or self.slower)


def flaky(points: Sequence[Point]) -> Flaky | None:
    """The latest commit whose runs disagree. A skipped run says nothing; changed files may be the reason, so dirty trees do not count."""
    groups: dict[tuple[str, str, str], list[Point]] = {}
    for point in points:
        if point.commit is not None and not point.dirty and point.verdict != "skipped":
            groups.setdefault((point.commit, point.version, point.digest), []).append(point)
    for (commit, _, _), group in reversed(groups.items()):
        verdicts = Counter(_words(point) for point in group)
        if len(verdicts) > 1:
            seeds: dict[int, set[str]] = {}
            for point in group:
                seeds.setdefault(point.seed, set()).add(_words(point))
            return Flaky(commit, dict(verdicts), any(len(words) > 1 for words in seeds.values()))
    return None


def slower(points: Sequence[Point]) -> Iterator[Slower]:
    """Each latency whose p50 grew, over runs with the inputs of the latest one.

    Clocks are exact: the latest is held against the lowest. Host time is held against that of the same machine and way of keeping time:
    the median of the last runs against that of as many before.
    """
    measured = [point for point in points if point.latencies]
    for name, latest in (measured[-1].latencies if measured else {}).items():
        like = [point for point in measured if _comparable(point, measured[-1], name)]
        found = _in_clocks(like, name) if latest.unit == "clk" else _in_host_time(like, name)
        if found is not None:
            before, after, good, first = found
            yield Slower(name, latest.unit, before, after, good, first)


_Step = tuple[int, int, Point, Point]


def _in_clocks(points: Sequence[Point], name: str) -> _Step | None:
    values = [point.latencies[name].p50 for point in points]
    if values[-1] <= min(values):
        return None
    last_good = max(index for index, value in enumerate(values) if value < values[-1])
    return values[last_good], values[-1], points[last_good], points[last_good + 1]


def _in_host_time(points: Sequence[Point], name: str) -> _Step | None:
    size = min(_WINDOW, len(points) // 2)
    if size < _FEWEST:
        return None
    values = [point.latencies[name].p50 for point in points]
    before, after = median_low(values[-2 * size : -size]), median_low(values[-size:])
    return (before, after, points[-size - 1], points[-size]) if after > before * _RATIO else None


def _comparable(point: Point, latest: Point, name: str) -> bool:
    if name not in point.latencies or point.digest != latest.digest or point.latencies[name].unit != latest.latencies[name].unit:
        return False
    return latest.latencies[name].unit == "clk" or (point.machine, point.timing) == (latest.machine, latest.timing)


def _words(point: Point) -> str:
    return f"{point.verdict} ({point.because})" if point.because else point.verdict
