# SPDX-License-Identifier: Apache-2.0
"""Messages as dicts, for people and their scripts: ITCH of a capture or an ITCH file (in constant memory), OUCH of a SoupBinTCP packet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from tickproof.errors import ProtocolError
from tickproof.protocols import ETHERNET, IPV4, ITCH, MOLDUDP64, OUCH_IN, OUCH_OUT, SOUPBINTCP, UDP, Table, ouch
from tickproof.protocols.binaryio import open_binary
from tickproof.protocols.itchfile import read_itch
from tickproof.protocols.pcapfile import is_capture, read_pcap
from tickproof.protocols.soupbin import HEADER_BYTES, payload

__all__ = ["decode_capture", "decode_file", "decode_itch", "decode_message", "decode_ouch", "decode_soupbin", "mold_blocks", "udp_payload"]

_VLAN_TYPES = (0x8100, 0x88A8)
_NO_MESSAGES = (0, 0xFFFF)  # heartbeat, end of session


def decode_file(path: str | Path) -> Iterator[dict[str, Any]]:
    """`decode_capture` or `decode_itch`, whichever the contents call for. ProtocolError if they are neither."""
    return decode_capture(path) if is_capture(path) else decode_itch(path)


def decode_capture(path: str | Path) -> Iterator[dict[str, Any]]:
    """One dict a message: packet (from 1, all packets count), timestamp_ns of capture, session, sequence, type, then the message's fields.

    Packets that are no MoldUDP64, heartbeats and ends of session have no messages and so no dicts; a packet that was cut short gives its
    whole messages. ProtocolError as `read_pcap`.
    """
    for packet, (timestamp_ns, frame) in enumerate(read_pcap(path), 1):
        payload = udp_payload(frame)
        if payload is None or not _looks_like_mold(payload):
            continue
        header = MOLDUDP64.unpack_from(payload)
        first = int(header["sequence"])
        for index, message in enumerate(mold_blocks(payload)):
            where = {"packet": packet, "timestamp_ns": timestamp_ns, "session": header["session"], "sequence": first + index}
            yield where | decode_message(message)


def decode_itch(path: str | Path) -> Iterator[dict[str, Any]]:
    """One dict a message as `decode_capture`; packet, timestamp_ns and session are None, sequence counts the file's messages from 1.

    ProtocolError as `read_itch`, and if the first message is not of ITCH 5.0.
    """
    with open_binary(path) as stream:
        head = stream.read(3)
    layout = ITCH.by_tag.get(head[2:])
    if head[2:] and (layout is None or layout.size != int.from_bytes(head[:2], "big")):
        raise ProtocolError(str(path), "neither a pcap or pcapng nor an ITCH 5.0 file", got=f"first bytes {head.hex(' ')}")
    for sequence, message in enumerate(read_itch(path), 1):
        yield {"packet": None, "timestamp_ns": None, "session": None, "sequence": sequence} | decode_message(message)


def decode_message(message: bytes) -> dict[str, Any]:
    """type, then the fields by their table names. A message that no layout fits has `error` and its bytes as `data` in place of fields."""
    letter = message[:1].decode("latin-1")
    layout = ITCH.by_tag.get(message[:1])
    if layout is not None and len(message) == layout.size:
        return {"type": letter, **layout.unpack_from(message)}
    error = f"length {len(message)}, expected {layout.size}" if layout else "unknown type" if message else "empty message"
    return {"type": letter, "error": error, "data": message.hex()}


def decode_soupbin(packet: bytes, sender: Literal["client", "server"]) -> dict[str, Any]:
    """One SoupBinTCP packet, as the client or the server sends it: `packet` = its name, its fields, then `decode_ouch` of its message.

    Text of a debug packet is `text`. What no layout fits has `error` and its bytes as `data`.
    """
    layout = SOUPBINTCP.by_tag.get(packet[2:HEADER_BYTES])
    if layout is None or len(packet) < layout.size:
        return {
            "packet": "?",
            "error": "cut short" if layout or len(packet) < HEADER_BYTES else "unknown packet type",
            "data": packet.hex(),
        }
    values: dict[str, Any] = {"packet": layout.name, **layout.unpack_from(packet)}
    rest = payload(packet) if layout.size == HEADER_BYTES else packet[layout.size :]
    if layout.name == "debug":
        values["text"] = rest.decode("latin-1")
    elif layout.name in ("sequenced_data", "unsequenced_data"):
        values |= decode_ouch(OUCH_IN if sender == "client" else OUCH_OUT, rest)
    elif rest:
        values["data"] = rest.hex()
    return values


def decode_ouch(table: Table, data: bytes) -> dict[str, Any]:
    """One OUCH message: `message` = its name, its fields, and `options` as name=value if it has any.

    What no layout fits has `error` and its bytes as `data` in place of fields.
    """
    try:
        layout, fixed, appendage = ouch.split_message(table, data)
    except ProtocolError as error:
        known = table.by_tag.get(data[:1])
        return {"message": known.name if known else "?", "error": str(error), "data": data.hex()}
    chosen = (ouch.decode_option(*item) for item in ouch.options(appendage or b""))
    text = ", ".join(f"{name}={value!s}" for name, value in chosen)
    return {"message": layout.name, **layout.unpack(fixed), **({"options": text} if text else {})}


def udp_payload(frame: bytes) -> bytes | None:
    """The payload of an unfragmented IPv4 UDP packet behind any number of VLAN tags, without Ethernet padding; None for all else."""
    start = ETHERNET.size
    while int.from_bytes(frame[start - 2 : start], "big") in _VLAN_TYPES:
        start += 4
    if frame[start - 2 : start] != b"\x08\x00" or len(frame) < start + IPV4.size or frame[start] >> 4 != 4:
        return None
    ip = IPV4.unpack_from(frame, start)
    udp_start = start + 4 * (int(ip["version_ihl"]) & 15)
    end = start + int(ip["total_length"])
    if ip["protocol"] != 17 or int(ip["flags_fragment"]) & 0x3FFF or end > len(frame) or udp_start + UDP.size > end:
        return None
    length = int(UDP.unpack_from(frame, udp_start)["length"])
    return frame[udp_start + UDP.size : udp_start + length] if UDP.size <= length <= end - udp_start else None


def mold_blocks(payload: bytes) -> Iterator[bytes]:
    """The whole messages of a MoldUDP64 packet (header included, at least 20 bytes); none for heartbeats and ends of session."""
    count = int(MOLDUDP64.unpack_from(payload)["count"])
    start = MOLDUDP64.size
    for _ in range(0 if count in _NO_MESSAGES else count):
        end = start + 2 + int.from_bytes(payload[start : start + 2], "big")
        if start + 2 > len(payload) or end > len(payload):
            return
        yield payload[start + 2 : end]
        start = end


def _looks_like_mold(payload: bytes) -> bool:
    # Ports differ from site to site, so the packet has to speak for itself: a session of ten printable characters, and a first block
    # that fits (or none at all).
    if len(payload) < MOLDUDP64.size or not all(32 <= byte < 127 for byte in payload[:10]):
        return False
    return MOLDUDP64.unpack_from(payload)["count"] in _NO_MESSAGES or next(mold_blocks(payload), None) is not None
