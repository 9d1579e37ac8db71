# SPDX-License-Identifier: Apache-2.0
"""Writes pcapng: interfaces with names, nanoseconds, direction, errors, comments. (Scapy's writer has neither nanoseconds nor errors.)"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tickproof.errors import ProtocolError

__all__ = ["CRC_ERROR", "INWARD", "OUTWARD", "SYMBOL_ERROR", "Interface", "PcapngPacket", "write_pcapng"]

INWARD, OUTWARD = 1, 2
CRC_ERROR, SYMBOL_ERROR = 1 << 24, 1 << 31

_SECTION, _INTERFACE, _PACKET = 0x0A0D0D0A, 1, 6
_MAGIC = 0x1A2B3C4D
_COMMENT, _APPLICATION, _NAME, _DESCRIPTION, _RESOLUTION, _FLAGS = 1, 4, 2, 3, 9, 2


@dataclass(frozen=True, slots=True)
class Interface:
    """link: a link type, 1 = Ethernet. description: for people."""

    name: str
    link: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class PcapngPacket:
    """interface: index. time_ns: not negative. flags: INWARD or OUTWARD, and errors. comment: for people, "" = none."""

    interface: int
    time_ns: int
    data: bytes
    flags: int
    comment: str = ""


def write_pcapng(path: Path, interfaces: Iterable[Interface], packets: Iterable[PcapngPacket], *, comment: str, application: str) -> None:
    """The whole file. comment, application: of the section. ProtocolError if it cannot be written."""
    try:
        with path.open("wb") as stream:
            stream.writelines(_blocks(interfaces, packets, comment, application))
    except OSError as error:
        raise ProtocolError(str(path), f"cannot be written: {error.strerror or error}") from None


def _blocks(interfaces: Iterable[Interface], packets: Iterable[PcapngPacket], comment: str, application: str) -> Iterator[bytes]:
    section = [(_COMMENT, comment.encode()), (_APPLICATION, application.encode())]
    yield _block(_SECTION, struct.pack("<IHHq", _MAGIC, 1, 0, -1) + _options(section))
    for item in interfaces:
        told = [(_NAME, item.name.encode()), (_DESCRIPTION, item.description.encode()), (_RESOLUTION, b"\x09")]
        yield _block(_INTERFACE, struct.pack("<HHI", item.link, 0, 0) + _options(told))
    for packet in packets:
        size = len(packet.data)
        head = struct.pack("<5I", packet.interface, packet.time_ns >> 32, packet.time_ns & 0xFFFFFFFF, size, size)
        options = _options([(_FLAGS, struct.pack("<I", packet.flags)), (_COMMENT, packet.comment.encode())])
        yield _block(_PACKET, head + _padded(packet.data) + options)


def _block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + length + body + length


def _options(options: Iterable[tuple[int, bytes]]) -> bytes:
    return b"".join(struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options if value) + b"\0\0\0\0"


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
