# SPDX-License-Identifier: Apache-2.0
"""Contract 1.2, 2.2 (`session_reset`) and 5.5 (`book_clear`, `book_trust`): commands in the one order. Expectations are written by hand."""

from __future__ import annotations

import golden_wire as wire
import pytest
from golden_wire import BASE, COMMIT, NONE, add, bbo, control, packet, predict, program, put, quiet, rows, trading_action

from tickproof.errors import ProtocolError
from tickproof.program import PortProgram, Program

RESET, CLEAR, TRUST = control("session_reset"), control("book_clear", 0), control("book_trust", 0)
US = 1000


def commanded(op: int, sequence: int, symbol: int = 0xFFFF) -> tuple[object, ...]:
    return ("CONTROL", symbol, sequence, op)


def test_setup_commit_leaves_the_first_record() -> None:
    """CTRL-2: `set` leaves none."""
    assert [wire.decode(record.tobytes()) for record in predict(program()).records] == [commanded(1, 1)]


def test_nothing_changes_before_the_commit() -> None:
    """CTRL-1"""
    frames = (
        *((0, "control", put("base", BASE + 100, 0)), (1, "feed_a", packet("a", 1, add(1, "B", 5)))),
        *((2, "control", COMMIT), (3, "feed_a", packet("a", 2, add(2, "B", 6), add(3, "B", 7, BASE + 100)))),
    )
    assert rows(predict(program(*frames))) == [
        bbo(1, (BASE, 5), NONE),
        commanded(1, 2),
        bbo(2, NONE, NONE, wire.STALE),  # CTRL-3: afresh, stale because `next` is 2
        bbo(3, (BASE + 100, 7), NONE, wire.STALE),
    ]


def test_restarted_symbol_has_no_orders_no_state_and_no_learned_locate() -> None:
    """CTRL-3"""
    setup = (*wire.enable(0, "AAPL"), COMMIT)
    frames = (
        (0, "feed_a", packet("a", 1, wire.directory("AAPL"), trading_action("T"), add(1, "B", 5))),
        *((1, "control", put("tick", 50, 0)), (2, "control", COMMIT)),
        (3, "feed_a", packet("a", 4, wire.delete(1), wire.directory("AAPL"), wire.delete(1), trading_action("T"))),
    )
    prediction = predict(program(*frames, setup=setup))
    assert rows(prediction) == [
        *(("STATE", 0, 2, "TT0 ", 0), bbo(3, (BASE, 5), NONE)),
        *(commanded(1, 4), bbo(4, NONE, NONE, wire.STALE)),
        ("STATE", 0, 7, "TT0 ", 0),
    ]
    assert prediction.counters["unknown_reference"] == 1  # the first delete found no symbol, the second no order


def test_commit_that_changes_nothing_of_a_symbol_keeps_it() -> None:
    """CTRL-3"""
    frames = (
        (0, "feed_a", packet("a", 1, add(1, "B", 5))),
        *((1, "control", put("gap_timeout_ns", 5)), (1, "control", put("locate", 9, 0)), (1, "control", COMMIT)),
        (2, "feed_a", packet("a", 2, add(2, "B", 6, locate=7), add(3, "B", 7, locate=9))),
    )
    assert rows(predict(program(*frames))) == [bbo(1, (BASE, 5), NONE), commanded(1, 2), bbo(3, (BASE, 12), NONE)]


def test_start_sequence_takes_effect_at_a_commit_before_the_first_packet() -> None:
    """CTRL-4, CTRL-2: the CONTROL record shows `next` before its own effect; the symbol starts stale, so its BBO follows."""
    setup = (put("start_sequence", 5), *wire.ONE_SYMBOL)
    prediction = predict(program((0, "feed_a", packet("a", 5, add(1, "B", 5))), setup=setup))
    assert [wire.decode(record.tobytes()) for record in prediction.records] == [
        *(commanded(1, 1), bbo(1, NONE, NONE, wire.STALE)),
        bbo(5, (BASE, 5), NONE, wire.STALE),
    ]


def test_start_sequence_after_the_first_packet_waits_for_a_session_reset() -> None:
    """CTRL-4, FEED-MOLD-7: then stale exactly if above 1, without a record."""
    frames = (
        (0, "feed_a", packet("a", 1, add(1, "B", 5))),
        *((1, "control", put("start_sequence", 9)), (1, "control", COMMIT), (2, "feed_a", packet("a", 2, add(2, "B", 6)))),
        *((3, "control", RESET), (4, "feed_a", packet("a", 9, add(3, "B", 7)))),
    )
    assert rows(predict(program(*frames))) == [
        *(bbo(1, (BASE, 5), NONE), commanded(1, 2), bbo(2, (BASE, 11), NONE)),
        *(commanded(2, 3), bbo(9, (BASE, 7), NONE, wire.STALE)),
    ]


def test_session_reset_starts_everything_again() -> None:
    """FEED-MOLD-7: another session, sequence 1, empty books, initial states, waiting packets gone; and no BBO for it."""
    other = wire.frame("a", wire.mold(1, quiet(), trading_action("T"), wire.delete(1), session=b"OTHER00001"))
    frames = (
        (0, "feed_a", packet("a", 1, trading_action("T"), add(1, "B", 5))),
        *((1, "feed_a", packet("a", 4, add(2, "B", 6))), (2, "control", RESET), (3, "feed_a", other)),
    )
    prediction = predict(program(*frames))
    assert rows(prediction) == [
        *(("STATE", 0, 1, "TT0 ", 0), bbo(2, (BASE, 5), NONE)),
        *(commanded(2, 3), ("STATE", 0, 2, "TT0 ", 0)),
    ]
    assert (prediction.counters["unknown_reference"], prediction.counters["gaps"], prediction.sums) == (1, 0, ())


def test_last_emitted_bbo_is_forgotten_at_session_reset() -> None:
    """FEED-MOLD-7: an empty book is none, as at the start."""
    frames = (
        *((0, "feed_a", packet("a", 1, add(1, "B", 5))), (1, "control", RESET)),
        (2, "feed_a", packet("a", 1, quiet(), add(1, "B", 5))),
    )
    assert rows(predict(program(*frames))) == [bbo(1, (BASE, 5), NONE), commanded(2, 2), bbo(2, (BASE, 5), NONE)]


def test_learned_locates_are_freed_and_given_ones_stay_at_session_reset() -> None:
    """FEED-MOLD-7"""
    setup = (*wire.enable(0, "AAPL", locate=7), *wire.enable(1, "MSFT"), COMMIT)
    frames = (
        *((0, "feed_a", packet("a", 1, wire.directory("MSFT", locate=8))), (1, "control", RESET)),
        (2, "feed_a", packet("a", 1, add(1, "B", 5, locate=8), add(2, "B", 6, locate=7))),
    )
    assert rows(predict(program(*frames, setup=setup))) == [commanded(2, 2), bbo(2, (BASE, 6), NONE)]


def test_end_of_session_is_forgotten_at_session_reset() -> None:
    """FEED-MOLD-7, FEED-ARB-5"""
    end = wire.frame("a", wire.mold(1, count=0xFFFF))
    frames = ((0, "feed_a", end), (1, "control", RESET), (2, "feed_a", end))
    ended = ("END", 0xFFFF, 1, wire.SESSION)
    assert rows(predict(program(*frames))) == [ended, commanded(2, 1), ended]


def test_book_clear_empties_the_book_at_once() -> None:
    """BOOK-CLEAR: sequence is `next`, timestamp 0."""
    frames = (
        (0, "feed_a", packet("a", 1, add(1, "B", 5, time=3))),
        *((1, "control", CLEAR), (2, "control", CLEAR), (3, "feed_a", packet("a", 2, wire.delete(1)))),
    )
    prediction = predict(program(*frames))
    assert rows(prediction) == [
        bbo(1, (BASE, 5), NONE, time=3),
        *(commanded(3, 2, 0), bbo(2, NONE, NONE), commanded(3, 2, 0)),
    ]
    assert prediction.counters["unknown_reference"] == 1


def test_book_clear_keeps_other_symbols_and_staleness() -> None:
    """BOOK-CLEAR"""
    frames = (
        *((0, "feed_a", packet("a", 2, add(1, "B", 5), add(2, "B", 6, locate=8))), (0, "feed_b", packet("b", 2, quiet()))),
        *((1, "control", CLEAR), (2, "feed_a", packet("a", 4, add(3, "B", 1, locate=8)))),
    )
    assert rows(predict(program(*frames, setup=wire.TWO_SYMBOLS)))[3:] == [
        *(commanded(3, 4, 0), bbo(4, NONE, NONE, wire.STALE)),
        bbo(4, (BASE, 7), NONE, wire.STALE, symbol=1),
    ]


def test_book_trust_ends_stale_at_once() -> None:
    """BOOK-TRUST"""
    frames = ((0, "feed_a", packet("a", 2, add(1, "B", 5))), (30 * US, "control", TRUST), (31 * US, "control", TRUST))
    assert rows(predict(program(*frames))) == [
        *(("GAP", 0xFFFF, 1, 2, 2), bbo(2, (BASE, 5), NONE, wire.STALE)),
        *(commanded(4, 3, 0), bbo(3, (BASE, 5), NONE), commanded(4, 3, 0)),
    ]


@pytest.mark.parametrize("index", [1, 8, 0xFFFF])
def test_command_for_no_enabled_symbol_only_leaves_its_record(index: int) -> None:
    """CTRL-6"""
    frames = ((0, "feed_a", packet("a", 1, add(1, "B", 5))), (1, "control", control("book_clear", index)))
    assert rows(predict(program(*frames))) == [bbo(1, (BASE, 5), NONE), commanded(3, 2, index)]


def test_control_comes_before_frames_of_the_same_time() -> None:
    """predict: control, then A, then B."""
    frames = ((0, "feed_b", packet("b", 1, add(9, "B", 9))), (0, "feed_a", packet("a", 1, add(1, "B", 5))), (0, "control", TRUST))
    assert rows(predict(program(*frames))) == [commanded(4, 1, 0), bbo(1, (BASE, 5), NONE)]


def test_send_that_waits_for_records_goes_when_they_are_there() -> None:
    """Program.WaitFor on the port `events`: the timeout's records release the command."""
    feed = program((0, "feed_a", packet("a", 2, add(1, "B", 5)))).ports["feed_a"]
    sends = {"feed_a": feed, "control": PortProgram.of([wire.waiting_send(TRUST, "events", 3)])}
    prediction = predict(Program("feed_handler", sends, wire.ONE_SYMBOL))
    assert rows(prediction) == [
        *(("GAP", 0xFFFF, 1, 2, 2), bbo(2, (BASE, 5), NONE, wire.STALE)),
        *(commanded(4, 3, 0), bbo(3, (BASE, 5), NONE)),
    ]


def test_send_that_waits_for_ever_never_goes() -> None:
    """Program.WaitFor"""
    sends = {"control": PortProgram.of([wire.waiting_send(TRUST, "bbo", 1)])}
    assert rows(predict(Program("feed_handler", sends, wire.ONE_SYMBOL))) == []


@pytest.mark.parametrize(
    "record", [bytes(15), b"\x63" + bytes(15), put("base", 1)[:4] + b"\0\0\0\x20" + bytes(8)], ids=["short", "op", "setting"]
)
def test_control_record_that_makes_no_sense_is_refused(record: bytes) -> None:
    """The Program is at fault, not the device."""
    with pytest.raises(ProtocolError, match="control record"):
        predict(program((0, "control", record)))
