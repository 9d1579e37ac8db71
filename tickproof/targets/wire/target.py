# SPDX-License-Identifier: Apache-2.0
"""The targets that play over real interfaces and sockets, on a test bed of their own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from tickproof.capture import Capture
from tickproof.dut import Dut
from tickproof.errors import TargetUnavailable
from tickproof.program import Program
from tickproof.targets.base import Capability, RunOptions
from tickproof.targets.wire.bed import BedError, Link, TestBed, bed_missing, drop_bed, shared_bed
from tickproof.targets.wire.device import Connections, DeviceProgram
from tickproof.targets.wire.host_build import build_host, build_tools_missing, xdp_missing
from tickproof.targets.wire.plan import Playing, write_plan
from tickproof.targets.wire.process import play
from tickproof.targets.wire.results import Session, capture_of
from tickproof.targets.wire.wiring import Place, Transport, kind_of, wires
from tickproof.targets.wire.workplace import workplace

__all__ = ["WireTarget"]

_TCP_PORT = {"connect": 30201, "listen": 30202}
_ENOUGH_CORES = 2


@dataclass(frozen=True, slots=True)
class WireTarget:
    """A device program and the way in which the player's frames reach it; see `tickproof.targets.base.Target`."""

    device: DeviceProgram
    transport: Transport
    default: bool = True
    exclusive: bool = True

    @property
    def name(self) -> str:
        return f"{self.device.name}@{self.transport}"

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self.device.capabilities

    @property
    def time_scale(self) -> int:
        return self.device.time_scale

    def unavailable(self) -> str | None:
        reason = build_tools_missing() or self.device.missing() or bed_missing()
        if reason is None and self.transport == "xdp":
            reason = xdp_missing() or (None if os.geteuid() == 0 else "AF_XDP needs root")
        return reason

    def build(self, dut: Dut, parameters: Mapping[str, int]) -> None:
        self.device.build(dut, {**dut.parameters, **parameters})
        build_host("wire", dut.path)

    def run(self, dut: Dut, program: Program, options: RunOptions) -> Capture:
        parameters = {**dut.parameters, **program.parameters}
        ports = [port for port in dict.fromkeys((*dut.inputs, *dut.outputs)) if kind_of(dut, port) is not None]
        device_cpu, player_cpu = _cores()
        with workplace(options.out_dir) as work:
            bed, links = self._bed(ports)
            reached = {port: _player_place(dut, port, link, self.transport) for port, link in links.items()}
            connected = {port: _device_place(dut, port, link) for port, link in links.items()}
            to = Connections(connected, bed.control("device"), device_cpu)
            device = self.device.command(dut, program, self.transport, to, options)
            lines = [] if player_cpu is None else [f"cpu {player_cpu}"]
            control = str(bed.control("player")) if dut.control else ""
            playing = Playing(wires(dut, program, reached), self.device.slowdown, control, lines)
            limit_s = write_plan(dut, program, playing, work.folder)
            player = [str(build_host("wire", dut.path)), str(work.folder)]
            ended = play(bed.enter("device", device), bed.enter("player", player), work.folder, limit_s)
            session = Session(
                facts=self.device.facts(parameters),
                slowdown=self.device.slowdown,
                interfaces=tuple(link.interface for link in links.values()),
                sysfs=bed.sysfs("player"),
            )
            capture = capture_of(dut, program, playing.wires, work, session=session, ended=ended)
        if not capture.complete:
            drop_bed()  # whatever the run has left there
        return capture

    def _bed(self, ports: list[str]) -> tuple[TestBed, dict[str, Link]]:
        try:
            bed = shared_bed()
            return bed, bed.links(ports)
        except BedError as error:
            drop_bed()
            raise TargetUnavailable(self.name, str(error)) from None


def _player_place(dut: Dut, port: str, link: Link, transport: Transport) -> Place:
    """The connection of a stream is to the end that listens: the player's own if it is the venue."""
    kind = kind_of(dut, port)
    if kind in _TCP_PORT:
        return Place(link.interface, address=link.player if kind == "listen" else link.device, tcp_port=_TCP_PORT[kind])
    return Place(link.interface, transport)


def _device_place(dut: Dut, port: str, link: Link) -> Place:
    return _player_place(dut, port, link, "raw")


def _cores() -> tuple[int | None, int | None]:
    """One for the device and one for the player, if there are two: both poll."""
    cores = sorted(os.sched_getaffinity(0))
    return (cores[0], cores[1]) if len(cores) >= _ENOUGH_CORES else (None, None)
