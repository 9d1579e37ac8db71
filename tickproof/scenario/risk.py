# SPDX-License-Identifier: Apache-2.0
"""Settings of the order path as words: wide open unless a scenario writes them, so that it shows only the limit it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tickproof.protocols.control import SETTINGS
from tickproof.scenario.values import BadValue, format_price, format_time, parse_flag, parse_integer, parse_price, parse_time

__all__ = ["OPEN", "RISK_GLOBAL", "RISK_PER_SYMBOL", "format_risk", "parse_risk", "risk_name"]

RISK_GLOBAL = tuple(name for name, setting in SETTINGS.items() if setting.block == "order" and not setting.per_symbol)
RISK_PER_SYMBOL = tuple(name for name, setting in SETTINGS.items() if setting.block == "order" and setting.per_symbol)

_NEVER = (1 << 63) - 1
_PHASES = ("O", "S", "Q", "M", "E", "C")
_TYPES = ("market", "iso", "cross", "hidden", "pegged")
_MONEY = ("max_notional", "max_gross", "session_max_gross")
_TIMES = ("dead_man_ns", "token_ns", "duplicate_window", "max_reference_age", "execution_window")
_FLAGS = ("restricted", "short_ok", "cancel_on_disconnect")
_MODES = ("unsequenced", "drop")
_ALIASES = {"dead_man": "dead_man_ns", "token": "token_ns"}

OPEN: Mapping[str, int] = {
    "dead_man_ns": _NEVER,
    "token_ns": 0,
    "burst": 0xFFFF,
    "max_open_orders": 0xFFFF,
    "session_max_gross": _NEVER,
    "duplicate_window": 0,
    "allowed_phases": 1 << _PHASES.index("Q"),
    "reject_mode": 0,
    "cancel_on_disconnect": 0,
    "client_types": 0,
    "restricted": 0,
    "max_shares": 999_999,
    "max_notional": _NEVER,
    "collar_bps": 0xFFFF,
    "max_reference_age": _NEVER,
    "max_long": _NEVER,
    "max_short": _NEVER,
    "max_gross": _NEVER,
    "short_ok": 1,
    "allowed_types": (1 << len(_TYPES)) - 1,
    "max_executions": 0xFF,
    "execution_window": 0,
}
"""Setting -> what it is where a scenario does not write it."""


def risk_name(name: str) -> str:
    """The setting that a word stands for (`dead_man` = `dead_man_ns`)."""
    return _ALIASES.get(name, name)


def parse_risk(name: str, text: str) -> int:
    """A setting's value as a person writes it: `75000.00`, `5us`, `Q,M`, `market,iso`, `drop`, `on`, `500`. Raises BadValue."""
    value = _parser(name)(text)
    if value >= 1 << SETTINGS[name].bits:
        raise BadValue(f"a value below 2^{SETTINGS[name].bits}")
    return value


def format_risk(name: str, value: int) -> str:
    """The word that `parse_risk` reads back as this value."""
    if name in _MONEY:
        return format_price(value)
    if name in _TIMES:
        return format_time(value)
    if name in _FLAGS:
        return "on" if value else "off"
    if name == "reject_mode":
        return _MODES[value]
    names = {"allowed_phases": _PHASES, "allowed_types": _TYPES}.get(name)
    if names is not None:
        return ",".join(word for bit, word in enumerate(names) if value >> bit & 1) or "none"
    if name == "client_types":
        types = "".join(chr(64 + bit) for bit in range(64) if value >> bit & 1)
        return "none" if not types else types if types.isalpha() else hex(value)
    return str(value)


def _parser(name: str) -> Callable[[str], int]:
    if name in _MONEY:
        return parse_price
    if name in _TIMES:
        return lambda text: parse_integer(text) if text.isdigit() else parse_time(text)
    if name in _FLAGS:
        return parse_flag
    special: Mapping[str, Callable[[str], int]] = {
        "reject_mode": _parse_mode,
        "allowed_phases": lambda text: _parse_names(text, _PHASES),
        "allowed_types": lambda text: _parse_names(text, _TYPES),
        "client_types": _parse_types,
    }
    return special.get(name, parse_integer)


def _parse_mode(text: str) -> int:
    if text in _MODES:
        return _MODES.index(text)
    if text in ("0", "1"):
        return int(text)
    raise BadValue(" or ".join(_MODES))


def _parse_names(text: str, names: tuple[str, ...]) -> int:
    """`market,iso`, `all`, `none` -> mask."""
    if text in ("all", "none", ""):
        return (1 << len(names)) - 1 if text == "all" else 0
    words = text.split(",")
    if not all(word in names for word in words):
        raise BadValue(f"some of {', '.join(names)}, or all, or none")
    return sum(1 << names.index(word) for word in set(words))


def _parse_types(text: str) -> int:
    """`Nn` -> the mask whose bit c - 64 stands for the byte c."""
    if text[:2].lower() == "0x":
        return parse_integer(text)
    if text == "none":
        return 0
    if not all(64 <= ord(character) < 128 for character in text):
        raise BadValue("message types from `@` to `~` like Nn, or none")
    return sum(1 << ord(character) - 64 for character in set(text))
