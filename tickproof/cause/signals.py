# SPDX-License-Identifier: Apache-2.0
"""The signals of a device's ports, under the names that its RTL gives them, grouped as a person looks at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tickproof.dut import Control, Dut, Port

__all__ = ["CLOCK", "Group", "Lane", "groups_of"]

CLOCK = "tickproof_harness.clock"
"""The harness's own counter: clocks since the end of reset."""
_DEVICE = "tickproof_harness.device."
_STREAM = ("tvalid", "tready", "tdata", "tkeep", "tlast", "tuser")
# AXI-Lite: the signals that mean something while one of them is 1.
_CHANNELS = {
    "awvalid": ("awaddr", "awready"),
    "wvalid": ("wdata", "wready"),
    "bvalid": ("bresp", "bready"),
    "arvalid": ("araddr", "arready"),
    "rvalid": ("rdata", "rready"),
}


@dataclass(frozen=True, slots=True)
class Lane:
    """One signal. name: the RTL's. bus: shown as hex. valid: the RTL's name of the signal that says when it means something, or ""."""

    name: str
    bus: bool
    valid: str = ""

    @property
    def path(self) -> str:
        """In the waves."""
        return _DEVICE + self.name


@dataclass(frozen=True, slots=True)
class Group:
    """One port in one direction."""

    name: str
    lanes: tuple[Lane, ...]


def groups_of(dut: Dut) -> list[Group]:
    """All ports: what goes in, what comes out, control."""
    ports = (*dut.inputs.values(), *dut.outputs.values())
    groups = [Group(f"{port.name} {port.direction}", (*_lanes(port),)) for port in ports]
    if dut.control:
        groups.append(Group("control", (*_lite(dut.control),)))
    return groups


def _lanes(port: Port) -> Iterator[Lane]:
    if port.link:
        yield Lane(port.link, bus=False)
    for role in _STREAM:
        if (name := port.signals.get(role)) is not None:
            valid = "" if role in ("tvalid", "tready") else port.signals.get("tvalid", "")
            yield Lane(name, role in ("tdata", "tkeep"), valid)


def _lite(control: Control) -> Iterator[Lane]:
    for valid, others in _CHANNELS.items():
        for role in (valid, *others):
            if (name := control.signals.get(role)) is not None:
                yield Lane(name, role.endswith(("addr", "data", "resp")), control.signals.get(valid, "") if role in others else "")
