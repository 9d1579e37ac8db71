# SPDX-License-Identifier: Apache-2.0
"""`[generate]`: seeded volume. `market` = a realistic feed, `touch` = nothing but top-of-book changes, `frames` = random bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tickproof.frames import Frames
from tickproof.program import PortProgram
from tickproof.protocols import ITCH
from tickproof.scenario.feed import BEAT_PS, FRAME_HEADERS, FeedLine, both_lines, line_rate_times, pack_packets
from tickproof.scenario.ladder import DEFAULT_LEVELS, ladder_base
from tickproof.scenario.market import Instrument, Market
from tickproof.scenario.model import Symbol

__all__ = [
    "FrameOptions",
    "MarketOptions",
    "TouchOptions",
    "arrivals",
    "default_symbols",
    "generate_frames",
    "generate_market",
    "generate_touch",
    "instrument_of",
    "lost_packets",
    "place",
    "spaced",
]


@dataclass(frozen=True, slots=True)
class MarketOptions:
    """See docs/scenarios.md. rate: messages a second on average, 0 = packets back to back. burst: fraction of events that are bursts, of
    burst_size messages on average. untracked: further symbols that control does not know. cross: fraction of adds that cross the book."""

    seed: int = 1
    messages: int = 10_000
    symbols: int = 1
    rate: int = 4_000_000
    burst: float = 0.05
    burst_size: int = 20
    messages_per_packet: int = 10
    untracked: int = 0
    cross: float = 0.0
    lose_a: float = 0.0
    lose_b: float = 0.0
    lose_both: float = 0.0


@dataclass(frozen=True, slots=True)
class TouchOptions:
    """messages top-of-book changes, all different from the one before; interval_ns: one message every so often (0 = packets back to back);
    burst: messages in a row before a pause of pause_ns (0 = no pauses)."""

    messages: int = 1_000
    messages_per_packet: int = 1
    interval_ns: int = 0
    burst: int = 0
    pause_ns: int = 20_000


@dataclass(frozen=True, slots=True)
class FrameOptions:
    """count frames of min to max random bytes into `port`, one every interval_ns (0 = back to back)."""

    seed: int = 1
    count: int = 1_000
    min: int = 1
    max: int = 256
    port: str = "in"
    interval_ns: int = 0


def default_symbols(count: int) -> tuple[Symbol, ...]:
    """Symbols for a generator whose scenario names none: TPA, TPB, ... with locates 1, 2, ..."""
    return tuple(
        Symbol(index, f"TP{chr(65 + index % 26)}{index // 26 or ''}", f"TP{chr(65 + index % 26)}{index // 26 or ''}")
        for index in range(count)
    )


def generate_market(
    options: MarketOptions, symbols: Sequence[Symbol], lines: Sequence[FeedLine], *, session: str, skew_ns: int = 0, first_sequence: int = 1
) -> tuple[tuple[Symbol, ...], dict[str, PortProgram], int]:
    """The market on both lines. Symbols without base get one around their price.

    Returns the symbols, port -> program, and how many messages there are.
    """
    generator = np.random.Generator(np.random.PCG64(options.seed))
    prices = generator.integers(20, 400, len(symbols) + options.untracked) * 10_000
    placed = tuple(place(symbol, int(price)) for symbol, price in zip(symbols, prices[: len(symbols)], strict=True))
    instruments = [instrument_of(symbol, index) for index, symbol in enumerate(placed)]
    used = {instrument.locate for instrument in instruments}
    free = (locate for locate in range(1, 1 << 16) if locate not in used)
    instruments += [Instrument(f"OTHER{index}", next(free), int(prices[len(symbols) + index])) for index in range(options.untracked)]
    mean_gap_ns = 1_000_000_000 // options.rate if options.rate else 100
    market = Market(instruments, int(generator.integers(1 << 62)), cross=options.cross, mean_gap_ns=mean_gap_ns)
    sizes, starts = arrivals(options, generator)
    packets, counts = pack_packets(market.messages(options.messages), session=session, per_packet=sizes, first_sequence=first_sequence)
    lengths = np.array([len(packet) for packet in packets], np.int64) + FRAME_HEADERS
    times = spaced(starts, counts, lengths) if options.rate else back_to_back(lengths)
    lost = lost_packets(generator, len(packets), options.lose_a, options.lose_b, options.lose_both)
    return placed, both_lines(lines, packets, times, skew_ns=skew_ns, lost=lost), int(counts.sum())


def place(symbol: Symbol, price: int) -> Symbol:
    return symbol if symbol.base is not None else replace(symbol, base=ladder_base(price, symbol.tick, DEFAULT_LEVELS))


def instrument_of(symbol: Symbol, index: int) -> Instrument:
    assert symbol.base is not None
    locate = symbol.locate if symbol.locate is not None else index + 1
    return Instrument(symbol.stock, locate, symbol.base + DEFAULT_LEVELS // 2 * symbol.tick, symbol.tick)


def arrivals(options: MarketOptions, generator: np.random.Generator) -> tuple[list[int], NDArray[np.int64]]:
    """How many messages come at once, as packet sizes, and for each message when its event happens (ns): exponential gaps."""
    limit = max(1, options.messages_per_packet)
    sizes: list[int] = []
    starts = np.zeros(options.messages, np.int64)
    mean = 1 + options.burst * max(0, options.burst_size - 1)
    done, now = 0, 0.0
    while done < options.messages:
        size = int(generator.geometric(1 / max(1, options.burst_size))) if generator.random() < options.burst else 1
        size = min(size, options.messages - done)
        starts[done : done + size] = int(now)
        now += generator.exponential(mean * 1e9 / max(1, options.rate))
        done += size
        sizes += [limit] * (size // limit) + [size % limit] * bool(size % limit)
    return sizes, starts


def spaced(starts: NDArray[np.int64], counts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each packet when the event of its last message happens, but not before the packet ahead of it has left."""
    wanted = starts[np.cumsum(counts) - 1]
    earliest = line_rate_times(lengths)
    # Queueing: a packet starts at max(wanted, end of the one before) = earliest + the largest lead so far.
    times: NDArray[np.int64] = earliest + np.maximum.accumulate(wanted - earliest)
    return times


def back_to_back(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Times that leave no idle beat, whatever the phase of the clock: a beat earlier than the line is free, in order."""
    times = line_rate_times(lengths) - BEAT_PS // 1000 - 1
    return np.maximum(times, 0)


def lost_packets(
    generator: np.random.Generator, count: int, lose_a: float, lose_b: float, lose_both: float
) -> dict[str, NDArray[np.bool_]]:
    """Port -> bool[count], which packets the line does not carry. The last packet is never lost, so that every loss shows."""
    both = generator.random(count) < lose_both
    lost = {port: both | (generator.random(count) < share) for port, share in (("feed_a", lose_a), ("feed_b", lose_b))}
    for row in lost.values():
        row[-1:] = False
    return lost


def generate_touch(
    options: TouchOptions, symbols: Sequence[Symbol], lines: Sequence[FeedLine], *, session: str, skew_ns: int = 0, first_sequence: int = 1
) -> tuple[tuple[Symbol, ...], dict[str, PortProgram], int]:
    """Symbols in turn: a better bid is added, then deleted again. Every message changes a top of book. Locates are given.

    Returns as `generate_market`.
    """
    placed = tuple(
        replace(place(symbol, 1_500_000), locate=symbol.locate if symbol.locate is not None else symbol.index + 1, given=True)
        for symbol in symbols
    )
    add, delete = ITCH.layouts["add_order"].pack, ITCH.layouts["order_delete"].pack
    messages: list[bytes] = []
    for number in range(options.messages // 2):
        symbol = placed[number % len(placed)]
        about = {"stock_locate": symbol.locate, "timestamp": number, "order_reference_number": number}
        price = (symbol.base or 0) + symbol.tick * (1 + number % 64)
        messages.append(add(about, buy_sell_indicator="B", shares=100 + number % 7, stock=symbol.stock, price=price))
        messages.append(delete(about))
    packets, counts = pack_packets(messages, session=session, per_packet=max(1, options.messages_per_packet), first_sequence=first_sequence)
    lengths = np.array([len(packet) for packet in packets], np.int64) + FRAME_HEADERS
    times = options.interval_ns * (np.cumsum(counts) - counts) if options.interval_ns else back_to_back(lengths)
    if options.burst:
        times = times + options.pause_ns * ((np.cumsum(counts) - counts) // options.burst)
    return placed, both_lines(lines, packets, times, skew_ns=skew_ns), len(messages)


def generate_frames(options: FrameOptions) -> dict[str, PortProgram]:
    """Random bytes, lengths uniform from min to max."""
    generator = np.random.Generator(np.random.PCG64(options.seed))
    lengths = generator.integers(options.min, options.max, options.count, endpoint=True)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    data = generator.integers(0, 256, int(offsets[-1]), np.uint8)
    times = options.interval_ns * np.arange(options.count, dtype=np.int64)
    return {options.port: PortProgram(Frames(data, offsets), times, np.zeros(options.count, np.uint16))}
