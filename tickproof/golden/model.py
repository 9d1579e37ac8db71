# SPDX-License-Identifier: Apache-2.0
"""What every golden model offers.

A model is pure: no I/O, no clock, no random numbers, and it never learns which target it is held against.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tickproof.capture import Observed
from tickproof.frames import Frames
from tickproof.program import Program

__all__ = ["Model", "Prediction", "Problem", "Stream"]


@dataclass(frozen=True, slots=True)
class Problem:
    """The device did something that no order of its inputs explains (an illegal GAP, an input that never took effect, ...).

    index: the device's record concerned, or None. rule: contract id. text: one sentence with the numbers that prove it.
    """

    rule: str
    text: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """What one stream port sends. packets: in order; the port's bytes are theirs, concatenated, however they are cut into segments.

    records: int64[n], the index in `Prediction.records` of the input that each packet follows from, -1 where it has none.
    """

    packets: Frames
    records: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the device has to show.

    records: the model's record layout, in order; `number`, `stamp` and `time_ns` are 0 (the device's own business).
    Empty for models without records.
    frames: output port -> frames expected byte for byte (models that pass frames through); ports with records are not in it.
    streams: output port -> what it sends, for ports that are byte streams.
    causes: int64[n, 2] for each record: (input port as index into `cause_ports`, row of the send) that caused it, (-1, -1) where none did
    (a timeout); for latency and for explaining a divergence.
    counters: exact counters by name. bounds: counter -> (lowest, highest) for those that depend on races.
    sums: names of counters whose values must add up to the number, e.g. (("a_delivered", "a_duplicates"), 12).
    problems: only from `replay`.
    inconclusive: symbol -> index of the first record of that symbol that cannot be judged any more (degraded store), with the reason.
    """

    records: NDArray[np.void]
    frames: Mapping[str, Frames] = field(default_factory=dict)
    streams: Mapping[str, Stream] = field(default_factory=dict)
    causes: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    cause_ports: tuple[str, ...] = ()
    counters: Mapping[str, int] = field(default_factory=dict)
    bounds: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    sums: tuple[tuple[tuple[str, ...], int], ...] = ()
    problems: tuple[Problem, ...] = ()
    inconclusive: Mapping[int, tuple[int, str]] = field(default_factory=dict)


class Model(Protocol):
    """A golden model: one class, named in the device description: `model = "feed_handler"`, or a user's `"package.module:Class"`."""

    def predict(self, program: Program) -> Prediction:
        """What a device of zero latency would show: inputs take effect the moment their last byte arrives, at the Program's own times."""
        ...

    def replay(self, program: Program, observed: Observed) -> Prediction:
        """What this device had to show, given the order in which it says that its inputs took effect.

        `problems` where that order is impossible.
        """
        ...
