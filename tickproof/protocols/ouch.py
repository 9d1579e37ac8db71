# SPDX-License-Identifier: Apache-2.0
"""OUCH 5.0 messages (docs/contract.md 6.3): a fixed part by its table, and the options that may follow it."""

from __future__ import annotations

from tickproof.errors import ProtocolError
from tickproof.protocols import OUCH_OPTIONS
from tickproof.protocols.table import Layout, Table, Value

__all__ = ["decode_option", "has_appendage", "message", "option", "options", "split_message"]

_LENGTH = "appendage_length"
_LENGTH_BYTES = 2


def has_appendage(layout: Layout) -> bool:
    """True where the fixed part itself ends in an appendage length; the other types may go on with one, as newer revisions do."""
    return layout.fields[-1].name == _LENGTH


def message(table: Table, name: str, appendage: bytes | None = None, /, **fields: object) -> bytes:
    """One message by its table name, with its options. ProtocolError for an unknown name, or a field that does not fit.

    appendage: the options' bytes; None = none, and no appendage length where the type can do without. That length is filled in unless
    given. A field of a newer revision (`aiq_strategy`) makes the message one of that revision.
    """
    layout = table.layouts.get(name)
    if layout is None:
        raise ProtocolError(name, f"no such message of {table.title}", expected=", ".join(table.layouts))
    later = table.later.get(name)
    if later is not None and any(item.name in fields for item in later.fields[len(layout.fields) :]):
        layout = later
    if has_appendage(layout):
        return layout.pack({_LENGTH: len(appendage or b""), **fields}) + (appendage or b"")
    return layout.pack(fields) + (b"" if appendage is None else len(appendage).to_bytes(_LENGTH_BYTES, "big") + appendage)


def split_message(table: Table, data: bytes) -> tuple[Layout, bytes, bytes | None]:
    """A message as layout, fixed part, and the options' bytes (None = the type can do without, and this one does).

    Where newer revisions have a longer layout and the message fits only that, it is that one. ProtocolError if the type is unknown, or
    the length (options included) is wrong for it.
    """
    layout = table.by_tag.get(data[:1])
    if layout is None:
        raise ProtocolError(table.name, "unknown message type" if data else "empty message", got=repr(data[:1]) if data else None)
    for choice in (layout, table.later.get(layout.name)):
        if choice is not None and (found := _split(choice, data)) is not None:
            return choice, *found
    expected = f"{layout.size} and {'the' if has_appendage(layout) else 'perhaps'} options that its appendage length counts"
    raise ProtocolError(layout.name, "wrong length", got=len(data), expected=expected)


def _split(layout: Layout, data: bytes) -> tuple[bytes, bytes | None] | None:
    fixed, rest = data[: layout.size], data[layout.size :]
    if len(fixed) < layout.size:
        return None
    if not has_appendage(layout):
        if not rest:
            return fixed, None
        length, rest = rest[:_LENGTH_BYTES], rest[_LENGTH_BYTES:]
    else:
        length = fixed[-_LENGTH_BYTES:]
    if len(length) < _LENGTH_BYTES or int.from_bytes(length, "big") != len(rest):
        return None
    try:
        options(rest)
    except ProtocolError:
        return None
    return fixed, rest


def options(appendage: bytes) -> tuple[tuple[int, bytes], ...]:
    """The options of an appendage as (tag, value), in order. ProtocolError if one has length 0 or runs past the end."""
    found = []
    start = 0
    while start < len(appendage):
        end = start + 1 + appendage[start]
        if end == start + 1 or end > len(appendage):
            raise ProtocolError(
                f"OUCH option at byte {start}", "bad length", got=appendage[start], expected=f"1 to {len(appendage) - start - 1}"
            )
        found.append((appendage[start + 1], appendage[start + 2 : end]))
        start = end
    return tuple(found)


def option(name: str, value: object) -> bytes:
    """One option by its table name, with its length and tag. ProtocolError for an unknown name, or a value that does not fit."""
    layout = OUCH_OPTIONS.layouts.get(name)
    if layout is None:
        raise ProtocolError(name, "no such OUCH option", expected=", ".join(OUCH_OPTIONS.layouts))
    return layout.pack(length=layout.size - 1, value=value)


def decode_option(tag: int, value: bytes) -> tuple[str, Value]:
    """Name and value of an option; `tag N` and hex where the table does not know it, or not with this length."""
    layout = OUCH_OPTIONS.by_tag.get(bytes([tag]))
    if layout is None or layout.field("value").size != len(value):
        return f"tag {tag}", value.hex()
    return layout.name, layout.field("value").decode(value)
