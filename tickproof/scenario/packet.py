# SPDX-License-Identifier: Apache-2.0
"""A packet as words: `seq=3 add_order ... | order_delete ... ip.ttl=0 !bad_fcs` to frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tickproof.protocols import ETHERNET, IPV4, MOLDUDP64, UDP
from tickproof.scenario.faults import Faults, parse_faults
from tickproof.scenario.feed import END_OF_SESSION, FeedLine
from tickproof.scenario.messages import Block, parse_message
from tickproof.scenario.model import Symbol
from tickproof.scenario.values import parse_field, parse_hex, parse_integer
from tickproof.scenario.words import Line, Word

__all__ = ["LAYERS", "Packet", "parse_override", "parse_packet"]

LAYERS = {"eth": ETHERNET, "ip": IPV4, "udp": UDP, "mold": MOLDUDP64}
_SHORT = {
    "src": "source",
    "dst": "destination",
    "id": "identification",
    "sport": "source_port",
    "dport": "destination_port",
    "seq": "sequence",
}
_CONTROL_WORDS = ("heartbeat", "end_of_session")
_PACKET_KEYS = ("seq", "session", "frame", "payload", "trailing", "pad")


def parse_override(name: str, text: str) -> tuple[str, str, object] | None:
    """`ip.ttl`, `0` -> ("ip", "ttl", 0); None if there is no such header field. Raises BadValue for the value."""
    layer, _, short = name.partition(".")
    layout = LAYERS.get(layer)
    if layout is None:
        return None
    long = "header_checksum" if (layer, short) == ("ip", "checksum") else _SHORT.get(short, short)
    found = next((item for item in layout.fields if item.name == long), None)
    return None if found is None else (layer, long, parse_field(found, text))


@dataclass(frozen=True, slots=True)
class Packet:
    """What one `<` line of a feed sends. numbers: how many sequence numbers it takes. payload, frame: raw bytes instead of what is made."""

    sequence: int
    session: str
    blocks: tuple[Block, ...] = ()
    count: int | None = None
    headers: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    trailing: bytes = b""
    pad: int = 0
    payload: bytes | None = None
    frame: bytes | None = None
    faults: Faults = field(default_factory=Faults)

    @property
    def numbers(self) -> int:
        return len(self.blocks)

    def build(self, feed: FeedLine) -> bytes:
        """The frame on one line, spoiled as its faults say."""
        faults = self.faults.on(feed.port)
        data = self.frame
        if data is None:
            headers = {layer: fields for layer, fields in self.headers.items() if layer != "mold"}
            vlans, fragment, bad_checksum = faults.vlans, faults.fragment, faults.bad_checksum
            data = feed.frame(self._payload(), headers, vlans=vlans, fragment=fragment, bad_checksum=bad_checksum)
        return faults.spoil(data + bytes(self.pad))

    def _payload(self) -> bytes:
        if self.payload is not None:
            return self.payload
        header: dict[str, object] = {"session": self.session, "sequence": self.sequence, "count": self.numbers}
        if self.count is not None:
            header["count"] = self.count
        header.update(self.headers.get("mold", {}))
        return MOLDUDP64.pack(header) + b"".join(block.data for block in self.blocks) + self.trailing


def parse_packet(line: Line, words: Sequence[Word], *, symbols: Sequence[Symbol], session: str, sequence: int, time_ns: int) -> Packet:
    """The words behind the port. session, sequence: what is taken if the line does not say. Raises ScenarioError."""
    faults = parse_faults(line, [word for word in words if word.text.startswith("!")])
    headers: dict[str, dict[str, object]] = {}
    settings: dict[str, Word] = {}
    messages: list[list[Word]] = [[]]
    count: int | None = None
    for word in words:
        if word.text.startswith("!"):
            continue
        if word.text == "|":
            if not messages[-1]:
                raise line.error(word.column, "no message before `|`")
            messages.append([])
        elif "." in word.key:
            _override(line, word, headers)
        elif word.key in ("frame", "payload", "trailing", "pad") or (word.key in _PACKET_KEYS and messages == [[]]):
            if word.key in settings:
                raise line.error(word.column, f"`{word.key}` is written twice")
            settings[word.key] = word
        elif word.text in _CONTROL_WORDS:
            count = END_OF_SESSION if word.text == "end_of_session" else 0
        elif messages == [[]] and word.key and word.key != "msg":
            raise line.unknown(word, "packet field", (*_PACKET_KEYS, *(f"{layer}." for layer in LAYERS)))
        else:
            messages[-1].append(word)
    if len(messages) > 1 and not messages[-1]:
        raise line.end_error("no message behind `|`")
    raw = {key: line.value(settings[key], parse_hex) for key in ("frame", "payload", "trailing") if key in settings}
    if raw.get("frame") is not None or raw.get("payload") is not None:
        _only_raw(line, words, faults, "frame" in raw)
    elif count is None and messages == [[]]:
        raise line.end_error("no message", expected="a message, `heartbeat` or `end_of_session`")
    if count is not None and messages != [[]]:
        raise line.error(
            messages[0][0].column, "heartbeat and end_of_session carry no messages", hint="use mold.count=0 for a packet that lies"
        )
    if "seq" in settings:
        sequence = _sequence(line, settings["seq"])
    if "session" in settings:
        session = settings["session"].value or ""
        if not 1 <= len(session) <= 10 or not session.isascii():
            raise line.error(settings["session"].value_column, "bad session", got=session, expected="1 to 10 characters")
    return Packet(
        sequence=sequence,
        session=session,
        blocks=tuple(parse_message(line, message, symbols, time_ns) for message in messages if message),
        count=count,
        headers=headers,
        trailing=raw.get("trailing", b""),
        pad=line.value(settings["pad"], parse_integer) if "pad" in settings else 0,
        payload=raw.get("payload"),
        frame=raw.get("frame"),
        faults=faults,
    )


def _sequence(line: Line, word: Word) -> int:
    value = line.value(word, parse_integer)
    if value >= 1 << 64:
        raise line.error(word.value_column, "bad sequence", got=word.value, expected="below 2^64")
    return value


def _override(line: Line, word: Word, headers: dict[str, dict[str, object]]) -> None:
    override = line.value(word, lambda text: parse_override(word.key, text))
    if override is None:
        names = [f"{layer}.{item.name}" for layer, layout in LAYERS.items() for item in layout.fields]
        raise line.unknown(word, "header field", names)
    layer, name, value = override
    headers.setdefault(layer, {})[name] = value


def _only_raw(line: Line, words: Sequence[Word], faults: Faults, whole_frame: bool) -> None:
    """`frame=` is all there is but faults of the frame as a whole; `payload=` may have headers around it."""
    for word in words:
        allowed = word.text.startswith("!") or word.key in ("frame", "payload", "pad")
        if not allowed and not (not whole_frame and "." in word.key and not word.key.startswith("mold.")):
            raise line.error(
                word.column, "raw bytes replace this", got=word.text, expected="only !faults" if whole_frame else "eth., ip., udp. fields"
            )
    if whole_frame and faults.in_headers:
        raise line.error(words[0].column, "!vlan, !fragment and !bad_checksum need a packet that is built", got="frame=hex:...")
