# SPDX-License-Identifier: Apache-2.0
"""Where two runs of the same inputs part. What belongs to each device itself (number, stamp, time_ns, and the timestamp of a Reject that it
made) is left aside."""

from __future__ import annotations

from dataclasses import dataclass

from tickproof.check.compare import Part, comparable, first_part
from tickproof.check.observe import NO_FRAMES
from tickproof.check.packets import cut
from tickproof.diff.sides import Side

__all__ = ["Difference", "compare", "packets_of"]

_REJECT_BYTES, _REJECT_HEAD, _TIMESTAMP = 32, b"\x00\x1eUJ", slice(4, 12)  # SoupBinTCP length and type, then 29 bytes of OUCH


@dataclass(frozen=True, slots=True)
class Difference:
    """Where A and B part first. port: of records, packets or frames; "" of counters. index: in that port's outputs. part: how records part,
    else None. counters: name -> (A's, B's), exact ones that both keep."""

    port: str
    index: int
    part: Part | None = None
    counters: tuple[tuple[str, int, int], ...] = ()


def compare(a: Side, b: Side) -> Difference | None:
    """The first difference: records, then streams and frames, then counters. None if the two are the same."""
    events = a.evidence.events
    part = first_part(comparable(events.records), comparable(b.evidence.events.records))
    if part is not None:
        return Difference(events.port, part.index, part)
    for port in sorted(a.evidence.golden.streams):
        if (index := _first_unlike(packets_of(a, port), packets_of(b, port))) is not None:
            return Difference(port, index)
    for port in sorted(a.evidence.golden.frames):
        frames = [list(side.run.capture.outputs.get(port, NO_FRAMES).frames) for side in (a, b)]
        if (index := _first_unlike(*frames)) is not None:
            return Difference(port, index)
    left, right = a.run.capture.counters, b.run.capture.counters
    exact = [name for name in a.evidence.golden.counters if name in left and name in right]
    unlike = tuple((name, left[name], right[name]) for name in exact if left[name] != right[name])
    return Difference("", 0, counters=unlike) if unlike else None


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
