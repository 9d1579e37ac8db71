# SPDX-License-Identifier: Apache-2.0
"""Frames of the feed, held against Scapy: an outside reading of Ethernet, 802.1Q, IPv4 and UDP."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Dot1Q, Ether
from scapy.packet import Packet
from steps import steps

from tickproof.scenario.feed import FeedLine, both_lines, line_rate_times, mold_packet, pack_packets
from tickproof.scenario.generate import back_to_back

A = FeedLine("feed_a", 0xE9360C6F, 26477)
B = FeedLine("feed_b", 0xE931C46F, 26477)
PAYLOADS = [b"", b"\0", b"\xff\xff", b"odd", bytes(range(256)), b"\0" * 1472]


def checksums_as_scapy_has_them(frame: bytes) -> tuple[int, int]:
    """IP and UDP checksum that Scapy computes for these headers."""
    packet: Packet = Ether(frame)
    del packet[IP].chksum
    del packet[UDP].chksum
    again = Ether(bytes(packet))
    return again[IP].chksum, again[UDP].chksum


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: f"{len(payload)}B")
def test_a_plain_frame_is_what_scapy_reads(payload: bytes) -> None:
    """Addresses of the line's group, lengths and both checksums."""
    frame = A.frame(payload)
    packet = Ether(frame)
    assert packet.dst == "01:00:5e:36:0c:6f"
    assert (packet[IP].dst, packet[UDP].dport) == ("233.54.12.111", 26477)
    assert (packet[IP].len, packet[UDP].len) == (28 + len(payload), 8 + len(payload))
    assert (packet[IP].chksum, packet[UDP].chksum) == checksums_as_scapy_has_them(frame)
    assert bytes(packet[UDP].payload) == payload


@pytest.mark.parametrize("line", [A, B], ids=lambda line: line.port)
def test_the_fast_path_makes_the_same_bytes(line: FeedLine) -> None:
    """The template's checksum arithmetic and the field-by-field one agree, also where the sum is a multiple of 0xFFFF."""
    payloads = PAYLOADS + [struct.pack(">H", word) for word in range(0, 0x10000, 5)]
    assert list(line.frames(payloads)) == [line.frame(payload) for payload in payloads]


def test_a_udp_checksum_of_zero_is_sent_as_all_ones() -> None:
    """RFC 768: 0 would mean that there is none."""
    sums = {struct.unpack_from(">H", frame, 40)[0] for frame in A.frames(struct.pack(">H", word) for word in range(0x10000))}
    assert 0 not in sums
    assert 0xFFFF in sums


def test_tags_stand_between_source_and_ethertype() -> None:
    """The outer tag first, priority bits kept."""
    packet = Ether(A.frame(b"x", vlans=(0xE064, 200)))
    tags = [packet.getlayer(Dot1Q, number) for number in (1, 2)]
    assert [(tag.prio, tag.vlan) for tag in tags] == [(7, 100), (0, 200)]
    assert packet[UDP].dport == 26477


def test_an_override_changes_its_field_and_the_checksums_only() -> None:
    """`ip.ttl=0` leaves a correct header checksum."""
    plain, other = A.frame(b"abc"), A.frame(b"abc", {"ip": {"ttl": 0}})
    assert [index for index in range(len(plain)) if plain[index] != other[index]] in ([22, 24], [22, 24, 25])
    assert Ether(other)[IP].chksum == checksums_as_scapy_has_them(other)[0]


def test_an_overridden_checksum_stays() -> None:
    """What is written wins over what is computed."""
    packet = Ether(A.frame(b"abc", {"ip": {"header_checksum": 1}, "udp": {"checksum": 2}}))
    assert (packet[IP].chksum, packet[UDP].chksum) == (1, 2)


def test_fragment_and_bad_checksum_do_what_they_say() -> None:
    """MF is set under a correct checksum; a spoiled checksum is not the correct one."""
    fragment = A.frame(b"abc", fragment=True)
    assert Ether(fragment)[IP].flags == "MF"
    assert Ether(fragment)[IP].chksum == checksums_as_scapy_has_them(fragment)[0]
    spoiled = A.frame(b"abc", bad_checksum=True)
    assert Ether(spoiled)[IP].chksum != checksums_as_scapy_has_them(spoiled)[0]


def test_a_mold_packet_is_header_and_blocks() -> None:
    """Wire facts, section 2: session (10), sequence (8), count (2), then length and data."""
    assert mold_packet("AB", 7, [b"xyz", b""]) == b"AB        " + struct.pack(">QH", 7, 2) + b"\0\3xyz\0\0"
    assert mold_packet("AB", 7, [], count=0xFFFF).endswith(b"\xff\xff")


def test_packets_are_closed_when_the_payload_is_full() -> None:
    """1,472 bytes of UDP payload: 38 blocks of 38 bytes fit behind the header."""
    packets, counts = pack_packets([bytes(36)] * 100, session="S", per_packet=60)
    assert counts.tolist() == [38, 38, 24]
    assert max(map(len, packets)) <= 1472
    assert [struct.unpack_from(">QH", packet, 10) for packet in packets] == [(1, 38), (39, 38), (77, 24)]


def test_line_rate_leaves_no_beat_between_frames() -> None:
    """6.4 ns for each eight bytes begun."""
    assert line_rate_times(np.array([64, 65, 8])).tolist() == [0, 51, 108]
    assert back_to_back(np.array([64, 65, 8])).tolist() == [0, 44, 101]


def test_a_lost_packet_is_missing_on_its_line_only() -> None:
    """The other line carries it, `skew_ns` behind."""
    packets, _ = pack_packets([b"a", b"b", b"c"], session="S", per_packet=1)
    ports = both_lines([A, B], packets, np.array([0, 100, 200]), skew_ns=30, lost={"feed_a": np.array([False, True, False])})
    assert ports["feed_a"].not_before_ns.tolist() == [0, 200]
    assert ports["feed_b"].not_before_ns.tolist() == [30, 130, 230]
    assert list(ports["feed_a"].frames) == list(A.frames([packets[0], packets[2]]))


def test_four_times_the_packets_are_four_times_the_work() -> None:
    """Both lines, one message each."""

    def packed(count: int) -> None:
        packets, counts = pack_packets([number.to_bytes(36, "big") for number in range(count)], session="S", per_packet=1)
        ports = both_lines([A, B], packets, 100 * np.arange(len(packets)))
        assert int(counts.sum()) == len(ports["feed_a"]) == len(ports["feed_b"]) == count

    assert steps(lambda: packed(20_000)) < 5 * steps(lambda: packed(5_000))
