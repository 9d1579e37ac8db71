# SPDX-License-Identifier: Apache-2.0
"""Byte streams as TCP: a connection each time that a port's link comes up, its segments as the device got and sent them."""

from __future__ import annotations

from collections.abc import Iterator

from tickproof.packets.passing import Passing
from tickproof.program import SendFlag
from tickproof.protocols.made_up import Connection
from tickproof.recording import RecordedRun

__all__ = ["Streams"]


class Streams:
    """The connections of one run, as its passings come by in order of time."""

    def __init__(self, run: RecordedRun) -> None:
        ports = (*run.dut.inputs.values(), *run.dut.outputs.values())
        self._called = {
            port.name: port.layout == ("soupbin_client" if port.direction == "in" else "soupbin_server")
            for port in ports
            if port.layout.startswith("soupbin")
        }
        self._open: dict[str, Connection] = {}
        self._count = 0

    def has(self, port: str) -> bool:
        return port in self._called

    def frames(self, passing: Passing) -> Iterator[tuple[bool, bytes]]:
        """(into the device, frame) of each packet that this bytes or this change of the link make."""
        name, called = passing.port, self._called[passing.port]
        by_caller = passing.inward == called  # the device is called by its client, and calls the exchange
        if passing.link:
            packets = self._up(name) if passing.flags & SendFlag.LINK_UP else self._down(name, by_caller)
        else:
            # Bytes beside any connection, as a fault may have them, are a connection that nobody opened.
            connection = self._open.get(name) or self._next(name)
            packets = connection.data(passing.data, by_caller=by_caller)
        for from_caller, frame in packets:
            yield from_caller == called, frame

    def _next(self, name: str) -> Connection:
        self._count += 1
        return Connection("client" if self._called[name] else "exchange", self._count)

    def _up(self, name: str) -> Iterator[tuple[bool, bytes]]:
        self._open[name] = self._next(name)
        return self._open[name].handshake()

    def _down(self, name: str, by_caller: bool) -> Iterator[tuple[bool, bytes]]:
        connection = self._open.pop(name, None)
        return connection.close(by_caller=by_caller) if connection else iter(())
