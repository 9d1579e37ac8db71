# SPDX-License-Identifier: Apache-2.0
"""Contract 7.2 and 1.2: kills and their Cancels, corrections of positions, and the order of control among the other inputs."""

from __future__ import annotations

import golden_orders_wire as o
import golden_wire as wire
import pytest
from golden_orders_wire import GLOBAL, SESSION, US, cancel, control, enter, predict, program, rows, sent

MSFT = [(0, "feed_a", wire.packet("a", 5, wire.trading_action("T", locate=8), wire.add(3, "S", 1, 1_000_200, locate=8)))]
ORDERS = enter(1) + enter(2, stock="MSFT") + enter(3, "S") + enter(4, stock="MSFT") + enter(5)


def run(*sends: tuple[int, bytes], orders: bytes = ORDERS, **limits: int) -> o.Prediction:
    """Orders at 10 us, then control: (us, record)."""
    return predict(
        program(
            *o.market(),
            *MSFT,
            (10 * US, "client", orders),
            *((at * US, "control", data) for at, data in sends),
            setup_records=o.setup(**limits),
        )
    )


@pytest.mark.parametrize(
    ("scope", "numbers"), [(GLOBAL, [1, 2, 3, 4, 5]), (SESSION, [1, 2, 3, 4, 5]), (0, [1, 3, 5]), (1, [2, 4]), (2, []), (0x1234, [])]
)
def test_kill_sends_a_cancel_for_each_live_order_in_its_scope_in_order(scope: int, numbers: list[int]) -> None:
    """KILL-CANCEL: SoupBinTCP `U` with an `X` of 9 bytes, quantity 0; a symbol that the device does not have leaves its record only."""
    found = run((20, control("kill", scope)))
    assert sent(found, "exchange")[5:] == [b"\x00\x0aUX" + bytes([0, 0, 0, number]) + bytes(4) for number in numbers]
    assert rows(found)[-1] == ("CONTROL", 5, scope, 0)
    assert found.counters["cancels_sent"] == len(numbers)
    assert set(found.streams["exchange"].records[5:].tolist()) == ({len(found.records) - 1} if numbers else set())


def test_kill_that_is_on_sends_no_more_cancels() -> None:
    """KILL-CANCEL: only from off to on; each kill is one of its own."""
    assert len(sent(run((20, control("kill")), (21, control("kill"))), "exchange")) == 5 + 5
    assert len(sent(run((20, control("kill")), (21, control("kill", SESSION)), (22, control("kill", 0))), "exchange")) == 5 + 5 + 5 + 3
    assert len(sent(run((20, control("kill")), (21, control("unkill")), (22, control("kill"))), "exchange")) == 5 + 10


def test_order_of_acceptance_is_that_of_the_decisions() -> None:
    """KILL-CANCEL: a freed order is left out, a replace comes where it was accepted."""
    orders = enter(1) + enter(2) + o.replace(1, 3) + enter(4)
    found = predict(
        program(
            *(*o.market(), (10 * US, "client", orders), (20 * US, "exchange", o.canceled(2)), (30 * US, "control", control("kill"))),
            setup_records=o.setup(),
        )
    )
    assert sent(found, "exchange")[4:] == [cancel(1), cancel(3), cancel(4)]


def test_cancels_change_no_exposure_and_take_no_token() -> None:
    """KILL-CANCEL, RISK-RATE-TAKE: the exchange's answers do; generated Cancels take none."""
    orders = enter(1) + enter(2)
    found = run((20, control("kill")), (21, control("unkill")), (22, control("kill")), orders=orders, burst=2, token_ns=1)
    assert sent(found, "exchange")[2:] == [cancel(1), cancel(2)] * 2


def test_unkill_opens_that_one_kill() -> None:
    """KILL-OFF: every kill that is on has to be opened."""
    rows_ = [(20 * US, "control", control("kill", scope)) for scope in (GLOBAL, SESSION, 0)]
    rows_ += [((30 + 2 * step) * US, "control", control("unkill", scope)) for step, scope in enumerate((0, GLOBAL, SESSION))]
    rows_ += [((31 + 2 * step) * US, "client", enter(10 + step)) for step in range(3)]
    found = predict(program(*o.market(), *rows_, setup_records=o.setup()))
    assert o.decisions(found) == [(10, {"kill"}), (11, {"kill"}), (12, set())]


def test_position_is_signed_and_belongs_to_its_symbol() -> None:
    """CTRL-POSITION: written as two's complement; the record carries it as written; unknown symbols are ignored."""
    found = run((20, control("set_position", 1, -7)), (21, control("set_position", GLOBAL, 5)), (22, control("set_position", 2, 5)))
    assert rows(found)[-3:] == [("CONTROL", 7, 1, 2**64 - 7), ("CONTROL", 7, GLOBAL, 5), ("CONTROL", 7, 2, 5)]


@pytest.mark.parametrize(("scope", "of_symbol", "of_session"), [(0, {"gross"}, set()), (1, set(), set()), (GLOBAL, set(), {"gross"})])
def test_executed_notional_is_set_by_symbol_or_for_the_session(scope: int, of_symbol: set[str], of_session: set[str]) -> None:
    """CTRL-POSITION: 0xFFFF is the session's sum, of which the symbols' sums know nothing."""
    executed = (20 * US, "control", control("set_executed", scope, 2**62))
    assert o.fails(enter(1), executed, max_gross=2**62) == of_symbol
    assert o.fails(enter(1), executed, session_max_gross=2**62) == of_session


def test_released_order_is_gone() -> None:
    """CTRL-RELEASE; a number that is not live is nothing, and no error."""
    found = run(
        (20, control("release_order", value=3)),
        (21, control("release_order", value=99)),
        (22, control("release_order", value=2**32 + 1)),
        (23, control("kill")),
    )
    assert sent(found, "exchange")[5:] == [cancel(1), cancel(2), cancel(4), cancel(5)]
    assert found.counters["unknown_order"] == 0


def test_inputs_of_one_time_go_control_exchange_feed_client() -> None:
    """`predict`: the order's reference is the quote of the same time, its position the fill's, its kill the command's."""
    at = 50 * US
    same = [
        (at, "client", enter(2)),
        (at, "exchange", o.executed(1, 100)),
        *o.market(time_ns=at),
        (at, "control", control("set_position", 0, 1)),
    ]
    late = program((10 * US, "client", b""), *same, setup_records=o.setup())
    assert [row[0] for row in rows(predict(late))[2:]] == ["CONTROL", "REPORT", "DECISION"]
    assert o.decisions(predict(late)) == [(2, {"kill"})]  # the unknown fill latched the session


def test_limits_change_with_the_commit_only() -> None:
    """CTRL-1: `set` writes a shadow."""
    rows_ = [
        (20 * US, "control", o.put("max_shares", 50, 0)),
        (30 * US, "client", enter(1)),
        (40 * US, "control", control("commit")),
        (50 * US, "client", enter(2)),
    ]
    assert o.decisions(predict(program(*o.market(), *rows_, setup_records=o.setup()))) == [(1, set()), (2, {"quantity"})]


def test_feed_keeps_its_own_records_beside_the_order_path() -> None:
    """Contract 8: one stream of records; a timeout GAP comes at its time, between the other inputs."""
    hole = (20 * US, "feed_a", wire.packet("a", 9, wire.system_event("M")))
    found = predict(program(*o.market(), hole, (39 * US, "client", enter(1)), (41 * US, "client", enter(2)), setup_records=o.setup()))
    assert [record[0] for record in found.records["kind"].reshape(-1, 1).tolist()][-4:] == [10, 2, 4, 10]
    assert o.decisions(found) == [(1, set()), (2, {"reference"})]
