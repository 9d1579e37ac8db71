# SPDX-License-Identifier: Apache-2.0
"""The Wireshark dissectors made from the tables: up to date, and tshark decodes each kind of message as its bytes say."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether

from tickproof.protocols import EVENTS, ITCH, OUCH_IN, OUCH_OPTIONS, OUCH_OUT, Layout, Table, lua
from tickproof.protocols.pcapfile import write_pcap

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / lua.PATH
MOLD_HEADER = b"TICKPROOF1" + (7).to_bytes(8, "big")
Layers = list[dict[str, object]]

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def decoded(tmp_path: Path, frames: list[bytes]) -> list[dict[str, list[str]]]:
    """Field -> values, in order, of each frame, as tshark's PDML has them."""
    file = tmp_path / "frames.pcap"
    write_pcap(file, list(enumerate(frames)))
    command = ["tshark", "-r", str(file), "-X", f"lua_script:{SCRIPT}", "-T", "json", "--no-duplicate-keys"]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "Lua" not in run.stderr
    return [dict(_fields(packet["_source"]["layers"])) for packet in json.loads(run.stdout)]


def _fields(node: object) -> Iterator[tuple[str, list[str]]]:
    """Leaves of a tree, by name."""
    found: dict[str, list[str]] = {}

    def walk(name: str, value: object) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(key, inner)
        elif isinstance(value, list):
            for inner in value:
                walk(name, inner)
        else:
            found.setdefault(name, []).append(str(value))

    walk("", node)
    yield from found.items()


def udp(payload: bytes, port: int) -> bytes:
    """In a frame that scapy makes."""
    return bytes(Ether() / IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=1, dport=port) / payload)


def soup(number: int, port: int, packet: bytes) -> bytes:
    """The same for one packet of a stream to or from `port`: each is a connection of its own."""
    ports = {"sport": 40000 + number, "dport": port} if port == 30110 else {"sport": 30110, "dport": 40000 + number}
    return bytes(Ether() / IP(src="10.0.0.1", dst="10.0.0.2") / TCP(**ports, flags="PA", seq=1) / packet)


def sample(layout: Layout) -> bytes:
    """Bytes of which no two fields are alike; text where text has to be."""
    data = bytearray(17 * (place + 3) % 251 for place in range(layout.size))
    for item in layout.fields:
        if item.type in ("alpha", "alpha_right", "code"):
            data[item.offset : item.offset + item.size] = bytes(65 + (item.offset + place) % 26 for place in range(item.size))
    if layout.tag is not None:
        tagged = layout.fields[layout.tag_index]
        data[tagged.offset : tagged.offset + tagged.size] = layout.tag
    if layout.fields[-1].name == "appendage_length":
        data[-2:] = b"\0\0"
    return bytes(data)


def by_hand(layout: Layout, data: bytes, prefix: str, shared: str, shared_bytes: int) -> dict[str, str]:
    """What these bytes mean by the offsets of the table; numbers decimal, other bytes as Wireshark writes them."""
    values = {}
    for item in layout.fields:
        part = data[item.offset : item.offset + item.size]
        name = f"{shared}.{item.name}" if item.offset + item.size <= shared_bytes else f"{prefix}.{item.name}"
        if item.type in ("alpha", "alpha_right", "code"):
            values[name] = part.decode()
        elif item.type == "bytes":
            values[name] = part.hex(":")
        else:
            values[name] = str(int.from_bytes(part, "big", signed=item.type.startswith("i")))
    return values


def test_the_committed_script_is_what_the_tables_give() -> None:
    """`python -m tickproof.protocols.lua` brings it up to date."""
    assert SCRIPT.read_text() == lua.dissectors()


@needs_tshark
def test_every_kind_of_record_is_decoded_field_by_field(tmp_path: Path) -> None:
    """One datagram a kind, as the events port sends them."""
    layouts = [*EVENTS.layouts.values()]
    records = [sample(layout) for layout in layouts]
    frames = decoded(tmp_path, [udp(record, 30100) for record in records])
    for layout, record, fields in zip(layouts, records, frames, strict=True):
        wanted = by_hand(layout, record, f"tickproof.{layout.name.lower()}", "tickproof", 32)
        assert {name: fields[name] for name in wanted} == {name: [value] for name, value in wanted.items()}


@needs_tshark
def test_a_datagram_of_several_records_shows_each(tmp_path: Path) -> None:
    """Bytes as a person reads them off the contract: a BBO 150.00 x 300 of symbol 2, then a GAP up to 9."""
    bbo = bytes.fromhex("0100000200000005000000000000000a000000000000000b0000000000000003" + "0016e36000000000000000000000012c" + "00" * 16)
    gap = bytes.fromhex("0200ffff00000006000000000000000c000000000000000d0000000000000007" + "000000000000000902" + "00" * 23)
    (fields,) = decoded(tmp_path, [udp(bbo + gap, 30100)])
    assert fields["tickproof.kind"] == ["1", "2"]
    assert fields["tickproof.symbol"] == ["2", "65535"]
    assert fields["tickproof.sequence"] == ["3", "7"]
    assert fields["tickproof.bbo.bid_price"] == ["1500000"]
    assert fields["tickproof.bbo.bid_shares"] == ["300"]
    assert fields["tickproof.gap.end"] == ["9"]
    assert fields["tickproof.gap.cause"] == ["2"]
    assert "tickproof.gap.reserved" not in fields


@needs_tshark
def test_every_itch_message_is_decoded_field_by_field(tmp_path: Path) -> None:
    """In MoldUDP64 packets of one message."""
    layouts = [*ITCH.layouts.values()]
    messages = [sample(layout) for layout in layouts]
    packets = [MOLD_HEADER + b"\0\1" + len(message).to_bytes(2, "big") + message for message in messages]
    for layout, message, fields in zip(layouts, messages, decoded(tmp_path, [udp(packet, 26477) for packet in packets]), strict=True):
        wanted = by_hand(layout, message, f"tickproof_itch.{layout.name}", "", 0) | {"tickproof_mold.sequence": "7"}
        assert {name: fields[name] for name in wanted} == {name: [value] for name, value in wanted.items()}


@needs_tshark
def test_every_ouch_message_and_option_is_decoded_field_by_field(tmp_path: Path) -> None:
    """Those of a client to port 30110, those of the exchange from it; all options that there are in one order."""
    options = b"".join(bytes([layout.size - 1]) + sample(layout)[1:] for layout in OUCH_OPTIONS.layouts.values())
    order = sample(OUCH_IN.layouts["enter_order"])[:-2] + len(options).to_bytes(2, "big") + options
    cases: list[tuple[Table, Layout, bytes]] = [(OUCH_IN, layout, sample(layout)) for layout in OUCH_IN.layouts.values()]
    cases += [(OUCH_OUT, layout, sample(layout)) for layout in (*OUCH_OUT.layouts.values(), *OUCH_OUT.later.values())]
    packets = [(table, (1 + len(data)).to_bytes(2, "big") + (b"U" if table is OUCH_IN else b"S") + data) for table, _, data in cases]
    packets.append((OUCH_IN, (1 + len(order)).to_bytes(2, "big") + b"U" + order))
    frames = [soup(number, 30110 if table is OUCH_IN else 0, packet) for number, (table, packet) in enumerate(packets)]
    *single, optioned = decoded(tmp_path, frames)
    for (_, layout, data), fields in zip(cases, single, strict=True):
        wanted = by_hand(layout, data, f"tickproof_ouch.{layout.name}", "", 0)
        assert {name: fields[name] for name in wanted} == {name: [value] for name, value in wanted.items()}
    for layout in OUCH_OPTIONS.layouts.values():
        wanted = by_hand(layout, sample(layout), f"tickproof_ouch.{layout.name}", "", 0)
        name = f"tickproof_ouch.{layout.name}.value"
        assert optioned[name] == [wanted[name]]
