# SPDX-License-Identifier: Apache-2.0
"""EVT-4: exact counters are exact, the others keep their bounds and sums. A device behind a kernel need not keep some (HOST-1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tickproof.capture import Capture
from tickproof.check.evidence import Evidence
from tickproof.check.foreign import foreign_frames
from tickproof.check.verdict import Divergence, FieldRow
from tickproof.golden.model import Prediction

__all__ = ["judge_counters", "unkept_counters"]

_OF_THE_KERNEL = ("frames", "bad_fcs", "oversize", "runt", "not_ours", "not_ipv4", "bad_ip_header", "fragment", "not_udp", "bad_length")
"""HOST-1: what these count the device never sees. It may leave them out, and no others."""


def judge_counters(evidence: Evidence) -> Iterator[Divergence]:
    """One Divergence with every wrong counter as a row. A counter that the device description has but the capture lacks is wrong, too,
    unless the device need not keep it and says that it does not."""
    dut, capture, golden = evidence.dut, evidence.capture, evidence.golden
    declared = set(capture.counters) | set(dut.control.counters if dut.control else ()) - unkept_counters(capture)
    # Once an order could not be stored, what later messages did to it cannot be counted any more (contract 5.6).
    exact = {} if golden.inconclusive else golden.counters
    foreign = foreign_frames(capture, exact)
    rows = [
        *_rows({name: (value + foreign.get(name, 0),) * 2 for name, value in exact.items()}, declared, capture),
        *_rows(golden.bounds, declared, capture),
        *_sums(golden, declared, capture),
    ]
    if rows:
        first = rows[0]
        others = f", and {len(rows) - 1} more" if rows[1:] else ""
        yield Divergence("counters", f"{first.name} is {first.got}, golden has {first.golden}{others}", "EVT-4", fields=tuple(rows))


def unkept_counters(capture: Capture) -> frozenset[str]:
    """The counters that the device leaves out and may."""
    return capture.unkept & {f"{line}_{name}" for line in "ab" for name in _OF_THE_KERNEL}


def _rows(ranges: Mapping[str, tuple[int, int]], declared: set[str], capture: Capture) -> Iterator[FieldRow]:
    for name, (low, high) in ranges.items():
        value = capture.counters.get(name)
        if name in declared and (value is None or not low <= value <= high):
            wanted = str(low) if low == high else f"{low} to {high}"
            yield FieldRow(name, wanted, "not read" if value is None else str(value), -1, True)


def _sums(golden: Prediction, declared: set[str], capture: Capture) -> Iterator[FieldRow]:
    for names, total in golden.sums:
        if declared.issuperset(names) and (value := sum(capture.counters.get(name, 0) for name in names)) != total:
            yield FieldRow(" + ".join(names), str(total), str(value), -1, True)
