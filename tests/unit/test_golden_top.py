# SPDX-License-Identifier: Apache-2.0
"""`top_of_book` for `tickproof book`, on hand-written messages and on third-party data."""

from __future__ import annotations

import bisect
import csv
import os
from pathlib import Path

import golden_wire as wire
import pytest
from golden_wire import BASE, add, delete, directory, executed, replace

from tickproof.errors import InputError
from tickproof.golden import Book, top_of_book
from tickproof.golden.book import BUY, Orders
from tickproof.protocols.itchfile import read_itch

SHARED = Path(os.environ.get("TICKPROOF_SHARED", Path(__file__).parents[2] / ".." / "shared" / "data"))
needs_data = pytest.mark.skipif(not (SHARED / "itch").is_dir(), reason=f"third-party data is not at {SHARED} (TICKPROOF_SHARED)")


def test_one_row_for_each_change_of_the_top() -> None:
    """sequence counts all messages from 1; an empty side is 0, 0; no ladder: any price counts."""
    messages = [
        *(wire.system_event("O"), directory("AAPL"), add(1, "B", 5, 123_457, time=11), add(2, "B", 6, 100, time=12)),
        *(add(3, "S", 7, (1 << 32) - 1, time=13), executed(1, 2, time=14), replace(1, 4, 3, 123_458, time=15), delete(4, time=16)),
    ]
    assert list(top_of_book(messages, "AAPL")) == [
        (3, 11, 123_457, 5, 0, 0),
        (5, 13, 123_457, 5, (1 << 32) - 1, 7),
        (6, 14, 123_457, 3, (1 << 32) - 1, 7),
        (7, 15, 123_458, 3, (1 << 32) - 1, 7),
        (8, 16, 100, 6, (1 << 32) - 1, 7),
    ]


def test_stock_is_known_by_its_first_add_too() -> None:
    """A file may start in the middle of a day. Other stocks' locates are not looked at."""
    messages = [add(1, "B", 5, locate=3), b"A", b"", wire.trading_action("T", locate=4), delete(1, locate=4), delete(1, locate=3)]
    assert [row[0] for row in top_of_book(messages, "AAPL")] == [1, 6]


def test_stock_that_never_appears_is_an_error_after_the_last_message() -> None:
    """The command line turns it into one line and exit code 2."""
    with pytest.raises(InputError, match="symbol MSFT: does not appear in the file"):
        list(top_of_book([directory("AAPL")], "MSFT"))


def test_stock_without_orders_has_no_rows() -> None:
    """It is known all the same."""
    assert list(top_of_book([directory("AAPL")], "AAPL")) == []


def test_book_and_orders_work_alone() -> None:
    """Without a ladder every price but 0 has its level."""
    book, orders = Book(), Orders()
    orders.add(book, 1, BUY, 10, 1)
    orders.add(book, 2, BUY, 20, 0)
    orders.add(book, 3, BUY, 30, BASE)
    assert (book.top(), book.hidden, len(orders.live)) == ((BASE, 30, 0, 0), 0, 3)


@needs_data
def test_top_agrees_with_every_third_party_snapshot() -> None:
    """263 snapshots of the 60,045-message file, made by two independent books."""
    rows = list(top_of_book(read_itch(SHARED / "itch" / "itchbook_one.itch"), "TEST"))
    times = [row[1] for row in rows]
    with (SHARED / "itch" / "snapshots.csv").open(newline="") as stream:
        snapshots = list(csv.DictReader(stream))
    expected = [tuple(int(row[name]) for name in ("bid_px_1", "bid_sz_1", "ask_px_1", "ask_sz_1")) for row in snapshots]
    assert len(expected) == 263
    assert [rows[bisect.bisect_right(times, int(row["ts"])) - 1][2:] for row in snapshots] == expected


@needs_data
def test_orders_left_agree_with_the_third_party_summary() -> None:
    """summary.json of the same file: resting_orders, resting_shares, unknown_refs, best_bid, best_ask."""
    orders = Orders()
    rows = list(top_of_book(read_itch(SHARED / "itch" / "itchbook_one.itch"), "TEST", orders=orders))
    assert (len(orders.live), sum(order.shares for order in orders.live.values())) == (3088, 617_663)
    assert (set(orders.errors.values()), rows[-1][2], rows[-1][4]) == ({0}, 1_000_300, 1_000_600)


def dangling_references(messages: list[bytes], locate: int) -> int:
    """Counted without golden: messages of a locate whose order is not alive, by the offsets of the wire format."""
    alive: dict[bytes, int] = {}
    dangling = 0
    for message in (message for message in messages if message[1:3] == locate.to_bytes(2, "big")):
        kind, reference = message[:1], message[11:19]
        if kind in (b"A", b"F"):
            alive[reference] = int.from_bytes(message[20:24], "big")
        elif kind in (b"E", b"C", b"X", b"D", b"U"):
            if reference not in alive:
                dangling += 1
                continue
            left = alive.pop(reference) - int.from_bytes(message[19:23], "big")
            if kind == b"U":
                alive[message[19:27]] = int.from_bytes(message[27:31], "big")
            elif kind != b"D" and left > 0:
                alive[reference] = left
    return dangling


@needs_data
@pytest.mark.parametrize(("stock", "locate"), [("ALC", 1), ("BOB", 2), ("CHAR", 3)])
def test_sampled_file_counts_its_dangling_references(stock: str, locate: int) -> None:
    """12,012 sampled messages: many E, X, D, U refer to orders that the sample lacks; an add has reference 0."""
    messages = list(read_itch(SHARED / "itch" / "ritch_reframed.itch"))
    orders = Orders()
    assert list(top_of_book(messages, stock, orders=orders))
    assert orders.errors == {
        "bad_add": 0,
        "over_reduced": 0,
        "duplicate_reference": 0,
        "wrong_locate": 0,
        "unknown_reference": dangling_references(messages, locate),
    }


@needs_data
def test_feed_handler_takes_the_sampled_file_whole() -> None:
    """No crash; every message delivered, the dangling references of all symbols counted."""
    messages = list(read_itch(SHARED / "itch" / "ritch_reframed.itch"))
    setup = (*wire.enable(0, "ALC"), *wire.enable(1, "BOB"), *wire.enable(2, "CHAR"), wire.COMMIT)
    starts = range(0, len(messages), 20)
    packets = ((start * 100, "feed_a", wire.packet("a", 1 + start, *messages[start : start + 20])) for start in starts)
    found = wire.predict(wire.program(*packets, setup=setup))
    names = ("messages", "bad_message", "unknown_reference", "duplicate_reference", "over_reduced", "bad_add", "wrong_locate", "gaps")
    dangling = sum(dangling_references(messages, locate) for locate in (1, 2, 3))
    assert [found.counters[name] for name in names] == [12_012, 0, dangling, 0, 0, 0, 0, 0]
