# SPDX-License-Identifier: Apache-2.0
"""The waveform of a failure as a small SVG: the device's ports in a few dozen clocks, read from the FST, in strips like lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import jinja2

from tickproof.cause.columns import Column, columns_of
from tickproof.cause.moment import Moment
from tickproof.cause.signals import Group, Lane
from tickproof.cause.waves import Value, Waves

__all__ = ["waveform_svg"]

_LABEL, _COLUMN, _BREAK = 160, 50, 26  # pixels
_IN_STRIP = 22  # columns
_HEAD, _TITLE, _BIT, _BUS, _GAP = 24, 15, 14, 24, 12
_DIGITS = 8  # hex digits that fit into the width of a column
_TEMPLATE = jinja2.Environment(loader=jinja2.PackageLoader("tickproof.cause", ""), autoescape=True, trim_blocks=True, lstrip_blocks=True)


@dataclass(frozen=True, slots=True)
class _Place:
    """A column and where it stands. left: of the column itself; a break stands before it."""

    column: Column
    left: int


@dataclass(frozen=True, slots=True)
class _Box:
    """A value that a bus has. rows: one or two lines of text."""

    left: int
    width: int
    rows: tuple[str, ...]
    whole: str


@dataclass(frozen=True, slots=True)
class _Row:
    """A signal, or the title of a port. path: of the line of a single bit; unknown: (left, width) where it is X."""

    name: str
    top: int
    height: int
    kind: str
    path: str = ""
    boxes: tuple[_Box, ...] = ()
    unknown: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Strip:
    """Columns that stand beside each other. marks: (class, left, what happened there)."""

    top: int
    bottom: int
    places: tuple[_Place, ...]
    rows: tuple[_Row, ...]
    marks: tuple[tuple[str, int, str], ...]


def waveform_svg(waves: Waves, groups: Sequence[Group], moment: Moment) -> str:
    """A whole SVG document; "" if nothing moves at any port."""
    columns = columns_of(waves, groups, moment)
    if not columns:
        return ""
    strips: list[_Strip] = []
    idle = {group.name for group in groups}
    count = -(-len(columns) // -(-len(columns) // _IN_STRIP))  # strips of equal length
    for at in range(0, len(columns), count):
        part = columns[at : at + count]
        shown = [group for group in groups if _moves(waves, group, part)]
        idle -= {group.name for group in shown}
        strips.append(_strip(waves, shown, part, moment, strips[-1].bottom + _GAP if strips else 0))
    return _TEMPLATE.get_template("waveform.svg.jinja").render(
        strips=strips,
        idle=[group.name for group in groups if group.name in idle],
        width=max(place.left for strip in strips for place in strip.places) + _COLUMN + 8,
        height=strips[-1].bottom + _GAP + 16,
        column=_COLUMN,
        label=_LABEL,
        gap=_BREAK,
    )


def _moves(waves: Waves, group: Group, columns: Sequence[Column]) -> bool:
    """A transfer or a change of a link."""
    valid = {lane.valid for lane in group.lanes if lane.valid}
    for lane in group.lanes:
        if waves.has(lane.path) and not lane.bus and not lane.valid:
            values = [waves.value(lane.path, column.clock) for column in columns]
            if lane.name in valid and any(value not in (0, None) for value in values):
                return True
            if lane is group.lanes[0] and lane.name not in valid and len({*values}) > 1:  # a link
                return True
    return False


def _strip(waves: Waves, groups: Sequence[Group], columns: Sequence[Column], moment: Moment, top: int) -> _Strip:
    places, left = [], _LABEL
    for column in columns:
        left += _BREAK if column.skipped else 0
        places.append(_Place(column, left))
        left += _COLUMN
    rows: list[_Row] = []
    at = top + _HEAD
    for group in groups:
        rows.append(_Row(group.name, at, _TITLE, "title"))
        at += _TITLE
        for lane in group.lanes:
            if waves.has(lane.path):
                row = _row(waves, lane, places, at)
                rows.append(row)
                at += row.height
    told = (("cause", moment.caused, "cause"), ("seen", moment.seen, "divergence"))
    marks = tuple((name, place.left, text) for name, clock, text in told for place in places if place.column.clock == clock)
    return _Strip(top, at + 4, tuple(places), tuple(rows), marks)


def _row(waves: Waves, lane: Lane, places: Sequence[_Place], top: int) -> _Row:
    values = [_shown(waves, lane, place.column.clock) for place in places]
    if lane.bus:
        bits = waves.bits(lane.path)
        height = _BUS if bits > 4 * _DIGITS else _BIT
        return _Row(lane.name, top, height, "bus", boxes=tuple(_boxes(values, places, bits)))
    unknown = tuple((place.left, _COLUMN) for place, value in zip(places, values, strict=True) if isinstance(value, str))
    return _Row(lane.name, top, _BIT, "bit", _line(values, places, top), unknown=unknown)


def _shown(waves: Waves, lane: Lane, clock: int) -> Value:
    """None where it means nothing, because the `valid` that it goes with is 0."""
    if lane.valid and waves.value(lane.path.removesuffix(lane.name) + lane.valid, clock) == 0:
        return None
    return waves.value(lane.path, clock)


def _line(values: Sequence[Value], places: Sequence[_Place], top: int) -> str:
    """The path of a bit; it is broken where it means nothing."""
    path, drawn = [], None
    for value, place in zip(values, places, strict=True):
        if not isinstance(value, int) or place.column.skipped:
            drawn = None
        if isinstance(value, int):
            level = top + (3 if value else _BIT - 3)
            path.append(f"M{place.left} {level}" if drawn is None else f"V{level}" if level != drawn else "")
            path.append(f"H{place.left + _COLUMN}")
            drawn = level
    return "".join(path)


def _boxes(values: Sequence[Value], places: Sequence[_Place], bits: int) -> Iterator[_Box]:
    """One for each transfer: two equal ones are two."""
    for value, place in zip(values, places, strict=True):
        if value is not None:
            text = _hex(value, bits)
            yield _Box(place.left, _COLUMN, _rows(text), text)


def _hex(value: int | str, bits: int) -> str:
    """Hex digits; one with an X in it is x."""
    digits = -(-bits // 4)
    if isinstance(value, int):
        return f"{value:0{digits}x}"
    padded = value.rjust(4 * digits, "0")
    nibbles = (padded[at : at + 4] for at in range(0, 4 * digits, 4))
    return "".join(f"{int(nibble, 2):x}" if set(nibble) <= {"0", "1"} else "x" for nibble in nibbles)


def _rows(text: str) -> tuple[str, ...]:
    """In at most two lines; of a wide bus its lowest digits."""
    if len(text) <= _DIGITS:
        return (text,)
    if len(text) <= 2 * _DIGITS:
        return text[:-_DIGITS], text[-_DIGITS:]
    return "…" + text[-2 * _DIGITS + 1 : -_DIGITS], text[-_DIGITS:]
