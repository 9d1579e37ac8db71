# SPDX-License-Identifier: Apache-2.0
"""The header of a scenario: TOML, checked, every complaint with the line it is about."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tickproof.errors import ScenarioError
from tickproof.scenario.feed import Headers
from tickproof.scenario.model import Symbol
from tickproof.scenario.options import Complain
from tickproof.scenario.packet import parse_override
from tickproof.scenario.settings import check_ladder, hint_for, parse_session, parse_setting
from tickproof.scenario.values import BadValue, close_to, parse_price, parse_time

__all__ = ["Header", "parse_header"]

_T = TypeVar("_T")

_KEYS = (
    "dut", "requires", "covers", "skew", "session", "start_sequence", "gap_timeout", "end",
    "parameters", "symbols", "control", "packet", "replay", "generate",
)  # fmt: skip
_SYMBOL_KEYS = ("stock", "locate", "base", "tick", "given", "enabled")
_FEED_KEYS = {"skew", "session", "start_sequence", "gap_timeout", "symbols", "control", "packet", "replay"}

DEFAULT_SESSION = "TICKPROOF1"


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says. settings: control settings other than the defaults. packet: feed port -> header fields of all its packets.

    feed: the device speaks the feed (it has a setup); false for a device that only moves bytes. end_ns: None = derive it from the timeline.
    complain: (section, key, what, ...) -> the error that points there.
    """

    dut: str
    description: str
    feed: bool
    complain: Complain
    requires: frozenset[str] = frozenset()
    covers: tuple[str, ...] = ()
    skew_ns: int = 0
    session: str = DEFAULT_SESSION
    settings: Mapping[str, int] = field(default_factory=dict)
    symbols: tuple[Symbol, ...] = ()
    parameters: Mapping[str, int] = field(default_factory=dict)
    packet: Mapping[str, Headers] = field(default_factory=dict)
    replay: Mapping[str, Any] | None = None
    generate: Mapping[str, Any] | None = None
    end_ns: int | None = None


class _Source:
    """The header's text, and where in it a key stands."""

    def __init__(self, path: Path | str, text: str) -> None:
        self.path, self.lines = path, text.splitlines()

    def error(self, section: str, key: str, what: str, *, got: object = None, expected: object = None, hint: str = "") -> ScenarioError:
        number, column = self._find(section, key)
        source = self.lines[number - 1] if self.lines else ""
        where = f"{self.path}:{number}:{column}"
        return ScenarioError(where, what, got=got, expected=expected, hint=hint, source=source, column=column)

    def _find(self, section: str, key: str) -> tuple[int, int]:
        current, section_at = "", (1, 1)
        for number, line in enumerate(self.lines, 1):
            heading = re.match(r"\s*\[([^\]]+)\]", line)
            if heading:
                current = heading[1].replace('"', "").replace(" ", "")
                if current == section or current.startswith(f"{section}.{key}"):
                    section_at = number, line.index("[") + 1
            assignment = re.match(r"\s*([\"\w.-]+)\s*=", line)
            if assignment and current == section and assignment[1].replace('"', "").split(".")[0] == key.split(".", maxsplit=1)[0]:
                return number, assignment.start(1) + 1
        return section_at


def parse_header(path: Path | str, text: str) -> Header:
    """The header's TOML (everything before `---`). Raises ScenarioError with line and column."""
    source = _Source(path, text)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _toml_error(path, text, error) from None
    for key in data:
        if key not in _KEYS:
            raise source.error("", key, f"unknown key `{key}`", hint=close_to(key, _KEYS))
    if "dut" not in data:
        raise source.error("", "dut", "the header does not name the device", expected='dut = "feed_handler"')
    read = _Reader(source, data)
    parameters = {name: read.integer("parameters", name, value) for name, value in read.table("parameters").items()}
    settings: dict[str, int] = {}
    for key, name in (("gap_timeout", "gap_timeout_ns"), ("start_sequence", "start_sequence")):
        if key in data:
            settings.update(read.setting("", key, name, data[key]))
    for name, value in read.table("control").items():
        settings.update(read.setting("control", name, name, value))
    return Header(
        dut=read.text("dut", str),
        description=_description(text),
        feed=data["dut"] == "feed_handler" or bool(_FEED_KEYS & data.keys()),
        complain=source.error,
        requires=frozenset(read.names("requires")),
        covers=tuple(read.names("covers")),
        skew_ns=read.text("skew", parse_time) if "skew" in data else 0,
        session=read.text("session", parse_session) if "session" in data else DEFAULT_SESSION,
        settings=settings,
        symbols=read.symbols(parameters),
        parameters=parameters,
        packet=read.packet(),
        replay=read.table("replay") if "replay" in data else None,
        generate=read.table("generate") if "generate" in data else None,
        end_ns=read.text("end", parse_time) if "end" in data else None,
    )


def _toml_error(path: Path | str, text: str, error: tomllib.TOMLDecodeError) -> ScenarioError:
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    lines = text.splitlines() or [""]
    number, column = (int(found[1]), int(found[2])) if found else (len(lines), 1)
    what = re.sub(r" \(at .*\)$", "", str(error))
    return ScenarioError(
        f"{path}:{number}:{column}", f"the header is not TOML: {what}", source=lines[min(number, len(lines)) - 1], column=column
    )


def _description(text: str) -> str:
    comment: list[str] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if "SPDX-License-Identifier" not in line:
            comment.append(line[1:].strip())
    return "\n".join(comment).strip()


class _Reader:
    """Typed access to the TOML."""

    def __init__(self, source: _Source, data: Mapping[str, Any]) -> None:
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
        try:
            return self._parse(section, key, text, lambda word: parse_setting(name, word, per_symbol=False))
        except KeyError:
            raise self.source.error(section, key, f"unknown setting `{key}`", hint=hint_for(key, per_symbol=False)) from None

    def symbols(self, parameters: Mapping[str, int]) -> tuple[Symbol, ...]:
        symbols = tuple(self._symbol(index, name, entry, parameters) for index, (name, entry) in enumerate(self.table("symbols").items()))
        room = parameters.get("SYMBOLS", 8)
        if len(symbols) > room:
            name = symbols[room].name
            raise self.source.error("symbols", name, "more symbols than the device has", got=len(symbols), expected=f"at most {room}")
        return symbols

    def _symbol(self, index: int, name: str, entry: object, parameters: Mapping[str, int]) -> Symbol:
        section = f"symbols.{name}"
        if not isinstance(entry, dict):
            raise self.source.error("symbols", name, f"`symbols.{name}` is a table", got=entry, expected=f"[symbols.{name}]")
        for key in entry:
            if key not in _SYMBOL_KEYS:
                raise self.source.error(section, key, f"unknown key `{key}` of a symbol", hint=close_to(key, _SYMBOL_KEYS))
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
        return Symbol(index, name, stock, locate, base, tick, entry.get("given", False), entry.get("enabled", True))

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
