# SPDX-License-Identifier: Apache-2.0
"""A frame as the words that make it again: readable where it is a packet of the feed, `frame=hex:...` otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tickproof.errors import ScenarioError
from tickproof.protocols import ETHERNET, IPV4, ITCH, MOLD_BLOCK, MOLDUDP64, UDP, VLAN, Layout
from tickproof.scenario.feed import END_OF_SESSION, FeedLine, Headers
from tickproof.scenario.messages import MARKET_OPEN_NS, SHORT_NAMES
from tickproof.scenario.model import Symbol
from tickproof.scenario.packet import parse_packet
from tickproof.scenario.values import format_field, format_hex
from tickproof.scenario.words import Line

__all__ = ["LAYERS_OF_HEADERS", "FrameWriter", "common_headers"]

_COMPUTED = {("ip", "total_length"), ("ip", "header_checksum"), ("udp", "length"), ("udp", "checksum")}
LAYERS_OF_HEADERS = {"eth": ETHERNET, "ip": IPV4, "udp": UDP}
_MARKET_WIDE = {"system_event", "mwcb_decline_level", "mwcb_status"}

Values = Mapping[str, Mapping[str, object]]


def _dissect(frame: bytes) -> tuple[Values, tuple[int, ...], int] | None:
    """Header values by layer, VLAN tags, where the UDP payload starts; None if the headers are not all there."""
    tags: list[int] = []
    start = ETHERNET.size
    while frame[start - 2 : start] == b"\x81\x00" and len(frame) >= start + VLAN.size:
        tags.append(int.from_bytes(frame[start : start + 2], "big"))
        start += VLAN.size
    end = start + IPV4.size + UDP.size
    if len(frame) < end:
        return None
    eth = {**ETHERNET.unpack_from(frame), "ethertype": int.from_bytes(frame[start - 2 : start], "big")}
    return {"eth": eth, "ip": IPV4.unpack_from(frame, start), "udp": UDP.unpack_from(frame, start + IPV4.size)}, tuple(tags), end


def _differences(values: Values, frame_values: Values, skip: Iterable[tuple[str, str]] = ()) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for layer, fields in frame_values.items():
        for name, value in fields.items():
            if values[layer][name] != value and (layer, name) not in skip:
                found.setdefault(layer, {})[name] = value
    return found


def common_headers(feed: FeedLine, frames: Iterable[bytes]) -> Headers:
    """The header values that most frames of a line have in common, where they differ from those that we write."""
    counts: dict[tuple[str, str], Counter[object]] = {}
    for frame in frames:
        parts = _dissect(frame)
        if parts is not None and parts[0]["udp"]["destination_port"] == feed.udp_port:
            for layer, fields in parts[0].items():
                for name, value in fields.items():
                    if (layer, name) not in _COMPUTED:
                        counts.setdefault((layer, name), Counter())[value] += 1
    plain = _dissect(feed.frame(b""))
    assert plain is not None
    headers: dict[str, dict[str, object]] = {}
    for (layer, name), values in counts.items():
        value = values.most_common(1)[0][0]
        if value != plain[0][layer][name]:
            headers.setdefault(layer, {})[name] = value
    return headers


class FrameWriter:
    """Writes the frames of one line. Whatever it writes has been read back, and gave the same bytes."""

    def __init__(self, feed: FeedLine, session: str, symbols: Sequence[Symbol]) -> None:
        self._feed, self._session, self._symbols = feed, session, symbols

    def words(self, frame: bytes, time_ns: int) -> str:
        """Everything behind the port. Raises nothing: what cannot be read is written as bytes."""
        words = self._packet_words(frame, time_ns)
        if words is not None:
            try:
                line = Line.split("", 1, words)
                packet = parse_packet(line, line.words, symbols=self._symbols, session=self._session, sequence=0, time_ns=time_ns)
                if packet.build(self._feed) == frame:
                    return words
            except ScenarioError:
                pass
        return f"frame={format_hex(frame)}"

    def _packet_words(self, frame: bytes, time_ns: int) -> str | None:
        parts = _dissect(frame)
        if parts is None:
            return None
        values, tags, start = parts
        length = int(str(values["udp"]["length"])) - UDP.size
        end = start + length if 0 <= length <= len(frame) - start and not any(frame[start + length :]) else len(frame)
        payload = frame[start:end]
        words = _payload_words(payload, self._session, self._symbols, time_ns)
        if words is None:
            words = [f"payload={format_hex(payload)}"]
        own = _dissect(self._feed.frame(payload))
        assert own is not None
        headers = _differences(own[0], values, _COMPUTED)
        made = _dissect(self._feed.frame(payload, headers))
        assert made is not None
        headers = {layer: {**headers.get(layer, {}), **_differences(made[0], values).get(layer, {})} for layer in LAYERS_OF_HEADERS}
        for layer, fields in headers.items():
            words += [f"{layer}.{name}={format_field(LAYERS_OF_HEADERS[layer].field(name), value)}" for name, value in fields.items()]  # type: ignore[arg-type]
        words += [f"pad={len(frame) - end}"] if end < len(frame) else []
        return " ".join(words + [f"!vlan={tag}" for tag in tags])


def _payload_words(payload: bytes, session: str, symbols: Sequence[Symbol], time_ns: int) -> list[str] | None:
    if len(payload) < MOLDUDP64.size:
        return None
    header = MOLDUDP64.unpack_from(payload)
    words = [f"seq={int(header['sequence'])}"]
    if header["session"] != session:
        words.append(f"session={format_field(MOLDUDP64.field('session'), header['session'])}")
    rest = payload[MOLDUDP64.size :]
    if header["count"] in (0, END_OF_SESSION):
        words.append("end_of_session" if header["count"] else "heartbeat")
        return words + ([f"trailing={format_hex(rest)}"] if rest else [])
    blocks: list[bytes] = []
    while len(blocks) < int(header["count"]) and len(rest) >= MOLD_BLOCK.size:
        length = int.from_bytes(rest[:2], "big")
        if len(rest) < 2 + length:
            break
        blocks.append(rest[2 : 2 + length])
        rest = rest[2 + length :]
    if not blocks:
        return None
    if header["count"] != len(blocks):
        words.append(f"mold.count={int(header['count'])}")
    if rest:
        words.append(f"trailing={format_hex(rest)}")
    return [*words, " | ".join(_message_words(block, symbols, time_ns) for block in blocks)]


def _message_words(message: bytes, symbols: Sequence[Symbol], time_ns: int) -> str:
    layout = ITCH.by_tag.get(message[:1])
    if not message:
        return "empty"
    if layout is None or len(message) != layout.size:
        return f"msg={format_hex(message)}"
    values = layout.unpack(message)
    if any(
        isinstance(value, str) and not (value.isascii() and (value + "x").isprintable() and '"' not in value) for value in values.values()
    ):
        return f"msg={format_hex(message)}"
    words = [layout.name, *_about(layout, values, symbols)]
    defaults = layout.unpack(layout.pack(timestamp=MARKET_OPEN_NS + time_ns))
    for field in layout.fields[2:]:
        value = values[field.name]
        if field.name != "stock" and value != defaults[field.name]:
            words.append(f"{_short(layout, field.name)}={format_field(field, value)}")
    return " ".join(words)


def _about(layout: Layout, values: Mapping[str, object], symbols: Sequence[Symbol]) -> list[str]:
    """The words that give locate and stock: a symbol of the header where both fit."""
    has_stock = "stock" in values
    locate = values[layout.fields[1].name]
    if layout.name in _MARKET_WIDE:
        return [f"locate={locate}"] if locate else []
    for symbol in symbols:
        if symbol.locate == locate and (not has_stock or values["stock"] == symbol.stock):
            return [] if len(symbols) == 1 else [f"symbol={symbol.name}"]
    stock = format_field(layout.field("stock"), str(values["stock"])) if has_stock else ""
    return [f"locate={locate}"] + ([f"stock={stock}"] if has_stock else [])


def _short(layout: Layout, name: str) -> str:
    """The short name of a field, unless that is the name of another field of this message."""
    names = {field.name for field in layout.fields}
    for short, longs in SHORT_NAMES.items():
        if next((long for long in longs if long in names), None) == name and short not in names:
            return short
    return name
