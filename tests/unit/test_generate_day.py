# SPDX-License-Identifier: Apache-2.0
"""`[generate] kind = "day"`: a client and an exchange that make sense to each other, and to a device with wide limits."""

from __future__ import annotations

import pytest
from steps import steps

from tickproof.program import Program
from tickproof.protocols import OUCH_IN, OUCH_OUT
from tickproof.protocols.soupbin import packets, payload
from tickproof.scenario import parse_text
from tickproof.scenario.write import same_program


def day(keys: str, header: str = "") -> Program:
    return parse_text(f'dut = "tick_to_trade"\n{header}[generate]\nkind = "day"\n{keys}\n---\n').program


def messages(program: Program, port: str) -> list[tuple[int, str, dict[str, object]]]:
    """(ns, name, fields) of each OUCH message of one stream."""
    table = OUCH_IN if port == "client" else OUCH_OUT
    found: list[tuple[int, str, dict[str, object]]] = []
    sends = program.ports[port]
    for time_ns, segment in zip(sends.not_before_ns.tolist(), sends.frames, strict=True):
        for packet in packets(segment):
            if packet[2:3] in (b"U", b"S"):
                layout = table.by_tag[payload(packet)[:1]]
                found.append((time_ns, layout.name, dict(layout.unpack_from(payload(packet)))))
    return found


def test_the_same_seed_is_the_same_day() -> None:
    """And another seed another."""
    one, again, other = day("orders = 300"), day("orders = 300\nseed = 1"), day("orders = 300\nseed = 2")
    assert same_program(one, again)
    assert not same_program(one, other)


def test_a_day_has_the_orders_that_were_asked_for() -> None:
    """Enters, replaces, cancels and modifies together; user_ref_num rises by one a new order."""
    sent = messages(day("orders = 2000\nsymbols = 3"), "client")
    assert len(sent) == 2000
    assert {name for _, name, _ in sent} == {"enter_order", "replace_order", "cancel_order", "modify_order"}
    new = [fields["user_ref_num"] for _, name, fields in sent if name in ("enter_order", "replace_order")]
    assert new == list(range(1, len(new) + 1))


def test_the_exchange_speaks_only_of_orders_that_it_was_sent() -> None:
    """Behind the message that brought the order; bad orders get no answer, because no device forwards them."""
    program = day("orders = 2000\nreject = 0.2")
    sent = {fields["user_ref_num"]: when for when, name, fields in messages(program, "client") if name in ("enter_order", "replace_order")}
    reports = messages(program, "exchange")
    assert len(reports) > 1000
    assert all(sent[fields["user_ref_num"]] < when for when, _, fields in reports)
    answered = {fields["user_ref_num"] for _, _, fields in reports}
    assert 200 < len(sent) - len(answered) < 400


def test_no_order_trades_more_than_it_has() -> None:
    """Accepted or replaced quantity, less what was canceled, is an upper bound of its executions (no modify grows one)."""
    room: dict[object, int] = {}
    for _, name, fields in messages(day("orders = 3000"), "exchange"):
        reference = fields["user_ref_num"]
        quantity = int(str(fields.get("quantity", fields.get("decrement_shares", 0))))
        if name in ("order_accepted", "order_replaced"):
            room[reference] = quantity
        elif name in ("order_executed", "order_canceled", "aiq_canceled"):
            room[reference] -= quantity
    assert min(room.values()) >= 0


def test_a_day_takes_as_long_as_its_rate_says() -> None:
    """1,000 orders at a million a second: 1 ms and a little, behind the 10 us of the opening."""
    client = day("orders = 1000\nrate = 1000000").ports["client"].not_before_ns
    assert 800_000 < int(client[-1]) < 1_100_000


def test_lines_lose_their_own_packets() -> None:
    """A fraction on each, and never the last one."""
    program = day("orders = 2000\nlose_a = 0.2")
    assert len(program.ports["feed_a"]) < 0.9 * len(program.ports["feed_b"])
    assert program.ports["feed_a"].frames[-1][42:] == program.ports["feed_b"].frames[-1][42:]


@pytest.mark.parametrize(
    "keys", ["orders = 1", "orders = 5\nmessages = 1", "orders = 40\nburst = 1.0\nburst_size = 20", "reject = 1.0\norders = 50"]
)
def test_small_and_extreme_days_compile(keys: str) -> None:
    """At least the feed's opening, and what was asked for."""
    assert messages(day(keys), "client")


def test_four_times_the_orders_are_four_times_the_work() -> None:
    """With as many feed messages."""
    few, many = (steps(lambda: day(f"orders = {count}\nsymbols = 4")) for count in (1_000, 4_000))  # noqa: B023
    assert many < 5 * few
