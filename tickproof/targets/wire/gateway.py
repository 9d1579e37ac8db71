# SPDX-License-Identifier: Apache-2.0
"""The software gateway as a device program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tickproof.dut import Dut
from tickproof.errors import TargetUnavailable
from tickproof.targets.base import Capability, RunOptions
from tickproof.targets.wire.device import Connections, cpu_option
from tickproof.targets.wire.host_build import build_host, build_tools_missing
from tickproof.targets.wire.wiring import Transport, kind_of

__all__ = ["Gateway"]

_DEVICES = ("feed_handler", "tick_to_trade")
_NEVER_FULL = 1 << 40


class Gateway:
    """The software gateway. It uses the kernel's sockets, whatever the player does."""

    name = "gateway"
    capabilities: frozenset[Capability] = frozenset({"counters"})
    time_scale = 2000
    slowdown = 1

    def missing(self) -> str | None:
        return build_tools_missing()

    def facts(self, parameters: Mapping[str, int]) -> dict[str, int]:
        return {**parameters, "FIFO_BYTES": _NEVER_FULL}

    def build(self, dut: Dut, parameters: Mapping[str, int]) -> Path:
        if dut.model not in _DEVICES:
            raise TargetUnavailable(self.name, f"the gateway is a {' or a '.join(_DEVICES)}, not a {dut.model}")
        return build_host("gateway", dut.path)

    def command(self, dut: Dut, parameters: Mapping[str, int], transport: Transport, to: Connections, options: RunOptions) -> list[str]:
        command = [str(self.build(dut, parameters)), "--device", dut.model]
        for port, place in to.places.items():
            if kind_of(dut, port) is not None:
                command += [f"--{port.replace('_', '-')}", f"{place.address}:{place.tcp_port}" if place.tcp_port else place.interface]
        for name in ("SYMBOLS", "LEVELS"):
            command += [f"--{name.lower()}", str(parameters[name])] if name in parameters else []
        return [*command, "--control", str(to.control), *cpu_option(to.cpu)]
