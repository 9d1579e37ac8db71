# SPDX-License-Identifier: Apache-2.0
"""pcapng: sections, interfaces with their own time units, packets."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader

from tickproof.errors import ProtocolError
from tickproof.protocols.linktype import Link

__all__ = ["PCAPNG_MAGIC", "read_pcapng"]

PCAPNG_MAGIC = b"\x0a\x0d\x0d\x0a"
_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE_PACKET, _PACKET = 0x0A0D0D0A, 1, 2, 3, 6
_TSRESOL, _FCSLEN, _TSOFFSET = 9, 13, 14  # interface options
_MAX_BLOCK = 1 << 24


@dataclass(frozen=True, slots=True)
class _Interface:
    link: Link
    units_per_second: int
    offset_s: int

    def time_ns(self, units: int) -> int:
        return self.offset_s * 1_000_000_000 + units * 1_000_000_000 // self.units_per_second


def read_pcapng(where: str, stream: BufferedReader) -> Iterator[tuple[int, bytes]]:
    """The packets of a pcapng whose first four bytes have been read, as (nanoseconds, frame). ProtocolError, see `pcapfile.read_pcap`."""
    interfaces: list[_Interface] = []
    number = 0
    for order, kind, body in _blocks(where, stream):
        try:
            if kind == _SECTION:
                interfaces = []
            elif kind == _INTERFACE:
                interfaces.append(_interface(order, body))
            elif kind == _SIMPLE_PACKET:
                raise ProtocolError(where, f"packet {number + 1} has no time (Simple Packet Block)")
            elif kind in (_PACKET, _OLD_PACKET):
                number += 1
                index, high, low, captured, original = struct.unpack_from(order + ("5I" if kind == _PACKET else "H2x4I"), body)
                if index >= len(interfaces) or captured > len(body) - 20:
                    raise ProtocolError(where, f"packet {number} contradicts its file", got=f"interface {index}, {captured} bytes")
                source = interfaces[index]
                yield source.time_ns(high << 32 | low), source.link.frame(where, number, body[20 : 20 + captured], original)
        except struct.error:
            raise ProtocolError(where, f"pcapng block of type {kind} is too short", got=f"{len(body)} bytes") from None


def _blocks(where: str, stream: BufferedReader) -> Iterator[tuple[str, int, bytes]]:
    """(byte order, type, body) of each block."""
    order, head = "<", PCAPNG_MAGIC + stream.read(4)
    while head:
        if head[:4] == PCAPNG_MAGIC:
            # The section header says in which byte order its length was, right behind that length.
            magic = stream.read(4)
            if magic not in (b"\x1a\x2b\x3c\x4d", b"\x4d\x3c\x2b\x1a"):
                raise ProtocolError(where, "pcapng section without byte-order magic", got=magic.hex(" ") or "end of file")
            order, read = (">" if magic[0] == 0x1A else "<"), 12
        else:
            read = 8
        if len(head) < 8:
            raise ProtocolError(where, "file ends in the middle of a pcapng block", got=f"{len(head)} bytes of its header", expected=8)
        kind, length = struct.unpack(order + "2I", head)
        if length % 4 or not read + 4 <= length <= _MAX_BLOCK:
            raise ProtocolError(where, f"pcapng block of type {kind} has an impossible length", got=length)
        body = stream.read(length - read)
        if len(body) < length - read:
            raise ProtocolError(where, "file ends in the middle of a pcapng block", got=f"{read + len(body)} bytes", expected=length)
        yield order, kind, body[:-4]
        head = stream.read(8)


def _interface(order: str, body: bytes) -> _Interface:
    (link_type,) = struct.unpack_from(order + "H", body)
    units, fcs, offset, position = 1_000_000, 0, 0, 8
    while position + 4 <= len(body):
        code, length = struct.unpack_from(order + "2H", body, position)
        value = body[position + 4 : position + 4 + length]
        if code == _TSRESOL:
            units = 1 << (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
        elif code == _FCSLEN:
            fcs = value[0]
        elif code == _TSOFFSET:
            (offset,) = struct.unpack(order + "q", value)
        elif code == 0:
            break
        position += 4 + (length + 3 & ~3)
    return _Interface(Link(link_type, fcs), units, offset)
