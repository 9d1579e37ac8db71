# SPDX-License-Identifier: Apache-2.0
"""`>` lines: what a person wrote down about the outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tickproof.protocols import EVENTS, Layout
from tickproof.protocols.control import COUNTERS, LINE_RACES, NO_SYMBOL
from tickproof.protocols.records import FLAG
from tickproof.scenario.model import Expectation, Symbol
from tickproof.scenario.settings import symbol_index
from tickproof.scenario.values import BadValue, parse_field, parse_hex, parse_integer, parse_price
from tickproof.scenario.words import Line, Word

__all__ = ["KINDS", "parse_expectation"]

KINDS: Mapping[str, Layout] = {name.lower(): layout for name, layout in EVENTS.layouts.items()}
"""Kind as scenarios write it -> layout."""

_SHORT = {"first": "sequence", "state": "trading_state", "timestamp": "itch_timestamp"}
_OWN = ("kind", "number", "stamp", "time_ns", "reserved")  # the device's own business, or not a field that a line can name
_PORTS = ("events", "counters")


def parse_expectation(
    line: Line,
    port: Word,
    words: Sequence[Word],
    symbols: Sequence[Symbol],
    *,
    feed: bool,
    window_ns: tuple[int, int] | None = None,
    after_ns: int = 0,
) -> Expectation:
    """The line from the port on. Raises ScenarioError."""
    kind, fields, nothing = None, {}, False
    if not words:
        raise line.end_error("what is expected?", expected="nothing, or a record, counters or bytes")
    if feed and port.text not in _PORTS:
        raise line.unknown(port, "output port", _PORTS)
    if words[0].text == "nothing" and port.text != "counters":
        nothing = True
        _end(line, words[1:])
    elif port.text == "counters":
        fields = _counters(line, words)
    elif port.text == "events":
        kind, fields = _record(line, words, symbols)
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


def _counters(line: Line, words: Sequence[Word]) -> dict[str, int | str]:
    values: dict[str, int | str] = {}
    for word in words:
        if word.key not in COUNTERS:
            raise line.unknown(word, "counter", COUNTERS)
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
    if word.value is None:
        raise line.error(word.column, "unexpected word", got=word.text, expected="field=value")
    if word.key == "symbol":
        symbol = Word(word.value, word.value_column)
        return {"symbol": NO_SYMBOL if word.value == "none" else symbol_index(line, symbol, symbols)}
    if layout.name == "BBO" and word.key in ("bid", "ask"):
        price, shares = line.value(word, _parse_side)
        return {f"{word.key}_price": price, f"{word.key}_shares": shares}
    if word.key == "flags":
        return {"flags": line.value(word, _parse_flags)}
    name = _SHORT.get(word.key, word.key)
    known = {field.name: field for field in layout.fields if field.name not in _OWN}
    if name not in known:
        raise line.unknown(word, f"field of {layout.name.lower()}", known)
    value = line.value(word, lambda text: parse_field(known[name], text))
    # Text compares as a decoded record has it: without padding, but a code of one character may be a space.
    if isinstance(value, str) and known[name].size > 1:
        value = value.rstrip(" ")
    return {name: value.hex() if isinstance(value, bytes) else value}


def _parse_side(text: str) -> tuple[int, int]:
    """`150.00x300` or `none`."""
    if text == "none":
        return 0, 0
    price, x, shares = text.partition("x")
    if not x or not shares.isdigit():
        raise BadValue("PRICExSHARES like 150.00x300, or none")
    return parse_price(price), int(shares)


def _parse_flags(text: str) -> int:
    """`stale,partial`, or `none`."""
    if text == "none":
        return 0
    names = text.split(",")
    if not all(name in FLAG for name in names):
        raise BadValue(f"none, or some of {','.join(FLAG)}")
    return sum(FLAG[name] for name in set(names))
