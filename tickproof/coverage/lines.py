# SPDX-License-Identifier: Apache-2.0
"""Contract 3 in bins: what arbitration made of each packet of a session, seen when the session is over."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tickproof.coverage.hits import Hits
from tickproof.golden.mold import LINES, Packet, PacketKind
from tickproof.protocols import EVENTS

__all__ = ["Deliveries"]

_CAUSE = {value: name for name, value in EVENTS.layouts["GAP"].field("cause").enum.items()}


@dataclass(frozen=True, slots=True)
class _Event:
    """`next` went from `start` to `end`: a packet was delivered (in part), a gap declared, or (start == end) the session ended."""

    start: int
    end: int
    now_ps: int
    packet: Packet | None = None
    cause: str = ""


class Deliveries:
    """What moved `next` in one session, in order. wanted: `next` when it was over."""

    def __init__(self) -> None:
        self.wanted = 0
        self._events: list[_Event] = []
        self._end: Packet | None = None

    def deliver(self, packet: Packet, start: int, end: int, now_ps: int) -> None:
        self._events.append(_Event(start, end, now_ps, packet))

    def gap(self, start: int, end: int, reason: int, now_ps: int) -> None:
        self._events.append(_Event(start, end, now_ps, cause=_CAUSE.get(reason, "")))

    def end_of_session(self, packet: Packet, now_ps: int) -> None:
        self._end = packet
        wanted = self._events[-1].end if self._events else packet.sequence
        self._events.append(_Event(wanted, wanted, now_ps, packet))

    def classify(self, packets: Sequence[Packet], hits: Hits) -> None:
        """packets: all that the session accepted, in order of arrival."""
        firsts: dict[int, tuple[_Event | None, _Event]] = {}
        before = None
        for event in self._events:
            if event.packet is not None:
                firsts.setdefault(id(event.packet), (before, event))
            else:
                self._gap(event, packets, hits)
            before = event
        for packet in packets:
            line = LINES[packet.line]
            if packet.kind is PacketKind.DATA:
                size = "one message" if len(packet.messages) == 1 else "several messages"
                taken = firsts.get(id(packet))
                cases = self._taken(packet, *taken, packets) if taken else [self._skipped(packet)]
                for case in cases:
                    hits.add("arbitration: packets", case, line, size)
            else:
                kind = "heartbeat" if packet.kind is PacketKind.HEARTBEAT else "end of session"
                hits.add("arbitration: empty packets", kind, self._empty(packet), line)

    def _gap(self, event: _Event, packets: Sequence[Packet], hits: Hits) -> None:
        heads = [packet for packet in packets if packet.sequence == event.end and packet.arrived_ps <= event.now_ps]
        for packet in heads:
            kind = {PacketKind.DATA: "packet", PacketKind.HEARTBEAT: "heartbeat", PacketKind.END: "end of session"}[packet.kind]
            hits.add("gaps", event.cause, kind, LINES[packet.line])
        hits.add("gaps: size", event.cause, "one" if event.end == event.start + 1 else "several")

    def _taken(self, packet: Packet, before: _Event | None, event: _Event, packets: Sequence[Packet]) -> list[str]:
        """The cases of a packet that was delivered; `before` is what moved `next` to it."""
        if packet.sequence < event.start:
            return ["partly new"]
        others = [other for other in packets if other.line != packet.line and other.kind is PacketKind.DATA]
        cases = []
        if any(other.sequence > packet.sequence and other.arrived_ps <= packet.arrived_ps for other in others):
            cases.append("fills a hole")
        if any(other.sequence <= event.start < other.end and other.arrived_ps == packet.arrived_ps for other in others):
            cases.append("both lines at once")
        if before is not None and packet.arrived_ps < before.now_ps:
            if before.cause:
                cases.append("waits until a gap is declared")
            elif before.packet is not None and before.packet.line != packet.line:
                cases.append("waits until the other line fills the hole")
        return cases or ["in sequence"]

    def _skipped(self, packet: Packet) -> str:
        """The case of a packet of which nothing was delivered."""
        if self._end is not None and packet.end > self._end.sequence:
            return "after the end of session"
        given_up = [event for event in self._events if event.cause and event.start < packet.end and packet.sequence < event.end]
        if given_up:
            return "late: a gap gave it up"
        by = [event.packet for event in self._events if event.packet and event.start < packet.end and packet.sequence < event.end]
        if not by:
            return "flushed" if not self._events or packet.end > self._events[-1].end else "before the first"
        return "duplicate of its own line" if all(other.line == packet.line for other in by) else "duplicate of the other line"

    def _empty(self, packet: Packet) -> str:
        """The case of a heartbeat or end of session."""
        place = bisect_right([event.now_ps for event in self._events], packet.arrived_ps)
        ended = self._end is not None and self._end is not packet and self._end.arrived_ps <= packet.arrived_ps
        if ended:
            return "after the end of session"
        wanted = self._events[place - 1].end if place else (self._events[0].start if self._events else self.wanted)
        if packet.sequence <= wanted:
            return "before next" if packet.sequence < wanted else "at next"
        later = next((event for event in self._events[place:] if event.end >= packet.sequence), None)
        return "beyond next: flushed" if later is None else "beyond next: a gap" if later.cause else "beyond next: filled"
