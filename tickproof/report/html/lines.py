# SPDX-License-Identifier: Apache-2.0
"""What the two lines brought, summed over all runs of a target: what the devices say themselves, by their counters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tickproof.protocols.control import DEVICE_COUNTERS, LINE_COUNTERS

__all__ = ["LineSums"]

_FIRST = ("frames", "delivered", "duplicates")  # what people look for; then the rest
_LINES = tuple(dict.fromkeys((*_FIRST, *LINE_COUNTERS)))


@dataclass(slots=True)
class LineSums:
    """Sums as stories are read. runs: how many of each target had counters."""

    sums: dict[str, Counter[str]]
    runs: Counter[str]

    def add(self, target: str, counters: Mapping[str, Any]) -> None:
        """counters: as a story has them. A device that keeps none changes nothing."""
        if counters:
            self.runs[target] += 1
            self.sums.setdefault(target, Counter()).update({name: got for name, (got, *_) in counters.items() if got})

    def line_rows(self, targets: Iterable[str]) -> list[tuple[str, list[tuple[int, int]]]]:
        """(counter, (A, B) of each target), those that nothing counted left out."""
        rows = [(name, [(self._of(target, f"a_{name}"), self._of(target, f"b_{name}")) for target in targets]) for name in _LINES]
        return [(name.replace("_", " "), values) for name, values in rows if any(a or b for a, b in values)]

    def device_rows(self, targets: Iterable[str]) -> list[tuple[str, list[int]]]:
        """(counter, value of each target) of what follows behind arbitration."""
        rows = [(name, [self._of(target, name) for target in targets]) for name in DEVICE_COUNTERS]
        return [(name.replace("_", " "), values) for name, values in rows if any(values)]

    def _of(self, target: str, name: str) -> int:
        return self.sums.get(target, Counter())[name]
