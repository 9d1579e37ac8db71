# SPDX-License-Identifier: Apache-2.0
"""What each golden model calls the ports of its devices, and what of a module's ports may be which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tickproof.dut import Layout
from tickproof.protocols.records import RECORD
from tickproof.scaffold.streams import Stream

__all__ = ["MODELS", "has_registers", "name_streams"]

_PORTS: Mapping[str, Mapping[str, Mapping[str, Layout]]] = {
    "passthrough": {"in": {"in": "bytes"}, "out": {"out": "bytes"}},
    "feed_handler": {"in": {"feed_a": "frame", "feed_b": "frame"}, "out": {"events": "events", "bbo": "record"}},
}
MODELS = tuple(_PORTS)
"""The first is the default."""

_RECORD_BITS = 8 * RECORD.itemsize


def has_registers(model: str) -> bool:
    """Its devices are set up by control."""
    return model == "feed_handler"


def name_streams(streams: Sequence[Stream], model: str) -> list[str]:
    """Give each a name and a layout: the model's, in order, then what its signals share. Returns the names that nothing is left for."""
    taken = {"control", "run"}
    lacking = []
    for direction, names in _PORTS[model].items():
        free = [stream for stream in streams if stream.direction == direction]
        if "record" in names.values():  # a record a beat is as wide as that
            free.sort(key=lambda stream: stream.width == _RECORD_BITS)
        for (name, layout), stream in zip(names.items(), free, strict=False):
            stream.name, stream.layout = name, layout
        lacking += [*names][len(free) :]
        taken |= names.keys()
    for stream in streams:
        if not stream.name:
            base = "_".join(stream.stem) or stream.direction
            base = base if base[0].isalpha() else f"port_{base}"
            stream.name = next(name for name in (base, *(f"{base}_{number}" for number in range(2, 1000))) if name not in taken)
            taken.add(stream.name)
    return lacking
