# SPDX-License-Identifier: Apache-2.0
"""The Wireshark dissectors made from the field tables: `python -m tickproof.protocols.lua [--check]` writes (or compares) them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tickproof.protocols import CHECKS, EVENTS, ITCH, MOLDUDP64, OUCH_IN, OUCH_OPTIONS, OUCH_OUT, SOUPBINTCP, Layout
from tickproof.protocols.control import CONTROL_RECORD, OP, SETTINGS
from tickproof.protocols.generated import write_or_check
from tickproof.protocols.made_up import STREAM_PORT
from tickproof.protocols.ouch import has_appendage
from tickproof.protocols.records import FLAG, RECORD_BYTES, REPORT_FLAG

__all__ = ["PATH", "dissectors", "main"]

PATH = Path("docs/wireshark/tickproof.lua")

_TEMPLATE = Path(__file__).with_name("wireshark_template.lua")
_SHARED = 32  # bytes that all kinds of record have in common


def _layout(layout: Layout) -> Iterator[str]:
    appendage = ", appendage = true" if has_appendage(layout) else ""
    yield f'{{ name = "{layout.name}", size = {layout.size}{appendage}, fields = {{'
    for item in layout.fields:
        names = f", {_names(item.enum)}" if item.enum else ""
        yield f'  {{ "{item.name}", {item.offset}, {item.size}, "{item.type}"{names} }},'
    yield "} },"


def _names(codes: Mapping[str, int | str]) -> str:
    """Value -> name."""
    return "{ " + ", ".join(f'[{_key(code)}] = "{name}"' for name, code in codes.items()) + " }"


def _key(code: int | str) -> str:
    return f'"{code}"' if isinstance(code, str) else str(code)


def _table(name: str, layouts: Mapping[int, Layout]) -> Iterator[str]:
    yield f"local {name} = {{"
    for tag, layout in layouts.items():
        first, *rest = _layout(layout)
        yield f"  [{tag}] = {first}"
        yield from (f"  {line}" for line in rest)
    yield "}"


def _by_tag(layouts: Mapping[str, Layout]) -> dict[int, Layout]:
    return {layout.tag[0]: layout for layout in layouts.values() if layout.tag is not None}


def _tables() -> Iterator[str]:
    tagged = {"EVENTS": EVENTS, "ITCH": ITCH, "SOUP": SOUPBINTCP, "OUCH_IN": OUCH_IN, "OUCH_OUT": OUCH_OUT, "OUCH_OPTIONS": OUCH_OPTIONS}
    for name, table in tagged.items():
        yield from _table(name, _by_tag(table.layouts))
    for name, table in (("OUCH_IN_LATER", OUCH_IN), ("OUCH_OUT_LATER", OUCH_OUT)):
        yield from _table(name, _by_tag(table.later))
    yield from _table("MOLD", {0: MOLDUDP64})
    yield from _table("CONTROL", {0: CONTROL_RECORD})
    yield f"local OPS = {_names(OP)}"
    yield f"local SETTINGS = {_names({setting.name: setting.id for setting in SETTINGS.values()})}"
    yield f"local FLAGS = {{ BBO = {_names(FLAG)}, REPORT = {_names(REPORT_FLAG)} }}"
    yield f"local CHECKS = {_names({name: 1 << bit for bit, name in enumerate(CHECKS)})}"
    yield f"local RECORD_BYTES, RECORD_SHARED = {RECORD_BYTES}, {_SHARED}"
    yield f"local EVENTS_PORT = {SETTINGS['events_dst_port'].default}"
    ports = sorted({SETTINGS[f"feed_{line}_port"].default for line in "ab"})
    yield f"local FEED_PORTS = {{ {', '.join(map(str, ports))} }}"
    yield f"local STREAM_PORTS = {_names(STREAM_PORT)}"


def dissectors() -> str:
    """The text of the script."""
    return _TEMPLATE.read_text(encoding="utf-8").replace("@TABLES@", "\n".join(_tables()))


def main(arguments: list[str] | None = None) -> int:
    """Write the script into the current repository, or with --check only compare. Returns the exit code."""
    return write_or_check({PATH: dissectors()}, "python -m tickproof.protocols.lua", sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
