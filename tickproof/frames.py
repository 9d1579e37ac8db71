# SPDX-License-Identifier: Apache-2.0
"""`Frames`: byte strings of differing lengths, kept in one numpy buffer, so that a million of them cost no million objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["Frames"]


@dataclass(frozen=True, slots=True)
class Frames:
    """n byte strings: frame i is `data[offsets[i]:offsets[i + 1]]`.

    data: uint8[total]. offsets: int64[n + 1], offsets[0] == 0, ascending.
    """

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, frames: Iterable[bytes]) -> Frames:
        """Join byte strings."""
        parts = list(frames)
        offsets = np.zeros(len(parts) + 1, np.int64)
        np.cumsum([len(part) for part in parts], out=offsets[1:])
        return cls(np.frombuffer(b"".join(parts), np.uint8), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> bytes:
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        index %= len(self)
        return self.data[self.offsets[index] : self.offsets[index + 1]].tobytes()

    def __iter__(self) -> Iterator[bytes]:
        data, offsets = self.data.tobytes(), self.offsets.tolist()
        return (data[start:end] for start, end in pairwise(offsets))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """int64[n], bytes of each frame."""
        return np.diff(self.offsets)
