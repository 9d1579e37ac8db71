# SPDX-License-Identifier: Apache-2.0
"""`>` lines: what a person wrote down about the outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tickproof.protocols import EVENTS, Layout
from tickproof.protocols.control import COUNTERS, LINE_RACES, NO_SYMBOL, ORDER_COUNTERS, SESSION
from tickproof.protocols.records import FLAG, REPORT_FLAG
from tickproof.scenario.commands import symbol_index
from tickproof.scenario.expect_orders import order_record_words, parse_order_record_field, parse_packet_expectation
from tickproof.scenario.header import Header
from tickproof.scenario.model import Expectation, Symbol
from tickproof.scenario.segments import STREAM_PORTS
from tickproof.scenario.values import BadValue, parse_field, parse_hex, parse_integer, parse_side
from tickproof.scenario.words import Line, Word

__all__ = ["KINDS", "parse_expectation"]

KINDS: Mapping[str, Layout] = {name.lower(): layout for name, layout in EVENTS.layouts.items()}
"""Kind as scenarios write it -> layout."""

_SHORT = {"first": "sequence", "state": "trading_state", "timestamp": "itch_timestamp"}
_OWN = ("kind", "number", "stamp", "time_ns")  # the device's own business, or not a field that a line can name
_PORTS = ("events", "counters")


def parse_expectation(
    line: Line, port: Word, words: Sequence[Word], header: Header, *, window_ns: tuple[int, int] | None = None, after_ns: int = 0
) -> Expectation:
    """The line from the port on. Raises ScenarioError."""
    kind, fields, nothing = None, {}, False
    if not words:
        raise line.end_error("what is expected?", expected="nothing, or a record, packet, counters or bytes")
    ports = _PORTS + (STREAM_PORTS if header.orders else ())
    if header.feed and port.text not in ports:
        raise line.unknown(port, "output port", ports)
    if words[0].text == "nothing" and port.text != "counters":
        nothing = True
        _end(line, words[1:])
    elif port.text == "counters":
        fields = _counters(line, words, COUNTERS + (ORDER_COUNTERS if header.orders else ()))
    elif port.text == "events":
        kind, fields = _record(line, words, header.symbols)
    elif header.orders:
        kind, fields = parse_packet_expectation(line, port, words, header.symbols)
    else:
        fields = _bytes(line, words)
    return Expectation(line.number, port.column, line.source.strip(), port.text, kind, fields, nothing, window_ns, after_ns)


def _end(line: Line, words: Sequence[Word]) -> None:
    if words:
        raise line.error(words[0].column, "unexpected word", got=words[0].text, expected="end of line")


def _bytes(line: Line, words: Sequence[Word]) -> dict[str, int | str]:
    if words[0].key not in ("bytes", "frame"):
        raise line.error(words[0].column, "unexpected word", got=words[0].text, expected="bytes=hex:... or nothing")
    _end(line, words[1:])
    return {"bytes": line.value(words[0], parse_hex).hex()}


def _counters(line: Line, words: Sequence[Word], names: Sequence[str]) -> dict[str, int | str]:
    values: dict[str, int | str] = {}
    for word in words:
        if word.key not in names:
            raise line.unknown(word, "counter", names)
        if word.key[2:] in LINE_RACES:
            raise line.error(word.column, f"`{word.key}` is a race between the lines, judged by sums", hint="see docs/contract.md 5.6")
        values[word.key] = line.value(word, parse_integer)
    return values


def _record(line: Line, words: Sequence[Word], symbols: Sequence[Symbol]) -> tuple[str, dict[str, int | str]]:
    layout = KINDS.get(words[0].text)
    if layout is None:
        raise line.unknown(words[0], "record", (*KINDS, "nothing"))
    fields: dict[str, int | str] = {}
    for word in words[1:]:
        values = _field(line, layout, word, symbols)
        if values.keys() & fields.keys():
            raise line.error(word.column, f"`{word.key}` is written twice")
        fields.update(values)
    return layout.name, fields


def _field(line: Line, layout: Layout, word: Word, symbols: Sequence[Symbol]) -> dict[str, int | str]:
    if layout.name == "REPORT" and word.text in REPORT_FLAG:
        return {"flags": REPORT_FLAG[word.text]}
    if word.value is None:
        raise line.error(word.column, "unexpected word", got=word.text, expected="field=value")
    if word.key == "symbol":
        scopes = {"none": NO_SYMBOL} | ({"session": SESSION} if layout.name == "CONTROL" else {})
        symbol = Word(word.value, word.value_column)
        return {"symbol": scopes[word.value] if word.value in scopes else symbol_index(line, symbol, symbols)}
    if layout.name == "BBO" and word.key in ("bid", "ask"):
        price, shares = line.value(word, parse_side)
        return {f"{word.key}_price": price, f"{word.key}_shares": shares}
    if word.key == "flags":
        flags = REPORT_FLAG if layout.name == "REPORT" else FLAG
        return {"flags": line.value(word, lambda text: _parse_flags(text, flags))}
    own = parse_order_record_field(line, layout, word)
    if own is not None:
        return own
    name = _SHORT.get(word.key, word.key)
    known = {field.name: field for field in layout.fields if field.name not in _OWN and not field.name.startswith("reserved")}
    if name not in known:
        raise line.unknown(word, f"field of {layout.name.lower()}", (*known, *order_record_words(layout)))
    value = line.value(word, lambda text: parse_field(known[name], text))
    # Text compares as a decoded record has it: without padding, but a code of one character may be a space.
    if isinstance(value, str) and known[name].size > 1:
        value = value.rstrip(" ")
    return {name: value.hex() if isinstance(value, bytes) else value}


def _parse_flags(text: str, flags: Mapping[str, int]) -> int:
    """`stale,partial`, or `none`."""
    if text == "none":
        return 0
    names = text.split(",")
    if not all(name in flags for name in names):
        raise BadValue(f"none, or some of {','.join(flags)}")
    return sum(flags[name] for name in set(names))
