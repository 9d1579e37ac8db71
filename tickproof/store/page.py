# SPDX-License-Identifier: Apache-2.0
"""The history as one self-contained page: strips of verdicts, plots of latency and coverage, runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from tickproof import __version__
from tickproof.errors import InputError
from tickproof.store.history import History
from tickproof.store.text import commit_text, flags, run_count
from tickproof.store.trends import Point, Trend

__all__ = ["write_page"]

_WIDTH, _HEIGHT, _EDGE = 220, 32, 4


@dataclass(frozen=True, slots=True)
class _Dot:
    """One value of a plot, with what a person sees who points at it."""

    x: float
    y: float
    told: str


@dataclass(frozen=True, slots=True)
class _Plot:
    """A line over the runs shown. low, high: what its bottom and top stand for; last: its latest value."""

    name: str
    low: str
    high: str
    last: str
    dots: Sequence[_Dot]

    @property
    def line(self) -> str:
        """As SVG has it."""
        return " ".join(f"{dot.x:.1f},{dot.y:.1f}" for dot in self.dots)


def write_page(path: Path, history: History) -> None:
    """Write it. InputError if the file cannot be written."""
    environment = Environment(
        loader=PackageLoader("tickproof.store", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.get_template("page.html.jinja").render(
        history=history,
        flagged=sorted((trend for trend in history.trends if trend.flagged), key=_urgency),
        version=__version__,
        runs=run_count(history),
        flags=flags,
        commit=commit_text,
        told=_told,
        plots=_latency_plots,
        coverage=_coverage_plots(history),
        size=(_WIDTH, _HEIGHT),
    )
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror}") from None


def _urgency(trend: Trend) -> tuple[bool, bool]:
    """Failures first, then what nobody can rely on; below that, as they come."""
    return trend.failing is None, trend.flaky is None


def _told(point: Point) -> str:
    """Of a verdict in a strip."""
    verdict = f"{point.verdict} ({point.because})" if point.because else point.verdict
    words = [
        verdict,
        f"{point.started:%Y-%m-%d %H:%M}",
        commit_text(point),
        f"seed {point.seed}",
        *([point.reason] if point.reason else []),
    ]
    return "\n".join(words)


def _latency_plots(trend: Trend) -> list[_Plot]:
    """p50 of each latency, of the inputs and in the unit of the latest."""
    measured = [point for point in trend.points if point.latencies]
    plots = []
    for name, latest in (measured[-1].latencies if measured else {}).items():
        like = [
            (index, point, point.latencies[name])
            for index, point in enumerate(trend.points)
            if name in point.latencies and point.digest == measured[-1].digest and point.latencies[name].unit == latest.unit
        ]
        told = {
            index: f"p50 {found.p50} {found.unit}, min {found.min}, p99 {found.p99}, max {found.max} (n {found.n})\n{_when(point)}"
            for index, point, found in like
        }
        values = {index: float(found.p50) for index, _, found in like}
        plots.append(_plot(f"{name} p50, {latest.unit}", values, told, len(trend.points), "{:.0f}"))
    return plots


def _coverage_plots(history: History) -> list[_Plot]:
    values: dict[str, dict[int, float]] = {}
    told: dict[str, dict[int, str]] = {}
    for index, run in enumerate(history.runs):
        for name, (covered, total) in run.coverage.items():
            values.setdefault(name, {})[index] = 100 * covered / total if total else 100.0
            told.setdefault(name, {})[index] = f"{covered} of {total}\n{run.started:%Y-%m-%d %H:%M}"
    return [_plot(name, values[name], told[name], len(history.runs), "{:.1f} %") for name in sorted(values)]


def _plot(name: str, values: Mapping[int, float], told: Mapping[int, str], places: int, number: str) -> _Plot:
    low, high = min(values.values()), max(values.values())
    step = (_WIDTH - 2 * _EDGE) / max(places - 1, 1)
    scale = (_HEIGHT - 2 * _EDGE) / (high - low) if high > low else 0.0
    middle = _HEIGHT / 2 if high == low else _HEIGHT - _EDGE
    dots = [_Dot(_EDGE + index * step, middle - (value - low) * scale, told[index]) for index, value in values.items()]
    return _Plot(name, number.format(low), number.format(high), number.format(list(values.values())[-1]), dots)


def _when(point: Point) -> str:
    return f"{point.started:%Y-%m-%d %H:%M}, {commit_text(point)}"
