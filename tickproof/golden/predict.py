# SPDX-License-Identifier: Apache-2.0
"""`predict`: the inputs take effect by time: control first, then A, then B; a timeout only when no input has the same time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tickproof.golden.arbitration import NO_CAUSE, Arbiter, Cause
from tickproof.golden.control import COMMIT, SESSION_RESET, SET, Command, Settings
from tickproof.golden.counters import counters_of
from tickproof.golden.device import DEFAULT_PARAMETERS, Device
from tickproof.golden.model import Prediction
from tickproof.golden.mold import Receiver
from tickproof.golden.records import BBO, as_records
from tickproof.program import PortProgram, Program, SendFlag, WaitFor

__all__ = ["CAUSE_PORTS", "PORTS", "Simulation", "is_bad_fcs", "predict"]

PORTS = ("control", "feed_a", "feed_b")
"""Input ports of the feed handler, in the order in which inputs of the same time take effect."""
CAUSE_PORTS = (*PORTS, "exchange", "client")
"""What a Cause counts in: these, and what other devices have besides."""

_PS = 1000
_BAD_FCS = int(SendFlag.BAD_FCS | SendFlag.ABORT)


def is_bad_fcs(flags: int) -> bool:
    """FEED-FRAME-1: a wrong FCS, or a frame that was cut off."""
    return flags & _BAD_FCS != 0


@dataclass(slots=True)
class _Port:
    """What is still to be sent into one port; `row` is next."""

    times_ps: list[int]
    flags: list[int]
    waits: dict[int, WaitFor]
    frames: Iterator[bytes]
    row: int = 0

    @classmethod
    def of(cls, port: PortProgram) -> _Port:
        return cls((port.not_before_ns * _PS).tolist(), port.flags.tolist(), dict(port.waits), iter(port.frames))


class Simulation:
    """One run of a Program through a device of zero latency. ports: in the order in which inputs of the same time take effect."""

    ports: ClassVar[tuple[str, ...]] = PORTS

    def __init__(self, program: Program) -> None:
        parameters = {**DEFAULT_PARAMETERS, **program.parameters}
        settings = Settings(parameters["SYMBOLS"])
        self.device = Device(parameters, settings)
        self.receiver = Receiver(settings)
        self._settings = settings
        self.arbiter = Arbiter(self.device, settings, parameters["FIFO_BYTES"])
        self.flushed = False
        self._bbos = self._counted = 0
        self._program = program

    def run(self) -> None:
        """Everything that the Program sends, and every timeout after it."""
        for record in self._program.setup:
            self.take("control", NO_CAUSE, record, 0)
        ports = [_Port.of(self._program.ports.get(name, PortProgram.of([]))) for name in self.ports]
        now_ps = 0
        due_ps: int | None = None
        while True:
            times = [self._ready_ps(port, now_ps) for port in ports]
            at_ps = min((time for time in times if time is not None), default=None)
            if due_ps is not None and (at_ps is None or due_ps < at_ps):
                now_ps = self.device.now_ps = max(now_ps, due_ps)
                due_ps = self.arbiter.run(now_ps, NO_CAUSE)
                continue
            if at_ps is None:
                return
            now_ps = self.device.now_ps = at_ps
            rank = times.index(at_ps)
            self._send(self.ports[rank], ports[rank])
            due_ps = self.arbiter.run(now_ps, self.device.cause)

    def outputs(self, port: str) -> int:
        """How many frames (on `events`: records) an output port has produced."""
        parts = self.device.log.parts
        if port == "events":
            return len(parts)
        self._bbos += sum(record[0] == BBO for record in parts[self._counted :])
        self._counted = len(parts)
        return self._bbos if port == "bbo" else 0

    def take(self, port: str, cause: Cause, data: bytes, flags: int) -> None:
        """One send takes effect now."""
        self.device.cause = cause
        if port == "control":
            self._control(Command.of(data))
            return
        packet = self.receiver.receive(PORTS.index(port) - 1, cause[1], self.device.now_ps, data, is_bad_fcs(flags))
        if packet is not None:
            if self.device.next is None:
                self.device.begin(packet.sequence)
            self.arbiter.offer(packet)

    def _ready_ps(self, port: _Port, now_ps: int) -> int | None:
        """When the port's next frame goes in; None if there is none, or if it still waits for outputs."""
        if port.row >= len(port.times_ps):
            return None
        wait = port.waits.get(port.row)
        if wait is not None and self.outputs(wait.port) < wait.count:
            return None
        return max(port.times_ps[port.row], now_ps)

    def _send(self, name: str, port: _Port) -> None:
        row, frame = port.row, next(port.frames)
        port.row += 1
        self.take(name, (CAUSE_PORTS.index(name), row), frame, port.flags[row])

    def _control(self, command: Command) -> None:
        if command.op == SET:
            self._settings.set(command)
            return
        self.device.command(command, self.receiver.accepted)
        if command.op == COMMIT:
            self.receiver.settings_changed()
        elif command.op == SESSION_RESET:
            self.flushed |= self.receiver.accepted
            self.receiver.session_reset()
            self.arbiter.session_reset()


def predict(program: Program) -> Prediction:
    """As model.Model.predict."""
    simulation = Simulation(program)
    simulation.run()
    device = simulation.device
    may_overflow = [fifo.overflows > 0 for fifo in simulation.arbiter.fifos]
    counters = counters_of(simulation.receiver, device, flushed=simulation.flushed, may_overflow=may_overflow)
    return Prediction(
        records=as_records(device.log.parts),
        causes=np.array(device.log.causes, np.int64).reshape(-1, 2),
        cause_ports=PORTS,
        counters=counters.exact,
        bounds=counters.bounds,
        sums=counters.sums,
    )
