# SPDX-License-Identifier: Apache-2.0
"""Golden model against MeatPy 0.5.0's book: messages a second on the same ITCH file.

One process, the contestants by turns, the whole file each time, the messages already in memory; the median of several turns counts.
Every contestant decodes each message and keeps the book of one stock:
- `meatpy`: ITCH50MarketMessage.from_bytes and ITCH50MarketProcessor.process_message, without snapshots (its fastest way).
- `golden book`: golden.top_of_book, which also compares the top after each message.
- `golden feed handler`: FeedHandler.predict of both lines at 30 messages a packet: frames, arbitration, book, every record.
All must end with the same best bid and ask, so that nobody is fast by not doing the work.

    python -m benchmarks.golden_vs_meatpy FILE.itch [--stock S] [--turns N]
"""

from __future__ import annotations

import argparse
import datetime
import gc
import json
import statistics
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from meatpy.itch50 import ITCH50MarketProcessor
from meatpy.itch50.itch50_market_message import ITCH50MarketMessage

from tickproof.errors import InputError
from tickproof.golden import FeedHandler, top_of_book
from tickproof.program import PortProgram, Program, Send
from tickproof.protocols import ETHERNET, IPV4, MOLDUDP64, UDP
from tickproof.protocols.checksum import internet_checksum
from tickproof.protocols.control import SETTINGS, command, set_symbol, stock_number
from tickproof.protocols.itchfile import read_itch
from tickproof.protocols.records import KIND, record_dtype

__all__ = ["measure"]

MESSAGES_A_PACKET = 30
Prices = tuple[int, int]
"""Best bid and ask."""


def with_meatpy(messages: Sequence[bytes], stock: str) -> Prices:
    processor = ITCH50MarketProcessor(stock, datetime.datetime(2026, 1, 5))
    for message in messages:
        processor.process_message(ITCH50MarketMessage.from_bytes(message), new_snapshot=False)
    book = processor.current_lob
    return book.bid_levels[0].price, book.ask_levels[0].price


def with_book(messages: Sequence[bytes], stock: str) -> Prices:
    (last,) = deque(top_of_book(messages, stock), maxlen=1)
    return last[2], last[4]


def with_feed_handler(program: Program) -> Prices:
    records = FeedHandler().predict(program).records
    last = records[records["kind"] == KIND["BBO"]].view(record_dtype("BBO"))[-1]
    return int(last["bid_price"]), int(last["ask_price"])


def program_of(messages: Sequence[bytes], stock: str, base: int) -> Program:
    """Both lines, B 400 ns behind A, a packet each 10 us."""
    setup = [set_symbol(0, "enabled", 1), set_symbol(0, "stock", stock_number(stock)), set_symbol(0, "base", base), command("commit")]
    ports = {
        f"feed_{line}": PortProgram.of(
            Send(skew + 10_000 * number, _frame(line, 1 + start, messages[start : start + MESSAGES_A_PACKET]))
            for number, start in enumerate(range(0, len(messages), MESSAGES_A_PACKET))
        )
        for line, skew in (("a", 0), ("b", 400))
    }
    return Program("feed_handler", ports, tuple(setup))


def _frame(line: str, sequence: int, messages: Sequence[bytes]) -> bytes:
    blocks = b"".join(len(message).to_bytes(2, "big") + message for message in messages)
    payload = MOLDUDP64.pack(session="BENCH", sequence=sequence, count=len(messages)) + blocks
    group, port = SETTINGS[f"feed_{line}_group"].default, SETTINGS[f"feed_{line}_port"].default
    ip = {"version_ihl": 0x45, "total_length": 28 + len(payload), "ttl": 1, "protocol": 17, "destination": group}
    ip["header_checksum"] = internet_checksum(IPV4.pack(ip))
    ethernet = ETHERNET.pack(destination=0x01005E000000 | group & 0x7FFFFF, source=0x020000000001, ethertype=0x0800)
    return ethernet + IPV4.pack(ip) + UDP.pack(source_port=1, destination_port=port, length=8 + len(payload)) + payload


def measure(path: Path, stock: str, *, turns: int = 5) -> dict[str, Any]:
    """The result as JSON-ready data: for each contestant messages/s of every turn, its median, and the ratio of medians to MeatPy."""
    messages = list(read_itch(path))
    tops = list(top_of_book(messages, stock))
    lowest = min((price for row in tops for price in (row[2], row[4]) if price), default=0)
    program = program_of(messages, stock, base=max(0, lowest - lowest % 100 - 100 * 1000))
    contestants: dict[str, Callable[[], Prices]] = {
        "meatpy": lambda: with_meatpy(messages, stock),
        "golden book": lambda: with_book(messages, stock),
        "golden feed handler": lambda: with_feed_handler(program),
    }
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    tops_found: dict[str, Prices] = {}
    for _ in range(turns):
        for name, run in contestants.items():
            gc.collect()
            start = time.perf_counter()
            tops_found[name] = run()
            rates[name].append(len(messages) / (time.perf_counter() - start))
    if len(set(tops_found.values())) != 1:
        raise InputError(str(path), "the contestants disagree on the last top of book", got=tops_found)
    medians = {name: statistics.median(values) for name, values in rates.items()}
    return {
        "file": path.name,
        "messages": len(messages),
        "turns": turns,
        "messages_per_s": {name: [round(rate) for rate in values] for name, values in rates.items()},
        "median_messages_per_s": {name: round(rate) for name, rate in medians.items()},
        "ratio_to_meatpy": {name: round(rate / medians["meatpy"], 2) for name, rate in medians.items()},
    }


def table(result: dict[str, Any]) -> str:
    """The result for people."""
    lines = [f"{result['file']}: {result['messages']} messages, median of {result['turns']} turns", ""]
    lines.append(f"{'':<22}{'messages/s':>12}{'vs. MeatPy':>12}")
    for name, rate in result["median_messages_per_s"].items():
        lines.append(f"{name:<22}{rate:>12,}{result['ratio_to_meatpy'][name]:>11.2f}x")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """Prints the table, then the result as one line of JSON; returns it."""
    parser = argparse.ArgumentParser(description="Golden model against MeatPy's book, messages a second on one ITCH file.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--stock", default="TEST")
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args(arguments)
    result = measure(options.file, options.stock, turns=options.turns)
    print(table(result))
    print(json.dumps(result))
    return result


if __name__ == "__main__":
    main()
