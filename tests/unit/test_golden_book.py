# SPDX-License-Identifier: Apache-2.0
"""Contract 5: orders, ladder, top of book, flags, and when a BBO is emitted. Expectations are written by hand."""

from __future__ import annotations

import golden_wire as wire
import pytest
from golden_wire import BASE, NONE, add, bbo, cancel, delete, executed, executed_at, predict, replace, rows, stream

BID, ASK = BASE + 100, BASE + 300  # levels 1 and 3


def bbos(*messages: bytes, **settings: object) -> list[tuple[object, ...]]:
    return rows(predict(stream(*messages, **settings)))


def counters(*messages: bytes, **settings: object) -> dict[str, int]:
    """The counters of section 5.1 that are not 0."""
    found = predict(stream(*messages, **settings)).counters
    names = ("bad_message", "unknown_reference", "duplicate_reference", "over_reduced", "bad_add", "wrong_locate")
    return {name: found[name] for name in names if found[name]}


def test_best_levels_add_up_their_orders() -> None:
    """BOOK-TOP, BOOK-ADD: shares of all orders at the best price, both message types."""
    assert bbos(
        add(1, "B", 100, BID, time=11), wire.add_mpid(2, "B", 50, BID, time=12), add(3, "B", 70, BASE), add(4, "S", 30, ASK, time=14)
    ) == [
        bbo(1, (BID, 100), NONE, time=11),
        bbo(2, (BID, 150), NONE, time=12),
        bbo(4, (BID, 150), (ASK, 30), time=14),
    ]


@pytest.mark.parametrize("reduce", [executed, executed_at, cancel], ids=["E", "C", "X"])
def test_reducing_takes_shares_and_the_last_share_removes_the_order(reduce: object) -> None:
    """BOOK-REDUCE; a C that is not printable reduces too."""
    messages = (add(1, "S", 100, ASK), reduce(1, 40), reduce(1, 0), reduce(1, 60), reduce(1, 1))  # type: ignore[operator]
    assert bbos(*messages) == [bbo(1, NONE, (ASK, 100)), bbo(2, NONE, (ASK, 60)), bbo(4, NONE, NONE)]
    assert counters(*messages) == {"unknown_reference": 1}


def test_reducing_by_more_than_remains_is_counted_and_removes() -> None:
    """BOOK-REDUCE"""
    messages = (add(1, "B", 100, BID), add(2, "B", 5, BASE), executed(1, 101))
    assert bbos(*messages)[-1] == bbo(3, (BASE, 5), NONE)
    assert counters(*messages) == {"over_reduced": 1}


def test_delete_uncovers_the_next_level_and_a_level_can_come_back() -> None:
    """BOOK-DELETE, BOOK-TOP"""
    assert bbos(add(1, "B", 100, BID), add(2, "B", 7, BASE), delete(1), add(3, "B", 9, BID), delete(3), delete(2)) == [
        bbo(1, (BID, 100), NONE),
        bbo(3, (BASE, 7), NONE),
        bbo(4, (BID, 9), NONE),
        bbo(5, (BASE, 7), NONE),
        bbo(6, NONE, NONE),
    ]


def test_replace_keeps_the_side_and_takes_price_and_shares_from_the_message() -> None:
    """BOOK-REPLACE"""
    assert bbos(add(1, "S", 100, ASK), replace(1, 2, 30, ASK - 100), delete(1), delete(2)) == [
        bbo(1, NONE, (ASK, 100)),
        bbo(2, NONE, (ASK - 100, 30)),
        bbo(4, NONE, NONE),
    ]


def test_replace_by_its_own_reference_is_no_duplicate() -> None:
    """BOOK-ALIVE: the new reference is the original."""
    messages = (add(1, "B", 100, BID), replace(1, 1, 30, BID))
    assert bbos(*messages)[-1] == bbo(2, (BID, 30), NONE)
    assert counters(*messages) == {}


def test_replace_with_no_shares_only_removes() -> None:
    """BOOK-REPLACE, BOOK-ALIVE: the new reference is not looked at."""
    messages = (add(1, "B", 100, BID), add(2, "B", 10, BASE), replace(1, 2, 0, BID))
    assert bbos(*messages)[-1] == bbo(3, (BASE, 10), NONE)
    assert counters(*messages) == {}


@pytest.mark.parametrize("message", [executed(9, 1), executed_at(9, 1), cancel(9, 1), delete(9), replace(9, 10, 5, BID)], ids=list("ECXDU"))
def test_unknown_reference_is_counted_and_ignored(message: bytes) -> None:
    """BOOK-UNKNOWN: for U nothing is added."""
    assert bbos(add(1, "B", 100, BASE), message, delete(10)) == [bbo(1, (BASE, 100), NONE)]
    assert counters(add(1, "B", 100, BASE), message) == {"unknown_reference": 1}


@pytest.mark.parametrize("bad", [add(1, "B", 0, BID), add(1, "X", 5, BID), add(1, "X", 0, BID)], ids=["no-shares", "side-X", "both"])
def test_bad_add_is_counted_once_and_not_stored(bad: bytes) -> None:
    """BOOK-ADD: nothing else is looked at, so reference 1 stays as it was."""
    messages = (add(1, "B", 100, BID), bad)
    assert bbos(*messages) == [bbo(1, (BID, 100), NONE)]
    assert counters(*messages) == {"bad_add": 1}


def test_add_with_a_live_reference_replaces_the_old_order() -> None:
    """BOOK-ALIVE"""
    messages = (add(1, "B", 100, BID), add(1, "S", 5, ASK))
    assert bbos(*messages)[-1] == bbo(2, NONE, (ASK, 5))
    assert counters(*messages) == {"duplicate_reference": 1}


def test_add_with_a_reference_of_another_symbol_shows_that_symbol_first() -> None:
    """BOOK-ALIVE: two BBO records, the old symbol's first, both with this message's timestamp."""
    messages = (add(1, "B", 100, BID, locate=8), add(1, "B", 5, BID, locate=7, time=77))
    assert bbos(*messages, setup=wire.TWO_SYMBOLS) == [
        bbo(1, (BID, 100), NONE, symbol=1),
        bbo(2, NONE, NONE, symbol=1, time=77),
        bbo(2, (BID, 5), NONE, symbol=0, time=77),
    ]


def test_replace_to_a_live_reference_removes_that_order_too() -> None:
    """BOOK-ALIVE: U, new reference alive and not the original."""
    messages = (add(1, "B", 100, BID), add(2, "B", 50, BID, locate=8), replace(1, 2, 10, BASE))
    assert bbos(*messages, setup=wire.TWO_SYMBOLS)[2:] == [bbo(3, NONE, NONE, symbol=1), bbo(3, (BASE, 10), NONE)]
    assert counters(*messages, setup=wire.TWO_SYMBOLS) == {"duplicate_reference": 1}


@pytest.mark.parametrize("reference", [0, 1 << 40, (1 << 64) - 1])
def test_every_reference_is_legal(reference: int) -> None:
    """BOOK-REF"""
    assert bbos(add(reference, "B", 3, BID), delete(reference)) == [bbo(1, (BID, 3), NONE), bbo(2, NONE, NONE)]


TOP = BASE + 3 * 100  # the last of four levels


@pytest.mark.parametrize(
    ("side", "price", "top", "flags"),
    [
        ("B", BASE, (BASE, 9), 0),
        ("B", TOP, (TOP, 9), 0),
        ("B", BASE - 100, NONE, 0),
        ("B", TOP + 100, NONE, wire.PARTIAL),
        ("B", TOP + 50, NONE, wire.PARTIAL),
        ("B", BASE + 50, NONE, wire.PARTIAL),
        ("B", BASE - 50, NONE, 0),
        ("B", 0, NONE, 0),
        ("S", TOP + 100, NONE, 0),
        ("S", BASE - 100, NONE, wire.PARTIAL),
        ("S", BASE + 250, NONE, wire.PARTIAL),
        ("S", 0, NONE, wire.PARTIAL),
        ("S", (1 << 32) - 1, NONE, 0),
    ],
)
def test_ladder_holds_four_prices_and_the_flag_tells_what_could_hide(side: str, price: int, top: tuple[int, int], flags: int) -> None:
    """BOOK-LADDER, BOOK-FLAGS `partial`, with LEVELS = 4."""
    expected = [bbo(1, top, NONE, flags)] if top != NONE or flags else []
    assert bbos(add(1, side, 9, price), LEVELS=4) == expected
    gone = [bbo(2, NONE, NONE)] if expected else []
    assert bbos(add(1, side, 9, price), delete(1), LEVELS=4) == expected + gone


def test_price_zero_is_off_the_ladder_that_starts_at_zero() -> None:
    """BOOK-LADDER: whatever `base` is."""
    setup = (*wire.enable(0, "AAPL", locate=7, base=0), wire.COMMIT)
    assert bbos(add(1, "B", 9, 0), add(2, "S", 9, 0), setup=setup) == [bbo(2, NONE, NONE, wire.PARTIAL)]


def test_replace_moves_an_order_onto_the_ladder() -> None:
    """BOOK-LADDER: U re-evaluates."""
    assert bbos(add(1, "B", 9, BASE + 1), replace(1, 2, 9, BASE)) == [bbo(1, NONE, NONE, wire.PARTIAL), bbo(2, (BASE, 9), NONE)]


def test_reducing_an_order_off_the_ladder_keeps_the_flag_until_it_is_gone() -> None:
    """BOOK-FLAGS"""
    assert bbos(add(1, "B", 9, BASE + 1), executed(1, 4), executed(1, 5)) == [bbo(1, NONE, NONE, wire.PARTIAL), bbo(3, NONE, NONE)]


@pytest.mark.parametrize(("ask", "flags"), [(BID - 100, wire.CROSSED), (BID, wire.CROSSED), (BID + 100, 0)])
def test_crossed_means_bid_at_or_above_ask(ask: int, flags: int) -> None:
    """BOOK-FLAGS: both present."""
    assert bbos(add(1, "B", 9, BID), add(2, "S", 9, ask))[-1] == bbo(2, (BID, 9), (ask, 9), flags)


def test_messages_of_untracked_locates_touch_nothing() -> None:
    """FEED-ITCH-4: no store, no error counter."""
    messages = (add(1, "B", 9, BID, locate=9), delete(5, locate=9), add(2, "X", 0, BID, locate=9), delete(1))
    assert bbos(*messages) == []
    assert counters(*messages) == {"unknown_reference": 1}


@pytest.mark.parametrize("message", [executed(1, 9), executed_at(1, 9), cancel(1, 9), delete(1), replace(1, 2, 3, BID)], ids=list("ECXDU"))
def test_order_of_another_symbol_than_the_header_names_is_left_alone(message: bytes) -> None:
    """FEED-ITCH-5"""
    messages = (add(1, "B", 9, BID, locate=8), message, executed(1, 2, locate=8))
    assert bbos(*messages, setup=wire.TWO_SYMBOLS) == [bbo(1, (BID, 9), NONE, symbol=1), bbo(3, (BID, 7), NONE, symbol=1)]
    assert counters(*messages, setup=wire.TWO_SYMBOLS) == {"wrong_locate": 1}
