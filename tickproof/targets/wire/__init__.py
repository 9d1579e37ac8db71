# SPDX-License-Identifier: Apache-2.0
"""Host targets: the same Programs over real interfaces and sockets. docs/wire.md."""

from __future__ import annotations

from tickproof.targets.wire.gateway import Gateway
from tickproof.targets.wire.lab import load_profile, profile_names
from tickproof.targets.wire.lab_target import LabTarget, OnloadTarget
from tickproof.targets.wire.rtl import Rtl
from tickproof.targets.wire.target import WireTarget

__all__ = ["CARD", "WIRE_TARGETS", "lab_target", "lab_targets"]

CARD = "fpga@"
"""In front of a lab profile's name."""

WIRE_TARGETS = (
    WireTarget(Gateway(), "udp"),
    WireTarget(Gateway(), "raw"),
    WireTarget(Gateway(), "xdp"),
    WireTarget(Rtl(), "raw"),
    WireTarget(Rtl(), "xdp", default=False),
    OnloadTarget(),
)
"""Those whose name says all."""


def lab_targets() -> tuple[LabTarget, ...]:
    """A card for each profile of the project around the working directory."""
    return tuple(lab_target(f"{CARD}{name}") for name in profile_names() if name != "onload")


def lab_target(name: str) -> LabTarget:
    """The card of that name (`fpga@LAB`). InputError if its profile is missing or wrong."""
    profile = load_profile(name.removeprefix(CARD))
    return LabTarget(profile)
