# SPDX-License-Identifier: Apache-2.0
"""The golden tick-to-trade device: all of docs/contract.md."""

from __future__ import annotations

from tickproof.capture import Observed
from tickproof.golden.model import Prediction
from tickproof.golden.orders.predict import predict
from tickproof.golden.orders.replay import replay
from tickproof.program import Program

__all__ = ["TickToTrade"]


class TickToTrade:
    """Model `tick_to_trade`."""

    def predict(self, program: Program) -> Prediction:
        """A device of zero latency: a send takes effect at its `not_before_ns`. ProtocolError for a bad control record."""
        return predict(program)

    def replay(self, program: Program, observed: Observed) -> Prediction:
        """The same inputs in the order that the device's records state; `problems` where that order is impossible."""
        return replay(program, observed)
