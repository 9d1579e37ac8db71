# SPDX-License-Identifier: Apache-2.0
"""Contract 6.1: packets out of a stream of bytes, its link changes, and framing errors 1 to 3."""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from tickproof.program import SendFlag

__all__ = ["BAD_LENGTH", "CLIENT", "EXCHANGE", "Arrival", "Framer", "What", "framing_error"]

BAD_LENGTH, BAD_TYPE, BAD_PACKET_LENGTH = 1, 2, 3
_MOST = 2048
_UP, _DOWN = int(SendFlag.LINK_UP), int(SendFlag.LINK_DOWN)

_Lengths = Mapping[int, tuple[int, int]]
CLIENT: _Lengths = {ord("+"): (1, _MOST), ord("L"): (47, 47), ord("U"): (2, _MOST), ord("R"): (1, 1), ord("O"): (1, 1)}
EXCHANGE: _Lengths = {
    ord("+"): (1, _MOST),
    ord("A"): (31, 31),
    ord("J"): (2, 2),
    ord("S"): (2, _MOST),
    ord("H"): (1, 1),
    ord("Z"): (1, 1),
    ord("U"): (2, _MOST),
}
"""SESS-ERROR 2 and 3: the packet types that each side may send, with the lowest and highest value of the length field."""


def framing_error(types: _Lengths, packet: bytes) -> int:
    """SESS-ERROR 2 and 3 of a whole packet; 0 if it breaks neither."""
    if packet[2] not in types:
        return BAD_TYPE
    lowest, highest = types[packet[2]]
    return 0 if lowest <= len(packet) - 2 <= highest else BAD_PACKET_LENGTH


class What(enum.Enum):
    """What arrived on a stream."""

    PACKET = enum.auto()
    LENGTH = enum.auto()  # a length field that breaks SESS-ERROR 1
    UP = enum.auto()
    DOWN = enum.auto()


@dataclass(slots=True)
class Arrival:
    """One input of the order path. data: the packet from its length field on; of LENGTH the two bytes.

    row: the send that completed it. ends_send: no byte of that send lies behind it.
    """

    what: What
    row: int
    data: bytes = b""
    ends_send: bool = True


class Framer:
    """One side's stream in: sends go in, arrivals come out, one at a time, because an error closes the side for what lies behind.

    swallowed: bytes, as SESS-ERROR counts them.
    """

    def __init__(self) -> None:
        self.swallowed = 0
        self._sends: deque[tuple[int, bytes, int]] = deque()
        self._up = self._closed = False
        self._buffer = b""
        self._at = 0
        self._row = -1

    def send(self, row: int, data: bytes, flags: int) -> None:
        """A segment, or a link change (SendFlag)."""
        self._sends.append((row, data, flags))

    def close(self, arrival: Arrival) -> None:
        """SESS-ERROR: the packet that came last is bad. It and all further bytes are swallowed until the link goes down."""
        self._closed = True
        self.swallowed += len(arrival.data)

    def next(self) -> Arrival | None:
        """What arrives next, or None if the sends so far bring nothing more."""
        while (arrival := self._packet()) is None:
            if not self._sends:
                return None
            row, data, flags = self._sends.popleft()
            up = self._up
            self._up = (up and not flags & _DOWN) or bool(flags & _UP)
            if self._up != up:  # SESS-LINK-DOWN: a partial packet is dropped; SESS-LINK-UP: framing begins anew
                self._buffer, self._at, self._closed = b"", 0, False
                return Arrival(What.UP if self._up else What.DOWN, row)
            if self._up:
                self._buffer, self._at, self._row = self._buffer[self._at :] + data, 0, row
        return arrival

    def _packet(self) -> Arrival | None:
        buffer, at = self._buffer, self._at
        if self._closed:
            self.swallowed += len(buffer) - at
            self._at = len(buffer)
            return None
        if len(buffer) < at + 2:
            return None
        length = buffer[at] << 8 | buffer[at + 1]
        wrong = not 0 < length <= _MOST
        end = at + 2 + (0 if wrong else length)
        if len(buffer) < end:
            return None
        self._at = end
        return Arrival(What.LENGTH if wrong else What.PACKET, self._row, buffer[at:end], end == len(buffer))
