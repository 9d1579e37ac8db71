# SPDX-License-Identifier: Apache-2.0
"""Offset and size of every OUCH 5.0 field against SimpleOUCH, an outside reader of all twenty messages.

Its offsets are right, its values are not (prices are divided by 1,000, options are counted in hexadecimal digits, the entry point calls
methods that are elsewhere). So each of its readers is handed the numbers of the bytes in place of the bytes, and says which it takes.
"""

from __future__ import annotations

from typing import Any

import pytest

from tickproof.protocols import OUCH_IN, OUCH_OPTIONS, OUCH_OUT
from tickproof.protocols.ouch import has_appendage
from tickproof.protocols.table import Layout

outside = pytest.importorskip("SimpleOUCH.Parser", reason="SimpleOUCH is not installed").Parser.Cache

# SimpleOUCH's reader of a message, where its name is not ours.
READERS = {
    "replace_order": "_replace_order_request",
    "cancel_order": "_cancel_order_request",
    "modify_order": "_modify_order_request",
    "account_query": "_account_query_request",
}
SLIPS = {("order_replaced", "capacity"), ("order_modified", "side")}
"""Fields of which it takes no byte at all: a slip in the bounds of the slice, between neighbours that are right."""

LAYOUTS = [*OUCH_IN.layouts.values(), *OUCH_OUT.layouts.values()]
BEHIND = 7
"""Bytes that do not belong to the message."""


class Span(int):
    """The bytes that a field is taken from. As a number it is 0, so that SimpleOUCH sees no options."""

    numbers: tuple[int, ...]

    def __new__(cls, numbers: list[int]) -> Span:
        """Of the bytes with these numbers."""
        span = super().__new__(cls, 0)
        span.numbers = tuple(numbers)
        return span


class Recorder(outside):
    """SimpleOUCH with every conversion replaced."""

    def __getattr__(self, name: str) -> Any:
        """`_getOptionalAppendage`, which two of its readers call, does not exist."""
        return Span if name == "_getOptionalAppendage" else super().__getattribute__(name)

    _toAlpha = _toByte = _toShort = _toInt = _toLong = staticmethod(Span)
    _toPrice = _toTimestamp = _toUserRefNum = _toOptionalAppendage = staticmethod(Span)


@pytest.mark.parametrize("layout", LAYOUTS, ids=[f"{layout.tag}-{layout.name}" for layout in LAYOUTS])
def test_every_field_is_taken_from_the_same_bytes(layout: Layout) -> None:
    """SESS-OUCH-LENGTH: offsets and sizes of all fields, and the length of the fixed part."""
    numbers = list(range(layout.size + BEHIND))
    spans = getattr(Recorder(), READERS.get(layout.name, f"_{layout.name}"))(numbers)
    assert len(numbers) == BEHIND
    assert all(isinstance(span, Span) for span in spans)
    taken = [span.numbers for span in spans][: len(layout.fields)]
    ours = [() if (layout.name, item.name) in SLIPS else tuple(range(item.offset, item.offset + item.size)) for item in layout.fields]
    assert taken == ours
    assert len(spans) == len(layout.fields) + has_appendage(layout)


def test_option_values_have_the_same_lengths() -> None:
    """Table of options; SimpleOUCH counts two for a byte."""
    ours = {tag[0]: 2 * layout.field("value").size for tag, layout in OUCH_OPTIONS.by_tag.items()}
    assert {tag: outside()._getFieldLength(tag) for tag in ours} == ours
