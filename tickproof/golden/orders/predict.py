# SPDX-License-Identifier: Apache-2.0
"""`predict`: the inputs take effect by time; at one time control first, then the exchange, the feed and the client."""

from __future__ import annotations

from typing import ClassVar

from tickproof.golden import predict as feed
from tickproof.golden.arbitration import Cause
from tickproof.golden.control import SET, Command
from tickproof.golden.counters import counters_of
from tickproof.golden.model import Prediction
from tickproof.golden.orders.commands import ORDER_PATH_OPS
from tickproof.golden.orders.links import PORTS
from tickproof.golden.orders.path import OrderPath
from tickproof.golden.orders.prediction import prediction_of
from tickproof.program import Program

__all__ = ["Simulation", "predict"]

_PS = 1000


class Simulation(feed.Simulation):
    """One run of a Program through a feed handler and an order path of zero latency. path.log has the records of both."""

    ports: ClassVar[tuple[str, ...]] = ("control", "exchange", "feed_a", "feed_b", "client")

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.path = OrderPath(len(self.device.symbols.all))
        self._seen = 0

    def run(self) -> None:
        super().run()
        self._see()

    def outputs(self, port: str) -> int:
        self._see()
        if port in PORTS:
            return len(self.path.outputs.packets[port])
        return len(self.path.log.parts) if port == "events" else super().outputs(port)

    def take(self, port: str, cause: Cause, data: bytes, flags: int) -> None:
        self._see()
        self.path.cause, self.path.now_ns = cause, self.device.now_ps // _PS
        if port in PORTS:
            framer = self.path.framers[port]
            framer.send(cause[1], data, flags)
            while (arrival := framer.next()) is not None:
                self.path.arrive(port, arrival)
        elif port == "control" and (command := Command.of(data)).op in ORDER_PATH_OPS:
            self.path.command(command)
        else:
            super().take(port, cause, data, flags)
            if port == "control" and command.op == SET:
                self.path.settings.set(command)

    def _see(self) -> None:
        """The gate sees each record of the feed in its turn."""
        log = self.device.log
        for index in range(self._seen, len(log.parts)):
            self.path.cause, self.path.now_ns = log.causes[index], log.times_ps[index] // _PS
            self.path.record(log.parts[index])
            self.path.see(log.parts[index])
        self._seen = len(log.parts)


def predict(program: Program) -> Prediction:
    """As model.Model.predict."""
    simulation = Simulation(program)
    simulation.run()
    may_overflow = [fifo.overflows > 0 for fifo in simulation.arbiter.fifos]
    counters = counters_of(simulation.receiver, simulation.device, flushed=simulation.flushed, may_overflow=may_overflow)
    return prediction_of(simulation.path, counters)
