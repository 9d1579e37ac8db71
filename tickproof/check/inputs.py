# SPDX-License-Identifier: Apache-2.0
"""The inputs of the order path as packets: which bytes of which sends each one is, and when these went in at the earliest."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from tickproof.capture import Capture, Sent
from tickproof.dut import Dut
from tickproof.golden.model import Prediction
from tickproof.program import PortProgram, Program, SendFlag
from tickproof.protocols import EVENTS
from tickproof.protocols.records import KIND

__all__ = ["UNKNOWN_PS", "Packet", "StreamInput", "packets_of", "stream_inputs"]

_LENGTH_BYTES, _LENGTH_MAX = 2, 2048  # contract 6.1
_UP, _DOWN = int(SendFlag.LINK_UP), int(SendFlag.LINK_DOWN)
_PORTS = EVENTS.layouts["SESSION_ERROR"].field("port").enum
UNKNOWN_PS = int(np.iinfo(np.int64).min)
"""In place of a time that is not known."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet that a stream brought. first, last: (row of the send, byte in it) of its first and last byte; of an impossible length
    only the two bytes that say it. alone: it has a segment to itself, whole. ordinal: from 1, of a bad packet the one it would have had."""

    ordinal: int
    data: bytes
    first: tuple[int, int]
    last: tuple[int, int]
    alone: bool


@dataclass(frozen=True, slots=True)
class StreamInput:
    """What one input stream brought. packets: by ordinal - 1, counted on over reconnects. bad: those that closed the side, in order.

    sent: real times of the sends. beat_bytes, clock_ps: of the port; None where its beats are not known.
    """

    packets: Sequence[Packet]
    bad: Sequence[Packet]
    sent: Sent
    beat_bytes: int
    clock_ps: int | None

    def earliest_ps(self, place: tuple[int, int]) -> int:
        """When the byte at (row, byte) went in at the earliest: a beat may have waited, so later bytes of a segment can only be bounded."""
        row, byte = place
        if row >= len(self.sent.last_ps) or self.sent.last_ps[row] < 0:
            return UNKNOWN_PS
        first_ps = int(self.sent.first_ps[row])
        return first_ps if self.clock_ps is None else min(first_ps + byte // self.beat_bytes * self.clock_ps, int(self.sent.last_ps[row]))


def stream_inputs(program: Program, dut: Dut, capture: Capture, golden: Prediction) -> dict[str, StreamInput]:
    """Every input port that is a stream of SoupBinTCP packets. golden says which packets closed a side."""
    closed = golden.records[golden.records["kind"] == KIND["SESSION_ERROR"]]
    found = {}
    for name, port in dut.inputs.items():
        if port.layout.startswith("soupbin") and name in program.ports and name in capture.sent:
            errors = closed["sequence"][closed["body"][:, 0] == _PORTS[name]].tolist() if name in _PORTS else []
            packets, bad = packets_of(program.ports[name], errors)
            found[name] = StreamInput(packets, bad, capture.sent[name], port.width // 8, capture.clock_ps)
    return found


def packets_of(sends: PortProgram, errors: Sequence[int]) -> tuple[list[Packet], list[Packet]]:
    """(packets by ordinal - 1, bad packets) of a stream's sends. errors: ordinals at which the side was closed, in order.

    Framing begins anew whenever the link comes up; what comes while it is down, or behind a packet that closed the side, is nobody's.
    """
    packets: list[Packet] = []
    bad: list[Packet] = []
    rows: list[int] | None = None  # of this connection
    for row, flags in enumerate((*sends.flags.tolist(), _DOWN)):
        if flags & _DOWN:
            _frame(sends, rows or [], errors, packets, bad)
            rows = None
        elif flags & _UP:
            rows = [] if rows is None else rows
        elif rows is not None:
            rows.append(row)
    return packets, bad


def _frame(sends: PortProgram, rows: Sequence[int], errors: Sequence[int], packets: list[Packet], bad: list[Packet]) -> None:
    """Cut the bytes of one connection into packets."""
    pieces = [sends.frames[row] for row in rows]
    data, starts = b"".join(pieces), [0, *accumulate(map(len, pieces))]
    at = 0
    while len(data) - at >= _LENGTH_BYTES:
        length = int.from_bytes(data[at : at + _LENGTH_BYTES], "big")
        legal = 0 < length <= _LENGTH_MAX
        end = at + _LENGTH_BYTES + (length if legal else 0)
        if end > len(data):
            return
        first, last = bisect_right(starts, at) - 1, bisect_right(starts, end - 1) - 1
        alone = (starts[first], starts[first + 1]) == (at, end)
        packet = Packet(len(packets) + 1, data[at:end], (rows[first], at - starts[first]), (rows[last], end - 1 - starts[last]), alone)
        if not legal or (len(bad) < len(errors) and errors[len(bad)] == packet.ordinal):
            bad.append(packet)
            return
        packets.append(packet)
        at = end
