# SPDX-License-Identifier: Apache-2.0
"""`< control` lines: settings, commands, and those of the order path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tickproof.protocols.control import CONTROL_RECORD, NO_SYMBOL, SESSION, command, pack_control, set_global, set_symbol
from tickproof.scenario.model import Symbol
from tickproof.scenario.risk import RISK_GLOBAL, RISK_PER_SYMBOL
from tickproof.scenario.settings import FEED_GLOBAL, FEED_PER_SYMBOL, parse_setting, setting_name
from tickproof.scenario.values import BadValue, parse_flag, parse_hex, parse_integer, parse_price, parse_signed
from tickproof.scenario.words import Line, Word

__all__ = ["control_records", "symbol_index"]

_FEED_VERBS = ("set", "commit", "session_reset", "book_clear", "book_trust")
_ORDER_VERBS = ("limit", "kill", "position", "executed", "release_order", "alive")


def control_records(line: Line, words: Sequence[Word], symbols: Sequence[Symbol], *, orders: bool = False) -> list[bytes]:
    """The records of a `< control` line, from the word behind the port on. orders: the device has an order path. Raises ScenarioError."""
    verbs = _FEED_VERBS + (_ORDER_VERBS if orders else ())
    if not words:
        raise line.end_error("no command", expected=", ".join(verbs))
    verb, rest = words[0], list(words[1:])
    if verb.key == "record" and not rest:
        return [line.value(verb, _parse_record)]
    if verb.text not in verbs:
        raise line.unknown(verb, "command", verbs)
    if verb.text == "set":
        return _set_records(line, rest, symbols, FEED_GLOBAL + RISK_GLOBAL * orders, FEED_PER_SYMBOL + RISK_PER_SYMBOL * orders)
    if verb.text == "limit":
        return [*_set_records(line, rest, symbols, RISK_GLOBAL, RISK_PER_SYMBOL), command("commit")]
    record = _RECORDS[verb.text](line, verb, rest, symbols)
    if rest:
        raise line.error(rest[0].column, "unexpected word", got=rest[0].text, expected="end of line")
    return [record]


def symbol_index(line: Line, word: Word, symbols: Sequence[Symbol]) -> int:
    """A symbol's name, or its index as a number."""
    for symbol in symbols:
        if symbol.name == word.text:
            return symbol.index
    if word.text.isdigit() and int(word.text) <= 0xFFFF:
        return int(word.text)
    raise line.unknown(word, "symbol", [symbol.name for symbol in symbols])


def _set_records(
    line: Line, words: Sequence[Word], symbols: Sequence[Symbol], all_global: tuple[str, ...], per_symbol: tuple[str, ...]
) -> list[bytes]:
    index: int | None = None
    if words and words[0].value is None:
        index, words = symbol_index(line, words[0], symbols), words[1:]
    if not words:
        raise line.end_error("nothing to set", expected="name=value")
    names = all_global if index is None else per_symbol
    records = []
    for word in words:
        if word.value is None or setting_name(word.key) not in names:
            raise line.unknown(word, "setting" if index is None else "symbol setting", names)
        values = line.value(word, lambda text, key=word.key: parse_setting(key, text))  # type: ignore[misc]
        records += [set_global(name, value) if index is None else set_symbol(index, name, value) for name, value in values.items()]
    return records


# Each takes its words off the front of the list.


def _plain(line: Line, verb: Word, words: list[Word], symbols: Sequence[Symbol]) -> bytes:
    return command(verb.text)


def _of_symbol(line: Line, verb: Word, words: list[Word], symbols: Sequence[Symbol]) -> bytes:
    if not words:
        raise line.end_error(f"{verb.text} of which symbol?", expected=f"{verb.text} SYMBOL")
    return command(verb.text, symbol_index(line, words.pop(0), symbols))


def _kill(line: Line, verb: Word, words: list[Word], symbols: Sequence[Symbol]) -> bytes:
    scope = NO_SYMBOL
    if len(words) > 1 or (words and words[0].text not in ("on", "off")):
        word = words.pop(0)
        scope = SESSION if word.text == "session" else symbol_index(line, word, symbols)
    if not words:
        raise line.end_error("is the kill on or off?", expected="kill on, kill SYMBOL off, kill session on")
    switch = words.pop(0)
    return pack_control("kill" if _positional(line, switch, parse_flag) else "unkill", scope)


def _position(line: Line, verb: Word, words: list[Word], symbols: Sequence[Symbol]) -> bytes:
    if len(words) < 2:
        raise line.end_error("which position?", expected="position SYMBOL SHARES")
    index = symbol_index(line, words.pop(0), symbols)
    return pack_control("set_position", index, value=_positional(line, words.pop(0), _parse_position))


def _executed(line: Line, verb: Word, words: list[Word], symbols: Sequence[Symbol]) -> bytes:
    if len(words) < 2:
        raise line.end_error("which executed notional?", expected="executed SYMBOL 75000.00, or executed session 0")
    word = words.pop(0)
    scope = NO_SYMBOL if word.text == "session" else symbol_index(line, word, symbols)
    return pack_control("set_executed", scope, value=_positional(line, words.pop(0), _parse_notional))


def _release(line: Line, verb: Word, words: list[Word], symbols: Sequence[Symbol]) -> bytes:
    if not words:
        raise line.end_error("which order?", expected="release_order REF")
    return pack_control("release_order", value=_positional(line, words.pop(0), _parse_reference))


def _alive(line: Line, verb: Word, words: list[Word], symbols: Sequence[Symbol]) -> bytes:
    return pack_control("alive")


def _positional(line: Line, word: Word, parse: Callable[[str], int]) -> int:
    try:
        return parse(word.text)
    except BadValue as bad:
        raise line.error(word.column, "bad value", got=word.text, expected=bad) from None


def _parse_record(text: str) -> bytes:
    record = parse_hex(text)
    if len(record) != CONTROL_RECORD.size:
        raise BadValue(f"{CONTROL_RECORD.size} bytes")
    return record


def _parse_position(text: str) -> int:
    value = parse_signed(text)
    if not -(1 << 63) <= value < 1 << 63:
        raise BadValue("a position of 63 bits and a sign")
    return value


def _parse_notional(text: str) -> int:
    value = parse_price(text)
    if value >= 1 << 64:
        raise BadValue("at most 1844674407370955.1615")
    return value


def _parse_reference(text: str) -> int:
    value = parse_integer(text)
    if value >= 1 << 64:
        raise BadValue("below 2^64")
    return value


_RECORDS: Mapping[str, Callable[[Line, Word, list[Word], Sequence[Symbol]], bytes]] = {
    "commit": _plain,
    "session_reset": _plain,
    "book_clear": _of_symbol,
    "book_trust": _of_symbol,
    "kill": _kill,
    "position": _position,
    "executed": _executed,
    "release_order": _release,
    "alive": _alive,
}
