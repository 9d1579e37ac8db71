# SPDX-License-Identifier: Apache-2.0
"""Decoding captures and ITCH files into one dict a message."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from scapy.layers.inet import IP, TCP, UDP, IPOption_Router_Alert
from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether
from scapy.packet import Packet, Raw

from tickproof.errors import ProtocolError
from tickproof.protocols import OUCH_IN, OUCH_OUT
from tickproof.protocols.decode import decode_capture, decode_file, decode_itch, decode_soupbin, udp_payload
from tickproof.protocols.ouch import message, option
from tickproof.protocols.pcapfile import write_pcap
from tickproof.protocols.scapy_layers import EventBBO, EventRecords, ITCHAddOrder, ITCHSystemEvent, MoldBlock, MoldUDP64
from tickproof.protocols.soupbin import packet

SHARED = Path(os.environ.get("TICKPROOF_SHARED", Path(__file__).parents[3] / "shared" / "data")) / "itch"

ADD = ITCHAddOrder(
    stock_locate=7, tracking_number=1, timestamp=9, order_reference_number=5, buy_sell_indicator="B", shares=300, stock="AAPL", price=1
)
EVENT = ITCHSystemEvent(event_code="Q")
ADD_FIELDS = {
    "message_type": "A",
    "stock_locate": 7,
    "tracking_number": 1,
    "timestamp": 9,
    "order_reference_number": 5,
    "buy_sell_indicator": "B",
    "shares": 300,
    "stock": "AAPL",
    "price": 1,
}
MOLD = MoldUDP64(session="TODAY", sequence=41, messages=[ADD])


def ethernet(payload: Packet) -> Packet:
    return Ether(dst="01:00:5e:36:0c:6f", src="02:00:00:00:00:01") / payload


def datagram(payload: Packet, **udp: int) -> Packet:
    return ethernet(IP(src="10.0.0.1", dst="233.54.12.111") / UDP(dport=26477, **udp) / payload)


def captured(tmp_path: Path, *packets: Packet) -> Path:
    path = tmp_path / "feed.pcap"
    write_pcap(path, [(1_000 + index, bytes(packet)) for index, packet in enumerate(packets)])
    return path


class TestCaptures:
    def test_a_message_says_where_it_was_found_and_what_it_holds(self, tmp_path: Path) -> None:
        """The keys in their order, ready for JSON."""
        (message,) = decode_capture(captured(tmp_path, datagram(MOLD)))
        where = {"packet": 1, "timestamp_ns": 1000, "session": "TODAY", "sequence": 41, "type": "A"}
        assert json.dumps(message) == json.dumps(where | ADD_FIELDS)

    def test_messages_are_numbered_on_and_packets_of_others_are_counted(self, tmp_path: Path) -> None:
        """FEED-MOLD: sequence numbers follow on; packet numbers are those of the capture, as Wireshark shows them."""
        other = [ethernet(ARP()), ethernet(IP() / TCP()), datagram(Raw(b"hello")), datagram(EventRecords(records=[EventBBO()]))]
        both = datagram(MoldUDP64(session="TODAY", sequence=7, messages=[EVENT, ADD]))
        found = [(message["packet"], message["sequence"], message["type"]) for message in decode_capture(captured(tmp_path, *other, both))]
        assert found == [(5, 7, "S"), (5, 8, "A")]

    def test_heartbeats_and_ends_of_session_hold_no_messages(self, tmp_path: Path) -> None:
        """FEED-MOLD-2: nor does what follows them."""
        packets = [datagram(MoldUDP64(session="TODAY", count=count) / Raw(b"\0\1S")) for count in (0, 0xFFFF)]
        assert list(decode_capture(captured(tmp_path, *packets))) == []

    def test_a_packet_that_was_cut_short_gives_its_whole_messages(self, tmp_path: Path) -> None:
        """FEED-MOLD-3."""
        cut = Raw(bytes(MoldUDP64(session="TODAY", sequence=1, messages=[EVENT, ADD]))[:-1])
        assert [message["type"] for message in decode_capture(captured(tmp_path, datagram(cut)))] == ["S"]

    def test_a_message_that_no_layout_fits_says_why_and_shows_its_bytes(self, tmp_path: Path) -> None:
        """FEED-ITCH-1, FEED-MOLD-5: wrong length, unknown type, nothing at all; their numbers are used up."""
        packet = datagram(MoldUDP64(session="TODAY", sequence=1, messages=[b"S123", b"?", MoldBlock(), EVENT]))
        found = [
            {key: message.get(key) for key in ("sequence", "type", "error", "data")}
            for message in decode_capture(captured(tmp_path, packet))
        ]
        assert found == [
            {"sequence": 1, "type": "S", "error": "length 4, expected 12", "data": "53313233"},
            {"sequence": 2, "type": "?", "error": "unknown type", "data": "3f"},
            {"sequence": 3, "type": "", "error": "empty message", "data": ""},
            {"sequence": 4, "type": "S", "error": None, "data": None},
        ]

    def test_the_messages_before_a_broken_end_come_out_first(self, tmp_path: Path) -> None:
        """Decoding streams: nothing waits for the end of the file."""
        path = captured(tmp_path, datagram(MOLD), datagram(MOLD))
        path.write_bytes(path.read_bytes()[:-1])
        messages = decode_capture(path)
        assert next(messages)["packet"] == 1
        with pytest.raises(ProtocolError, match="file ends in the middle of packet 2"):
            next(messages)


class TestFrames:
    @pytest.mark.parametrize(
        "frame",
        [
            datagram(Raw(b"payload")),
            ethernet(Dot1Q(vlan=3) / IP() / UDP() / Raw(b"payload")),
            ethernet(Dot1AD(vlan=3) / Dot1Q(vlan=4) / IP() / UDP() / Raw(b"payload")),
            ethernet(IP(options=[IPOption_Router_Alert()]) / UDP() / Raw(b"payload")),
            Raw(bytes(datagram(Raw(b"payload"))) + b"Ethernet padding"),
        ],
        ids=["plain", "vlan", "two-vlans", "ip-options", "padding"],
    )
    def test_the_payload_is_found(self, frame: Packet) -> None:
        """Behind any tags and options, without padding."""
        assert udp_payload(bytes(frame)) == b"payload"

    @pytest.mark.parametrize(
        "frame",
        [
            Raw(b""),
            Raw(bytes(ethernet(Raw(b"")))[:13]),
            ethernet(ARP()),
            ethernet(IP() / TCP()),
            ethernet(IP(flags="MF") / UDP() / Raw(b"payload")),
            ethernet(IP(frag=1, proto=17) / Raw(b"payload")),
            ethernet(IP(len=200) / UDP() / Raw(b"payload")),
            ethernet(IP(version=6) / UDP() / Raw(b"payload")),
            datagram(Raw(b"payload"), len=7),
            datagram(Raw(b"payload"), len=16),
            Raw(bytes(datagram(Raw(b"")))[:-1]),
        ],
        ids=[
            "nothing",
            "half-ethernet",
            "arp",
            "tcp",
            "more-fragments",
            "later-fragment",
            "ip-too-long",
            "version",
            "udp-short",
            "udp-long",
            "cut",
        ],
    )
    def test_what_is_no_whole_udp_packet_is_left_alone(self, frame: Packet) -> None:
        """No guess at what it might have been."""
        assert udp_payload(bytes(frame)) is None


class TestItchFiles:
    def test_an_itch_file_has_ordinals_and_no_packets(self, tmp_path: Path) -> None:
        """sequence counts from 1; there is nothing to say about packet, time of capture and session."""
        path = tmp_path / "day"
        path.write_bytes(b"\0\x0c" + bytes(EVENT) + b"\0\x24" + bytes(ADD))
        _, message = decode_file(path)
        assert message == {"packet": None, "timestamp_ns": None, "session": None, "sequence": 2, "type": "A"} | ADD_FIELDS

    @pytest.mark.parametrize("data", [b"root:x:0:0:root", b"\0\x0dS" + bytes(12), b"{}\n"], ids=["text", "wrong-length", "short-text"])
    def test_a_file_that_is_neither_is_one_line(self, tmp_path: Path, data: bytes) -> None:
        """Contents decide, not names."""
        path = tmp_path / "day.itch"
        path.write_bytes(data)
        with pytest.raises(ProtocolError, match=r"day.itch: neither a pcap or pcapng nor an ITCH 5.0 file \(got first bytes"):
            next(decode_file(path))

    @pytest.mark.parametrize(
        ("data", "complaint"),
        [(b"", "file is empty"), (b"\0", "file ends in the middle of message 1"), (b"\0\x0cS", "file ends in the middle of message 1")],
        ids=["empty", "one-byte", "three-bytes"],
    )
    def test_a_file_too_short_to_tell_is_one_line(self, tmp_path: Path, data: bytes, complaint: str) -> None:
        """Even where there is not enough to tell the format."""
        path = tmp_path / "day.itch"
        path.write_bytes(data)
        with pytest.raises(ProtocolError, match=f"day.itch: {complaint}"):
            next(decode_file(path))

    def test_a_missing_file_is_one_line(self, tmp_path: Path) -> None:
        """Before anything is decoded."""
        with pytest.raises(ProtocolError, match=r"absent: no such file$"):
            next(decode_file(tmp_path / "absent"))


# What the authors of the files say that they hold.
THIRD_PARTY = {
    "ritch_reframed.itch": {"A": 4997, "F": 3, "E": 198, "X": 45, "D": 1745, "U": 12, "P": 5000, "S": 6, "R": 3, "H": 3},
    "itchbook_one.itch": {
        "A": 24693, "E": 17187, "D": 9508, "U": 3051, "X": 2299, "P": 1214, "F": 826, "Q": 750, "C": 450, "H": 62, "S": 4, "R": 1,
    },
}  # fmt: skip


@pytest.mark.skipif(not SHARED.is_dir(), reason="no third-party data; set TICKPROOF_SHARED to its folder")
@pytest.mark.parametrize("name", THIRD_PARTY)
def test_third_party_files_hold_the_messages_that_their_authors_count(name: str) -> None:
    """Every message of every type, none with an error."""
    messages = list(decode_itch(SHARED / name))
    assert Counter(message["type"] for message in messages) == THIRD_PARTY[name]
    assert [message for message in messages if "error" in message] == []
    assert messages[-1]["sequence"] == len(messages)


class TestSoupBinTCP:
    def test_a_packet_shows_its_message_and_options(self) -> None:
        """Names as in the tables, the packet's before the message's; ready for JSON."""
        cancel = message(OUCH_IN, "cancel_order", option("firm", "LIME") + b"\2\x1a?", user_ref_num=7)
        rows = decode_soupbin(packet("unsequenced_data", cancel), "client")
        assert list(rows.items()) == [
            ("packet", "unsequenced_data"),
            ("length", 21),
            ("packet_type", "U"),
            ("message", "cancel_order"),
            ("message_type", "X"),
            ("user_ref_num", 7),
            ("quantity", 0),
            ("options", "firm=LIME, tag 26=3f"),
        ]
        assert json.loads(json.dumps(rows)) == rows

    def test_the_sender_decides_what_a_message_is(self) -> None:
        """Type M of either side."""
        assert decode_soupbin(packet("unsequenced_data", message(OUCH_IN, "modify_order")), "client")["message"] == "modify_order"
        assert decode_soupbin(packet("sequenced_data", message(OUCH_OUT, "order_modified")), "server")["message"] == "order_modified"
        assert decode_soupbin(packet("unsequenced_data", message(OUCH_OUT, "rejected")), "server")["message"] == "rejected"

    def test_fields_of_newer_revisions_show(self) -> None:
        """AIQ Canceled of 32 bytes."""
        data = packet("sequenced_data", message(OUCH_OUT, "aiq_canceled", aiq_strategy="X"))
        assert decode_soupbin(data, "server")["aiq_strategy"] == "X"

    def test_packets_without_a_message_show_their_fields(self) -> None:
        """Logins, debug text, heartbeats."""
        login = decode_soupbin(packet("login_accepted", session="S1", sequence_number="135"), "server")
        assert login == {"packet": "login_accepted", "length": 31, "packet_type": "A", "session": "S1", "sequence_number": "135"}
        assert decode_soupbin(packet("debug", b"hi"), "client")["text"] == "hi"
        assert decode_soupbin(packet("client_heartbeat"), "client") == {"packet": "client_heartbeat", "length": 1, "packet_type": "R"}

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (b"", {"packet": "?", "error": "cut short", "data": ""}),
            (b"\0\1", {"packet": "?", "error": "cut short", "data": "0001"}),
            (b"\0\1?", {"packet": "?", "error": "unknown packet type", "data": "00013f"}),
            (b"\0\2J", {"packet": "?", "error": "cut short", "data": "00024a"}),
            (b"\0\2RR", {"packet": "client_heartbeat", "length": 2, "packet_type": "R", "data": "52"}),
        ],
        ids=["empty", "length-only", "unknown", "short", "long"],
    )
    def test_what_is_no_packet_keeps_its_bytes(self, data: bytes, expected: dict[str, object]) -> None:
        """Nothing is lost, nothing is guessed."""
        assert decode_soupbin(data, "client") == expected

    def test_a_message_that_does_not_fit_keeps_its_bytes(self) -> None:
        """With the name of its type, where that is known, and what is wrong with it."""
        rows = decode_soupbin(packet("unsequenced_data", b"X123"), "client")
        assert (rows["message"], rows["data"]) == ("cancel_order", "58313233")
        assert rows["error"].startswith("cancel_order: wrong length (got 4, expected 9")
        rows = decode_soupbin(packet("unsequenced_data", b"Z"), "client")
        assert (rows["message"], rows["error"]) == ("?", "ouch50_in: unknown message type (got b'Z')")
