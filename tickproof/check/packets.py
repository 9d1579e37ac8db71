# SPDX-License-Identifier: Apache-2.0
"""SoupBinTCP packets as people read them: the packet or the OUCH message that it carries, field by field."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from tickproof.check.show import field_text, printable
from tickproof.check.verdict import FieldRow
from tickproof.errors import ProtocolError
from tickproof.protocols import OUCH_IN, OUCH_OUT, SOUPBINTCP, Layout, Table
from tickproof.protocols.ouch import decode_option, options, split_message
from tickproof.protocols.soupbin import HEADER_BYTES, MAX_LENGTH
from tickproof.protocols.table import Value

__all__ = ["Decoded", "Item", "cut", "decode_packet", "message_table", "packet_rows", "packet_text"]

_LENGTH_BYTES = 2
_LEFT_OUT = ("length", "packet_type", "message_type", "appendage_length")


@dataclass(frozen=True, slots=True)
class Item:
    """One field of a packet. text: as people read it."""

    name: str
    offset: int
    data: bytes
    value: Value
    text: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """A packet. name: of the OUCH message that it carries, else of the packet, or "bytes" for what is no packet at all.

    appendage: the message's options, None where it has none.
    """

    name: str
    items: tuple[Item, ...]
    appendage: bytes | None = None

    @property
    def fields(self) -> dict[str, Value]:
        """Field -> value, without the length and type of the packet that carries a message."""
        carried = any(item.name == "message_type" for item in self.items)
        return {item.name: item.value for item in self.items if not carried or item.offset >= HEADER_BYTES}


def message_table(port: str, *, sent: bool) -> Table:
    """Which OUCH messages pass there: what a client says goes in at `client` and out at `exchange`. sent: to the device."""
    return OUCH_IN if (port == "client") == sent else OUCH_OUT


def cut(stream: bytes) -> Iterator[bytes]:
    """The packets of a stream by their lengths alone; what follows an impossible or unfinished one is one piece."""
    at = 0
    while at < len(stream):
        length = int.from_bytes(stream[at : at + _LENGTH_BYTES], "big")
        end = at + _LENGTH_BYTES + length
        if not 0 < length <= MAX_LENGTH or end > len(stream):
            end = len(stream)
        yield stream[at:end]
        at = end


@functools.lru_cache(maxsize=1 << 12)  # a scenario's packets are the same on each target
def decode_packet(data: bytes, messages: Table) -> Decoded:
    """Never fails: what fits no layout is shown as bytes."""
    layout = SOUPBINTCP.by_tag.get(data[2:HEADER_BYTES])
    if layout is None or int.from_bytes(data[:_LENGTH_BYTES], "big") + _LENGTH_BYTES != len(data) or len(data) < layout.size:
        return Decoded("bytes", (_bytes("bytes", 0, data),) if data else ())
    items = [*_items(layout, data, 0)]
    payload = data[layout.size :]
    if layout.name in ("sequenced_data", "unsequenced_data"):
        try:
            message, _, appendage = split_message(messages, payload)
        except ProtocolError:
            return Decoded(layout.name, (*items, _bytes("message", layout.size, payload)))
        items += [*_items(message, payload, layout.size), *_options(appendage or b"", len(data) - len(appendage or b""))]
        return Decoded(message.name, tuple(items), appendage)
    if layout.name == "debug":
        text = payload.decode("latin-1")
        return Decoded(layout.name, (*items, Item("text", layout.size, payload, text, printable(text))))
    return Decoded(layout.name, (*items, *([_bytes("payload", layout.size, payload)] if payload else [])))


def packet_text(packet: Decoded) -> str:
    """One line: name, and the fields that say something."""
    words = (f"{item.name}={item.text}" for item in packet.items if item.name not in _LEFT_OUT and item.text.strip(" '"))
    return " ".join([*([packet.name] if packet.name != "bytes" else []), *words]) or packet.name


def packet_rows(golden: Decoded, got: Decoded) -> tuple[FieldRow, ...]:
    """Every field of golden's packet beside the device's, then what only the device's has."""
    wanted, shown = ({item.name: item for item in packet.items} for packet in (golden, got))
    rows = []
    for name in (*wanted, *(name for name in shown if name not in wanted)):
        want, have = wanted.get(name), shown.get(name)
        one = want or have
        assert one is not None
        differs = want is None or have is None or want.data != have.data
        rows.append(FieldRow(name, want.text if want else "-", have.text if have else "-", one.offset, differs))
    return tuple(rows)


def _items(layout: Layout, data: bytes, start: int) -> Iterator[Item]:
    for item in layout.fields:
        raw = data[item.offset : item.offset + item.size]
        value = item.decode(raw)
        yield Item(item.name, start + item.offset, raw, value, field_text(item, value))


def _options(appendage: bytes, start: int) -> Iterator[Item]:
    """Options by their names; the second of a name has a number."""
    seen: dict[str, int] = {}
    for tag, data in options(appendage):
        name, value = decode_option(tag, data)
        seen[name] = seen.get(name, 0) + 1
        label = name if seen[name] == 1 else f"{name} {seen[name]}"
        yield Item(label, start, bytes([len(data) + 1, tag]) + data, value, value.hex() if isinstance(value, bytes) else str(value))
        start += 2 + len(data)


def _bytes(name: str, offset: int, data: bytes) -> Item:
    return Item(name, offset, data, data, data.hex())
