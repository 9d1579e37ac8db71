# SPDX-License-Identifier: Apache-2.0
"""Replay, first half: what each line had accepted when. Contract 2 depends on arrival only, not on the device's order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tickproof.capture import Observed
from tickproof.golden.control import COMMIT, SESSION_RESET, SET, Settings
from tickproof.golden.evidence import Evidence, Step, sent_ps
from tickproof.golden.gaps import ROUNDING_PS
from tickproof.golden.mold import LINES, Packet, Receiver
from tickproof.golden.predict import PORTS, is_bad_fcs
from tickproof.program import PortProgram, Program

__all__ = ["Arrivals", "Session", "arrivals_of", "find_possible_losses"]


@dataclass(slots=True)
class Session:
    """The packets between two `session_reset` commands, in order of arrival."""

    packets: list[Packet] = field(default_factory=list)

    def conflicts(self) -> set[int]:
        """Sequence numbers for which the two lines brought different contents (contract 3, last paragraph)."""
        contents: tuple[dict[int, bytes], dict[int, bytes]] = ({}, {})
        for packet in self.packets:
            for sequence, message in enumerate(packet.messages, packet.sequence):
                contents[packet.line].setdefault(sequence, message)
        first, second = contents
        return {sequence for sequence, message in first.items() if second.get(sequence, message) != message}


@dataclass(slots=True)
class Arrivals:
    """sessions: in order; receiver: with the exact line counters. flushed: a `session_reset` met accepted packets.

    may_be_lost: (line, row) of packets that may not have fitted into the device's FIFO (1.1).
    """

    receiver: Receiver
    sessions: list[Session] = field(default_factory=lambda: [Session()])
    flushed: bool = False
    may_be_lost: set[tuple[int, int]] = field(default_factory=set)


def arrivals_of(
    program: Program, observed: Observed, steps: Sequence[Step], symbols: int, receiver_of: Callable[[Settings], Receiver] = Receiver
) -> Arrivals:
    """Send every frame that was sent through its line's receiver; marks each step with `accepted`.

    A packet whose last byte arrived before a `session_reset` took effect, or in the same clock, belongs to the old session (FEED-MOLD-7).
    """
    settings = Settings(symbols)
    arrivals = Arrivals(receiver_of(settings))
    inputs: list[tuple[int, int, int]] = []
    for index, step in enumerate(steps):
        behind_ps = step.time_ps + ROUNDING_PS * (step.command.op == SESSION_RESET)
        inputs.append((max(behind_ps, inputs[-1][0] if inputs else behind_ps), 0, index))
    ports = [program.ports.get(name, PortProgram.of([])) for name in PORTS]
    for rank in (1, 2):
        times = sent_ps(program, observed, PORTS[rank]).tolist()
        inputs += [(time, rank, row) for row, time in enumerate(times) if time >= 0]
    inputs.sort()
    frames = [list(port.frames) for port in ports]
    flags = [port.flags.tolist() for port in ports]
    receiver = arrivals.receiver
    for time_ps, rank, row in inputs:
        if rank:
            packet = receiver.receive(rank - 1, row, time_ps, frames[rank][row], is_bad_fcs(flags[rank][row]))
            if packet is not None:
                arrivals.sessions[-1].packets.append(packet)
            continue
        step = steps[row]
        step.accepted = receiver.accepted
        if step.command.op == SET:
            settings.set(step.command)
        elif step.command.op == COMMIT:
            settings.commit()
            receiver.settings_changed()
        elif step.command.op == SESSION_RESET:
            arrivals.flushed |= receiver.accepted
            receiver.session_reset()
            arrivals.sessions.append(Session())
    return arrivals


def find_possible_losses(arrivals: Arrivals, evidence: Evidence, fifo_bytes: int) -> None:
    """Mark the packets that may have met a full FIFO.

    What a line's FIFO held is known from above: everything that had arrived, less what the device's records prove to be done with.
    """
    for number, session in enumerate(arrivals.sessions):
        rows = evidence.sessions == number
        times = evidence.times_ps[rows]
        done = np.maximum.accumulate(evidence.sequences[rows])
        for line in range(len(LINES)):
            packets = [packet for packet in session.packets if packet.line == line]
            known = np.searchsorted(times, np.array([packet.arrived_ps for packet in packets], np.int64), side="right")
            _mark(arrivals, packets, [int(done[count - 1]) if count else 0 for count in known.tolist()], fifo_bytes)


def _mark(arrivals: Arrivals, packets: list[Packet], wanted_then: list[int], fifo_bytes: int) -> None:
    held = oldest = 0
    for index, (packet, wanted) in enumerate(zip(packets, wanted_then, strict=True)):
        while oldest < index and packets[oldest].end <= wanted:
            held -= packets[oldest].payload
            oldest += 1
        held += packet.payload
        if held > fifo_bytes:
            arrivals.may_be_lost.add((packet.line, packet.row))
