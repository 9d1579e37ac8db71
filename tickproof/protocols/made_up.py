# SPDX-License-Identifier: Apache-2.0
"""What a capture file needs around bytes that crossed no wire: link types, and the TCP/IP headers of streams."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from tickproof.protocols import ETHERNET, IPV4
from tickproof.protocols.checksum import internet_checksum

__all__ = ["ACK", "FIN", "LINK_BYTES", "LINK_CONTROL", "LINK_ETHERNET", "LINK_RECORD", "PUSH", "STREAM_PORT", "SYN", "Connection"]

LINK_ETHERNET, LINK_BYTES, LINK_CONTROL, LINK_RECORD = 1, 147, 148, 149
"""Link types: frames; and of those that everyone may use as they like: any bytes, a control record, an event record."""

STREAM_PORT = {"client": 30110, "exchange": 30111}
"""TCP port on which the side that is called listens: the device for its client, the exchange for the device."""

FIN, SYN, PUSH, ACK = 1, 2, 8, 16

_PROTOCOL_TCP = 6
_DEVICE, _CLIENT, _EXCHANGE = (
    ("02:54:50:00:01:01", "192.168.20.1"),
    ("02:54:50:00:01:02", "192.168.20.2"),
    ("02:54:50:00:01:03", "192.168.20.3"),
)
_SIDES = {"client": (_CLIENT, _DEVICE), "exchange": (_DEVICE, _EXCHANGE)}
_FIRST_PORT = 40000
_SEGMENT = 60_000  # bytes; more does not fit into one IPv4 packet
_TCP = struct.Struct(">HHIIBBHHH")


@dataclass(slots=True)
class Connection:
    """One TCP connection. side: "client" or "exchange", as in STREAM_PORT. number: each has its own. sequence: of the next byte of
    (the caller, the called)."""

    side: str
    number: int
    sequence: list[int] = field(default_factory=lambda: [1000, 5000])

    def handshake(self) -> Iterator[tuple[bool, bytes]]:
        """(from the caller, frame) of each packet, as below."""
        yield True, self._packet(True, SYN)
        yield False, self._packet(False, SYN | ACK)
        yield True, self._packet(True, ACK)

    def close(self, *, by_caller: bool) -> Iterator[tuple[bool, bytes]]:
        yield by_caller, self._packet(by_caller, FIN | ACK)
        yield not by_caller, self._packet(not by_caller, FIN | ACK)
        yield by_caller, self._packet(by_caller, ACK)

    def data(self, payload: bytes, *, by_caller: bool) -> Iterator[tuple[bool, bytes]]:
        for at in range(0, len(payload), _SEGMENT):
            yield by_caller, self._packet(by_caller, PUSH | ACK, payload[at : at + _SEGMENT])

    def _packet(self, by_caller: bool, flags: int, payload: bytes = b"") -> bytes:
        one, other = (0, 1) if by_caller else (1, 0)
        (source_mac, source), (target_mac, target) = (_SIDES[self.side][side] for side in (one, other))
        ports = (_FIRST_PORT + self.number % 20_000, STREAM_PORT[self.side])
        acknowledged = self.sequence[other] if flags & ACK else 0
        segment = _TCP.pack(ports[one], ports[other], self.sequence[one], acknowledged, 5 << 4, flags, 65535, 0, 0) + payload
        ip: dict[str, int | str] = {"version_ihl": 0x45, "total_length": IPV4.size + len(segment), "ttl": 64, "protocol": _PROTOCOL_TCP}
        ip |= {"source": source, "destination": target, "flags_fragment": 0x4000}
        ip["header_checksum"] = internet_checksum(IPV4.pack(ip))
        header = IPV4.pack(ip)
        pseudo = header[12:20] + struct.pack(">HH", _PROTOCOL_TCP, len(segment))
        checksum = internet_checksum(pseudo + segment)
        self.sequence[one] = (self.sequence[one] + len(payload) + bool(flags & (SYN | FIN))) % (1 << 32)
        frame = ETHERNET.pack(destination=target_mac, source=source_mac, ethertype=0x0800) + header
        return frame + segment[:16] + checksum.to_bytes(2, "big") + segment[18:]
