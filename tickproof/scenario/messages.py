# SPDX-License-Identifier: Apache-2.0
"""ITCH messages as words: `add_order ref=1 side=B shares=300 price=150.00` to bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tickproof.protocols import ITCH, Field, Layout
from tickproof.scenario.model import Symbol
from tickproof.scenario.values import parse_field, parse_hex, parse_integer
from tickproof.scenario.words import Line, Word

__all__ = ["MARKET_OPEN_NS", "SHORT_NAMES", "Block", "parse_fields", "parse_message"]

MARKET_OPEN_NS = 34_200_000_000_000
"""09:30. A message that says nothing else has this plus its line's time as timestamp."""

# Short name -> the wire fields it stands for; a layout has at most one of them.
SHORT_NAMES: Mapping[str, tuple[str, ...]] = {
    "type": ("message_type",),
    "locate": ("stock_locate", "locate_code"),
    "tracking": ("tracking_number",),
    "ref": ("order_reference_number", "original_order_reference_number"),
    "new_ref": ("new_order_reference_number",),
    "side": ("buy_sell_indicator",),
    "shares": ("executed_shares", "canceled_shares", "cross_shares"),
    "price": ("execution_price", "cross_price"),
    "match": ("match_number",),
    "mpid": ("attribution",),
    "event": ("event_code",),
    "state": ("trading_state",),
    "reason": ("reason_code",),
    "market": ("market_code",),
    "action": ("operational_halt_action", "reg_sho_action"),
}
_MARKET_WIDE = {"system_event", "mwcb_decline_level", "mwcb_status"}
_MARKERS = ("symbol", "length", "block")
_RAW = ("msg", "empty")


@dataclass(frozen=True, slots=True)
class Block:
    """One MoldUDP64 message block: the message, and its length field where that lies."""

    message: bytes
    length: int

    @property
    def data(self) -> bytes:
        """Length field and message."""
        return self.length.to_bytes(2, "big") + self.message


def parse_message(line: Line, words: Sequence[Word], symbols: Sequence[Symbol], time_ns: int) -> Block:
    """One message, from its name to the next `|`. Raises ScenarioError."""
    name, rest = words[0], words[1:]
    markers = {word.key: word for word in rest if word.key in _MARKERS}
    fields = [word for word in rest if word.key not in _MARKERS]
    if name.key == "msg" or name.text == "empty":
        if fields or "symbol" in markers or "length" in markers:
            raise line.error(rest[0].column, "raw bytes take no fields", got=rest[0].text, expected="block=N or |")
        message = line.value(name, parse_hex) if name.key else b""
    else:
        layout = ITCH.layouts.get(name.text)
        if layout is None:
            raise line.unknown(name, "message", (*ITCH.layouts, *_RAW))
        values = parse_fields(line, layout, fields)
        values.setdefault("timestamp", (MARKET_OPEN_NS + time_ns) % (1 << 48))
        _fill_symbol(line, layout, values, _symbol(line, layout, values, markers.get("symbol"), symbols))
        message = layout.pack(values)
        if "length" in markers:
            size = line.value(markers["length"], parse_integer)
            message = message[:size].ljust(size, b"\0")
    length = line.value(markers["block"], parse_integer) if "block" in markers else len(message)
    if length > 0xFFFF:
        word = markers.get("block", name)
        raise line.error(word.column, "a message block holds at most 65535 bytes", got=length)
    return Block(message, length)


def parse_fields(
    line: Line,
    layout: Layout,
    words: Sequence[Word],
    shorts: Mapping[str, tuple[str, ...]] = SHORT_NAMES,
    *,
    others: Sequence[str] = _MARKERS,
    parse: Callable[[Field, str], object] = parse_field,
) -> dict[str, object]:
    """`field=value` words as full field name -> value. others: further words that a hint may name. Raises ScenarioError."""
    values: dict[str, object] = {}
    for word in words:
        field = _field(line, layout, word, shorts, others)
        if field.name in values:
            raise line.error(word.column, f"`{word.key}` is written twice")
        values[field.name] = line.value(word, lambda text, field=field: parse(field, text))  # type: ignore[misc]
    return values


def _field(line: Line, layout: Layout, word: Word, shorts: Mapping[str, tuple[str, ...]], others: Sequence[str]) -> Field:
    if word.value is None:
        raise line.error(word.column, "unexpected word", got=word.text, expected="field=value, | and the next message, or !fault")
    names = {field.name: field for field in layout.fields}
    if word.key in names:
        return names[word.key]
    if (name := _field_for(word.key, layout, shorts)) in names:
        return names[name]
    known = [short for short, longs in shorts.items() if any(long in names for long in longs)]
    raise line.unknown(word, f"field of {layout.name}", [*names, *known, *others])


def _field_for(short: str, layout: Layout, shorts: Mapping[str, tuple[str, ...]] = SHORT_NAMES) -> str | None:
    """The layout's field that a short name stands for."""
    return next((field.name for field in layout.fields if field.name in shorts.get(short, ())), None)


def _symbol(line: Line, layout: Layout, values: Mapping[str, object], marker: Word | None, symbols: Sequence[Symbol]) -> Symbol | None:
    """The symbol that a message is about: by `symbol=`, by its stock, by its locate, or the only one there is."""
    if marker is not None:
        for symbol in symbols:
            if symbol.name == marker.value:
                return symbol
        raise line.error(marker.value_column, "unknown symbol", got=marker.value, expected=", ".join(item.name for item in symbols))
    if layout.name in _MARKET_WIDE:
        return None
    if "stock" in values:
        return next((item for item in symbols if item.stock == values["stock"]), None)
    if (locate := _field_for("locate", layout)) and locate in values:
        return next((item for item in symbols if item.locate == values[locate]), None)
    return symbols[0] if len(symbols) == 1 else None


def _fill_symbol(line: Line, layout: Layout, values: dict[str, object], symbol: Symbol | None) -> None:
    """Locate and stock, where they were not written."""
    locate = _field_for("locate", layout)
    if locate and locate not in values and layout.name not in _MARKET_WIDE:
        if symbol is None or symbol.locate is None:
            column = next(word.column for word in line.words if word.text == layout.name)
            hint = "write locate=N, or symbol=NAME of a symbol with a locate in the header"
            raise line.error(column, f"which symbol is this {layout.name} about?", hint=hint)
        values[locate] = symbol.locate
    if symbol is not None and any(field.name == "stock" for field in layout.fields):
        values.setdefault("stock", symbol.stock)
