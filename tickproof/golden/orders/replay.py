# SPDX-License-Identifier: Apache-2.0
"""`replay`: the device's records say in which order it took its inputs; golden takes the next input of the same port each time.

A record of the feed takes its place among them, as the feed's own replay has it. What the device never showed comes at the end.
"""

from __future__ import annotations

from collections.abc import Callable

from tickproof.capture import Observed
from tickproof.golden.arbitration import NO_CAUSE
from tickproof.golden.device import DEFAULT_PARAMETERS
from tickproof.golden.model import Prediction, Problem
from tickproof.golden.orders import records
from tickproof.golden.orders.feed_part import LOST, feed_part, lost_count, of_order_path
from tickproof.golden.orders.framing import Arrival, What
from tickproof.golden.orders.inputs import Commands, Issued, Stream
from tickproof.golden.orders.links import PORTS
from tickproof.golden.orders.path import OrderPath
from tickproof.golden.orders.prediction import prediction_of
from tickproof.golden.predict import CAUSE_PORTS
from tickproof.golden.replay import Replay
from tickproof.program import Program
from tickproof.protocols.control import OP

__all__ = ["replay"]

_PS = 1000
_PORT_OF_NUMBER = {1: "client", 2: "exchange"}
_PORT_OF_KIND = {records.CLIENT: "client", records.DECISION: "client", records.REPORT: "exchange", records.CONTROL: "control"}
_OF_PACKETS = (records.CLIENT, records.DECISION, records.REPORT)
_FAILING = slice(32, 36)
_RANK = ("control", "exchange", "feed", "client")
_NAME_OF_OP = {op: name for name, op in OP.items()}

WalkOf = Callable[[Program, Observed], Replay]
PathOf = Callable[[int], OrderPath]


class _Replay:
    """One walk through the device's records."""

    def __init__(self, program: Program, observed: Observed, walk_of: WalkOf, path_of: PathOf) -> None:
        parameters = {**DEFAULT_PARAMETERS, **program.parameters, **observed.facts}
        self.path = path_of(parameters["SYMBOLS"])
        self.feed = feed_part(program, observed, walk_of)
        self.problems = list(self.feed.problems)
        self._said: set[tuple[str, str]] = set()
        self._records = [record.tobytes() for record in observed.records]
        self._times_ns: list[int] = observed.records["time_ns"].tolist()
        self._own: list[bool] = of_order_path(observed.records).tolist()
        self._epoch_ps = observed.epoch_ps
        self._commands = Commands(program, observed)
        self._streams = {port: Stream(program, observed, port, self.path.framers[port]) for port in PORTS}
        self._fed = 0

    def run(self) -> None:
        """Record by record; then what is left, by time."""
        for index, record in enumerate(self._records):
            self.path.now_ns = self._times_ns[index]
            if self._own[index]:
                self._order_path(index, record)
            elif record[0] == LOST:
                for _ in range(min(lost_count(record), len(self.feed.parts) - self._fed)):
                    self._feed(recorded=False)
                self.path.cause = NO_CAUSE
                self.path.record(record[:4] + bytes(28) + record[32:])
            elif self._fed < len(self.feed.parts):
                self._feed()
        self._rest()

    # One record of the device

    def _feed(self, *, recorded: bool = True) -> None:
        """The feed's next record. A CONTROL record stands for the next command of the feed, and makes what was `set` before it count."""
        record, self.path.cause = self.feed.parts[self._fed], self.feed.causes[self._fed]
        self._fed += 1
        if record[0] == records.CONTROL:
            issued, sets = self._commands.take_of_feed()
            for command in sets:
                self.path.settings.set(command)
            if issued is not None:
                self._check_turn(issued)
        if recorded:
            self.path.record(record)
        self.path.see(record)

    def _order_path(self, index: int, record: bytes) -> None:
        port = _PORT_OF_KIND.get(record[0]) or _PORT_OF_NUMBER.get(record[32], "")
        self.path.beyond = [symbol for symbol, (first, _) in self.feed.inconclusive.items() if first <= index]
        self.path.stated = int.from_bytes(record[_FAILING], "big")
        if port == "control":
            issued = self._commands.take()
            if issued is not None:
                self._check_turn(issued, index)
                self._command(issued)
                return
        elif port and (arrival := self._streams[port].take()) is not None:
            self._check_arrived(port, arrival, index)
            self._arrive(port, arrival)
            self._check_ordinal(port, record, index)
            return
        self._problem("EVT-1", port, f"a record of {port or 'no port'}, all of whose inputs had taken effect", index)

    def _command(self, issued: Issued) -> None:
        self.path.cause = NO_CAUSE if issued.row < 0 else (CAUSE_PORTS.index("control"), issued.row)
        self.path.command(issued.command)

    def _arrive(self, port: str, arrival: Arrival) -> None:
        self.path.cause = (CAUSE_PORTS.index(port), arrival.row)
        self.path.arrive(port, arrival)

    # EVT-1, EVT-3: is it possible?

    def _check_turn(self, issued: Issued, index: int | None = None) -> None:
        before = self._commands.passed_over(issued)
        if before is not None:
            self._problem("EVT-1", "control", f"{_name(issued)} took effect before {_name(before)}, which was written first", index)

    def _check_arrived(self, port: str, arrival: Arrival, index: int) -> None:
        if self._epoch_ps is None:
            return
        early_ns = (self._streams[port].arrived_ps(arrival) + self._epoch_ps) // _PS - self._times_ns[index]
        if early_ns > 0:
            text = f"{self._what(port, arrival)} took effect at {self._times_ns[index]} ns, {early_ns} ns before it had arrived"
            self._problem("EVT-3", port, text, index)

    def _check_ordinal(self, port: str, record: bytes, index: int) -> None:
        expected, stated = (int.from_bytes(part[24:32], "big") for part in (self.path.log.parts[-1], record))
        if record[0] in _OF_PACKETS and self.path.log.parts[-1][0] in _OF_PACKETS and stated > expected:
            text = f"packet {expected} of {port} has not taken effect, and the device goes on with packet {stated}"
            self._problem("EVT-1", port, text, index)

    def _problem(self, rule: str, port: str, text: str, index: int | None) -> None:
        """The first of its kind on a port: the others follow from it."""
        if (rule, port) not in self._said:
            self._said.add((rule, port))
            self.problems.append(Problem(rule, text, index))

    def _what(self, port: str, arrival: Arrival) -> str:
        if arrival.what in (What.UP, What.DOWN):
            return f"the change of {port}'s link in row {arrival.row}"
        return f"packet {self.path.outputs.counts[f'{port}_packets'] + 1} of {port} (row {arrival.row})"

    # What the device never showed

    def _rest(self) -> None:
        self.path.beyond = []
        for port, stream in self._streams.items():
            if (arrival := stream.peek()) is not None:
                self._problem("EVT-1", port, f"{self._what(port, arrival)} never took effect", None)
        if (issued := self._commands.peek()) is not None:
            self._problem("EVT-1", "control", f"{_name(issued)} never took effect", None)
        while waiting := self._waiting():
            time_ps, _, source = min(waiting)
            self.path.now_ns = max(0, time_ps + (self._epoch_ps or 0)) // _PS
            if source == "feed":
                self._feed()
            elif source == "control":
                if (issued := self._commands.take()) is not None:
                    self._command(issued)
            elif (arrival := self._streams[source].take()) is not None:
                self._arrive(source, arrival)

    def _waiting(self) -> list[tuple[int, int, str]]:
        """(time, rank, source) of the next input of each."""
        times: dict[str, int] = {}
        if self._fed < len(self.feed.parts):
            times["feed"] = self.feed.times_ps[self._fed]
        if (issued := self._commands.peek()) is not None:
            times["control"] = issued.time_ps
        for port, stream in self._streams.items():
            if (arrival := stream.peek()) is not None:
                times[port] = stream.arrived_ps(arrival)
        return [(time, _RANK.index(source), source) for source, time in times.items()]


def _name(issued: Issued) -> str:
    where = "of the setup" if issued.row < 0 else f"in row {issued.row} of port control"
    return f"`{_NAME_OF_OP[issued.command.op]}` {where}"


def replay(program: Program, observed: Observed, walk_of: WalkOf = Replay, path_of: PathOf = OrderPath) -> Prediction:
    """As model.Model.replay. walk_of, path_of: of the feed and of the order path; whoever watches them may have their own."""
    walk = _Replay(program, observed, walk_of, path_of)
    walk.run()
    return prediction_of(walk.path, walk.feed.counters, walk.problems, walk.feed.inconclusive)
