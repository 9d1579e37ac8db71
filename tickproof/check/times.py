# SPDX-License-Identifier: Apache-2.0
"""When the inputs that caused records went in, as far as it is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tickproof.capture import Sent
from tickproof.check.inputs import UNKNOWN_PS, StreamInput
from tickproof.golden.model import Prediction
from tickproof.protocols.records import KIND

__all__ = ["InputTimes", "input_times"]


@dataclass(frozen=True, slots=True)
class InputTimes:
    """int64[n] each, of the input of each record: when its first byte went in, and its last; at the earliest, where a segment may have
    waited. UNKNOWN_PS where no input caused the record, or nobody knows."""

    first_ps: NDArray[np.int64]
    last_ps: NDArray[np.int64]


def input_times(golden: Prediction, sent: Mapping[str, Sent], streams: Mapping[str, StreamInput], count: int) -> InputTimes:
    """Of golden's first `count` records; behind a divergence no cause is certain."""
    causes = golden.causes[:count]
    times = InputTimes(np.full(len(causes), UNKNOWN_PS), np.full(len(causes), UNKNOWN_PS))
    for code, port in enumerate(golden.cause_ports):
        places = np.flatnonzero(causes[:, 0] == code)
        if port not in sent or not len(places):
            continue
        rows = causes[places, 1]
        known = sent[port].last_ps[rows] >= 0
        times.first_ps[places] = np.where(known, sent[port].first_ps[rows], UNKNOWN_PS)
        times.last_ps[places] = np.where(known, sent[port].last_ps[rows], UNKNOWN_PS)
        if port in streams:
            _of_packets(times, streams[port], golden, places)
    return times


def _of_packets(times: InputTimes, stream: StreamInput, golden: Prediction, places: NDArray[np.int64]) -> None:
    """A segment may hold many packets, and a packet may lie in many segments; a link change is a send of its own."""
    errors = 0
    kinds, ordinals = golden.records["kind"][places].tolist(), golden.records["sequence"][places].tolist()
    for place, kind, ordinal in zip(places.tolist(), kinds, ordinals, strict=True):
        packets, index = stream.packets, ordinal - 1
        if kind == KIND["LINK"]:
            continue
        if kind == KIND["SESSION_ERROR"]:
            packets, index, errors = stream.bad, errors, errors + 1
        if index < len(packets):
            times.first_ps[place] = stream.earliest_ps(packets[index].first)
            times.last_ps[place] = stream.earliest_ps(packets[index].last)
