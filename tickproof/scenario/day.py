# SPDX-License-Identifier: Apache-2.0
"""A trading day for the order path: a live feed, a client who quotes around its touch, and the exchange that answers.

Everything happens in the order of time: the client acts on what the feed and the exchange have shown so far, so that fills meet cancels
on their way. Same seed, same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tickproof.program import PortProgram, Send
from tickproof.protocols.soupbin import packet
from tickproof.scenario.feed import FRAME_HEADERS, FeedLine, both_lines, pack_packets
from tickproof.scenario.generate import MarketOptions, arrivals, instrument_of, lost_packets, place, spaced
from tickproof.scenario.market import Dice, Market
from tickproof.scenario.model import Symbol
from tickproof.scenario.trading import Trading

__all__ = ["DayOptions", "generate_day"]

SETTLE_MESSAGES = 60
"""Feed messages a symbol before the first order: the opening, and a book on both sides."""

_CLOSING = 3  # messages of the feed that end the market hours
_MESSAGE_NS = 250  # the feed is never denser than this on average
_MARGIN_NS = 5_000  # between the feed's opening or closing and the first or last order


@dataclass(frozen=True, slots=True)
class DayOptions:
    """See docs/scenarios.md. orders: the client's messages; messages: the feed's, 0 = as many. rate: orders a second on average.
    reject: fraction of orders that no limit lets pass. burst: fraction of orders that come with burst_size others at once."""

    seed: int = 1
    orders: int = 10_000
    messages: int = 0
    symbols: int = 1
    rate: int = 2_000_000
    reject: float = 0.05
    burst: float = 0.02
    burst_size: int = 8
    lose_a: float = 0.0
    lose_b: float = 0.0


def generate_day(
    options: DayOptions, symbols: Sequence[Symbol], lines: Sequence[FeedLine], *, session: str, skew_ns: int = 0, first_sequence: int = 1
) -> tuple[tuple[Symbol, ...], dict[str, PortProgram], int]:
    """The feed on both lines, the client's and the exchange's side of the order path.

    Returns the symbols, port -> program, and how many messages the feed has.
    """
    generator = np.random.Generator(np.random.PCG64(options.seed))
    prices = generator.integers(20, 400, len(symbols)) * 10_000
    tracked = tuple(place(symbol, int(price)) for symbol, price in zip(symbols, prices, strict=True))
    instruments = [instrument_of(symbol, index) for index, symbol in enumerate(tracked)]
    count = max(options.messages or options.orders, (SETTLE_MESSAGES + 10) * len(symbols))
    first = SETTLE_MESSAGES * len(symbols)
    sizes, starts = arrivals(MarketOptions(messages=count), generator)
    length_ns = max(options.orders * 1_000_000_000 // max(1, options.rate), count * _MESSAGE_NS)
    starts = starts * length_ns // max(1, int(starts[-1]))
    market = Market(instruments, int(generator.integers(1 << 62)), mean_gap_ns=max(1, length_ns // count))
    trading = Trading(Dice(int(generator.integers(1 << 62))), instruments, options.reject)
    whens = _whens(options, generator, int(starts[first]) + _MARGIN_NS, int(starts[count - _CLOSING - 1]) - _MARGIN_NS)
    client, messages = _played(trading, market.messages(count), starts, whens)
    packets, counts = pack_packets(messages, session=session, per_packet=sizes, first_sequence=first_sequence)
    times = spaced(starts, counts, np.array([len(data) for data in packets], np.int64) + FRAME_HEADERS)
    lost = lost_packets(generator, len(packets), options.lose_a, options.lose_b, 0.0)
    ports = both_lines(lines, packets, times, skew_ns=skew_ns, lost=lost)
    accepted = Send(0, packet("login_accepted", session="DAY", sequence_number="1"))
    request = Send(0, packet("login_request", username="TICK", password="PROOF", sequence_number="1"))
    ports |= {"client": PortProgram.of([request, *client]), "exchange": PortProgram.of([accepted, *trading.reports])}
    return tracked, ports, int(counts.sum())


def _whens(options: DayOptions, generator: np.random.Generator, first_ns: int, last_ns: int) -> NDArray[np.int64]:
    """int64[orders], when each order is sent: exponential gaps, some with several others at the same time."""
    gaps = generator.exponential(1.0, options.orders)
    leaders = generator.random(options.orders) < options.burst
    for row in np.flatnonzero(leaders).tolist():
        gaps[row + 1 : row + max(1, options.burst_size)] = 0
    whens = np.cumsum(gaps)
    whens *= (last_ns - first_ns) / max(1.0, float(whens[-1]) if len(whens) else 1.0)
    return first_ns + whens.astype(np.int64)


def _played(trading: Trading, feed: Iterator[bytes], starts: NDArray[np.int64], whens: NDArray[np.int64]) -> tuple[list[Send], list[bytes]]:
    """The client's segments and the feed's messages. Orders of one time go into one segment every other time."""
    messages: list[bytes] = []
    client: list[Send] = []
    moments = starts.tolist()
    for when in whens.tolist():
        while len(messages) < len(moments) - _CLOSING and moments[len(messages)] <= when:
            messages.append(next(feed))
        trading.until(when)
        data = trading.client_message()
        if client and client[-1].not_before_ns == when and len(client[-1].data) < 1_000 and trading.dice.roll() < 0.5:
            client[-1] = replace(client[-1], data=client[-1].data + data)
        else:
            client.append(Send(when, data))
    messages += feed
    trading.until(int(moments[-1]))
    return client, messages
