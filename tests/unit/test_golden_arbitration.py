# SPDX-License-Identifier: Apache-2.0
"""Contract 3: two lines, one sequence, with the gap rules, as a device of zero latency shows them. Expectations are written by hand."""

from __future__ import annotations

import golden_wire as wire
import pytest
from golden_wire import BASE, NONE, SESSION, add, bbo, frame, mold, packet, predict, program, quiet, rows

US = 1000


def heartbeat(line: str, sequence: int) -> bytes:
    return frame(line, mold(sequence))


def end(line: str, sequence: int) -> bytes:
    return frame(line, mold(sequence, count=0xFFFF))


def bid(sequence: int, shares: int, flags: int = 0) -> tuple[object, ...]:
    return bbo(sequence, (BASE, shares), NONE, flags)


def order(sequence: int) -> bytes:
    """Message `sequence`: a buy of 1 share at the base price, so that the top shows how many were delivered."""
    return add(sequence, "B", 1)


def test_duplicate_packets_are_skipped() -> None:
    """FEED-ARB-1: the second line brings the same, later."""
    prediction = predict(
        program(
            *((0, "feed_a", packet("a", 1, order(1))), (1 * US, "feed_b", packet("b", 1, order(1)))),
            *((2 * US, "feed_b", packet("b", 2, order(2))), (2 * US, "feed_a", packet("a", 2, order(2)))),
        )
    )
    assert rows(prediction) == [bid(1, 1), bid(2, 2)]
    assert prediction.causes[1:].tolist() == [[1, 0], [1, 1]]  # of two frames that arrive together, A's
    assert prediction.cause_ports == ("control", "feed_a", "feed_b")
    assert prediction.sums == (
        (("a_duplicates", "a_after_end", "a_fifo_overflow", "a_delivered"), 2),
        (("b_duplicates", "b_after_end", "b_fifo_overflow", "b_delivered"), 2),
        (("a_delivered", "b_delivered"), 2),  # the lines bring the same packets, so each is delivered once
    )


def test_packet_that_overlaps_is_delivered_from_next_on() -> None:
    """FEED-ARB-2"""
    packets = ((0, "feed_a", packet("a", 1, order(1), order(2))), (1, "feed_b", packet("b", 2, order(2), order(3), order(4))))
    assert rows(predict(program(*packets))) == [bid(1, 1), bid(2, 2), bid(3, 3), bid(4, 4)]


def test_hole_that_the_other_line_fills_is_no_gap() -> None:
    """FEED-ARB-3 (a)"""
    packets = (
        *((0, "feed_a", packet("a", 1, order(1))), (1 * US, "feed_a", packet("a", 3, order(3)))),
        (20 * US, "feed_b", packet("b", 2, order(2))),
    )
    prediction = predict(program(*packets))
    assert rows(prediction) == [bid(1, 1), bid(2, 2), bid(3, 3)]
    assert prediction.counters["gaps"] == 0


def test_fill_that_arrives_with_the_timeout_comes_first() -> None:
    """FEED-ARB-3 (c), 8: an input at exactly that time."""
    packets = [(0, "feed_a", packet("a", 2, order(2))), (20 * US, "feed_b", packet("b", 1, order(1)))]
    assert rows(predict(program(*packets))) == [bid(1, 1), bid(2, 2)]
    packets[1] = (20 * US + 1, "feed_b", packet("b", 1, order(1)))
    assert rows(predict(program(*packets))) == [("GAP", 0xFFFF, 1, 2, 2), bid(2, 1, wire.STALE)]


def test_both_lines_beyond_is_a_gap_at_once_up_to_the_lower_head() -> None:
    """FEED-ARB-3 (b)"""
    packets = ((0, "feed_a", packet("a", 9, order(9))), (1, "feed_b", packet("b", 5, order(5))))
    prediction = predict(program(*packets))
    assert rows(prediction) == [
        ("GAP", 0xFFFF, 1, 5, 1),
        bid(5, 1, wire.STALE),
        ("GAP", 0xFFFF, 6, 9, 2),  # A alone is ahead then: its own timeout
        bid(9, 2, wire.STALE),
    ]
    assert (prediction.counters["gaps"], prediction.counters["gap_messages"]) == (2, 4 + 3)
    assert prediction.causes[1:].tolist() == [[2, 0], [2, 0], [-1, -1], [1, 0]]


def test_timeout_counts_from_the_arrival_of_the_waiting_packet() -> None:
    """FEED-ARB-3 (c), with `gap_timeout_ns` from control."""
    packets = (
        *((1 * US, "feed_a", packet("a", 2, order(2))), (2 * US, "feed_a", packet("a", 4, order(4)))),
        (7 * US, "feed_b", packet("b", 3, order(3))),
    )
    setup = (wire.put("gap_timeout_ns", 5 * US), *wire.ONE_SYMBOL)
    assert rows(predict(program(*packets, setup=setup))) == [
        ("GAP", 0xFFFF, 1, 2, 2),
        bid(2, 1, wire.STALE),
        bid(3, 2, wire.STALE),  # B brought it just in time
        bid(4, 3, wire.STALE),
    ]


def test_fifo_more_than_three_quarters_full_is_a_gap() -> None:
    """FEED-ARB-3 (d): 58 bytes of UDP payload a packet; 3 of them are 174 > 3/4 x 200, 2 are not."""
    packets = [(index, "feed_a", packet("a", 1 + index, order(1 + index))) for index in (1, 2, 3)]
    assert rows(predict(program(*packets, FIFO_BYTES=200))) == [
        ("GAP", 0xFFFF, 1, 2, 3),
        *(bid(2, 1, wire.STALE), bid(3, 2, wire.STALE), bid(4, 3, wire.STALE)),
    ]
    assert rows(predict(program(*packets, FIFO_BYTES=232)))[0] == ("GAP", 0xFFFF, 1, 2, 2)


def test_packet_that_does_not_fit_is_dropped_whole() -> None:
    """1.1: 58 + 96 bytes do not fit into 100, and 58 are not more than three quarters."""
    packets = ((0, "feed_a", packet("a", 2, order(2))), (1, "feed_a", packet("a", 3, order(3), order(4))))
    prediction = predict(program(*packets, FIFO_BYTES=100))
    assert rows(prediction) == [("GAP", 0xFFFF, 1, 2, 2), bid(2, 1, wire.STALE)]
    assert prediction.bounds["a_fifo_overflow"] == (0, 2)


def test_heartbeat_beyond_next_reports_a_gap() -> None:
    """FEED-ARB-3: like a packet; and FEED-ARB-4: one at `next` has no effect."""
    frames = (
        (0, "feed_a", packet("a", 1, order(1))),
        *((1 * US, "feed_a", heartbeat("a", 2)), (2 * US, "feed_b", heartbeat("b", 2)), (3 * US, "feed_b", heartbeat("b", 4))),
        (40 * US, "feed_b", packet("b", 4, quiet())),
    )
    assert rows(predict(program(*frames))) == [bid(1, 1), ("GAP", 0xFFFF, 2, 4, 2), bid(4, 1, wire.STALE)]


def test_gap_makes_only_enabled_symbols_stale_and_emits_no_bbo() -> None:
    """FEED-ARB-3, BOOK-EMIT: each symbol's next message does."""
    frames = (
        (0, "feed_a", packet("a", 1, order(1), add(100, "B", 5, locate=8))),
        *((1, "feed_a", packet("a", 4, quiet(8))), (1, "feed_b", packet("b", 5, quiet(7)))),
    )
    assert rows(predict(program(*frames, setup=wire.TWO_SYMBOLS))) == [
        *(bid(1, 1), bbo(2, (BASE, 5), NONE, symbol=1)),
        ("GAP", 0xFFFF, 3, 4, 1),
        *(bbo(4, (BASE, 5), NONE, wire.STALE, symbol=1), bid(5, 1, wire.STALE)),
    ]


def test_end_of_session_is_told_once_and_later_packets_are_dropped() -> None:
    """FEED-ARB-5"""
    frames = (
        (0, "feed_a", packet("a", 1, order(1))),
        *((1 * US, "feed_a", end("a", 2)), (2 * US, "feed_b", end("b", 2))),
        *((3 * US, "feed_b", packet("b", 1, order(1))), (4 * US, "feed_b", packet("b", 2, order(2)))),
        *((5 * US, "feed_a", heartbeat("a", 9)), (5 * US, "feed_b", packet("b", 9, order(9)))),
    )
    prediction = predict(program(*frames))
    assert rows(prediction) == [bid(1, 1), ("END", 0xFFFF, 2, SESSION)]
    assert prediction.bounds["b_after_end"] == (0, 3)
    assert prediction.sums[1][1] == 3


def test_end_of_session_beyond_next_waits_like_a_heartbeat() -> None:
    """FEED-ARB-5"""
    assert rows(predict(program((0, "feed_a", end("a", 3))))) == [("GAP", 0xFFFF, 1, 3, 2), ("END", 0xFFFF, 3, SESSION)]


def test_packet_without_messages_neither_fills_nor_reports() -> None:
    """FEED-MOLD-3: a truncated packet with nothing whole in it."""
    frames = ((0, "feed_a", frame("a", mold(7, count=2))), (1, "feed_a", packet("a", 1, order(1))))
    assert rows(predict(program(*frames))) == [bid(1, 1)]


@pytest.mark.parametrize(("first", "flags"), [(1, 0), (2, wire.STALE)])
def test_start_sequence_zero_takes_the_first_packets_number(first: int, flags: int) -> None:
    """Section 3: every book is stale if that is above 1."""
    setup = (wire.put("start_sequence", 0), *wire.ONE_SYMBOL)
    assert rows(predict(program((0, "feed_b", packet("b", first, order(first))), setup=setup))) == [bid(first, 1, flags)]


def test_start_sequence_zero_takes_a_heartbeats_number_too_but_not_an_empty_packets() -> None:
    """Section 3, FEED-MOLD-3"""
    setup = (wire.put("start_sequence", 0), *wire.ONE_SYMBOL)
    frames = (
        *((0, "feed_a", frame("a", mold(9, count=1))), (1, "feed_a", heartbeat("a", 5))),
        *((2, "feed_a", packet("a", 4, order(4))), (3, "feed_a", packet("a", 5, order(5)))),
    )
    assert rows(predict(program(*frames, setup=setup))) == [bid(5, 1, wire.STALE)]
