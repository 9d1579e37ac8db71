# SPDX-License-Identifier: Apache-2.0
"""The golden feed handler: docs/contract.md sections 1 to 5 and 8.

Read it beside the contract: control.py (1.2), frames.py (2.1), mold.py (2.2), arbitration.py (3), itch.py (4), book.py (5.1 to 5.3),
device.py (5.4, 5.5 and the one order of processing), counters.py (5.6), records.py, predict.py and replay.py (8).
"""

from __future__ import annotations

from tickproof.capture import Observed
from tickproof.golden.model import Prediction
from tickproof.golden.predict import predict
from tickproof.golden.replay import replay
from tickproof.program import Program

__all__ = ["FeedHandler"]


class FeedHandler:
    """Model `feed_handler`."""

    def predict(self, program: Program) -> Prediction:
        """A device of zero latency: a frame takes effect at its `not_before_ns`. ProtocolError for a bad control record."""
        return predict(program)

    def replay(self, program: Program, observed: Observed) -> Prediction:
        """The same inputs in the order that the device's records state; `problems` where that order is impossible."""
        return replay(program, observed)
