# SPDX-License-Identifier: Apache-2.0
"""EVT-5: the order that a device states must be one that could have been. No input takes effect before another one that had shown all its
effects before the first byte of the first was sent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tickproof.check.evidence import Evidence
from tickproof.check.inputs import UNKNOWN_PS
from tickproof.check.origin import FEED, ORIGINS, origin_of
from tickproof.check.outputs import NEVER_PS
from tickproof.check.times import InputTimes
from tickproof.protocols.control import OP
from tickproof.protocols.records import KIND

__all__ = ["Impossible", "impossible_order"]

_OP_NAME = {code: name for name, code in OP.items()}


@dataclass(frozen=True, slots=True)
class Impossible:
    """Record `index` says that its input took effect before another one that was over by then. text: one sentence."""

    index: int
    text: str


def impossible_order(evidence: Evidence, times: InputTimes) -> Impossible | None:
    """The first input, in the order of stamps, that breaks EVT-5, or None. times: of the inputs whose records are certain."""
    records = evidence.events.records
    order = np.argsort(records["stamp"], kind="stable")
    whole, left = evidence.outputs.left_ps, _left_ps(evidence, len(times.first_ps))
    first = np.full(len(records), UNKNOWN_PS)
    first[: len(times.first_ps)] = times.first_ps
    # For each place, the earliest end of all that comes behind it: one pass from the end.
    behind = np.minimum.accumulate(left[order][::-1])[::-1]
    broken = np.flatnonzero(first[order][:-1] > behind[1:])
    if not broken.size:
        return None
    place = int(broken[0])
    y = int(order[place])
    x = int(order[place + 1 + int(np.argmin(left[order][place + 1 :]))])
    who, verb = _input(records[y]), "was decided" if records["kind"][y] == KIND["DECISION"] else "took effect"
    last = evidence.outputs.last(records, x if whole[x] == left[x] else int(np.flatnonzero(whole == left[x])[0]))
    margin = f"{(int(first[y]) - int(left[x])) / 1000:g} ns"
    return Impossible(y, f"{who} {verb} before {_input(records[x])}, whose {last} had already left {margin} before {who} was sent")


def _left_ps(evidence: Evidence, known: int) -> NDArray[np.int64]:
    """int64[n]: when the last output of each record's input had left; the largest int64 where that is not certain."""
    records = evidence.events.records
    left = evidence.outputs.left_ps.copy()
    origins = origin_of(records)
    # Which packets an order-path record caused is golden's word, which holds as far as it agrees with the device.
    left[known:][origins[known:] != FEED] = NEVER_PS
    # A message may have several records, and is over with the last of them. Neighbours with one sequence that are not one input wait
    # for each other, which accuses nobody wrongly.
    feed = np.flatnonzero(origins == FEED)
    if feed.size:
        sequence = records["sequence"][feed]
        starts = np.flatnonzero(np.concatenate(([True], sequence[1:] != sequence[:-1])))
        group = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(feed))))
        left[feed] = np.maximum.reduceat(left[feed], starts)[group]
    return left


def _input(record: np.void) -> str:
    """An input by what its record says: `client[4]`, `feed sequence 17`, `control kill`."""
    origin = int(origin_of(np.array([record]))[0])
    if record["kind"] == KIND["LINK"]:
        return f"{ORIGINS[origin]} {'up' if record['body'][1] else 'down'}"
    if record["kind"] == KIND["CONTROL"]:
        return f"control {_OP_NAME.get(int(record['body'][0]), '')}"
    return f"feed sequence {record['sequence']}" if origin == FEED else f"{ORIGINS[origin]}[{record['sequence']}]"
