# SPDX-License-Identifier: Apache-2.0
"""Contract 7.2: kills, and the Cancels that one sends when it goes on."""

from __future__ import annotations

import struct

from tickproof.golden.orders.exposure import Exposure
from tickproof.golden.orders.links import Outputs

__all__ = ["GLOBAL", "SESSION", "Kills"]

GLOBAL, SESSION = 0xFFFF, 0xFFFE
"""Scopes that are no symbol."""

_CANCEL = struct.Struct(">HccII")  # length of what follows, `U`, `X`, user_ref_num, quantity


class Kills:
    """on: scope -> is its kill on? A scope is a symbol's index, GLOBAL or SESSION. At reset the global kill is on."""

    def __init__(self, symbols: int, exposure: Exposure, outputs: Outputs) -> None:
        self.on = {**dict.fromkeys(range(symbols), False), GLOBAL: True, SESSION: False}
        self._exposure = exposure
        self._outputs = outputs

    def stopped(self, symbol: int | None) -> bool:
        """RISK-KILL: is a kill on that concerns this symbol? None: unknown."""
        return self.on[GLOBAL] or self.on[SESSION] or (symbol is not None and self.on[symbol])

    def kill(self, scope: int) -> None:
        """KILL-ON, KILL-CANCEL; a scope that the device does not have is ignored."""
        if self.on.get(scope, True):
            return
        self.on[scope] = True
        self.cancel(scope)

    def unkill(self, scope: int) -> None:
        """KILL-OFF."""
        if scope in self.on:
            self.on[scope] = False

    def cancel(self, scope: int) -> None:
        """KILL-CANCEL: one Cancel for every live order in scope, in order of acceptance."""
        for number, order in self._exposure.live.items():
            if scope in (GLOBAL, SESSION, order.symbol):
                self._outputs.send("exchange", _CANCEL.pack(_CANCEL.size - 2, b"U", b"X", number, 0), "cancels_sent")
