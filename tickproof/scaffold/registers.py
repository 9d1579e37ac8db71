# SPDX-License-Identifier: Apache-2.0
"""Finds the AXI-Lite port of a module. Its signals have valid, ready and data in their names, and are no stream."""

from __future__ import annotations

from collections.abc import Sequence

from tickproof.scaffold.module import Signal

__all__ = ["registers_of", "without_registers"]

_NEEDED = (
    *("awaddr", "awvalid", "awready", "wdata", "wvalid", "wready", "bvalid", "bready"),
    *("araddr", "arvalid", "arready", "rdata", "rvalid", "rready"),
)
_ROLES = (*_NEEDED, "wstrb", "bresp", "rresp", "awprot", "arprot")
_ADDRESSES = ("awaddr", "araddr")


def registers_of(signals: Sequence[Signal]) -> dict[str, str]:
    """Role -> port of the first AXI-Lite port that is complete; empty if there is none."""
    for root in _roots(signals):
        roles = {signal.name[len(root) :].lower().strip("_"): signal.name for signal in signals if signal.name.startswith(root)}
        if set(_NEEDED) <= roles.keys():
            return {role: roles[role] for role in _ROLES if role in roles}
    return {}


def without_registers(signals: Sequence[Signal]) -> list[Signal]:
    """All others, whether the port is complete or not, AXI-Lite or AXI."""
    roots = _roots(signals)
    return [signal for signal in signals if not any(signal.name.startswith(root) for root in roots)]


def _roots(signals: Sequence[Signal]) -> list[str]:
    """What stands before the names of addresses."""
    ends = [(signal.name, address) for signal in signals for address in _ADDRESSES if signal.name.lower().endswith(address)]
    return [*dict.fromkeys(name[: -len(address)] for name, address in ends if len(name) > len(address))]
