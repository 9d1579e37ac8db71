# SPDX-License-Identifier: Apache-2.0
"""Control in the scenario language: settings and commands as words, and the setup that a header stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from tickproof.protocols.control import OP, SETTINGS, command, session_numbers, set_global, set_symbol, stock_number
from tickproof.scenario.model import Symbol
from tickproof.scenario.values import BadValue, close_to, parse_flag, parse_integer, parse_ipv4, parse_mac, parse_price, parse_time
from tickproof.scenario.words import Line, Word

__all__ = ["COMMANDS", "check_ladder", "control_records", "parse_setting", "setup_records"]

COMMANDS = tuple(name for name in OP if name != "set")

_MAX_SYMBOLS = 64
_ALIASES = {"gap_timeout": "gap_timeout_ns"}
_GLOBAL = ("session", *(name for name, setting in SETTINGS.items() if not setting.per_symbol))
_PER_SYMBOL = tuple(name for name, setting in SETTINGS.items() if setting.per_symbol)


def _parse_stock(text: str) -> int:
    if not 1 <= len(text) <= 8 or not text.isascii():
        raise BadValue("a stock of 1 to 8 characters")
    return stock_number(text)


def parse_session(text: str) -> str:
    """A MoldUDP64 session."""
    if not 1 <= len(text) <= 10 or not text.isascii():
        raise BadValue("a session of 1 to 10 characters")
    return text


def _parser(name: str) -> Callable[[str], int]:
    if name.endswith(("_group", "_ip")):
        return parse_ipv4
    if name.endswith("_mac"):
        return lambda text: 0 if text in ("0", "none") else parse_mac(text)
    special: Mapping[str, Callable[[str], int]] = {
        "gap_timeout_ns": lambda text: parse_integer(text) if text.isdigit() else parse_time(text),
        "session_pinned": parse_flag,
        "enabled": parse_flag,
        "locate_given": parse_flag,
        "stock": _parse_stock,
        "base": parse_price,
        "tick": parse_price,
    }
    return special.get(name, parse_integer)


def parse_setting(name: str, text: str, *, per_symbol: bool) -> dict[str, int]:
    """One setting as words to the device's (`session=X` pins the session: three of them). Raises BadValue; KeyError for an unknown name."""
    name = _ALIASES.get(name, name)
    if name not in (_PER_SYMBOL if per_symbol else _GLOBAL):
        raise KeyError(name)
    if name == "session":
        high, low = session_numbers(parse_session(text))
        return {"session_pinned": 1, "session_high": high, "session_low": low}
    value = _parser(name)(text)
    if value >= 1 << SETTINGS[name].bits:
        raise BadValue(f"a value below 2^{SETTINGS[name].bits}")
    if name == "tick" and value == 0:
        raise BadValue("a tick of at least 0.0001")
    return {name: value}


def check_ladder(base: int, tick: int, levels: int) -> str:
    """What is wrong with a price ladder (docs/contract.md 1.2, limits), or ""."""
    if not 1 <= tick <= 0xFFFF:
        return "tick must be from 0.0001 to 6.5535"
    if base + (levels - 1) * tick >= 1 << 32:
        return f"the last of {levels} levels lies above 429496.7295"
    return ""


def setup_records(settings: Mapping[str, int], symbols: Iterable[Symbol]) -> tuple[bytes, ...]:
    """The control records of a setup: every configured setting, then one commit."""
    records = [set_global(name, settings[name]) for name in SETTINGS if name in settings]
    for symbol in symbols:
        values = {"enabled": int(symbol.enabled), "stock": stock_number(symbol.stock), "base": symbol.base or 0, "tick": symbol.tick}
        if symbol.given:
            values.update(locate=symbol.locate or 0, locate_given=1)
        records += (set_symbol(symbol.index, name, values[name]) for name in SETTINGS if name in values)
    return (*records, command("commit"))


def control_records(line: Line, words: Sequence[Word], symbols: Sequence[Symbol]) -> list[bytes]:
    """The records of a `< control ...` line, from the word behind the port on. Raises ScenarioError."""
    if not words:
        raise line.end_error("no command", expected=", ".join(("set", *COMMANDS)))
    verb, rest = words[0], words[1:]
    if verb.text == "set":
        return _set_records(line, rest, symbols)
    if verb.text not in COMMANDS:
        raise line.unknown(verb, "command", ("set", *COMMANDS))
    if verb.text in ("book_clear", "book_trust"):
        if not rest:
            raise line.end_error(f"{verb.text} of which symbol?", expected=f"{verb.text} SYMBOL")
        index, rest = symbol_index(line, rest[0], symbols), rest[1:]
        records = [command(verb.text, index)]
    else:
        records = [command(verb.text)]
    if rest:
        raise line.error(rest[0].column, "unexpected word", got=rest[0].text, expected="end of line")
    return records


def symbol_index(line: Line, word: Word, symbols: Sequence[Symbol]) -> int:
    """A symbol's name, or its index as a number."""
    for symbol in symbols:
        if symbol.name == word.text:
            return symbol.index
    if word.text.isdigit() and int(word.text) <= 0xFFFF:
        return int(word.text)
    raise line.unknown(word, "symbol", [symbol.name for symbol in symbols])


def _set_records(line: Line, words: Sequence[Word], symbols: Sequence[Symbol]) -> list[bytes]:
    index: int | None = None
    if words and words[0].value is None:
        index, words = symbol_index(line, words[0], symbols), words[1:]
    if not words:
        raise line.end_error("nothing to set", expected="name=value")
    records = []
    for word in words:
        names = _GLOBAL if index is None else _PER_SYMBOL
        if word.value is None or _ALIASES.get(word.key, word.key) not in names:
            raise line.unknown(word, "setting" if index is None else "symbol setting", names)
        values = line.value(word, lambda text, key=word.key: parse_setting(key, text, per_symbol=index is not None))  # type: ignore[misc]
        records += [set_global(name, value) if index is None else set_symbol(index, name, value) for name, value in values.items()]
    return records


def hint_for(name: str, *, per_symbol: bool) -> str:
    """The settings most like `name`."""
    return close_to(name, _PER_SYMBOL if per_symbol else _GLOBAL)
