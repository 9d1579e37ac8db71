# SPDX-License-Identifier: Apache-2.0
"""The software gateway as a device program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tickproof.dut import Dut
from tickproof.errors import TargetUnavailable
from tickproof.program import Program
from tickproof.protocols import ITCH
from tickproof.targets.base import Capability, RunOptions
from tickproof.targets.wire.device import Connections, start_options
from tickproof.targets.wire.host_build import build_host, build_tools_missing
from tickproof.targets.wire.wiring import Transport, kind_of

__all__ = ["Gateway"]

_DEVICES = ("feed_handler", "tick_to_trade")
_NEVER_FULL = 1 << 40
_FEWEST_ORDERS = 1024


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

    def command(self, dut: Dut, program: Program, transport: Transport, to: Connections, options: RunOptions) -> list[str]:
        parameters = {**dut.parameters, **program.parameters}
        command = [str(self.build(dut, parameters)), "--device", dut.model]
        for port, place in to.places.items():
            if kind_of(dut, port) is not None:
                command += [f"--{port.replace('_', '-')}", f"{place.address}:{place.tcp_port}" if place.tcp_port else place.interface]
        for name in ("SYMBOLS", "LEVELS"):
            command += [f"--{name.lower()}", str(parameters[name])] if name in parameters else []
        return [*command, *_orders(program), "--control", str(to.control), *start_options(to.cpu)]


def _orders(program: Program) -> list[str]:
    """Room for more than its messages can make: a store for any day is 48 MiB to clear. Without messages that one."""
    data = sum(len(port.frames.data) for port in program.ports.values())
    return ["--orders", str(_FEWEST_ORDERS + data // ITCH.layouts["add_order"].size)] if data else []
