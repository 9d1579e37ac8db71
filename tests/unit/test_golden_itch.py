# SPDX-License-Identifier: Apache-2.0
"""Contract 4: types and lengths, locates, trading states. Expectations are written by hand."""

from __future__ import annotations

import golden_wire as wire
import pytest
from golden_wire import BASE, NONE, add, bbo, directory, halt, predict, put, reg_sho, rows, stream, system_event, trading_action

LEARNED = (*wire.enable(0, "AAPL"), wire.COMMIT)
LENGTHS = {
    "S": 12,
    "R": 39,
    "H": 25,
    "Y": 20,
    "L": 26,
    "V": 35,
    "W": 12,
    "K": 28,
    "J": 35,
    "h": 21,
    "A": 36,
    "F": 40,
    "E": 31,
    "C": 36,
    "X": 23,
    "D": 19,
    "U": 35,
    "P": 44,
    "Q": 40,
    "B": 19,
    "I": 50,
    "N": 20,
    "O": 48,
}


def records(*messages: bytes, setup: tuple[bytes, ...] = wire.ONE_SYMBOL) -> list[tuple[object, ...]]:
    return rows(predict(stream(*messages, setup=setup)))


@pytest.mark.parametrize(("kind", "length"), LENGTHS.items())
def test_each_type_has_one_good_length(kind: str, length: int) -> None:
    """FEED-ITCH-1"""
    found = predict(stream(*(kind.encode() + bytes(size - 1) for size in (length - 1, length, length + 1)))).counters
    assert (found["messages"], found["bad_message"]) == (3, 2)


def test_unknown_type_is_counted_and_its_number_consumed() -> None:
    """FEED-ITCH-1"""
    prediction = predict(stream(b"Z" + bytes(30), b"\xff", add(1, "B", 5)))
    assert rows(prediction) == [bbo(3, (BASE, 5), NONE)]
    assert (prediction.counters["messages"], prediction.counters["bad_message"]) == (3, 2)


def test_zero_length_block_consumes_a_number_and_nothing_else() -> None:
    """FEED-MOLD-5: not even `messages` counts it."""
    prediction = predict(stream(b"", add(1, "B", 5)))
    assert rows(prediction) == [bbo(2, (BASE, 5), NONE)]
    assert (prediction.counters["messages"], prediction.counters["bad_message"]) == (1, 0)


def test_locate_is_learned_from_the_stock_directory() -> None:
    """FEED-ITCH-2"""
    assert records(add(1, "B", 5, locate=3), directory("AAPL", locate=3), add(2, "B", 6, locate=3), setup=LEARNED) == [
        bbo(3, (BASE, 6), NONE)
    ]


def test_lowest_index_learns_when_two_symbols_have_one_stock() -> None:
    """FEED-ITCH-2"""
    setup = (*wire.enable(2, "AAPL"), *wire.enable(1, "AAPL"), wire.COMMIT)
    assert records(directory("AAPL"), add(1, "B", 5), setup=setup) == [bbo(2, (BASE, 5), NONE, symbol=1)]


def test_given_locate_is_not_changed_by_the_directory() -> None:
    """FEED-ITCH-2"""
    assert records(directory("AAPL", locate=3), add(1, "B", 5, locate=3), add(2, "B", 6, locate=7)) == [bbo(3, (BASE, 6), NONE)]


def test_directory_cannot_take_a_given_locate_away() -> None:
    """FEED-ITCH-2: the refused symbol keeps the locate it had."""
    setup = (*wire.enable(0, "AAPL", locate=7), *wire.enable(1, "MSFT"), wire.COMMIT)
    messages = (directory("MSFT", locate=3), directory("MSFT", locate=7), add(1, "B", 5, locate=7), add(2, "B", 6, locate=3))
    assert records(*messages, setup=setup) == [bbo(3, (BASE, 5), NONE, symbol=0), bbo(4, (BASE, 6), NONE, symbol=1)]


def test_relocation_frees_the_old_locate_and_keeps_the_book() -> None:
    """FEED-ITCH-3"""
    messages = (
        directory("AAPL", locate=3),
        add(1, "B", 5, locate=3),
        directory("AAPL", locate=4),
        add(2, "B", 6, locate=3),
        add(3, "B", 7, locate=4),
    )
    assert records(*messages, setup=LEARNED) == [bbo(2, (BASE, 5), NONE), bbo(5, (BASE, 12), NONE)]


def test_last_claim_of_a_locate_wins() -> None:
    """FEED-ITCH-3: the other symbol has none."""
    setup = (*wire.enable(0, "AAPL"), *wire.enable(1, "MSFT"), wire.COMMIT)
    messages = (directory("AAPL", locate=3), directory("MSFT", locate=3), add(1, "B", 5, locate=3))
    assert records(*messages, setup=setup) == [bbo(3, (BASE, 5), NONE, symbol=1)]


def test_higher_index_wins_a_locate_given_twice_in_one_commit() -> None:
    """FEED-ITCH-3"""
    setup = (*wire.enable(0, "AAPL", locate=7), *wire.enable(1, "MSFT", locate=7), wire.COMMIT)
    assert records(add(1, "B", 5), setup=setup) == [bbo(1, (BASE, 5), NONE, symbol=1)]


def test_withdrawn_given_locate_leaves_none_until_the_next_directory() -> None:
    """FEED-ITCH-2"""
    rows_ = [
        (0, "control", put("locate_given", 0, 0)),
        (0, "control", wire.COMMIT),
        (1000, "feed_a", wire.packet("a", 1, add(1, "B", 5, locate=7))),
        (2000, "feed_a", wire.packet("a", 2, directory("AAPL", locate=7), add(2, "B", 6, locate=7))),
    ]
    assert rows(predict(wire.program(*rows_))) == [("CONTROL", 0xFFFF, 1, 1), bbo(3, (BASE, 6), NONE)]


def test_trading_state_is_reported_when_it_changes() -> None:
    """FEED-ITCH-6: order of the values trading_state, halt, reg_sho, phase; initially space, T, 0, space."""
    messages = (
        *(trading_action("T", time=5), trading_action("T"), halt("H"), halt("T", market="B"), halt("T"), reg_sho("0")),
        *(reg_sho("1"), trading_action("H", locate=9), system_event("Q", time=9), system_event("Q"), trading_action("P")),
    )
    assert records(*messages) == [
        ("STATE", 0, 1, "TT0 ", 5),
        ("STATE", 0, 3, "TH0 ", 0),
        ("STATE", 0, 5, "TT0 ", 0),
        ("STATE", 0, 7, "TT1 ", 0),
        ("STATE", 0xFFFF, 9, "   Q", 9),
        ("STATE", 0, 11, "PT1Q", 0),
    ]


def test_types_without_effect_change_nothing() -> None:
    """FEED-ITCH-7"""
    quiet = [kind.encode() + bytes([0, 7]) + bytes(LENGTHS[kind] - 3) for kind in "LVWKJPQBINO"]
    prediction = predict(stream(*quiet))
    assert rows(prediction) == []
    assert (prediction.counters["messages"], prediction.counters["bad_message"]) == (11, 0)
