# SPDX-License-Identifier: Apache-2.0
"""What control can say to a device (docs/contract.md 1.2): settings, commands, counters, and the 16-byte record that carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tickproof.errors import ProtocolError
from tickproof.protocols import ITCH, MOLDUDP64
from tickproof.protocols.table import Value, layout_from, read_toml

__all__ = [
    "CONTROL_RECORD",
    "COUNTERS",
    "DEVICE_COUNTERS",
    "LINE_COUNTERS",
    "LINE_RACES",
    "NO_SYMBOL",
    "OP",
    "ORDER_COUNTERS",
    "ORDER_SYMBOL_STRIDE",
    "REGISTERS",
    "SESSION",
    "SETTINGS",
    "SYMBOL_STRIDE",
    "Setting",
    "command",
    "pack_control",
    "session_numbers",
    "set_global",
    "set_symbol",
    "stock_number",
    "unpack_control",
]

_PATH = Path(__file__).with_name("control.toml")
_DATA = read_toml(_PATH)

NO_SYMBOL = 0xFFFF
SESSION = 0xFFFE
"""In place of a symbol in `kill` and `unkill`: the session's kill."""
SYMBOL_STRIDE: int = _DATA["symbol_stride"]
ORDER_SYMBOL_STRIDE: int = _DATA["order_symbol_stride"]

CONTROL_RECORD = layout_from(f"{_PATH}: record", "control", _DATA["record"]["fields"], 16, title="Control record")

OP: Mapping[str, int] = MappingProxyType(_DATA["op"])
REGISTERS: Mapping[str, int] = MappingProxyType(_DATA["registers"])
"""Register name -> byte address in the RTL's AXI-Lite map."""

LINE_COUNTERS: tuple[str, ...] = tuple(_DATA["counters"]["line"])
LINE_RACES: tuple[str, ...] = tuple(_DATA["counters"]["line_races"])
DEVICE_COUNTERS: tuple[str, ...] = tuple(_DATA["counters"]["device"])
COUNTERS: tuple[str, ...] = tuple(f"{line}_{name}" for line in "ab" for name in LINE_COUNTERS) + DEVICE_COUNTERS
"""Full names in register order: a_..., b_..., then the device's. Every device has them."""
ORDER_COUNTERS: tuple[str, ...] = tuple(_DATA["counters"]["order"])
"""The order path's own, in the register order of their block."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. id: as in a control record. default: its value at reset. per_symbol: there is one of it a symbol.

    block: who has it, every device ("feed") or the order path ("order"). unit: "ns" of a time, else "".
    """

    name: str
    id: int
    bits: int
    default: int
    per_symbol: bool
    block: str
    unit: str = ""


_SECTIONS = {"global": (False, "feed"), "symbol": (True, "feed"), "order_global": (False, "order"), "order_symbol": (True, "order")}


def _settings() -> Mapping[str, Setting]:
    settings: dict[str, Setting] = {}
    for section, (per_symbol, block) in _SECTIONS.items():
        for name, row in _DATA[section].items():
            settings[name] = Setting(name, row["id"], row["bits"], row["default"], per_symbol, block, row.get("unit", ""))
    if not len(settings) == len({setting.id for setting in settings.values()}) == sum(len(_DATA[section]) for section in _SECTIONS):
        raise ProtocolError(str(_PATH), "duplicate setting name or id")
    return MappingProxyType(settings)


SETTINGS = _settings()
"""Setting name -> Setting: the feed's, then the order path's; of each block global ones first."""


def pack_control(op: int | str, symbol: int = NO_SYMBOL, setting: int = 0, value: int = 0) -> bytes:
    """One 16-byte control record. op: number or name. value: 64 bits, signed or unsigned."""
    word = value & (1 << 64) - 1 if -(1 << 63) <= value < 0 else value
    return CONTROL_RECORD.pack(op=OP.get(op, op) if isinstance(op, str) else op, symbol=symbol, setting=setting, value=word)


def unpack_control(record: bytes) -> dict[str, Value]:
    """A control record as field -> value (`value` unsigned); ProtocolError unless it has 16 bytes."""
    return CONTROL_RECORD.unpack(record)


def _set(name: str, value: int, symbol: int, per_symbol: bool) -> bytes:
    setting = SETTINGS.get(name)
    if setting is None or setting.per_symbol != per_symbol:
        names = (item.name for item in SETTINGS.values() if item.per_symbol == per_symbol)
        raise ProtocolError(name, f"no such {'symbol' if per_symbol else 'global'} setting", expected=", ".join(names))
    if not 0 <= value < 1 << setting.bits:
        raise ProtocolError(name, "value out of range", got=value, expected=f"0 to {(1 << setting.bits) - 1}")
    return pack_control("set", symbol, setting.id, value)


def set_global(name: str, value: int) -> bytes:
    """A control record that sets a global setting (into its shadow: CTRL-1)."""
    return _set(name, int(value), NO_SYMBOL, per_symbol=False)


def set_symbol(index: int, name: str, value: int) -> bytes:
    """A control record that sets a setting of symbol `index`."""
    return _set(name, int(value), index, per_symbol=True)


def command(op: str, symbol: int = NO_SYMBOL, value: int = 0) -> bytes:
    """A control record with a command: any op but `set`. symbol: an index, NO_SYMBOL or SESSION. value: as in `pack_control`."""
    if op not in OP or op == "set":
        raise ProtocolError(op, "no such command", expected=", ".join(name for name in OP if name != "set"))
    return pack_control(op, symbol, value=value)


def session_numbers(session: str) -> tuple[int, int]:
    """A MoldUDP64 session as the values of `session_high` and `session_low`."""
    text = MOLDUDP64.field("session").encode(session, "setting")
    return int.from_bytes(text[:8], "big"), int.from_bytes(text[8:], "big")


def stock_number(stock: str) -> int:
    """A stock's name as the value of the setting `stock`."""
    return int.from_bytes(ITCH.layouts["stock_directory"].field("stock").encode(stock, "setting"), "big")
