# SPDX-License-Identifier: Apache-2.0
"""Contract 6.1 and 6.3 in bins: how the client's and exchange's packets lie in their segments, and what is appended to messages."""

from __future__ import annotations

from collections.abc import Iterator

from tickproof.check.inputs import Packet, packets_of
from tickproof.coverage.hits import Hits
from tickproof.coverage.path import inbound_name
from tickproof.golden.orders.ouch import INBOUND, OUTBOUND, Form, appendage_of
from tickproof.program import PortProgram
from tickproof.protocols import OUCH_OUT

__all__ = ["note_segments"]

_HEADER = 3
_BEAT = 8
_OUT = {tag[0]: layout.name for tag, layout in OUCH_OUT.by_tag.items()}


def note_segments(port: str, sends: PortProgram, errors: list[int], hits: Hits) -> None:
    """errors: ordinals at which the side was closed."""
    packets, _ = packets_of(sends, errors)
    forms, carrier = (INBOUND, ord("U")) if port == "client" else (OUTBOUND, ord("S"))
    for packet in packets:
        message = packet.data[_HEADER:]
        if packet.data[2] != carrier or message[0] not in forms:
            continue
        form = forms[message[0]]
        appendage = _appendage(form, message)
        name = inbound_name(message[0]) if port == "client" else _OUT[message[0]]
        hits.add(f"{port}: alignment", name, str(packet.first[1] % _BEAT))
        if port == "exchange":
            hits.add("exchange: appendages", name, appendage)
        for place in _places(packet, sends, form):
            if port == "client":
                hits.add("client: appendages and splits", name, appendage, place)
            else:
                hits.add("exchange: splits", name, place)


def _appendage(form: Form, message: bytes) -> str:
    options = appendage_of(form, message)
    if not options:
        return "none" if len(message) in form.sizes and not form.counted else "empty"
    count, at = 0, 0
    while at < len(options):
        at += 1 + options[at]
        count += 1
    return "one option" if count == 1 else "several options"


def _places(packet: Packet, sends: PortProgram, form: Form) -> Iterator[str]:
    """Where its bytes are cut by the ends of segments."""
    (row, _), (last, _) = packet.first, packet.last
    if row == last:
        yield "alone" if packet.alone else "with others"
        return
    at = len(sends.frames[row]) - packet.first[1]
    while row < last:
        fixed = _HEADER + form.sizes[0]
        if at == 1:
            yield "in its length"
        elif at <= _HEADER:
            yield "in its header"
        elif at < fixed:
            yield "in its fixed part"
        else:
            yield "in its appendage"
        row += 1
        at += len(sends.frames[row])
