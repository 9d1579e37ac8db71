# SPDX-License-Identifier: Apache-2.0
"""Contract 3: two lines, one sequence. `next` says which of the heads of the two FIFOs can be taken, and what is missing."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from tickproof.golden.control import Settings
from tickproof.golden.mold import LINES, Packet, PacketKind

__all__ = ["BOTH_BEYOND", "FIFO_FULL", "NO_CAUSE", "TIMEOUT", "Arbiter", "Cause", "Fifo", "Receiving", "almost_full"]

BOTH_BEYOND, TIMEOUT, FIFO_FULL = 1, 2, 3
"""Why a GAP was declared: FEED-ARB-3 (b), (c), (d)."""

Cause = tuple[int, int]
"""(Input port, row): the send that caused a record."""
NO_CAUSE: Cause = (-1, -1)


class Receiving(Protocol):
    """What arbitration hands messages to (device.Device): it owns `next` (None until the first packet where `start_sequence` is 0)."""

    next: int | None
    ended: bool

    def deliver(self, packet: Packet, end: int) -> None:
        """The messages [next, end) of a packet."""

    def gap(self, end: int, reason: int, cause: Cause) -> None:
        """[next, end) is missing."""

    def end_of_session(self, packet: Packet) -> None:
        """The session ended."""


def almost_full(undelivered: int, fifo_bytes: int) -> bool:
    """FEED-ARB-3 (d): more than three quarters hold undelivered payload."""
    return 4 * undelivered > 3 * fifo_bytes


class Fifo:
    """The packets of one line, in the order in which they arrived, and what became of them.

    delivered, duplicates, after_end, overflows: packets. undelivered: bytes of UDP payload that wait.
    """

    __slots__ = ("after_end", "delivered", "duplicates", "overflows", "packets", "undelivered")

    def __init__(self) -> None:
        self.packets: deque[Packet] = deque()
        self.delivered = self.duplicates = self.after_end = self.overflows = self.undelivered = 0

    def push(self, packet: Packet, fifo_bytes: int | None = None) -> None:
        """Contract 1.1: a packet that does not fit is dropped whole. fifo_bytes None: everything fits."""
        if fifo_bytes is not None and self.undelivered + packet.payload > fifo_bytes:
            self.overflows += packet.kind is PacketKind.DATA
            return
        self.packets.append(packet)
        self.undelivered += packet.payload

    def head(self, wanted: int, ended: bool) -> Packet | None:
        """The first packet that is deliverable or beyond `wanted`; those before it that are of no use any more are dropped and counted."""
        packets = self.packets
        while packets:
            packet = packets[0]
            if packet.kind is PacketKind.DATA:
                if packet.end <= wanted:  # FEED-ARB-1, or taken
                    self.delivered += packet.delivered
                    self.duplicates += not packet.delivered
                elif ended:  # FEED-ARB-5
                    self.delivered += packet.delivered
                    self.after_end += not packet.delivered
                else:
                    return packet
            elif not ended and (packet.sequence > wanted or packet.kind is PacketKind.END):
                return packet  # FEED-ARB-3, 5; the other heartbeats have no effect (FEED-ARB-4, 5)
            self.drop()
        return None

    def drop(self) -> None:
        """Forget the first packet."""
        self.undelivered -= self.packets.popleft().payload

    def clear(self) -> None:
        """FEED-MOLD-7: the FIFO is emptied."""
        self.packets.clear()
        self.undelivered = 0


class Arbiter:
    """The rules FEED-ARB-1 to 5 for a device of zero latency. Time is given by the caller, in picoseconds."""

    def __init__(self, device: Receiving, settings: Settings, fifo_bytes: int) -> None:
        self.fifos = (Fifo(), Fifo())
        self.settings = settings
        self._device = device
        self._fifo_bytes = fifo_bytes

    def offer(self, packet: Packet) -> None:
        """A packet arrived."""
        self.fifos[packet.line].push(packet, self._fifo_bytes)

    def session_reset(self) -> None:
        for fifo in self.fifos:
            fifo.clear()

    def run(self, now_ps: int, cause: Cause) -> int | None:
        """Do all that is due. Returns when the next timeout is (ps), or None. cause: the input that just took effect, for GAP records."""
        device = self._device
        while device.next is not None:
            heads = [fifo.head(device.next, device.ended) for fifo in self.fifos]
            takeable = next((head for head in heads if head and head.sequence <= device.next), None)  # FEED-ARB-2: A first
            if takeable is not None:
                if takeable.kind is PacketKind.END:
                    device.end_of_session(takeable)
                else:
                    device.deliver(takeable, takeable.end)
                continue
            waiting = [head for head in heads if head]
            if not waiting:
                return None
            lower = min(waiting, key=lambda packet: packet.sequence)
            timeout_ps = lower.arrived_ps + 1000 * self.settings.values["gap_timeout_ns"]
            if len(waiting) == len(LINES):
                device.gap(lower.sequence, BOTH_BEYOND, cause)
            elif now_ps >= timeout_ps:
                device.gap(lower.sequence, TIMEOUT, NO_CAUSE)
            elif almost_full(self.fifos[lower.line].undelivered, self._fifo_bytes):
                device.gap(lower.sequence, FIFO_FULL, cause)
            else:
                return timeout_ps
        return None
