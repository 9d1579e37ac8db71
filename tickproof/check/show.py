# SPDX-License-Identifier: Apache-2.0
"""Records and the inputs that caused them, as people read them: decoded, fields by their table names."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from tickproof.check.compare import OWN_FIELDS
from tickproof.check.verdict import FieldRow
from tickproof.program import Program
from tickproof.protocols import CHECKS, EVENTS, ITCH, MOLDUDP64, Field, Layout
from tickproof.protocols.control import NO_SYMBOL, OP, SESSION, SETTINGS, unpack_control
from tickproof.protocols.decode import decode_message, mold_blocks, udp_payload
from tickproof.protocols.records import FLAG, REPORT_FLAG
from tickproof.scenario.values import format_price

__all__ = ["cause_text", "code_text", "control_text", "field_rows", "field_text", "kind_of", "message_text", "printable", "record_text"]

_BY_TAG = EVENTS.by_tag
_FLAGS = {"BBO": FLAG, "REPORT": REPORT_FLAG}
_CHECK_MASK = {name: 1 << bit for bit, name in enumerate(CHECKS)}
_WITH_VALUE = ("set_position", "set_executed", "release_order")
_OWN_REASONS = 0x8000  # contract 6.2, SESS-REJECT: + the lowest failing check
_LEFT_OUT = ("message_type", "tracking_number", "timestamp")
_ANY = next(iter(EVENTS.layouts.values()))  # its first 32 bytes are common to all kinds


def kind_of(record: bytes) -> str:
    """The kind's name; `kind 99` if the table does not know it."""
    layout = _BY_TAG.get(record[:1])
    return layout.name if layout else f"kind {record[0]}"


def record_text(record: bytes, symbols: Sequence[str] = ()) -> str:
    """One line, in the words of the scenario language: kind, and the fields that golden has a say in. symbols: index -> name."""
    shown = {item.name: _value(item, record, symbols) for item in _fields(record) if item.name not in ("kind", *OWN_FIELDS)}
    idle = "value" if kind_of(record) == "CONTROL" else ""  # most commands have none
    shown = {name: text for name, text in shown.items() if not (_reserved(name) or name == idle) or text.strip("0")}
    words = [kind_of(record).lower(), *(f"{name}={shown.pop(name)}" for name in ("symbol", "flags") if shown[name] != "none")]
    for side in ("bid", "ask") if "bid_price" in shown else ():
        price, shares = shown.pop(f"{side}_price"), shown.pop(f"{side}_shares")
        words.append(f"{side}=none" if (price, shares) == ("0.00", "0") else f"{side}={price}x{shares}")
    return " ".join([*words, *(f"{name}={value}" for name, value in shown.items() if value != "none")])


def field_rows(golden: bytes | None, got: bytes | None, symbols: Sequence[str] = ()) -> tuple[FieldRow, ...]:
    """Every field of golden's record beside the device's; of the device's alone where golden has none."""
    rows = []
    alike = golden is not None and got is not None and kind_of(golden) == kind_of(got)  # then equal bytes are the same text
    for item in _fields(golden or got or b""):
        own = item.name in OWN_FIELDS
        part = slice(item.offset, item.offset + item.size)
        differs = not own and golden is not None and got is not None and golden[part] != got[part]
        shown = "-" if got is None else _value(item, got, symbols)
        wanted = "-" if golden is None else shown if alike and not differs else _value(item, golden, symbols)
        if not _reserved(item.name) or differs:
            rows.append(FieldRow(item.name, "any" if own and golden is not None else wanted, shown, item.offset, differs))
    return tuple(rows)


def control_text(record: bytes) -> str:
    """A control record: `set tick AAPL 100`, `commit`, ..."""
    code, symbol, setting, value = (int(unpack_control(record)[name]) for name in ("op", "symbol", "setting", "value"))
    op = next((name for name, known in OP.items() if known == code), f"op {code}")
    about = {NO_SYMBOL: "", SESSION: " session"}.get(symbol, f" symbol {symbol}")
    if op == "set_position":
        value -= value >> 63 << 64  # signed
    if op != "set":
        return op + about + (f" {value}" if op in _WITH_VALUE else "")
    name = next((known.name for known in SETTINGS.values() if known.id == setting), f"setting {setting}")
    return f"set {name}{about} {value}"


def cause_text(program: Program, port: str, row: int, sequence: int) -> str:
    """The send that caused a record, decoded: port, row, and its message with this MoldUDP64 sequence (or the packet's header)."""
    data = program.ports[port].frames[row]
    if port == "control":
        return f"{port}[{row}] {control_text(data)}"
    payload = udp_payload(data)
    if payload is None or len(payload) < MOLDUDP64.size:
        return f"{port}[{row}] frame of {len(data)} bytes"
    header = MOLDUDP64.unpack_from(payload)
    first, count = int(header["sequence"]), int(header["count"])
    index = sequence - first
    messages = list(mold_blocks(payload))
    if 0 <= index < len(messages):
        return f"{port}[{row}] sequence {sequence}: {message_text(messages[index])}"
    return f"{port}[{row}] session {header['session']!r} sequence {first} count {count}"


@functools.lru_cache(maxsize=1 << 12)
def message_text(message: bytes) -> str:
    """An ITCH message on one line: its name, and the fields that matter to a book."""
    values = decode_message(message)
    layout = ITCH.by_tag.get(message[:1])
    if "error" in values or layout is None:
        return f"{values['error']}: {message.hex()}"
    parts = (f"{item.name}={_plain(item, values[item.name])}" for item in layout.fields if item.name not in _LEFT_OUT)
    return " ".join([layout.name, *parts])


def _plain(item: Field, value: int | str | bytes) -> str:
    if item.type == "price4":
        return format_price(int(value))
    return value.hex() if isinstance(value, bytes) else str(value)


def _reserved(name: str) -> bool:
    return name.startswith("reserved")


def _fields(record: bytes) -> Sequence[Field]:
    layout: Layout | None = _BY_TAG.get(record[:1])
    return layout.fields if layout else [item for item in _ANY.fields if item.offset < 32] + [Field("body", 32, 32, "bytes")]


def _value(item: Field, record: bytes, symbols: Sequence[str]) -> str:
    value = item.decode(record[item.offset : item.offset + item.size])
    if not isinstance(value, int):
        return field_text(item, value)
    if item.name == "kind":
        return kind_of(record)
    if item.name == "symbol":
        kind, name = kind_of(record), symbols[value] if value < len(symbols) else ""
        return "none" if value == NO_SYMBOL else "session" if kind == "CONTROL" and value == SESSION else name or str(value)
    if item.name == "flags":
        return _names(_FLAGS.get(kind_of(record), {}), value)
    return field_text(item, value)


def field_text(item: Field, value: int | str | bytes) -> str:
    """A value of any table's field, as people read it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str):
        return printable(value) if value.strip() else "none" if item.type == "code" and not value else f"'{printable(value)}'"
    named = next((name for name, code in item.enum.items() if code == value), None) if item.enum else None
    if named is None and item.type in ("price4", "price64"):
        return format_price(value)
    return named or code_text(item.name, value)


def printable(text: str) -> str:
    """Text of the wire may hold any byte; those that no terminal or log should get are written as `\\x00`."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def code_text(name: str, value: object) -> str:
    """A value, of which only the field's name is known; checks by their names."""
    if name == "failing" and isinstance(value, int):
        return _names(_CHECK_MASK, value)
    if name == "rejected_order_reason" and isinstance(value, int) and 0 <= value - _OWN_REASONS < len(CHECKS):
        return f"{value:#06x} ({CHECKS[value - _OWN_REASONS]})"
    return str(value)


def _names(masks: Mapping[str, int], value: int) -> str:
    """The names of the bits that are set; bits without a name as a number."""
    names = [name for name, mask in masks.items() if value & mask]
    rest = value & ~sum(masks.values())
    return ",".join([*names, *([hex(rest)] if rest else [])]) or "none"
