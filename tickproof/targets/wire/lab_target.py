# SPDX-License-Identifier: Apache-2.0
"""Targets on the interfaces of a lab: a card by its profile (`fpga@NAME`), and the gateway under Onload (`gateway@onload`)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tickproof.capture import Capture
from tickproof.dut import Dut
from tickproof.errors import InputError, TargetUnavailable
from tickproof.program import Program
from tickproof.targets.base import Capability, RunOptions
from tickproof.targets.wire.device import Connections
from tickproof.targets.wire.gateway import Gateway
from tickproof.targets.wire.host_build import build_host, build_tools_missing
from tickproof.targets.wire.lab import Profile, lab_folder, load_profile
from tickproof.targets.wire.onload import find_onload, missing_for_onload, under_onload
from tickproof.targets.wire.plan import Playing, write_plan
from tickproof.targets.wire.process import play
from tickproof.targets.wire.results import Session, capture_of
from tickproof.targets.wire.wiring import wires
from tickproof.targets.wire.workplace import Workplace, control_socket, workplace

__all__ = ["LabTarget", "OnloadTarget"]

_SYSFS = Path("/sys")


@dataclass(frozen=True, slots=True)
class LabTarget:
    """A device that is there already, or that the profile says how to start; see `tickproof.targets.base.Target`."""

    profile: Profile
    default: bool = False
    exclusive: bool = True

    @property
    def name(self) -> str:
        return f"fpga@{self.profile.name}"

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self.profile.capabilities

    @property
    def time_scale(self) -> int:
        return self.profile.time_scale

    def unavailable(self) -> str | None:
        return build_tools_missing() or _interfaces_missing(self.profile)

    def run(self, dut: Dut, program: Program, options: RunOptions) -> Capture:
        profile = self.profile
        if dut.name != profile.dut:
            raise TargetUnavailable(self.name, f"this lab has a {profile.dut}, not a {dut.name}")
        lines = ["timestamps hardware"] if profile.hardware_stamps else []
        with workplace(options.out_dir) as work, control_socket() as socket:
            control, device = _device(profile, socket)
            playing = Playing(wires(dut, program, profile.places), profile.slowdown, control, lines)
            return _played(dut, program, _Run(profile, playing, device, []), work)


@dataclass(frozen=True, slots=True)
class OnloadTarget:
    """The gateway and the player under Onload, on the interfaces of the lab profile `onload`."""

    name: str = "gateway@onload"
    default: bool = False
    exclusive: bool = True
    capabilities: frozenset[Capability] = Gateway.capabilities
    time_scale: int = Gateway.time_scale

    def unavailable(self) -> str | None:
        return build_tools_missing() or missing_for_onload(find_onload(), self._interfaces())

    def run(self, dut: Dut, program: Program, options: RunOptions) -> Capture:
        profile = load_profile("onload")
        with workplace(options.out_dir) as work, control_socket() as control:
            to = Connections(profile.device_places, control, None)
            device = [*Gateway().command(dut, program, "udp", to, options), "--onload", "required"]
            playing = Playing(wires(dut, program, profile.places), 1, str(control), ["onload required"])
            run = _Run(profile, playing, [*profile.program, *under_onload(device)], under_onload([]))
            return _played(dut, program, run, work)

    @staticmethod
    def _interfaces() -> list[str]:
        try:
            profile = load_profile("onload")
        except InputError:
            return []
        return [place.interface for places in (profile.places, profile.device_places) for place in places.values()]


@dataclass(frozen=True, slots=True)
class _Run:
    """device: its command, [] = it runs already. before: in front of the player's command."""

    profile: Profile
    playing: Playing
    device: Sequence[str]
    before: Sequence[str]


def _device(profile: Profile, socket: Path) -> tuple[str, list[str]]:
    """(path of the control socket, what to start: the device, or what serves its control, or nothing)."""
    control = profile.control or (str(socket) if profile.plugin or profile.program else "")
    if profile.plugin:
        bridge = [sys.executable, "-m", "tickproof.targets.wire.control_bridge"]
        return control, [*bridge, control, profile.plugin, profile.plugin_options, str(lab_folder()), str(profile.slowdown)]
    return control, [word.replace("{control}", control) for word in profile.program]


def _played(dut: Dut, program: Program, run: _Run, work: Workplace) -> Capture:
    profile, playing = run.profile, run.playing
    limit_s = write_plan(dut, program, playing, work.folder)
    player = [*run.before, str(build_host("wire", dut.path)), str(work.folder)]
    ended = play(run.device or None, player, work.folder, limit_s, shared=True)
    session = Session(
        facts={**dut.parameters, **program.parameters},
        slowdown=playing.slowdown,
        interfaces=tuple(place.interface for place in profile.places.values()),
        sysfs=_SYSFS,
        card=profile.card,
        clock_known=profile.clock_known,
    )
    return capture_of(dut, program, playing.wires, work, session=session, ended=ended)


def _interfaces_missing(profile: Profile) -> str | None:
    names = sorted({place.interface for place in profile.places.values()})
    missing = [name for name in names if not (_SYSFS / "class" / "net" / name).exists()]
    return f"no such interface here: {', '.join(missing)} (host/lab/{profile.name}.toml)" if missing else None
