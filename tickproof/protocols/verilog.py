# SPDX-License-Identifier: Apache-2.0
"""Verilog headers made from the field tables: `python -m tickproof.protocols.verilog [--check]` writes (or compares) hdl/include/."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tickproof.protocols import CHECKS, EVENTS, ITCH, MOLD_BLOCK, MOLDUDP64, NET, OUCH_IN, OUCH_OPTIONS, OUCH_OUT, SOUPBINTCP
from tickproof.protocols.control import COUNTERS, OP, ORDER_COUNTERS, ORDER_SYMBOL_STRIDE, REGISTERS, SETTINGS, SYMBOL_STRIDE
from tickproof.protocols.generated import write_or_check
from tickproof.protocols.records import FLAG, REPORT_FLAG
from tickproof.protocols.table import Layout, Table

__all__ = ["headers", "main"]

Define = tuple[str, int | str]


def _layout(prefix: str, layout: Layout, first_field: int = 0) -> Iterator[Define]:
    yield f"{prefix}_LENGTH", layout.size
    for item in layout.fields[first_field:]:
        name = f"{prefix}_{item.name.upper()}"
        yield f"{name}_OFFSET", item.offset
        yield f"{name}_SIZE", item.size
        for code, value in item.enum.items():
            number = ord(value) if isinstance(value, str) else value
            yield f"{name}_{code.upper()}", _sized(8 * item.size, number)


def _sized(bits: int, value: int) -> str:
    return f"{bits}'h{value:0{-(-bits // 4)}X}"


def _net() -> Iterator[Define]:
    for layout in NET.layouts.values():
        yield from _layout(f"TP_{'ETH' if layout.name == 'ethernet' else layout.name.upper()}", layout)


def _mold() -> Iterator[Define]:
    yield from _layout("TP_MOLD", MOLDUDP64)
    yield from _layout("TP_MOLD_BLOCK", MOLD_BLOCK)


def _messages(prefix: str, table: Table) -> Iterator[Define]:
    for layout in table.layouts.values():
        assert layout.tag is not None
        name = f"{prefix}_{layout.name.upper()}"
        yield f"{name}_TYPE", _sized(8, layout.tag[0])
        yield from _layout(name, layout)
        if layout.name in table.later:
            yield f"{name}_LATER_LENGTH", table.later[layout.name].size


def _itch() -> Iterator[Define]:
    yield from _messages("TP_ITCH", ITCH)


def _soupbin() -> Iterator[Define]:
    yield from _messages("TP_SOUP", SOUPBINTCP)


def _ouch() -> Iterator[Define]:
    yield from _messages("TP_OUCH_IN", OUCH_IN)
    yield from _messages("TP_OUCH_OUT", OUCH_OUT)
    for layout in OUCH_OPTIONS.layouts.values():
        assert layout.tag is not None
        yield f"TP_OUCH_OPTION_{layout.name.upper()}_TAG", _sized(8, layout.tag[0])
        yield f"TP_OUCH_OPTION_{layout.name.upper()}_LENGTH", layout.size - 1  # as the option's own length byte says it


def _events() -> Iterator[Define]:
    some = next(iter(EVENTS.layouts.values()))
    common = 7  # fields before the kind's own
    yield from _layout("TP_REC", Layout("header", "", None, some.size, some.fields[:common]))
    for flag, bit in {**FLAG, **REPORT_FLAG}.items():
        yield f"TP_REC_FLAG_{flag.upper()}", _sized(8, bit)
    for layout in EVENTS.layouts.values():
        assert layout.tag is not None
        yield f"TP_REC_{layout.name}_KIND", _sized(8, layout.tag[0])
        yield from _layout(f"TP_REC_{layout.name}", layout, common)
    for bit, check in enumerate(CHECKS):
        yield f"TP_CHECK_{check.upper()}", bit


def _control() -> Iterator[Define]:
    for name, value in OP.items():
        yield f"TP_CTRL_OP_{name.upper()}", _sized(8, value)
    for name, address in REGISTERS.items():
        yield f"TP_CTRL_ADDR_{name.upper()}", _sized(16, address)
    yield "TP_CTRL_SYMBOL_STRIDE", SYMBOL_STRIDE
    yield "TP_CTRL_ORDER_SYMBOL_STRIDE", ORDER_SYMBOL_STRIDE
    for setting in SETTINGS.values():
        name = f"TP_CTRL_{setting.name.upper()}"
        yield f"{name}_ID", setting.id
        yield f"{name}_BITS", setting.bits
        yield f"{name}_DEFAULT", _sized(setting.bits, setting.default)
    for prefix, counters in (("TP_CNT", COUNTERS), ("TP_ORDER_CNT", ORDER_COUNTERS)):
        yield f"{prefix}_COUNT", len(counters)
        for index, counter in enumerate(counters):
            yield f"{prefix}_{counter.upper()}", index


_HEADERS: Mapping[str, tuple[str, Callable[[], Iterator[Define]]]] = {
    "tickproof_net.vh": ("net.toml", _net),
    "tickproof_mold.vh": ("moldudp64.toml", _mold),
    "tickproof_itch.vh": ("itch50.toml", _itch),
    "tickproof_soupbin.vh": ("soupbintcp.toml", _soupbin),
    "tickproof_ouch.vh": ("ouch50_*.toml", _ouch),
    "tickproof_events.vh": ("events.toml", _events),
    "tickproof_control.vh": ("control.toml", _control),
}


def headers() -> dict[str, str]:
    """File name -> text of every header."""
    return {name: _text(name, table, list(defines())) for name, (table, defines) in _HEADERS.items()}


def _text(name: str, table: str, defines: list[Define]) -> str:
    assert len(dict(defines)) == len(defines), f"{name}: a name is defined twice"
    guard = name.upper().replace(".", "_")
    width = max(len(define) for define, _ in defines)
    return "\n".join(
        [
            "// SPDX-License-Identifier: Apache-2.0",
            f"// Generated by `python -m tickproof.protocols.verilog` from tickproof/protocols/{table}. Offsets and sizes in bytes.",
            f"`ifndef {guard}",
            f"`define {guard}",
            *(f"`define {define:{width}} {value}" for define, value in defines),
            "`endif",
            "",
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Write hdl/include/ of the current repository, or with --check only compare. Returns the exit code."""
    return write_or_check(
        {Path("hdl/include") / name: text for name, text in headers().items()},
        "python -m tickproof.protocols.verilog",
        sys.argv[1:] if arguments is None else arguments,
    )


if __name__ == "__main__":
    sys.exit(main())
