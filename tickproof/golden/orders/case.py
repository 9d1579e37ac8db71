# SPDX-License-Identifier: Apache-2.0
"""Contract 7: what the checks look at: the order, its symbol, and everything that came before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tickproof.golden.control import Settings
from tickproof.golden.orders.exposure import BUY, Exposure, LiveOrder, SymbolExposure
from tickproof.golden.orders.market import Market, Reference, SymbolMarket
from tickproof.golden.orders.memory import Fills, Forwarded, TokenBucket
from tickproof.golden.orders.ouch import ENTER, MODIFY, Request

__all__ = ["MARKET_PRICE", "Case", "State"]

MARKET_PRICE = 0x7FFFFFFF


@dataclass(slots=True)
class State:
    """What the checks look at besides the order. stopped: is a kill on that concerns this symbol index (None: unknown symbol)?

    fills: by symbol index. open: of each port. highest: user_ref_num of any well-formed `O` or `U` so far.
    last_control_ns: time of the last CONTROL record.
    """

    settings: Settings
    market: Market
    exposure: Exposure
    fills: list[Fills]
    bucket: TokenBucket
    forwarded: Forwarded
    stopped: Callable[[int | None], bool]
    open: Mapping[str, bool]
    highest: int = 0
    last_control_ns: int = 0


@dataclass(slots=True)
class Case:
    """One order at the moment of its decision. side, price: as section 7 has them for its type. live: the order that a `U` or `M` names.

    What is about the symbol stands for nothing where the symbol is unknown: RISK-MASK.
    """

    state: State
    request: Request
    now: int
    side: int
    price: int
    live: LiveOrder | None
    symbol: int | None
    limits: Mapping[str, int]
    market: SymbolMarket
    exposure: SymbolExposure
    fills: Fills

    @property
    def values(self) -> Mapping[str, int]:
        """The global settings."""
        return self.state.settings.values

    @property
    def buys(self) -> bool:
        return self.side == BUY

    @property
    def is_market(self) -> bool:
        return self.price == MARKET_PRICE

    @property
    def modifies(self) -> bool:
        return self.request.kind == MODIFY

    @property
    def enters(self) -> bool:
        return self.request.kind == ENTER

    @property
    def reference(self) -> Reference:
        return self.market.reference

    @property
    def needed(self) -> int:
        """The reference's needed side; 0 = missing."""
        return self.reference.ask if self.buys else self.reference.bid

    @property
    def notional(self) -> int:
        return self.request.quantity * (self.needed if self.is_market else self.price)

    @property
    def key(self) -> tuple[int, int, int, int]:
        """RISK-DUPLICATE: what two orders must have in common."""
        return (-1 if self.symbol is None else self.symbol, self.side, self.price, self.request.quantity)
