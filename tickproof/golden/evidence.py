# SPDX-License-Identifier: Apache-2.0
"""Contract 8, what a device states: where in the sequence its commands, gaps and end of session took effect, and when."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tickproof.capture import Observed
from tickproof.golden import records
from tickproof.golden.control import BOOK_CLEAR, BOOK_TRUST, NO_SYMBOL, SESSION_RESET, SET, Command
from tickproof.program import Program

__all__ = ["Evidence", "Statement", "Step", "sent_ps", "steps_of"]

_PS = 1000
_BEFORE_EVERYTHING = -(1 << 62)
_END_AND_CAUSE = struct.Struct(">QB")
_TIMESTAMP = slice(56, 64)
_OF_A_MESSAGE = (records.BBO, records.TRADING_STATE, records.DEGRADED)


@dataclass(frozen=True, slots=True)
class Statement:
    """A CONTROL, GAP or END_OF_SESSION record of the device: anchors of its order.

    index: of the record. time_ps: when it took effect, in Program time. op: of CONTROL. end, reason: of GAP.
    last_message: highest sequence of a message that left a record before this one in its session; -1 if none did.
    """

    index: int
    kind: int
    symbol: int
    sequence: int
    time_ps: int
    last_message: int
    op: int = 0
    end: int = 0
    reason: int = 0


class Evidence:
    """The device's records, as far as they say in which order it took its inputs.

    times_ps: int64[n], when each record took effect, in Program time. sessions: int64[n], `session_reset` commands before each.
    statements: in order. first_sequences: session -> `next` that its first record of a message or gap proves.
    plain: each record's 64 bytes with number, stamp and time 0, to be compared with golden's.
    """

    def __init__(self, observed: Observed) -> None:
        found = observed.records
        self.times_ps: NDArray[np.int64] = (
            observed.record_ps if observed.epoch_ps is None else found["time_ns"].astype(np.int64) * _PS - observed.epoch_ps
        )
        self.kinds: NDArray[np.uint8] = found["kind"].astype(np.uint8)
        self.sequences: NDArray[np.uint64] = found["sequence"].astype(np.uint64)
        resets = (self.kinds == records.CONTROL) & (found["body"][:, 0] == SESSION_RESET)
        self.sessions: NDArray[np.int64] = np.cumsum(resets) - resets
        bare = found.copy()
        for name in ("number", "stamp", "time_ns"):
            bare[name] = 0
        joined = bare.tobytes()
        self.plain = [joined[start : start + 64] for start in range(0, len(joined), 64)]
        self.first_sequences: dict[int, int] = {}
        self.statements = self._statements()

    def _statements(self) -> list[Statement]:
        statements: list[Statement] = []
        last_message = commanded = -1
        rows = zip(self.kinds.tolist(), self.sequences.tolist(), self.plain, strict=True)
        for index, (kind, sequence, record) in enumerate(rows):
            if kind in _OF_A_MESSAGE:
                if sequence != commanded or any(record[_TIMESTAMP]):  # not a BBO that follows from a command
                    last_message = max(last_message, sequence)
                    self.first_sequences.setdefault(int(self.sessions[index]), sequence)
                continue
            common = (index, kind, int.from_bytes(record[2:4], "big"), sequence, int(self.times_ps[index]), last_message)
            if kind == records.CONTROL:
                statements.append(Statement(*common, op=record[32]))
                commanded = sequence
                if record[32] == SESSION_RESET:
                    last_message = commanded = -1
            elif kind == records.GAP:
                self.first_sequences.setdefault(int(self.sessions[index]), sequence)
                end, reason = _END_AND_CAUSE.unpack_from(record, 32)
                statements.append(Statement(*common, end=end, reason=reason))
            elif kind == records.END_OF_SESSION:
                statements.append(Statement(*common))
        return statements

    def refusals(self, session: int) -> set[int]:
        """Sequence numbers of the messages whose order the device says that it could not store."""
        return set(self.sequences[(self.kinds == records.DEGRADED) & (self.sessions == session)].tolist())


@dataclass(slots=True)
class Step:
    """One control record of the Program. row: in port `control`, -1 for setup. time_ps: when it took effect, as well as known.

    statement: the device's CONTROL record of it. accepted: a packet had been accepted in its session by then (CTRL-4).
    """

    command: Command
    row: int
    time_ps: int
    statement: Statement | None = None
    accepted: bool = False


def sent_ps(program: Program, observed: Observed, port: str) -> NDArray[np.int64]:
    """int64[n]: when the last byte of each send of a port went in, -1 = never; the Program's own times where the target tells none."""
    sent = observed.sent.get(port)
    if sent is not None:
        return sent.last_ps
    sends = program.ports.get(port)
    return np.zeros(0, np.int64) if sends is None else sends.not_before_ns * _PS


def steps_of(program: Program, observed: Observed, evidence: Evidence) -> tuple[list[Step], list[Statement]]:
    """All control records that were sent, in order, each command with its CONTROL record; and the CONTROL records of no command.

    A command whose record is missing is passed over if a later one fits; so are wrong symbols, which comparing the records will show.
    """
    steps = [Step(Command.of(record), -1, _BEFORE_EVERYTHING) for record in program.setup]
    port = program.ports.get("control")
    if port is not None:
        times = sent_ps(program, observed, "control").tolist()
        rows = zip(range(len(port)), port.frames, times, strict=True)
        steps += [Step(Command.of(record), row, time) for row, record, time in rows if time >= 0]
    waiting = [step for step in steps if step.command.op != SET]
    strange: list[Statement] = []
    for statement in evidence.statements:
        if statement.kind != records.CONTROL:
            continue
        fitting = [step for step in waiting if step.command.op == statement.op]
        exact = [step for step in fitting if _recorded_symbol(step.command) == statement.symbol]
        step = next(iter(exact or fitting), None)
        if step is None:
            strange.append(statement)
            continue
        step.statement = statement
        step.time_ps = statement.time_ps
        waiting = waiting[waiting.index(step) + 1 :]
    latest = _BEFORE_EVERYTHING
    for step in steps:  # one port keeps its order, whatever the clock says
        latest = step.time_ps = max(latest, step.time_ps)
    return steps, strange


def _recorded_symbol(command: Command) -> int:
    return command.symbol if command.op in (BOOK_CLEAR, BOOK_TRUST) else NO_SYMBOL
