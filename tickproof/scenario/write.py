# SPDX-License-Identifier: Apache-2.0
"""`to_scn`: a Program as the scenario that makes it again, so that a failing random test or a capture can be read, kept and cut down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tickproof.errors import InputError
from tickproof.program import PortProgram, Program, SendFlag
from tickproof.protocols import ITCH, MOLDUDP64
from tickproof.protocols.decode import mold_blocks, udp_payload
from tickproof.scenario.feed import Headers, lines_of
from tickproof.scenario.header import DEFAULT_SESSION
from tickproof.scenario.language import parse_text
from tickproof.scenario.model import Symbol
from tickproof.scenario.order_messages import Orders
from tickproof.scenario.risk import OPEN
from tickproof.scenario.segments import STREAM_PORTS
from tickproof.scenario.values import format_field, format_hex, format_price, format_time
from tickproof.scenario.write_control import Setup, control_words, read_setup, risk_tables, setting_word
from tickproof.scenario.write_orders import StreamWriter, stream_lines
from tickproof.scenario.write_packet import LAYERS_OF_HEADERS, FrameWriter, common_headers

__all__ = ["same_program", "to_scn"]

_FEED_PORTS = ("feed_a", "feed_b")


def to_scn(program: Program, comment: str = "") -> str:
    """The text of a scenario whose Program equals this one in setup, ports, times, flags, parameters and end.

    Raises InputError for a Program that the language cannot say: one that waits for outputs, or whose setup is not settings and one commit.
    """
    if any(port.waits for port in program.ports.values()):
        raise InputError(program.name or "program", "sends that wait for an output cannot be written as a scenario")
    writer = _Writer(program, comment)
    # Pairing the lines makes it half as long, but two sends of one time may change places; then it is written line by line.
    for pair in (True, False):
        text = writer.text(pair=pair)
        if same_program(parse_text(text, "written.scn").program, program):
            return text
    raise InputError(program.name or "program", "cannot be written as a scenario", hint="its setup is not that of a header")


def same_program(one: Program, other: Program) -> bool:
    """Equal in everything that a device sees."""
    ports = {name for program in (one, other) for name, port in program.ports.items() if len(port)}
    none = PortProgram.of(())
    return (one.dut, one.setup, dict(one.parameters), one.end_ns) == (other.dut, other.setup, dict(other.parameters), other.end_ns) and all(
        _same_port(one.ports.get(name, none), other.ports.get(name, none)) for name in ports
    )


def _same_port(one: PortProgram, other: PortProgram) -> bool:
    return len(one) == len(other) and all(
        np.array_equal(a, b)
        for a, b in (
            (one.frames.data, other.frames.data),
            (one.frames.lengths, other.frames.lengths),
            (one.not_before_ns, other.not_before_ns),
            (one.flags, other.flags),
        )
    )


class _Writer:
    def __init__(self, program: Program, comment: str) -> None:
        self.program, self.comment = program, comment
        self.setup = read_setup(program.setup)
        self.feed = bool(program.setup)
        self.orders = self.feed and (program.dut == "tick_to_trade" or any(port in program.ports for port in STREAM_PORTS))
        frames = [frame for port in _FEED_PORTS if port in program.ports for frame in program.ports[port].frames]
        self.session = _common_session(frames)
        self.symbols = _symbols(self.setup, _locates(frames))
        plain = lines_of(self.setup.settings)
        headers = {line.port: common_headers(line, program.ports[line.port].frames) for line in plain if line.port in program.ports}
        self.headers: dict[str, Headers] = {port: fields for port, fields in headers.items() if fields}
        lines = lines_of(self.setup.settings, self.headers) if self.feed else ()
        self.writers = {line.port: FrameWriter(line, self.session, self.symbols) for line in lines}

    def text(self, *, pair: bool) -> str:
        both, skew_ns = self._pairs() if pair else ({}, 0)
        taken = set(both.values())
        timeline: list[_Row] = []
        streams: list[tuple[int, str, list[bytes], int]] = []
        for port, sends in self.program.ports.items():
            if self.orders and port in STREAM_PORTS:
                streams += ((time_ns, port, segments, flags) for time_ns, segments, flags in stream_lines(_sends(sends)))
                continue
            for index, send in enumerate(_sends(sends)):
                if port != "feed_b" or index not in taken:
                    timeline.append(_Row(send[0], "feed" if port == "feed_a" and index in both else port, self._words(port, *send)))
        writer = StreamWriter(self.symbols, Orders())
        for time_ns, port, segments, flags in sorted(streams, key=lambda row: row[0]):
            timeline.append(_Row(time_ns, port, writer.words(port, time_ns, segments, flags)))
        timeline.sort(key=lambda row: row.time_ns)
        width = max((len(format_time(row.time_ns)) for row in timeline), default=1)
        lines = [f"{format_time(row.time_ns):>{width}}  < {row.port:<7} {row.words}" for row in timeline]
        return "\n".join([*self._header(skew_ns), "---", *lines]) + "\n"

    def _words(self, port: str, time_ns: int, data: bytes, flags: int) -> str:
        """Everything behind the port of one send, at the time of its line."""
        if port == "control" and self.feed:
            return control_words(data, self.symbols)
        words = self.writers[port].words(data, time_ns) if port in self.writers else f"bytes={format_hex(data)}"
        return words + "".join(f" !{fault.name.lower()}" for fault in SendFlag(flags) if fault.name)

    def _pairs(self) -> tuple[dict[int, int], int]:
        """Packets that both lines carry at the most frequent distance: row of A -> row of B, and that distance (the skew)."""
        if not all(port in self.program.ports and self.feed for port in _FEED_PORTS):
            return {}, 0
        a, b = (list(_sends(self.program.ports[port])) for port in _FEED_PORTS)
        keys_a, keys_b = ([udp_payload(data) or data for _, data, _ in sends] for sends in (a, b))
        first: dict[bytes, int] = {}
        for key, (time_ns, _, _) in zip(keys_a, a, strict=True):
            first.setdefault(key, time_ns)
        distances = Counter(time_ns - first[key] for key, (time_ns, _, _) in zip(keys_b, b, strict=True) if key in first)
        skew_ns = max(0, distances.most_common(1)[0][0]) if distances else 0
        waiting: dict[tuple[int, bytes], list[int]] = {}
        for index, (key, (time_ns, _, _)) in enumerate(zip(keys_b, b, strict=True)):
            waiting.setdefault((time_ns - skew_ns, key), []).append(index)
        both: dict[int, int] = {}
        for index, (key, (time_ns, data, flags)) in enumerate(zip(keys_a, a, strict=True)):
            partners = waiting.get((time_ns, key))
            if partners and self._words("feed_a", time_ns, data, flags) == self._words("feed_b", time_ns, *b[partners[0]][1:]):
                both[index] = partners.pop(0)
        return both, skew_ns

    def _header(self, skew_ns: int) -> list[str]:
        lines = [f"# {line}".rstrip() for line in self.comment.splitlines()]
        lines += [f'dut = "{self.program.dut}"']
        if self.feed:
            lines += [f'session = "{self.session}"'] if self.session != DEFAULT_SESSION else []
            lines += [f'skew = "{format_time(skew_ns)}"'] if skew_ns else []
        lines += ['links = "down"'] if self.orders else []
        lines += [f'end = "{format_time(self.program.end_ns)}"']
        lines += _table("parameters", {name: str(value) for name, value in self.program.parameters.items()})
        risk, own = risk_tables(self.setup) if self.orders else ({}, {})
        lines += _table("risk", risk)
        for symbol, index in zip(self.symbols, sorted(self.setup.symbols), strict=True):
            values = {} if symbol.stock == symbol.name else {"stock": f'"{symbol.stock}"'}
            values |= {} if symbol.locate is None else {"locate": str(symbol.locate)}
            values |= {"given": "true"} if symbol.given else {}
            values |= {} if symbol.enabled else {"enabled": "false"}
            values |= {"base": f'"{format_price(symbol.base or 0)}"', "tick": f'"{format_price(symbol.tick)}"'}
            lines += _table(f'symbols."{symbol.name}"', values | own.get(index, {}))
        feed_settings = {name: value for name, value in self.setup.settings.items() if name not in OPEN}
        lines += _table("control", {name: str(setting_word(name, value, quoted=True)) for name, value in feed_settings.items()})
        for port, headers in self.headers.items():
            fields = {
                f'"{layer}.{name}"': f'"{_header_word(layer, name, value)}"'
                for layer, row in headers.items()
                for name, value in row.items()
            }
            lines += _table(f"packet.{port}", fields)
        return lines


@dataclass(frozen=True, slots=True)
class _Row:
    time_ns: int
    port: str
    words: str


def _sends(port: PortProgram) -> Iterator[tuple[int, bytes, int]]:
    """(time, bytes, flags) of each send."""
    return zip(port.not_before_ns.tolist(), port.frames, port.flags.tolist(), strict=True)


def _table(name: str, values: Mapping[str, str]) -> list[str]:
    return ["", f"[{name}]", *(f"{key} = {value}" for key, value in values.items())] if values else []


def _header_word(layer: str, name: str, value: object) -> str:
    return format_field(LAYERS_OF_HEADERS[layer].field(name), value)  # type: ignore[arg-type]


def _symbols(setup: Setup, locates: Mapping[str, int]) -> tuple[Symbol, ...]:
    """Locates that are learned are taken from the Stock Directory messages: they make the timeline readable and change nothing."""
    symbols: list[Symbol] = []
    for index, values in sorted(setup.symbols.items()):
        stock = values.get("stock", 0x2020202020202020).to_bytes(8, "big").decode("latin-1").rstrip(" ")
        name = stock if all(symbol.name != stock for symbol in symbols) else f"{stock}_{index}"
        given = bool(values.get("locate_given", 0))
        locate = values.get("locate", 0) if given else locates.get(stock)
        symbol = Symbol(index, name, stock, locate, values.get("base", 0), values.get("tick", 100), given, bool(values.get("enabled", 0)))
        symbols.append(symbol)
    return tuple(replace(symbol, index=index) for index, symbol in enumerate(symbols))


def _messages(frames: Iterable[bytes]) -> Iterable[bytes]:
    for frame in frames:
        payload = udp_payload(frame)
        if payload is not None and len(payload) >= MOLDUDP64.size:
            yield from mold_blocks(payload)


def _locates(frames: Iterable[bytes]) -> dict[str, int]:
    layout = ITCH.layouts["stock_directory"]
    locates: dict[str, int] = {}
    for message in _messages(frames):
        if message[:1] == layout.tag and len(message) == layout.size:
            values = layout.unpack(message)
            locates.setdefault(str(values["stock"]), int(values["stock_locate"]))
    return locates


def _common_session(frames: Iterable[bytes]) -> str:
    sessions: Counter[str] = Counter()
    for frame in frames:
        payload = udp_payload(frame) or b""
        text = payload[:10].decode("latin-1").rstrip(" ")
        if len(payload) >= MOLDUDP64.size and text and text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
            sessions[text] += 1
    return sessions.most_common(1)[0][0] if sessions else DEFAULT_SESSION
