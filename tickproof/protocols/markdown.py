# SPDX-License-Identifier: Apache-2.0
"""docs/wire_formats.md: `python -m tickproof.protocols.markdown [--check]` rewrites (or compares) everything below its marker line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tickproof.errors import ProtocolError
from tickproof.protocols import CHECKS, EVENTS, ITCH, MOLD, NET, OUCH_IN, OUCH_OPTIONS, OUCH_OUT, SOUPBINTCP
from tickproof.protocols.control import (
    CONTROL_RECORD,
    COUNTERS,
    OP,
    ORDER_COUNTERS,
    ORDER_SYMBOL_STRIDE,
    REGISTERS,
    SETTINGS,
    SYMBOL_STRIDE,
    Setting,
)
from tickproof.protocols.generated import write_or_check
from tickproof.protocols.records import FLAG, REPORT_FLAG
from tickproof.protocols.table import Field, Layout, Table

__all__ = ["MARKER", "PAGE", "main", "tables"]

PAGE = Path("docs/wire_formats.md")
MARKER = "<!-- Generated from here on by `python -m tickproof.protocols.markdown`: edit the tables in tickproof/protocols/ instead. -->"


def tables() -> str:
    """The generated part of the page."""
    parts = [
        *_protocol(NET),
        *_protocol(MOLD),
        *_protocol(ITCH),
        *_protocol(SOUPBINTCP),
        *_protocol(OUCH_IN),
        *_protocol(OUCH_OUT),
        *_protocol(OUCH_OPTIONS),
        *_protocol(EVENTS),
        f"Flags of a BBO: {_codes(FLAG)}. Of a REPORT: {_codes(REPORT_FLAG)}.",
        f"Bits of `failing`: {', '.join(f'{bit} `{check}`' for bit, check in enumerate(CHECKS))}.",
        "## Control",
        *_layout(CONTROL_RECORD),
        f"Ops: {_codes(OP)}.",
        "### Settings",
        _settings(SETTINGS.values()),
        "### Registers (RTL: AXI-Lite, 32-bit data, byte addresses)",
        _rows(("address", "register"), ((f"`0x{address:04X}`", f"`{name}`") for name, address in REGISTERS.items())),
        "A setting is at `settings` + 8 x id, a counter at `counters` + 8 x index, "
        f"a symbol's setting at `symbol_settings` + 0x{SYMBOL_STRIDE:X} x symbol + 8 x (id - 64).",
        "The order path's: `order_settings` + 8 x (id - 128), `order_counters` + 8 x index, "
        f"`order_symbol_settings` + 0x{ORDER_SYMBOL_STRIDE:X} x symbol + 8 x (id - 192).",
        "### Counters",
        _counters(COUNTERS, REGISTERS["counters"]),
        "### Counters of the order path",
        _counters(ORDER_COUNTERS, REGISTERS["order_counters"]),
    ]
    return "\n\n".join(parts) + "\n"


def _protocol(table: Table) -> Iterator[str]:
    yield f"## {table.title}"
    for layout in table.layouts.values():
        yield from _layout(layout)
        if later := table.later.get(layout.name):
            added = later.fields[len(layout.fields) :]
            yield (
                "Newer revisions add "
                + ", ".join(f"`{item.name}` ({item.type}, {item.size} bytes at {item.offset})" for item in added)
                + "."
            )


def _layout(layout: Layout) -> Iterator[str]:
    tag = "" if layout.tag is None else f" `{layout.tag.decode()}`" if 32 < layout.tag[0] < 127 else f" {layout.tag[0]}"
    yield f"### `{layout.name}`{tag}: {layout.title}, {layout.size} bytes"
    rows = ((item.offset, item.size, f"`{item.name}`", item.type, _meaning(item)) for item in layout.fields)
    yield _rows(("offset", "size", "field", "type", "meaning"), rows)


def _meaning(item: Field) -> str:
    return "; ".join(part for part in (item.note, _codes(item.enum)) if part)


def _codes(codes: Mapping[str, int | str] | Mapping[str, int]) -> str:
    return ", ".join(f"`{_number(value)}` {name.replace('_', ' ')}" for name, value in codes.items())


def _number(value: int | str) -> str:
    # Ethertypes, addresses and the like are known by their hexadecimal form.
    return f"0x{value:04X}" if isinstance(value, int) and value > 255 else str(value)


def _settings(settings: Iterable[Setting]) -> str:
    rows = (
        (item.id, f"`{item.name}`", item.bits, f"`{_default(item)}`", "each symbol" if item.per_symbol else "device") for item in settings
    )
    return _rows(("id", "setting", "bits", "default", "one for"), rows)


def _default(item: Setting) -> str:
    return f"0x{item.default:0{item.bits // 4}X}" if item.bits >= 32 and item.default > 0xFFFF else str(item.default)


def _counters(names: Iterable[str], base: int) -> str:
    return _rows(("index", "address", "counter"), ((index, f"`0x{base + 8 * index:04X}`", f"`{name}`") for index, name in enumerate(names)))


def _rows(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (head, ("---",) * len(head), *rows))


def main(arguments: list[str] | None = None) -> int:
    """Rewrite the page of the current repository, or with --check only compare. Returns the exit code."""
    try:
        introduction = PAGE.read_text(encoding="utf-8").split(MARKER)[0]
    except FileNotFoundError:
        print(ProtocolError(str(PAGE), "no such file", hint="run this at the root of the repository"), file=sys.stderr)
        return 2
    text = f"{introduction}{MARKER}\n\n{tables()}"
    return write_or_check({PAGE: text}, "python -m tickproof.protocols.markdown", sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
