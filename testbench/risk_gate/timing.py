# SPDX-License-Identifier: Apache-2.0
"""risk_gate: clocks. Latency, rate, order of processing, what a decision sees, slow outputs, reset."""

from __future__ import annotations

from itertools import pairwise

import cocotb

from testbench.risk_gate.driver import GateTB, spaces

DECISION_CLK = 6  # hdl/README.md, latency budget: cli taken to xo_valid
ENTER = {"kind": 1, "packet_type": ord("U"), "message_type": ord("O"), "length": 48, "side": ord("B"), "quantity": 1, "price": 1_500_000}
ENTER |= {"tif": ord("0"), "display": ord("Y"), "capacity": ord("P"), "iso": ord("N"), "cross": ord("N"), "stock": spaces("AA")}
PERIOD_CLK = 6


@cocotb.test
async def test_an_enter_every_seven_clocks(dut) -> None:
    """Contract 9: sustained; the gate itself takes one every 6 clk."""
    tb = GateTB(dut)
    await tb.open()
    tb.drive(**{f"cli_{name}": value for name, value in ENTER.items()}, cli_valid=1)
    taken = []
    for ref in range(1, 201):
        tb.drive(cli_ref=ref)
        tb.outcome.taken = -1
        while tb.outcome.taken < 0:
            await tb.step()
        taken.append(tb.outcome.taken)
    assert {later - earlier for earlier, later in pairwise(taken)} == {PERIOD_CLK}
    tb.drive(cli_valid=0)
    for _ in range(8):
        await tb.step()
    assert tb.outcome.counters["orders_forwarded"] == 200
    assert [x["kind"] for x in tb.outcome.xo] == [0] * 200


@cocotb.test
async def test_the_latency_is_one_number_for_whatever_is_forwarded(dut) -> None:
    """hdl/README.md, latency budget: O, U, M, market, rejected or not, first or last way; packets that pass are faster."""
    tb = GateTB(dut)
    await tb.open()
    for ref in (1, 0x101, 0x201, 0x301):
        got = await tb.enter(ref=ref, stock="AA" if ref & 0x100 else "BB", price=0x7FFFFFFF)
        assert (got.failing, got.sent - got.taken, got.recorded - got.taken) == (set(), DECISION_CLK, DECISION_CLK)
    for got in (await tb.replace(0x301), await tb.modify(1, quantity=1), await tb.enter(ref=0x401), await tb.enter(stock="ZZ")):
        assert (got.sent - got.taken, got.recorded - got.taken) == (DECISION_CLK, DECISION_CLK)
    got = await tb.pass_packet("U", "X", length=10, ref=1)
    assert (got.sent - got.taken, got.recorded - got.taken) == (2, 6)
    for message, clocks in (("A", 6), ("E", 6), ("U", 12)):
        got = await tb.report(message, 1, 1, orig_ref=0x301)
        assert got.recorded - got.taken == clocks


@cocotb.test
async def test_control_goes_before_the_exchange_and_that_before_the_client(dut) -> None:
    """Contract 8: the order of processing when all three wait; stamps say so."""
    tb = GateTB(dut)
    await tb.open()
    tb.drive(**{f"cli_{name}": value for name, value in ENTER.items()}, cli_valid=1, cli_ref=1)
    tb.drive(exc_valid=1, exc_kind=0, exc_packet_type=ord("H"))
    tb.drive(ctl_valid=1, ctl_op=10)
    order = []
    for _ in range(24):
        taken, recorded = tb.outcome.taken, tb.outcome.recorded
        await tb.step()
        if tb.outcome.taken != taken:
            port = next(port for port in ("ctl", "exc", "cli") if tb.driven[f"{port}_valid"])
            tb.drive(**{f"{port}_valid": 0})
        if tb.outcome.recorded != recorded:
            order.append((tb.outcome.record["kind"], int(tb.outcome.record["stamp"]) & 0xFF))
    assert order == [("CONTROL", 0x01), ("REPORT", 0x40), ("DECISION", 0xC0)]


async def happen(tb: GateTB, what: str) -> None:
    """One clock in which something happens that an order must or must not see."""
    if what == "reference":
        await tb.bbo(flags=1)
    elif what == "trading_state":
        await tb.record(4, 0, state="HT0Q")
    elif what == "symbol":
        await tb.commit(["AA", "BB"], enabled=2, restart=0)
    elif what == "quantity":
        await tb.commit(["AA", "BB"], restart=0)
        tb.limit(sym_max_shares=0)  # effective at the end of the commit's clock
    else:
        await tb.step()


@cocotb.test
async def test_an_order_sees_the_market_and_the_limits_of_its_stamp(dut) -> None:
    """hdl/README.md, stamps: every record and commit up to the clock of its stamp, which is the clock behind the taking, and no later."""
    tb = GateTB(dut)
    for offset in range(-2, 4):  # so many clocks behind the taking
        for what in ("reference", "trading_state", "symbol", "quantity"):
            await tb.open()
            tb.drive(**{f"cli_{name}": value for name, value in ENTER.items()}, cli_ref=1)
            for clock in range(-3, 12):
                tb.drive(cli_valid=int(clock == 0))
                await happen(tb, what if clock == offset else "")
            assert tb.outcome.record["failing"] == ({what} if offset <= 1 else set()), (what, offset)


@cocotb.test
async def test_nothing_is_lost_when_the_outputs_are_slow(dut) -> None:
    """Order of output, no decision without its record: with every output ready now and then only."""
    tb = GateTB(dut)
    await tb.open()
    tb.limit(sym_max_shares=50)
    decided = []
    tb.drive(**{f"cli_{name}": value for name, value in ENTER.items()}, cli_valid=1)
    ref = clock = 0
    while len(decided) < 60:
        if tb.outcome.taken >= 0 or not ref:
            ref += 1
            tb.drive(cli_ref=ref, cli_quantity=50 + ref % 3 // 2)
            tb.outcome.taken = -1
        tb.drive(xo_ready=int(clock % 7 == 0), co_ready=int(clock % 5 == 0), orec_ready=int(clock % 11 < 2))
        clock += 1
        recorded = tb.outcome.recorded
        await tb.step()
        if tb.outcome.recorded != recorded:
            decided.append((tb.outcome.record["user_ref_num"], tb.outcome.record["verdict"]))
    tb.drive(cli_valid=0, xo_ready=1, co_ready=1, orec_ready=1)
    for _ in range(20):
        await tb.step()
    assert decided == [(ref, int(ref % 3 != 2)) for ref in range(1, 61)]
    assert [x["kind"] for x in tb.outcome.xo][:60] == [int(ref % 3 == 2) for ref in range(1, 61)]
    rejected = [x["ref"] for x in tb.outcome.co]
    assert rejected[:20] == list(range(2, 61, 3))
    for port in ("xo_ready", "co_ready", "orec_ready"):
        tb.drive(**{port: 0}, cli_valid=1, ctl_valid=1, exc_valid=1)
        tb.outcome.taken = -1
        for _ in range(20):
            await tb.step()
        assert tb.outcome.taken == -1, port
        tb.drive(**{port: 1}, cli_valid=0, ctl_valid=0, exc_valid=0)


@cocotb.test
async def test_a_kill_walks_a_full_table_while_the_exchange_is_slow(dut) -> None:
    """KILL-CANCEL: 1,024 Cancels in order, 2 clk each, and nothing is decided before the last one is out."""
    tb = GateTB(dut)
    await tb.open()
    for ref in range(1, 1025):
        assert (await tb.enter(ref=ref)).failing == set()
    got = await tb.command("kill", 0xFFFF)
    assert got.cancels == list(range(1, 1025))
    assert tb.cycle - got.taken < 2 * 1024 + 16
    await tb.command("unkill", 0xFFFF)
    tb.outcome.xo.clear()
    tb.drive(ctl_valid=1, ctl_op=5, ctl_symbol=0)
    await tb.step()
    tb.drive(ctl_valid=0, cli_valid=1, **{f"cli_{name}": value for name, value in ENTER.items()}, cli_ref=2000)
    for clock in range(6 * 1024):
        tb.drive(xo_ready=int(clock % 5 == 0))
        await tb.step()
        if tb.outcome.taken == tb.cycle - 1 and clock:
            break
    assert [x["ref"] for x in tb.outcome.xo] == list(range(1, 1025))


@cocotb.test
async def test_inputs_wait_until_the_memories_are_cleared(dut) -> None:
    """Contract 10: ready is low while memories initialise."""
    tb = GateTB(dut)
    await tb.start(ready=False)
    assert dut.ready.value == 0
    tb.drive(cli_valid=1, ctl_valid=1, exc_valid=1)
    clocks = 0
    while not dut.ready.value:
        await tb.step()
        assert tb.outcome.taken == -1 or dut.ready.value
        clocks += 1
    assert clocks <= 260
    await tb.step()
    assert tb.outcome.taken == tb.cycle - 1
