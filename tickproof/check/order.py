# SPDX-License-Identifier: Apache-2.0
"""EVT-3: the device's own fields. `number` contiguous, `stamp` increasing, `time_ns` never decreasing within an origin and between the
input's arrival and the record's departure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tickproof.check.inputs import UNKNOWN_PS
from tickproof.check.origin import FEED, ORIGINS, origin_of

__all__ = ["OwnFlaw", "own_flaws"]


@dataclass(frozen=True, slots=True)
class OwnFlaw:
    """Record `index` breaks EVT-3 in `field`. expected: what it should have been; text: one sentence."""

    index: int
    field: str
    expected: str
    text: str


def own_flaws(
    records: NDArray[np.void], record_ps: NDArray[np.int64], arrival_ps: NDArray[np.int64], epoch_ps: int | None
) -> Iterator[OwnFlaw]:
    """The first record that breaks each rule. arrival_ps: int64[k], k <= n, when each input had gone in at the earliest; UNKNOWN_PS
    where nobody knows. epoch_ps None: no bounds on time."""
    number, stamp, time_ns = (records[name].astype(np.uint64) for name in ("number", "stamp", "time_ns"))
    wanted = np.arange(len(records), dtype=np.uint64) % np.uint64(1 << 32)
    if (index := _first(number != wanted)) is not None:
        text = f"number is {number[index]}, not {wanted[index]}: numbers have to be contiguous from 0"
        yield OwnFlaw(index, "number", str(wanted[index]), text)
    if (index := _first(stamp[1:] <= stamp[:-1], 1)) is not None:
        text = f"stamp {stamp[index]} does not lie above {stamp[index - 1]}, the one before"
        yield OwnFlaw(index, "stamp", f"above {stamp[index - 1]}", text)
    origins = origin_of(records)
    for origin, name in enumerate(ORIGINS):
        places = np.flatnonzero(origins == origin)
        times = time_ns[places]
        if (at := _first(times[1:] < times[:-1], 1)) is not None:
            whose = "" if origin == FEED else f" of {name} records"
            text = f"time_ns{whose} went back from {times[at - 1]} to {times[at]}"
            yield OwnFlaw(int(places[at]), "time_ns", f"at least {times[at - 1]}", text)
    if epoch_ps is None:
        return
    shown = np.minimum(time_ns, np.uint64(np.iinfo(np.int64).max)).astype(np.int64)
    departed = (record_ps + epoch_ps) // 1000
    if (index := _first(shown > departed)) is not None:
        text = f"time_ns {time_ns[index]} lies behind the record's own departure at {departed[index]} ns of the device's clock"
        yield OwnFlaw(index, "time_ns", f"at most {departed[index]}", text)
    known = arrival_ps > UNKNOWN_PS
    arrived = (np.where(known, arrival_ps, 0) + epoch_ps) // 1000
    if (index := _first(known & (shown[: len(arrival_ps)] < arrived))) is not None:
        text = f"time_ns {time_ns[index]} lies before its input had arrived, at {arrived[index]} ns of the device's clock"
        yield OwnFlaw(index, "time_ns", f"at least {arrived[index]}", text)


def _first(bad: NDArray[np.bool_], shift: int = 0) -> int | None:
    return int(bad.argmax()) + shift if bad.any() else None
