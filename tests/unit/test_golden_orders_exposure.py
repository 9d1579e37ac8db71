# SPDX-License-Identifier: Apache-2.0
"""Contract 7.1: what forwarded orders expose to, and what the exchange's messages do to that. Order 1 buys 100 at 100.00."""

from __future__ import annotations

import golden_orders_wire as o
import golden_wire as wire
import pytest
from golden_orders_wire import (
    GLOBAL,
    MARKET,
    SESSION,
    US,
    about,
    accepted,
    cancel,
    canceled,
    enter,
    executed,
    modified,
    predict,
    replace,
    replaced,
)

from tickproof.golden.orders.path import OrderPath
from tickproof.golden.orders.predict import Simulation

BID, ASK = 1_000_000, 1_000_200
EDGE = 2**63 - 1

State = tuple[int, int, int, int, int]
"""position, executed notional, open buys, open sells, open notional of AAPL."""


def after(*packets: bytes, orders: bytes = b"", before: tuple[o.Row, ...] = (), **limits: int) -> OrderPath:
    """Orders at 10 us (default: order 1), then the exchange's packets from 20 us on."""
    sends = [((20 + index) * US, "exchange", packet) for index, packet in enumerate(packets)]
    simulation = Simulation(
        o.program(*o.market(), *before, (10 * US, "client", orders or enter(1)), *sends, setup_records=o.setup(**limits))
    )
    simulation.run()
    return simulation.path


def of_aapl(path: OrderPath) -> State:
    exposure = path.exposure.of[0]
    return exposure.position, exposure.executed, exposure.open_buys, exposure.open_sells, exposure.open_notional


def report(path: OrderPath) -> tuple[object, ...]:
    """(symbol, applied, user_ref_num, position, remaining) of the last record."""
    symbol, _, _, _, applied, number, _, position, remaining = o.decode(path.log.parts[-1])[1:]
    return symbol, applied, number, position, remaining


def sums_are_those_of_the_live_orders(path: OrderPath) -> None:
    for index, exposure in enumerate(path.exposure.of):
        live = [order for order in path.exposure.live.values() if order.symbol == index]
        assert exposure.open_buys == sum(order.remaining for order in live if order.side == ord("B"))
        assert exposure.open_sells == sum(order.remaining for order in live if order.side != ord("B"))
        assert exposure.open_notional == sum(order.remaining * order.price for order in live)
    assert path.exposure.session_open == sum(exposure.open_notional for exposure in path.exposure.of)


# A forwarded order is live at once


@pytest.mark.parametrize(
    ("order", "state"),
    [
        *(
            (enter(1), (0, 0, 100, 0, 100 * BID)),
            (enter(1, "S", 7, ASK), (0, 0, 0, 7, 7 * ASK)),
            (enter(1, "T"), (0, 0, 0, 100, 100 * BID)),
        ),
        *((enter(1, price=MARKET), (0, 0, 100, 0, 100 * ASK)), (enter(1, "E", price=MARKET), (0, 0, 0, 100, 100 * BID))),
        *(
            (enter(1) + replace(1, 2, 30, ASK), (0, 0, 130, 0, 100 * BID + 30 * ASK)),
            (enter(1) + o.modify(1, "B", 5), (0, 0, 100, 0, 100 * BID)),
        ),
        (enter(1) + replace(1, 2) + replace(2, 3), (0, 0, 300, 0, 300 * BID)),
    ],
)
def test_forwarded_order_counts_in_full_at_once(order: bytes, state: State) -> None:
    """7.1: a market order at the needed side; of a `U` the original counts, too; an `M` changes nothing yet."""
    path = after(orders=order)
    assert of_aapl(path) == state
    sums_are_those_of_the_live_orders(path)


def test_rejected_order_counts_nothing() -> None:
    """7.1"""
    assert of_aapl(after(orders=enter(0) + enter(1, stock="IBM"))) == (0, 0, 0, 0, 0)


# EXP-*, message by message: (packets, state, last REPORT)


@pytest.mark.parametrize(
    ("packets", "state", "last"),
    [
        pytest.param([accepted(1, 100)], (0, 0, 100, 0, 100 * BID), (0, 1, 1, 0, 100), id="A-of-all"),
        pytest.param([accepted(1, 60)], (0, 0, 60, 0, 60 * BID), (0, 1, 1, 0, 60), id="A-of-less-releases"),
        pytest.param([accepted(1, 101)], (0, 0, 100, 0, 100 * BID), (0, 1, 1, 0, 100), id="A-of-more-adds-nothing"),
        pytest.param([accepted(1, 0)], (0, 0, 0, 0, 0), (0, 1, 1, 0, 0), id="A-of-nothing-frees"),
        pytest.param([accepted(1, 100, "D")], (0, 0, 0, 0, 0), (0, 1, 1, 0, 0), id="A-dead-frees"),
        pytest.param([executed(1, 40, ASK)], (40, 40 * ASK, 60, 0, 60 * BID), (0, 1, 1, 40, 60), id="E-of-part"),
        pytest.param([executed(1, 100, BID)], (100, 100 * BID, 0, 0, 0), (0, 1, 1, 100, 0), id="E-of-all-frees"),
        pytest.param([executed(1, 0)], (0, 0, 100, 0, 100 * BID), (0, 1, 1, 0, 100), id="E-of-nothing"),
        pytest.param([canceled(1, 40)], (0, 0, 60, 0, 60 * BID), (0, 1, 1, 0, 60), id="C-of-part"),
        pytest.param([canceled(1, 100)], (0, 0, 0, 0, 0), (0, 1, 1, 0, 0), id="C-of-all"),
        pytest.param([o.aiq_canceled(1, 30)], (0, 0, 70, 0, 70 * BID), (0, 1, 1, 0, 70), id="D-decrements"),
        pytest.param([o.aiq_canceled(1, 30, newer=True)], (0, 0, 70, 0, 70 * BID), (0, 1, 1, 0, 70), id="D-newer-revision"),
        pytest.param([modified(1, "B", 30)], (0, 0, 30, 0, 30 * BID), (0, 1, 1, 0, 30), id="M-sets-remaining"),
        pytest.param([modified(1, "B", 130)], (0, 0, 130, 0, 130 * BID), (0, 1, 1, 0, 130), id="M-may-grow"),
        pytest.param([modified(1, "T", 30)], (0, 0, 0, 30, 30 * BID), (0, 1, 1, 0, 30), id="M-sets-side"),
        pytest.param([modified(1, "B", 0)], (0, 0, 0, 0, 0), (0, 1, 1, 0, 0), id="M-to-nothing-frees"),
        pytest.param([o.rejected(1)], (0, 0, 0, 0, 0), (0, 1, 1, 0, 0), id="J-frees"),
        *(
            pytest.param([about(kind, 1, size)], (0, 0, 100, 0, 100 * BID), (0, 1, 1, 0, 100), id=f"{kind}-changes-nothing")
            for kind, size in (("R", 16), ("T", 30), ("P", 13), ("I", 13), ("B", 36), ("F", 49))
        ),
        *(
            pytest.param([about(kind, 1, size)], (0, 0, 100, 0, 100 * BID), (0xFFFF, 0, 0, 0, 0), id=f"{kind}-has-no-number")
            for kind, size in (("S", 10), ("Q", 13))
        ),
    ],
)
def test_message_of_the_exchange_changes_exposure(packets: list[bytes], state: State, last: tuple[object, ...]) -> None:
    """EXP-ACCEPTED, EXP-EXECUTED, EXP-CANCELED, EXP-MODIFIED, EXP-REJECTED; `R T P I S Q`: nothing."""
    path = after(*packets)
    assert (of_aapl(path), report(path)) == (state, last)
    assert path.outputs.counts["unknown_order"] == path.outputs.counts["over_released"] == 0
    sums_are_those_of_the_live_orders(path)


def test_fill_of_a_sell_moves_the_position_down() -> None:
    """EXP-EXECUTED: buy +, sell -; the side is the order's, also after it was modified."""
    assert of_aapl(after(executed(1, 40), orders=enter(1, "S"))) == (-40, 40 * BID, 0, 60, 60 * BID)
    assert of_aapl(after(modified(1, "S", 100), executed(1, 40)))[0] == -40


@pytest.mark.parametrize(
    ("packet", "state", "last"),
    [
        pytest.param(replaced(1, 2, 30), (0, 0, 30, 0, 30 * ASK), (0, 1, 2, 0, 30), id="as-ordered"),
        pytest.param(replaced(1, 2, 20), (0, 0, 20, 0, 20 * ASK), (0, 1, 2, 0, 20), id="less"),
        pytest.param(replaced(1, 2, 50), (0, 0, 50, 0, 50 * ASK), (0, 1, 2, 0, 50), id="more"),
        pytest.param(replaced(1, 2, 30, "D"), (0, 0, 0, 0, 0), (0, 1, 2, 0, 0), id="dead"),
        pytest.param(replaced(7, 2, 30), (0, 0, 130, 0, 100 * BID + 30 * ASK), (0, 1, 2, 0, 30), id="original-that-is-not-live"),
    ],
)
def test_replace_that_is_confirmed_frees_its_original(packet: bytes, state: State, last: tuple[object, ...]) -> None:
    """EXP-REPLACED: the original is freed; then the new one's remaining = quantity; state `D` frees it."""
    path = after(packet, orders=enter(1) + replace(1, 2, 30, ASK))
    assert (of_aapl(path), report(path), path.outputs.counts["unknown_order"]) == (state, last, 0)
    sums_are_those_of_the_live_orders(path)


def test_chain_of_replaces_is_freed_link_by_link() -> None:
    """7.1: each link is an order of its own."""
    chain = enter(1) + replace(1, 2, 30) + replace(2, 3, 20)
    assert of_aapl(after(replaced(1, 2, 30), orders=chain))[2] == 50
    assert of_aapl(after(replaced(1, 2, 30), replaced(2, 3, 20), orders=chain))[2] == 20


# EXP-CLAMP, EXP-UNKNOWN, EXP-BROKEN, ranges


@pytest.mark.parametrize(
    ("packet", "state"),
    [(executed(1, 150), (150, 150 * BID, 0, 0, 0)), (canceled(1, 101), (0, 0, 0, 0, 0)), (o.aiq_canceled(1, 200), (0,) * 5)],
)
def test_reduction_above_what_remains_takes_what_there_is(packet: bytes, state: State) -> None:
    """EXP-CLAMP: counted; position and executed notional move by the whole quantity."""
    path = after(packet)
    assert (of_aapl(path), path.outputs.counts["over_released"], report(path)[1:3]) == (state, 1, (1, 1))


@pytest.mark.parametrize(
    ("packet", "latches"),
    [
        *((accepted(9), False), (replaced(8, 9), True), (executed(9), True), (canceled(9), False), (o.aiq_canceled(9), False)),
        *((modified(9), False), (o.rejected(9), False), (o.broken(9, "B"), True), (o.broken(9, "F"), True)),
    ],
)
def test_number_that_no_live_order_has_is_counted_and_may_latch_the_session(packet: bytes, latches: bool) -> None:
    """EXP-UNKNOWN: after `E` and `U` the session kill latches; EXP-BROKEN: after `B` and `F`, too. Nothing is released."""
    path = after(packet)
    assert (path.outputs.counts["unknown_order"], path.kills.on[SESSION], path.kills.on[0]) == (1, latches, False)
    assert of_aapl(path) == (0, 0, 100, 0, 100 * BID)
    assert path.outputs.packets["exchange"][1:] == ([cancel(1)] if latches else [])
    assert o.decode(path.log.parts[-1])[1:2] + o.decode(path.log.parts[-1])[5:7] == (0xFFFF, 0, 9)


@pytest.mark.parametrize(("kind", "size"), [("R", 16), ("T", 30), ("P", 13), ("I", 13), ("S", 10), ("Q", 13)])
def test_messages_without_effect_are_never_unknown(kind: str, size: int) -> None:
    """EXP-UNKNOWN lists `A U E C D M J B F`."""
    path = after(about(kind, 9, size))
    assert (path.outputs.counts["unknown_order"], path.kills.on[SESSION]) == (0, False)


def test_replace_by_an_unknown_number_still_frees_its_original() -> None:
    """EXP-UNKNOWN; one that names its own number as original is unknown by then."""
    for packet in (replaced(1, 9), replaced(1, 1)):
        path = after(packet)
        assert of_aapl(path) == (0, 0, 0, 0, 0)
        assert (path.outputs.counts["unknown_order"], path.kills.on[SESSION]) == (1, True)
        assert path.outputs.packets["exchange"] == [enter(1)]  # nothing is live any more when the kill goes on


@pytest.mark.parametrize("kind", "BF")
def test_broken_trade_latches_the_kill_of_its_symbol(kind: str) -> None:
    """EXP-BROKEN: Cancels for the live orders of that symbol only."""
    path = after(o.broken(1, kind), orders=enter(1) + enter(2, stock="MSFT", price=MARKET + 1) + enter(3))
    assert (path.kills.on[0], path.kills.on[1], path.kills.on[SESSION]) == (True, False, False)
    assert path.outputs.packets["exchange"] == [enter(1), enter(3), cancel(1), cancel(3)]


@pytest.mark.parametrize(
    ("side", "start", "end"), [("B", EDGE - 10, EDGE), ("S", 10 - EDGE, -EDGE - 1), ("B", -EDGE - 1, -EDGE + 99), ("S", EDGE, EDGE - 100)]
)
def test_position_stays_at_the_ends_of_its_range(side: str, start: int, end: int) -> None:
    """7.1, ranges: signed 64 bits."""
    wide = {"max_long": 2**64 - 1, "max_short": 2**64 - 1}
    before = ((15 * US, "control", o.control("set_position", 0, start)),)
    path = after(executed(1, 100), orders=enter(1, side), before=before, **wide)
    assert path.exposure.of[0].position == end
    assert report(path)[3] == end


def test_executed_notional_stays_at_its_end_and_is_exact_before() -> None:
    """7.1, ranges: unsigned 64 bits, of the symbol and of the session; 0xFFFFFFFF x (2^64 - 1) does not fit by far."""
    path = after(executed(1, 0xFFFFFFFF, 2**64 - 1), executed(1, 1))
    assert (path.exposure.of[0].executed, path.exposure.session_executed) == (2**64 - 1, 2**64 - 1)
    path = after(executed(1, 1, 2**64 - 2), executed(1, 1, 1))
    assert (path.exposure.of[0].executed, path.exposure.session_executed) == (2**64 - 1, 2**64 - 1)
    path = after(executed(1, 0xFFFFFFFF, 2**32))
    assert path.exposure.of[0].executed == 0xFFFFFFFF << 32


def test_numbers_of_all_ones_never_raise() -> None:
    """Section 7: exact, whatever a field holds."""
    for kind, size in (
        ("S", 10),
        ("A", 62),
        ("U", 66),
        ("C", 18),
        ("D", 31),
        ("E", 34),
        ("B", 36),
        ("F", 49),
        ("J", 29),
        ("M", 18),
        ("R", 14),
        ("Q", 13),
    ):
        body = kind.encode() + b"\xff" * (size - 1) + (b"\0\0" if kind in "AUER" else b"")
        assert after(o.soup("S", body)).outputs.counts["exchange_packets"] == 1


def test_exposure_belongs_to_the_index_and_survives_commits_and_resets() -> None:
    """7.1: commits and `session_reset` leave it alone; the order of a disabled symbol stays live and is reported with its index."""
    off = (
        (15 * US, "control", o.put("enabled", 0, 0)),
        (16 * US, "control", o.control("commit")),
        (17 * US, "control", wire.control("session_reset")),
    )
    path = after(executed(1, 40), before=off)
    assert of_aapl(path) == (40, 40 * BID, 60, 0, 60 * BID)
    assert report(path) == (0, 1, 1, 40, 60)


def test_order_of_a_disabled_symbol_is_unknown_to_a_decision_but_known_by_its_side() -> None:
    """Section 7, *Symbol*; contract 8: side and price are those of the live order, symbol and reference are none."""
    off = [(15 * US, "control", o.put("enabled", 0, 0)), (16 * US, "control", o.control("commit"))]
    orders = (20 * US, "client", replace(1, 2, 10) + o.modify(1, "S", 999))
    found = predict(o.program(*o.market(), (10 * US, "client", enter(1)), *off, orders, setup_records=o.setup()))
    assert [row for row in o.rows(found) if row[0] == "DECISION"][1:] == [
        ("DECISION", 0xFFFF, 2, 2, 2, 10, "U", "B", 0, BID, (0, 0)),
        ("DECISION", 0xFFFF, 3, 2, 1, 999, "M", "S", 0, BID, (0, 0)),
    ]


# RISK-LATCH


@pytest.mark.parametrize(("fills", "latched"), [(2, False), (3, True)])
def test_fill_above_max_executions_latches_the_kill_of_its_symbol(fills: int, latched: bool) -> None:
    """RISK-LATCH: at the fill's own time; other symbols go on."""
    path = after(*[executed(1, 1)] * fills, max_executions=2, execution_window=50 * US)
    assert (path.kills.on[0], path.kills.on[1], path.kills.on[SESSION], path.kills.on[GLOBAL]) == (latched, False, False, False)
    assert path.outputs.packets["exchange"][1:] == ([cancel(1)] if latched else [])
    assert path.outputs.records["exchange"][1:] == ([len(path.log.parts) - 1] if latched else [])


def test_replayed_message_has_no_effect() -> None:
    """7.1: applied (not replayed) packets only; the record shows the order as it is."""
    path = after(o.login(), executed(1, 40), o.login(), executed(1, 40))
    assert of_aapl(path) == (40, 40 * BID, 60, 0, 60 * BID)
    assert report(path) == (0, 0, 1, 40, 60)
