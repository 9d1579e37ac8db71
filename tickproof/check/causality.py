# SPDX-License-Identifier: Apache-2.0
"""EVT-5: the order that a device states must be one that could have been. No input takes effect before another one of which an output had
left before the first byte of the first was sent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tickproof.check.evidence import Evidence
from tickproof.check.inputs import UNKNOWN_PS
from tickproof.check.origin import input_name
from tickproof.check.show import kind_of
from tickproof.check.times import InputTimes
from tickproof.protocols.records import KIND

__all__ = ["Impossible", "impossible_order"]


@dataclass(frozen=True, slots=True)
class Impossible:
    """Record `index` says that its input took effect before another one of which an output had left by then, or its packet had left before
    its input was there. text: one sentence."""

    index: int
    text: str


def impossible_order(evidence: Evidence, times: InputTimes) -> Impossible | None:
    """The first record, in the order of stamps, that breaks EVT-5, or None. times: of the inputs whose records are certain."""
    early = _early_packet(evidence, times)
    if early is not None:
        return early
    records = evidence.events.records
    order = np.argsort(records["stamp"], kind="stable")
    packets = _first_packets(evidence, len(times.first_ps))
    left = evidence.outputs.left_ps.copy()
    left[list(packets)] = [time_ps for time_ps, _ in packets.values()]
    first = np.full(len(records), UNKNOWN_PS)
    first[: len(times.first_ps)] = times.first_ps
    # For each place the earliest output of all that is stamped behind it: one pass from the end.
    behind = np.minimum.accumulate(left[order][::-1])[::-1]
    broken = np.flatnonzero(first[order][:-1] > behind[1:])
    if not broken.size:
        return None
    place = int(broken[0])
    y, x = int(order[place]), int(order[place + 1 + int(np.argmin(left[order][place + 1 :]))])
    who, verb = input_name(records[y]), "was decided" if records["kind"][y] == KIND["DECISION"] else "took effect"
    what = packets[x][1] if x in packets else kind_of(records[x].tobytes())
    margin = f"{(int(first[y]) - int(left[x])) / 1000:g} ns"
    return Impossible(y, f"{who} {verb} before {input_name(records[x])}, whose {what} had already left {margin} before {who} was sent")


def _early_packet(evidence: Evidence, times: InputTimes) -> Impossible | None:
    """The first packet that had left before its cause was sent: whatever its bytes, it is not the one that golden has there."""
    found = []
    for port, packets in evidence.outputs.packets.items():
        for index, record in enumerate(evidence.golden.streams[port].records.tolist()):
            if 0 <= record < len(times.first_ps) and UNKNOWN_PS < packets.last_ps[index] < times.first_ps[record]:
                margin = f"{(int(times.first_ps[record]) - int(packets.last_ps[index])) / 1000:g} ns"
                who = input_name(evidence.events.records[record])
                found.append(Impossible(record, f"{port}[{index}] had left {margin} before {who}, which causes such a packet, was sent"))
                break
    return min(found, key=lambda impossible: impossible.index, default=None)


def _first_packets(evidence: Evidence, known: int) -> dict[int, tuple[int, str]]:
    """Record -> (when its first packet had left, what to call it), where that was before the record itself had.

    Which packets follow from a record is golden's word, which holds for the first `known` records.
    """
    found: dict[int, tuple[int, str]] = {}
    left = evidence.outputs.left_ps
    for port, times in evidence.outputs.packets.items():
        for record, last_ps in zip(evidence.golden.streams[port].records.tolist(), times.last_ps.tolist(), strict=True):
            if 0 <= record < known and UNKNOWN_PS < last_ps < found.get(record, (int(left[record]), ""))[0]:
                found[record] = (last_ps, f"packet on {port}")
    return found
