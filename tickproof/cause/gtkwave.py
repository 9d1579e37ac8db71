# SPDX-License-Identifier: Apache-2.0
"""A save file for GTKWave (Surfer reads it, too): the device's ports in groups, markers where the cause went in and where it showed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tickproof.cause.moment import Moment
from tickproof.cause.signals import CLOCK, Group
from tickproof.cause.waves import Waves

__all__ = ["gtkwave_text"]

# Flags of a trace, as GTKWave adds them up.
_HEX, _BIT, _DECIMAL = "@22", "@28", "@24"
_OPEN, _CLOSE = "@800200", "@1000200"
_MARKERS = 26
_CLOCKS = 15  # in 200 pixels of the screen, about


def gtkwave_text(waves: Waves, groups: Sequence[Group], moment: Moment, file: Path) -> str:
    """file: where the text goes; the FST is named as its neighbour."""
    return "\n".join(_lines(waves, groups, moment, file)) + "\n"


def _lines(waves: Waves, groups: Sequence[Group], moment: Moment, file: Path) -> Iterator[str]:
    marks = {"cause": moment.caused, "divergence": moment.seen}
    times = {name: waves.time_ps(clock) for name, clock in marks.items() if clock is not None}
    start = min(times.values(), default=waves.time_ps(moment.window[0]))
    yield "[*] tickproof: the ports of the device around the first divergence"
    yield f'[dumpfile] "{waves.path.resolve()}"'
    yield f'[savefile] "{file.resolve()}"'
    yield f"[timestart] {max(0, start - 4 * waves.period_ps)}"
    # Zoom (200 pixels are 2 ** -zoom units of time), the primary marker, markers A to Z; -1 = not set
    zoom = -float((waves.period_ps * _CLOCKS).bit_length())
    placed = [*times.values(), *[-1] * _MARKERS][:_MARKERS]
    yield f"*{zoom:.6f} {times.get('divergence', start)} " + " ".join(map(str, placed))
    for letter, name in zip("AB", times, strict=False):
        yield f"[markername] {letter}{name}"
    yield _DECIMAL
    yield waves.ranged(CLOCK)
    for group in groups:
        yield _OPEN
        yield f"-{group.name}"
        for lane in group.lanes:
            if waves.has(lane.path):
                yield _HEX if lane.bus else _BIT
                yield waves.ranged(lane.path)
        yield _CLOSE
        yield f"-{group.name}"
