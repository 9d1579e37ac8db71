# SPDX-License-Identifier: Apache-2.0
"""ITCH files and captures as Programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tickproof.errors import InputError
from tickproof.frames import Frames
from tickproof.program import PortProgram, Program
from tickproof.protocols.decode import mold_blocks, udp_payload
from tickproof.protocols.itchfile import read_itch
from tickproof.protocols.pcapfile import read_pcap
from tickproof.scenario.feed import FRAME_HEADERS, FeedLine, both_lines, line_rate_times, lines_of, pack_packets
from tickproof.scenario.generate import back_to_back, lost_packets
from tickproof.scenario.ladder import DEFAULT_LEVELS, LadderChooser
from tickproof.scenario.model import Symbol
from tickproof.scenario.settings import check_ladder, setup_records

__all__ = [
    "DEFAULT_PACE_NS",
    "Destination",
    "ItchOptions",
    "PcapOptions",
    "find_lines",
    "program_from_itch",
    "program_from_pcap",
    "replay_itch",
    "replay_pcap",
    "symbols_of",
]

DEFAULT_PACE_NS = 84
"""Time given to one message: 13 clocks at 156.25 MHz, what a device must sustain for single-message frames (contract 1.1, FEED-RATE-1)."""

SETTLE_NS = 22_000  # the default gap timeout, and a little

Destination = tuple[int, int]
"""Multicast group and UDP port."""


@dataclass(frozen=True, slots=True)
class ItchOptions:
    """See docs/scenarios.md. pace: ns a message, "line" = packets back to back, "original" = the messages' own timestamps."""

    file: str = ""
    messages_per_packet: int = 30
    pace: int | Literal["line", "original"] = DEFAULT_PACE_NS
    seed: int = 1
    lose_a: float = 0.0
    lose_b: float = 0.0
    lose_both: float = 0.0


@dataclass(frozen=True, slots=True)
class PcapOptions:
    """See docs/scenarios.md. a_group, a_port, b_group, b_port: where the lines go, 0 = find out.

    silence_ns: longer pauses of both lines are cut down to this, 0 = keep them.
    """

    pcap: str = ""
    a_group: int = 0
    a_port: int = 0
    b_group: int = 0
    b_port: int = 0
    silence_ns: int = 0


def symbols_of(names: Sequence[str], *, base: int | None = None, tick: int = 100, levels: int = DEFAULT_LEVELS) -> tuple[Symbol, ...]:
    """Symbols by name, in the order of their index. base, tick: of all of them, in 1e-4.

    Raises InputError for names and ladders that cannot be.
    """
    for name in names:
        if not 1 <= len(name) <= 8 or not name.isascii() or names.count(name) > 1:
            raise InputError("symbols", "bad symbol", got=repr(name), expected="different names of 1 to 8 characters")
    if base is not None and (problem := check_ladder(base, tick, levels)):
        raise InputError("base", problem)
    return tuple(Symbol(index, name, name, base=base, tick=tick) for index, name in enumerate(names))


def program_from_itch(
    path: str | Path,
    symbols: Sequence[str] | Sequence[Symbol],
    *,
    messages_per_packet: int = 30,
    pace: int | Literal["line", "original"] = DEFAULT_PACE_NS,
    skew_ns: int = 0,
    options: ItchOptions | None = None,
    dut: str = "feed_handler",
    parameters: Mapping[str, int] | None = None,
) -> Program:
    """A whole ITCH file, on both lines. options: instead of messages_per_packet and pace, with losses.

    Raises ProtocolError for the file, InputError for a symbol that it does not have.
    """
    options = options or ItchOptions(messages_per_packet=messages_per_packet, pace=pace)
    parameters = parameters or {}
    placed, ports, _ = replay_itch(
        path, options, _as_symbols(symbols, parameters), lines_of({}), session="TICKPROOF1", skew_ns=skew_ns, levels=_levels(parameters)
    )
    return _program(Program(dut, ports, parameters=parameters, name=str(path)), {}, placed)


def program_from_pcap(
    path: str | Path,
    symbols: Sequence[str] | Sequence[Symbol],
    *,
    lines: tuple[Destination, Destination | None] | None = None,
    silence_ns: int = 0,
    dut: str = "feed_handler",
    parameters: Mapping[str, int] | None = None,
) -> Program:
    """The two lines of a capture, with the times and the order in which they were captured. lines: groups and ports of A and B.

    Raises ProtocolError for the file, InputError if it has no multicast UDP or none of a symbol.
    """
    parameters = parameters or {}
    a, b = lines if lines is not None else find_lines(path)
    settings = line_settings(a, b)
    placed, ports = replay_pcap(path, _as_symbols(symbols, parameters), a, b, silence_ns=silence_ns, levels=_levels(parameters))
    return _program(Program(dut, ports, parameters=parameters, name=str(path)), {**settings, "start_sequence": 0}, placed)


def replay_itch(
    path: str | Path,
    options: ItchOptions,
    symbols: Sequence[Symbol],
    lines: Sequence[FeedLine],
    *,
    session: str,
    skew_ns: int = 0,
    first_sequence: int = 1,
    levels: int = DEFAULT_LEVELS,
) -> tuple[tuple[Symbol, ...], dict[str, PortProgram], int]:
    """Symbols with bases, port -> program, number of messages."""
    chooser = LadderChooser(symbols)
    stamps: list[int] = []

    def messages() -> Iterator[bytes]:
        for message in read_itch(path):
            chooser.look(message)
            if options.pace == "original":
                stamps.append(int.from_bytes(message[5:11], "big"))
            yield message

    packets, counts = pack_packets(
        messages(), session=session, per_packet=max(1, options.messages_per_packet), first_sequence=first_sequence
    )
    placed = chooser.complete(str(path), levels)
    lengths = np.array([len(packet) for packet in packets], np.int64) + FRAME_HEADERS
    generator = np.random.Generator(np.random.PCG64(options.seed))
    lost = lost_packets(generator, len(packets), options.lose_a, options.lose_b, options.lose_both)
    times = _paced(options.pace, counts, lengths, stamps)
    return placed, both_lines(lines, packets, times, skew_ns=skew_ns, lost=lost), int(counts.sum())


def _paced(pace: int | str, counts: NDArray[np.int64], lengths: NDArray[np.int64], stamps: Sequence[int]) -> NDArray[np.int64]:
    if pace == "line":
        return back_to_back(lengths)
    if pace == "original":
        last = np.array(stamps, np.int64)[np.cumsum(counts) - 1]
        wanted, earliest = last - last[:1], line_rate_times(lengths)
        return np.asarray(earliest + np.maximum.accumulate(wanted - earliest), np.int64)
    each = np.maximum(int(pace) * counts, (lengths + 7) // 8 * 7)
    return np.asarray(np.cumsum(each) - each, np.int64)


def find_lines(path: str | Path) -> tuple[Destination, Destination | None]:
    """The two multicast destinations with most UDP packets in a capture: A is the one seen first, B None if there is just one.

    Raises InputError if there is none.
    """
    counts: Counter[Destination] = Counter()
    for _, frame in read_pcap(path):
        destination = destination_of(frame)
        if destination is not None and 224 <= destination[0] >> 24 <= 239:
            counts[destination] += 1
    if not counts:
        raise InputError(str(path), "no multicast UDP packets", expected="the two lines of a feed")
    frequent = {destination for destination, _ in counts.most_common(2)}
    first, *rest = (destination for destination in counts if destination in frequent)
    return first, rest[0] if rest else None


def line_settings(a: Destination, b: Destination | None) -> dict[str, int]:
    """The control settings that tell a device where the lines go."""
    settings = {"feed_a_group": a[0], "feed_a_port": a[1]}
    return settings | ({"feed_b_group": b[0], "feed_b_port": b[1]} if b else {})


def destination_of(frame: bytes) -> Destination | None:
    """Group and port of an unfragmented UDP packet, tagged or not; None for all else."""
    if udp_payload(frame) is None:
        return None
    start = 14
    while frame[start - 2 : start] != b"\x08\x00":
        start += 4
    udp = start + 4 * (frame[start] & 15)
    return int.from_bytes(frame[start + 16 : start + 20], "big"), int.from_bytes(frame[udp + 2 : udp + 4], "big")


def replay_pcap(
    path: str | Path, symbols: Sequence[Symbol], a: Destination, b: Destination | None, *, silence_ns: int = 0, levels: int = DEFAULT_LEVELS
) -> tuple[tuple[Symbol, ...], dict[str, PortProgram]]:
    """Symbols with bases, port -> program. Times start with the first packet of either line; packets to other places are left out."""
    chooser = LadderChooser(symbols)
    rows: dict[str, tuple[list[int], list[bytes]]] = {"feed_a": ([], []), "feed_b": ([], [])}
    before = now = None
    for time_ns, frame in read_pcap(path):
        destination = destination_of(frame)
        if destination is None or destination not in (a, b):
            continue
        # Captures of two interfaces are merged by hand at times; a step back is no reason to reorder a line.
        step = max(0, time_ns - before) if before is not None else 0
        now = (now or 0) + (min(step, silence_ns) if silence_ns else step)
        before = time_ns if before is None else max(before, time_ns)
        times, frames = rows["feed_a" if destination == a else "feed_b"]
        times.append(now)
        frames.append(frame)
        payload = udp_payload(frame) or b""
        if symbols and len(payload) >= 20:
            for message in mold_blocks(payload):
                chooser.look(message)
    ports = {
        port: PortProgram(Frames.of(frames), np.array(times, np.int64), np.zeros(len(times), np.uint16))
        for port, (times, frames) in rows.items()
        if times
    }
    return chooser.complete(str(path), levels), ports


def _as_symbols(symbols: Sequence[str] | Sequence[Symbol], parameters: Mapping[str, int]) -> tuple[Symbol, ...]:
    named = [symbol for symbol in symbols if isinstance(symbol, str)]
    full = tuple(symbol for symbol in symbols if isinstance(symbol, Symbol)) or symbols_of(named, levels=_levels(parameters))
    room = parameters.get("SYMBOLS", 8)
    if len(full) > room:
        raise InputError("symbols", "more symbols than the device has", got=len(full), expected=f"at most {room}")
    return tuple(replace(symbol, index=index) for index, symbol in enumerate(full))


def _levels(parameters: Mapping[str, int]) -> int:
    return parameters.get("LEVELS", DEFAULT_LEVELS)


def _program(program: Program, settings: Mapping[str, int], symbols: Sequence[Symbol]) -> Program:
    """With its setup, and an end that leaves the device time to finish."""
    last = max((int(port.not_before_ns[-1]) for port in program.ports.values() if len(port)), default=0)
    return replace(program, setup=setup_records(settings, symbols), end_ns=last + SETTLE_NS)
