# SPDX-License-Identifier: Apache-2.0
"""Latencies of a run, taken together by target: percentiles, and histograms coarse enough to be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tickproof.check import Latency, merge
from tickproof.report.html.folder import Result, Run

__all__ = ["charts", "percentile_rows"]

_BINS = 48
_ABOUT = {
    "LAT-1": "frame in, to its change of the top on bbo",
    "LAT-2": "frame in, to its record on events",
    "LAT-3": "order, last byte in to first byte out",
    "LAT-4": "order, first byte in to first byte out",
    "LAT-5": "tick to trade: frame in, to the order that it was the reference of",
}
_PERCENTS = (50.0, 90.0, 99.0, 99.9)


def charts(run: Run) -> list[dict[str, Any]]:
    """One chart for each latency and unit, with all targets that have it: bins [low, high, count], percentiles, whose clock."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for target in run.targets:
        here = [result for result in run.results if result["target"] == target]
        for name, latency in _merged(here).items():
            row = {"target": target, **percentile_rows(latency), "histogram": latency.histogram, "stamps": _stamps(here)}
            found.setdefault((name, latency.unit), []).append(row)
    return [_chart(name, unit, rows) for (name, unit), rows in sorted(found.items())]


def percentile_rows(latency: Latency) -> dict[str, Any]:
    """n, min, p50, p90, p99, p99.9, max; each a value that was measured (nearest rank)."""
    values, counts = np.array(list(latency.histogram)), np.cumsum(list(latency.histogram.values()))
    ranks = {f"p{percent:g}": int(values[np.searchsorted(counts, np.ceil(latency.n * percent / 100))]) for percent in _PERCENTS}
    return {"n": latency.n, "min": latency.min, **ranks, "max": latency.max}


def _chart(name: str, unit: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All targets have the same bins, narrow where values are small: a tail is as long as it is."""
    low, high = min(row["min"] for row in rows), max(row["max"] for row in rows)
    start = max(low, 1)
    edges = np.unique([min(low, start), *np.floor(np.geomspace(start, high + 1, _BINS)).astype(int).tolist(), high + 1])
    return {
        "name": name,
        "about": _ABOUT.get(name, ""),
        "unit": unit,
        "targets": [{**row, "histogram": _binned(row["histogram"], edges)} for row in rows],
    }


def _binned(histogram: Mapping[int, int], edges: Any) -> list[tuple[int, int, int]]:
    counts, _ = np.histogram(list(histogram), edges, weights=list(histogram.values()))
    return [(int(low), int(high), int(count)) for low, high, count in zip(edges, edges[1:], counts, strict=False) if count]


def _merged(results: Iterable[Result]) -> dict[str, Latency]:
    parts: dict[str, list[Latency]] = {}
    for result in results:
        for name, said in result["latency"].items():
            parts.setdefault(name, []).append(Latency.from_histogram(dict(said["histogram"]), said["unit"]))
    merged = {name: merge(found) for name, found in sorted(parts.items())}
    return {name: latency for name, latency in merged.items() if latency is not None}


def _stamps(results: Iterable[Result]) -> str:
    """Whose clock the times are from, where it is not the design's own."""
    return ", ".join(dict.fromkeys(result["stamps"] for result in results if result["stamps"] not in ("", "clock")))
