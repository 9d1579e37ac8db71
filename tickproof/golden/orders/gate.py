# SPDX-License-Identifier: Apache-2.0
"""Contract 7: one decision an order, all checks at one moment."""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping

from tickproof.golden.control import NO_SYMBOL
from tickproof.golden.orders import records
from tickproof.golden.orders.case import Case, State
from tickproof.golden.orders.checks import failing_checks, lowest, passes_rate
from tickproof.golden.orders.exposure import LiveOrder, SymbolExposure
from tickproof.golden.orders.market import SymbolMarket
from tickproof.golden.orders.memory import Fills
from tickproof.golden.orders.ouch import ENTER, MODIFY, REPLACE, Request

__all__ = ["Gate", "reject_of"]

_REJECT = struct.Struct(">HccQIH14s")  # length of what follows, `U`, `J`, timestamp, user_ref_num, reason, clordid
_OWN_REASONS = 0x8000


def reject_of(request: Request, failing: int, now: int) -> bytes:
    """SESS-REJECT: the packet that answers an order that fails."""
    return _REJECT.pack(_REJECT.size - 2, b"U", b"J", now, request.number, _OWN_REASONS + lowest(failing), request.clordid)


class Gate:
    """Orders in, verdicts out. state: what the checks look at."""

    def __init__(self, state: State) -> None:
        self._state = state

    def decide(self, request: Request, ordinal: int, now: int, beyond: Collection[int] = (), stated: int = 0) -> tuple[int, bytes]:
        """(failing, the DECISION record). An order that passes is live from here on. beyond, stated: as in OrderPath."""
        state, case = self._state, self.case_of(request, now)
        failing = stated if case.symbol in beyond else failing_checks(case)
        record = self._record(case, ordinal, failing)
        if passes_rate(failing):
            state.bucket.take(now, state.settings.values["token_ns"])
        if request.kind != MODIFY:  # RISK-SEQUENCE
            state.highest = max(state.highest, request.number)
            if not failing and case.symbol is not None:  # 7.1
                price = case.needed if case.is_market else case.price
                state.exposure.add(request.number, LiveOrder(case.symbol, case.side, request.quantity, price))
                if request.kind == ENTER:
                    state.forwarded.add(case.key, now)
        return failing, record

    def case_of(self, request: Request, now: int) -> Case:
        """Section 7: symbol, side and price of the order."""
        state, side, price = self._state, request.side, request.price
        live = state.exposure.live.get(request.original) if request.kind != ENTER else None
        symbol = self._named(request.stock) if request.kind == ENTER else self._of(live)
        if request.kind == REPLACE:
            side = live.side if live else 0
        elif request.kind == MODIFY:
            price = live.price if live else 0
        if symbol is None:
            return Case(state, request, now, side, price, live, None, _NO_LIMITS, _NO_MARKET, _NO_EXPOSURE, _NO_FILLS)
        limits, market = self._state.settings.symbols[symbol], state.market.of[symbol]
        return Case(state, request, now, side, price, live, symbol, limits, market, state.exposure.of[symbol], state.fills[symbol])

    def _named(self, stock: bytes) -> int | None:
        """The enabled symbol with this stock, the one of the lowest index."""
        number = int.from_bytes(stock, "big")
        rows = enumerate(self._state.settings.symbols)
        return next((index for index, row in rows if row["stock"] == number and row["enabled"]), None)

    def _of(self, live: LiveOrder | None) -> int | None:
        """The symbol of a live order, if it is enabled."""
        return live.symbol if live and self._state.settings.symbols[live.symbol]["enabled"] else None

    def _record(self, case: Case, ordinal: int, failing: int) -> bytes:
        request, reference = case.request, case.reference
        order = (request.number, request.quantity, request.kind, case.side, case.price)
        symbol = NO_SYMBOL if case.symbol is None else case.symbol
        return records.decision(symbol, ordinal, failing, order, (reference.bid, reference.ask))


_NO_LIMITS: Mapping[str, int] = {}
_NO_MARKET, _NO_EXPOSURE, _NO_FILLS = SymbolMarket(), SymbolExposure(), Fills()
