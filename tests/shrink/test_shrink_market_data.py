# SPDX-License-Identifier: Apache-2.0
"""Files of market data on which a device fails: what is left of them is a scenario, whatever the file was."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tickproof.protocols import ITCH
from tickproof.protocols.pcapfile import write_pcap
from tickproof.scenario.feed import FeedLine, mold_packet
from tickproof.shrink import shrink_file
from tickproof.targets import get_target

LINES = (FeedLine("feed_a", 0xE0010203, 1000), FeedLine("feed_b", 0xE0010204, 1001))
START_NS = 1_700_000_000_000_000_000


def messages() -> Iterator[bytes]:
    """A directory, orders of the symbol and of another one, and an execution of the best one."""
    yield ITCH.layouts["stock_directory"].pack(stock="AAPL", stock_locate=7)
    for number in range(1, 25):
        stock, locate = ("AAPL", 7) if number % 3 else ("MSFT", 9)
        values = {"stock": stock, "stock_locate": locate, "order_reference_number": number, "price": 1_500_000 + 100 * number}
        yield ITCH.layouts["add_order"].pack(values, buy_sell_indicator="B", shares=500)
        if number == 13:
            executed = {"stock_locate": 7, "order_reference_number": 13, "executed_shares": 200, "match_number": 1}
            yield ITCH.layouts["order_executed"].pack(executed)


def itch_file(path: Path) -> None:
    path.write_bytes(b"".join(struct.pack(">H", len(message)) + message for message in messages()))


def capture_file(path: Path) -> None:
    """Two messages a packet, each packet on both lines."""
    sent: Sequence[bytes] = list(messages())
    frames = []
    for place in range(0, len(sent), 2):
        packet = mold_packet("S", 1 + place, sent[place : place + 2])
        frames += [(START_NS + 1_000 * place + 300 * late, line.frame(packet)) for late, line in enumerate(LINES)]
    write_pcap(path, frames)


@pytest.mark.parametrize(("name", "write"), [("day.itch", itch_file), ("day.pcap", capture_file)])
def test_an_execution_with_the_wrong_shares_is_left_of_a_file(name: str, write, broken) -> None:
    """The directory that gives the symbol its locate, the order and its execution, of 26 messages; and one of the two lines."""
    if reason := get_target("rtl@icarus").unavailable():
        pytest.skip(reason)
    broken("execute_reads_shares_one_byte_late")
    device = Path("hdl/dut/feed_handler.toml")
    text = device.read_text(encoding="utf-8")
    device.write_text(text.replace("STORE_SETS = 4096", "STORE_SETS = 16"), encoding="utf-8")
    write(Path(name))
    options = {"symbols": "AAPL", "base": None, "messages_per_packet": 30, "dut": "feed_handler"}
    shrink_file(name, targets=["rtl@icarus"], seed=1, out=Path("shrunk.scn"), processes=2, **options)
    header, _, timeline = Path("shrunk.scn").read_text(encoding="utf-8").partition("---\n")
    sent = [
        message.split()[0] for line in timeline.splitlines() if not line.startswith("#") for message in line.split("feed_a")[1].split("|")
    ]
    assert sent == ["stock_directory", "add_order", "order_executed"]
    assert "1-minimal" in header
    assert "which fails on rtl@icarus" in header
