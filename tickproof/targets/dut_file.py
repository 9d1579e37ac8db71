# SPDX-License-Identifier: Apache-2.0
"""Reads a device description (`hdl/dut/<name>.toml`). A mistake in it is one InputError: file, key, what may stand there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from tickproof.dut import Clock, Control, Dut, Port, Reset
from tickproof.errors import InputError
from tickproof.protocols.control import COUNTERS, REGISTERS, SETTINGS, SYMBOL_STRIDE

__all__ = ["load_dut"]

_Value = TypeVar("_Value", int, str)
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*\Z")
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_STREAM_ROLES = ("tdata", "tkeep", "tvalid", "tready", "tlast", "tuser")
_LITE_WRITE = ("awaddr", "awvalid", "awready", "wdata", "wvalid", "wready", "bvalid", "bready")
_LITE_NEEDED = (*_LITE_WRITE, "araddr", "arvalid", "arready", "rdata", "rvalid", "rready")
_LITE_USUAL = (*_LITE_NEEDED, "wstrb", "bresp", "rresp")
_LITE_ROLES = (*_LITE_USUAL, "awprot", "arprot")
_LAYOUTS = ("events", "record", "frame", "bytes")
_WIDTH_MAX = 512


def load_dut(name_or_path: str | Path, root: Path) -> Dut:
    """The device of that name in `root`/hdl/dut, or the one that a path (it ends in .toml) describes. InputError for whatever is wrong."""
    path = Path(name_or_path)
    if path.suffix != ".toml":
        folder = root / "hdl" / "dut"
        path = folder / f"{name_or_path}.toml"
        if not path.is_file():
            known = ", ".join(sorted(file.stem for file in folder.glob("*.toml"))) or f"a description in {folder}"
            raise InputError(str(name_or_path), "no such device", expected=known)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(str(path), f"cannot read the device description: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"not a TOML file: {error}") from error
    return _dut(path.absolute(), _Section(str(path), data))


class _Section:
    """One table of the file. Each value is asked for once; `finish` then refuses what nobody asked for."""

    def __init__(self, where: str, data: Mapping[str, Any]) -> None:
        self.where, self.data = where, data
        self.known: list[str] = []

    def get(self, key: str, kind: type[_Value], default: _Value | None = None) -> _Value:
        value = self.raw(key)
        if value is None:
            if default is None:
                raise self.error(f"key `{key}` is missing")
            return default
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.error(f"`{key}` has the wrong type", got=value, expected="a whole number" if kind is int else "a text")
        return value

    def raw(self, key: str) -> Any:
        self.known.append(key)
        return self.data.get(key)

    def identifier(self, key: str, default: str | None = None) -> str:
        return self.checked(key, self.get(key, str, default), allow_empty=default == "")

    def checked(self, key: str, value: str, allow_empty: bool = False) -> str:
        if not _IDENTIFIER.match(value) and not (allow_empty and not value):
            raise self.error(f"`{key}` is no Verilog name", got=repr(value))
        return value

    def number(self, key: str, lowest: int, highest: int, default: int | None = None) -> int:
        value = self.get(key, int, default)
        if not lowest <= value <= highest:
            raise self.error(f"`{key}` is out of range", got=value, expected=f"{lowest} to {highest}")
        return value

    def texts(self, key: str, default: list[str] | None = None) -> list[str]:
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(f"`{key}` must be a list of texts", got=value)
        return list(value)

    def numbers(self, key: str, default: Mapping[str, int] | None = None) -> dict[str, int]:
        value = self.raw(key)
        if value is None:
            return dict(default or {})
        if not isinstance(value, dict) or not all(isinstance(item, int) and not isinstance(item, bool) for item in value.values()):
            raise self.error(f"`{key}` must be a table of whole numbers", got=value)
        return dict(value)

    def section(self, key: str, needed: bool = True) -> _Section | None:
        value = self.raw(key)
        if value is None and not needed:
            return None
        if not isinstance(value, dict):
            raise self.error(f"section [{key}] is missing" if value is None else f"`{key}` must be a section")
        return _Section(f"{self.where}: [{key}]", value)

    def finish(self) -> None:
        for key in self.data:
            if key not in self.known:
                raise self.error(f"unknown key `{key}`", expected=", ".join(sorted(set(self.known))))

    def error(self, what: str, *, got: object = None, expected: object = None) -> InputError:
        return InputError(self.where, what, got=got, expected=expected)


def _dut(path: Path, top: _Section) -> Dut:
    clock, reset, control, ports = top.section("clock"), top.section("reset"), top.section("control", needed=False), top.section("port")
    assert clock
    assert reset
    assert ports
    tie = top.numbers("tie")
    parameters = top.numbers("parameters")
    for name in (*tie, *parameters):
        top.checked("tie" if name in tie else "parameters", name)
    dut = Dut(
        name=path.stem,
        path=path,
        model=top.get("model", str),
        top=top.identifier("top"),
        sources=_sources(top, path.parent),
        include=_include(top, path.parent),
        clock=_clock(clock),
        reset=_reset(reset),
        ports=_ports(ports),
        control=_control(control) if control else None,
        parameters=parameters,
        tie=tie,
    )
    top.finish()
    _check_names(dut, top)
    return dut


def _sources(top: _Section, folder: Path) -> tuple[Path, ...]:
    """Patterns are relative to the description; what one pattern matches is sorted, and no file comes twice."""
    files: dict[Path, None] = {}
    for pattern in top.texts("sources"):
        found = sorted(folder.glob(pattern)) if not Path(pattern).is_absolute() else [Path(pattern)]
        found = [file for file in found if file.is_file()]
        if not found:
            raise top.error("`sources`: no such file", got=pattern)
        files.update((file.resolve(), None) for file in found)
    if not files:
        raise top.error("`sources` is empty")
    return tuple(files)


def _include(top: _Section, folder: Path) -> tuple[Path, ...]:
    folders = [(folder / name).resolve() for name in top.texts("include", [])]
    for name in folders:
        if not name.is_dir():
            raise top.error("`include`: no such folder", got=name)
    return tuple(folders)


def _clock(section: _Section) -> Clock:
    clock = Clock(section.identifier("name"), section.number("period_ps", 2, 10**9))
    section.finish()
    return clock


def _reset(section: _Section) -> Reset:
    name, ready = section.identifier("name"), section.identifier("ready", "")
    reset = Reset(name, section.number("active", 0, 1, 1), section.number("clocks", 1, 10**6, 8), ready)
    section.finish()
    return reset


def _ports(section: _Section) -> dict[str, Port]:
    ports = {}
    for name in section.data:
        port = section.section(name)
        assert port
        if not _NAME.match(name) or name in ("control", "run"):
            raise port.error("not a usable port name", got=name, expected="lower-case letters, digits and _; not `control` or `run`")
        ports[name] = _port(name, port)
    if not ports:
        raise section.error("a device without ports cannot be tested")
    return ports


def _port(name: str, section: _Section) -> Port:
    direction: Literal["in", "out"] = "in" if _choice(section, "direction", ("in", "out")) == "in" else "out"
    layout = _choice(section, "layout", _LAYOUTS, "bytes")
    width = section.number("width", 8, _WIDTH_MAX)
    if width % 8:
        raise section.error("`width` is not a multiple of 8", got=width)
    signals = _signals(section, _STREAM_ROLES, ("tdata", "tvalid"), _STREAM_ROLES)
    section.finish()
    return Port(name, direction, width, signals, layout)  # type: ignore[arg-type]  # _choice has checked it


def _choice(section: _Section, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
    value = section.get(key, str, default)
    if value not in choices:
        raise section.error(f"`{key}` is not one of its values", got=repr(value), expected=", ".join(choices))
    return value


def _signals(section: _Section, roles: tuple[str, ...], needed: tuple[str, ...], usual: tuple[str, ...]) -> dict[str, str]:
    """Role -> port name, from `prefix` (with `roles`, where not all the usual ones exist) or from `signals`."""
    explicit, prefix = section.raw("signals"), section.get("prefix", str, "")
    chosen = section.texts("roles", list(usual))
    if (explicit is None) == (not prefix):
        raise section.error("needs either `prefix` or `signals`")
    if explicit is not None and (not isinstance(explicit, dict) or not all(isinstance(item, str) for item in explicit.values())):
        raise section.error("`signals` must be a table role = port name", got=explicit)
    signals = dict(explicit) if explicit is not None else {role: f"{prefix}_{role}" for role in chosen}
    for role, signal in signals.items():
        if role not in roles:
            raise section.error("unknown signal role", got=role, expected=", ".join(roles))
        section.checked(role, signal)
    for role in needed:
        if role not in signals:
            raise section.error(f"signal role `{role}` is missing")
    return signals


def _control(section: _Section) -> Control:
    defaults = {
        name: REGISTERS["settings"] + 8 * setting.id if not setting.per_symbol else REGISTERS["symbol_settings"] + 8 * (setting.id - 64)
        for name, setting in SETTINGS.items()
    }
    control = Control(
        signals=_signals(section, _LITE_ROLES, _LITE_NEEDED, _LITE_USUAL),
        address_bits=section.number("address_bits", 2, 32),
        command=section.number("command", 0, 2**32 - 4, REGISTERS["command"]),
        settings=section.numbers("settings", {name: defaults[name] for name in SETTINGS if not SETTINGS[name].per_symbol}),
        symbol_settings=section.numbers("symbol_settings", {name: defaults[name] for name in SETTINGS if SETTINGS[name].per_symbol}),
        symbol_stride=section.number("symbol_stride", 4, 2**31, SYMBOL_STRIDE),
        counters=section.numbers("counters", {name: REGISTERS["counters"] + 8 * index for index, name in enumerate(COUNTERS)}),
    )
    section.finish()
    for key, names in (("settings", control.settings), ("symbol_settings", control.symbol_settings)):
        for name in names:
            if name not in SETTINGS or SETTINGS[name].per_symbol != (key == "symbol_settings"):
                expected = ", ".join(item for item in SETTINGS if SETTINGS[item].per_symbol == (key == "symbol_settings"))
                raise section.error(f"`{key}`: no such setting", got=name, expected=expected)
    return control


def _check_names(dut: Dut, top: _Section) -> None:
    """One port of the module cannot be two things."""
    uses = [(dut.clock.name, "[clock]"), (dut.reset.name, "[reset]"), *((name, "[tie]") for name in dut.tie)]
    uses += [(dut.reset.ready, "[reset] ready")] if dut.reset.ready else []
    uses += [(signal, f"[port.{port.name}] {role}") for port in dut.ports.values() for role, signal in port.signals.items()]
    uses += [(signal, f"[control] {role}") for role, signal in dut.control.signals.items()] if dut.control else []
    seen: dict[str, str] = {}
    for name, use in uses:
        if name in seen:
            raise top.error(f"port `{name}` of the module is used twice", got=f"{seen[name]} and {use}")
        seen[name] = use
