# SPDX-License-Identifier: Apache-2.0
"""Plan folders written and results read by hand, from docs/wire.md alone; and frames made by hand."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tickproof.targets.wire.host_build import xdp_missing

NOTHING = 0xFFFF
LINK_UP, LINK_DOWN = 4, 8
GROUP = "239.1.2.3 5000"
RINGS = ["raw", pytest.param("xdp", marks=pytest.mark.skipif(xdp_missing() is not None, reason=xdp_missing() or ""))]


@dataclass(frozen=True)
class Row:
    not_before_ns: int
    data: bytes = b""
    flags: int = 0
    awaited: int = NOTHING
    count: int = 0


def write_sends(folder: Path, port: str, rows: Iterable[Row]) -> None:
    table, data = bytearray(), bytearray()
    for row in rows:
        table += struct.pack("<qQIHHII", row.not_before_ns, len(data), len(row.data), row.flags, row.awaited, row.count, 0)
        data += row.data
    (folder / f"{port}.sends").write_bytes(table)
    (folder / f"{port}.bytes").write_bytes(data)


def write_plan(
    folder: Path, *lines: str, end: int = 0, quiet: int = 200_000_000, stall: int = 500_000_000, limit: int = 5_000_000_000
) -> None:
    timing = (f"end {end}", f"quiet {quiet}", f"stall {stall}", f"limit {limit}")
    (folder / "plan.conf").write_text("\n".join((*lines, *timing)) + "\n")


@dataclass(frozen=True)
class Output:
    time_ns: int
    data: bytes
    flags: int


def outputs(folder: Path, port: str) -> list[Output]:
    table, data = (folder / f"{port}.frames").read_bytes(), (folder / f"{port}.data").read_bytes()
    rows = [struct.unpack_from("<qqQII", table, at) for at in range(0, len(table), 32)]
    assert all(first == last for first, last, _, _, _ in rows)
    return [Output(first, data[offset : offset + length], flags) for first, _, offset, length, flags in rows]


def sent_ns(folder: Path, port: str) -> list[int]:
    table = (folder / f"{port}.sent").read_bytes()
    return [struct.unpack_from("<q", table, at)[0] for at in range(0, len(table), 16)]


def udp_frame(payload: bytes, address: str = "239.1.2.3", port: int = 5000, source: str = "10.77.0.9") -> bytes:
    """An Ethernet frame with one UDP datagram and no UDP checksum."""
    header = (
        struct.pack(">BBHHHBBH", 0x45, 0, 28 + len(payload), 0, 0x4000, 64, 17, 0) + socket.inet_aton(source) + socket.inet_aton(address)
    )
    total = sum(struct.unpack(">10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    header = header[:10] + struct.pack(">H", 0xFFFF - ((total & 0xFFFF) + (total >> 16))) + header[12:]
    ethernet = b"\x01\x00\x5e\x01\x02\x03\x02\x00\x00\x00\x00\x01\x08\x00"
    return ethernet + header + struct.pack(">HHHH", 4000, port, 8 + len(payload), 0) + payload


def numbered(count: int, spacing_ns: int = 100_000) -> list[Row]:
    """Frames of many lengths, no two alike."""
    return [Row(index * spacing_ns, udp_frame(struct.pack(">I", index) + bytes(index % 900))) for index in range(count)]
