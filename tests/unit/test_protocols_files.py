# SPDX-License-Identifier: Apache-2.0
"""ITCH, pcap and pcapng files: what is read, and the one line for each way in which a file can be wrong."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import pytest
from scapy.layers.l2 import Ether
from scapy.utils import EDecimal, PcapNgWriter, PcapWriter

from tickproof.errors import ProtocolError
from tickproof.protocols.itchfile import read_itch
from tickproof.protocols.pcapfile import is_capture, read_pcap, write_pcap

FRAMES = [
    (1_700_000_000_123_456_789, bytes(range(60))),
    (1_700_000_000_123_457_189, bytes(100)),
    (1_700_000_001_000_000_000, b"\xff" * 1500),
]
SCAPY_PACKET = Ether(bytes(range(60)))
SCAPY_PACKET.time = EDecimal("1700000000.123456")


def itch(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "day.itch"
    path.write_bytes(data)
    return path


def block(order: str, kind: int, body: bytes) -> bytes:
    """A pcapng block."""
    length = 12 + len(body)
    return struct.pack(order + "2I", kind, length) + body + struct.pack(order + "I", length)


def section(order: str) -> bytes:
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(order: str, link: int = 1, options: bytes = b"") -> bytes:
    return block(order, 1, struct.pack(order + "HHI", link, 0, 0) + options)


def option(order: str, code: int, value: bytes) -> bytes:
    return struct.pack(order + "2H", code, len(value)) + value + bytes(-len(value) % 4)


def packet(order: str, units: int, data: bytes, index: int = 0, original: int | None = None) -> bytes:
    sizes = len(data), len(data) if original is None else original
    return block(order, 6, struct.pack(order + "5I", index, units >> 32, units & 0xFFFFFFFF, *sizes) + data + bytes(-len(data) % 4))


class TestItchFiles:
    def test_messages_come_one_by_one(self, tmp_path: Path) -> None:
        """Two bytes of length, then the message."""
        assert list(read_itch(itch(tmp_path, b"\0\3abc\0\1d"))) == [b"abc", b"d"]

    def test_a_gzipped_file_reads_like_a_plain_one(self, tmp_path: Path) -> None:
        """Day files come compressed."""
        assert list(read_itch(itch(tmp_path, gzip.compress(b"\0\3abc\0\1d")))) == [b"abc", b"d"]

    def test_a_length_of_zero_may_end_the_file(self, tmp_path: Path) -> None:
        """The end marker is no message."""
        assert list(read_itch(itch(tmp_path, b"\0\1a\0\0"))) == [b"a"]

    @pytest.mark.parametrize(
        ("data", "complaint"),
        [
            (b"", r"file is empty$"),
            (b"\0", r"file ends in the middle of message 1, which starts at byte 0 \(got 1 bytes, expected a length of 2 bytes\)$"),
            (b"\0\1a\0\3bc", r"file ends in the middle of message 2, which starts at byte 3 \(got 4 bytes, expected 5\)$"),
            (b"\0\1a\0", r"file ends in the middle of message 2, which starts at byte 3 \(got 1 bytes, expected a length of 2 bytes\)$"),
            (b"\0\0\0\1a", r"message 1 at byte 0 has length 0, but more follows; is this an ITCH file with two-byte length prefixes\?$"),
            (gzip.compress(b"\0\3abc" * 50)[:-9], r"broken gzip: .*$"),
        ],
        ids=["empty", "half-a-length", "half-a-message", "half-a-later-length", "zero-in-the-middle", "cut-gzip"],
    )
    def test_a_broken_file_is_one_line(self, tmp_path: Path, data: bytes, complaint: str) -> None:
        """The file, and where it breaks."""
        path = itch(tmp_path, data)
        with pytest.raises(ProtocolError, match=complaint) as error:
            list(read_itch(path))
        assert str(error.value).startswith(f"{path}: ")
        assert "\n" not in str(error.value)

    def test_a_missing_file_and_a_directory_are_one_line(self, tmp_path: Path) -> None:
        """Errors of the operating system in the same form."""
        with pytest.raises(ProtocolError, match=r"absent.itch: no such file$"):
            list(read_itch(tmp_path / "absent.itch"))
        with pytest.raises(ProtocolError, match=r"cannot be read: Is a directory$"):
            list(read_itch(tmp_path))


class TestPcap:
    def test_what_is_written_is_read_to_the_nanosecond(self, tmp_path: Path) -> None:
        """write_pcap and read_pcap."""
        write_pcap(tmp_path / "a.pcap", FRAMES)
        assert is_capture(tmp_path / "a.pcap")
        assert list(read_pcap(tmp_path / "a.pcap")) == FRAMES

    @pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big"])
    def test_microseconds_of_either_byte_order_are_read_as_scapy_writes_them(self, tmp_path: Path, order: str) -> None:
        """The common format of tcpdump."""
        path = tmp_path / "a.pcap"
        with PcapWriter(str(path), endianness=order) as writer:
            writer.write(SCAPY_PACKET)
        assert list(read_pcap(path)) == [(1_700_000_000_123_456_000, bytes(SCAPY_PACKET))]

    def test_an_fcs_in_the_file_is_taken_off(self, tmp_path: Path) -> None:
        """The link type field can say that every packet ends with one."""
        path = tmp_path / "a.pcap"
        write_pcap(path, FRAMES[:1])
        data = bytearray(path.read_bytes())
        struct.pack_into("<I", data, 20, 1 | 1 << 26 | 2 << 28)
        path.write_bytes(data)
        assert [frame for _, frame in read_pcap(path)] == [FRAMES[0][1][:-4]]

    @pytest.mark.parametrize(
        ("change", "complaint"),
        [
            (lambda data: b"", r"file is empty$"),
            (lambda data: b"GIF89a", r"not a pcap or pcapng file \(got first bytes 47 49 46 38\)$"),
            (lambda data: data[:20], r"file ends in the middle of the pcap header \(got 20 bytes, expected 24\)$"),
            (lambda data: data[:-1], r"file ends in the middle of packet 3 \(got 1499 bytes, expected 1500\)$"),
            (lambda data: data[:30], r"file ends in the middle of packet 1 \(got 6 bytes of its header, expected 16\)$"),
            (
                lambda data: data[:20] + b"\x71" + data[21:],
                r"the capture has another link type \(got 113 \(Linux cooked\), expected 1 \(Ethernet\)\)$",
            ),
            (
                lambda data: data[:36] + b"\x3d" + data[37:],
                r"packet 1 was captured only in part \(got 60 bytes, expected 61\); capture with",
            ),
            (
                lambda data: data[:34] + b"\xff" + data[35:],
                r"packet 1 cannot be that long \(got 16711740, expected at most 262144 bytes\)$",
            ),
        ],
        ids=["empty", "picture", "header", "packet", "packet-header", "link-type", "snap-length", "nonsense"],
    )
    def test_a_broken_file_is_one_line(self, tmp_path: Path, change, complaint: str) -> None:
        """The file, and where it breaks; never a short answer that looks whole."""
        path = tmp_path / "a.pcap"
        write_pcap(path, FRAMES)
        path.write_bytes(change(path.read_bytes()))
        with pytest.raises(ProtocolError, match=complaint) as error:
            list(read_pcap(path))
        assert str(error.value).startswith(f"{path}: ")

    def test_a_place_that_cannot_be_written_is_one_line(self, tmp_path: Path) -> None:
        """A directory that is not there."""
        with pytest.raises(ProtocolError, match="cannot be written: No such file or directory"):
            write_pcap(tmp_path / "absent" / "a.pcap", FRAMES)


class TestPcapng:
    def test_it_is_read_as_scapy_writes_it(self, tmp_path: Path) -> None:
        """Microseconds by default."""
        path = tmp_path / "a.pcapng"
        with PcapNgWriter(str(path)) as writer:
            writer.write(SCAPY_PACKET)
        assert is_capture(path)
        assert list(read_pcap(path)) == [(1_700_000_000_123_456_000, bytes(SCAPY_PACKET))]

    @pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big"])
    def test_each_interface_has_its_own_clock(self, tmp_path: Path, order: str) -> None:
        """Time units (decimal and binary), offsets and FCS lengths are an interface's own; sections start anew."""
        nanoseconds = interface(order, options=option(order, 9, b"\x09") + option(order, 13, b"\x04") + option(order, 0, b""))
        halves = interface(order, options=option(order, 9, b"\x81") + option(order, 14, struct.pack(order + "q", 100)))
        statistics = block(order, 5, bytes(12))
        path = tmp_path / "a.pcapng"
        path.write_bytes(
            section(order)
            + nanoseconds
            + halves
            + statistics
            + packet(order, 1_700_000_000_123_456_789, b"abcdefFCS4")
            + packet(order, 3, b"xyz", index=1)
            + section(order)
            + interface(order)
            + packet(order, 7, b"later")
        )
        assert list(read_pcap(path)) == [(1_700_000_000_123_456_789, b"abcdef"), (101_500_000_000, b"xyz"), (7000, b"later")]

    @pytest.mark.parametrize(
        ("data", "complaint"),
        [
            (
                section("<") + interface("<") + packet("<", 0, b"abcd")[:-1],
                r"file ends in the middle of a pcapng block \(got 35 bytes, expected 36\)$",
            ),
            (section("<") + b"\1\0\0", r"file ends in the middle of a pcapng block \(got 3 bytes of its header, expected 8\)$"),
            (section("<")[:6], r"pcapng section without byte-order magic \(got end of file\)$"),
            (
                section("<") + interface("<", 101) + packet("<", 0, b"abcd"),
                r"packet 1 has another link type \(got 101 \(raw IP\), expected 1 ",
            ),
            (section("<") + packet("<", 0, b"abcd"), r"packet 1 contradicts its file \(got interface 0, 4 bytes\)$"),
            (
                section("<") + interface("<") + packet("<", 0, b"abcd", original=9),
                r"packet 1 was captured only in part \(got 4 bytes, expected 9\)",
            ),
            (section("<") + interface("<") + block("<", 3, bytes(8)), r"packet 1 has no time \(Simple Packet Block\)$"),
            (section("<") + struct.pack("<2I", 6, 13), r"pcapng block of type 6 has an impossible length \(got 13\)$"),
            (section("<") + interface("<") + block("<", 6, bytes(8)), r"pcapng block of type 6 is too short \(got 8 bytes\)$"),
        ],
        ids=["block", "header", "section", "link-type", "interface", "snap-length", "no-time", "length", "short-block"],
    )
    def test_a_broken_file_is_one_line(self, tmp_path: Path, data: bytes, complaint: str) -> None:
        """The file, and where it breaks."""
        path = tmp_path / "a.pcapng"
        path.write_bytes(data)
        with pytest.raises(ProtocolError, match=complaint) as error:
            list(read_pcap(path))
        assert str(error.value).startswith(f"{path}: ")
