# SPDX-License-Identifier: Apache-2.0
"""Contract 8: `replay` takes the inputs of the order path in the order that the device states, and names what no order explains.

What the device shows of setup, links and opening quotes is taken from `predict`; everything behind it is written by hand.
"""

from __future__ import annotations

import struct

import golden_orders_wire as o
import golden_wire as wire
import numpy as np
import pytest
from golden_orders_wire import US, cancel, control, enter, program, reject, replay, sent

from tickproof.capture import Observed, Sent
from tickproof.golden import Prediction
from tickproof.program import Program
from tickproof.protocols.records import RECORD

BID, ASK = 1_000_000, 1_000_200
COLLAR = 1 << 6
SETUP = o.setup(collar_bps=0)


def told_decision(ordinal: int, ref: int, time_ns: int, failing: int = 0, price: int = ASK) -> bytes:
    body = struct.pack(">IIIcc?xQII", failing, ref, 100, b"O", b"B", not failing, price, BID, ASK)
    return _told(10, ordinal, time_ns, body, 0)


def told_client(ordinal: int, ref: int, time_ns: int) -> bytes:
    return _told(9, ordinal, time_ns, struct.pack(">ccxxHxxI", b"U", b"X", 10, ref))


def told_kill(time_ns: int, op: int = 5, symbol: int = 0xFFFF) -> bytes:
    return _told(12, 0, time_ns, bytes([op]), symbol)


def told_commit(time_ns: int, sequence: int = 5) -> bytes:
    return _told(12, sequence, time_ns, bytes([1]))


def told_bbo(sequence: int, time_ns: int, bid: int, ask: int) -> bytes:
    return _told(1, sequence, time_ns, struct.pack(">IIQQ", bid, ask, 1000, 1000), 0)


def _told(kind: int, sequence: int, time_ns: int, body: bytes, symbol: int = 0xFFFF) -> bytes:
    return struct.pack(">BBHIQQQ", kind, 0, symbol, 0, 0, time_ns, sequence) + body.ljust(32, b"\0")


def shown(of: Program, *told: bytes, sent_ns: dict[str, list[int]] | None = None, epoch_ns: int = 0) -> Observed:
    """A capture of what every device shows up to the opening quotes, and of these records. sent_ns: port -> when its sends went in."""
    opening = o.simulated(program(*o.market(), setup_records=of.setup)).records
    found = np.frombuffer(opening.tobytes() + b"".join(told), RECORD).copy()
    found["time_ns"][: len(opening)] += epoch_ns
    times = {name: port.not_before_ns * 1000 for name, port in of.ports.items()}
    times |= {name: np.array([0] * (len(times[name]) - len(row)) + row, np.int64) * 1000 for name, row in (sent_ns or {}).items()}
    record_ps = (found["time_ns"].astype(np.int64) - epoch_ns + 1) * 1000
    return Observed(found, record_ps, {name: Sent(row, row) for name, row in times.items()}, epoch_ns * 1000, 100)


def tail(prediction: Prediction, count: int) -> list[tuple[object, ...]]:
    return [o.decode(record.tobytes()) for record in prediction.records][-count:]


def problems(prediction: Prediction) -> list[tuple[str, str, int | None]]:
    return [(problem.rule, problem.text, problem.index) for problem in prediction.problems]


OPENING = 8
"""Records before the told ones: commit, unkill, link of exchange, phase, trading state, two BBO, link of client."""

TWO = program(*o.market(), (50 * US, "client", enter(1, price=ASK)), (50 * US, "client", enter(2, price=ASK + 1)), setup_records=SETUP)


def test_order_of_the_device_is_followed() -> None:
    """EVT-2: equal field by field; the Reject carries the device's own time."""
    found = replay(TWO, shown(TWO, told_decision(1, 1, 50_030), told_decision(2, 2, 50_040, COLLAR, ASK + 1)))
    assert problems(found) == []
    assert [row[:4] for row in tail(found, 2)] == [("DECISION", 0, 1, 0), ("DECISION", 0, 2, COLLAR)]
    assert sent(found, "exchange") == [enter(1, price=ASK)]
    assert sent(found, "client") == [reject(2, "collar", 50_040)]
    assert found.streams["exchange"].records.tolist() == [OPENING]
    assert found.causes.tolist()[-2:] == [[found.cause_ports.index("client"), 1], [found.cause_ports.index("client"), 2]]


def test_wrong_verdict_of_the_device_does_not_become_goldens() -> None:
    """EVT-2: a DECISION that forwards what golden rejects differs, and so do the bytes."""
    found = replay(TWO, shown(TWO, told_decision(1, 1, 50_030), told_decision(2, 2, 50_040, 0, ASK + 1)))
    assert (tail(found, 1)[0][3], sent(found, "exchange"), problems(found)) == (COLLAR, [enter(1, price=ASK)], [])


# A quote and an order at one time

RACE = program(
    *o.market(),
    *((50 * US, "feed_a", wire.packet("a", 5, wire.add(9, "S", 1000, ASK - 100))), (50 * US, "client", enter(1, price=ASK))),
    setup_records=SETUP,
)


def test_both_orders_of_a_race_are_legal_and_decide_the_reference() -> None:
    """Contract 8: the device states a linearisation; golden verifies it."""
    before = replay(RACE, shown(RACE, told_decision(1, 1, 50_030), told_bbo(5, 50_020, BID, ASK - 100)))
    assert (problems(before), tail(before, 2)[0][3], tail(before, 2)[0][10]) == ([], 0, (BID, ASK))
    after = replay(RACE, shown(RACE, told_bbo(5, 50_020, BID, ASK - 100), told_decision(1, 1, 50_030, COLLAR)))
    assert (problems(after), tail(after, 1)[0][3], tail(after, 1)[0][10]) == ([], COLLAR, (BID, ASK - 100))


def test_reference_from_before_the_last_quote_differs() -> None:
    """EVT-2: the device says that the order came behind the quote, and shows that it used the one before."""
    found = replay(RACE, shown(RACE, told_bbo(5, 50_020, BID, ASK - 100), told_decision(1, 1, 50_030)))
    assert tail(found, 1)[0][3:] != o.decode(told_decision(1, 1, 50_030))[3:]
    assert tail(found, 1)[0][10] == (BID, ASK - 100)


def test_age_of_the_reference_is_by_the_devices_own_times() -> None:
    """RISK-REFERENCE: now and the BBO's time are both the device's."""
    aged = program(*o.market(), RACE_QUOTE, (51 * US, "client", enter(1, price=ASK)), setup_records=o.setup(max_reference_age=500))
    for bbo_ns, failing in ((50_529, 1 << 7), (50_530, 0)):
        found = replay(aged, shown(aged, told_bbo(5, bbo_ns, BID, ASK - 100), told_decision(1, 1, 51_030)))
        assert tail(found, 1)[0][3] == failing


RACE_QUOTE = (50 * US, "feed_a", wire.packet("a", 5, wire.add(9, "S", 1000, ASK - 100)))


def test_kill_and_order_at_one_time_follow_the_device() -> None:
    """KILL-ON: no order decided behind a kill's stamp is forwarded; one before it gets its Cancel."""
    race = program(*o.market(), (50 * US, "client", enter(1, price=ASK)), (50 * US, "control", control("kill")), setup_records=SETUP)
    first = replay(race, shown(race, told_kill(50_020), told_decision(1, 1, 50_030, 1)))
    assert (problems(first), sent(first, "exchange")) == ([], [])
    second = replay(race, shown(race, told_decision(1, 1, 50_020), told_kill(50_030)))
    assert (problems(second), sent(second, "exchange")) == ([], [enter(1, price=ASK), cancel(1)])


def test_limits_are_in_force_for_decisions_behind_the_commit() -> None:
    """CTRL-2: with the `set`s that were written before it, not those behind."""
    limits = [
        (40 * US, "control", o.put("max_shares", 99, 0)),
        (50 * US, "control", control("commit")),
        (51 * US, "control", o.put("max_shares", 9, 0)),
    ]
    race = program(*o.market(), *limits, (50 * US, "client", enter(1, price=ASK) + enter(2, price=ASK)), setup_records=SETUP)
    found = replay(race, shown(race, told_decision(1, 1, 50_010), told_commit(50_015), told_decision(2, 2, 50_020, 1 << 4)))
    assert (problems(found), [row[3] for row in tail(found, 3) if row]) == ([], [0, 1 << 4])
    assert found.causes.tolist()[OPENING + 1] == [0, 1]


# What no order explains


def test_skipped_input_is_named() -> None:
    """EVT-1: every input takes effect exactly once."""
    found = replay(TWO, shown(TWO, told_decision(2, 2, 50_040, COLLAR, ASK + 1)))
    assert problems(found) == [
        ("EVT-1", "packet 1 of client has not taken effect, and the device goes on with packet 2", OPENING),
    ]
    assert [row[4] for row in tail(found, 2)] == [1, 2]


def test_input_that_never_took_effect_is_named_and_comes_at_the_end() -> None:
    """EVT-1: with its row in the Program; golden's outputs contain it."""
    found = replay(TWO, shown(TWO, told_decision(1, 1, 50_030)))
    assert problems(found) == [("EVT-1", "packet 2 of client (row 2) never took effect", None)]
    assert (tail(found, 1)[0][4], sent(found, "client")) == (2, [reject(2, "collar", 50_000)])


def test_record_without_an_input_is_named() -> None:
    """EVT-1"""
    found = replay(TWO, shown(TWO, told_decision(1, 1, 50_030), told_decision(2, 2, 50_040, COLLAR, ASK + 1), told_decision(3, 3, 50_050)))
    assert problems(found) == [("EVT-1", "a record of client, all of whose inputs had taken effect", OPENING + 2)]
    assert len(found.records) == OPENING + 2


def test_input_that_took_effect_before_it_arrived_is_named() -> None:
    """EVT-3: by the device's own clock, here 7,000 ns ahead; the last byte went in at 50,100 ns."""
    late = shown(
        TWO, told_decision(1, 1, 57_099), told_decision(2, 2, 57_200, COLLAR, ASK + 1), sent_ns={"client": [50_100, 50_100]}, epoch_ns=7_000
    )
    assert problems(replay(TWO, late)) == [
        ("EVT-3", "packet 1 of client (row 1) took effect at 57099 ns, 1 ns before it had arrived", OPENING)
    ]


def test_packet_with_more_of_its_segment_behind_it_may_take_effect_before_the_segment_ends() -> None:
    """EVT-3: the arrival of a packet, not of its segment."""
    both = program(*o.market(), (50 * US, "client", enter(1, price=ASK) + cancel(1)), setup_records=SETUP)
    times = Sent(np.array([0, 50_000_000]), np.array([0, 50_100_000]))
    for second_ns, early in ((50_100, 0), (50_099, 1)):
        what = shown(both, told_decision(1, 1, 50_060), told_client(2, 1, second_ns))
        found = replay(both, Observed(what.records, what.record_ps, {**what.sent, "client": times}, 0, 100))
        assert len(found.problems) == early


def test_commands_keep_the_order_in_which_they_were_written() -> None:
    """EVT-1: inputs of one port in their order, the feed's commands and the order path's alike."""
    two = program((50 * US, "control", control("commit")), (50 * US, "control", control("kill")), setup_records=SETUP)
    base = program(*o.market(), setup_records=SETUP)
    both = Program(two.dut, {**base.ports, "control": two.ports["control"]}, base.setup)
    assert problems(replay(both, shown(both, told_commit(50_010), told_kill(50_020)))) == []
    assert problems(replay(both, shown(both, told_kill(50_010), told_commit(50_020)))) == [
        ("EVT-1", "`kill` in row 1 of port control took effect before `commit` in row 0 of port control, which was written first", OPENING)
    ]
    assert problems(replay(both, shown(both, told_commit(50_010)))) == [
        ("EVT-1", "`kill` in row 1 of port control never took effect", None)
    ]


def test_problem_of_the_feed_points_at_its_record_among_all() -> None:
    """FEED-ARB-3: the GAP is the second record behind the opening."""
    hole = program(
        *o.market(), (50 * US, "client", enter(1, price=ASK)), (60 * US, "feed_a", wire.packet("a", 9, wire.quiet())), setup_records=SETUP
    )
    gap = _told(2, 5, 61 * US, struct.pack(">QB", 9, 2))
    found = replay(hole, shown(hole, told_decision(1, 1, 50_030), gap))
    assert [(problem.rule, problem.index) for problem in found.problems] == [("FEED-ARB-3", OPENING + 1)]


# What cannot be judged

LOSS = program(
    *o.market(),
    *((40 * US, "feed_a", wire.packet("a", 5, wire.add(9, "S", 1000, ASK - 100))), (50 * US, "client", enter(1, price=ASK))),
    setup_records=SETUP,
)


@pytest.mark.parametrize(("failing", "passed"), [(0, [enter(1, price=ASK)]), (COLLAR, [])])
def test_order_whose_market_was_lost_is_beyond_judgement(failing: int, passed: list[bytes]) -> None:
    """Contract 8, LOST: where the lost records took effect is not known, so golden goes on with what the device decided."""
    lost = _told(13, 0, 50_040, struct.pack(">Q", 1))
    found = replay(LOSS, shown(LOSS, told_decision(1, 1, 50_030, failing), lost))
    assert problems(found) == []
    assert found.inconclusive == {0: (OPENING - 1, "1 records of the feed were lost, so that it is not known which market each order met")}
    assert (sent(found, "exchange"), tail(found, 2)[0][3]) == (passed, failing)
    assert found.records[-1].tobytes() == lost[:8] + bytes(16) + lost[24:]
    assert (found.counters["lost"], found.counters["records"]) == (1, OPENING + 2)
