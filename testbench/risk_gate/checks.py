# SPDX-License-Identifier: Apache-2.0
"""risk_gate: every numeric check below, at and above its limit (contract 7). Prices in 1e-4; the reference is 150.00 x 150.02."""

from __future__ import annotations

import cocotb

from testbench.risk_gate.driver import ALL, MARKET, GateTB

BID, ASK = 1_500_000, 1_500_200


async def verdict(tb: GateTB, **order: int | str) -> set[str]:
    """Failing checks of an Enter that leaves no exposure behind."""
    failing = (await tb.enter(**order)).failing
    if not failing:
        await tb.command("release_order", 0, tb.ref)
    return failing


@cocotb.test
async def test_quantity(dut) -> None:
    """RISK-QUANTITY, and RISK-MESSAGE's ends of quantity."""
    tb = GateTB(dut)
    await tb.open()
    tb.limit(sym_max_shares=100)
    assert [await verdict(tb, quantity=n) for n in (99, 100, 101)] == [set(), set(), {"quantity"}]
    tb.limit(sym_max_shares=0xFFFFFFFF)
    for quantity, failing in ((0, {"message"}), (1, set()), (999_999, set()), (1_000_000, {"message"}), (0xFFFFFFFF, {"message"})):
        assert await verdict(tb, quantity=quantity) == failing
    tb.limit(1, sym_max_shares=0)
    assert [await verdict(tb, stock=stock, quantity=1) for stock in ("AA", "BB")] == [set(), {"quantity"}]


@cocotb.test
async def test_value(dut) -> None:
    """RISK-VALUE: exact far above 32 bits; a market order at the side it takes from."""
    tb = GateTB(dut)
    await tb.open()
    for limit, failing in ((150_000_001, set()), (150_000_000, set()), (149_999_999, {"value"})):
        tb.limit(sym_max_notional=limit)
        assert await verdict(tb, quantity=100, price=1_500_000) == failing
    most = {"side": "S", "quantity": 999_999, "price": 1_999_999_900}
    for limit, failing in ((1_999_997_900_000_100, set()), (1_999_997_900_000_099, {"value"})):
        tb.limit(sym_max_notional=limit)
        assert await verdict(tb, **most) == failing
    for side, notional in (("B", 10 * ASK), ("S", 10 * BID), ("T", 10 * BID)):
        tb.limit(sym_max_notional=notional)
        assert await verdict(tb, side=side, quantity=10, price=MARKET) == set()
        tb.limit(sym_max_notional=notional - 1)
        assert await verdict(tb, side=side, quantity=10, price=MARKET) == {"value"}


@cocotb.test
async def test_collar(dut) -> None:
    """RISK-COLLAR: exact fractions, never below 0, no market orders."""
    tb = GateTB(dut)
    await tb.open()
    tb.limit(sym_collar_bps=100)
    assert [await verdict(tb, side="B", price=p) for p in (1_515_201, 1_515_202, 1_515_203)] == [set(), set(), {"collar"}]
    assert [await verdict(tb, side="S", price=p) for p in (1_485_001, 1_485_000, 1_484_999)] == [set(), set(), {"collar"}]
    await tb.bbo(0, 1_500_001, 1_500_201)  # bounds 1,485,000.99 and 1,515,203.01
    assert [await verdict(tb, side="B", price=p) for p in (1_515_203, 1_515_204)] == [set(), {"collar"}]
    assert [await verdict(tb, side="E", price=p) for p in (1_485_001, 1_485_000)] == [set(), {"collar"}]
    tb.limit(sym_collar_bps=0)
    assert [await verdict(tb, side="B", price=p) for p in (1, 1_500_201, 1_500_202, MARKET)] == [set(), set(), {"collar"}, set()]
    assert [await verdict(tb, side="S", price=p) for p in (1_999_999_900, 1_500_001, 1_500_000)] == [set(), set(), {"collar"}]
    tb.limit(sym_collar_bps=9_999)
    assert [await verdict(tb, side="S", price=p) for p in (151, 150)] == [set(), {"collar"}]  # bound 150.0001
    for bps in (10_000, 10_001, 65_535):
        tb.limit(sym_collar_bps=bps)
        assert await verdict(tb, side="S", price=0) == set()
    await tb.bbo(0, 4_294_967_294, 4_294_967_295)
    tb.limit(sym_collar_bps=65_535)
    assert await verdict(tb, side="B", price=1_999_999_900) == set()


@cocotb.test
async def test_reference_age(dut) -> None:
    """RISK-REFERENCE: age by the record's own time."""
    tb = GateTB(dut)
    await tb.open()
    tb.limit(sym_max_reference_age=500)
    tb.time_ns = 2_000
    await tb.bbo(0, BID, ASK, time_ns=1_000)
    for tb.time_ns, failing in ((1_499, set()), (1_500, set()), (1_501, {"reference"})):
        assert await verdict(tb) == failing
    await tb.bbo(0, BID, ASK, time_ns=1_501)
    tb.limit(sym_max_reference_age=0)
    assert await verdict(tb) == set()


@cocotb.test
async def test_rate(dut) -> None:
    """RISK-RATE: burst, one token a token_ns, taken by rejected orders, too; 0 never passes."""
    tb = GateTB(dut)
    await tb.open()
    tb.limit(burst=2, token_ns=100)
    tb.time_ns = 1_000
    assert [await verdict(tb) for _ in range(3)] == [set(), set(), {"rate"}]
    for tb.time_ns, failing in ((1_099, {"rate"}), (1_100, set()), (1_100, {"rate"}), (1_199, {"rate"}), (1_200, set())):
        assert await verdict(tb) == failing
    for tb.time_ns, failing in ((1_300, {"message"}), (1_300, {"rate"}), (10_000, set()), (10_000, set()), (10_000, {"rate"})):
        assert await verdict(tb, quantity=0 if failing == {"message"} else 1) == failing
    tb.time_ns = 20_000
    tb.limit(burst=0)
    assert await verdict(tb) == {"rate"}
    tb.limit(burst=1, token_ns=0)
    assert [await verdict(tb) for _ in range(3)] == [set()] * 3
    tb.time_ns = 30_000
    tb.limit(burst=0xFFFF, token_ns=0xFFFFFFFF)
    assert await verdict(tb) == set()
    tb.limit(burst=1)
    for tb.time_ns, failing in ((30_000 + 0xFFFFFFFE, {"rate"}), (30_000 + 0xFFFFFFFF, set())):
        assert await verdict(tb) == failing


@cocotb.test
async def test_cancels_of_the_client_take_tokens_but_never_too_many(dut) -> None:
    """RISK-RATE-TAKE: an X is never rejected, and pushes tat at most to now + burst x token_ns."""
    tb = GateTB(dut)
    await tb.open()
    tb.limit(burst=2, token_ns=100)
    tb.time_ns = 1_000
    for _ in range(5):
        got = await tb.pass_packet("U", "X", length=10, ref=1)
        assert [x["kind"] for x in got.xo] == [0]
    await tb.pass_packet("U", "Q", length=2)
    await tb.pass_packet("R")
    for tb.time_ns, failing in ((1_099, {"rate"}), (1_100, set()), (1_100, {"rate"})):
        assert await verdict(tb) == failing


@cocotb.test
async def test_duplicate(dut) -> None:
    """RISK-DUPLICATE: symbol, side, price and quantity of the last 16 forwarded Enters; younger than the window."""
    tb = GateTB(dut)
    await tb.open()
    tb.limit(duplicate_window=500)
    tb.time_ns = 1_000
    assert await verdict(tb) == set()
    for tb.time_ns, failing in ((1_000, {"duplicate"}), (1_499, {"duplicate"}), (1_500, set()), (1_999, {"duplicate"})):
        assert await verdict(tb) == failing
    for other in ({"stock": "BB"}, {"side": "S"}, {"price": 1_500_001}, {"quantity": 101}):
        assert await verdict(tb, **other) == set()
        assert await verdict(tb, **other) == {"duplicate"}
    for n in range(11):
        assert await verdict(tb, quantity=500 + n) == set()
    assert await verdict(tb) == {"duplicate"}  # 15 others since
    assert await verdict(tb, quantity=600) == set()
    assert await verdict(tb) == set()  # 16 others since
    got = await tb.replace(tb.ref, price=1_400_000)
    assert got.failing == {"symbol"}  # released: unknown
    assert (await tb.enter(quantity=7)).failing == set()
    assert (await tb.replace(tb.ref, quantity=7)).failing == set()  # a Replace neither asks nor counts
    assert (await tb.enter(quantity=7, price=1_499_999)).failing == set()
    tb.limit(duplicate_window=0)
    assert (await tb.enter(quantity=7)).failing == set()


@cocotb.test
async def test_position(dut) -> None:
    """RISK-POSITION: position, open orders of that side and this one; 64 bits and their ends."""
    tb = GateTB(dut)
    await tb.open()
    await tb.command("set_position", 0, 500)
    assert (await tb.enter(side="B", quantity=200)).failing == set()
    assert (await tb.enter(side="S", quantity=50)).failing == set()
    for limit, failing in ((801, set()), (800, set()), (799, {"position"})):
        tb.limit(sym_max_long=limit)
        assert await verdict(tb, side="B", quantity=100) == failing
    tb.limit(sym_max_long=0)
    for position, limit, failing in ((-500, 650, set()), (-500, 649, {"position"}), (149, 1, set()), (149, 0, {"position"})):
        await tb.command("set_position", 0, position)
        tb.limit(sym_max_short=limit)
        assert await verdict(tb, side="T", quantity=100) == failing
    await tb.command("set_position", 1, (1 << 63) - 1)
    for limit, failing in ((1 << 63, set()), ((1 << 63) - 1, {"position"})):
        tb.limit(1, sym_max_long=limit)
        assert await verdict(tb, stock="BB", quantity=1) == failing
    await tb.command("set_position", 1, -(1 << 63))
    for limit, failing in (((1 << 63) + 1, set()), (1 << 63, {"position"})):
        tb.limit(1, sym_max_short=limit)
        assert await verdict(tb, stock="BB", side="S", quantity=1) == failing
    tb.limit(1, sym_max_long=0)
    assert await verdict(tb, stock="BB", side="B", quantity=999_999) == set()


@cocotb.test
async def test_gross(dut) -> None:
    """RISK-GROSS: open, executed and this order's value, of the symbol and of the session."""
    tb = GateTB(dut)
    await tb.open()
    await tb.command("set_executed", 0, 1_000)
    await tb.command("set_executed", 0xFFFF, 2_000)
    assert (await tb.enter(side="S", quantity=10, price=1_500_000)).failing == set()  # 15,000,000 open
    assert (await tb.enter(stock="BB", quantity=1, price=1_500_000)).failing == set()  # 1,500,000 of another symbol
    for limit, failing in ((15_001_501, set()), (15_001_500, set()), (15_001_499, {"gross"})):
        tb.limit(0, sym_max_gross=limit)
        assert await verdict(tb, quantity=5, price=100) == failing
    tb.limit(0, sym_max_gross=ALL)
    for limit, failing in ((16_502_501, set()), (16_502_500, set()), (16_502_499, {"gross"})):
        tb.limit(session_max_gross=limit)
        assert await verdict(tb, quantity=5, price=100) == failing
    tb.limit(session_max_gross=16_502_000 + 3 * ASK)
    assert await verdict(tb, quantity=3, price=MARKET) == set()
    tb.limit(session_max_gross=16_502_000 + 3 * ASK - 1)
    assert await verdict(tb, quantity=3, price=MARKET) == {"gross"}
    tb.limit(session_max_gross=(1 << 64) - 1, sym_max_gross=(1 << 64) - 1)
    await tb.command("set_executed", 0, (1 << 64) - 1)
    assert await verdict(tb, quantity=1, price=0) == {"gross"}  # 15,000,000 are open
    await tb.command("set_executed", 0, (1 << 64) - 1 - 15_000_005)
    assert [await verdict(tb, quantity=5, price=p) for p in (1, 2)] == [set(), {"gross"}]


@cocotb.test
async def test_open_orders(dut) -> None:
    """RISK-OPEN: live orders, and four places of 256 sets by the low byte of user_ref_num."""
    tb = GateTB(dut)
    await tb.open()
    tb.limit(max_open_orders=2)
    assert [(await tb.enter()).failing for _ in range(3)] == [set(), set(), {"open_orders"}]
    assert (await tb.replace(1)).failing == {"open_orders"}
    await tb.command("release_order", 0, 1)
    assert [(await tb.enter()).failing for _ in range(2)] == [set(), {"open_orders"}]
    tb.limit(max_open_orders=0xFFFF)
    for ref in (0x105, 0x205, 0x305, 0x405):
        assert (await tb.enter(ref=ref)).failing == (set() if ref != 0x405 else {"open_orders"})  # 5 lives from above
    assert (await tb.enter(ref=0x406)).failing == set()
    assert (await tb.replace(0x406, ref=0x505)).failing == {"open_orders"}
    await tb.command("release_order", 0, 0x205)
    assert (await tb.replace(0x406, ref=0x605)).failing == set()


@cocotb.test
async def test_short_sale_price(dut) -> None:
    """RISK-SHORT: under reg_sho 1 and 2 a T has to be above the bid; E and S need not."""
    tb = GateTB(dut)
    await tb.open()
    for reg_sho in "12":
        await tb.record(4, 0, state=f"TT{reg_sho}Q")
        assert [await verdict(tb, side="T", price=p) for p in (BID - 1, BID, BID + 1, MARKET)] == [
            {"short_sale"},
            {"short_sale"},
            set(),
            {"short_sale"},
        ]
        assert [await verdict(tb, side=side, price=BID) for side in "BSE"] == [set()] * 3
    await tb.record(4, 0, state="TT0Q")
    assert [await verdict(tb, side="T", price=p) for p in (1, BID, MARKET)] == [set()] * 3
    tb.limit(sym_short_ok=0)
    assert [await verdict(tb, side=side) for side in "BSTE"] == [set(), set(), {"short_sale"}, {"short_sale"}]


@cocotb.test
async def test_executions(dut) -> None:
    """RISK-EXECUTIONS, RISK-LATCH: more than max fills younger than the window; the fill that goes beyond latches the symbol's kill."""
    tb = GateTB(dut)
    await tb.open()
    assert (await tb.enter(ref=1, quantity=900)).failing == set()
    assert (await tb.enter(ref=2, stock="BB")).failing == set()
    tb.limit(sym_max_executions=2, sym_execution_window=100)
    for tb.time_ns in (1_000, 1_010):
        assert (await tb.report("E", 1, 1)).cancels == []
    assert await verdict(tb) == set()
    tb.time_ns = 1_099
    assert (await tb.report("E", 1, 1)).cancels == [1]  # the third within 100 ns
    assert await verdict(tb) == {"kill", "executions"}
    assert await verdict(tb, stock="BB") == set()
    await tb.command("unkill", 0)
    assert await verdict(tb) == {"executions"}
    tb.time_ns = 1_100
    assert await verdict(tb) == set()
    tb.limit(sym_max_executions=1)
    for tb.time_ns, failing in ((1_109, {"executions"}), (1_110, set())):
        assert await verdict(tb) == failing
    tb.limit(sym_max_executions=0)
    for tb.time_ns, failing in ((1_198, {"executions"}), (1_199, set())):
        assert await verdict(tb) == failing
    assert (await tb.report("E", 1, 1)).cancels == [1]
    tb.limit(sym_execution_window=0)
    await tb.command("unkill", 0)
    assert (await tb.report("E", 1, 1)).cancels == []
    assert await verdict(tb) == set()
    tb.limit(sym_max_executions=255, sym_execution_window=ALL)
    tb.time_ns = 2_000
    for n in range(255 - 5):
        assert (await tb.report("E", 1, 1)).cancels == [], n
    assert await verdict(tb) == set()
    assert (await tb.report("E", 1, 1)).cancels == [1]  # 256
    assert await verdict(tb) == {"kill", "executions"}
