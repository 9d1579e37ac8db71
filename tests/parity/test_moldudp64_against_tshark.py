# SPDX-License-Identifier: Apache-2.0
"""MoldUDP64 packets, as our Scapy layers and our tables write them, read by Wireshark's own dissector."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Packet

from tickproof.protocols import MOLDUDP64
from tickproof.protocols.pcapfile import write_pcap
from tickproof.protocols.scapy_layers import ITCHAddOrder, ITCHSystemEvent, MoldBlock, MoldUDP64

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

PORT = 26477
ADD = ITCHAddOrder(
    stock_locate=7, timestamp=34_200_000_000_123, order_reference_number=5, buy_sell_indicator="B", stock="AAPL", price=1500000
)
EVENT = ITCHSystemEvent(event_code="Q")


def datagram(payload: Packet | bytes) -> bytes:
    frame = Ether(dst="01:00:5e:36:0c:6f", src="02:00:00:00:00:01") / IP(src="10.0.0.1", dst="233.54.12.111") / UDP(sport=1, dport=PORT)
    return bytes(frame / payload)


def dissected(tmp_path: Path, payload: Packet | bytes, *fields: str) -> list[list[str]]:
    """Every occurrence of each MoldUDP64 field that tshark finds in one packet."""
    path = tmp_path / "one.pcap"
    write_pcap(path, [(1_000_000_000, datagram(payload))])
    chosen = [word for field in fields for word in ("-e", f"moldudp64.{field}")]
    command = ["tshark", "-r", str(path), "-d", f"udp.port=={PORT},moldudp64", "-T", "fields", "-E", "occurrence=a", *chosen]
    line = subprocess.run(command, check=True, capture_output=True, text=True).stdout.rstrip("\n")
    return [column.split(",") for column in line.split("\t")]


def test_header_fields_are_where_tshark_reads_them(tmp_path: Path) -> None:
    """FEED-MOLD: session, sequence and count, every byte distinct."""
    header = MOLDUDP64.pack(session="000008367I", sequence=0x0102030405060708, count=0)
    found = dissected(tmp_path, header, "session", "sequence", "count")
    assert found == [["000008367I"], [str(0x0102030405060708)], ["0"]]


def test_message_blocks_have_the_lengths_and_numbers_that_tshark_finds(tmp_path: Path) -> None:
    """FEED-MOLD: blocks follow one another; numbers follow the sequence; an empty block has one, too."""
    packet = MoldUDP64(session="TODAY", sequence=41, messages=[ADD, MoldBlock(), EVENT])
    count, numbers, lengths, data = dissected(tmp_path, packet, "count", "msgseq", "msglen", "msgdata")
    assert count == ["3"]
    assert numbers == ["41", "42", "43"]
    assert lengths == ["36", "0", "12"]
    assert (data[0], data[-1]) == (bytes(ADD).hex(), bytes(EVENT).hex())


def test_end_of_session_is_what_tshark_calls_it(tmp_path: Path) -> None:
    """FEED-MOLD-2: count 0xFFFF, no messages, nothing that tshark would complain about."""
    packet = MoldUDP64(session="TODAY", sequence=44, count=0xFFFF)
    found = dissected(tmp_path, packet, "count", "msgseq", "end_of_session_extra", "count.invalid")
    assert found == [["65535"], [""], [""], [""]]


def test_a_count_given_by_hand_goes_out_as_it_is(tmp_path: Path) -> None:
    """FEED-MOLD-3: a packet may promise more blocks than it has."""
    packet = MoldUDP64(session="TODAY", sequence=44, count=2, messages=[EVENT])
    count, lengths = dissected(tmp_path, packet, "count", "msglen")
    assert (count, lengths[0]) == (["2"], "12")
