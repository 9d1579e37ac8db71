# SPDX-License-Identifier: Apache-2.0
"""What the benches of the front end share: MoldUDP64 packets in frames, byte by byte, and an AXI-Stream source that places every beat.

Written with nothing but `struct`: no code of the engine can hide a mistake of the RTL here.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["COUNTERS", "GROUPS", "PORT", "SESSION", "FrameSource", "Headers", "add_order", "frame", "message", "mold", "packet"]

GROUPS = {"a": 0xE9360C6F, "b": 0xE931C46F}
PORT = 26477
SESSION = b"000000001A"
# The pulses of one line, in the order of the counters.
COUNTERS = (
    "frames", "bad_fcs", "oversize", "runt", "not_ours", "not_ipv4", "bad_ip_header", "fragment", "not_udp", "bad_length", "short_mold",
    "wrong_session", "truncated", "trailing", "heartbeats", "duplicates", "after_end", "fifo_overflow", "delivered",
)  # fmt: skip


def mold(sequence: int, blocks: Sequence[bytes], *, count: int | None = None, session: bytes = SESSION, tail: bytes = b"") -> bytes:
    """A MoldUDP64 packet; `count` overrides the number of blocks, `tail` follows them."""
    body = b"".join(struct.pack(">H", len(block)) + block for block in blocks)
    return session + struct.pack(">QH", sequence, len(blocks) if count is None else count) + body + tail


@dataclass(frozen=True, slots=True)
class Headers:
    """What may be wrong with a frame's headers. Defaults are right; None = computed."""

    group: int = GROUPS["a"]
    port: int = PORT
    mac: bytes | None = None
    tags: Sequence[int] = ()  # TPIDs
    ethertype: int = 0x0800
    version: int = 0x45
    total_length: int | None = None
    fragment: int = 0x4000
    protocol: int = 17
    checksum_error: int = 0
    destination: int | None = None
    udp_length: int | None = None
    padding: bytes = b""


def frame(payload: bytes, headers: Headers | None = None) -> bytes:
    """An Ethernet frame around a UDP payload."""
    h = headers or Headers()
    mac = h.mac if h.mac is not None else bytes([0x01, 0x00, 0x5E]) + struct.pack(">I", h.group & 0x7FFFFF)[1:]
    udp_length = 8 + len(payload) if h.udp_length is None else h.udp_length
    total = 28 + len(payload) if h.total_length is None else h.total_length
    destination = h.group if h.destination is None else h.destination
    ip = struct.pack(">BBHHHBBHII", h.version, 0, total, 0x1234, h.fragment, 7, h.protocol, 0, 0x0A000001, destination)
    total_sum = sum(struct.unpack(">10H", ip))
    while total_sum >> 16:
        total_sum = (total_sum & 0xFFFF) + (total_sum >> 16)
    ip = ip[:10] + struct.pack(">H", (0xFFFF - total_sum) ^ h.checksum_error) + ip[12:]
    tags = b"".join(struct.pack(">HH", tpid, 0x6123) for tpid in h.tags)
    udp = struct.pack(">HHHH", 1234, h.port, udp_length, 0xBEEF)
    return mac + bytes.fromhex("0a0b0c0d0e0f") + tags + struct.pack(">H", h.ethertype) + ip + udp + payload + h.padding


def packet(sequence: int, blocks: Sequence[bytes], *, line: str = "a", vlan: bool = False, **more: Any) -> bytes:
    """A right frame of one line."""
    return frame(mold(sequence, blocks, **more), Headers(group=GROUPS[line], tags=(0x8100,) if vlan else ()))


def message(kind: bytes, length: int, *, locate: int = 1, seed: int = 0) -> bytes:
    """An ITCH message of recognisable bytes."""
    body = bytes((seed * 37 + 11 * i + 1) & 0xFF for i in range(11, length))
    return (kind + struct.pack(">HH", locate, 0xFFFF) + struct.pack(">Q", 1000 + seed)[2:] + body)[:length]


def add_order(reference: int, *, locate: int = 1, side: bytes = b"B", shares: int = 100, price: int = 10_0000) -> bytes:
    head = struct.pack(">HH", locate, 0) + struct.pack(">Q", 1000 + reference)[2:]
    return b"A" + head + struct.pack(">Q", reference) + side + struct.pack(">I8sI", shares, b"AAPL    ", price)


@dataclass
class FrameSource:
    """Drives `<prefix>_axis_*`, one beat or idle clock each call of `drive`."""

    dut: Any
    prefix: str
    queue: deque[tuple[int, int, int, int] | None] = field(default_factory=deque)

    def send(self, data: bytes, *, bad: bool = False, gaps: Iterable[int] = ()) -> None:
        """Queue a frame. gaps: idle clocks before each beat (short sequences repeat 0)."""
        idle = iter(gaps)
        for at in range(0, len(data), 8):
            beat = data[at : at + 8]
            self.queue.extend([None] * next(idle, 0))
            last = at + 8 >= len(data)
            # Bytes behind tkeep are rubbish on purpose.
            self.queue.append((int.from_bytes(beat.ljust(8, b"\xa5"), "little"), (1 << len(beat)) - 1, int(last), int(last and bad)))

    def idle(self, clocks: int) -> None:
        self.queue.extend([None] * clocks)

    def drive(self) -> bool:
        """Set the pins for the next clock. True if it carries a last beat."""
        beat = self.queue.popleft() if self.queue else None
        getattr(self.dut, f"{self.prefix}_axis_tvalid").value = int(beat is not None)
        if beat is None:
            return False
        for name, value in zip(("tdata", "tkeep", "tlast", "tuser"), beat, strict=True):
            getattr(self.dut, f"{self.prefix}_axis_{name}").value = value
        return bool(beat[2])
