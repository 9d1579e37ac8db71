# SPDX-License-Identifier: Apache-2.0
"""Contract 6.2: what passes, the numbers of the sequenced stream over reconnects, and how an order that fails is answered."""

from __future__ import annotations

import golden_orders_wire as o
import pytest
from golden_orders_wire import DOWN, SESSION, UP, US, accepted, cancel, enter, executed, login, predict, program, reject, rows, sent, soup

QUERY = soup("U", b"Q")


def exchange_says(*packets: bytes, orders: bytes = b"") -> o.Prediction:
    """The client's orders at 5 us, each packet of the exchange from 10 us on, 1 us apart."""
    sends = [((10 + index) * US, "exchange", packet) for index, packet in enumerate(packets)]
    return predict(program(*o.market(), (5 * US, "client", orders), *sends, setup_records=o.setup()))


def reports(prediction: o.Prediction) -> list[tuple[object, ...]]:
    return [row for row in rows(prediction) if row[0] == "REPORT"]


def numbers(prediction: o.Prediction) -> list[tuple[object, object]]:
    """(session number, replayed) of each REPORT."""
    return [(row[7], row[3]) for row in reports(prediction)]


# SESS-PASS


def test_everything_but_a_failing_order_passes_unchanged_and_in_order() -> None:
    """SESS-PASS: byte for byte."""
    packets = [soup("L", b"user  password  " + b" " * 30), soup("R"), soup("+", b"hello"), cancel(77, 5), QUERY, enter(1), soup("O")]
    found = predict(program(*o.market(), (10 * US, "client", b"".join(packets)), setup_records=o.setup()))
    assert sent(found, "exchange") == packets
    assert sent(found, "client") == []
    assert [row[:4] for row in rows(found)[2:] if row[0] == "CLIENT"] == [
        *(("CLIENT", 1, "L", "\0"), ("CLIENT", 2, "R", "\0"), ("CLIENT", 3, "+", "\0"), ("CLIENT", 4, "U", "X"), ("CLIENT", 5, "U", "Q")),
        ("CLIENT", 7, "O", "\0"),
    ]
    assert found.streams["exchange"].records.tolist() == list(range(len(found.records) - 7, len(found.records)))


def test_client_record_carries_length_and_the_number_of_a_cancel() -> None:
    """Contract 8, CLIENT"""
    found = predict(program((10 * US, "client", cancel(0xFFFFFFFF) + QUERY)))
    assert rows(found)[2:] == [("CLIENT", 1, "U", "X", 10, 0xFFFFFFFF), ("CLIENT", 2, "U", "Q", 2, 0)]


def test_exchange_is_never_held_back() -> None:
    """SESS-PASS: everything, with all kills on."""
    packets = [login(), soup("+", b"x"), soup("J", b"A"), soup("H"), soup("Z"), soup("U", b"?"), accepted(9), soup("S", b"?")]
    found = predict(program((10 * US, "exchange", b"".join(packets)), setup_records=o.setup(unkill=False)))
    assert sent(found, "client") == packets
    assert [row[4] for row in reports(found)] == ["A\0", "+\0", "J\0", "H\0", "Z\0", "U\0", "SA", "S?"]


# SESS-SEQUENCE


def test_numbers_count_from_1_without_a_login() -> None:
    """SESS-SEQUENCE: both 1 at reset; only `S` packets count; an unknown type counts, too."""
    found = exchange_says(soup("H"), accepted(1), soup("S", b"?"), soup("U", b"x"), accepted(1))
    assert numbers(found) == [(0, 0), (1, 0), (2, 0), (0, 0), (3, 0)]


def test_replay_after_a_reconnect_never_counts_a_fill_twice() -> None:
    """SESS-SEQUENCE: what is below `wanted` is replayed: forwarded, flagged, without effect."""
    first = [login(1), executed(1, 30), executed(1, 20)]
    again = [login(1), executed(1, 30), executed(1, 20), executed(1, 10)]
    found = exchange_says(*first, *again, orders=enter(1))
    assert reports(found)[1:] == [
        *(("REPORT", 0, 2, 0, "SE", 1, 1, 1, 30, 70), ("REPORT", 0, 3, 0, "SE", 1, 1, 2, 50, 50)),
        *(
            ("REPORT", 0xFFFF, 4, 0, "A\0", 0, 0, 1, 0, 0),
            ("REPORT", 0, 5, 1, "SE", 0, 1, 1, 50, 50),
            ("REPORT", 0, 6, 1, "SE", 0, 1, 2, 50, 50),
        ),
        ("REPORT", 0, 7, 0, "SE", 1, 1, 3, 60, 40),
    ]
    assert (found.counters["replayed"], len(sent(found, "client"))) == (2, 7)


def test_link_changes_leave_the_numbers_alone() -> None:
    """SESS-SEQUENCE"""
    found = predict(program(*((10 * US + at, "exchange", *send) for at, send in enumerate([(accepted(1),), DOWN, UP, (accepted(1),)]))))
    assert numbers(found) == [(1, 0), (2, 0)]


@pytest.mark.parametrize(("number", "kill"), [(2, False), (3, False), (4, True)])
def test_login_beyond_what_is_wanted_latches_the_session_kill(number: int, kill: bool) -> None:
    """SESS-SEQUENCE: messages were missed; those at or below `wanted` were not. The live order gets its Cancel."""
    found = exchange_says(login(1), accepted(1), accepted(1), login(number), accepted(1), orders=enter(1))
    assert numbers(found)[3:] == [(number, 0), (number, int(number < 3))]
    assert sent(found, "exchange")[1:] == ([cancel(1)] if kill else [])


@pytest.mark.parametrize("first", [login(1, "S1"), b""])
def test_login_to_another_session_begins_there_without_a_kill(first: bytes) -> None:
    """SESS-SEQUENCE: not the known one, or none was known: `wanted` = number, too."""
    found = exchange_says(
        *([first] if first else []), accepted(1), login(9, "S2"), accepted(1), login(9, "S2"), accepted(1), orders=enter(1)
    )
    assert numbers(found)[-4:] == [(9, 0), (9, 0), (9, 0), (9, 1)]
    assert len(sent(found, "exchange")) == 1


def test_number_at_the_end_of_its_range_goes_on_at_0() -> None:
    """SESS-SEQUENCE: modulo 2^64."""
    assert numbers(exchange_says(login(2**64 - 1), accepted(1), accepted(1), accepted(1)))[1:] == [(2**64 - 1, 0), (0, 0), (1, 0)]


def test_unknown_report_is_counted_even_if_it_is_replayed() -> None:
    """SESS-UNKNOWN"""
    found = exchange_says(login(1), soup("S", b"?"), login(1), soup("S", b"?"))
    assert (found.counters["unknown_report"], found.counters["replayed"]) == (2, 1)
    assert reports(found)[3] == ("REPORT", 0xFFFF, 4, 1, "S?", 0, 0, 1, 0, 0)


# SESS-REJECT


def test_order_that_fails_is_answered_and_leaves_no_byte_on_exchange() -> None:
    """SESS-REJECT: timestamp = time of the DECISION, reason 0x8000 + lowest failing check, clordid copied."""
    bad = enter(1, price=9_000_000, quantity=500, clordid="MY-ORDER-00001")
    found = predict(program(*o.market(), (10 * US + 7, "client", bad), setup_records=o.setup(collar_bps=0, max_shares=400)))
    assert sent(found, "exchange") == []
    assert sent(found, "client") == [reject(1, "quantity", 10_007, b"MY-ORDER-00001")]
    assert found.counters["rejects_sent"] == found.counters["orders_rejected"] == found.counters["orders"] == 1


def test_reject_of_a_replace_names_the_new_number_and_of_a_modify_has_no_clordid() -> None:
    """SESS-REJECT"""
    found = predict(program(*o.market(), (10 * US, "client", o.replace(7, 8) + o.modify(9)), setup_records=o.setup()))
    assert sent(found, "client") == [reject(8, "symbol", 10_000, b"REPLACE".ljust(14)), reject(9, "symbol", 10_000)]


def test_reject_mode_1_answers_nothing() -> None:
    """SESS-REJECT"""
    found = predict(program(*o.market(), (10 * US, "client", enter(0)), setup_records=o.setup(reject_mode=1)))
    assert (sent(found, "client"), sent(found, "exchange"), found.counters["rejects_sent"]) == ([], [], 0)
    assert found.counters["orders_rejected"] == 1


def test_rejects_do_not_touch_the_sequenced_numbers() -> None:
    """SESS-REJECT: unsequenced, between the reports in the order of decision."""
    rows_ = ((10 * US, "exchange", login() + accepted(1)), (11 * US, "client", enter(0)), (12 * US, "exchange", accepted(1)))
    found = predict(program(*o.market(), *rows_, setup_records=o.setup()))
    assert sent(found, "client") == [login(), accepted(1), reject(0, "sequence", 11_000), accepted(1)]
    assert numbers(found) == [(1, 0), (1, 0), (2, 0)]


# SESS-CLIENT-LOST, SESS-EXCHANGE-LOST


@pytest.mark.parametrize(("last", "count"), [([DOWN], 1), ([(b"\0\0",)], 1), ([(b"\0\0",), DOWN], 1), ([DOWN, UP, DOWN], 2)])
def test_client_that_is_lost_cancels_everything_once_a_connection(last: list[tuple[object, ...]], count: int) -> None:
    """SESS-CLIENT-LOST: an error or link-down, whichever comes first; nothing latches."""
    sends = [((20 + index) * US, "client", *send) for index, send in enumerate(last)]
    base = (*o.market(), (10 * US, "client", enter(1) + enter(2)), *sends)
    found = predict(program(*base, setup_records=o.setup(cancel_on_disconnect=1)))  # type: ignore[arg-type]
    assert sent(found, "exchange")[2:] == [cancel(1), cancel(2)] * count
    assert found.counters["cancels_sent"] == 2 * count
    found = predict(program(*base, setup_records=o.setup(cancel_on_disconnect=0)))  # type: ignore[arg-type]
    assert sent(found, "exchange")[2:] == []


def test_client_that_was_lost_may_order_again() -> None:
    """SESS-CLIENT-LOST: latches nothing."""
    rows_ = ((10 * US, "client", enter(1)), (20 * US, "client", *DOWN), (21 * US, "client", *UP), (22 * US, "client", enter(2)))
    found = predict(program(*o.market(), *rows_, setup_records=o.setup(cancel_on_disconnect=1)))
    assert sent(found, "exchange") == [enter(1), cancel(1), enter(2)]


@pytest.mark.parametrize("send", [DOWN, (b"\0\0",)])
def test_exchange_that_is_lost_latches_the_session_kill_and_its_cancels_stay_unsent(send: tuple[object, ...]) -> None:
    """SESS-EXCHANGE-LOST, SESS-CLOSED: the kill is on after the reconnect; Cancels of a closed side are unsent, not sent."""
    rows_ = ((10 * US, "client", enter(1)), (20 * US, "exchange", *send), (21 * US, "exchange", *DOWN), (22 * US, "exchange", *UP))
    found = predict(program(*o.market(), *rows_, (30 * US, "client", enter(2)), setup_records=o.setup()))  # type: ignore[arg-type]
    assert o.decisions(found) == [(1, set()), (2, {"kill"})]
    assert sent(found, "exchange") == [enter(1)]
    assert (found.counters["exchange_unsent"], found.counters["cancels_sent"]) == (1, 0)


def test_order_path_command_of_the_session_opens_it_again() -> None:
    """KILL-OFF"""
    rows_ = ((20 * US, "exchange", *DOWN), (22 * US, "exchange", *UP), (25 * US, "control", o.control("unkill", SESSION)))
    found = predict(program(*o.market(), *rows_, (30 * US, "client", enter(2)), setup_records=o.setup()))
    assert o.decisions(found) == [(2, set())]
