# SPDX-License-Identifier: Apache-2.0
"""risk_gate: how orders and reports move exposure (contract 7.1), seen through REPORT records and the checks that stand on it."""

from __future__ import annotations

import cocotb

from testbench.risk_gate.driver import MARKET, SESSION, WHOLE, GateTB, Outcome

PRICE = 1_000_000


async def tb_with(dut, *orders: tuple[int, str, int]) -> GateTB:
    """An open gate with live orders (user_ref_num, side, quantity) at 100.00 of AA."""
    tb = GateTB(dut)
    await open_with(tb, *orders)
    return tb


async def open_with(tb: GateTB, *orders: tuple[int, str, int]) -> None:
    """Through reset to that state."""
    await tb.open()
    for ref, side, quantity in orders:
        assert (await tb.enter(ref=ref, side=side, quantity=quantity, price=PRICE)).failing == set()


async def assert_sums(tb: GateTB, longs: int, shorts: int, notional: int, symbol: int = 0) -> None:
    """What counts towards max_long, max_short and max_gross: at that limit an order of quantity 1 and price 0 passes, below it fails."""
    for side, name, limit, check in (
        ("B", "sym_max_long", longs + 1, "position"),
        ("S", "sym_max_short", shorts + 1, "position"),
        ("B", "sym_max_gross", notional, "gross"),
    ):
        wide = tb.limits[name][symbol]
        order = {"stock": ("AA", "BB")[symbol], "side": side, "quantity": 1, "price": 0}
        if limit:
            tb.limit(**{name: limit - 1})
            assert (await tb.enter(**order)).failing == {check}, (name, limit - 1)
        tb.limit(**{name: limit})
        assert (await tb.enter(**order)).failing == set(), (name, limit)
        await tb.command("release_order", 0, tb.ref)
        tb.limit(**{name: wide})


def seen(got: Outcome) -> tuple[object, ...]:
    """Of a REPORT: applied, position, remaining."""
    assert got.record["kind"] == "REPORT"
    return got.record["applied"], got.record["position"], got.record["remaining"]


@cocotb.test
async def test_forwarded_orders_count_in_full_at_once(dut) -> None:
    """Contract 7.1: O and U; of a chain of replaces each link; not what was rejected, and an M changes nothing."""
    tb = await tb_with(dut, (1, "B", 100), (2, "S", 30))
    await assert_sums(tb, 100, 30, 130 * PRICE)
    got = await tb.replace(1, quantity=70, price=PRICE + 1)
    assert got.failing == set()
    assert (await tb.replace(tb.ref, quantity=7, price=PRICE)).failing == set()
    await assert_sums(tb, 177, 30, 207 * PRICE + 70)
    assert (await tb.modify(1, quantity=1)).failing == set()
    assert (await tb.enter(side="X")).failing == {"message"}
    await assert_sums(tb, 177, 30, 207 * PRICE + 70)
    await assert_sums(tb, 0, 0, 0, symbol=1)


@cocotb.test
async def test_a_market_order_counts_at_the_reference(dut) -> None:
    """Contract 7.1: price = the needed side at the decision, whatever the market does later."""
    tb = await tb_with(dut)
    assert (await tb.enter(side="B", quantity=2, price=MARKET)).failing == set()
    assert (await tb.enter(side="S", quantity=3, price=MARKET)).failing == set()
    await tb.bbo(0, 1_000, 2_000)
    await assert_sums(tb, 2, 3, 2 * 1_500_200 + 3 * 1_500_000)
    assert (await tb.modify(1, quantity=1)).record["price"] == 1_500_200


@cocotb.test
async def test_accepted(dut) -> None:
    """EXP-ACCEPTED: releases the difference, never adds; state D frees."""
    tb = await tb_with(dut, (1, "B", 100), (2, "B", 100), (3, "B", 100))
    assert seen(await tb.report("A", 1, 100)) == (1, 0, 100)
    assert seen(await tb.report("A", 1, 101)) == (1, 0, 100)
    assert seen(await tb.report("A", 2, 60)) == (1, 0, 60)
    assert seen(await tb.report("A", 3, 100, state="D")) == (1, 0, 0)
    assert seen(await tb.report("R", 3)) == (0, 0, 0)
    assert seen(await tb.report("A", 2, 0)) == (1, 0, 0)
    await assert_sums(tb, 100, 0, 100 * PRICE)


@cocotb.test
async def test_replaced(dut) -> None:
    """EXP-REPLACED: frees the original, then the new one's remaining is the quantity, more or less."""
    tb = await tb_with(dut, (1, "S", 100))
    for orig, ref, quantity in ((1, 2, 40), (2, 3, 0xFFFFFFFF)):
        await tb.replace(orig, ref=ref, quantity=50, price=PRICE)
        got = await tb.report("U", ref, quantity, orig_ref=orig)
        assert seen(got) == (1, 0, quantity)
        assert (got.record["user_ref_num"], got.record["symbol"]) == (ref, 0)
        assert seen(await tb.report("T", orig)) == (0, 0, 0)
    await assert_sums(tb, 0, 0xFFFFFFFF, 0xFFFFFFFF * PRICE)
    await tb.replace(3, ref=20, quantity=50)
    assert seen(await tb.report("U", 20, 50, orig_ref=3, state="D")) == (1, 0, 0)
    await assert_sums(tb, 0, 0, 0)
    assert tb.outcome.counters["unknown_order"] == 0


@cocotb.test
async def test_executed(dut) -> None:
    """EXP-EXECUTED: remaining, position by side, executed notional; the last share frees the order."""
    tb = await tb_with(dut, (1, "B", 100), (2, "E", 50))
    assert seen(await tb.report("E", 1, 30, price=PRICE)) == (1, 30, 70)
    assert seen(await tb.report("E", 2, 50, price=2)) == (1, -20, 0)
    assert seen(await tb.report("E", 1, 0, price=PRICE)) == (1, -20, 70)
    await assert_sums(tb, 50, 20, 100 * PRICE + 100)  # position -20 counts against longs and for shorts
    tb.limit(session_max_gross=100 * PRICE + 100)
    assert (await tb.enter(quantity=1, price=0)).failing == set()
    tb.limit(session_max_gross=100 * PRICE + 99)
    assert (await tb.enter(quantity=1, price=0)).failing == {"gross"}


@cocotb.test
async def test_canceled_modified_rejected(dut) -> None:
    """EXP-CANCELED, EXP-MODIFIED, EXP-REJECTED."""
    tb = await tb_with(dut, (1, "B", 100), (2, "S", 100), (3, "B", 100))
    assert seen(await tb.report("C", 1, 40)) == (1, 0, 60)
    assert seen(await tb.report("D", 1, 10)) == (1, 0, 50)
    assert seen(await tb.report("M", 2, 200, side=ord("T"))) == (1, 0, 200)
    await assert_sums(tb, 150, 200, 350 * PRICE)
    assert seen(await tb.report("M", 2, 7, side=ord("B"))) == (1, 0, 7)
    await assert_sums(tb, 157, 0, 157 * PRICE)
    assert (await tb.modify(2, side="B", quantity=7)).failing == set()
    assert seen(await tb.report("J", 3)) == (1, 0, 0)
    assert seen(await tb.report("M", 2, 0, side=ord("S"))) == (1, 0, 0)
    await assert_sums(tb, 50, 0, 50 * PRICE)
    for message in "RTPI":
        assert seen(await tb.report(message, 1, 9, side=ord("S"))) == (1, 0, 50)
    for message in "SQ":
        got = await tb.report(message, 1, 9)
        assert (seen(got), got.record["user_ref_num"], got.record["symbol"]) == ((0, 0, 0), 0, 0xFFFF)
    await assert_sums(tb, 50, 0, 50 * PRICE)


@cocotb.test
async def test_reductions_are_clamped(dut) -> None:
    """EXP-CLAMP: takes what there is, counted; a fill moves position and executed notional by all of it."""
    tb = await tb_with(dut, (1, "B", 100), (2, "S", 100), (3, "B", 10))
    got = await tb.report("C", 1, 101)
    assert (seen(got), got.counters["over_released"]) == ((1, 0, 0), 1)
    got = await tb.report("E", 2, 0xFFFFFFFF, price=1)
    assert (seen(got), got.counters["over_released"]) == ((1, -0xFFFFFFFF, 0), 1)
    got = await tb.report("D", 3, 10)
    assert (seen(got), got.counters["over_released"]) == ((1, -0xFFFFFFFF, 0), 0)
    await tb.command("set_position", 0, 0)
    await assert_sums(tb, 0, 0, 0xFFFFFFFF)


@cocotb.test
async def test_reports_about_unknown_orders(dut) -> None:
    """EXP-UNKNOWN: counted; E and U latch the session kill, whose Cancels follow; a U still frees its original."""
    tb = GateTB(dut)
    for message in "AUECDMJBF":
        await open_with(tb, (1, "B", 100), (2, "B", 100))
        got = await tb.report(message, 99, 10, orig_ref=98, side=ord("B"))
        assert (seen(got), got.record["symbol"], got.counters["unknown_order"]) == ((0, 0, 0), 0xFFFF, 1)
        assert got.cancels == ([1, 2] if message in "UEBF" else [])
        await tb.command("unkill", SESSION)
        await assert_sums(tb, 200, 0, 200 * PRICE)
    for message in "RTPISQ":
        got = await tb.report(message, 99)
        assert (got.counters["unknown_order"], got.cancels) == (0, [])
    got = await tb.report("U", 99, 10, orig_ref=1)
    assert (got.counters["unknown_order"], got.cancels) == (1, [2])
    await tb.command("unkill", SESSION)
    got = await tb.report("U", 2, 10, orig_ref=2)  # its own original: gone by then
    assert (seen(got), got.record["symbol"], got.counters["unknown_order"], got.cancels) == ((0, 0, 0), 0xFFFF, 1, [])
    await tb.command("unkill", SESSION)
    await assert_sums(tb, 0, 0, 0)


@cocotb.test
async def test_broken_and_corrected_trades_latch_a_kill(dut) -> None:
    """EXP-BROKEN: the symbol of a live order, and its Cancels; nothing else moves."""
    tb = GateTB(dut)
    for message in "BF":
        await open_with(tb, (1, "B", 100), (2, "S", 10))
        await tb.enter(stock="BB", ref=3)
        got = await tb.report(message, 2, 5, price=7)
        assert (seen(got), got.cancels, got.counters["unknown_order"]) == ((1, 0, 10), [1, 2], 0)
        assert (await tb.enter()).failing == {"kill"}
        assert (await tb.enter(stock="BB")).failing == set()
        assert (await tb.report(message, 2)).cancels == []  # it is on
        await tb.command("unkill", 0)
        assert (await tb.enter()).failing == set()


@cocotb.test
async def test_position_and_executed_notional_stay_at_their_ends(dut) -> None:
    """EXP ranges: position signed 64 bits, executed notional unsigned 64 bits of symbol and session."""
    tb = await tb_with(dut, (1, "B", 100), (2, "S", 100))
    for start, ref, end in (((1 << 63) - 6, 1, (1 << 63) - 1), (-(1 << 63) + 5, 2, -(1 << 63))):
        await tb.command("set_position", 0, start)
        assert (await tb.report("E", ref, 5)).record["position"] == (start + 5 if ref == 1 else start - 5)
        assert (await tb.report("E", ref, 2)).record["position"] == end
        assert (await tb.report("E", ref, 0)).record["position"] == end
    await tb.command("set_position", 0, 0)
    await tb.report("C", 1, 100)
    await tb.report("C", 2, 100)
    full = (1 << 64) - 1
    tb.limit(sym_max_gross=full, session_max_gross=full)
    fills = [(3, 5, full - 15, full), (3, 5, full - 14, full), (2, 1 << 62, 7, (1 << 63) + 7), (0xFFFFFFFF, full, 0, full)]
    for quantity, price, start, end in fills:
        for symbol in (0, WHOLE):
            await tb.command("set_executed", symbol, start)
        assert (await tb.enter(quantity=1, price=0)).failing == set()
        await tb.report("E", tb.ref, quantity, price=price)
        for name in ("sym_max_gross", "session_max_gross"):
            tb.limit(**{name: end - 1})
            assert (await tb.enter(quantity=1, price=0)).failing == {"gross"}
            tb.limit(**{name: full})
        assert (await tb.enter(quantity=1, price=0)).failing == set()
        await tb.command("release_order", 0, tb.ref)


@cocotb.test
async def test_open_sums_are_exact_with_a_full_table(dut) -> None:
    """Sums of open orders: 1,024 orders of 2^32 - 1 shares at the highest price are more than 64 bits."""
    tb = GateTB(dut)
    await tb.open()
    tb.limit(session_max_gross=(1 << 64) - 1, sym_max_gross=(1 << 64) - 1)
    top = 1_999_999_900
    for ref in (1, 2, 3):
        assert (await tb.enter(ref=ref, side="S", quantity=1, price=top)).failing == set()
        assert seen(await tb.report("M", ref, 0xFFFFFFFF, side=ord("S"))) == (1, 0, 0xFFFFFFFF)
    assert (await tb.enter(ref=4, side="S", quantity=1, price=0)).failing == {"gross"}  # 3 x 8.59e18 is above 2^64
    for ref in (1, 2, 3):
        await tb.report("M", ref, 1, side=ord("S"))
    await assert_sums(tb, 0, 3, 3 * top)
    for ref in range(0x104, 0x104 + 1021):  # with 1 to 3 four of every set
        assert (await tb.enter(ref=ref, side="S", quantity=1, price=top)).failing == set()
        await tb.report("M", ref, 1_000, side=ord("S"))
    assert (await tb.enter(ref=0x1000, side="S")).failing == {"open_orders"}
    for ref in range(0x104, 0x104 + 1021):
        await tb.report("J", ref)
    await assert_sums(tb, 0, 3, 3 * top)


@cocotb.test
async def test_orders_can_be_released_by_hand(dut) -> None:
    """CTRL-RELEASE: by user_ref_num, all 64 bits of it; exposure belongs to the index, commits leave it alone."""
    tb = await tb_with(dut, (1, "B", 100), (2, "B", 50))
    await tb.command("release_order", 0xFFFF, (1 << 32) + 1)
    await tb.command("release_order", 0xFFFF, 3)
    await tb.commit(["AA", "BB"], restart=0)
    await tb.feed_command("session_reset")
    await tb.record(4, 0, state="TT0Q")
    await tb.bbo()
    await assert_sums(tb, 150, 0, 150 * PRICE)
    got = await tb.command("release_order", 1, 1)
    assert {name: got.record[name] for name in ("kind", "op", "symbol", "value", "sequence", "flags")} == {
        "kind": "CONTROL", "op": 9, "symbol": 1, "value": 1, "sequence": 0, "flags": 0
    }  # fmt: skip
    await assert_sums(tb, 50, 0, 50 * PRICE)
