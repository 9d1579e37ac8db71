# SPDX-License-Identifier: Apache-2.0
"""What was sent, row by row, decoded down to the fields of its messages."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from tickproof.check.evidence import Evidence
from tickproof.check.inputs import StreamInput
from tickproof.check.packets import decode_packet, message_table, packet_text
from tickproof.check.show import control_text, field_text, message_text
from tickproof.program import SendFlag
from tickproof.protocols import ETHERNET, ITCH, MOLDUDP64, Layout
from tickproof.protocols.decode import mold_blocks, udp_payload

__all__ = ["HEX_SHOWN", "Row", "Sent", "input_row", "sends"]

Row = dict[str, Any]
Sent = tuple[int, str, int]
"""When a send went in (ps; its due time if it did not), its port, its row there."""

HEX_SHOWN = 512
"""Bytes of a frame that are kept."""
_MESSAGES_SHOWN = 12
_LINKS = {int(SendFlag.LINK_UP): "link up", int(SendFlag.LINK_DOWN): "link down"}
_FAULTS = {SendFlag.BAD_FCS: "with a bad FCS", SendFlag.ABORT: "aborted"}

Part = tuple[str, Sequence[tuple[str, str]]]
"""A layer or message: its name, and (field, text) each."""


def sends(evidence: Evidence) -> list[Sent]:
    """Of all ports, in the order in which they went in."""
    found: list[Sent] = []
    for port, program in evidence.program.ports.items():
        due_ps = program.not_before_ns * 1000
        sent = evidence.capture.sent.get(port)
        times = due_ps if sent is None or len(sent.first_ps) != len(due_ps) else np.where(sent.first_ps < 0, due_ps, sent.first_ps)
        found += [(time, port, row) for row, time in enumerate(times.tolist())]
    return sorted(found)


def input_row(port: str, row: int, evidence: Evidence) -> Row:
    """One send: what everybody says of it in a line, its layers and messages, its bytes."""
    program, scenario = evidence.program.ports[port], evidence.scenario
    data, flags = program.frames[row], int(program.flags[row])
    lines = scenario.lines.get(port) if scenario else None
    text, parts = _decoded(port, row, data, flags, evidence)
    faults = [name for flag, name in _FAULTS.items() if flags & flag]
    wait = program.waits.get(row)
    return {
        "port": port,
        "row": row,
        "line": int(lines[row]) if lines is not None and row < len(lines) else 0,
        "text": ", ".join([text, *faults, *([f"after {wait.count} outputs on {wait.port}"] if wait else [])]),
        "parts": parts,
        "bytes": len(data),
        "hex": data[:HEX_SHOWN].hex(),
    }


def _decoded(port: str, row: int, data: bytes, flags: int, evidence: Evidence) -> tuple[str, list[Part]]:
    if flags in _LINKS:
        return _LINKS[flags], []
    if port == "control":
        return control_text(data), []
    if port in evidence.streams:
        return _segment(port, row, len(data), evidence.streams[port])
    payload = udp_payload(data)
    if payload is None or len(payload) < MOLDUDP64.size:
        return f"frame of {len(data)} bytes", [("ethernet", _fields(ETHERNET, data))] if len(data) >= ETHERNET.size else []
    header = MOLDUDP64.unpack_from(payload)
    first, messages = int(header["sequence"]), list(mold_blocks(payload))
    parts: list[Part] = [("moldudp64", _fields(MOLDUDP64, payload))]
    parts += [(f"{first + index} {name}", fields) for index, (name, fields) in enumerate(map(_message, messages[:_MESSAGES_SHOWN]))]
    what = {0: "heartbeat", 0xFFFF: "end of session"}.get(int(header["count"]))
    said = what or (message_text(messages[0]) if messages else f"{int(header['count'])} messages, none whole")
    more = f", and {len(messages) - 1} more" if len(messages) > 1 else ""
    return f"{first}: {said}{more}", parts


@functools.lru_cache(maxsize=1 << 12)  # a scenario's messages are the same on each target, and often on both lines
def _message(message: bytes) -> Part:
    layout = ITCH.by_tag.get(message[:1])
    if layout is None or layout.size != len(message):
        return "no ITCH message", [("bytes", message.hex())]
    return layout.name, _fields(layout, message)


def _fields(layout: Layout, data: bytes) -> list[tuple[str, str]]:
    parts = ((item, data[item.offset : item.offset + item.size]) for item in layout.fields)
    return [(item.name, field_text(item, item.decode(part)).strip()) for item, part in parts]


def _segment(port: str, row: int, size: int, stream: StreamInput) -> tuple[str, list[Part]]:
    """The packets that begin in a send of a byte stream."""
    begun = list(islice(_beginning(row, stream), _MESSAGES_SHOWN))
    if not begun:
        return f"{size} bytes of a packet that began before, or of none", []
    decoded = [(ordinal, decode_packet(data, message_table(port, sent=True))) for ordinal, data in begun]
    parts: list[Part] = [(f"{ordinal} {packet.name}", [(item.name, item.text) for item in packet.items]) for ordinal, packet in decoded]
    more = f", and {len(begun) - 1} more" if len(begun) > 1 else ""
    return f"[{decoded[0][0]}] {packet_text(decoded[0][1])}{more}", parts


def _beginning(row: int, stream: StreamInput) -> Iterator[tuple[int, bytes]]:
    return ((packet.ordinal, packet.data) for packet in (*stream.packets, *stream.bad) if packet.first[0] == row)
