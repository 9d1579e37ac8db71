# SPDX-License-Identifier: Apache-2.0
"""numpy dtypes of layouts, to decode messages in bulk without copying them one by one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tickproof.protocols.table import Field, Layout

__all__ = ["dtype_of", "gather", "u48"]


def _format(field: Field) -> tuple[str, str] | tuple[str, str, tuple[int]]:
    if field.type in ("alpha", "alpha_right", "code"):
        return field.name, f"S{field.size}"
    if (field.is_integer or field.type == "ipv4") and field.size in (1, 2, 4, 8):
        return field.name, f">{'i' if field.is_signed else 'u'}{field.size}"
    return field.name, "u1", (field.size,)


def dtype_of(layout: Layout) -> np.dtype[np.void]:
    """Packed big-endian structured dtype with the layout's field names.

    Text is S<n> (a code of byte 0 reads as b""); six-byte integers are (6,)u1, see `u48`.
    """
    dtype = np.dtype([_format(field) for field in layout.fields])
    assert dtype.itemsize == layout.size
    return dtype


def u48(column: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """uint64[n] from a six-byte column, uint8[n, 6]."""
    wide = np.zeros((*column.shape[:-1], 8), np.uint8)
    wide[..., 2:] = column
    return wide.view(">u8")[..., 0].astype(np.uint64)


def gather(layout: Layout, data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.void]:
    """Structured array[n]: the messages that start at `offsets` of `data` (uint8[total]), copied side by side.

    IndexError if one would run past the end.
    """
    rows = data[offsets[:, None] + np.arange(layout.size)] if len(offsets) else np.zeros((0, layout.size), np.uint8)
    return np.ascontiguousarray(rows).view(dtype_of(layout))[:, 0] if len(rows) else np.zeros(0, dtype_of(layout))
