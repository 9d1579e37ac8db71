# SPDX-License-Identifier: Apache-2.0
"""Contract 6.1: which side is open, and what leaves on each."""

from __future__ import annotations

from tickproof.golden.device import Log
from tickproof.protocols.control import ORDER_COUNTERS

__all__ = ["PORTS", "Outputs"]

PORTS = ("client", "exchange")


class Outputs:
    """What leaves on each port, in order: packets, and for each the record of the input that it follows from.

    open: the side is up and not closed. counts: the counters of the order path, by name.
    """

    def __init__(self, log: Log) -> None:
        self.open = dict.fromkeys(PORTS, False)
        self.packets: dict[str, list[bytes]] = {port: [] for port in PORTS}
        self.records: dict[str, list[int]] = {port: [] for port in PORTS}
        self.counts = dict.fromkeys(ORDER_COUNTERS, 0)
        self._log = log

    def send(self, port: str, packet: bytes, counter: str = "") -> None:
        """SESS-CLOSED: a side that is not open gets nothing. counter: counts packets of this kind that are sent."""
        if not self.open[port]:
            self.counts[f"{port}_unsent"] += 1
            return
        self.packets[port].append(packet)
        self.records[port].append(len(self._log.parts) - 1)
        if counter:
            self.counts[counter] += 1
