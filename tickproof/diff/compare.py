# SPDX-License-Identifier: Apache-2.0
"""Where two runs of the same inputs part. What belongs to each device itself (number, stamp, time_ns, and the timestamp of a Reject that it
made) is left aside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tickproof.check.compare import comparable, first_part
from tickproof.check.observe import NO_FRAMES
from tickproof.check.origin import ORIGINS, origin_of
from tickproof.check.packets import cut
from tickproof.diff.sides import Side

__all__ = ["DIFFERENT", "Difference", "compare", "outcome_of", "packets_of"]

DIFFERENT = "different"
Records = NDArray[np.void]

_REJECT_BYTES, _REJECT_HEAD, _TIMESTAMP = 32, b"\x00\x1eUJ", slice(4, 12)  # SoupBinTCP length and type, then 29 bytes of OUCH


@dataclass(frozen=True, slots=True)
class Difference:
    """Where A and B part. port: of records, packets or frames; "" of counters. index, other: the place in A's outputs there, and in B's.

    moved: the first place at which their records differ at all, if inputs took effect in another order. only_order: nothing else differs,
    and both agree with golden: a race that went another way, without consequences. counters: (name, A's, B's), exact ones that both keep.
    """

    port: str
    index: int = 0
    other: int = 0
    moved: int | None = None
    only_order: bool = False
    counters: tuple[tuple[str, int, int], ...] = ()


def compare(a: Side, b: Side) -> Difference | None:
    """The first difference, or None. Where both agree with golden each origin's records are compared for themselves, because the order
    among origins is a race; so are the packets of a stream, which come from several."""
    legal = a.verdict.status == b.verdict.status == "pass"
    port = a.evidence.events.port
    ours, theirs = a.evidence.events.records, b.evidence.events.records
    part = first_part(comparable(ours), comparable(theirs))
    moved = None if part is None else part.index
    if part is not None and not legal:
        return Difference(port, part.index, part.index)
    if part is not None and (apart := _first_within_an_origin(ours, theirs)) is not None:
        return Difference(port, *apart, moved)
    found = _streams(a, b, legal) or _frames(a, b) or _counters(a, b)
    if found is None and moved is not None:
        return Difference(port, moved, moved, moved, only_order=True)
    return found


def outcome_of(a: Side, b: Side, difference: Difference | None) -> str:
    """In a word. Two runs that are wrong alike are different: golden is the third opinion."""
    if not a.verdict.status == b.verdict.status == "pass":
        return DIFFERENT
    if difference is None:
        return "the same"
    return "the same but for the order of inputs" if difference.only_order else DIFFERENT


def _first_within_an_origin(ours: Records, theirs: Records) -> tuple[int, int] | None:
    """(A's index, B's) of the first record that differs from the one at its place in its origin's own order."""
    found = []
    for origin in range(len(ORIGINS)):
        left, right = (np.flatnonzero(origin_of(records) == origin) for records in (ours, theirs))
        part = first_part(comparable(ours[left]), comparable(theirs[right]))
        if part is not None:
            ends = (len(ours), len(theirs))
            at = [int(rows[part.index]) if part.index < len(rows) else end for rows, end in zip((left, right), ends, strict=True)]
            found.append((at[0], at[1]))
    return min(found, default=None)


def _streams(a: Side, b: Side, legal: bool) -> Difference | None:
    for port in sorted(a.evidence.golden.streams):
        left, right = packets_of(a, port), packets_of(b, port)
        if (index := _first_unlike(left, right)) is not None and not (legal and sorted(left) == sorted(right)):
            return Difference(port, index, index)
    return None


def _frames(a: Side, b: Side) -> Difference | None:
    for port in sorted(a.evidence.golden.frames):
        left, right = (list(side.run.capture.outputs.get(port, NO_FRAMES).frames) for side in (a, b))
        if (index := _first_unlike(left, right)) is not None:
            return Difference(port, index, index)
    return None


def _counters(a: Side, b: Side) -> Difference | None:
    left, right = a.run.capture.counters, b.run.capture.counters
    exact = [name for name in a.evidence.golden.counters if name in left and name in right]
    unlike = tuple((name, left[name], right[name]) for name in exact if left[name] != right[name])
    return Difference("", counters=unlike) if unlike else None


def packets_of(side: Side, port: str) -> list[bytes]:
    """What one side sent on a stream, without the times at which it rejected."""
    frames = side.run.capture.outputs.get(port, NO_FRAMES).frames
    packets = list(cut(frames.data[frames.offsets[0] : frames.offsets[-1]].tobytes()))
    return [_without_time(packet) if port == "client" else packet for packet in packets]


def _without_time(packet: bytes) -> bytes:
    if len(packet) != _REJECT_BYTES or not packet.startswith(_REJECT_HEAD):
        return packet
    return packet[: _TIMESTAMP.start] + bytes(8) + packet[_TIMESTAMP.stop :]


def _first_unlike(left: list[bytes], right: list[bytes]) -> int | None:
    both = min(len(left), len(right))
    at = next((index for index in range(both) if left[index] != right[index]), both)
    return at if at < max(len(left), len(right)) else None
