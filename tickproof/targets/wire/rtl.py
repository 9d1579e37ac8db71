# SPDX-License-Identifier: Apache-2.0
"""The Verilated RTL behind interfaces as a device program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tickproof.dut import Dut
from tickproof.program import Program
from tickproof.targets.base import Capability, RunOptions
from tickproof.targets.wire.device import Connections, start_options
from tickproof.targets.wire.host_build import build_tools_missing
from tickproof.targets.wire.rtl_build import DEFAULT_SLOWDOWN, build_rtl_program, rtl_program_missing
from tickproof.targets.wire.wiring import Transport, kind_of

__all__ = ["Rtl"]

_SEEDS = 2**31 - 1


class Rtl:
    """The Verilated RTL of any device that has a description. Its frames travel like the player's."""

    name = "rtl"
    capabilities: frozenset[Capability] = frozenset({"counters", "any_device", "l2_filter", "bounded_memory", "random_init"})
    time_scale = 1
    slowdown = DEFAULT_SLOWDOWN

    def missing(self) -> str | None:
        return build_tools_missing() or rtl_program_missing()

    def facts(self, parameters: Mapping[str, int]) -> dict[str, int]:
        return dict(parameters)

    def build(self, dut: Dut, parameters: Mapping[str, int]) -> Path:
        return build_rtl_program(dut, parameters)

    def command(self, dut: Dut, program: Program, transport: Transport, to: Connections, options: RunOptions) -> list[str]:
        built = self.build(dut, {**dut.parameters, **program.parameters})
        command = [str(built), "--slowdown", str(self.slowdown), "--transport", transport]
        for port, place in to.places.items():
            kind = kind_of(dut, port)
            if kind in ("connect", "listen"):
                command += [f"--{port}", f"{place.address}:{place.tcp_port}"]
            elif kind:
                command += ["--port", f"{port}={place.interface}"]
        control: Sequence[str] = ["--control", str(to.control)] if dut.control else []
        return [*command, *control, "--seed", str(options.seed % _SEEDS), *start_options(to.cpu)]
