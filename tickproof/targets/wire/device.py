# SPDX-License-Identifier: Apache-2.0
"""What a device program is that tickproof starts itself (docs/wire.md, "The device's side")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tickproof.dut import Dut
from tickproof.program import Program
from tickproof.targets.base import Capability, RunOptions
from tickproof.targets.wire.wiring import Place, Transport

__all__ = ["Connections", "DeviceProgram", "start_options"]


@dataclass(frozen=True, slots=True)
class Connections:
    """What a device program is connected to. places: port -> as the device sees it. cpu: its core, None = any."""

    places: Mapping[str, Place]
    control: Path
    cpu: int | None


class DeviceProgram(Protocol):
    """One of them."""

    @property
    def name(self) -> str:
        """In front of the @ of a target."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What tests can do with it, whatever carries the frames."""
        ...

    @property
    def time_scale(self) -> int:
        """See Target."""
        ...

    @property
    def slowdown(self) -> int:
        """Host ns a device ns."""
        ...

    def missing(self) -> str | None:
        """Why it cannot be built here, with the next step, or None."""
        ...

    def facts(self, parameters: Mapping[str, int]) -> dict[str, int]:
        """What is known about it, see Capture."""
        ...

    def build(self, dut: Dut, parameters: Mapping[str, int]) -> Path:
        """The program, built if it was not before. InputError where it does not compile, TargetUnavailable where it is no such device."""
        ...

    def command(self, dut: Dut, program: Program, transport: Transport, to: Connections, options: RunOptions) -> list[str]:
        """How it is started to play that; it is built first. Errors as `build`."""
        ...


def start_options(cpu: int | None) -> list[str]:
    """How a program of ours begins: when it is told to, pinned to a core if there is one for it."""
    return ["--hold", "stdin", *([] if cpu is None else ["--cpu", str(cpu)])]
