# SPDX-License-Identifier: Apache-2.0
"""`[replay]` and `[generate]`: the volume of a scenario, from files and generators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from tickproof.program import PortProgram
from tickproof.scenario.day import DayOptions, generate_day
from tickproof.scenario.feed import lines_of
from tickproof.scenario.generate import (
    FrameOptions,
    MarketOptions,
    TouchOptions,
    default_symbols,
    generate_frames,
    generate_market,
    generate_touch,
)
from tickproof.scenario.header import Header
from tickproof.scenario.ladder import DEFAULT_LEVELS
from tickproof.scenario.model import Symbol
from tickproof.scenario.opening import open_market, placed_symbol
from tickproof.scenario.options import read_options
from tickproof.scenario.replay import ItchOptions, PcapOptions, find_lines, line_settings, replay_itch, replay_pcap

__all__ = ["Volume", "volume_of"]

_KINDS = ("market", "touch", "frames", "day")


@dataclass(frozen=True, slots=True)
class Volume:
    """What a file or a generator adds. header: as written, completed with what was chosen from the data (bases, locates, groups).

    next_sequence: for timeline lines that do not say.
    """

    header: Header
    ports: Mapping[str, PortProgram] = field(default_factory=dict)
    next_sequence: int = 1


def volume_of(header: Header, path: Path) -> Volume:
    """The volume that a header asks for, in times of the Program. path: of the scenario. Raises InputError and its kinds."""
    if header.replay is not None and header.generate is not None:
        raise header.complain("", "generate", "either a replay or a generator", got="both")
    if header.opening:
        return _open(header)
    if header.replay is not None:
        return _behind_opening(_replay(header, header.replay, path))
    if header.generate is not None:
        return _behind_opening(_generate(header, header.generate))
    return Volume(header, {}, _first_sequence(header))


def _behind_opening(volume: Volume) -> Volume:
    """Its time 0 is the timeline's."""
    origin_ns = volume.header.origin_ns
    ports = {name: replace(port, not_before_ns=port.not_before_ns + origin_ns) for name, port in volume.ports.items()}
    return replace(volume, ports=ports)


def _open(header: Header) -> Volume:
    if header.replay is not None or header.generate is not None:
        raise header.complain("opening", "", "a replay or generator opens the market itself", got="[opening]")
    levels = header.parameters.get("LEVELS", DEFAULT_LEVELS)
    taken = {symbol.locate for symbol in header.symbols if symbol.locate is not None}
    opening = [
        (placed_symbol(symbol, header.opening[symbol.name], taken, levels), header.opening[symbol.name])
        for symbol in header.symbols
        if symbol.name in header.opening
    ]
    placed = {symbol.index: symbol for symbol, _ in opening}
    first = _first_sequence(header)
    lines = lines_of(header.settings, header.packet)
    ports, count = open_market(opening, lines, session=header.session, skew_ns=header.skew_ns, first_sequence=first)
    symbols = tuple(placed.get(symbol.index, symbol) for symbol in header.symbols)
    return Volume(replace(header, symbols=symbols), ports, first + count)


def _first_sequence(header: Header) -> int:
    return header.settings.get("start_sequence", 1) or 1


def _replay(header: Header, table: Mapping[str, Any], path: Path) -> Volume:
    complain = partial(header.complain, "replay")
    if not header.symbols:
        raise complain("file", "which symbols?", expected="a [symbols.NAME] table for each")
    if ("file" in table) == ("pcap" in table):
        raise complain("file", "a replay has one source", expected='file = "day.itch" or pcap = "drop.pcap"')
    levels = header.parameters.get("LEVELS", DEFAULT_LEVELS)
    if "file" in table:
        options = read_options(ItchOptions, table, complain)
        lines, first = lines_of(header.settings, header.packet), _first_sequence(header)
        symbols, ports, count = replay_itch(
            path.parent / options.file,
            options,
            header.symbols,
            lines,
            session=header.session,
            skew_ns=header.skew_ns,
            first_sequence=first,
            levels=levels,
        )
        return Volume(replace(header, symbols=symbols), ports, first + count)
    capture = read_options(PcapOptions, table, complain)
    source = path.parent / capture.pcap
    a, b = find_lines(source)
    if capture.a_group:
        a, b = (capture.a_group, capture.a_port), (capture.b_group, capture.b_port) if capture.b_group else None
    symbols, ports = replay_pcap(source, header.symbols, a, b, silence_ns=capture.silence_ns, levels=levels)
    # A capture starts anywhere in the day.
    settings = {"start_sequence": 0, **header.settings, **line_settings(a, b)}
    return Volume(replace(header, symbols=symbols, settings=settings), ports)


def _generate(header: Header, table: Mapping[str, Any]) -> Volume:
    complain = partial(header.complain, "generate")
    kind = table.get("kind")
    if kind not in _KINDS:
        raise complain("kind", "which generator?", got=kind, expected=" or ".join(f'kind = "{name}"' for name in _KINDS))
    rest = {key: value for key, value in table.items() if key != "kind"}
    if kind == "frames":
        frames = read_options(FrameOptions, rest, complain)
        if not 1 <= frames.min <= frames.max:
            raise complain("min", "lengths run from min to max, at least 1", got=f"{frames.min} to {frames.max}")
        return Volume(header, generate_frames(frames))
    if not header.feed:
        raise complain("kind", f"{header.dut} has no feed", got=kind, expected='kind = "frames"')
    first = _first_sequence(header)
    lines = lines_of(header.settings, header.packet)
    if kind == "day":
        if not header.links:
            raise complain("kind", "a day needs a device with an order path, and its links up", got=f'dut = "{header.dut}"')
        day = read_options(DayOptions, rest, complain)
        symbols = _symbols(header, day.symbols)
        placed, ports, count = generate_day(day, symbols, lines, session=header.session, skew_ns=header.skew_ns, first_sequence=first)
    elif kind == "market":
        market = read_options(MarketOptions, rest, complain)
        symbols = _symbols(header, market.symbols)
        placed, ports, count = generate_market(market, symbols, lines, session=header.session, skew_ns=header.skew_ns, first_sequence=first)
    else:
        touch = read_options(TouchOptions, rest, complain)
        symbols = _symbols(header, 1)
        placed, ports, count = generate_touch(touch, symbols, lines, session=header.session, skew_ns=header.skew_ns, first_sequence=first)
    return Volume(replace(header, symbols=placed), ports, first + count)


def _symbols(header: Header, count: int) -> tuple[Symbol, ...]:
    """Those of the header, or as many others."""
    if header.symbols:
        return header.symbols
    return tuple(replace(symbol, risk=header.symbol_risk) for symbol in default_symbols(_fitting(header, count)))


def _fitting(header: Header, count: int) -> int:
    room = header.parameters.get("SYMBOLS", 8)
    if not 1 <= count <= room:
        raise header.complain("generate", "symbols", "more symbols than the device has, or none", got=count, expected=f"1 to {room}")
    return count
