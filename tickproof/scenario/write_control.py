# SPDX-License-Identifier: Apache-2.0
"""Control records as words: the setup as a header, commands as `< control` lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tickproof.protocols.control import NO_SYMBOL, OP, SESSION, SETTINGS, unpack_control
from tickproof.scenario.model import Symbol
from tickproof.scenario.risk import OPEN, RISK_GLOBAL, RISK_PER_SYMBOL, format_risk
from tickproof.scenario.values import format_hex, format_price

__all__ = ["Setup", "control_words", "read_setup", "risk_tables", "setting_word"]

_SETTING_NAME = {(setting.id, setting.per_symbol): name for name, setting in SETTINGS.items()}
_OP_NAME = {number: name for name, number in OP.items()}


@dataclass(slots=True)
class Setup:
    """What the records before time 0 say. unkilled: the last of them takes the global kill off."""

    settings: dict[str, int] = field(default_factory=dict)
    symbols: dict[int, dict[str, int]] = field(default_factory=dict)
    unkilled: bool = False


def read_setup(records: Sequence[bytes]) -> Setup:
    """The settings that a setup makes; what else it does is left out."""
    setup = Setup()
    for record in records:
        values = unpack_control(record)
        name = _SETTING_NAME.get((int(values["setting"]), values["symbol"] != NO_SYMBOL))
        if values["op"] == OP["set"] and name is not None:
            place = setup.settings if values["symbol"] == NO_SYMBOL else setup.symbols.setdefault(int(values["symbol"]), {})
            place[name] = int(values["value"])
        setup.unkilled = values["op"] == OP["unkill"]
    return setup


def risk_tables(setup: Setup) -> tuple[dict[str, str], dict[int, dict[str, str]]]:
    """The lines of `[risk]`, and those that the symbols need besides; settings that are wide open are left out."""
    common = {name: setup.settings.get(name, 0) for name in RISK_GLOBAL}
    own: dict[int, dict[str, int]] = {index: {} for index in setup.symbols}
    for name in RISK_PER_SYMBOL:
        values = {index: settings.get(name, 0) for index, settings in setup.symbols.items()}
        if len(set(values.values())) == 1:
            common[name] = next(iter(values.values()))
        else:
            for index, value in values.items():
                own[index][name] = value
    lines = {name: f'"{format_risk(name, value)}"' for name, value in common.items() if value != OPEN[name]}
    symbols = {
        index: {name: f'"{format_risk(name, value)}"' for name, value in values.items() if value != OPEN[name]}
        for index, values in own.items()
    }
    return lines if setup.unkilled else {**lines, "kill": "true"}, symbols


def setting_word(name: str, value: int, *, quoted: bool = False) -> str:
    """A setting's value as `parse_setting` reads it."""
    if name in OPEN:
        return format_risk(name, value)
    if name.endswith(("_group", "_ip")):
        text = ".".join(str(byte) for byte in value.to_bytes(4, "big"))
    elif name.endswith("_mac"):
        text = value.to_bytes(6, "big").hex(":") if value else "0"
    elif name in ("base", "tick"):
        text = format_price(value)
    elif name == "stock":
        text = value.to_bytes(8, "big").decode("latin-1").rstrip(" ")
    else:
        return str(value)
    return f'"{text}"' if quoted or " " in text else text


def control_words(record: bytes, symbols: Sequence[Symbol]) -> str:
    """Everything behind the port of one control record."""
    values = unpack_control(record)
    op = _OP_NAME.get(int(values["op"]), "")
    index, value = int(values["symbol"]), int(values["value"])
    name = next((symbol.name for symbol in symbols if symbol.index == index), str(index))
    name = f'"{name}"' if " " in name else name
    setting = _SETTING_NAME.get((int(values["setting"]), index != NO_SYMBOL))
    scope = "session" if index == SESSION else "" if index == NO_SYMBOL else name
    if op == "set" and setting is not None:
        return f"set {'' if index == NO_SYMBOL else name + ' '}{setting}={setting_word(setting, value)}"
    words: Mapping[str, str] = {
        "book_clear": f"book_clear {name}",
        "book_trust": f"book_trust {name}",
        "kill": f"kill {scope} on",
        "unkill": f"kill {scope} off",
        "set_position": f"position {name} {value - (value >> 63 << 64)}",
        "set_executed": f"executed {'session' if index == NO_SYMBOL else name} {format_price(value)}",
        "release_order": f"release_order {value}",
    }
    return words.get(op, op or f"record={format_hex(record)}").replace("  ", " ")
