# SPDX-License-Identifier: Apache-2.0
"""`replay`: the Program's inputs in the order that the device states (contract 8), and what makes that order impossible.

CONTROL, GAP and END_OF_SESSION records say at which `next` they took effect. Between them everything that can be delivered is
delivered in sequence; how long the device took for it is not golden's business. A device that states nothing is followed by time.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile

import numpy as np

from tickproof.capture import Observed
from tickproof.golden import records
from tickproof.golden.arbitration import BOTH_BEYOND, FIFO_FULL, NO_CAUSE, TIMEOUT, Cause
from tickproof.golden.arrivals import arrivals_of, find_possible_losses
from tickproof.golden.control import COMMIT, SESSION_RESET, SET, Settings
from tickproof.golden.counters import Counters, counters_of
from tickproof.golden.delivery import Delivery
from tickproof.golden.device import DEFAULT_PARAMETERS, Device
from tickproof.golden.evidence import Evidence, Statement, Step, sent_ps, steps_of
from tickproof.golden.gaps import ROUNDING_PS, judge_gap
from tickproof.golden.model import Prediction
from tickproof.golden.mold import LINES, Packet, PacketKind, Receiver
from tickproof.golden.predict import PORTS
from tickproof.program import Program

__all__ = ["Replay", "replay"]

_PS = 1000


class Replay:
    """One walk through the device's statements. device: with the log of what it had to show."""

    def __init__(self, program: Program, observed: Observed) -> None:
        parameters = {**DEFAULT_PARAMETERS, **program.parameters, **observed.facts}
        self._evidence = Evidence(observed)
        self._steps, strange = steps_of(program, observed, self._evidence)
        self.arrivals = arrivals_of(program, observed, self._steps, parameters["SYMBOLS"], self.make_receiver)
        find_possible_losses(self.arrivals, self._evidence, parameters["FIFO_BYTES"])
        self._first_ps = {port: sent.first_ps for port, sent in observed.sent.items()}
        ends = (int(sent_ps(program, observed, port).max(initial=0)) for port in PORTS)
        end_ps = max(program.end_ns * _PS, int(observed.record_ps.max(initial=0)), *ends)
        self.device = self.make_device(parameters, Settings(parameters["SYMBOLS"]))
        self.delivery = Delivery(self.device, self._evidence, observed, parameters["FIFO_BYTES"], end_ps)
        self._step = self._session = 0
        self.delivery.open(self.arrivals.sessions[0], 0)
        for statement in strange:
            self.delivery.problem("EVT-1", "a CONTROL record of a command that was not sent", statement.index)

    def make_receiver(self, settings: Settings) -> Receiver:
        """Whoever watches the walk may have its own."""
        return Receiver(settings)

    def make_device(self, parameters: Mapping[str, int], settings: Settings) -> Device:
        """Likewise."""
        return Device(parameters, settings)

    def run(self) -> None:
        """Statement by statement; then what is left, by time."""
        for statement in self._evidence.statements:
            if statement.kind == records.CONTROL:
                self._to_command(statement)
            elif statement.kind == records.GAP:
                self.delivery.run(statement.sequence, stop_at_hole=True)
                self._gap(statement)
            else:
                self._end_of_session(statement)
        while self._step < len(self._steps):
            self._unrecorded(limit=None)
        self.delivery.run(None)

    def counters(self) -> Counters:
        """At the end of the run."""
        may_overflow = [any(lost == line for lost, _ in self.arrivals.may_be_lost) for line in range(len(LINES))]
        return counters_of(self.arrivals.receiver, self.device, flushed=self.arrivals.flushed, may_overflow=may_overflow)

    # Contract 1.2: commands

    def _to_command(self, statement: Statement) -> None:
        if all(step.statement is not statement for step in self._steps[self._step :]):
            return
        while self._steps[self._step].statement is not statement:
            self._unrecorded(limit=statement.sequence)
        step = self._steps[self._step]
        if step.row >= 0:  # the setup comes before all inputs, whatever `sequence` says
            self.delivery.run(statement.sequence)
        if step.command.op == SESSION_RESET:
            self._check_nothing_was_ready(statement)
        self._command(step)

    def _unrecorded(self, limit: int | None) -> None:
        """A `set`, or a command without its record: then it takes effect when it was sent."""
        step = self._steps[self._step]
        if step.command.op != SET:
            self.delivery.run(limit, before_ps=step.time_ps)
            where = f"in row {step.row} of port control" if step.row >= 0 else "in the setup"
            self.delivery.problem("EVT-1", f"the command with op {step.command.op} {where} left no CONTROL record")
        self._command(step)

    def _command(self, step: Step) -> None:
        self._step += 1
        device = self.device
        if step.command.op == SET:
            device.settings.set(step.command)
            return
        device.now_ps = max(device.now_ps, step.time_ps)
        device.cause = (0, step.row) if step.row >= 0 else NO_CAUSE
        device.command(step.command, step.accepted and device.next is not None)
        if step.command.op in (COMMIT, SESSION_RESET):
            self.delivery.timeout_since_ps = step.time_ps
        if step.command.op == SESSION_RESET:
            self._session += 1
            self.delivery.open(self.arrivals.sessions[self._session], self._session)

    def _check_nothing_was_ready(self, statement: Statement) -> None:
        """EVT-1: a `session_reset` empties the FIFOs, but only of what the device had no time to deliver."""
        delivery = self.delivery
        busy_ps = delivery.situation([], (0, 0), statement.index - 1).not_before_ps
        for head in delivery.heads():
            if head.sequence <= delivery.wanted and max(head.arrived_ps, busy_ps) + delivery.slack_ps < statement.time_ps:
                text = f"session_reset at {delivery.wanted}, but {_brought(head, statement)}"
                delivery.problem("EVT-1", text, statement.index)
                return

    # Contract 3: gaps and the end of session

    def _gap(self, statement: Statement) -> None:
        """The device declared a GAP here. Golden declares it too, with the end that the packets give."""
        delivery = self.delivery
        if not delivery.begun(None, None):
            delivery.problem("FEED-ARB-3", "GAP, but no packet had arrived", statement.index)
            return
        heads = self._heads_without_lost(statement)
        wanted = delivery.wanted
        ready = next((head for head in heads if head.sequence <= wanted), None)
        if ready is not None and ready.arrived_ps <= statement.time_ps - delivery.slack_ps:
            delivery.problem("FEED-ARB-2", f"GAP at {wanted}, but {_brought(ready, statement)}", statement.index)
        waiting = [head for head in heads if head.sequence > wanted]
        situation = delivery.situation(waiting, self._undelivered(statement), statement.index - 1)
        end, trouble = judge_gap(statement, situation)
        if trouble:
            delivery.problem("FEED-ARB-3", f"GAP [{wanted}, {statement.end}): {trouble}", statement.index)
        self.device.now_ps = max(self.device.now_ps, statement.time_ps)
        delivery.seen = waiting if statement.reason == BOTH_BEYOND else ()
        if end > wanted:
            self.device.gap(end, statement.reason, self._cause(statement, waiting))

    def _heads_without_lost(self, statement: Statement) -> list[Packet]:
        """The heads that had arrived; packets before the gap's end that may not have fitted into the FIFO are taken as lost (1.1)."""
        heads: list[Packet] = []
        for fifo in self.delivery.fifos:
            head = fifo.head(self.delivery.wanted, self.device.ended)
            while head and head.sequence < statement.end and (head.line, head.row) in self.arrivals.may_be_lost:
                fifo.drop()
                head = fifo.head(self.delivery.wanted, self.device.ended)
            if head and head.arrived_ps < statement.time_ps + ROUNDING_PS:
                heads.append(head)
        return heads

    def _undelivered(self, statement: Statement) -> tuple[int, int]:
        """Bytes that had been sent by then (at least begun), and wait in each line's FIFO."""
        until_ps = statement.time_ps + ROUNDING_PS
        a, b = (
            sum(packet.payload for packet in takewhile(lambda packet: self._began_ps(packet) < until_ps, fifo.packets))
            for fifo in self.delivery.fifos
        )
        return a, b

    def _began_ps(self, packet: Packet) -> int:
        first_ps = self._first_ps.get(PORTS[packet.line + 1])
        return packet.arrived_ps if first_ps is None else int(first_ps[packet.row])

    def _cause(self, statement: Statement, waiting: list[Packet]) -> Cause:
        """The send whose arrival made the GAP due."""
        if statement.reason == TIMEOUT or not waiting:
            return NO_CAUSE
        last = max(waiting, key=lambda packet: packet.arrived_ps)
        if statement.reason == FIFO_FULL:
            line = self.delivery.fifos[last.line].packets
            last = [packet for packet in line if packet.arrived_ps < statement.time_ps + ROUNDING_PS][-1]
        return (last.line + 1, last.row)

    def _end_of_session(self, statement: Statement) -> None:
        """FEED-ARB-5: at least every message that left a record before it was delivered."""
        delivery = self.delivery
        ends = [packet for fifo in delivery.fifos for packet in fifo.packets if packet.kind is PacketKind.END]
        if self.device.ended or all(packet.arrived_ps >= statement.time_ps + ROUNDING_PS for packet in ends):
            delivery.problem("FEED-ARB-5", "END_OF_SESSION, but no end of session had arrived", statement.index)
        else:
            delivery.run_to_end_of_session(statement.last_message + 1)


def _brought(packet: Packet, statement: Statement) -> str:
    age_ps = statement.time_ps - packet.arrived_ps
    return f"line {LINES[packet.line]} had brought it {age_ps / _PS:.1f} ns before (row {packet.row})"


def replay(program: Program, observed: Observed) -> Prediction:
    """As model.Model.replay."""
    walk = Replay(program, observed)
    walk.run()
    counters = walk.counters()
    return Prediction(
        records=records.as_records(walk.device.log.parts),
        causes=np.array(walk.device.log.causes, np.int64).reshape(-1, 2),
        cause_ports=PORTS,
        counters=counters.exact,
        bounds=counters.bounds,
        sums=counters.sums,
        problems=tuple(walk.delivery.problems),
        inconclusive=walk.delivery.inconclusive,
    )
