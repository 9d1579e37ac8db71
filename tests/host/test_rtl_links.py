# SPDX-License-Identifier: Apache-2.0
"""The two streams of `tickproof-rtl` on TCP connections: links, packets, what is left when a peer goes (docs/wire.md, HOST-5)."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from rtl_bench import FEED, TIMEOUT_S, Device, ends_well, namespace_of, program, records_of, started

from tickproof.protocols.control import COUNTERS, ORDER_COUNTERS
from tickproof.targets.wire.bed import TestBed, bed_missing
from tickproof.targets.wire.rtl_build import rtl_program_missing

LINK, CLIENT = 8, 9


@pytest.fixture
def tick_to_trade(tmp_path: Path) -> Iterator[Device]:
    """The device on five veth pairs; it has to end well."""
    if reason := bed_missing() or rtl_program_missing():
        pytest.skip(reason)
    bed = TestBed()
    device = started(bed, program("tick_to_trade"), tmp_path, (*FEED, "client", "exchange"))
    yield device
    ends_well(device)
    bed.close()


class Trader:
    """Both ends of the order path: a client, and the venue it wants to reach."""

    def __init__(self, device: Device) -> None:
        self.device = device
        with namespace_of(device.player):
            self.venue = socket.create_server((device.links["exchange"].player, 9002))
        self.venue.settimeout(TIMEOUT_S)
        self.exchange = self.accept()

    def accept(self) -> socket.socket:
        made, _ = self.venue.accept()
        made.settimeout(TIMEOUT_S)
        return made

    def connect(self) -> socket.socket:
        with namespace_of(self.device.player):
            return socket.create_connection((self.device.links["client"].device, 9001), TIMEOUT_S)

    def close(self) -> None:
        self.exchange.close()
        self.venue.close()


def received(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := connection.recv(size - len(data))):
        data += more
    return data


def packet(kind: bytes, payload: bytes = b"") -> bytes:
    """SoupBinTCP."""
    return struct.pack(">H", 1 + len(payload)) + kind + payload


def links_of(device: Device, events: list[bytes]) -> list[tuple[int, int]]:
    return [struct.unpack_from(">BB", record, 32) for record in events if record[0] == LINK]


def test_packets_pass_both_ways_and_links_are_recorded(tick_to_trade: Device) -> None:
    """Exchange up, client up; a heartbeat each way comes out on the other side, byte for byte."""
    events, trader = tick_to_trade.wire("events"), Trader(tick_to_trade)
    records = records_of(events.receive())
    client = trader.connect()
    records += records_of(events.receive())
    assert links_of(tick_to_trade, records) == [(2, 1), (1, 1)]
    client.sendall(packet(b"R") + packet(b"+", b"hello")[:4])
    assert received(trader.exchange, 3) == packet(b"R")
    client.sendall(packet(b"+", b"hello")[4:])
    assert received(trader.exchange, 8) == packet(b"+", b"hello")
    trader.exchange.sendall(packet(b"H") * 1000)
    assert received(client, 3000) == packet(b"H") * 1000
    counters = tick_to_trade.control().counters()
    assert len(counters) == len(COUNTERS) + len(ORDER_COUNTERS)
    order = dict(zip(ORDER_COUNTERS, counters[len(COUNTERS) :], strict=True))
    assert (order["client_packets"], order["exchange_packets"]) == (2, 1000)
    client.close()
    trader.close()


def test_after_the_end_of_the_clients_stream_its_packets_still_arrive_and_then_its_side_closes(tick_to_trade: Device) -> None:
    """Bytes before a FIN take effect before the link goes down; the next connection is a new link."""
    events, trader = tick_to_trade.wire("events"), Trader(tick_to_trade)
    records = records_of(events.receive())
    for _ in range(2):
        client = trader.connect()
        client.sendall(packet(b"R") * 100)
        client.shutdown(socket.SHUT_WR)
        assert received(trader.exchange, 300) == packet(b"R") * 100
        assert client.recv(1) == b""
        client.close()
    tick_to_trade.control().sync()
    while len(links_of(tick_to_trade, records)) != 5:
        records += records_of(events.receive())
    assert links_of(tick_to_trade, records) == [(2, 1), (1, 1), (1, 0), (1, 1), (1, 0)]
    assert sum(record[0] == CLIENT for record in records) == 200
    trader.close()


def test_a_reset_of_the_exchange_is_a_link_down_and_the_device_connects_again(tick_to_trade: Device) -> None:
    """A peer that dies costs its link, nothing else."""
    events, trader = tick_to_trade.wire("events"), Trader(tick_to_trade)
    records = records_of(events.receive())
    trader.exchange.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    trader.exchange.close()
    trader.exchange = trader.accept()
    while len(links_of(tick_to_trade, records)) < 3:
        records += records_of(events.receive())
    assert links_of(tick_to_trade, records) == [(2, 1), (2, 0), (2, 1)]
    trader.close()
