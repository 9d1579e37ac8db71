# SPDX-License-Identifier: Apache-2.0
"""Typed access to the TOML of a header, every complaint with the line it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tickproof.scenario.feed import Headers
from tickproof.scenario.header_source import HeaderSource
from tickproof.scenario.model import Symbol, Touch
from tickproof.scenario.packet import parse_override
from tickproof.scenario.risk import OPEN, parse_risk, risk_name
from tickproof.scenario.settings import FEED_GLOBAL, check_ladder, hint_for, parse_setting, setting_name
from tickproof.scenario.values import BadValue, close_to, parse_price, parse_side

__all__ = ["HeaderReader"]

_T = TypeVar("_T")

_SYMBOL_KEYS = ("stock", "locate", "base", "tick", "given", "enabled")


class HeaderReader:
    """Typed access to the TOML."""

    def __init__(self, source: HeaderSource, data: Mapping[str, Any]) -> None:
        self.source, self.data = source, data

    def table(self, key: str) -> dict[str, Any]:
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            raise self.source.error("", key, f"`{key}` is a table", got=value, expected=f"[{key}]")
        return value

    def text(self, key: str, parse: Callable[[str], _T]) -> _T:
        return self._parse("", key, self.data[key], parse)

    def names(self, key: str) -> list[str]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.source.error("", key, f"`{key}` is a list of names", got=value, expected='["...", "..."]')
        return value

    def integer(self, section: str, key: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.source.error(section, key, f"`{key}` is a whole number", got=value)
        return value

    def setting(self, section: str, key: str, name: str, value: object) -> dict[str, int]:
        if isinstance(value, float):
            raise self.source.error(section, key, f"bad value for `{key}`", got=value, expected="text or a whole number")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if setting_name(name) not in FEED_GLOBAL:
            raise self.source.error(section, key, f"unknown setting `{key}`", hint=hint_for(key))
        return self._parse(section, key, text, lambda word: parse_setting(name, word))

    def symbols(self, parameters: Mapping[str, int], risk: Mapping[str, int]) -> tuple[Symbol, ...]:
        """risk: what the order path's settings are of symbols that do not say, {} where the device has none."""
        entries = enumerate(self.table("symbols").items())
        symbols = tuple(self._symbol(index, name, entry, parameters, risk) for index, (name, entry) in entries)
        room = parameters.get("SYMBOLS", 8)
        if len(symbols) > room:
            name = symbols[room].name
            raise self.source.error("symbols", name, "more symbols than the device has", got=len(symbols), expected=f"at most {room}")
        return symbols

    def _symbol(self, index: int, name: str, entry: object, parameters: Mapping[str, int], risk: Mapping[str, int]) -> Symbol:
        section = f"symbols.{name}"
        if not isinstance(entry, dict):
            raise self.source.error("symbols", name, f"`symbols.{name}` is a table", got=entry, expected=f"[symbols.{name}]")
        names = (*_SYMBOL_KEYS, *risk)
        for key in entry:
            if key not in names:
                raise self.source.error(section, key, f"unknown key `{key}` of a symbol", hint=close_to(key, names))
        stock = entry.get("stock", name)
        if not isinstance(stock, str) or not 1 <= len(stock) <= 8 or not stock.isascii():
            raise self.source.error(section, "stock", "bad stock", got=stock, expected="1 to 8 characters")
        for key in ("given", "enabled"):
            if not isinstance(entry.get(key, True), bool):
                raise self.source.error(section, key, f"bad value for `{key}`", got=entry[key], expected="true or false")
        locate = self.integer(section, "locate", entry["locate"]) if "locate" in entry else None
        if locate is not None and not 0 <= locate <= 0xFFFF:
            raise self.source.error(section, "locate", "bad locate", got=locate, expected="0 to 65535")
        if entry.get("given") and locate is None:
            raise self.source.error(section, "given", "a given locate needs a locate", expected="locate = N")
        base = self._parse(section, "base", entry["base"], parse_price) if "base" in entry else None
        tick = self._parse(section, "tick", entry["tick"], parse_price) if "tick" in entry else 100
        problem = check_ladder(base or 0, tick, parameters.get("LEVELS", 4096))
        if problem:
            raise self.source.error(section, "base" if "base" in entry else "tick", problem)
        own = {key: self._risk(section, key, key, value) for key, value in entry.items() if key in risk}
        return Symbol(index, name, stock, locate, base, tick, entry.get("given", False), entry.get("enabled", True), {**risk, **own})

    def risk(self) -> dict[str, int]:
        """All settings of the order path: those of `[risk]`, the others wide open."""
        settings = dict(OPEN)
        for key, value in self.table("risk").items():
            if key != "kill":
                name = risk_name(key)
                if name not in OPEN:
                    raise self.source.error("risk", key, f"unknown setting `{key}`", hint=close_to(key, ("kill", *OPEN)))
                settings[name] = self._risk("risk", key, name, value)
        return settings

    def _risk(self, section: str, key: str, name: str, value: object) -> int:
        if isinstance(value, list):
            value = ",".join(str(item) for item in value)
        elif isinstance(value, int):
            value = str(value).lower()
        return self._parse(section, key, value, lambda text: parse_risk(name, text))

    def kill(self) -> bool:
        value = self.table("risk").get("kill", False)
        if not isinstance(value, bool):
            raise self.source.error("risk", "kill", "bad value for `kill`", got=value, expected="true or false")
        return value

    def links(self) -> bool:
        value = self.data.get("links", "up")
        if value not in ("up", "down"):
            raise self.source.error("", "links", "bad value for `links`", got=value, expected='"up" or "down"')
        return bool(value == "up")

    def opening(self) -> dict[str, Touch]:
        symbols = self.table("symbols")
        for name in self.table("opening"):
            if name not in symbols:
                raise self.source.error("opening", name, f"unknown symbol `{name}`", hint=close_to(name, symbols))
        return {name: self._parse("opening", name, value, parse_touch) for name, value in self.table("opening").items()}

    def packet(self) -> dict[str, Headers]:
        """Feed port -> header fields: those of `[packet]`, then those of `[packet.feed_a]` or `[packet.feed_b]`."""
        table, ports = self.table("packet"), ("feed_a", "feed_b")
        shared = self._overrides("packet", {name: value for name, value in table.items() if name not in ports})
        packet: dict[str, Headers] = {}
        for port in ports:
            own = self._overrides(f"packet.{port}", table.get(port, {}))
            headers = {layer: {**shared.get(layer, {}), **own.get(layer, {})} for layer in {*shared, *own}}
            if headers:
                packet[port] = headers
        return packet

    def _overrides(self, section: str, entries: Mapping[str, object]) -> dict[str, dict[str, object]]:
        headers: dict[str, dict[str, object]] = {}
        for name, value in entries.items():
            override = self._parse(section, name, str(value), lambda text, name=name: parse_override(name, text))  # type: ignore[misc]
            if override is None or override[0] == "mold":
                expected = '"eth.", "ip." or "udp." and a field, in quotes'
                raise self.source.error(section, name, f"unknown header field `{name}`", expected=expected)
            layer, field_name, parsed = override
            headers.setdefault(layer, {})[field_name] = parsed
        return headers

    def _parse(self, section: str, key: str, value: object, parse: Callable[[str], _T]) -> _T:
        try:
            if not isinstance(value, str):
                raise BadValue("text in quotes")
            return parse(value)
        except BadValue as bad:
            raise self.source.error(section, key, f"bad value for `{key}`", got=value, expected=bad) from None


def parse_touch(text: str) -> Touch:
    """`150.00x1000 150.02x1000`: best bid and ask, each may be `none`."""
    words = text.split()
    if len(words) != 2:
        raise BadValue("bid and ask like 150.00x1000 150.02x1000, or none")
    bid, ask = (None if word == "none" else parse_side(word) for word in words)
    return bid, ask
