# SPDX-License-Identifier: Apache-2.0
"""Contract 7: checks 0 to 9; below, at and above each limit, and for each value. Top of book: 100.00 x 100.02."""

from __future__ import annotations

import struct

import golden_orders_wire as o
import golden_wire as wire
import pytest
from golden_orders_wire import DOWN, MARKET, SESSION, UP, US, enter, fails, modify, replace

from tickproof.golden.arbitration import NO_CAUSE
from tickproof.golden.orders.predict import Simulation

BID, ASK = 1_000_000, 1_000_200
NOTHING: set[str] = set()


# 0 kill


@pytest.mark.parametrize(("scope", "stopped"), [(o.GLOBAL, True), (SESSION, True), (0, True), (1, False), (2, False), (0xFFFD, False)])
def test_kill_stops_the_orders_in_its_scope(scope: int, stopped: bool) -> None:
    """RISK-KILL: the global, the session's or the symbol's."""
    assert fails(enter(1), (50 * US, "control", o.control("kill", scope))) == ({"kill"} if stopped else NOTHING)


def test_global_kill_is_on_at_reset() -> None:
    """Section 7: at reset the global kill is on; `unkill` opens it."""
    rows = (*o.market(), (10 * US, "client", enter(1)), (20 * US, "control", o.control("unkill")), (30 * US, "client", enter(2)))
    assert o.decisions(o.predict(o.program(*rows, setup_records=o.setup(unkill=False)))) == [(1, {"kill"}), (2, NOTHING)]


def test_exchange_that_is_not_up_stops_every_order() -> None:
    """RISK-KILL: `exchange` is down (and stays the session's kill once it went down: SESS-EXCHANGE-LOST)."""
    never = o.program(*o.market(), (0, "client", *UP), (100 * US, "client", enter(1)), links=False, setup_records=o.setup())
    assert o.decisions(o.predict(never)) == [(1, {"kill"})]
    again = ((30 * US, "exchange", *DOWN), (40 * US, "exchange", *UP))
    assert fails(enter(1), *again) == {"kill"}
    assert fails(enter(1), *again, (50 * US, "control", o.control("unkill", SESSION))) == NOTHING


@pytest.mark.parametrize(("limit_us", "failing"), [(49, {"kill"}), (50, NOTHING), (51, NOTHING)])
@pytest.mark.parametrize(
    "command", [o.control("alive"), o.control("commit"), o.control("kill", 5)], ids=["alive", "commit", "no-such-symbol"]
)
def test_silent_control_stops_every_order(limit_us: int, failing: set[str], command: bytes) -> None:
    """RISK-KILL: now - time of the last CONTROL record > dead_man_ns; any command is one."""
    assert fails(enter(1), (50 * US, "control", command), dead_man_ns=limit_us * US) == failing


def test_first_control_record_counts_from_reset() -> None:
    """RISK-KILL: `set` leaves no record, so it holds nothing."""
    assert fails(enter(1), (50 * US, "control", o.put("burst", 5)), dead_man_ns=99 * US) == {"kill"}


# 1 symbol


def test_symbol_that_is_not_configured_is_unknown() -> None:
    """RISK-SYMBOL"""
    assert fails(enter(1, stock="IBM")) == {"symbol"}
    assert fails(enter(1), (50 * US, "control", o.put("enabled", 0, 0)), (51 * US, "control", o.control("commit"))) == {"symbol"}


def test_restricted_symbol_is_refused() -> None:
    """RISK-SYMBOL"""
    assert fails(enter(1), restricted=1) == {"symbol"}


@pytest.mark.parametrize("packet", [replace(7, 8), modify(7)], ids=["replace", "modify"])
def test_replace_and_modify_of_an_order_that_is_not_live_have_no_symbol(packet: bytes) -> None:
    """RISK-SYMBOL: the symbol is that of the live order."""
    assert fails(packet) == {"symbol"}


def test_lowest_index_of_two_symbols_with_one_stock_is_meant() -> None:
    """Section 7, *Symbol*"""
    setup = (
        *o.setup(max_shares=50)[:-2],
        o.put("stock", int.from_bytes(b"AAPL    ", "big"), 1),
        o.put("max_shares", 200, 1),
        *o.setup()[-2:],
    )
    found = o.predict(o.program(*o.market(), (10 * US, "client", enter(1)), setup_records=setup))
    assert o.decisions(found) == [(1, {"quantity"})]


# 2 message


@pytest.mark.parametrize(
    ("quantity", "failing"), [(0, {"message"}), (1, NOTHING), (999_999, NOTHING), (1_000_000, {"message"}), (0xFFFFFFFF, {"message"})]
)
def test_quantity_is_from_1_to_999_999(quantity: int, failing: set[str]) -> None:
    """RISK-MESSAGE"""
    assert fails(enter(1, quantity=quantity)) == failing


@pytest.mark.parametrize(
    ("price", "failing"),
    [
        (1_999_999_900, NOTHING),
        (1_999_999_901, {"message"}),
        (MARKET - 1, {"message"}),
        (MARKET, NOTHING),
        (MARKET + 1, {"message"}),
        (2**64 - 1, {"message"}),
    ],
)
def test_price_is_at_most_the_highest_or_market(price: int, failing: set[str]) -> None:
    """RISK-MESSAGE"""
    assert fails(enter(1, "S", price=price)) == failing


@pytest.mark.parametrize(
    ("field", "values"),
    [("tif", "0356E"), ("display", "YNAZ"), ("capacity", "APRO"), ("iso", "YN"), ("cross", "NOCHSREA")],
)
def test_codes_of_an_enter_are_those_of_the_table(field: str, values: str) -> None:
    """RISK-MESSAGE: every byte that is not in the list fails."""
    passing = {chr(code) for code in range(256) if not fails(enter(1, **{field: chr(code)}))}
    assert passing == set(values)


def test_side_of_an_enter_is_one_of_four() -> None:
    """RISK-MESSAGE"""
    assert {chr(code) for code in range(256) if not fails(enter(1, chr(code)))} == set("BSTE")


@pytest.mark.parametrize(("codes", "failing"), [("0YN", NOTHING), ("1YN", {"message"}), ("0XN", {"message"}), ("0Y ", {"message"})])
def test_codes_of_a_replace_are_those_of_the_table(codes: str, failing: set[str]) -> None:
    """RISK-MESSAGE"""
    assert fails(replace(1, 2, codes=codes), (50 * US, "client", enter(1))) == failing


@pytest.mark.parametrize(
    ("packet", "failing"),
    [
        *(
            (modify(1, "B", 100), NOTHING),
            (modify(1, "B", 101), {"message"}),
            (modify(1, "S", 100), {"message"}),
            (modify(1, "X", 9), {"message"}),
        ),
        *(
            (modify(2, "T", 100), NOTHING),
            (modify(2, "E", 99), NOTHING),
            (modify(2, "B", 100), {"message"}),
            (modify(2, "S", 0), {"message"}),
        ),
    ],
)
def test_modify_only_reduces_and_stays_on_its_side(packet: bytes, failing: set[str]) -> None:
    """RISK-MESSAGE: quantity above what remains, or one of the two sides is `B` and the other is not."""
    assert fails(packet, (50 * US, "client", enter(1, "B") + enter(2, "S"))) == failing


# 3 sequence


@pytest.mark.parametrize(
    ("first", "second", "failing"), [(5, 4, {"sequence"}), (5, 5, {"sequence"}), (5, 6, NOTHING), (0xFFFFFFFF, 1, {"sequence"})]
)
def test_number_has_to_be_above_all_before_it(first: int, second: int, failing: set[str]) -> None:
    """RISK-SEQUENCE"""
    assert fails(enter(second), (50 * US, "client", enter(first))) == failing


def test_number_0_is_never_above() -> None:
    """RISK-SEQUENCE: the highest is 0 at reset."""
    assert fails(enter(0)) == {"sequence"}


def test_rejected_orders_and_reconnects_count_for_the_sequence() -> None:
    """RISK-SEQUENCE: rejected or not; survives reconnects. A modify has no new number."""
    before = ((50 * US, "client", enter(5, stock="IBM")), (51 * US, "client", *DOWN), (52 * US, "client", *UP))
    assert fails(enter(5), *before) == {"sequence"}
    assert fails(modify(1), (50 * US, "client", enter(1) + enter(9))) == NOTHING
    assert fails(replace(1, 9), (50 * US, "client", enter(1) + enter(9))) == {"sequence"}


# 4 quantity, 5 value, 6 collar


@pytest.mark.parametrize(("quantity", "failing"), [(499, NOTHING), (500, NOTHING), (501, {"quantity"})])
def test_quantity_is_at_most_max_shares(quantity: int, failing: set[str]) -> None:
    """RISK-QUANTITY"""
    assert fails(enter(1, quantity=quantity), max_shares=500) == failing


@pytest.mark.parametrize(("side", "price", "value"), [("B", BID, 100 * BID), ("B", MARKET, 100 * ASK), ("S", MARKET, 100 * BID)])
@pytest.mark.parametrize(("above", "failing"), [(-1, {"value"}), (0, NOTHING), (1, NOTHING)])
def test_value_is_at_most_max_notional(side: str, price: int, value: int, above: int, failing: set[str]) -> None:
    """RISK-VALUE: quantity x price; a market order has the needed side as price."""
    assert fails(enter(1, side, 100, price), max_notional=value + above) == failing


def test_value_of_the_largest_order_is_exact() -> None:
    """Section 7: arithmetic never wraps. 999,999 x 1,999,999,900 is above 2^50."""
    value = 999_999 * 1_999_999_900
    assert fails(enter(1, "S", 999_999, 1_999_999_900), max_notional=value) == NOTHING
    assert fails(enter(1, "S", 999_999, 1_999_999_900), max_notional=value - 1) == {"value"}


@pytest.mark.parametrize(
    ("side", "price", "bps", "failing"),
    [
        *(("B", ASK, 0, NOTHING), ("B", ASK + 1, 0, {"collar"})),
        *(("B", 1_010_202, 100, NOTHING), ("B", 1_010_203, 100, {"collar"})),  # 1,000,200 x 1.01 = 1,010,202
        *(("S", BID, 0, NOTHING), ("S", BID - 1, 0, {"collar"})),
        *(("S", 990_000, 100, NOTHING), ("S", 989_999, 100, {"collar"}), ("T", 989_999, 100, {"collar"}), ("E", 990_001, 100, NOTHING)),
        *(("S", 1, 9_999, {"collar"}), ("S", 100, 9_999, NOTHING), ("S", 0, 10_000, NOTHING), ("S", 0, 65_535, NOTHING)),
        *(("B", MARKET, 0, NOTHING), ("S", MARKET, 0, NOTHING)),
    ],
)
def test_price_is_within_the_collar(side: str, price: int, bps: int, failing: set[str]) -> None:
    """RISK-COLLAR: against the ask for a buy, the bid for a sell; market orders are exempt."""
    assert fails(enter(1, side, price=price), collar_bps=bps) == failing


# 7 reference


@pytest.mark.parametrize(
    ("side", "bid", "ask", "failing"),
    [("B", BID, 0, {"reference"}), ("B", 0, ASK, NOTHING), ("S", BID, 0, NOTHING), ("S", 0, ASK, {"reference"})],
)
def test_needed_side_has_to_be_there(side: str, bid: int, ask: int, failing: set[str]) -> None:
    """RISK-REFERENCE: the ask for a buy, the bid for a sell."""
    assert fails(enter(1, side), top=o.market(bid, ask)) == failing


@pytest.mark.parametrize(("limit_us", "failing"), [(99, {"reference"}), (100, NOTHING), (101, NOTHING)])
def test_reference_is_at_most_max_reference_age_old(limit_us: int, failing: set[str]) -> None:
    """RISK-REFERENCE: now - its time > max_reference_age."""
    assert fails(enter(1), max_reference_age=limit_us * US) == failing


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(wire.add(9, "B", 1, ASK), id="crossed"),
        pytest.param(wire.add(9, "B", 1, BID + 50), id="partial"),
    ],
)
def test_reference_with_a_flag_is_no_reference(message: bytes) -> None:
    """RISK-REFERENCE: crossed and partial (5.4)."""
    assert fails(enter(1), (50 * US, "feed_a", wire.packet("a", 5, message))) == {"reference"}


@pytest.mark.parametrize(
    ("flags", "failing"), [(0, NOTHING), (1, {"reference"}), (2, {"reference"}), (4, {"reference"}), (8, {"reference"})]
)
def test_each_flag_of_the_last_bbo_counts(flags: int, failing: set[str]) -> None:
    """RISK-REFERENCE: crossed, stale, partial, degraded; as the record says, whatever the book would show."""
    simulation = Simulation(o.program(*o.market(), setup_records=o.setup()))
    simulation.run()
    record = struct.pack(">BBHIQQQIIQQQ", 1, flags, 0, 0, 0, 0, 9, BID, ASK, 1, 1, 0)
    simulation.path.see(record)
    simulation.take("client", NO_CAUSE, enter(1), 0)
    mask = int.from_bytes(simulation.path.log.parts[-1][32:36], "big")
    assert {name for bit, name in enumerate(o.BITS) if mask >> bit & 1} == failing


def test_gap_makes_every_reference_stale_at_once() -> None:
    """Section 7, *Reference*: before the symbol's next BBO; `book_trust` of the symbol ends it, of another symbol does not."""
    gap = [
        (20 * US, "feed_a", wire.packet("a", 9, wire.system_event("M"))),
        (20 * US, "feed_b", wire.packet("b", 9, wire.system_event("M"))),
    ]
    assert fails(enter(1), *gap) == {"reference"}
    assert fails(enter(1), *gap, (50 * US, "control", wire.control("book_trust", 0))) == NOTHING
    assert fails(enter(1), *gap, (50 * US, "control", wire.control("book_trust", 1))) == {"reference"}
    assert fails(enter(1), *gap, (50 * US, "feed_a", wire.packet("a", 10, wire.add(8, "B", 1, BID)))) == {"reference"}


@pytest.mark.parametrize(
    ("rows", "failing"),
    [
        pytest.param([wire.control("session_reset")], {"reference", "trading_state"}, id="session-reset"),
        pytest.param([o.put("tick", 50, 0), o.control("commit")], {"reference", "trading_state"}, id="restart"),
        pytest.param([o.put("tick", 50, 1), o.control("commit")], NOTHING, id="restart-of-another"),
    ],
)
def test_reference_and_trading_state_end_with_the_book(rows: list[bytes], failing: set[str]) -> None:
    """Section 7, *Reference*: none after `session_reset`, and a commit that restarts the symbol."""
    assert fails(enter(1), *((50 * US, "control", row) for row in rows)) == failing


# 8 rate


def bucket(times_us: list[int], packets: list[bytes] | None = None, **limits: int) -> list[set[str]]:
    sends = packets or [enter(ref) for ref in range(1, len(times_us) + 1)]
    rows = [(time * US, "client", packet) for time, packet in zip(times_us, sends, strict=True)]
    return [failing for _, failing in o.decisions(o.predict(o.program(*o.market(), *rows, setup_records=o.setup(**limits))))]


@pytest.mark.parametrize(("at_us", "failing"), [(119, {"rate"}), (120, NOTHING), (121, NOTHING)])
def test_token_is_back_after_its_time(at_us: int, failing: set[str]) -> None:
    """RISK-RATE: burst 2 at 100 us leaves tat = 140 us; passes from tat - token_ns = 120 us on."""
    assert bucket([100, 100, at_us], burst=2, token_ns=20 * US) == [NOTHING, NOTHING, failing]


def test_burst_of_0_lets_nothing_pass() -> None:
    """RISK-RATE"""
    assert bucket([100], burst=0) == [{"rate"}]


def test_rejected_order_takes_a_token_and_one_without_a_token_none() -> None:
    """RISK-RATE-TAKE: whatever the verdict, if bit 8 passes."""
    packets = [enter(1, stock="IBM"), enter(2), enter(3), enter(4)]
    assert bucket([100, 100, 119, 120], packets, burst=1, token_ns=20 * US) == [{"symbol"}, {"rate"}, {"rate"}, NOTHING]


def test_cancel_takes_a_token_but_never_more_than_there_are() -> None:
    """RISK-RATE-TAKE: tat = min(max(tat, now) + token_ns, now + burst x token_ns)."""
    one = [o.cancel(1), enter(1), enter(2)]
    assert bucket([100, 100, 119], one, burst=1, token_ns=20 * US) == [{"rate"}, {"rate"}]
    many = [o.cancel(1) * 50, enter(1), enter(2)]
    assert bucket([100, 119, 120], many, burst=1, token_ns=20 * US) == [{"rate"}, NOTHING]


# 9 duplicate


@pytest.mark.parametrize(("window_us", "failing"), [(50, NOTHING), (51, {"duplicate"})])
def test_same_order_within_the_window_is_a_duplicate(window_us: int, failing: set[str]) -> None:
    """RISK-DUPLICATE: now - t < duplicate_window."""
    assert fails(enter(2), (50 * US, "client", enter(1)), duplicate_window=window_us * US) == failing


@pytest.mark.parametrize("other", [enter(2, "S"), enter(2, quantity=101), enter(2, price=BID - 100), replace(1, 2), modify(1)])
def test_order_that_differs_is_no_duplicate(other: bytes) -> None:
    """RISK-DUPLICATE: symbol, side, price and quantity; only an `O`."""
    assert fails(other, (50 * US, "client", enter(1)), duplicate_window=90 * US) == NOTHING


def test_rejected_order_and_the_17th_before_are_forgotten() -> None:
    """RISK-DUPLICATE: one of the last 16 forwarded."""
    assert fails(enter(2), (50 * US, "client", enter(1, iso="X")), duplicate_window=90 * US) == NOTHING
    others = [enter(ref, quantity=ref) for ref in range(2, 18)]
    assert fails(enter(40), (50 * US, "client", b"".join([enter(1), *others[:15]])), duplicate_window=90 * US) == {"duplicate"}
    assert fails(enter(40), (50 * US, "client", b"".join([enter(1), *others])), duplicate_window=90 * US) == NOTHING
