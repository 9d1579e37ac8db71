# SPDX-License-Identifier: Apache-2.0
"""SoupBinTCP packets, as our Scapy layers and our tables write them, read by Wireshark's own dissector from pcap files."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether
from scapy.packet import Packet, Raw
from scapy.utils import wrpcap

from tickproof.protocols import SOUPBINTCP
from tickproof.protocols.scapy_ouch import OUCHCancelOrder, OUCHEnterOrder, OUCHOption, OUCHOrderCanceled, OUCHRejected
from tickproof.protocols.scapy_soupbin import (
    SoupBinTCPClient,
    SoupBinTCPServer,
    SoupClientHeartbeat,
    SoupDebug,
    SoupEndOfSession,
    SoupLoginAccepted,
    SoupLoginRejected,
    SoupLoginRequest,
    SoupLogoutRequest,
    SoupSequencedData,
    SoupServerHeartbeat,
    SoupServerUnsequencedData,
    SoupUnsequencedData,
)

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

PORT = 9100
ORDER = OUCHEnterOrder(user_ref_num=1, side="B", quantity=100, symbol="AAPL", price=1500000, options=[OUCHOption(tag=2, value=b"LIME")])
CANCELED = OUCHOrderCanceled(user_ref_num=1, quantity=100, cancel_order_reason="U")

# Table name -> one packet, and what tshark finds in it: name of the field, and its bytes on the wire.
PACKETS: dict[str, tuple[type[Packet], Packet, list[tuple[str, bytes]]]] = {
    "debug": (SoupBinTCPClient, SoupDebug() / b"hello", [("packet_length", b"\0\6"), ("packet_type", b"+"), ("text", b"hello")]),
    "login_accepted": (
        SoupBinTCPServer,
        SoupLoginAccepted(session="S1", sequence_number="135"),
        [("packet_length", b"\0\x1f"), ("packet_type", b"A"), ("session", b"        S1"), ("next_seq_num", b" " * 17 + b"135")],
    ),
    "login_rejected": (
        SoupBinTCPServer,
        SoupLoginRejected(reject_code="S"),
        [("packet_length", b"\0\2"), ("packet_type", b"J"), ("reject_code", b"S")],
    ),
    "sequenced_data": (
        SoupBinTCPServer,
        SoupSequencedData() / CANCELED,
        [("packet_length", b"\0\x13"), ("packet_type", b"S"), ("message", bytes(CANCELED))],
    ),
    "server_heartbeat": (SoupBinTCPServer, SoupServerHeartbeat(), [("packet_length", b"\0\1"), ("packet_type", b"H")]),
    "end_of_session": (SoupBinTCPServer, SoupEndOfSession(), [("packet_length", b"\0\1"), ("packet_type", b"Z")]),
    "login_request": (
        SoupBinTCPClient,
        SoupLoginRequest(username="T", password="pass", session="S1", sequence_number="7"),
        [
            ("packet_length", b"\0\x2f"),
            ("packet_type", b"L"),
            ("username", b"T     "),
            ("password", b"pass      "),
            ("session", b"        S1"),
            ("req_seq_num", b" " * 19 + b"7"),
        ],
    ),
    "unsequenced_data": (
        SoupBinTCPClient,
        SoupUnsequencedData() / ORDER,
        [("packet_length", b"\0\x36"), ("packet_type", b"U"), ("message", bytes(ORDER))],
    ),
    "client_heartbeat": (SoupBinTCPClient, SoupClientHeartbeat(), [("packet_length", b"\0\1"), ("packet_type", b"R")]),
    "logout_request": (SoupBinTCPClient, SoupLogoutRequest(), [("packet_length", b"\0\1"), ("packet_type", b"O")]),
}


def segment(payload: Packet, *, number: int, from_server: bool) -> Packet:
    ports = {"sport": PORT, "dport": 40000} if from_server else {"sport": 40000, "dport": PORT}
    return Ether() / IP(src="10.0.0.1", dst="10.0.0.2") / TCP(**ports, flags="PA", seq=number, ack=1) / payload


@dataclass(frozen=True)
class Found:
    """A field that tshark finds: its name, its bytes on the wire, and what tshark says about it."""

    name: str
    data: bytes
    text: str


def dissected(tmp_path: Path, *payloads: Packet) -> list[list[Found]]:
    """The SoupBinTCP fields of each segment of one stream. Segments follow one another in TCP, too."""
    number, segments = 1, []
    for payload in payloads:
        segments.append(segment(payload, number=number, from_server=isinstance(payload, SoupBinTCPServer)))
        number += len(bytes(payload))
    path = tmp_path / "stream.pcap"
    wrpcap(str(path), segments)
    command = ["tshark", "-r", str(path), "-d", f"tcp.port=={PORT},soupbintcp", "-T", "pdml"]
    page = ElementTree.fromstring(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return [[found(item) for item in frame.iter("field") if item.get("name", "").startswith("soupbintcp.")] for frame in page]


def found(item: ElementTree.Element) -> Found:
    return Found(item.get("name", "").removeprefix("soupbintcp."), bytes.fromhex(item.get("value", "")), item.get("showname", ""))


def named(fields: list[Found], name: str) -> list[bytes]:
    return [item.data for item in fields if item.name == name]


def test_every_packet_of_the_table_is_looked_at() -> None:
    """Ten types."""
    assert set(PACKETS) == set(SOUPBINTCP.layouts)


@pytest.mark.parametrize("name", PACKETS)
def test_every_field_is_where_tshark_reads_it(tmp_path: Path, name: str) -> None:
    """SESS-FRAME: length, type, and the fields of each type; nothing that tshark finds besides, complaints included."""
    stream, packet, expected = PACKETS[name]
    (fields,) = dissected(tmp_path, stream(packets=[packet]))
    assert [(item.name, item.data) for item in fields if item.name != "seq_num"] == expected


def test_a_number_padded_on_the_right_is_what_tshark_complains_about(tmp_path: Path) -> None:
    """We pad on the left."""
    (fields,) = dissected(tmp_path, SoupBinTCPServer(packets=[SoupLoginAccepted(sequence_number="135".ljust(20))]))
    assert "next_seq_num.invalid" in [item.name for item in fields]


def test_packets_of_one_segment_are_those_that_tshark_finds(tmp_path: Path) -> None:
    """SESS-FRAME: a segment may hold several."""
    cancel = OUCHCancelOrder(user_ref_num=1)
    packets = [SoupUnsequencedData() / ORDER, SoupClientHeartbeat(), SoupUnsequencedData() / cancel, SoupLogoutRequest()]
    (fields,) = dissected(tmp_path, SoupBinTCPClient(packets=packets))
    assert named(fields, "packet_type") == [b"U", b"R", b"U", b"O"]
    assert named(fields, "message") == [bytes(ORDER), bytes(cancel)]


def test_a_packet_may_lie_in_several_segments(tmp_path: Path) -> None:
    """SESS-FRAME: where a segment ends means nothing; tshark puts the packet together, too."""
    data = bytes(SoupBinTCPClient(packets=[SoupUnsequencedData() / ORDER, SoupClientHeartbeat()]))
    *early, last = dissected(tmp_path, Raw(data[:1]), Raw(data[1:30]), Raw(data[30:]))
    assert early == [[], []]
    assert named(last, "message") == [bytes(ORDER)]
    assert named(last, "packet_type") == [b"U", b"R"]


def test_sequenced_packets_have_the_numbers_that_tshark_counts(tmp_path: Path) -> None:
    """SESS-SEQUENCE: implicit, from the number of Login Accepted on; other packets have none."""
    login = SoupLoginAccepted(session="S1", sequence_number="41")
    reject = SoupServerUnsequencedData() / OUCHRejected(user_ref_num=1)
    packets = [login, SoupSequencedData() / CANCELED, SoupServerHeartbeat(), reject, SoupSequencedData() / CANCELED]
    fields = [item for segment in dissected(tmp_path, *(SoupBinTCPServer(packets=[packet]) for packet in packets)) for item in segment]
    assert [item.text for item in fields if item.name == "seq_num"] == [
        "Sequence number: 41 (Calculated)",
        "Sequence number: 42 (Calculated)",
    ]
