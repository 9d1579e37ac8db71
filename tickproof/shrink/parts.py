# SPDX-License-Identifier: Apache-2.0
"""What can be taken out of a Draft, one part at a time or many at once.

A part is a tuple: what it is, then where. `("line", 3)`, `("word", 3, 0, 2)` (line, message, word), `("entry", "symbols", "AAPL")`.
Some leave something behind: `("half", 3, "feed_a")` turns `feed` into one line, `("cut", 3, 0, 1)` joins two segments,
`("side", "AAPL", 0)` is one side of an opening.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tickproof.shrink.draft import Draft, Step

__all__ = ["LEVELS", "Part", "all_parts", "parts_of", "without"]

Part = tuple[str | int, ...]
Path = tuple[str, ...]
"""Where an entry of the header stands."""

LEVELS: Mapping[str, tuple[str, ...]] = {
    "lines": ("line",),
    "messages": ("message",),
    "faults": ("fault", "cut"),
    "fields": ("outer", "word"),
    "header": ("entry", "item", "side"),
    "packets of one line": ("half",),
}
"""Coarse first: what goes as a whole need not be taken apart."""

_FIXED = ("dut", "parameters")  # they say what is played on, not what is played
_SPLIT = "!split="


def parts_of(draft: Draft, level: str) -> list[Part]:
    """The parts of one of LEVELS, in the order of the file."""
    kinds = LEVELS[level]
    return [part for part in all_parts(draft) if part[0] in kinds]


def all_parts(draft: Draft) -> list[Part]:
    """All parts, the header's first."""
    return [*_header_parts(draft.header, ()), *(part for index, step in enumerate(draft.steps) for part in _step_parts(index, step))]


def without(draft: Draft, gone: Collection[Part]) -> Draft:
    """The Draft without these parts, which are those of `draft`."""
    steps = (_step_without(index, step, gone) for index, step in enumerate(draft.steps) if ("line", index) not in gone)
    return Draft(_header_without(draft.header, (), gone), tuple(steps))


def _step_parts(index: int, step: Step) -> Iterator[Part]:
    yield "line", index
    if len(step.messages) > 1:
        yield from (("message", index, number) for number in range(len(step.messages)))
    for place, fault in enumerate(step.faults):
        yield "fault", index, place
        cuts = fault.removeprefix(_SPLIT).split(",") if fault.startswith(_SPLIT) else []
        yield from (("cut", index, place, number) for number in range(len(cuts)) if len(cuts) > 1)
    yield from (("outer", index, place) for place in range(len(step.outer)))
    for number, message in enumerate(step.messages):
        yield from (("word", index, number, place) for place in range(len(message)))
    if step.port == "feed":
        yield from (("half", index, port) for port in ("feed_a", "feed_b"))


def _step_without(index: int, step: Step, gone: Collection[Part]) -> Step:
    messages = (
        tuple(word for place, word in enumerate(message) if ("word", index, number, place) not in gone)
        for number, message in enumerate(step.messages)
        if ("message", index, number) not in gone
    )
    faults = (_joined(fault, index, place, gone) for place, fault in enumerate(step.faults) if ("fault", index, place) not in gone)
    return replace(
        step,
        port=next((port for port in ("feed_a", "feed_b") if ("half", index, port) in gone), step.port),
        messages=tuple(messages),
        outer=tuple(word for place, word in enumerate(step.outer) if ("outer", index, place) not in gone),
        faults=tuple(faults),
    )


def _joined(fault: str, index: int, place: int, gone: Collection[Part]) -> str:
    if not fault.startswith(_SPLIT):
        return fault
    cuts = fault.removeprefix(_SPLIT).split(",")
    return _SPLIT + ",".join(cut for number, cut in enumerate(cuts) if ("cut", index, place, number) not in gone)


def _header_parts(table: Mapping[str, Any], path: Path) -> Iterator[Part]:
    for name, value in table.items():
        here = (*path, name)
        if here[0] in _FIXED:
            continue
        if isinstance(value, dict):
            if path == ("symbols",):
                yield "entry", *here
            yield from _header_parts(value, here)
            continue
        yield "entry", *here
        if isinstance(value, list) and len(value) > 1:
            for place in range(len(value)):
                yield "item", *here, place
        if path == ("opening",):
            for place, side in enumerate(str(value).split()):
                if side != "none":
                    yield "side", name, place


def _header_without(table: Mapping[str, Any], path: Path, gone: Collection[Part]) -> dict[str, Any]:
    left = {name: _value_without(value, (*path, name), gone) for name, value in table.items() if ("entry", *path, name) not in gone}
    return {name: value for name, value in left.items() if value != {} or path == ("symbols",)}  # a symbol says something by being there


def _value_without(value: Any, here: Path, gone: Collection[Part]) -> Any:
    if isinstance(value, dict):
        return _header_without(value, here, gone)
    if isinstance(value, list):
        return [item for place, item in enumerate(value) if ("item", *here, place) not in gone]
    if here[:1] == ("opening",):
        return " ".join("none" if ("side", here[1], place) in gone else side for place, side in enumerate(value.split()))
    return value
