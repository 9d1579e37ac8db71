# SPDX-License-Identifier: Apache-2.0
"""Lab profiles (`host/lab/NAME.toml`): how a device that is already there is reached. docs/lab.md."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tickproof.errors import InputError
from tickproof.targets.base import CAPABILITIES, Capability
from tickproof.targets.toml_section import Section
from tickproof.targets.wire.wiring import Place

__all__ = ["Profile", "lab_folder", "load_profile", "profile_names"]

_TRANSPORTS = ("udp", "raw", "xdp")
_CLOCKS = ("told", "unknown")
_TIME_SCALE, _MOST = 2000, 10**6


@dataclass(frozen=True, slots=True)
class Profile:
    """One lab. dut: name of the device description. card: the device is hardware. places: port -> where the player reaches it.

    control: path of a control socket that somebody serves, or "". plugin: `package.module:Class` that serves it, or "", with its options.
    program: command that starts the device on this machine, [] = it runs already; `{control}` in it is the path of the control socket.
    slowdown: host ns a device ns (1, but for a rehearsal). clock_known: the device says when its time began. device_places: as the device
    sees its ports (for a program that is started for it).
    """

    name: str
    dut: str
    card: bool
    places: Mapping[str, Place]
    device_places: Mapping[str, Place]
    capabilities: frozenset[Capability]
    time_scale: int
    slowdown: int
    control: str
    plugin: str
    plugin_options: str
    program: tuple[str, ...]
    clock_known: bool
    hardware_stamps: bool


def lab_folder() -> Path:
    """`host/lab` of the project around the working directory."""
    here = Path.cwd()
    return next((folder / "host" / "lab" for folder in (here, *here.parents) if (folder / "host" / "lab").is_dir()), here / "host" / "lab")


def profile_names() -> list[str]:
    """Those that there are."""
    return sorted(path.stem for path in lab_folder().glob("*.toml"))


def load_profile(name: str) -> Profile:
    """Read a profile. A mistake in it is one InputError: file, key, what may stand there."""
    path = lab_folder() / f"{name}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(profile_names()) or f"a profile in {lab_folder()}"
        raise InputError(str(path), f"cannot read the lab profile: {error.strerror}", expected=known) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"not a TOML file: {error}") from None
    return _profile(name, Section(str(path), data))


def _profile(name: str, top: Section) -> Profile:
    ports, control = top.section("port"), top.section("control", needed=False)
    assert ports
    places = {port: _places(ports.section(port)) for port in ports.data}
    socket, plugin, options = _control(control)
    profile = Profile(
        name=name,
        dut=top.get("device", str),
        card=top.flag("card"),
        places={port: place for port, (place, _) in places.items()},
        device_places={port: place for port, (_, place) in places.items()},
        capabilities=_capabilities(top),
        time_scale=top.number("time_scale", 1, _MOST, _TIME_SCALE),
        slowdown=top.number("slowdown", 1, _MOST, 1),
        control=socket,
        plugin=plugin,
        plugin_options=options,
        program=tuple(top.texts("program", [])),
        clock_known=_choice(top, "clock", _CLOCKS, "told") == "told",
        hardware_stamps=top.flag("hardware_stamps"),
    )
    top.finish()
    return profile


def _places(section: Section | None) -> tuple[Place, Place]:
    """(as the player sees the port, as the device does)."""
    assert section
    interface = section.get("interface", str)
    transport = _choice(section, "transport", _TRANSPORTS, "raw")
    address, tcp_port = section.get("address", str, ""), section.number("tcp_port", 1, 65535) if "tcp_port" in section.data else 0
    if bool(address) != bool(tcp_port):
        raise section.error("a stream has both `address` and `tcp_port`, a port for frames neither")
    device = section.get("device_interface", str, "")
    section.finish()
    return Place(interface, transport, address, tcp_port), Place(device, "raw", address, tcp_port)  # type: ignore[arg-type]


def _control(section: Section | None) -> tuple[str, str, str]:
    if section is None:
        return "", "", ""
    socket, plugin = section.get("unix", str, ""), section.get("plugin", str, "")
    options: Any = section.raw("options") or {}
    if bool(socket) == bool(plugin):
        raise section.error("needs either `unix` or `plugin`")
    if plugin and plugin.count(":") != 1:
        raise section.error("`plugin` names no class", got=plugin, expected="package.module:Class")
    section.finish()
    return socket, plugin, json.dumps(options)


def _capabilities(top: Section) -> frozenset[Capability]:
    found = top.texts("capabilities", [])
    for name in found:
        if name not in CAPABILITIES:
            raise top.error("unknown capability", got=name, expected=", ".join(CAPABILITIES))
    return frozenset(name for name in CAPABILITIES if name in found)


def _choice(section: Section, key: str, choices: tuple[str, ...], default: str) -> str:
    value = section.get(key, str, default)
    if value not in choices:
        raise section.error(f"`{key}` is not one of its values", got=repr(value), expected=", ".join(choices))
    return value
