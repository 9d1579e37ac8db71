# SPDX-License-Identifier: Apache-2.0
"""When a failure happened, in clocks of the device since its reset, and which clocks are worth waves."""

from __future__ import annotations

from dataclasses import dataclass

from tickproof.capture import Capture
from tickproof.check import Divergence

__all__ = ["Moment", "moment_of"]

_AROUND = 64  # clocks before the cause and behind what showed
_WITHOUT_OUTPUT = 1024  # clocks in which what is missing ought to have come
_WITHOUT_CAUSE = 512
_LONGEST = 1 << 18  # clocks; what happened longer before the divergence would make the file large and its reader tired
_WHOLE_RUN = (0, 1 << 17)


@dataclass(frozen=True, slots=True)
class Moment:
    """caused: the first clock of the send that caused it. seen: the clock in which what is wrong began to leave. None = there is none.

    window: the clocks from and up to which waves are wanted.
    """

    caused: int | None
    seen: int | None
    window: tuple[int, int]


def moment_of(divergence: Divergence, capture: Capture) -> Moment:
    """capture: of the run that failed."""
    period, epoch = capture.clock_ps, capture.epoch_ps
    if period is None or epoch is None:
        return Moment(None, None, _WHOLE_RUN)
    caused, seen = (None if at is None else (epoch + at) // period for at in (divergence.caused_ps, divergence.seen_ps))
    if caused is None and seen is None:
        return Moment(None, None, _WHOLE_RUN)
    end = (seen if seen is not None else (caused or 0) + _WITHOUT_OUTPUT) + _AROUND
    begin = (min(caused, end) if caused is not None else (seen or 0) - _WITHOUT_CAUSE) - _AROUND
    return Moment(caused, seen, (max(0, begin, end - _LONGEST), end))
