# SPDX-License-Identifier: Apache-2.0
"""Settings as words, and the setup that a header stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tickproof.protocols.control import SETTINGS, command, pack_control, session_numbers, set_global, set_symbol, stock_number
from tickproof.scenario.model import Symbol
from tickproof.scenario.risk import OPEN, parse_risk, risk_name
from tickproof.scenario.values import BadValue, close_to, parse_flag, parse_integer, parse_ipv4, parse_mac, parse_price, parse_time

__all__ = ["FEED_GLOBAL", "FEED_PER_SYMBOL", "check_ladder", "hint_for", "parse_session", "parse_setting", "setting_name", "setup_records"]

_ALIASES = {"gap_timeout": "gap_timeout_ns"}
FEED_GLOBAL = ("session", *(name for name, setting in SETTINGS.items() if setting.block == "feed" and not setting.per_symbol))
FEED_PER_SYMBOL = tuple(name for name, setting in SETTINGS.items() if setting.block == "feed" and setting.per_symbol)


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


def setting_name(name: str) -> str:
    """The setting that a word stands for (`gap_timeout` = `gap_timeout_ns`)."""
    return _ALIASES.get(name, risk_name(name))


def parse_setting(name: str, text: str) -> dict[str, int]:
    """One setting as words to the device's (`session=X` pins the session: three of them). Raises BadValue; KeyError for an unknown name."""
    name = setting_name(name)
    if name == "session":
        high, low = session_numbers(parse_session(text))
        return {"session_pinned": 1, "session_high": high, "session_low": low}
    if name in OPEN:
        return {name: parse_risk(name, text)}
    bits = SETTINGS[name].bits
    value = _parser(name)(text)
    if value >= 1 << bits:
        raise BadValue(f"a value below 2^{bits}")
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


def setup_records(
    settings: Mapping[str, int], symbols: Iterable[Symbol], risk: Mapping[str, int] | None = None, *, kill: bool = False
) -> tuple[bytes, ...]:
    """The control records of a setup: every configured setting, then one commit.

    risk: global settings of the order path, None where the device has none. They and the symbols' are written where they differ from
    those at reset; behind the commit the global kill is taken off, unless `kill`.
    """
    risk_values = risk or {}
    written = {**settings, **_changed(risk_values)}
    records = [set_global(name, written[name]) for name in SETTINGS if name in written]
    for symbol in symbols:
        values = {"enabled": int(symbol.enabled), "stock": stock_number(symbol.stock), "base": symbol.base or 0, "tick": symbol.tick}
        if symbol.given:
            values.update(locate=symbol.locate or 0, locate_given=1)
        values.update(_changed(symbol.risk))
        records += (set_symbol(symbol.index, name, values[name]) for name in SETTINGS if name in values)
    return (*records, command("commit"), *((pack_control("unkill"),) if risk is not None and not kill else ()))


def _changed(risk: Mapping[str, int]) -> dict[str, int]:
    return {name: value for name, value in risk.items() if value != SETTINGS[name].default}


def hint_for(name: str) -> str:
    """The global settings of the feed most like `name`."""
    return close_to(name, FEED_GLOBAL)
