# SPDX-License-Identifier: Apache-2.0
"""Latency distributions (docs/contract.md 9): exact, from every sample, never a mean that hides a tail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Latency", "merge"]

Unit = Literal["clk", "ns"]


@dataclass(frozen=True, slots=True)
class Latency:
    """n samples in `unit`. p50, p99: nearest rank, so each is a value that was really measured. histogram: value -> how often, ascending.

    Raises ValueError unless min <= p50 <= p99 <= max and the histogram sums to n: statistics that do not add up are a defect of the tool.
    """

    unit: Unit
    n: int
    min: int
    p50: int
    p99: int
    max: int
    histogram: Mapping[int, int]

    def __post_init__(self) -> None:
        if not self.min <= self.p50 <= self.p99 <= self.max:
            raise ValueError(f"latency: min {self.min} <= p50 {self.p50} <= p99 {self.p99} <= max {self.max} does not hold")
        if sum(self.histogram.values()) != self.n:
            raise ValueError(f"latency: the histogram sums to {sum(self.histogram.values())}, not to n = {self.n}")

    @classmethod
    def of(cls, samples_ps: NDArray[np.int64], clock_ps: int | None) -> Latency | None:
        """The distribution of samples in ps (int64[n]): in clocks where the clock is known, else in whole ns. None without samples."""
        if not len(samples_ps):
            return None
        step_ps = clock_ps or 1000
        return cls.from_histogram(dict(_counted((samples_ps + step_ps // 2) // step_ps)), "clk" if clock_ps else "ns")

    @classmethod
    def from_histogram(cls, histogram: Mapping[int, int], unit: Unit) -> Latency:
        """The distribution that a histogram (value -> count, not empty) holds."""
        values = np.array(sorted(histogram), np.int64)
        counts = np.array([histogram[int(value)] for value in values], np.int64)
        reached = np.cumsum(counts)
        n = int(reached[-1])

        def rank(percent: int) -> int:
            return int(values[np.searchsorted(reached, -(-n * percent // 100))])

        ordered = {int(value): int(count) for value, count in zip(values, counts, strict=True)}
        return cls(unit, n, int(values[0]), rank(50), rank(99), int(values[-1]), ordered)


def merge(parts: Iterable[Latency]) -> Latency | None:
    """One distribution of all samples; parts of another unit than the first are left out (clocks and ns do not add)."""
    histogram: dict[int, int] = {}
    unit: Unit | None = None
    for part in parts:
        unit = unit or part.unit
        if part.unit == unit:
            for value, count in part.histogram.items():
                histogram[value] = histogram.get(value, 0) + count
    return Latency.from_histogram(histogram, unit) if unit else None


def _counted(values: NDArray[np.int64]) -> Iterable[tuple[int, int]]:
    unique, counts = np.unique(values, return_counts=True)
    return zip(unique.tolist(), counts.tolist(), strict=True)
