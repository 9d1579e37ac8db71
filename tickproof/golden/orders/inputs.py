# SPDX-License-Identifier: Apache-2.0
"""Replay: what was really sent to the order path, port by port, in its order; each input is taken once (EVT-1)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from tickproof.capture import Observed
from tickproof.golden.control import SET, Command
from tickproof.golden.evidence import sent_ps
from tickproof.golden.orders.commands import ORDER_PATH_OPS
from tickproof.golden.orders.framing import Arrival, Framer
from tickproof.program import PortProgram, Program

__all__ = ["Commands", "Issued", "Stream"]

_EMPTY = PortProgram.of([])


class Stream:
    """One side's arrivals, as its framer brings them."""

    def __init__(self, program: Program, observed: Observed, port: str, framer: Framer) -> None:
        sends = program.ports.get(port, _EMPTY)
        self._last_ps: list[int] = sent_ps(program, observed, port).tolist()
        sent = observed.sent.get(port)
        self._first_ps: list[int] = self._last_ps if sent is None else sent.first_ps.tolist()
        self._framer = framer
        self._next: Arrival | None = None
        for row, (data, flags, last_ps) in enumerate(zip(sends.frames, sends.flags.tolist(), self._last_ps, strict=True)):
            if last_ps >= 0:
                framer.send(row, data, flags)

    def peek(self) -> Arrival | None:
        """What comes next, without taking it."""
        if self._next is None:
            self._next = self._framer.next()
        return self._next

    def take(self) -> Arrival | None:
        """What comes next."""
        arrival, self._next = self.peek(), None
        return arrival

    def arrived_ps(self, arrival: Arrival) -> int:
        """When it was complete, or, where more bytes of its send lie behind it, the earliest that this can have been."""
        return self._last_ps[arrival.row] if arrival.ends_send else self._first_ps[arrival.row]


@dataclass(frozen=True, slots=True)
class Issued:
    """A control record that was sent. index: among all of them, setup first. row: in port control, -1 for setup."""

    index: int
    row: int
    time_ps: int
    command: Command


class Commands:
    """Port control. The feed's commands and the order path's are taken one by one, each kind in its order."""

    def __init__(self, program: Program, observed: Observed) -> None:
        sends = program.ports.get("control", _EMPTY)
        rows = [(-1, 0, record) for record in program.setup]
        times = sent_ps(program, observed, "control").tolist()
        rows += [(row, time, record) for row, (time, record) in enumerate(zip(times, sends.frames, strict=True)) if time >= 0]
        issued = [Issued(index, row, time, Command.of(record)) for index, (row, time, record) in enumerate(rows)]
        self._sets = deque(item for item in issued if item.command.op == SET)
        self._order_path = deque(item for item in issued if item.command.op in ORDER_PATH_OPS)
        self._feed = deque(item for item in issued if item.command.op not in {SET, *ORDER_PATH_OPS})

    def peek(self) -> Issued | None:
        """The order path's next command, without taking it."""
        return self._order_path[0] if self._order_path else None

    def take(self) -> Issued | None:
        """The order path's next command."""
        return self._order_path.popleft() if self._order_path else None

    def take_of_feed(self) -> tuple[Issued | None, list[Command]]:
        """The feed's next command, and the `set`s before it that were not yet taken."""
        issued = self._feed.popleft() if self._feed else None
        sets: list[Command] = []
        while self._sets and (issued is None or self._sets[0].index < issued.index):
            sets.append(self._sets.popleft().command)
        return issued, sets

    def passed_over(self, issued: Issued) -> Issued | None:
        """A command before this one that is not taken yet."""
        waiting = (queue[0] for queue in (self._order_path, self._feed) if queue)
        return next((item for item in waiting if item.index < issued.index), None)
