# SPDX-License-Identifier: Apache-2.0
"""`[opening]`: the feed before the timeline, so that a scenario about orders need not spell out the market that they meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from tickproof.program import PortProgram
from tickproof.protocols import ITCH
from tickproof.scenario.feed import FeedLine, both_lines, mold_packet
from tickproof.scenario.ladder import ladder_base
from tickproof.scenario.messages import MARKET_OPEN_NS
from tickproof.scenario.model import Symbol, Touch

__all__ = ["FIRST_REFERENCE", "STEP_NS", "open_market", "placed_symbol"]

FIRST_REFERENCE = 900_000_001
STEP_NS = 500
"""Distance of the opening's packets, one a symbol: more than the time that a device may take for its four messages (contract 1.1)."""


def placed_symbol(symbol: Symbol, touch: Touch, taken: set[int], levels: int) -> Symbol:
    """A symbol of the opening, its locate and ladder filled in where the header leaves them open: a free locate, prices around the touch.

    taken: locates in use; the symbol's is added.
    """
    if symbol.locate is None:
        symbol = replace(symbol, locate=next(locate for locate in range(symbol.index + 1, 1 << 16) if locate not in taken))
        taken.add(symbol.locate or 0)
    if symbol.base is None:
        prices = [side[0] for side in touch if side is not None]
        symbol = replace(symbol, base=ladder_base(prices[0] if prices else 0, symbol.tick, levels))
    return symbol


def open_market(
    opening: Sequence[tuple[Symbol, Touch]], lines: Sequence[FeedLine], *, session: str, skew_ns: int, first_sequence: int
) -> tuple[dict[str, PortProgram], int]:
    """From time 0 on: the market opens (phase Q), then a packet a symbol: its directory, trading, and an order at each side of the touch.

    Returns port -> program, and how many messages there are.
    """
    packs = [[_pack("system_event", 0, {"event_code": "Q"})]]
    reference = FIRST_REFERENCE
    for number, (symbol, touch) in enumerate(opening, 1):
        time_ns, about = number * STEP_NS, {"stock_locate": symbol.locate, "stock": symbol.stock}
        messages = [_pack("stock_directory", time_ns, about), _pack("stock_trading_action", time_ns, {**about, "trading_state": "T"})]
        for letter, side in zip("BS", touch, strict=True):
            if side is not None:
                values = {"order_reference_number": reference, "buy_sell_indicator": letter, "price": side[0], "shares": side[1]}
                messages.append(_pack("add_order", time_ns, {**about, **values}))
            reference += 1
        packs.append(messages)
    packets, sequence = [], first_sequence
    for messages in packs:
        packets.append(mold_packet(session, sequence, messages))
        sequence += len(messages)
    times = STEP_NS * np.arange(len(packets), dtype=np.int64)
    return both_lines(lines, packets, times, skew_ns=skew_ns), sequence - first_sequence


def _pack(name: str, time_ns: int, values: Mapping[str, object]) -> bytes:
    return ITCH.layouts[name].pack(values, timestamp=MARKET_OPEN_NS + time_ns)
