# SPDX-License-Identifier: Apache-2.0
"""`>` lines of the order path: packets on `client` and `exchange`, and the words of its records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tickproof.protocols import CHECKS, OUCH_IN, OUCH_OUT, SOUPBINTCP, Field, Layout, Table
from tickproof.scenario.messages import parse_fields
from tickproof.scenario.model import Symbol
from tickproof.scenario.order_messages import MARKET_PRICE, ORDER_SHORT_NAMES, parse_debug_text, parse_order_field
from tickproof.scenario.values import BadValue, parse_hex, parse_integer, parse_price, parse_signed
from tickproof.scenario.words import Line, Word

__all__ = ["order_record_words", "parse_order_record_field", "parse_packet_expectation"]

FIRST_REJECT_REASON = 0x8000
"""The reason of the device's own Rejected for check 0 (contract 6.2, SESS-REJECT)."""

# What leaves on `client` is what the exchange (or, for Rejected, the device) says; what leaves on `exchange` is what the client says.
_TABLES: Mapping[str, Table] = {"client": OUCH_OUT, "exchange": OUCH_IN}
_WRAPPERS = ("sequenced_data", "unsequenced_data")
_RAW = {"packet": "bytes", "msg": "message"}


def parse_packet_expectation(
    line: Line, port: Word, words: Sequence[Word], symbols: Sequence[Symbol]
) -> tuple[str | None, dict[str, int | str]]:
    """`> exchange enter_order ref=1 price=150.01` from the name on: the layout's name, and field -> value. Raises ScenarioError."""
    if words[0].key in _RAW:
        if len(words) > 1:
            raise line.error(words[1].column, "raw bytes take no fields", got=words[1].text)
        return None, {_RAW[words[0].key]: line.value(words[0], parse_hex).hex()}
    table = _TABLES[port.text]
    packets = {name: layout for name, layout in SOUPBINTCP.layouts.items() if name not in _WRAPPERS}
    layout = {**packets, **table.layouts}.get(words[0].text)
    if layout is None:
        raise line.unknown(words[0], "packet or message", (*packets, *table.layouts, *_RAW, "nothing"))
    checks = {"check": ("rejected_order_reason",)} if layout.name == "rejected" else {}
    if layout.name == "debug" and words[1:] and words[1].key == "text":
        return layout.name, {"payload": line.value(words[1], parse_debug_text).hex()}
    appendage = {word.key: word for word in words[1:] if word.key in ("options", "appendage") and layout.name in table.layouts}
    fields = [word for word in words[1:] if word not in appendage.values()]
    values = parse_fields(line, layout, fields, {**ORDER_SHORT_NAMES, **checks}, others=tuple(appendage), parse=_parse_expected)
    stocks = {symbol.name: symbol.stock for symbol in symbols}
    if "symbol" in values:
        values["symbol"] = stocks.get(str(values["symbol"]), values["symbol"])
    found = {name: _as_unpacked(layout.field(name), value) for name, value in values.items()}
    if "options" in appendage:
        found["options"] = line.value(appendage["options"], parse_hex).hex()
    if "appendage" in appendage:
        found["appendage_length"] = line.value(appendage["appendage"], parse_integer)
    return layout.name, found


def _parse_expected(spec: Field, text: str) -> int | str | bytes:
    if spec.name == "rejected_order_reason" and text in CHECKS:
        return FIRST_REJECT_REASON + CHECKS.index(text)
    return parse_order_field(spec, text)


def _as_unpacked(spec: Field, value: object) -> int | str:
    """Text without the padding that a layout takes off."""
    decoded = spec.decode(spec.encode(value))
    return decoded.hex() if isinstance(decoded, bytes) else decoded


def order_record_words(layout: Layout) -> tuple[str, ...]:
    """The words that stand for fields of this record, besides the fields' own names."""
    names = {item.name for item in layout.fields}
    return tuple(word for word, (name, _) in _WORDS.items() if name in names and word != name)


def parse_order_record_field(line: Line, layout: Layout, word: Word) -> dict[str, int | str] | None:
    """A word of a DECISION, REPORT, CLIENT, ... that is not just a field and its value; None if it is none of them."""
    name, parse = _WORDS.get(word.key, ("", parse_integer))
    names = {item.name for item in layout.fields}
    if name not in names:
        return None
    if word.key == "message":
        table = OUCH_OUT if layout.name == "REPORT" else OUCH_IN
        return {name: line.value(word, lambda text: _parse_layout(text, table))}
    return {name: line.value(word, parse)}


def _parse_layout(text: str, table: Table) -> str:
    """A layout's name -> its tag; `none` -> no character."""
    if text in table.layouts:
        tag = table.layouts[text].tag
        assert tag is not None
        return tag.decode("latin-1")
    if text == "none":
        return ""
    if len(text) != 1:
        raise BadValue("a name of the table, one character, or none")
    return text


def _parse_packet_type(text: str) -> str:
    return _parse_layout(text, SOUPBINTCP)


def _parse_code(text: str) -> str:
    if text == "none":
        return ""
    if len(text) != 1:
        raise BadValue("one character, or none")
    return text


def _parse_checks(text: str) -> int:
    """`quantity,value` -> the mask with exactly these bits."""
    if text == "none":
        return 0
    names = text.split(",")
    if unknown := [name for name in names if name not in CHECKS]:
        raise BadValue(f"none, or some of {', '.join(CHECKS)}; not {unknown[0]}")
    return sum(1 << CHECKS.index(name) for name in set(names))


def _parse_amount(text: str) -> int:
    """The value of a command: a number, a position with its sign, or money with its decimals; 64 bits."""
    value = parse_price(text) if "." in text else parse_signed(text)
    if not -(1 << 63) <= value < 1 << 64:
        raise BadValue("a number of 64 bits")
    return value % (1 << 64)


def _parse_order_price(text: str) -> int:
    return MARKET_PRICE if text == "market" else parse_price(text)


# Word -> the field that it stands for, and how it reads.
_WORDS: Mapping[str, tuple[str, Callable[[str], int | str]]] = {
    "ref": ("user_ref_num", parse_integer),
    "message": ("message_type", _parse_code),
    "packet": ("packet_type", _parse_packet_type),
    "failing": ("failing", _parse_checks),
    "side": ("side", _parse_code),
    "price": ("price", _parse_order_price),
    "value": ("value", _parse_amount),
}
