# SPDX-License-Identifier: Apache-2.0
"""Messages to packets to frames: MoldUDP64 in UDP in IPv4 in Ethernet, on two redundant lines.

Plain packets are made from a header template (about 2 us each); a packet with overridden headers is packed field by field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tickproof.frames import Frames
from tickproof.program import PortProgram
from tickproof.protocols import ETHERNET, IPV4, MOLD_BLOCK, MOLDUDP64, UDP, VLAN
from tickproof.protocols.checksum import internet_checksum
from tickproof.protocols.control import SETTINGS

__all__ = [
    "BEAT_PS",
    "END_OF_SESSION",
    "FRAME_HEADERS",
    "MAX_PAYLOAD",
    "FeedLine",
    "Headers",
    "both_lines",
    "line_rate_times",
    "lines_of",
    "mold_packet",
    "pack_packets",
]

Headers = Mapping[str, Mapping[str, object]]  # layer ("eth", "ip", "udp") -> field -> value

END_OF_SESSION = 0xFFFF
FRAME_HEADERS = ETHERNET.size + IPV4.size + UDP.size
MAX_PAYLOAD = 1472  # UDP payload of an Ethernet frame without jumbo
BEAT_PS = 6400  # one 64-bit beat at 156.25 MHz

_ETHERTYPE_VLAN = 0x8100
_MORE_FRAGMENTS = 0x2000
_PROTOCOL_UDP = 17


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One of the two lines: the port it enters, its group and UDP port, and header fields that differ from ours on every packet.

    Our own headers: locally administered source MAC, source address 192.0.2.10 (A) or 192.0.2.11 (B), DF, TTL 16, correct checksums.
    """

    port: str
    group: int
    udp_port: int
    headers: Headers = field(default_factory=dict)

    def fields(self) -> dict[str, dict[str, object]]:
        """Layer -> fields of a packet of this line, lengths and checksums left out."""
        last = 0x0B if self.port == "feed_b" else 0x0A
        fields: dict[str, dict[str, object]] = {
            "eth": {"destination": 0x01005E000000 | (self.group & 0x7FFFFF), "source": 0x025450000000 | last, "ethertype": 0x0800},
            "ip": {
                "version_ihl": 0x45,
                "flags_fragment": 0x4000,
                "ttl": 16,
                "protocol": _PROTOCOL_UDP,
                "source": 0xC0000200 | last,
                "destination": self.group,
            },
            "udp": {"source_port": 26400, "destination_port": self.udp_port},
        }
        for layer, values in self.headers.items():
            fields[layer].update(values)
        return fields

    def frame(
        self,
        payload: bytes,
        headers: Headers | None = None,
        *,
        vlans: Sequence[int] = (),
        fragment: bool = False,
        bad_checksum: bool = False,
    ) -> bytes:
        """One frame around a UDP payload. headers: overrides; nothing else follows an override but the checksums.

        vlans: tag control information of each 802.1Q tag, outermost first. fragment: sets MF. bad_checksum: spoils the IP header checksum.
        """
        fields = self.fields()
        for layer, values in (headers or {}).items():
            fields[layer].update(values)
        eth, ip, udp = fields["eth"], fields["ip"], fields["udp"]
        ip.setdefault("total_length", (IPV4.size + UDP.size + len(payload)) & 0xFFFF)
        udp.setdefault("length", (UDP.size + len(payload)) & 0xFFFF)
        if fragment:
            ip["flags_fragment"] = _MORE_FRAGMENTS
        ip_header = IPV4.pack(ip)
        if "header_checksum" not in ip:
            ip_header = IPV4.pack(ip, header_checksum=internet_checksum(ip_header) ^ int(bad_checksum))
        udp_header = UDP.pack(udp)
        if "checksum" not in udp:
            pseudo = ip_header[12:20] + bytes([0, _PROTOCOL_UDP]) + udp_header[4:6]
            udp_header = UDP.pack(udp, checksum=internet_checksum(pseudo + udp_header + payload) or 0xFFFF)
        tags = b""
        for tci in reversed(vlans):
            tags = VLAN.pack(tci=tci, ethertype=eth["ethertype"]) + tags
            eth["ethertype"] = _ETHERTYPE_VLAN
        return ETHERNET.pack(eth) + tags + ip_header + udp_header + payload

    def frames(self, payloads: Iterable[bytes]) -> Iterable[bytes]:
        """Many plain frames, fast: byte for byte those of `frame`."""
        if self.headers:
            yield from map(self.frame, payloads)
            return
        empty = self.frame(b"", {"ip": {"total_length": 0, "header_checksum": 0}, "udp": {"length": 0, "checksum": 0}})
        start, middle, addresses, ports = empty[:16], empty[18:24], empty[26:34], empty[34:38]
        ip_sum = int.from_bytes(empty[14:34], "big") % 0xFFFF
        udp_sum = (int.from_bytes(addresses + ports, "big") + _PROTOCOL_UDP) % 0xFFFF
        for payload in payloads:
            length = UDP.size + len(payload)
            # 2**16 = 1 modulo 0xFFFF: a ones' complement sum of 16-bit words is the whole number modulo 0xFFFF.
            ip_checksum = 0xFFFF - ((ip_sum + IPV4.size + length) % 0xFFFF or 0xFFFF)
            number = int.from_bytes(payload, "big") << (8 * (length % 2))
            udp_checksum = 0xFFFF - ((udp_sum + 2 * length + number) % 0xFFFF or 0xFFFF) or 0xFFFF
            ip_length, udp_length = (IPV4.size + length).to_bytes(2, "big"), length.to_bytes(2, "big")
            yield b"".join(
                (
                    start,
                    ip_length,
                    middle,
                    ip_checksum.to_bytes(2, "big"),
                    addresses,
                    ports,
                    udp_length,
                    udp_checksum.to_bytes(2, "big"),
                    payload,
                )
            )


def lines_of(settings: Mapping[str, int], headers: Mapping[str, Headers] | None = None) -> tuple[FeedLine, FeedLine]:
    """Lines A and B from the control settings in force (`feed_a_group`, ...); headers: port -> its own header fields."""

    def value(name: str) -> int:
        return settings.get(name, SETTINGS[name].default)

    a, b = (FeedLine(port, value(f"{port}_group"), value(f"{port}_port"), (headers or {}).get(port, {})) for port in ("feed_a", "feed_b"))
    return a, b


def mold_packet(session: str, sequence: int, messages: Sequence[bytes], *, count: int | None = None) -> bytes:
    """A MoldUDP64 packet. count: written instead of the number of messages (0 = heartbeat, END_OF_SESSION)."""
    header = MOLDUDP64.pack(session=session, sequence=sequence & (2**64 - 1), count=len(messages) if count is None else count)
    return header + b"".join(MOLD_BLOCK.pack(length=len(message)) + message for message in messages)


def pack_packets(
    messages: Iterable[bytes], *, session: str, per_packet: int | Sequence[int], first_sequence: int = 1
) -> tuple[list[bytes], NDArray[np.int64]]:
    """Messages to MoldUDP64 packets. per_packet: how many in each (the last may have fewer), or how many in packet 0, 1, ...

    A packet is closed early where one more message would not fit MAX_PAYLOAD. Returns the packets and int64[n], messages in each.
    """
    session_bytes = MOLDUDP64.pack(session=session)[:10]
    sizes = iter(per_packet) if not isinstance(per_packet, int) else None
    packets: list[bytes] = []
    counts: list[int] = []
    parts: list[bytes] = []
    held, sequence = 0, first_sequence

    def wanted() -> int:
        return per_packet if isinstance(per_packet, int) else next(sizes, 1)  # type: ignore[arg-type]

    def close() -> None:
        nonlocal held, sequence
        count = len(parts) // 2
        packets.append(b"".join((session_bytes, sequence.to_bytes(8, "big"), count.to_bytes(2, "big"), *parts)))
        counts.append(count)
        sequence += count
        held = 0
        parts.clear()

    room, limit = MAX_PAYLOAD - MOLDUDP64.size, wanted()
    for message in messages:
        if parts and held + 2 + len(message) > room:
            close()
        parts += (len(message).to_bytes(2, "big"), message)
        held += 2 + len(message)
        if len(parts) >= 2 * limit:
            close()
            limit = wanted()
    if parts:
        close()
    return packets, np.array(counts, np.int64)


def line_rate_times(lengths: NDArray[np.int64], idle_beats: int = 0) -> NDArray[np.int64]:
    """int64[n] ns at which frames of these lengths (bytes) start, `idle_beats` apart, on a 64-bit stream at 156.25 MHz."""
    beats = (lengths + 7) // 8 + idle_beats
    ends: NDArray[np.int64] = np.cumsum(beats) * BEAT_PS
    return (ends - beats * BEAT_PS) // 1000


def both_lines(
    lines: Sequence[FeedLine],
    packets: Sequence[bytes],
    times_ns: NDArray[np.int64],
    *,
    skew_ns: int = 0,
    lost: Mapping[str, NDArray[np.bool_]] | None = None,
) -> dict[str, PortProgram]:
    """The same packets on every line. times_ns: int64[n], non-decreasing, on the first line; the other runs skew_ns behind.

    lost: port -> bool[n], packets that this line does not carry.
    """
    ports: dict[str, PortProgram] = {}
    for behind, line in enumerate(lines):
        times = times_ns + behind * skew_ns
        kept = packets
        if lost is not None and line.port in lost:
            keep = ~lost[line.port]
            times = times[keep]
            kept = [packets[int(row)] for row in np.flatnonzero(keep)]
        frames = Frames.of(line.frames(kept))
        ports[line.port] = PortProgram(frames, times, np.zeros(len(frames), np.uint16))
    return ports
