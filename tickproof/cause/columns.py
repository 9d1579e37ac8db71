# SPDX-License-Identifier: Apache-2.0
"""Which clocks of a failure are drawn: those in which something moves at the ports, with the cause and the divergence among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tickproof.cause.moment import Moment
from tickproof.cause.signals import Group
from tickproof.cause.waves import Waves

__all__ = ["Column", "columns_of"]

_MOST = 72
_CAUSE = 24  # of these at most for what went in, the rest for what came out
_LEAD, _TAIL = 3, 12  # clocks before the cause and behind what showed
_REACH = 600  # clocks that are looked at around either
_IDLE = 2  # so many clocks without anything may stand; more are left out


@dataclass(frozen=True, slots=True)
class Column:
    """One clock. skipped: clocks left out before it, in which nothing moved, or that did not fit."""

    clock: int
    skipped: int = 0


def columns_of(waves: Waves, groups: Sequence[Group], moment: Moment) -> list[Column]:
    """At most 72 clocks of the window."""
    first, end = moment.window
    caused, seen = moment.caused, moment.seen
    if caused is None and seen is None:  # nobody knows when: how the run began
        near = [*range(first, min(end, first + 8 * _REACH))]
        return _columns([clock for clock in _busy(waves, groups, near) if clock in near][:_MOST])
    cause = [] if caused is None else [*range(max(first, caused - _LEAD), min(end, caused + _REACH))]
    tail = [] if seen is None else [*range(max(first, seen - _REACH), min(end, seen + _TAIL))]
    busy = _busy(waves, groups, sorted({*cause, *tail}))
    chosen = [clock for clock in busy if clock in {*cause}]
    if seen is not None:
        chosen = [clock for clock in chosen if clock <= seen][: _CAUSE if len(busy) > _MOST else _MOST]
        behind = [clock for clock in busy if clock not in {*chosen} and clock < seen + _TAIL]
        chosen += behind[-(_MOST - len(chosen)) :] if len(chosen) < _MOST else []
    kept = sorted({*chosen[:_MOST], *(clock for clock in (caused, seen) if clock is not None)})
    return _columns(kept)


def _busy(waves: Waves, groups: Sequence[Group], clocks: Sequence[int]) -> list[int]:
    """Those in which a `valid` is 1 (or unknown) or a bit changes, and a few around them."""
    bits = [lane.path for group in groups for lane in group.lanes if not lane.bus and not lane.valid and waves.has(lane.path)]
    moving = {lane.valid for group in groups for lane in group.lanes if lane.valid}
    busy: set[int] = set()
    before: tuple[object, ...] = ()
    for clock in clocks:
        values = tuple(waves.value(name, clock) for name in bits)
        valid = any(value not in (0, None) for name, value in zip(bits, values, strict=True) if name.rpartition(".")[2] in moving)
        if valid or (before and values != before):
            busy |= {*range(clock - _IDLE // 2, clock + _IDLE // 2 + 1)}
        before = values
    return sorted(busy & {*clocks})


def _columns(clocks: Sequence[int]) -> list[Column]:
    previous = (clocks[0] if clocks else 0) - 1
    columns = []
    for clock in clocks:
        columns.append(Column(clock, clock - previous - 1))
        previous = clock
    return columns
