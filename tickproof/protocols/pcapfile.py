# SPDX-License-Identifier: Apache-2.0
"""Capture files: Ethernet frames with nanosecond times, from pcap and pcapng; and writing pcap.

Scapy reads both formats, too, but takes a file that was cut off for one that ended. Here that is an error, because what is replayed must be
what was captured.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path

from tickproof.errors import ProtocolError
from tickproof.protocols.binaryio import open_binary
from tickproof.protocols.linktype import Link
from tickproof.protocols.pcapng import PCAPNG_MAGIC, read_pcapng

__all__ = ["is_capture", "read_pcap", "write_pcap"]

# First four bytes -> (byte order for struct, nanoseconds in one unit of the time's fraction).
_PCAP_MAGIC = {
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\x3c\x4d": (">", 1),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
}
_MAX_FRAME = 1 << 18  # what tcpdump takes for a snap length that cuts nothing


def is_capture(path: str | Path) -> bool:
    """True if the file begins like a pcap or pcapng. ProtocolError if it is missing, unreadable or empty."""
    with open_binary(path) as stream:
        magic = stream.read(4)
    return magic in _PCAP_MAGIC or magic == PCAPNG_MAGIC


def read_pcap(path: str | Path) -> Iterator[tuple[int, bytes]]:
    """The frames of a pcap or pcapng as (nanoseconds since the epoch, bytes without FCS), in file order and constant memory.

    ProtocolError for a missing, empty or truncated file, another format, another link type than Ethernet, and frames captured only in part.
    """
    with open_binary(path) as stream:
        magic = stream.read(4)
        if magic in _PCAP_MAGIC:
            yield from _read_classic(str(path), stream, *_PCAP_MAGIC[magic])
        elif magic == PCAPNG_MAGIC:
            yield from read_pcapng(str(path), stream)
        else:
            raise ProtocolError(str(path), "not a pcap or pcapng file", got=f"first bytes {magic.hex(' ')}")


def _read_classic(where: str, stream: BufferedReader, order: str, unit_ns: int) -> Iterator[tuple[int, bytes]]:
    header = stream.read(20)
    if len(header) < 20:
        raise ProtocolError(where, "file ends in the middle of the pcap header", got=f"{4 + len(header)} bytes", expected=24)
    (network,) = struct.unpack_from(order + "I", header, 16)
    # The low 16 bits are the link type; bit 26 says that the top four bits count the FCS, in units of two bytes.
    link = Link(network & 0xFFFF, fcs_bytes=2 * (network >> 28) if network >> 26 & 1 else 0)
    link.check(where, "the capture")
    record = struct.Struct(order + "4I")
    number = 0
    while head := stream.read(record.size):
        number += 1
        if len(head) < record.size:
            raise ProtocolError(where, f"file ends in the middle of packet {number}", got=f"{len(head)} bytes of its header", expected=16)
        seconds, fraction, captured, original = record.unpack(head)
        if captured > _MAX_FRAME:
            raise ProtocolError(where, f"packet {number} cannot be that long", got=captured, expected=f"at most {_MAX_FRAME} bytes")
        data = stream.read(captured)
        if len(data) < captured:
            raise ProtocolError(where, f"file ends in the middle of packet {number}", got=f"{len(data)} bytes", expected=captured)
        yield seconds * 1_000_000_000 + fraction * unit_ns, link.frame(where, number, data, original)


def write_pcap(path: str | Path, packets: Iterable[tuple[int, bytes]]) -> None:
    """Write Ethernet frames, (nanoseconds since the epoch, bytes) each, as a pcap with nanosecond times. ProtocolError if that fails."""
    try:
        with Path(path).open("wb") as stream:
            stream.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, _MAX_FRAME, 1))
            for time_ns, data in packets:
                stream.write(struct.pack("<4I", *divmod(time_ns, 1_000_000_000), len(data), len(data)) + data)
    except OSError as error:
        raise ProtocolError(str(path), f"cannot be written: {error.strerror or error}") from None
