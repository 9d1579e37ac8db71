# SPDX-License-Identifier: Apache-2.0
"""Two streams of records, field by field (EVT-2): where they part, and whether a record is wrong, missing, extra or out of order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["OWN_FIELDS", "Part", "comparable", "first_part"]

Records = NDArray[np.void]
Shape = Literal["differs", "missing", "extra", "swapped"]

OWN_FIELDS = ("number", "stamp", "time_ns")
"""The device's own business: judged by EVT-3, not against golden."""

_LOOK_AHEAD = 32  # how many records may be missing or extra in one place and still be recognised as that
_AGREE = 8  # so many records behind the place that speak for an explanation make it certain
_LEAST = 2  # fewer than this may agree by chance


@dataclass(frozen=True, slots=True)
class Part:
    """The streams part at `index`. shape: how; count: records missing or extra (1 otherwise)."""

    index: int
    shape: Shape
    count: int = 1


def comparable(records: Records) -> NDArray[np.uint8]:
    """uint8[n, size]: the bytes of each record that golden and device must agree on; the device's own fields are zeroed."""
    size = records.dtype.itemsize
    rows = np.ascontiguousarray(records).view(np.uint8).reshape(len(records), size).copy()
    for name, (dtype, offset, *_) in (records.dtype.fields or {}).items():
        if name in OWN_FIELDS:
            rows[:, offset : offset + dtype.itemsize] = 0
    return rows


def first_part(golden: NDArray[np.uint8], got: NDArray[np.uint8], ignore: NDArray[np.bool_] | None = None) -> Part | None:
    """The first place where `golden` (uint8[n, size]) and `got` (uint8[m, size]) part, or None.

    ignore: bool[m], records of the device that cannot be judged; they agree with anything.
    """
    both = min(len(golden), len(got))
    unlike = (golden[:both] != got[:both]).any(axis=1)
    if ignore is not None:
        unlike &= ~ignore[:both]
    if unlike.any():
        index = int(unlike.argmax())
    elif len(golden) != len(got):
        index = both
    else:
        return None
    return _shape(golden[index : index + 2 * _LOOK_AHEAD], got[index : index + 2 * _LOOK_AHEAD], index)


def _shape(golden: NDArray[np.uint8], got: NDArray[np.uint8], index: int) -> Part:
    """Which explanation do the records behind the place speak for? A plain difference wins a tie: it claims least."""
    if not len(got):
        return Part(index, "missing", len(golden))
    if not len(golden):
        return Part(index, "extra", len(got))
    best, part = _agreement(golden[1:], got[1:]), Part(index, "differs")
    for count in range(1, _LOOK_AHEAD + 1):
        for shape, score in (("missing", _agreement(golden[count:], got)), ("extra", _agreement(golden, got[count:]))):
            if score > best and score >= _LEAST:
                best, part = score, Part(index, "missing" if shape == "missing" else "extra", count)
    swapped = len(golden) > 1 and len(got) > 1 and (golden[0] == got[1]).all() and (golden[1] == got[0]).all()
    if swapped and 2 + _agreement(golden[2:], got[2:]) > best:
        return Part(index, "swapped")
    return part


def _agreement(golden: NDArray[np.uint8], got: NDArray[np.uint8]) -> int:
    """How many records agree from here on, up to `_AGREE`; ending together counts as one more, because it leaves nothing unexplained."""
    both = min(len(golden), len(got), _AGREE)
    unlike = (golden[:both] != got[:both]).any(axis=1)
    if unlike.any():
        return int(unlike.argmax())
    return both + (len(golden) == len(got) and both < _AGREE)
