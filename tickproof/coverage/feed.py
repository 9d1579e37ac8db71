# SPDX-License-Identifier: Apache-2.0
"""Contract 2 to 5 in bins: golden's walk through a feed, watched from outside."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from tickproof.capture import Observed
from tickproof.coverage.book import WatchedOrders
from tickproof.coverage.frames import LINE_PORTS, WatchedReceiver, payload_at
from tickproof.coverage.hits import Hits
from tickproof.coverage.lines import Deliveries
from tickproof.golden import records
from tickproof.golden.arbitration import Cause
from tickproof.golden.control import SESSION_RESET, Command, Settings
from tickproof.golden.device import Device
from tickproof.golden.itch import LENGTH, STOCK
from tickproof.golden.mold import LINES, Packet, Receiver
from tickproof.golden.replay import Replay
from tickproof.program import Program
from tickproof.protocols import ITCH, MOLDUDP64
from tickproof.protocols.control import OP

__all__ = ["FeedWalk"]

_NAME = {layout.tag[0]: layout.name for layout in ITCH.layouts.values() if layout.tag}
_OP_NAME = {op: name for name, op in OP.items()}
_STATES = {"stock_trading_action": "trading_state", "operational_halt": "halt", "reg_sho_restriction": "reg_sho"}


class FeedWalk(Replay):
    """A replay that notes what it meets."""

    def __init__(self, program: Program, observed: Observed, hits: Hits) -> None:
        self._program, self._hits = program, hits
        super().__init__(program, observed)

    def make_receiver(self, settings: Settings) -> Receiver:
        return WatchedReceiver(settings, self._program, self._hits)

    def make_device(self, parameters: Mapping[str, int], settings: Settings) -> Device:
        self.watched = WatchedDevice(parameters, settings, self._program, self._hits)
        return self.watched

    def run(self) -> None:
        super().run()
        self.watched.sessions[-1].wanted = self.watched.next or 0
        for packets, deliveries in zip((session.packets for session in self.arrivals.sessions), self.watched.sessions, strict=False):
            deliveries.classify(packets, self._hits)


class WatchedDevice(Device):
    """Notes each message and command, with the state before it. sessions: what each delivered."""

    def __init__(self, parameters: Mapping[str, int], settings: Settings, program: Program, hits: Hits) -> None:
        super().__init__(parameters, settings)
        self.orders: WatchedOrders = WatchedOrders(hits)
        self.sessions = [Deliveries()]
        self._hits = hits
        self._program = program

    @cached_property
    def _starts(self) -> list[list[int]]:
        """Where the first block of each frame begins."""
        ports = (self._program.ports.get(port) for port in LINE_PORTS)
        return [[payload_at(frame) + MOLDUDP64.size for frame in port.frames] if port else [] for port in ports]

    def command(self, command: Command, accepted: bool) -> None:
        self._command(command, accepted)
        self.sessions[-1].wanted = self.next or 0
        super().command(command, accepted)
        if command.op == SESSION_RESET:
            self.sessions.append(Deliveries())

    def deliver(self, packet: Packet, end: int) -> None:
        start = self.next or 0
        self.sessions[-1].deliver(packet, start, end, self.now_ps)
        at = self._starts[packet.line][packet.row]
        for sequence, message in enumerate(packet.messages, packet.sequence):
            at += 2
            if start <= sequence < end and message and len(message) == LENGTH[message[0]]:
                self._hits.add("messages: alignment", _NAME[message[0]], str(at % 8), LINES[packet.line])
            at += len(message)
        super().deliver(packet, end)

    def gap(self, end: int, reason: int, cause: Cause) -> None:
        self.sessions[-1].gap(self.next or 0, end, reason, self.now_ps)
        super().gap(end, reason, cause)

    def end_of_session(self, packet: Packet) -> None:
        self.sessions[-1].end_of_session(packet, self.now_ps)
        super().end_of_session(packet)

    def message(self, sequence: int, message: bytes) -> None:
        name = _NAME.get(message[0]) if message else None
        if message and (name is None or len(message) != LENGTH[message[0]]):
            shape = "unknown type" if name is None else "too short" if len(message) < LENGTH[message[0]] else "too long"
            self._hits.add("messages: length", name or "another", shape)
        elif name is not None:
            self._hits.add("messages: length", name, "right")
            self._good(name, message)
        before = len(self.log.parts)
        super().message(sequence, message)
        if name is not None:
            for record in self.log.parts[before:]:
                self._told(name, record)

    def _good(self, name: str, message: bytes) -> None:
        self.orders.kind = name
        symbol = self.symbols.by_locate.get(message[1:3])
        if name == "stock_directory":
            self._hits.add("locates", self._directory(message))
        elif name not in ("system_event", "mwcb_decline_level", "mwcb_status"):
            self._hits.add("messages: locate", name, "untracked" if symbol is None else "tracked")
        if name == "system_event":
            phase = message[11:12]
            change = "again" if phase == self.phase else "new"
            self._hits.add("market: phases", _letter(phase, b"OSQMEC"), change)
        elif name in _STATES and symbol is not None:
            layout = ITCH.layouts[name]
            field = {"stock_trading_action": "trading_state", "operational_halt": "operational_halt_action"}.get(name, "reg_sho_action")
            at = layout.field(field).offset
            value = message[at : at + 1]
            other_market = name == "operational_halt" and message[layout.field("market_code").offset : at] != b"Q"
            change = "of another market" if other_market else "again" if value == getattr(symbol, _STATES[name]) else "new"
            self._hits.add("market: states", f"{_STATES[name]} {_letter(value, b'HPQT012')}", change)

    def _directory(self, message: bytes) -> str:
        """FEED-ITCH-2, FEED-ITCH-3."""
        named = [symbol for symbol in self.symbols.all if symbol.enabled and symbol.stock == message[STOCK]]
        owner = self.symbols.by_locate.get(message[1:3])
        if not named:
            return "of a stock that is not configured"
        if named[0].given:
            return "of a symbol whose locate is given"
        if owner is not None and owner.given:
            return "claims a given locate"
        if len(named) > 1:
            return "of a stock that two symbols have"
        if owner is not None and owner is not named[0]:
            return "takes another symbol's locate"
        if named[0].locate is None:
            return "the first of its symbol"
        return "the same again" if named[0].locate == message[1:3] else "another locate, the book kept"

    def _told(self, name: str, record: bytes) -> None:
        if record[0] == records.BBO:
            self._hits.add("records: BBO by cause", name)

    def _command(self, command: Command, accepted: bool) -> None:
        op = _OP_NAME[command.op]
        feed = "after its end" if self.ended else "running" if accepted else "not begun"
        self._hits.add("control: feed commands", op, feed)
        if op.startswith("book_"):
            symbol = self.symbols.enabled(command.symbol)
            absent = command.symbol >= len(self.symbols.all)
            what = "absent" if absent else "not enabled" if symbol is None else "stale" if symbol.stale else "not stale"
            self._hits.add("control: books", op, what)


def _letter(value: bytes, known: bytes) -> str:
    return value.decode("latin-1") if value in [known[at : at + 1] for at in range(len(known))] else "another"
