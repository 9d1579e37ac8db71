# SPDX-License-Identifier: Apache-2.0
"""Which bin a run hits: each expectation is worked out by hand from the contract."""

from __future__ import annotations

import pytest
from played import hit

ADD = "add_order ref={} side=B shares=10 price=150.00"


def test_a_message_counts_where_its_first_byte_lies_in_a_beat() -> None:
    """42 bytes of headers and 20 of MoldUDP64, then blocks with two bytes of length: the first message lies at 64, a second add at 102."""
    text = f"0 < feed_a {ADD.format(1)} | {ADD.format(2)}\n+1us < feed_b order_delete ref=1 !vlan=5\n"
    assert hit(text, "messages: alignment") == {("add_order", "0", "a"), ("add_order", "6", "a"), ("order_delete", "4", "b")}


def test_only_the_line_that_delivered_a_message_counts() -> None:
    """B's copy is a duplicate, and says so."""
    text = f"0 < feed_a {ADD.format(1)}\n+1us < feed_b seq=1 {ADD.format(1)}\n"
    assert hit(text, "messages: alignment") == {("add_order", "0", "a")}
    assert hit(text, "arbitration: packets") == {("in sequence", "a", "one message"), ("duplicate of the other line", "b", "one message")}


def test_a_hole_that_is_filled_counts_on_both_lines() -> None:
    """B waits at 2, A brings 1."""
    text = f"0 < feed_b seq=2 {ADD.format(2)}\n+1us < feed_a seq=1 {ADD.format(1)}\n"
    expected = {("waits until the other line fills the hole", "b", "one message"), ("fills a hole", "a", "one message")}
    assert hit(text, "arbitration: packets") == expected


def test_a_gap_counts_with_its_cause_and_with_what_waited_behind_it() -> None:
    """A packet at 3 and a heartbeat at 5 when 2 is wanted: the packet's gap is one message, on line A."""
    text = f"0 < feed_a {ADD.format(1)}\n+1us < feed_a seq=3 {ADD.format(3)}\n+1us < feed_b seq=5 heartbeat\n"
    assert ("both_beyond", "packet", "a") in hit(text, "gaps")
    assert ("both_beyond", "one") in hit(text, "gaps: size")


@pytest.mark.parametrize(
    ("words", "case"),
    [
        ("ip.protocol=6", "another protocol"),
        ("ip.dst=233.182.12.111", "another group"),
        ("!vlan=1 !vlan=2", "a second tag"),
        ("!abort", "cut off"),
        ("pad=1949", "one byte too long"),
        ("pad=1950", "much too long"),
    ],
)
def test_a_frame_that_is_dropped_counts_as_what_broke_it(words: str, case: str) -> None:
    """One bin a way in which a frame can be broken; nothing else of the frame counts."""
    text = f"0 < feed_a {ADD.format(1)} {words}\n"
    assert hit(text, "frame faults") == {(case, "a")}
    assert not hit(text, "accepted frames")


def test_an_order_counts_where_it_lands_in_the_book() -> None:
    """The first of its side, one that joins it, one behind, one below the ladder."""
    prices = ("150.00", "150.00", "149.00", "139.99")
    text = "\n".join(f"{number}us < feed add_order ref={number} side=B shares=5 price={price}" for number, price in enumerate(prices, 1))
    places = ("first of its side", "joins the best", "new level behind the best", "below the ladder")
    assert hit(text + "\n", "book: adds") == {("add_order", "buy", place) for place in places}


def test_a_reduction_counts_by_what_it_leaves() -> None:
    """Two orders at one price: part of the first, the rest of it, then the last order of the side."""
    text = f"0 < feed {ADD.format(1)} | {ADD.format(2)}\n+1us < feed order_cancel ref=1 shares=4\n"
    text += "+1us < feed order_cancel ref=1 shares=6 | order_cancel ref=2 shares=10\n"
    left = ("best, remains", "best, level stays", "best, the side is empty")
    assert hit(text, "book: reductions") == {("order_cancel", "buy", effect) for effect in left}


@pytest.mark.parametrize(("quantity", "relation"), [(499, "below"), (500, "at"), (501, "above")])
def test_an_order_counts_below_at_and_above_its_limit(quantity: int, relation: str) -> None:
    """RISK-QUANTITY: 500 passes."""
    found = hit(f"0 < client enter_order ref=1 quantity={quantity} price=150.00\n", "limits: side", "[risk]\nmax_shares = 500\n")
    assert {bin_ for bin_ in found if bin_[0] == "max_shares"} == {("max_shares", relation, "buy")}


def test_an_order_that_another_check_rejects_is_no_evidence_that_a_limit_lets_it_pass() -> None:
    """At `max_shares`, but above `max_notional`: only the limit that was exceeded counts."""
    found = hit(
        "0 < client enter_order ref=1 quantity=500 price=150.00\n", "limits: side", '[risk]\nmax_shares = 500\nmax_notional = "1.00"\n'
    )
    assert ("max_notional", "above", "buy") in found
    assert not {bin_ for bin_ in found if bin_[0] == "max_shares"}


def test_a_rejected_order_counts_with_each_pair_of_its_lowest_check() -> None:
    """Quantity and value fail together."""
    header = '[risk]\nmax_shares = 1\nmax_notional = "1.00"\n'
    text = "0 < client enter_order ref=1 quantity=5 price=150.00\n"
    assert hit(text, "decisions: lowest of several", header) == {("quantity and value",)}
    assert hit(text, "decisions: failing", header) == {("quantity", "with others", "enter"), ("value", "with others", "enter")}


def test_a_packet_counts_by_where_segments_end_in_it() -> None:
    """Cut behind one byte of its length, behind its length, and in the message."""
    text = "0 < client cancel_order ref=1 !split=1,2,8\n+1us < client cancel_order ref=1 | cancel_order ref=2 options=hex:020141\n"
    places = {("cancel_order", "none", place) for place in ("in its length", "in its header", "in its fixed part", "with others")}
    assert hit(text, "client: appendages and splits", "") == places | {("cancel_order", "one option", "with others")}


def test_a_report_counts_with_what_became_of_its_order() -> None:
    """A fill of part, of more than the rest, and of nobody's order, which latches the session's kill."""
    text = "0 < client enter_order ref=1 quantity=100 price=150.00\n+1us < exchange order_executed ref=1 quantity=40\n"
    text += "+1us < exchange order_executed ref=1 quantity=61\n+1us < exchange order_executed ref=9 quantity=1\n"
    effects = {("order_executed", effect) for effect in ("reduces it", "frees the order", "takes more than there is")}
    assert hit(text, "report effects", "") == effects
    assert hit(text, "kills: latches", "") == {("session: order_executed, not live", "none live")}


def test_a_kill_counts_with_its_scope_and_the_orders_that_it_meets() -> None:
    """The setup lifts the global kill; then it goes on with one order live, and again."""
    text = "0 < client enter_order ref=1 quantity=100 price=150.00\n+3us < control kill on\n+3us < control kill on\n"
    found = hit(text, "kills: commands", "")
    assert {("kill", "global", "off", "one live"), ("kill", "global", "on", "one live")} <= found
    assert ("unkill", "global", "on", "none live") in found
