# SPDX-License-Identifier: Apache-2.0
"""Which port of a device goes over which interface and addresses, and the lines of `plan.conf` that say so (docs/wire.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

from tickproof.dut import Dut
from tickproof.errors import InputError
from tickproof.program import Program
from tickproof.program_control import record_addresses

__all__ = ["Kind", "Place", "Transport", "Wire", "kind_of", "wires"]

Transport = Literal["udp", "raw", "xdp"]
Kind = Literal["in", "out", "listen", "connect"]
_MOST_ADDRESSES = 256  # as many as the flags of an output tell apart


@dataclass(frozen=True, slots=True)
class Place:
    """Where the player reaches a port. address, tcp_port: of a stream, the listening end's."""

    interface: str
    transport: Transport = "raw"
    address: str = ""
    tcp_port: int = 0


@dataclass(frozen=True, slots=True)
class Wire:
    """One port in the plan: what the player does there, and its line (of records that move to other addresses, lines)."""

    port: str
    kind: Kind
    line: str

    @property
    def is_input(self) -> bool:
        return self.kind != "out"

    @property
    def is_output(self) -> bool:
        return self.kind != "in"


def kind_of(dut: Dut, port: str) -> Kind | None:
    """What the player does at a port; None for one inside the device."""
    if port in dut.inputs:
        layout = dut.inputs[port].layout
        return {"soupbin_client": "connect", "soupbin_server": "listen"}.get(layout, "in")  # type: ignore[return-value]
    return None if dut.outputs[port].layout == "record" else "out"


def wires(dut: Dut, program: Program, places: Mapping[str, Place]) -> list[Wire]:
    """All ports that can be reached, inputs first. InputError for one without a place."""
    found = []
    for port in dict.fromkeys((*dut.inputs, *dut.outputs)):
        kind = kind_of(dut, port)
        if kind is None:
            continue
        if port not in places:
            raise InputError(dut.name, "the port has no interface", got=port, expected=", ".join(places))
        found.append(Wire(port, kind, _line(dut, program, port, kind, places[port])))
    return found


def _line(dut: Dut, program: Program, port: str, kind: Kind, place: Place) -> str:
    if kind in ("listen", "connect"):
        return f"stream {port} {kind} {place.address} {place.tcp_port}"
    line = f"{kind} {port} {place.transport} {place.interface}"
    if kind == "out" and dut.outputs[port].layout == "events":
        used = record_addresses(program)
        if len(used) > _MOST_ADDRESSES:
            raise InputError(program.name or dut.name, "too many addresses of records", got=len(used), expected=f"up to {_MOST_ADDRESSES}")
        first, *others = (f"{IPv4Address(address)} {number}" for address, number in used)
        return "\n".join([f"{line} {first}", *(f"also {port} {address}" for address in others)])
    return line
