# SPDX-License-Identifier: Apache-2.0
"""Contract 5.6: which counters are exact, and what holds for those that depend on how the two lines raced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tickproof.golden.device import Device
from tickproof.golden.mold import LINES, Receiver
from tickproof.protocols.control import LINE_RACES

__all__ = ["Counters", "counters_of"]

_INEXACT_WHEN_DEGRADED = ("unknown_reference", "duplicate_reference", "over_reduced", "wrong_locate", "degraded")


@dataclass(frozen=True, slots=True)
class Counters:
    """As in model.Prediction."""

    exact: Mapping[str, int]
    bounds: Mapping[str, tuple[int, int]]
    sums: tuple[tuple[tuple[str, ...], int], ...]


def counters_of(receiver: Receiver, device: Device, *, flushed: bool, may_overflow: Sequence[bool]) -> Counters:
    """At the end of a run.

    flushed: a `session_reset` may have emptied the FIFOs, so that the sums do not hold. may_overflow: of each line.
    """
    exact = {
        **receiver.counters,
        "messages": device.messages,
        **device.counts,
        **device.orders.errors,
        "records": len(device.log.parts),
        "lost": 0,
    }
    bounds: dict[str, tuple[int, int]] = {}
    if device.counts["degraded"]:
        bounds.update(dict.fromkeys(_INEXACT_WHEN_DEGRADED, (0, device.messages)))
        exact = {name: value for name, value in exact.items() if name not in bounds}
    sums: list[tuple[tuple[str, ...], int]] = []
    for line, packets, overflow in zip(LINES, receiver.data_packets, may_overflow, strict=True):
        names = tuple(f"{line}_{race}" for race in LINE_RACES)
        bounds.update(dict.fromkeys(names, (0, packets)))
        if not overflow:
            bounds[f"{line}_fifo_overflow"] = (0, 0)
        if not device.ended and not flushed:
            bounds[f"{line}_after_end"] = (0, 0)
        if not flushed:
            sums.append((names, packets))
    if not (flushed or device.ended or any(may_overflow) or _cut_differently(receiver)):
        sums.append((tuple(f"{line}_delivered" for line in LINES), device.packets_delivered))
    return Counters(exact, bounds, tuple(sums))


def _cut_differently(receiver: Receiver) -> bool:
    """Do packets overlap in part? If none do, each is delivered once, whichever line wins."""
    return any(end > start for (_, end), (start, _) in pairwise(sorted(receiver.cuts)))
