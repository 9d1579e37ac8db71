# SPDX-License-Identifier: Apache-2.0
"""What a capture file says about the packets of one interface."""

from __future__ import annotations

from dataclasses import dataclass

from tickproof.errors import ProtocolError

__all__ = ["Link"]

_ETHERNET = 1
_NAMES = {
    0: "BSD loopback",
    101: "raw IP",
    105: "Wi-Fi",
    113: "Linux cooked",
    127: "Wi-Fi radiotap",
    228: "raw IPv4",
    276: "Linux cooked v2",
}


@dataclass(frozen=True, slots=True)
class Link:
    """type: link type number of the registry that both formats share. fcs_bytes: FCS at the end of every packet."""

    type: int
    fcs_bytes: int = 0

    def check(self, where: str, what: str) -> None:
        """ProtocolError unless this is Ethernet; what: the part of the file that says so."""
        if self.type != _ETHERNET:
            name = f"{self.type} ({_NAMES[self.type]})" if self.type in _NAMES else self.type
            raise ProtocolError(where, f"{what} has another link type", got=name, expected=f"{_ETHERNET} (Ethernet)")

    def frame(self, where: str, number: int, data: bytes, original: int) -> bytes:
        """Packet `number` without FCS; ProtocolError unless it is a whole Ethernet frame. original: its length on the wire."""
        self.check(where, f"packet {number}")
        if len(data) < original:
            what = f"packet {number} was captured only in part"
            raise ProtocolError(where, what, got=f"{len(data)} bytes", expected=original, hint="capture with a larger snap length")
        return data[: len(data) - self.fcs_bytes] if self.fcs_bytes else data
