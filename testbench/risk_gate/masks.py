# SPDX-License-Identifier: Apache-2.0
"""risk_gate: which failing checks hide which (RISK-MASK), and all at once."""

from __future__ import annotations

from itertools import combinations

import cocotb

from testbench.risk_gate.driver import CHECKS, MARKET, WHOLE, GateTB


@cocotb.test
async def test_what_an_unknown_symbol_hides(dut) -> None:
    """RISK-MASK: only kill (not the symbol's), symbol, message, sequence, rate and open orders; what needs the order is left out."""
    tb = GateTB(dut)
    await tb.start()
    await tb.exchange_link(1)
    for order in ({"stock": "ZZ"}, {"stock": "ZZ", "side": "X", "quantity": 0, "price": MARKET, "price_type": 1}):
        failing = {"kill", "symbol", "rate", "open_orders"} | ({"message"} if "side" in order else set())
        assert (await tb.enter(**order)).failing == failing
    assert (await tb.enter(stock="ZZ", ref=0)).failing == {"kill", "symbol", "sequence", "rate", "open_orders"}
    await tb.command("unkill", WHOLE)
    await tb.command("kill", 0)
    assert (await tb.enter(stock="ZZ")).failing == {"symbol", "rate", "open_orders"}
    got = await tb.modify(77, quantity=5)
    assert got.failing == {"symbol", "rate"}
    assert (got.record["side"], got.record["price"], got.record["symbol"]) == ("B", 0, 0xFFFF)
    got = await tb.replace(77, price=123)
    assert got.failing == {"symbol", "rate", "open_orders"}
    assert (got.record["side"], got.record["price"]) == ("", 123)
    assert (await tb.modify(77, side="X")).failing == {"symbol", "message", "rate"}


@cocotb.test
async def test_an_order_of_a_disabled_symbol_is_live_but_unknown(dut) -> None:
    """Contract 7: symbol of U and M: that of the live order, if enabled."""
    tb = GateTB(dut)
    await tb.open()
    await tb.enter(ref=1, side="S", quantity=10, price=1_600_000)
    await tb.commit(["AA", "BB"], enabled=2, restart=1)
    got = await tb.replace(1, price=5)
    assert (got.failing, got.record["symbol"], got.record["side"], got.record["price"]) == ({"symbol"}, 0xFFFF, "S", 5)
    got = await tb.modify(1, side="B", quantity=11)
    assert (got.failing, got.record["symbol"], got.record["side"], got.record["price"]) == ({"symbol"}, 0xFFFF, "B", 1_600_000)
    got = await tb.report("R", 1)
    assert (got.record["symbol"], got.record["applied"], got.record["remaining"]) == (0, 1, 10)


@cocotb.test
async def test_what_a_bad_message_or_a_missing_side_hides(dut) -> None:
    """RISK-MASK: no arithmetic with nonsense."""
    tb = GateTB(dut)
    await tb.open()
    tb.limit(sym_max_shares=0, sym_max_notional=0, sym_collar_bps=0, sym_max_long=0, sym_max_gross=0, sym_short_ok=0, sym_allowed_types=0)
    everything = {"quantity", "value", "collar", "position", "gross"}
    assert (await tb.enter(price=1_600_000)).failing == everything
    assert (await tb.enter(price=1_600_000, tif=0, iso=ord("Y"))).failing == {"message", "type"}
    assert (await tb.enter(price=MARKET)).failing == (everything - {"collar"}) | {"type"}
    await tb.bbo(0, 0, 0)
    assert (await tb.enter(price=MARKET)).failing == {"quantity", "position", "reference", "type"}
    assert (await tb.enter(price=1_600_000)).failing == {"quantity", "value", "position", "gross", "reference"}
    await tb.record(4, 0, state="TT1Q")
    tb.limit(sym_short_ok=1, sym_max_short=100)
    assert (await tb.enter(side="T", price=1)).failing == {"quantity", "value", "gross", "reference"}
    assert (await tb.enter(side="T", price=0)).failing == {"quantity", "reference"}
    assert (await tb.enter(side="T", price=MARKET)).failing == {"quantity", "reference", "short_sale", "type"}


@cocotb.test
async def test_everything_can_fail_at_once(dut) -> None:
    """Contract 7: all failing checks are reported together; the Reject names the lowest."""
    tb = GateTB(dut)
    await tb.open()
    await tb.enter(ref=1, side="T", quantity=1, price=1_000_000)
    await tb.report("E", 1, 1, price=1_000_000)
    await tb.record(4, 0, state="HT1Q")
    tb.limit(sym_restricted=1, sym_max_shares=0, sym_max_notional=0, sym_collar_bps=0, sym_max_short=0, sym_max_gross=0, max_open_orders=0)
    tb.limit(sym_max_executions=0, sym_execution_window=1, sym_allowed_types=0, burst=0, duplicate_window=1, sym_short_ok=0)
    await tb.bbo(flags=2)
    await tb.command("kill", WHOLE)
    got = await tb.enter(ref=1, side="T", quantity=1, price=1_000_000, iso=ord("Y"))
    assert got.failing == set(CHECKS) - {"message"}
    assert got.co[0]["reason"] == 0x8000
    await tb.command("unkill", WHOLE)
    assert (await tb.enter(side="T", quantity=1, price=1_000_000)).co[0]["reason"] == 0x8001
    tb.limit(sym_restricted=0)
    assert (await tb.enter(side="T", quantity=1, price=1_000_000)).co[0]["reason"] == 0x8004
    tb.limit(sym_max_shares=1, sym_max_notional=1_000_000, sym_collar_bps=10_000, sym_max_short=2, sym_max_gross=3_000_000)
    tb.limit(max_open_orders=1, burst=1, sym_short_ok=1, sym_allowed_types=1, duplicate_window=0)
    await tb.record(4, 0, state="TT0Q")
    await tb.bbo()
    assert (await tb.enter(side="T", quantity=1, price=1_000_000)).co[0]["reason"] == 0x8010
    tb.limit(reject_mode=1)
    got = await tb.enter(side="T", quantity=1, price=1_000_000)
    assert (got.co, got.counters["rejects_sent"], got.counters["orders_rejected"]) == ([], 0, 1)


# What makes one check fail: limits, or a field of the order.
CAUSES = {
    "symbol": {"sym_restricted": 1},
    "message": {"tif": 0},
    "sequence": {"ref": 1},
    "quantity": {"sym_max_shares": 0},
    "value": {"sym_max_notional": 0},
    "collar": {"sym_collar_bps": 0},
    "rate": {"burst": 0},
    "duplicate": {"duplicate_window": 1},
    "position": {"sym_max_short": 0},
    "gross": {"sym_max_gross": 0},
    "open_orders": {"max_open_orders": 0},
    "short_sale": {"sym_short_ok": 0},
    "type": {"sym_allowed_types": 0, "iso": ord("Y")},
    "executions": {"sym_execution_window": 1},
}


@cocotb.test
async def test_any_two_failing_checks_are_reported_together(dut) -> None:
    """RISK-MASK: all 136 pairs; a bad message hides six."""
    tb = GateTB(dut)
    await tb.open()
    order = {"side": "T", "quantity": 1, "price": 1_499_999}
    await tb.enter(ref=1, **order)
    await tb.report("E", 1, 1)
    wide = {name: values[0] for name, values in tb.limits.items()}
    for pair in combinations(CHECKS, 2):
        causes = CAUSES.get(pair[0], {}) | CAUSES.get(pair[1], {})
        tb.limit(**{name: value for name, value in causes.items() if name in wide})
        await tb.command("kill" if "kill" in pair else "unkill", WHOLE)
        await tb.bbo(flags=2 if "reference" in pair else 0)
        await tb.record(4, 0, state="TH0Q" if "trading_state" in pair else "TT0Q")
        got = await tb.enter(**order, **{name: value for name, value in causes.items() if name not in wide})
        hidden = {"quantity", "value", "collar", "duplicate", "position", "gross"} if "message" in pair else set()
        assert got.failing == set(pair) - hidden, pair
        tb.limit(**wide)
