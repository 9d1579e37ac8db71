# SPDX-License-Identifier: Apache-2.0
"""`Evidence`: all that one judgement rests on, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tickproof.capture import Capture
from tickproof.check.inputs import StreamInput
from tickproof.check.observe import Events
from tickproof.check.outputs import Outputs
from tickproof.dut import Dut
from tickproof.golden.model import Prediction
from tickproof.program import Program
from tickproof.scenario import Scenario

__all__ = ["Evidence"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was sent, what came back (`capture`, its records as `events`), and what golden says had to come back.

    scenario: where the Program came from, or None. streams: input port -> its packets, for ports that are byte streams. outputs: when each
    output left.
    """

    scenario: Scenario | None
    program: Program
    dut: Dut
    capture: Capture
    events: Events
    golden: Prediction
    streams: Mapping[str, StreamInput]
    outputs: Outputs

    @property
    def symbols(self) -> tuple[str, ...]:
        """Index -> name."""
        return self.scenario.symbols if self.scenario else ()
