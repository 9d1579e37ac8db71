# SPDX-License-Identifier: Apache-2.0
"""OUCH messages and SoupBinTCP packets as words: `enter_order ref=1 side=B quantity=100 price=150.00` to bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tickproof.protocols import OUCH_IN, OUCH_OUT, SOUPBINTCP, Field, Layout, Table
from tickproof.scenario.messages import MARKET_OPEN_NS, parse_fields
from tickproof.scenario.model import Symbol
from tickproof.scenario.values import BadValue, parse_field, parse_hex, parse_integer
from tickproof.scenario.words import Line, Word

__all__ = [
    "MARKET_PRICE",
    "ORDER_SHORT_NAMES",
    "OUCH_TABLES",
    "Orders",
    "Sender",
    "field_names",
    "fill_message",
    "parse_debug_text",
    "parse_order_field",
    "parse_order_packet",
]

MARKET_PRICE = 0x7FFFFFFF
"""The price of a market order; written `market`."""

ORDER_SHORT_NAMES: Mapping[str, tuple[str, ...]] = {
    "ref": ("user_ref_num",),
    "orig": ("orig_user_ref_num",),
    "quantity": ("decrement_shares",),
    "price": ("execution_price",),
    "tif": ("time_in_force",),
    "iso": ("inter_market_sweep_eligibility",),
    "cross": ("cross_type",),
    "state": ("order_state",),
    "match": ("match_number",),
    "order": ("order_reference_number",),
    "liquidity": ("liquidity_flag",),
    "event": ("event_code",),
    "next": ("next_user_ref_num",),
    "appendage": ("appendage_length",),
    "reason": (
        "rejected_order_reason",
        "cancel_order_reason",
        "order_cancel_reason",
        "broken_trade_reason",
        "trade_correction_reason",
        "order_restated_reason",
    ),
    "number": ("sequence_number",),
    "code": ("reject_code",),
}
_MARKERS = ("length", "price_type", "options", "appendage")
OUCH_TABLES: Mapping[str, Table] = {"client": OUCH_IN, "exchange": OUCH_OUT}
"""Port -> the messages that enter there."""
_DATA_TYPE = {"client": "unsequenced", "exchange": "sequenced"}
_WRAPPED = {name: SOUPBINTCP.layouts[f"{name}_data"] for name in ("sequenced", "unsequenced")}
_PRICE_TYPE = 6  # the appendage option's tag

_ORDER: Mapping[str, object] = {
    "side": "B", "quantity": 100, "price": 10_000, "time_in_force": "0", "display": "Y", "capacity": "P",
    "inter_market_sweep_eligibility": "N", "cross_type": "N",
}  # fmt: skip
_REPORT: Mapping[str, object] = {
    "order_state": "L", "liquidity_flag": "A", "cancel_order_reason": "U", "order_cancel_reason": "Q", "broken_trade_reason": "E",
    "trade_correction_reason": "E", "order_restated_reason": "R", "rejected_order_reason": 15, "event_code": "S",
}  # fmt: skip


@dataclass(slots=True)
class Orders:
    """What the client has said so far in this file, so that the exchange's lines need not repeat it: user_ref_num -> fields."""

    entered: dict[int, dict[str, object]] = field(default_factory=dict)
    modified: dict[int, dict[str, object]] = field(default_factory=dict)

    def sent(self, layout: Layout, values: Mapping[str, object]) -> None:
        """A message of the client."""
        reference = int(str(values.get("user_ref_num", 0)))
        if layout.name == "enter_order":
            self.entered[reference] = dict(values)
        elif layout.name == "replace_order":
            self.entered[reference] = {**self.entered.get(int(str(values["orig_user_ref_num"])), {}), **values}
        elif layout.name == "modify_order":
            self.modified[reference] = dict(values)

    def report(self, layout: Layout, values: Mapping[str, object]) -> dict[str, object]:
        """What a message of the exchange says that its line does not."""
        reference = int(str(values.get("user_ref_num", 0)))
        order = {**_ORDER, **self.entered.get(reference, {}), "order_reference_number": reference, **_REPORT}
        if layout.name == "order_modified":
            order.update(self.modified.get(reference, {}))
        order.update(decrement_shares=order["quantity"], execution_price=order["price"])
        return order


def field_names(layout: Layout) -> dict[str, str]:
    """Full field name -> the shortest word for it."""
    names = {item.name for item in layout.fields}
    shorts = {long: short for short, longs in ORDER_SHORT_NAMES.items() if short not in names for long in longs}
    return {name: shorts.get(name, name) for name in names}


def parse_order_field(spec: Field, text: str) -> int | str | bytes:
    """Like `parse_field`, with `market` as a price."""
    return MARKET_PRICE if text == "market" and spec.type == "price64" else parse_field(spec, text)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends (port "client" or "exchange"), when, and what is known without being written."""

    port: str
    time_ns: int
    symbols: Sequence[Symbol]
    orders: Orders


def parse_order_packet(line: Line, words: Sequence[Word], sender: Sender) -> bytes:
    """One SoupBinTCP packet, from its name to the next `|`. Raises ScenarioError."""
    name = words[0]
    if name.key == "packet":
        if len(words) > 1:
            raise line.error(words[1].column, "raw bytes take no fields", got=words[1].text)
        return line.value(name, parse_hex)
    soup = {word.key: word for word in words if word.key.startswith("soup.")}
    for word in soup.values():
        if word.key not in ("soup.length", "soup.type"):
            raise line.unknown(word, "header field", ("soup.length", "soup.type"))
    rest = [word for word in words if word not in soup.values()]
    layout = SOUPBINTCP.layouts.get(name.text)
    if layout is not None and layout not in _WRAPPED.values():
        packet_type, payload = layout.tag, _soup_payload(line, layout, rest[1:])
    else:
        wrapper = _WRAPPED[name.text if name.text in _WRAPPED else _DATA_TYPE[sender.port]]
        message_words = rest[1:] if name.text in _WRAPPED else rest
        if not message_words:
            raise line.end_error(f"{name.text} what?", expected="an OUCH message")
        packet_type, payload = wrapper.tag, _message(line, message_words, sender)
    if "soup.type" in soup:
        packet_type = line.value(soup["soup.type"], _parse_type)
    length = line.value(soup["soup.length"], _parse_length) if "soup.length" in soup else 1 + len(payload)
    if length > 0xFFFF:
        raise line.error(name.column, "a packet holds at most 65534 bytes", got=len(payload))
    assert packet_type is not None
    return length.to_bytes(2, "big") + packet_type + payload


def _soup_payload(line: Line, layout: Layout, words: Sequence[Word]) -> bytes:
    text = b""
    if layout.name == "debug" and words and words[0].key == "text":
        text, words = line.value(words[0], parse_debug_text), words[1:]
    values = parse_fields(line, layout, words, ORDER_SHORT_NAMES, others=("soup.length", "soup.type"), parse=parse_order_field)
    if any(item.name == "sequence_number" for item in layout.fields):
        values.setdefault("sequence_number", "1")
    return layout.pack(values)[3:] + text


def _message(line: Line, words: Sequence[Word], sender: Sender) -> bytes:
    name, rest = words[0], words[1:]
    if name.key == "msg":
        if rest:
            raise line.error(rest[0].column, "raw bytes take no fields", got=rest[0].text)
        return line.value(name, parse_hex)
    table = OUCH_TABLES[sender.port]
    layout = table.layouts.get(name.text)
    if layout is None:
        raise line.unknown(name, "packet or message", (*_packets(sender.port), *table.layouts, "msg", "packet", *_WRAPPED))
    names = {item.name for item in layout.fields}
    markers = {word.key: word for word in rest if word.key in _MARKERS or word.key == "appendage_length"}
    words_of_fields = [word for word in rest if word.key not in markers]
    values = parse_fields(line, layout, words_of_fields, ORDER_SHORT_NAMES, others=_MARKERS, parse=parse_order_field)
    for needed in ("user_ref_num", "orig_user_ref_num"):
        if needed in names and needed not in values and (sender.port, needed) != ("exchange", "orig_user_ref_num"):
            short = "orig" if "orig" in needed else "ref"
            raise line.error(name.column, f"which order is this {layout.name} about?", expected=f"{short}=N")
    values = _filled(line, name, layout, values, sender)
    options = b"".join(_option(line, word) for word in words if word.key in ("options", "price_type"))
    written = markers.get("appendage", markers.get("appendage_length"))
    size = line.value(written, _parse_length) if written is not None else len(options)
    if "appendage_length" in names:
        message = layout.pack(values, appendage_length=size) + options
    else:
        message = layout.pack(values) + (size.to_bytes(2, "big") + options if options or written is not None else b"")
    if "length" in markers:
        length = line.value(markers["length"], _parse_length)
        message = message[:length].ljust(length, b"\0")
    return message


def _packets(port: str) -> list[str]:
    ours = {"client": ("login_request", "client_heartbeat", "logout_request"), "exchange": ("login_accepted", "server_heartbeat")}
    return [name for name in SOUPBINTCP.layouts if name in ("debug", *ours[port])]


def _filled(line: Line, name: Word, layout: Layout, values: dict[str, object], sender: Sender) -> dict[str, object]:
    """All fields of the layout that are written or have a default."""
    stocks = {symbol.name: symbol.stock for symbol in sender.symbols}
    if "symbol" in values:
        values["symbol"] = stocks.get(str(values["symbol"]), values["symbol"])
    filled = fill_message(layout, values, sender)
    if sender.port == "client":
        if "symbol" not in filled and any(item.name == "symbol" for item in layout.fields):
            raise line.error(name.column, f"which symbol is this {layout.name} about?", hint="write symbol=NAME")
        sender.orders.sent(layout, filled)
    return filled


def fill_message(layout: Layout, values: Mapping[str, object], sender: Sender) -> dict[str, object]:
    """The values of a message with everything that goes without saying."""
    defaults: dict[str, object] = {"symbol": sender.symbols[0].stock} if len(sender.symbols) == 1 else {}
    if sender.port == "exchange":
        defaults.update(timestamp=MARKET_OPEN_NS + sender.time_ns, **sender.orders.report(layout, values))
    elif layout.name == "cancel_order":
        defaults["quantity"] = 0
    else:
        defaults.update(_ORDER)
    names = {item.name for item in layout.fields}
    return {**{key: value for key, value in defaults.items() if key in names}, **values}


def _option(line: Line, word: Word) -> bytes:
    if word.key == "options":
        return line.value(word, parse_hex)
    return bytes((2, _PRICE_TYPE)) + line.value(word, _parse_type)


def _parse_type(text: str) -> bytes:
    """One character, or one byte in hex."""
    data = parse_hex(text) if text.startswith("hex:") else text.encode("latin-1", "ignore")
    if len(data) != 1:
        raise BadValue("one character")
    return data


def parse_debug_text(text: str) -> bytes:
    """The text of a debug packet, or `hex:` and any bytes."""
    return parse_hex(text) if text.startswith("hex:") else text.encode("latin-1", "replace")


def _parse_length(text: str) -> int:
    value = parse_integer(text)
    if value > 0xFFFF:
        raise BadValue("at most 65535")
    return value
