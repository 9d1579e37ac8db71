# SPDX-License-Identifier: Apache-2.0
"""The evidence grade of a run over interfaces, measured: what the interfaces are, and whose stamps came. docs/wire.md, "Evidence"."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

__all__ = ["driver_of", "measured_grade"]

_PARAVIRTUAL = frozenset({"virtio_net", "vmxnet3", "hv_netvsc", "xen_netfront", "netfront", "vif"})
_SYSFS = Path("/sys")


def driver_of(interface: str, sysfs: Path = _SYSFS) -> str:
    """The driver of a physical network interface; "" for one that is only software (veth, lo, bridges, a virtual machine's)."""
    link = sysfs / "class" / "net" / interface / "device" / "driver"
    try:
        driver = link.readlink().name
    except OSError:
        return ""
    return "" if driver in _PARAVIRTUAL else driver


def measured_grade(interfaces: Iterable[str], stamps: str, *, card: bool, sysfs: Path = _SYSFS) -> str:
    """`fpga`: a card behind physical interfaces only. `nic`: physical interfaces only, which stamped what came. `nic-software`: likewise,
    but the times are software's. `loopback`: an interface is only software, so nothing was on a wire."""
    if not all(driver_of(interface, sysfs) for interface in interfaces):
        return "loopback"
    if card:
        return "fpga"
    return "nic" if stamps == "hardware" else "nic-software"
