# SPDX-License-Identifier: Apache-2.0
"""Contract 6 and 7.1 in bins: packets, errors and links of both sides, reports, kills and commands."""

from __future__ import annotations

from collections.abc import Iterator

from tickproof.coverage.hits import Hits
from tickproof.coverage.risk import KIND, WatchedGate
from tickproof.golden.control import COMMIT, SESSION_RESET, Command
from tickproof.golden.orders import records
from tickproof.golden.orders.framing import Arrival, What
from tickproof.golden.orders.kills import GLOBAL, SESSION
from tickproof.golden.orders.ouch import OUTBOUND, REPLACE
from tickproof.golden.orders.path import OrderPath
from tickproof.golden.orders.reports import number_of
from tickproof.golden.orders.session import login_of
from tickproof.protocols import EVENTS, OUCH_IN, OUCH_OUT, SOUPBINTCP
from tickproof.protocols.control import OP

__all__ = ["WatchedPath", "inbound_name", "packet_name"]

_OP_NAME = {op: name for name, op in OP.items()}
_REASON = {value: name for name, value in EVENTS.layouts["SESSION_ERROR"].field("reason").enum.items()}
_IN = {tag[0]: layout.name for tag, layout in OUCH_IN.by_tag.items()}
_OUT = {tag[0]: layout.name for tag, layout in OUCH_OUT.by_tag.items()}
_SCOPE = {GLOBAL: "global", SESSION: "session"}
_LOST = {records.LINK: "link down", records.SESSION_ERROR: "error"}
_HEADER = 3
_MOST_LIVE = 2


def packet_name(port: str, packet_type: int) -> str:
    """Name of a SoupBinTCP packet type on its side; both sides share some letters."""
    names = {layout.tag: layout.name for layout in SOUPBINTCP.layouts.values()}
    return names.get(bytes([packet_type]), "another") if port else "another"


def inbound_name(message_type: int) -> str:
    """Name of a client's OUCH message."""
    return _IN.get(message_type, "another")


class WatchedPath(OrderPath):
    """Notes each input of the order path with the state before and after it."""

    def __init__(self, symbols: int, hits: Hits) -> None:
        super().__init__(symbols)
        self.gate = WatchedGate(self.state, self.kills.on, hits)
        self._hits = hits
        self._partial = dict.fromkeys(self.framers, False)
        self._closed = dict.fromkeys(self.framers, False)

    def arrive(self, port: str, arrival: Arrival) -> None:
        before, live, on = dict(self.outputs.counts), self._live(), dict(self.kills.on)
        known = self._sequenced.known
        wanted = self._sequenced.wanted
        remaining = {number: order.remaining for number, order in self.exposure.live.items()}
        place = len(self.log.parts)
        super().arrive(port, arrival)
        record = self.log.parts[place]
        counted = {name for name, value in self.outputs.counts.items() if value != before[name]}
        if record[0] == records.LINK:
            self._note_link(port, arrival.what is What.UP, live)
        elif record[0] == records.SESSION_ERROR:
            self._closed[port] = True
            self._hits.add("session errors", _REASON[record[33]], port)
            self._hits.add("side lost", port, "error", live)
        else:
            self._note_packet(port, arrival.data, record, counted)
            if port == "exchange":
                self._note_exchange(arrival.data, record, remaining, (known, wanted))
        for scope in (scope for scope, is_on in self.kills.on.items() if is_on and not on[scope]):
            self._hits.add("kills: latches", f"{_SCOPE.get(scope, 'symbol')}: {_latch(port, arrival, record)}", live)
        if port == "client" and record[0] in _LOST and "cancels_sent" in counted:
            self._hits.add("cancel on disconnect", _LOST[record[0]], live)

    def command(self, command: Command) -> None:
        scope = _SCOPE.get(command.symbol, "symbol" if command.symbol < len(self.exposure.of) else "absent symbol")
        if scope == "symbol" and not self.settings.symbols[command.symbol]["enabled"]:
            scope = "symbol not enabled"
        op, was, live = _OP_NAME[command.op], self.kills.on.get(command.symbol), self._live()
        self._hits.add("control: order commands", f"{op} {self._about(command, scope)}".strip())
        super().command(command)
        if op in ("kill", "unkill") and was is not None:
            self._hits.add("kills: commands", op, scope.removesuffix(" not enabled"), "on" if was else "off", live)

    def see(self, record: bytes) -> None:
        if record[0] == records.CONTROL and record[32] in (COMMIT, SESSION_RESET):
            self._hits.add("control: feed commands with live orders", _OP_NAME[record[32]], self._live())
        super().see(record)

    def _live(self) -> str:
        count = len(self.exposure.live)
        return ("none live", "one live")[count] if count < _MOST_LIVE else "several live"

    def _about(self, command: Command, scope: str) -> str:
        """What an order-path command is about."""
        if _OP_NAME[command.op] == "alive":
            return ""
        if _OP_NAME[command.op] == "release_order":
            return "a live order" if command.value in self.exposure.live else "no live order"
        return scope

    def _note_link(self, port: str, up: bool, live: str) -> None:
        if up:
            again = "after an error" if self._closed[port] else "again" if self._partial[port] else "at first"
            self._hits.add("links up", port, again)
        else:
            self._hits.add("side lost", port, "down after an error" if self._closed[port] else "down", live)
        self._closed[port] &= not up
        self._partial[port] = True

    def _note_packet(self, port: str, packet: bytes, record: bytes, counted: set[str]) -> None:
        kind = packet_name(port, packet[2])
        unsent = bool({"client_unsent", "exchange_unsent"} & counted) and record[0] != records.DECISION
        self._hits.add("packets", port, kind, "unsent" if unsent else "passed")
        if record[0] == records.CLIENT and record[33]:
            self._hits.add("client messages passed", inbound_name(record[33]), "unsent" if unsent else "passed")
        if record[0] == records.DECISION and record[46] == 0:
            mode = "silent" if self.settings.values["reject_mode"] else "unsent" if "client_unsent" in counted else "answered"
            self._hits.add("rejects", KIND[record[44]], mode)

    def _note_exchange(self, packet: bytes, record: bytes, remaining: dict[int, int], login: tuple[bytes | None, int]) -> None:
        message = packet[_HEADER:]
        if packet[2] == ord("A"):
            self._login(packet, *login)
        if packet[2] != ord("S"):
            return
        name = _OUT.get(message[0], "unknown type")
        number = number_of(message) if message[0] in OUTBOUND else 0
        replayed = "replayed" if record[1] else "applied"
        if number:
            self._hits.add("reports", name, replayed, "live" if number in remaining else "not live")
        else:
            self._hits.add("reports without order", name, replayed)
        if not record[1] and number in remaining:
            for effect in self._effects(message, number, remaining[number]):
                self._hits.add("report effects", name, effect)
        if message[0] == REPLACE and not record[1]:
            original = int.from_bytes(message[9:13], "big")
            self._hits.add("originals of a replaced report", "live" if original in remaining else "not live")

    def _effects(self, message: bytes, number: int, before: int) -> Iterator[str]:
        live = self.exposure.live.get(number)
        after = live.remaining if live else 0
        if live is None:
            yield "frees the order"
        else:
            yield "reduces it" if after < before else "raises it" if after > before else "leaves it"
        if self.outputs.counts["over_released"] > self._released:
            yield "takes more than there is"
        self._released = self.outputs.counts["over_released"]

    _released = 0

    def _login(self, packet: bytes, known: bytes | None, wanted: int) -> None:
        login = login_of(packet)
        if login is None:
            return
        session, number = login
        which = "first session" if known is None else "same session" if session == known else "another session"
        where = "from the start" if number == 1 else "as wanted" if number == wanted else "replay" if number < wanted else "beyond"
        self._hits.add("logins", which, where)


def _latch(port: str, arrival: Arrival, record: bytes) -> str:
    if record[0] == records.LINK:
        return f"{port} down"
    if record[0] == records.SESSION_ERROR:
        return f"{port} error"
    if arrival.data[2] == ord("A"):
        return "missed messages"
    name = _OUT.get(arrival.data[_HEADER], "another")
    return f"{name}, {'live' if record[34] else 'not live'}"
