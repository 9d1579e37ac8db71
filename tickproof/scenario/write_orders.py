# SPDX-License-Identifier: Apache-2.0
"""Segments of a stream as the words that make them again: packets and messages where they are whole, bytes otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tickproof.program import SendFlag
from tickproof.protocols import SOUPBINTCP, Layout
from tickproof.scenario.model import Symbol
from tickproof.scenario.order_messages import MARKET_PRICE, OUCH_TABLES, Orders, Sender, field_names, fill_message
from tickproof.scenario.values import format_field, format_hex

__all__ = ["Lines", "StreamWriter", "stream_lines"]

Lines = Iterator[tuple[int, list[bytes], int]]

_WRAPPED = {b"U": "unsequenced", b"S": "sequenced"}
_PLAIN = {"client": b"U", "exchange": b"S"}  # the wrapper that a message has if its line does not say


def stream_lines(sends: Iterator[tuple[int, bytes, int]]) -> Lines:
    """(time, segments, flags) of each line: segments of one time that make whole packets only together are one line."""
    held: list[bytes] = []
    held_ns = 0
    for time_ns, data, flags in sends:
        if held and (time_ns != held_ns or flags):
            yield from ((held_ns, [part], 0) for part in held)
            held = []
        if flags:
            yield time_ns, [data], flags
            continue
        held_ns, held = time_ns, [*held, data]
        if not _packets(b"".join(held))[1]:
            yield time_ns, held, 0
            held = []
    yield from ((held_ns, [part], 0) for part in held)


def _packets(data: bytes) -> tuple[list[bytes], bytes]:
    """Whole packets, and what is left."""
    packets: list[bytes] = []
    while len(data) >= 3:
        size = 2 + int.from_bytes(data[:2], "big")
        if size < 3 or size > len(data):
            break
        packets.append(data[:size])
        data = data[size:]
    return packets, data


@dataclass(frozen=True, slots=True)
class StreamWriter:
    """Writes the lines of both streams, in the order of the file: what the client said before is not repeated by the exchange."""

    symbols: Sequence[Symbol]
    orders: Orders

    def words(self, port: str, time_ns: int, segments: Sequence[bytes], flags: int) -> str:
        """Everything behind the port of one line."""
        if flags:
            return "up" if flags & SendFlag.LINK_UP else "down"
        data = b"".join(segments)
        packets, rest = _packets(data)
        sender = Sender(port, time_ns, self.symbols, self.orders)
        words = [self._packet(packet, sender) for packet in packets]
        words += [f"packet={format_hex(rest)}"] if rest else []
        ends = [sum(len(part) for part in segments[: count + 1]) for count in range(len(segments) - 1)]
        cuts = f" !split={','.join(map(str, ends))}" if ends else ""
        return " | ".join(words) + cuts

    def _packet(self, packet: bytes, sender: Sender) -> str:
        layout = SOUPBINTCP.by_tag.get(packet[2:3])
        words = None
        if layout is not None and packet[2:3] in _WRAPPED:
            words = self._wrapped(packet, sender)
        elif layout is not None and layout.name == "debug":
            words = f"debug text={_text(packet[3:])}"
        elif layout is not None and len(packet) == layout.size:
            words = _soup_words(layout, packet)
        return words or f"packet={format_hex(packet)}"

    def _wrapped(self, packet: bytes, sender: Sender) -> str | None:
        if len(packet) == 3:
            return None
        prefix = "" if packet[2:3] == _PLAIN[sender.port] else f"{_WRAPPED[packet[2:3]]} "
        return prefix + (self._message(packet[3:], sender) or f"msg={format_hex(packet[3:])}")

    def _message(self, message: bytes, sender: Sender) -> str | None:
        layout = OUCH_TABLES[sender.port].by_tag.get(message[:1])
        if layout is None or len(message) < layout.size:
            return None
        values = layout.unpack_from(message)
        options = _options(layout, values, message[layout.size :])
        if options is None or layout.pack(values) != message[: layout.size] or not _readable(values):
            return None
        names = field_names(layout)
        written = {name: value for name, value in values.items() if name not in ("message_type", "appendage_length")}
        references = ("user_ref_num", "orig_user_ref_num") if sender.port == "client" else ("user_ref_num",)
        needed: dict[str, object] = {name: value for name, value in written.items() if name in references}
        filled = fill_message(layout, needed, sender)
        if sender.port == "client":
            sender.orders.sent(layout, written)
        words = [layout.name]
        for name, value in written.items():
            if name in needed or filled.get(name, layout.field(name).decode(layout.field(name).padding)) != value:
                words.append(f"{names[name]}={self._value(layout, name, value)}")
        return " ".join(words + options)

    def _value(self, layout: Layout, name: str, value: int | str | bytes) -> str:
        if layout.field(name).type == "price64" and value == MARKET_PRICE:
            return "market"
        stock = next((symbol.name for symbol in self.symbols if name == "symbol" and symbol.stock == value), None)
        return stock or format_field(layout.field(name), value)


def _text(data: bytes) -> str:
    text = data.decode("latin-1")
    return f'"{text}"' if text.isascii() and text.isprintable() and '"' not in text and text[:4] != "hex:" else format_hex(data)


def _soup_words(layout: Layout, packet: bytes) -> str | None:
    values = layout.unpack(packet)
    if layout.pack(values) != packet or not _readable(values):
        return None
    names = field_names(layout)
    fields = {name: value for name, value in values.items() if name not in ("length", "packet_type")}
    words = [f"{names[name]}={format_field(layout.field(name), value)}" for name, value in fields.items()]
    return " ".join([layout.name, *words])


def _options(layout: Layout, values: Mapping[str, object], rest: bytes) -> list[str] | None:
    """The words of an appendage; None if what follows the fixed part is none."""
    fixed = any(item.name == "appendage_length" for item in layout.fields)
    if not fixed and not rest:
        return []
    if not fixed and len(rest) < 2:
        return None
    length, options = (int(str(values["appendage_length"])), rest) if fixed else (int.from_bytes(rest[:2], "big"), rest[2:])
    words = [f"options={format_hex(options)}"] if options else []
    return words if length == len(options) and (options or fixed) else [f"appendage={length}", *words]


def _readable(values: Mapping[str, object]) -> bool:
    return all(value.isascii() and (value + "x").isprintable() and '"' not in value for value in values.values() if isinstance(value, str))
