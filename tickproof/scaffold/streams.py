# SPDX-License-Identifier: Apache-2.0
"""Finds AXI-Streams among the ports of a module, by names and directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from tickproof.dut import Layout
from tickproof.scaffold.module import Signal
from tickproof.scaffold.names import DIRECTIONS, role_of

__all__ = ["Stream", "streams_of"]

_ROLES = ("tdata", "tkeep", "tvalid", "tready", "tlast", "tuser")


@dataclass(slots=True)
class Stream:
    """One AXI-Stream. stem: what its signals' names share. signals: role -> port. name, layout: as the device description has them."""

    direction: Literal["in", "out"]
    stem: tuple[str, ...]
    name: str = ""
    layout: Layout = "bytes"
    width: int = 0
    signals: dict[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """Roles that it lacks."""
        return tuple(role for role in _ROLES if role not in self.signals)


def streams_of(signals: Sequence[Signal]) -> list[Stream]:
    """Those with data and valid, in the order of the header; they have no names yet."""
    groups: dict[tuple[str, tuple[str, ...]], Stream] = {}
    readies: list[tuple[Signal, tuple[str, ...]]] = []
    for signal in signals:
        if signal.direction == "inout" or (told := role_of(signal.name)) is None:
            continue
        role, stem = told
        if role == "tready":
            readies.append((signal, stem))
            continue
        direction: Literal["in", "out"] = "in" if signal.direction == "input" else "out"
        groups.setdefault((direction, stem), Stream(direction, stem)).signals.setdefault(role, signal.name)
    streams = [stream for stream in groups.values() if {"tdata", "tvalid"} <= stream.signals.keys()]
    widths = {signal.name: signal.width for signal in signals}
    for stream in streams:
        stream.width = widths[stream.signals["tdata"]]
        if "tkeep" in stream.signals and widths[stream.signals["tkeep"]] * 8 != stream.width:
            del stream.signals["tkeep"]
    _give_ready(streams, readies)
    return streams


def _give_ready(streams: Sequence[Stream], readies: list[tuple[Signal, tuple[str, ...]]]) -> None:
    """A ready goes against its stream: in_ready and in_data, or o_ready and i_data."""
    for exact in (True, False):
        for stream in streams:
            against = "output" if stream.direction == "in" else "input"
            for signal, stem in readies:
                alike = stem == stream.stem if exact else _bare(stem) == _bare(stream.stem)
                if "tready" not in stream.signals and signal.direction == against and alike:
                    stream.signals["tready"] = signal.name
                    readies.remove((signal, stem))
                    break


def _bare(stem: Sequence[str]) -> list[str]:
    return [word for word in stem if word not in DIRECTIONS]
