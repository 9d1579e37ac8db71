# SPDX-License-Identifier: Apache-2.0
"""Contract 2.2: MoldUDP64 packets out of the frames of both lines, and the session that they must belong to."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from tickproof.golden.control import Settings
from tickproof.golden.frames import FrameFilter
from tickproof.protocols import MOLDUDP64
from tickproof.protocols.control import LINE_COUNTERS, LINE_RACES

__all__ = ["LINES", "Packet", "PacketKind", "Receiver"]

LINES = ("a", "b")
_HEADER = MOLDUDP64.picker("session", "sequence", "count")


class PacketKind(enum.Enum):
    """What a packet is to arbitration."""

    DATA = enum.auto()
    HEARTBEAT = enum.auto()
    END = enum.auto()


@dataclass(slots=True, eq=False)
class Packet:
    """One accepted packet. messages: its whole blocks, numbered from `sequence` up to `end` (exclusive); none for the other kinds.

    line: 0 = A, 1 = B. row: its frame in the port's program. arrived_ps: when its last byte had arrived. payload: bytes of UDP payload.
    delivered: at least one of its messages was.
    """

    kind: PacketKind
    line: int
    row: int
    arrived_ps: int
    session: bytes
    sequence: int
    messages: list[bytes]
    payload: int
    end: int = field(init=False)
    delivered: bool = False

    def __post_init__(self) -> None:
        self.end = self.sequence + len(self.messages)


class Receiver:
    """Both lines up to their FIFOs: everything that is decided as a frame arrives.

    counters: the exact counters of both lines, by full name. data_packets: accepted packets with messages, of each line.
    cuts: their (sequence, end), of both lines.
    accepted: a packet was accepted since reset or `session_reset` (CTRL-4, FEED-MOLD-6).
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._fixed: bytes | None = None
        self.accepted = False
        self.counters = {f"{line}_{name}": 0 for line in LINES for name in LINE_COUNTERS if name not in LINE_RACES}
        self.data_packets = [0, 0]
        self.cuts: set[tuple[int, int]] = set()
        self.settings_changed()

    def settings_changed(self) -> None:
        """CTRL-5: a commit took effect."""
        self._filters = [FrameFilter(self._settings.values, line) for line in LINES]
        self._pinned = self._settings.pinned_session

    def session_reset(self) -> None:
        """FEED-MOLD-7: the session is open again."""
        self._fixed = None
        self.accepted = False

    def receive(self, line: int, row: int, arrived_ps: int, frame: bytes, bad_fcs: bool) -> Packet | None:
        """One frame that ended. None if it was dropped, or has nothing for arbitration (an empty packet: FEED-MOLD-3)."""
        self._count(line, "frames")
        dropped, payload = self._filters[line].judge(frame, bad_fcs)
        if dropped:
            self._count(line, dropped)
            return None
        if len(payload) < 20:  # FEED-MOLD-1
            self._count(line, "short_mold")
            return None
        session, sequence, count = _HEADER.unpack_from(payload)
        expected = self._pinned or self._fixed
        if expected is not None and session != expected:  # FEED-MOLD-6
            self._count(line, "wrong_session")
            return None
        if self._fixed is None:
            self._fixed = session
        self.accepted = True
        if count in (0, 0xFFFF):  # FEED-MOLD-2
            self._count(line, "heartbeats")
            kind = PacketKind.END if count else PacketKind.HEARTBEAT
            return Packet(kind, line, row, arrived_ps, session, sequence, [], len(payload))
        messages, end = _blocks(payload, count)
        if len(messages) < count:  # FEED-MOLD-3
            self._count(line, "truncated")
        elif end < len(payload):  # FEED-MOLD-4
            self._count(line, "trailing")
        if not messages:
            return None
        self.data_packets[line] += 1
        self.cuts.add((sequence, sequence + len(messages)))
        return Packet(PacketKind.DATA, line, row, arrived_ps, session, sequence, messages, len(payload))

    def _count(self, line: int, name: str) -> None:
        self.counters[f"{LINES[line]}_{name}"] += 1


def _blocks(payload: bytes, count: int) -> tuple[list[bytes], int]:
    """The whole blocks among the first `count`, and where the last of them ends."""
    blocks: list[bytes] = []
    end = 20
    for _ in range(count):
        start = end + 2
        if start > len(payload):
            break
        stop = start + (payload[end] << 8 | payload[end + 1])
        if stop > len(payload):
            break
        blocks.append(payload[start:stop])
        end = stop
    return blocks, end
