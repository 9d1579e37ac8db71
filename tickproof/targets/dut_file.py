# SPDX-License-Identifier: Apache-2.0
"""Reads a device description (`hdl/dut/<name>.toml`). A mistake in it is one InputError: file, key, what may stand there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from tickproof.dut import Clock, Control, Dut, OrderRegisters, Port, Reset
from tickproof.errors import InputError
from tickproof.protocols.control import COUNTERS, ORDER_COUNTERS, ORDER_SYMBOL_STRIDE, REGISTERS, SETTINGS, SYMBOL_STRIDE
from tickproof.targets.toml_section import Section

__all__ = ["load_dut"]

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_STREAM_ROLES = ("tdata", "tkeep", "tvalid", "tready", "tlast", "tuser")
_LITE_WRITE = ("awaddr", "awvalid", "awready", "wdata", "wvalid", "wready", "bvalid", "bready")
_LITE_NEEDED = (*_LITE_WRITE, "araddr", "arvalid", "arready", "rdata", "rvalid", "rready")
_LITE_USUAL = (*_LITE_NEEDED, "wstrb", "bresp", "rresp")
_LITE_ROLES = (*_LITE_USUAL, "awprot", "arprot")
_LAYOUTS = ("events", "record", "frame", "bytes", "soupbin_client", "soupbin_server")
_WIDTH_MAX = 512
_ADDRESS_MAX = 2**32 - 4
_FIRST_ID = {"settings": 0, "symbol_settings": 64, "order_settings": 128, "order_symbol_settings": 192}  # control.toml


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
    return _dut(path.absolute(), Section(str(path), data))


def _dut(path: Path, top: Section) -> Dut:
    clock, reset, control, ports = top.section("clock"), top.section("reset"), top.section("control", needed=False), top.section("port")
    assert clock
    assert reset
    assert ports
    tie = top.numbers("tie")
    parameters = top.numbers("parameters")
    for name in (*tie, *parameters):
        top.checked("tie" if name in tie else "parameters", name)
    inputs, outputs = _ports(ports)
    dut = Dut(
        name=path.stem,
        path=path,
        model=top.get("model", str),
        top=top.identifier("top"),
        sources=_sources(top, path.parent),
        include=_include(top, path.parent),
        clock=_clock(clock),
        reset=_reset(reset),
        inputs=inputs,
        outputs=outputs,
        control=_control(control) if control else None,
        parameters=parameters,
        tie=tie,
    )
    top.finish()
    _check_names(dut, top)
    return dut


def _sources(top: Section, folder: Path) -> tuple[Path, ...]:
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


def _include(top: Section, folder: Path) -> tuple[Path, ...]:
    folders = [(folder / name).resolve() for name in top.texts("include", [])]
    for name in folders:
        if not name.is_dir():
            raise top.error("`include`: no such folder", got=name)
    return tuple(folders)


def _clock(section: Section) -> Clock:
    clock = Clock(section.identifier("name"), section.number("period_ps", 2, 10**9))
    section.finish()
    return clock


def _reset(section: Section) -> Reset:
    name, ready = section.identifier("name"), section.identifier("ready", "")
    reset = Reset(name, section.number("active", 0, 1, 1), section.number("clocks", 1, 10**6, 8), ready)
    section.finish()
    return reset


def _ports(section: Section) -> tuple[dict[str, Port], dict[str, Port]]:
    """(inputs, outputs); a port whose direction is "both" is in each."""
    inputs: dict[str, Port] = {}
    outputs: dict[str, Port] = {}
    for name in section.data:
        port = section.section(name)
        assert port
        if not _NAME.match(name) or name in ("control", "run"):
            raise port.error("not a usable port name", got=name, expected="lower-case letters, digits and _; not `control` or `run`")
        direction = _choice(port, "direction", ("in", "out", "both"))
        suffixes = {"in": "_in", "out": "_out"} if direction == "both" else {direction: ""}
        width = port.number("width", 8, _WIDTH_MAX)
        if width % 8:
            raise port.error("`width` is not a multiple of 8", got=width)
        if "in" in suffixes:
            inputs[name] = _port(name, "in", width, port, suffixes["in"])
        if "out" in suffixes:
            outputs[name] = _port(name, "out", width, port, suffixes["out"])
        port.finish()
    if not inputs and not outputs:
        raise section.error("a device without ports cannot be tested")
    return inputs, outputs


def _port(name: str, direction: Literal["in", "out"], width: int, section: Section, suffix: str) -> Port:
    layout = _choice(section, f"layout{suffix}", _LAYOUTS, "bytes")
    signals = _signals(section, _STREAM_ROLES, ("tdata", "tvalid"), _STREAM_ROLES, suffix)
    link = section.identifier("link", "") if direction == "in" else ""
    return Port(name, direction, width, signals, layout, link)  # type: ignore[arg-type]  # _choice has checked it


def _choice(section: Section, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
    value = section.get(key, str, default)
    if value not in choices:
        raise section.error(f"`{key}` is not one of its values", got=repr(value), expected=", ".join(choices))
    return value


def _signals(section: Section, roles: tuple[str, ...], needed: tuple[str, ...], usual: tuple[str, ...], suffix: str = "") -> dict[str, str]:
    """Role -> port name, from `prefix` (with `roles`, where not all the usual ones exist) or from `signals`; suffix: of the keys."""
    explicit, prefix = section.raw(f"signals{suffix}"), section.get(f"prefix{suffix}", str, "")
    chosen = section.texts("roles", list(usual))
    if (explicit is None) == (not prefix):
        raise section.error(f"needs either `prefix{suffix}` or `signals{suffix}`")
    if explicit is not None and (not isinstance(explicit, dict) or not all(isinstance(item, str) for item in explicit.values())):
        raise section.error(f"`signals{suffix}` must be a table role = port name", got=explicit)
    signals = dict(explicit) if explicit is not None else {role: f"{prefix}_{role}" for role in chosen}
    for role, signal in signals.items():
        if role not in roles:
            raise section.error("unknown signal role", got=role, expected=", ".join(roles))
        section.checked(role, signal)
    for role in needed:
        if role not in signals:
            raise section.error(f"signal role `{role}` is missing")
    return signals


def _control(section: Section) -> Control:
    order_path = section.flag("order_path")
    names = [name for name, setting in SETTINGS.items() if order_path or setting.block == "feed"]
    counters = _rows(COUNTERS, REGISTERS["counters"])
    if order_path:
        counters |= _rows(ORDER_COUNTERS, REGISTERS["order_counters"])
    control = Control(
        signals=_signals(section, _LITE_ROLES, _LITE_NEEDED, _LITE_USUAL),
        address_bits=section.number("address_bits", 2, 32),
        command=section.number("command", 0, _ADDRESS_MAX, REGISTERS["command"]),
        settings=section.numbers("settings", {name: _address(name) for name in names if not SETTINGS[name].per_symbol}),
        symbol_settings=section.numbers("symbol_settings", {name: _address(name) for name in names if SETTINGS[name].per_symbol}),
        symbol_stride=section.number("symbol_stride", 4, 2**31, SYMBOL_STRIDE),
        counters=section.numbers("counters", counters),
        order=_order_registers(section) if order_path else None,
    )
    section.finish()
    for key, settings in (("settings", control.settings), ("symbol_settings", control.symbol_settings)):
        known = [name for name in names if SETTINGS[name].per_symbol == (key == "symbol_settings")]
        for name in settings:
            if name not in known:
                raise section.error(f"`{key}`: no such setting", got=name, expected=", ".join(known))
    return control


def _order_registers(section: Section) -> OrderRegisters:
    return OrderRegisters(
        section.number("order_command", 0, _ADDRESS_MAX, REGISTERS["order_command"]),
        section.number("order_value", 0, _ADDRESS_MAX - 4, REGISTERS["order_value"]),
        section.number("order_symbol_stride", 4, 2**31, ORDER_SYMBOL_STRIDE),
    )


def _address(name: str) -> int:
    """Where our own map has a setting (of symbol 0)."""
    setting = SETTINGS[name]
    block = ("order_" if setting.block == "order" else "") + ("symbol_settings" if setting.per_symbol else "settings")
    return REGISTERS[block] + 8 * (setting.id - _FIRST_ID[block])


def _rows(names: Iterable[str], start: int) -> dict[str, int]:
    return {name: start + 8 * index for index, name in enumerate(names)}


def _check_names(dut: Dut, top: Section) -> None:
    """One port of the module cannot be two things."""
    uses = [(dut.clock.name, "[clock]"), (dut.reset.name, "[reset]"), *((name, "[tie]") for name in dut.tie)]
    uses += [(dut.reset.ready, "[reset] ready")] if dut.reset.ready else []
    ports = (*dut.inputs.values(), *dut.outputs.values())
    uses += [(signal, f"[port.{port.name}] {role}") for port in ports for role, signal in port.signals.items()]
    uses += [(port.link, f"[port.{port.name}] link") for port in ports if port.link]
    uses += [(signal, f"[control] {role}") for role, signal in dut.control.signals.items()] if dut.control else []
    seen: dict[str, str] = {}
    for name, use in uses:
        if name in seen:
            raise top.error(f"port `{name}` of the module is used twice", got=f"{seen[name]} and {use}")
        seen[name] = use
