# SPDX-License-Identifier: Apache-2.0
"""Contract 6: the proxy between client and exchange, one input at a time, and the records that each leaves.

Who decides the order of the inputs is outside: `predict` by time, `replay` by what the device states.
"""

from __future__ import annotations

from collections.abc import Sequence

from tickproof.golden.arbitration import NO_CAUSE, Cause
from tickproof.golden.control import BOOK_TRUST, COMMIT, SESSION_RESET, Command, Settings
from tickproof.golden.device import Log
from tickproof.golden.orders import records
from tickproof.golden.orders.case import State
from tickproof.golden.orders.commands import apply_command
from tickproof.golden.orders.exposure import Exposure
from tickproof.golden.orders.framing import BAD_LENGTH, CLIENT, EXCHANGE, Arrival, Framer, What, framing_error
from tickproof.golden.orders.gate import Gate, reject_of
from tickproof.golden.orders.kills import GLOBAL, SESSION, Kills
from tickproof.golden.orders.links import PORTS, Outputs
from tickproof.golden.orders.market import Market
from tickproof.golden.orders.memory import Fills, Forwarded, TokenBucket
from tickproof.golden.orders.ouch import CANCEL, ENTER, INBOUND, MODIFY, OUTBOUND, REPLACE, Request, appendage_of, request_of
from tickproof.golden.orders.reports import Reports, number_of
from tickproof.golden.orders.session import Sequenced, login_of
from tickproof.protocols import OUCH_IN

__all__ = ["OrderPath"]

_BAD_MESSAGE_TYPE, _BAD_MESSAGE_LENGTH, _BAD_LOGIN = 4, 5, 6
_NUMBER_OF_PORT = {"client": 1, "exchange": 2}
_LOGIN_ACCEPTED, _SEQUENCED, _UNSEQUENCED = b"ASU"
_CANCEL_NUMBER = OUCH_IN.layouts["cancel_order"].picker("user_ref_num")
_HEADER = 3
"""Bytes of a packet before its message: length and type."""


class OrderPath:
    """All of the order path. Before each input the caller says what it is and when it takes effect: `cause`, `now_ns` (device time).

    log: records of feed and order path, in order. framers: by port; what comes out of one is for `arrive`.
    settings: `set` goes to it; commits come with their CONTROL records. beyond: indices of the symbols whose market golden does not know;
    their orders fail what the device states in `stated` (a mask). gate: decides.
    """

    def __init__(self, symbols: int) -> None:
        self.log = Log([], [], [])
        self.cause: Cause = NO_CAUSE
        self.now_ns = 0
        self.beyond: Sequence[int] = ()
        self.stated = 0
        self.settings = Settings(symbols)
        self.framers = {port: Framer() for port in PORTS}
        self.outputs = Outputs(self.log)
        self.exposure = Exposure(symbols)
        self.kills = Kills(symbols, self.exposure, self.outputs)
        fills = [Fills() for _ in range(symbols)]
        bucket, forwarded = TokenBucket(), Forwarded()
        self.state = State(self.settings, Market(symbols), self.exposure, fills, bucket, forwarded, self.kills.stopped, self.outputs.open)
        self.gate = Gate(self.state)
        self._reports = Reports(self.exposure, self.settings, fills, self.outputs.counts)
        self._sequenced = Sequenced()

    # Inputs

    def arrive(self, port: str, arrival: Arrival) -> None:
        """The next arrival of one side."""
        if arrival.what is What.LENGTH:
            self._error(port, arrival, BAD_LENGTH)
        elif arrival.what is not What.PACKET:
            self._link(port, arrival.what is What.UP)
        elif port == "client":
            self._client(arrival)
        else:
            self._exchange(arrival)

    def command(self, command: Command) -> None:
        """CTRL-2: a command of the order path."""
        self.record(records.control(command.op, command.symbol, command.value))
        self.state.last_control_ns = self.now_ns
        apply_command(command, self.exposure, self.kills)

    def see(self, record: bytes) -> None:
        """What the gate learns from a record of the feed."""
        if record[0] == records.CONTROL:
            self.state.last_control_ns = self.now_ns
            self._feed_command(record[32], int.from_bytes(record[2:4], "big"))
        else:
            self.state.market.record(record, self.now_ns)

    def record(self, record: bytes) -> None:
        """It takes its place among the device's records."""
        self.log.parts.append(record)
        self.log.causes.append(self.cause)
        self.log.times_ps.append(1000 * self.now_ns)

    def _feed_command(self, op: int, symbol: int) -> None:
        market = self.state.market
        if op == COMMIT:
            before = self.settings.commit()
            rows = enumerate(zip(before, self.settings.symbols, strict=True))
            market.restart(index for index, (old, new) in rows if Settings.restarts(old, new))
        elif op == SESSION_RESET:
            market.session_reset()
        elif op == BOOK_TRUST and symbol < len(market.of) and self.settings.symbols[symbol]["enabled"]:
            market.trust(symbol)

    # Contract 6.1: links and framing errors

    def _link(self, port: str, up: bool) -> None:
        """SESS-LINK-UP, SESS-LINK-DOWN."""
        self.record(records.link(_NUMBER_OF_PORT[port], self._ordinal(port), up))
        if up:
            self.outputs.open[port] = True
        else:
            self._lost(port)

    def _error(self, port: str, arrival: Arrival, reason: int) -> None:
        """SESS-ERROR."""
        packet = arrival.data
        packet_type = packet[2] if reason > BAD_LENGTH else 0
        message_type = packet[_HEADER] if reason in (_BAD_MESSAGE_TYPE, _BAD_MESSAGE_LENGTH) else 0
        length = int.from_bytes(packet[:2], "big")
        kinds = (packet_type, message_type)
        self.record(records.session_error(_NUMBER_OF_PORT[port], self._ordinal(port) + 1, reason, kinds, length))
        self.outputs.counts[f"{port}_errors"] += 1
        self.framers[port].close(arrival)
        self._lost(port)

    def _lost(self, port: str) -> None:
        """SESS-EXCHANGE-LOST, SESS-CLIENT-LOST."""
        was_open, self.outputs.open[port] = self.outputs.open[port], False
        if port == "exchange":
            self.kills.kill(SESSION)
        elif was_open and self.settings.values["cancel_on_disconnect"]:
            self.kills.cancel(GLOBAL)

    # Contract 6.2: what passes

    def _client(self, arrival: Arrival) -> None:
        packet = arrival.data
        reason, options = framing_error(CLIENT, packet), b""
        message = packet[_HEADER:] if packet[2] == _UNSEQUENCED and not reason else b""
        if message and message[0] in INBOUND:
            found = appendage_of(INBOUND[message[0]], message)
            reason, options = (_BAD_MESSAGE_LENGTH, b"") if found is None else (0, found)
        elif message and not self._allows(message[0]):
            reason = _BAD_MESSAGE_TYPE
        if reason:
            self._error("client", arrival, reason)
            return
        self.outputs.counts["client_packets"] += 1
        if message and message[0] in (ENTER, REPLACE, MODIFY):
            self._order(packet, request_of(message, options))
        else:
            self._pass(packet, message)

    def _allows(self, message_type: int) -> bool:
        """`client_types`: bit c - 64 allows the byte c."""
        return message_type >= 64 and bool(self.settings.values["client_types"] >> (message_type - 64) & 1)

    def _pass(self, packet: bytes, message: bytes) -> None:
        """SESS-PASS; RISK-RATE-TAKE of an `X`."""
        number = 0
        if message and message[0] == CANCEL:
            (number,) = _CANCEL_NUMBER.unpack_from(message)
            self.state.bucket.take_at_most(self.now_ns, self.settings.values["burst"], self.settings.values["token_ns"])
        kinds = (packet[2], message[0] if message else 0)
        self.record(records.client(self._ordinal("client"), kinds, len(packet) - 2, number))
        self.outputs.send("exchange", packet)

    def _order(self, packet: bytes, request: Request) -> None:
        """Section 7: forwarded, or rejected (SESS-REJECT)."""
        counts = self.outputs.counts
        failing, record = self.gate.decide(request, self._ordinal("client"), self.now_ns, self.beyond, self.stated)
        self.record(record)
        counts["orders"] += 1
        counts["orders_rejected" if failing else "orders_forwarded"] += 1
        if not failing:
            self.outputs.send("exchange", packet)
        elif not self.settings.values["reject_mode"]:
            self.outputs.send("client", reject_of(request, failing, self.now_ns), "rejects_sent")

    def _exchange(self, arrival: Arrival) -> None:
        packet = arrival.data
        reason, login = framing_error(EXCHANGE, packet), None
        message = packet[_HEADER:] if packet[2] == _SEQUENCED and not reason else b""
        if message and message[0] in OUTBOUND and appendage_of(OUTBOUND[message[0]], message) is None:
            reason = _BAD_MESSAGE_LENGTH
        elif packet[2] == _LOGIN_ACCEPTED and not reason:
            login = login_of(packet)
            reason = 0 if login else _BAD_LOGIN
        if reason:
            self._error("exchange", arrival, reason)
            return
        self.outputs.counts["exchange_packets"] += 1
        if message:
            self._report(packet, message)
            return
        self.record(records.report(self._ordinal("exchange"), (packet[2], 0), session_number=login[1] if login else 0))
        self.outputs.send("client", packet)
        if login and self._sequenced.login(*login):  # SESS-SEQUENCE: messages were missed
            self.kills.kill(SESSION)

    def _report(self, packet: bytes, message: bytes) -> None:
        """An `S` packet: SESS-SEQUENCE, SESS-UNKNOWN, 7.1."""
        counts, live = self.outputs.counts, self.exposure.live
        session_number, known = self._sequenced.current, message[0] in OUTBOUND
        replayed = self._sequenced.next()
        counts["replayed"] += replayed
        counts["unknown_report"] += not known
        number = number_of(message) if known else 0
        applies = known and not replayed
        order, latched = self._reports.apply(message, self.now_ns) if applies else (live.get(number), None)
        about = records.NO_ORDER
        if order is not None:
            remaining = live[number].remaining if number in live else 0
            about = records.OrderAfter(order.symbol, self.exposure.of[order.symbol].position, remaining, applied=not replayed)
        kinds = (packet[2], message[0])
        self.record(records.report(self._ordinal("exchange"), kinds, session_number, replayed=replayed, number=number, order=about))
        self.outputs.send("client", packet)
        if latched is not None:
            self.kills.kill(latched)

    def _ordinal(self, port: str) -> int:
        """Of the last packet of a stream, from 1, counting on over reconnects."""
        return self.outputs.counts[f"{port}_packets"]
