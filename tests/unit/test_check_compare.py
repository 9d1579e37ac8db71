# SPDX-License-Identifier: Apache-2.0
"""Where two streams part, and how: wrong, missing, extra or swapped."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tickproof.check.compare import Part, comparable, first_part
from tickproof.protocols.records import RECORD


def rows(values: list[int]) -> np.ndarray:
    """One row of one byte for each value."""
    return np.array(values, np.uint8).reshape(-1, 1)


DIFFERENT = st.lists(st.integers(0, 255), min_size=6, max_size=60, unique=True)


@given(values=st.lists(st.integers(0, 255)))
def test_equal_streams_do_not_part(values: list[int]) -> None:
    """None, also for empty streams."""
    assert first_part(rows(values), rows(values)) is None


@given(values=DIFFERENT, data=st.data())
def test_a_changed_record_differs(values: list[int], data: st.DataObject) -> None:
    """Whatever it is changed to, as long as it is nowhere else."""
    index = data.draw(st.integers(0, len(values) - 2))
    changed = [*values[:index], next(value for value in range(256) if value not in values), *values[index + 1 :]]
    assert first_part(rows(values), rows(changed)) == Part(index, "differs")


@given(values=DIFFERENT, data=st.data(), count=st.integers(1, 3))
def test_records_left_out_are_missing(values: list[int], data: st.DataObject, count: int) -> None:
    """Anywhere, the end included."""
    index = data.draw(st.integers(0, len(values) - count))
    assert first_part(rows(values), rows(values[:index] + values[index + count :])) == Part(index, "missing", count)


@given(values=DIFFERENT, data=st.data(), count=st.integers(1, 3))
def test_records_put_in_are_extra(values: list[int], data: st.DataObject, count: int) -> None:
    """Anywhere, the end included."""
    index = data.draw(st.integers(0, len(values)))
    new = [value for value in range(256) if value not in values][:count]
    assert first_part(rows(values), rows(values[:index] + new + values[index:])) == Part(index, "extra", count)


@given(values=DIFFERENT, data=st.data())
def test_neighbours_that_changed_places_are_swapped(values: list[int], data: st.DataObject) -> None:
    """Two claims of one cause, not a missing and an extra one."""
    index = data.draw(st.integers(0, len(values) - 2))
    swapped = [*values[:index], values[index + 1], values[index], *values[index + 2 :]]
    assert first_part(rows(values), rows(swapped)) == Part(index, "swapped")


def test_records_that_cannot_be_judged_agree_with_anything() -> None:
    """Contract 5.6: inconclusive, never pass; the verdict says so elsewhere."""
    ignore = np.array([False, True, False])
    assert first_part(rows([1, 2, 3]), rows([1, 9, 3]), ignore) is None
    assert first_part(rows([1, 2, 3]), rows([1, 9, 4]), ignore) == Part(2, "differs")


def test_the_devices_own_fields_are_not_compared() -> None:
    """EVT-2: all but `number`, `stamp`, `time_ns`, which are bytes 4 to 23."""
    record = np.frombuffer(bytes(range(64)), RECORD)
    assert comparable(record).tobytes() == bytes(range(4)) + bytes(20) + bytes(range(24, 64))
