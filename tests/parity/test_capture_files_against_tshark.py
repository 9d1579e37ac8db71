# SPDX-License-Identifier: Apache-2.0
"""Capture files: what Wireshark writes, we read; what we write, Wireshark reads."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tickproof.protocols.pcapfile import read_pcap, write_pcap

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

PACKETS = [(1_700_000_000_123_456_789, bytes(range(60))), (1_700_000_000_123_456_790, bytes(range(200)))]


@pytest.mark.parametrize("form", ["pcap", "nsecpcap", "pcapng"])
def test_a_file_that_wireshark_wrote_reads_like_the_one_it_was_given(tmp_path: Path, form: str) -> None:
    """Frames are the same in every format; times, too, where the format has nanoseconds."""
    ours, theirs = tmp_path / "ours.pcap", tmp_path / f"theirs.{form}"
    write_pcap(ours, PACKETS)
    subprocess.run(["tshark", "-r", ours, "-F", form, "-w", theirs], check=True, capture_output=True)
    unit_ns = 1000 if form == "pcap" else 1
    assert list(read_pcap(theirs)) == [(time_ns // unit_ns * unit_ns, frame) for time_ns, frame in PACKETS]


def test_wireshark_reads_our_times_and_lengths(tmp_path: Path) -> None:
    """write_pcap: nanosecond pcap."""
    ours = tmp_path / "ours.pcap"
    write_pcap(ours, PACKETS)
    command = ["tshark", "-r", ours, "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    assert lines[:2] == ["1700000000.123456789\t60", "1700000000.123456790\t200"]
