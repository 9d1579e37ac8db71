# SPDX-License-Identifier: Apache-2.0
"""Contract 8: `replay` follows what a device states, and refuses what no order of its inputs explains. Records are written by hand."""

from __future__ import annotations

import dataclasses

import golden_wire as wire
import numpy as np
import pytest
from golden_wire import BASE, NONE, add, bbo, control, observed, packet, program, quiet, replay, rows, told_bbo, told_control, told_gap

from tickproof.capture import Sent
from tickproof.golden import Prediction
from tickproof.program import Program

US = 1000


def order(sequence: int) -> bytes:
    return add(sequence, "B", 1)


def bid(sequence: int, shares: int, flags: int = 0) -> tuple[object, ...]:
    return bbo(sequence, (BASE, shares), NONE, flags)


def rules(prediction: Prediction) -> list[tuple[str, int | None]]:
    return [(problem.rule, problem.index) for problem in prediction.problems]


# Line A brings 1 at 0, 3 at 1 us; line B brings 2 at 15 us.
HOLE = program(
    *((0, "feed_a", packet("a", 1, order(1))), (1 * US, "feed_a", packet("a", 3, order(3)))),
    (15 * US, "feed_b", packet("b", 2, order(2))),
)


def test_order_without_gap_is_followed() -> None:
    """EVT-2: B fills the hole in time."""
    found = replay(HOLE, observed(HOLE, told_bbo(1, 50, (BASE, 1)), told_bbo(2, 15_050, (BASE, 2)), told_bbo(3, 15_060, (BASE, 3))))
    assert (rows(found), found.problems) == ([bid(1, 1), bid(2, 2), bid(3, 3)], ())
    assert found.causes[1:].tolist() == [[1, 0], [2, 0], [1, 1]]


def test_fill_that_raced_with_the_timeout_may_win_or_lose() -> None:
    """Contract 8: B's packet comes within the slack of the timeout; both orders are the device's to state."""
    close = program(
        *((0, "feed_a", packet("a", 1, order(1))), (1 * US, "feed_a", packet("a", 3, order(3)))),
        (21 * US, "feed_b", packet("b", 2, order(2))),
    )
    lost = replay(close, observed(close, told_bbo(1, 50, (BASE, 1)), told_gap(2, 3, 2, 21_020), told_bbo(3, 21_030, (BASE, 2), flags=2)))
    assert (rows(lost), lost.problems) == ([bid(1, 1), ("GAP", 0xFFFF, 2, 3, 2), bid(3, 2, wire.STALE)], ())
    won = replay(close, observed(close, told_bbo(1, 50, (BASE, 1)), told_bbo(2, 21_050, (BASE, 2)), told_bbo(3, 21_060, (BASE, 3))))
    assert (rows(won), won.problems) == ([bid(1, 1), bid(2, 2), bid(3, 3)], ())
    assert lost.counters["gap_messages"] == 1
    assert won.counters["gap_messages"] == 0


@pytest.mark.parametrize(
    ("gap", "sends", "rule", "reason"),
    [
        pytest.param(
            told_gap(2, 3, 2, 21_000),
            HOLE,
            "FEED-ARB-2",
            "line b had brought it 6000.0 ns before",
            id="a-message-that-was-there-is-skipped",
        ),
        pytest.param(told_gap(2, 3, 2, 14_000), HOLE, "FEED-ARB-3", "had waited 13000.0 ns, less than 20000 ns", id="timeout-too-early"),
        pytest.param(told_gap(2, 3, 1, 14_000), HOLE, "FEED-ARB-3", "only line a was beyond 2 (at 3)", id="one-line-beyond-is-not-both"),
        pytest.param(told_gap(2, 3, 3, 14_000), HOLE, "FEED-ARB-3", "line a held 58 bytes, not more than three", id="fifo-was-not-full"),
        pytest.param(told_gap(2, 3, 9, 14_000), HOLE, "FEED-ARB-3", "cause 9 does not exist", id="no-such-cause"),
        pytest.param(told_gap(2, 3, 2, 900), HOLE, "FEED-ARB-3", "no packet beyond 2 had arrived", id="before-the-packet-came"),
        pytest.param(
            told_gap(2, 3, 2, 21_200),
            program(*((time, "feed_a", packet("a", sequence, order(sequence))) for time, sequence in ((0, 1), (1000, 3)))),
            "FEED-ARB-3",
            "it came 200.0 ns after the timeout of the packet at 3 on line a",
            id="timeout-too-late",
        ),
        pytest.param(
            told_gap(2, 3, 2, 21_000),
            program(
                *((time, "feed_a", packet("a", sequence, order(sequence))) for time, sequence in ((0, 1), (1000, 3))),
                (5 * US, "feed_b", packet("b", 4, quiet())),
            ),
            "FEED-ARB-3",
            "both lines were beyond 2, so the cause is 1, not 2",
            id="the-first-cause-that-holds-names-it",
        ),
    ],
)
def test_gap_whose_cause_was_not_true_is_refused(gap: bytes, sends: Program, rule: str, reason: str) -> None:
    """Contract 3: the checker does not trust a GAP."""
    found = replay(sends, observed(sends, told_bbo(1, 50, (BASE, 1)), gap))
    matching = [problem for problem in found.problems if problem.index == 2]
    assert [problem.rule for problem in matching] == [rule]
    assert reason in matching[0].text


@pytest.mark.parametrize("time_ns", [21_000, 21_050, 21_100])
def test_gap_by_timeout_within_the_slack_is_accepted(time_ns: int) -> None:
    """Contract 3: age within [timeout, timeout + slack]."""
    sends = program(*((time, "feed_a", packet("a", sequence, order(sequence))) for time, sequence in ((0, 1), (1000, 3))))
    found = replay(sends, observed(sends, told_bbo(1, 50, (BASE, 1)), told_gap(2, 3, 2, time_ns), told_bbo(3, time_ns, (BASE, 2), flags=2)))
    assert (found.problems, rows(found)[1]) == ((), ("GAP", 0xFFFF, 2, 3, 2))
    assert found.causes.tolist()[2:] == [[-1, -1], [1, 1]]


def test_gap_of_both_lines_is_accepted_with_the_later_one_as_its_cause() -> None:
    """FEED-ARB-3 (b)"""
    sends = program((0, "feed_a", packet("a", 3, order(3))), (1 * US, "feed_b", packet("b", 2, order(2))))
    found = replay(
        sends, observed(sends, told_gap(1, 2, 1, 1_040), told_bbo(2, 1_040, (BASE, 1), flags=2), told_bbo(3, 1_050, (BASE, 2), flags=2))
    )
    assert (found.problems, rows(found)[0]) == ((), ("GAP", 0xFFFF, 1, 2, 1))
    assert found.causes.tolist()[1] == [2, 0]


def test_gap_of_a_full_fifo_is_accepted_when_it_was_full() -> None:
    """FEED-ARB-3 (d): three packets of 58 bytes in a FIFO of 200."""
    sends = program(*((index * US, "feed_a", packet("a", 1 + index, order(1 + index))) for index in (1, 2, 3)), FIFO_BYTES=200)
    shown = [told_bbo(1 + index, 3_050, (BASE, index), flags=2) for index in (1, 2, 3)]
    full = replay(sends, observed(sends, told_gap(1, 2, 3, 3_040), *shown))
    assert (full.problems, full.causes.tolist()[1]) == ((), [1, 2])
    early = replay(sends, observed(sends, told_gap(1, 2, 3, 2_040), *shown))
    assert rules(early) == [("FEED-ARB-3", 1)]


def test_several_packets_in_a_row_may_have_met_a_full_fifo() -> None:
    """1.1: five packets of 58 bytes at one moment, room for two; nothing proves that 3 to 5 fitted, so a gap may end behind all of them."""
    burst = ((0, "feed_a", packet("a", sequence, order(sequence))) for sequence in range(1, 6))
    sends = program(*burst, (100 * US, "feed_a", packet("a", 6, order(6))), FIFO_BYTES=120)
    shown = (
        told_bbo(1, 40, (BASE, 1)),
        told_bbo(2, 50, (BASE, 2)),
        told_gap(3, 6, 2, 120_010),
        told_bbo(6, 120_050, (BASE, 3), flags=wire.STALE),
    )
    found = replay(sends, observed(sends, *shown))
    assert (rows(found), found.problems) == ([bid(1, 1), bid(2, 2), ("GAP", 0xFFFF, 3, 6, 2), bid(6, 3, wire.STALE)], ())


def test_gap_with_a_wrong_end_or_start_shows_in_the_record() -> None:
    """EVT-2: golden's record has the right one, so that comparing names the field."""
    sends = program(*((time, "feed_a", packet("a", sequence, order(sequence))) for time, sequence in ((0, 1), (1000, 4))))
    wrong_end = replay(sends, observed(sends, told_bbo(1, 50, (BASE, 1)), told_gap(2, 5, 2, 21_000)))
    wrong_start = replay(sends, observed(sends, told_bbo(1, 50, (BASE, 1)), told_gap(3, 4, 2, 21_000)))
    for found in (wrong_end, wrong_start):
        assert (found.problems, rows(found)) == ((), [bid(1, 1), ("GAP", 0xFFFF, 2, 4, 2), bid(4, 2, wire.STALE)])


def test_gap_that_was_due_and_not_declared_is_a_problem() -> None:
    """Contract 3: B fills the hole 5 us after A's packet timed out, and the device had waited for it."""
    sends = program(
        *((0, "feed_a", packet("a", 1, order(1))), (1 * US, "feed_a", packet("a", 3, order(3)))),
        (26 * US, "feed_b", packet("b", 2, order(2))),
    )
    found = replay(sends, observed(sends, told_bbo(1, 50, (BASE, 1)), told_bbo(2, 26_050, (BASE, 2)), told_bbo(3, 26_060, (BASE, 3))))
    assert rules(found) == [("FEED-ARB-3", None)]
    assert "due 5000.0 ns before 2 came" in found.problems[0].text


@pytest.mark.parametrize(
    ("sends", "gap"),
    [
        ((0, "feed_a", packet("a", 2, order(2))), ("GAP", 0xFFFF, 1, 2, 2)),
        ((0, "feed_b", packet("b", 2, order(2))), ("GAP", 0xFFFF, 1, 2, 2)),
    ],
)
def test_gap_that_never_came_is_shown_as_missing(sends: tuple[int, str, bytes], gap: tuple[object, ...]) -> None:
    """Contract 3: golden's list has it where the device's goes on."""
    late = program(sends, (50 * US, "feed_a", packet("a", 1, quiet())))
    found = replay(late, observed(late))
    assert (rows(found)[0], rules(found)[:1]) == (gap, [("FEED-ARB-3", None)]) or sends[1] == "feed_b"


def test_wait_for_a_timeout_after_the_end_of_the_run_is_no_problem() -> None:
    """The run was over before the GAP was due."""
    sends = program((0, "feed_a", packet("a", 2, order(2))))
    found = replay(sends, observed(sends))
    assert (rows(found), found.problems) == ([], ())
    longer = dataclasses.replace(sends, end_ns=30 * US)
    assert rules(replay(longer, observed(longer))) == [("FEED-ARB-3", None)]


# Commands


TRUSTED = program(
    *((0, "feed_a", packet("a", 1, order(1))), (1 * US, "feed_a", packet("a", 2, order(2)))),
    (1 * US, "control", control("book_clear", 0)),
)


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        (2, [bid(1, 1), ("CONTROL", 0, 2, 3), bbo(2, NONE, NONE), bid(2, 1)]),
        (3, [bid(1, 1), bid(2, 2), ("CONTROL", 0, 3, 3), bbo(3, NONE, NONE)]),
    ],
)
def test_command_takes_effect_where_its_record_says(sequence: int, expected: list[tuple[object, ...]]) -> None:
    """CTRL-2, contract 8: the command and message 2 race."""
    found = replay(TRUSTED, observed(TRUSTED, told_bbo(1, 40, (BASE, 1)), told_control("book_clear", sequence, 1_030, 0)))
    assert (rows(found), found.problems) == (expected, ())


def test_command_in_the_middle_of_a_packet_is_followed() -> None:
    """CTRL-2: between two messages."""
    sends = program((0, "feed_a", packet("a", 1, order(1), order(2), order(3))), (0, "control", control("book_clear", 0)))
    found = replay(sends, observed(sends, told_control("book_clear", 3, 30, 0)))
    assert (rows(found), found.problems) == ([bid(1, 1), bid(2, 2), ("CONTROL", 0, 3, 3), bbo(3, NONE, NONE), bid(3, 1)], ())


def test_command_without_a_record_is_a_problem_and_takes_effect_when_it_was_sent() -> None:
    """EVT-1"""
    found = replay(TRUSTED, observed(TRUSTED, told_bbo(1, 40, (BASE, 1)), told_bbo(2, 1_040, (BASE, 2))))
    assert rules(found) == [("EVT-1", None)]
    assert rows(found) == [bid(1, 1), ("CONTROL", 0, 2, 3), bbo(2, NONE, NONE), bid(2, 1)]


def test_record_of_a_command_that_nobody_sent_is_a_problem() -> None:
    """EVT-1"""
    found = replay(HOLE, observed(HOLE, told_control("book_trust", 1, 10, 0)))
    assert ("EVT-1", 1) in rules(found)


def test_commands_in_another_order_are_a_problem() -> None:
    """EVT-1: inputs of one port in their order."""
    sends = program((0, "control", control("book_clear", 0)), (1, "control", control("book_trust", 0)))
    found = replay(sends, observed(sends, told_control("book_trust", 1, 10, 0), told_control("book_clear", 1, 20, 0)))
    assert rules(found) == [("EVT-1", 2), ("EVT-1", None)]


def test_session_reset_splits_the_packets_by_its_time() -> None:
    """FEED-MOLD-6, 7: what arrived before is of the old session, the rest of the new one."""
    sends = program(
        *((0, "feed_a", packet("a", 1, order(1))), (1 * US, "feed_a", packet("a", 5, order(5)))),
        (2 * US, "control", control("session_reset")),
        (3 * US, "feed_a", wire.frame("a", wire.mold(1, order(9), session=b"OTHER00001"))),
    )
    told = (told_bbo(1, 40, (BASE, 1)), told_control("session_reset", 2, 2_020), told_bbo(1, 3_040, (BASE, 1)))
    found = replay(sends, observed(sends, *told))
    assert (rows(found), found.problems) == ([bid(1, 1), ("CONTROL", 0xFFFF, 2, 2), bid(1, 1)], ())
    assert (found.counters["a_wrong_session"], found.sums) == (0, ())


@pytest.mark.parametrize(("came_ps", "gone"), [(2_020_000, True), (2_020_800, True), (2_021_000, False)])
def test_a_packet_in_the_clock_of_a_session_reset_is_of_the_old_session(came_ps: int, *, gone: bool) -> None:
    """FEED-MOLD-7. The record's time is rounded down to a ns, so what came within it came in that clock."""
    sends = program((2 * US, "control", control("session_reset")), (2 * US, "feed_a", packet("a", 1, order(1))))
    taken = observed(sends, told_control("session_reset", 1, 2_020), *([] if gone else [told_bbo(1, 2_060, (BASE, 1))]))
    times_ps = np.array([came_ps])
    found = replay(sends, dataclasses.replace(taken, sent={**taken.sent, "feed_a": Sent(times_ps, times_ps)}))
    assert (rows(found)[1:], found.problems) == ([] if gone else [bid(1, 1)], ())


def test_session_reset_that_throws_away_what_was_ready_is_a_problem() -> None:
    """EVT-1: message 2 had been there for 1 us."""
    sends = program(
        *((0, "feed_a", packet("a", 1, order(1))), (1 * US, "feed_a", packet("a", 2, order(2)))),
        (2 * US, "control", control("session_reset")),
    )
    found = replay(sends, observed(sends, told_bbo(1, 40, (BASE, 1)), told_control("session_reset", 2, 2_020)))
    assert rules(found) == [("EVT-1", 2)]


# Races of contents


def test_of_two_contents_the_one_that_fits_the_device_counts() -> None:
    """Contract 3: a race by nature; A's arrived first, but a device may have taken B's."""
    sends = program((0, "feed_a", packet("a", 1, add(1, "B", 5))), (3, "feed_b", packet("b", 1, add(1, "B", 6))))
    for shares in (5, 6):
        found = replay(sends, observed(sends, told_bbo(1, 40, (BASE, shares))))
        assert (rows(found), found.problems) == ([bid(1, shares)], ())
    assert rows(replay(sends, observed(sends, told_bbo(1, 40, (BASE, 7))))) == [bid(1, 5)]
    assert rows(wire.predict(sends)) == [bid(1, 5)]


def test_of_two_first_sequences_the_devices_records_decide() -> None:
    """Section 3: `start_sequence` 0, both lines' first packets within the slack."""
    setup = (wire.put("start_sequence", 0), *wire.ONE_SYMBOL)
    sends = program((0, "feed_a", packet("a", 5, order(5))), (3, "feed_b", packet("b", 4, order(4), order(5))), setup=setup)
    begun_by_b = observed(sends, told_bbo(4, 40, (BASE, 1), flags=2), told_bbo(5, 41, (BASE, 2), flags=2))
    assert rows(replay(sends, begun_by_b)) == [bid(4, 1, wire.STALE), bid(5, 2, wire.STALE)]
    begun_by_a = observed(sends, told_bbo(5, 40, (BASE, 1), flags=2))
    assert rows(replay(sends, begun_by_a)) == [bid(5, 1, wire.STALE)]


def test_of_two_first_sequences_that_leave_no_record_the_earlier_one_counts() -> None:
    """Section 3: the first record, of sequence 3, is behind both, and its book is not stale: the device began at 1."""
    setup = (wire.put("start_sequence", 0), *wire.ONE_SYMBOL)
    late = (US, "feed_a", packet("a", 3, order(3)))
    sends = program(
        (0, "feed_b", packet("b", 1, wire.quiet(), wire.quiet())), (3, "feed_a", packet("a", 2, wire.quiet())), late, setup=setup
    )
    found = replay(sends, observed(sends, told_bbo(3, 1_040, (BASE, 1))))
    assert (rows(found), found.problems) == ([bid(3, 1)], ())


# Degraded stores


def test_degraded_with_few_live_orders_is_a_problem_and_golden_follows() -> None:
    """5.6: fewer than 8,192 live orders."""
    sends = program(*((index * US, "feed_a", packet("a", 1 + index, order(1 + index))) for index in (0, 1, 2)))
    degraded = wire.told(5, 2, 1_040, bytes(7) + b"\x02" + bytes([0, 0, 0, 1]), symbol=0)
    told = (told_bbo(1, 40, (BASE, 1)), degraded, told_bbo(2, 1_040, (BASE, 1), flags=8), told_bbo(3, 2_040, (BASE, 2), flags=8))
    found = replay(sends, observed(sends, *told))
    assert rows(found) == [bid(1, 1), ("DEGRADED", 0, 2, 2, 1), bid(2, 1, wire.DEGRADED), bid(3, 2, wire.DEGRADED)]
    assert rules(found) == [("5.6", 2)]
    assert found.inconclusive[0][0] == 3
    assert found.bounds["unknown_reference"] == (0, 3)


def test_degraded_with_many_live_orders_is_inconclusive_from_there_on() -> None:
    """5.6"""
    adds = [packet("a", 1 + 40 * index, *(order(1 + 40 * index + place) for place in range(40))) for index in range(205)]
    sends = program(*((US * index, "feed_a", data) for index, data in enumerate(adds)))
    degraded = wire.told(5, 8193, 204_900, (8193).to_bytes(8, "big") + (8192).to_bytes(4, "big"), symbol=0)
    found = replay(sends, observed(sends, degraded))
    assert found.problems == ()
    assert found.inconclusive[0][0] == 1 + 8192 + 1  # commit, 8,192 BBOs, DEGRADED, and then
    assert wire.decode(found.records[1 + 8192].tobytes()) == ("DEGRADED", 0, 8193, 8193, 8192)


# Where records or times are missing


def test_device_without_records_is_shown_all_that_is_missing() -> None:
    """EVT-1, EVT-2"""
    sends = program((0, "feed_a", packet("a", 1, order(1))), (10, "control", control("book_trust", 0)))
    silent = dataclasses.replace(
        observed(sends), records=observed(sends).records[:0], record_ps=observed(sends).record_ps[:0], epoch_ps=None
    )
    found = replay(sends, silent)
    assert [wire.decode(record.tobytes()) for record in found.records] == [("CONTROL", 0xFFFF, 1, 1), bid(1, 1), ("CONTROL", 0, 2, 4)]
    assert rules(found) == [("EVT-1", None), ("EVT-1", None)]


def test_send_that_never_went_in_is_not_expected() -> None:
    """Capture: -1 = never sent."""
    what = observed(TRUSTED, told_bbo(1, 40, (BASE, 1)))
    what.sent["feed_a"].last_ps[1] = what.sent["control"].last_ps[0] = -1
    found = replay(TRUSTED, what)
    assert (rows(found), found.problems, found.counters["a_frames"]) == ([bid(1, 1)], (), 1)


def test_end_of_session_is_caused_by_the_line_that_brought_it_first() -> None:
    """FEED-ARB-5: both lines bring it, B within the slack behind A."""
    ends = (
        (1 * US, "feed_a", wire.frame("a", wire.mold(2, count=0xFFFF))),
        (1 * US + 50, "feed_b", wire.frame("b", wire.mold(2, count=0xFFFF))),
    )
    sends = program((0, "feed_a", packet("a", 1, order(1))), *ends)
    found = replay(sends, observed(sends, told_bbo(1, 40, (BASE, 1)), wire.told(3, 2, 1_010, wire.SESSION)))
    assert (rows(found), found.problems) == ([bid(1, 1), ("END", 0xFFFF, 2, wire.SESSION)], ())
    assert found.causes.tolist()[2] == [1, 1]


def test_packet_that_raced_with_the_end_of_session_may_win_or_lose() -> None:
    """FEED-ARB-5: B's packet 2 comes 10 ns before A's end of session at 2; its records tell."""
    sends = program(
        *((0, "feed_a", packet("a", 1, order(1))), (1 * US, "feed_b", packet("b", 2, order(2)))),
        (1 * US + 10, "feed_a", wire.frame("a", wire.mold(2, count=0xFFFF))),
    )
    end = ("END", 0xFFFF, 2, wire.SESSION)
    told_end = wire.told(3, 2, 1_050, wire.SESSION)
    won = replay(sends, observed(sends, told_bbo(1, 40, (BASE, 1)), told_bbo(2, 1_040, (BASE, 2)), told_end))
    assert (rows(won), won.problems) == ([bid(1, 1), bid(2, 2), end], ())
    lost = replay(sends, observed(sends, told_bbo(1, 40, (BASE, 1)), told_end))
    assert (rows(lost), lost.problems) == ([bid(1, 1), end], ())


def test_packet_that_came_with_what_released_the_end_of_session_may_win_or_lose() -> None:
    """FEED-ARB-2, 5: B's end of session waits for 1; a host hands over A's 1 and 2 at one moment. Had 2 come with the end itself, A would
    go first."""
    ends = wire.frame("b", wire.mold(2, count=0xFFFF))
    sends = program(*((1 * US, "feed_a", packet("a", sequence, order(sequence))) for sequence in (1, 2)), (500, "feed_b", ends))
    told_end = wire.told(3, 2, 1_050, wire.SESSION)
    lost = replay(sends, observed(sends, told_bbo(1, 1_040, (BASE, 1)), told_end))
    assert (rows(lost), lost.problems) == ([bid(1, 1), ("END", 0xFFFF, 2, wire.SESSION)], ())
    together = program((0, "feed_a", packet("a", 1, order(1))), (1 * US, "feed_a", packet("a", 2, order(2))), (1 * US, "feed_b", ends))
    first = replay(together, observed(together, told_bbo(1, 40, (BASE, 1)), told_end))
    assert rows(first) == [bid(1, 1), bid(2, 2), ("END", 0xFFFF, 2, wire.SESSION)]


def test_packet_that_a_gap_of_both_lines_proves_goes_before_the_end_of_session() -> None:
    """FEED-ARB-2: A's packet at 4, which leaves no record, came together with the GAP; without it there had been none."""
    sends = program(
        *((0, "feed_b", packet("b", 1, order(1))), (1 * US, "feed_b", wire.frame("b", wire.mold(4, count=0xFFFF)))),
        (2 * US, "feed_a", packet("a", 4, quiet(locate=8))),
    )
    told = (told_bbo(1, 40, (BASE, 1)), told_gap(2, 4, 1, 2_040), wire.told(3, 4, 2_050, wire.SESSION))
    found = replay(sends, observed(sends, *told))
    assert (rows(found)[1:], found.problems) == ([("GAP", 0xFFFF, 2, 4, 1), ("END", 0xFFFF, 4, wire.SESSION)], ())
    assert found.counters["messages"] == 2


def test_end_of_session_that_did_not_come_is_a_problem() -> None:
    """FEED-ARB-5"""
    found = replay(HOLE, observed(HOLE, wire.told(3, 2, 50, wire.SESSION)))
    assert rules(found) == [("FEED-ARB-5", 1)]
