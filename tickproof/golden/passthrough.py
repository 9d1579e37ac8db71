# SPDX-License-Identifier: Apache-2.0
"""The golden model of a device that passes frames through: what goes in at `in` comes out at `out`, unchanged and in order."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tickproof.capture import Observed
from tickproof.frames import Frames
from tickproof.golden.model import Prediction
from tickproof.program import PortProgram, Program
from tickproof.protocols.records import RECORD

__all__ = ["Passthrough"]


class Passthrough:
    """Model `passthrough`. A frame that ends bad passes like any other."""

    def predict(self, program: Program) -> Prediction:
        """All frames of port `in` are expected at `out`."""
        return _expect(_frames(program))

    def replay(self, program: Program, observed: Observed) -> Prediction:
        """The frames of port `in` that were really sent."""
        frames = _frames(program)
        sent = observed.sent.get("in")
        if sent is None:
            return _expect(frames)
        return _expect(frame for frame, last_ps in zip(frames, sent.last_ps.tolist(), strict=True) if last_ps >= 0)


def _frames(program: Program) -> Frames:
    return program.ports.get("in", PortProgram.of([])).frames


def _expect(frames: Iterable[bytes]) -> Prediction:
    return Prediction(records=np.zeros(0, RECORD), frames={"out": frames if isinstance(frames, Frames) else Frames.of(frames)})
