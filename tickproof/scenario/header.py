# SPDX-License-Identifier: Apache-2.0
"""The header of a scenario: TOML, checked, every complaint with the line it is about."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tickproof.scenario.feed import Headers
from tickproof.scenario.header_reader import HeaderReader
from tickproof.scenario.header_source import HeaderSource, toml_error
from tickproof.scenario.model import Symbol, Touch
from tickproof.scenario.opening import STEP_NS
from tickproof.scenario.options import Complain
from tickproof.scenario.risk import RISK_GLOBAL, RISK_PER_SYMBOL
from tickproof.scenario.settings import parse_session
from tickproof.scenario.values import close_to, parse_time

__all__ = ["Header", "parse_header"]

_KEYS = (
    "dut", "requires", "covers", "skew", "session", "start_sequence", "gap_timeout", "end",
    "parameters", "symbols", "control", "packet", "replay", "generate", "risk", "opening", "links",
)  # fmt: skip
_ORDER_KEYS = {"risk", "opening", "links"}
_FEED_KEYS = {"skew", "session", "start_sequence", "gap_timeout", "symbols", "control", "packet", "replay"} | _ORDER_KEYS

DEFAULT_SESSION = "TICKPROOF1"


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says. settings: control settings other than the defaults. packet: feed port -> header fields of all its packets.

    feed: the device speaks the feed (it has a setup); false for a device that only moves bytes. end_ns: None = derive it from the timeline.
    orders: it has an order path, too. risk, symbol_risk: its global settings, and those of a symbol that has none of its own.
    kill: the global kill stays on. links: they are up when the timeline begins.
    opening: symbol -> best bid and ask, each (price, shares) or None, that the feed shows before the timeline.
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
    orders: bool = False
    risk: Mapping[str, int] = field(default_factory=dict)
    symbol_risk: Mapping[str, int] = field(default_factory=dict)
    kill: bool = False
    links: bool = False
    opening: Mapping[str, Touch] = field(default_factory=dict)

    @property
    def origin_ns(self) -> int:
        """Where in the Program the timeline's 0 is: links and opening come before it."""
        return max(5_000, STEP_NS * len(self.opening) + 2_000) if self.links or self.opening else 0


def parse_header(path: Path | str, text: str) -> Header:
    """The header's TOML (everything before `---`). Raises ScenarioError with line and column."""
    source = HeaderSource(path, text)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise toml_error(path, text, error) from None
    for key in data:
        if key not in _KEYS:
            raise source.error("", key, f"unknown key `{key}`", hint=close_to(key, _KEYS))
    if "dut" not in data:
        raise source.error("", "dut", "the header does not name the device", expected='dut = "feed_handler"')
    read = HeaderReader(source, data)
    parameters = {name: read.integer("parameters", name, value) for name, value in read.table("parameters").items()}
    settings: dict[str, int] = {}
    for key, name in (("gap_timeout", "gap_timeout_ns"), ("start_sequence", "start_sequence")):
        if key in data:
            settings.update(read.setting("", key, name, data[key]))
    for name, value in read.table("control").items():
        settings.update(read.setting("control", name, name, value))
    orders = data["dut"] == "tick_to_trade" or bool(_ORDER_KEYS & data.keys())
    risk = read.risk() if orders else {}
    symbol_risk = {name: risk[name] for name in RISK_PER_SYMBOL if orders}
    return Header(
        dut=read.text("dut", str),
        description=_description(text),
        feed=orders or data["dut"] == "feed_handler" or bool(_FEED_KEYS & data.keys()),
        complain=source.error,
        requires=frozenset(read.names("requires")),
        covers=tuple(read.names("covers")),
        skew_ns=read.text("skew", parse_time) if "skew" in data else 0,
        session=read.text("session", parse_session) if "session" in data else DEFAULT_SESSION,
        settings=settings,
        symbols=read.symbols(parameters, symbol_risk),
        parameters=parameters,
        packet=read.packet(),
        replay=read.table("replay") if "replay" in data else None,
        generate=read.table("generate") if "generate" in data else None,
        end_ns=read.text("end", parse_time) if "end" in data else None,
        orders=orders,
        risk={name: risk[name] for name in RISK_GLOBAL if orders},
        symbol_risk=symbol_risk,
        kill=read.kill(),
        links=orders and read.links(),
        opening=read.opening(),
    )


def _description(text: str) -> str:
    comment: list[str] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if "SPDX-License-Identifier" not in line:
            comment.append(line[1:].strip())
    return "\n".join(comment).strip()
