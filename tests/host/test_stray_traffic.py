# SPDX-License-Identifier: Apache-2.0
"""What else is on a wire while a scenario plays: it never changes a verdict, and what the player gets of it is counted as stray."""

from __future__ import annotations

import random
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from long_run import Run, can_play, long_run
from rtl_bench import namespace_of
from waiting import soon_s

NOBODY = bytes.fromhex("02deadbeef01")
EVERYBODY = b"\xff" * 6
BETWEEN_S = 0.005
SECONDS = 2.0
PORTS = ("feed_a", "feed_b", "events", "client", "exchange")
_ETH_P_IP = 0x0800


def arp(target: str) -> bytes:
    """Who has that address?"""
    head = struct.pack(">HHBBH", 1, _ETH_P_IP, 6, 4, 1)
    return EVERYBODY + NOBODY + b"\x08\x06" + head + NOBODY + bytes([10, 9, 8, 7]) + bytes(6) + socket.inet_aton(target)


def neighbour_discovery() -> bytes:
    """A router solicitation, as each interface sends that comes up with IPv6."""
    source, group = socket.inet_pton(socket.AF_INET6, "fe80::1"), socket.inet_pton(socket.AF_INET6, "ff02::2")
    body = bytes.fromhex("85000000") + bytes(4)
    return bytes.fromhex("333300000002") + NOBODY + b"\x86\xdd" + struct.pack(">IHBB", 6 << 28, len(body), 58, 255) + source + group + body


def datagram(mac: bytes, source: str, target: str, port: int, payload: bytes) -> bytes:
    """UDP over IPv4, right in every field."""
    udp = struct.pack(">HHHH", 5353, port, 8 + len(payload), 0) + payload
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 1, 17, 0, socket.inet_aton(source), socket.inet_aton(target))
    total = sum(struct.unpack(">10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    head = head[:10] + struct.pack(">H", 0xFFFF - (total & 0xFFFF) - (total >> 16)) + head[12:]
    return mac + NOBODY + b"\x08\x00" + head + udp


def noise(interface_address: str) -> list[bytes]:
    """What a switch's port brings by itself, and other people's multicast."""
    others = datagram(bytes.fromhex("01005e0000fb"), "10.9.8.7", "224.0.0.251", 5353, b"mdns")
    feed_like = datagram(bytes.fromhex("01005e7f0001"), "10.9.8.7", "239.255.0.1", 26477, bytes(20))
    lldp = bytes.fromhex("0180c200000e") + NOBODY + b"\x88\xcc" + bytes(46)
    return [arp(interface_address), neighbour_discovery(), others, feed_like, lldp]


@contextmanager
def played(run: Run, ends: Sequence[tuple[str, str]]) -> Iterator[None]:
    """Noise into these (side, port) ends, from a thread, until it is left. It comes out at the other end of the pair."""
    sockets = []
    for side, port in ends:
        with namespace_of(run.pid(side)):
            wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            wire.bind((run.interface(port), 0))
            sockets.append(wire)
    over, dice = threading.Event(), random.Random(1)

    def play() -> None:
        while not over.wait(BETWEEN_S):
            for wire in sockets:
                wire.send(dice.choice(noise("192.168.10.2")))

    thread = threading.Thread(target=play)
    _be_first("-20")  # device and player poll: the noise would not get a processor
    thread.start()
    try:
        yield
    finally:
        _be_first("0")
        over.set()
        thread.join()
        for wire in sockets:
            wire.close()


def _be_first(nice: str) -> None:
    """Where the kernel shares between sessions, and lets us."""
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(nice, encoding="ascii")


def judged_without_fault(run: Run) -> dict[str, object]:
    """Its result; on a busy machine it may say that inputs went out late, but nothing about the device."""
    run.command.wait(60)
    result = run.result()
    assert result["status"] == "pass" or result["because"] == "late", result["reason"]
    host = result["host"]
    assert isinstance(host, dict)
    assert host["lost"] == 0
    return dict(host)


@pytest.mark.parametrize(
    "target", ["gateway@udp", "rtl@raw", *(pytest.param(name, marks=pytest.mark.slow) for name in ("gateway@raw", "gateway@xdp"))]
)
def test_noise_at_both_ends_of_every_port_changes_no_verdict(target: str, tmp_path: Path) -> None:
    """At the player's it is stray; a kernel socket never gets to see it. At the device's a gateway's kernel drops what is for nobody here;
    other devices drop and count it, which is told. The run lasts until a busy machine has noticed, too, that it goes on."""
    if reason := can_play(target):
        pytest.skip(reason)
    with long_run(tmp_path, target, soon_s()) as run:
        with played(run, [(side, port) for side in ("device", "player") for port in PORTS]):
            host = judged_without_fault(run)
        assert (host["stray"] > 0) == (target != "gateway@udp")
        assert run.left_behind() == []


def test_two_runs_do_not_meet(tmp_path: Path) -> None:
    """Same addresses, same ports, same machine: each has namespaces of its own."""
    if reason := can_play("gateway@raw"):
        pytest.skip(reason)
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    with long_run(folders[0], "gateway@raw", SECONDS) as first, long_run(folders[1], "gateway@raw", SECONDS) as second:
        assert not first.space_names() & second.space_names()
        for run in (first, second):
            judged_without_fault(run)
            assert run.left_behind() == []
