# SPDX-License-Identifier: Apache-2.0
"""risk_gate: the checks that are about values rather than limits, and which failing checks hide which (contract 7)."""

from __future__ import annotations

import cocotb

from testbench.risk_gate.checks import verdict
from testbench.risk_gate.driver import MARKET, SESSION, WHOLE, GateTB, spaces

BYTES = range(256)


def refused(good: str) -> list[int]:
    """All bytes but those."""
    return [byte for byte in BYTES if chr(byte) not in good]


@cocotb.test
async def test_kills(dut) -> None:
    """RISK-KILL: global, session, symbol's own; exchange down or closed."""
    tb = GateTB(dut)
    await tb.open()
    for symbol, hit in ((WHOLE, {"AA", "BB"}), (SESSION, {"AA", "BB"}), (0, {"AA"}), (1, {"BB"}), (2, set()), (3, set()), (0xFFFD, set())):
        await tb.command("kill", symbol)
        assert [await verdict(tb, stock=stock) for stock in ("AA", "BB")] == [{"kill"} if stock in hit else set() for stock in ("AA", "BB")]
        await tb.command("unkill", symbol)
        assert [await verdict(tb, stock=stock) for stock in ("AA", "BB")] == [set(), set()]
    for trouble in (tb.exchange_link(0), tb.error("exc", 2)):
        await trouble
        await tb.command("unkill", SESSION)
        assert await verdict(tb) == {"kill"}
        await tb.exchange_link(1)
        assert await verdict(tb) == set()


@cocotb.test
async def test_the_dead_mans_switch_waits_for_control_records(dut) -> None:
    """RISK-KILL: now - time of the last CONTROL record, of the feed's commands, too."""
    tb = GateTB(dut)
    await tb.open()
    tb.limit(dead_man_ns=1_000)
    for tb.time_ns, failing in ((1_000, set()), (2_000, set()), (3_001, {"kill"})):
        assert (await tb.enter()).failing == failing
        if not failing:
            await tb.command("alive")
    await tb.feed_command("book_trust", 0, time_ns=2_501)
    for tb.time_ns, failing in ((3_501, set()), (3_502, {"kill"})):
        assert (await tb.enter()).failing == failing
    await tb.bbo()
    assert (await tb.enter()).failing == {"kill"}


@cocotb.test
async def test_symbols(dut) -> None:
    """RISK-SYMBOL: unknown, not enabled, restricted; the lowest enabled index of a stock, by the last commit's record."""
    tb = GateTB(dut)
    await tb.open()
    for stock in ("CC", "", "aa", "AA X"):
        got = await tb.enter(stock=stock)
        assert (got.failing, got.record["symbol"]) == ({"symbol"}, 0xFFFF)
        assert (got.record["reference_bid"], got.record["reference_ask"]) == (0, 0)
    tb.limit(0, sym_restricted=1)
    assert [await verdict(tb, stock=stock) for stock in ("AA", "BB")] == [{"symbol"}, set()]
    tb.limit(0, sym_restricted=0)
    tb.drive(cfg_sym_enabled=0b110, cfg_sym_stock=sum(spaces("AA") << 64 * i for i in range(3)), cfg_sym_restart=0)
    assert await verdict(tb) == set()  # no record yet
    await tb.feed_command("commit")
    got = await tb.enter()
    assert (got.failing, got.record["symbol"]) == (set(), 1)


@cocotb.test
async def test_messages(dut) -> None:
    """RISK-MESSAGE: every byte of every coded field, and the ends of the price."""
    tb = GateTB(dut)
    await tb.open()
    await tb.enter(ref=1)
    tb.limit(sym_max_notional=0, sym_max_shares=0)  # so that a good message fails, too, and leaves nothing
    coded = {"side": "BSTE", "tif": "0356E", "display": "YNAZ", "capacity": "APRO", "iso": "YN", "cross": "NOCHSREA"}
    for name, good in coded.items():
        for byte in BYTES:
            order = {"side": chr(byte)} if name == "side" else {name: byte}
            expected = {"quantity", "value"} if byte in map(ord, good) else {"message"}
            if byte < 128:
                assert (await tb.enter(**order)).failing == expected, (name, byte)
            if name in ("tif", "display", "iso"):
                assert (await tb.replace(1, **order)).failing == expected, (name, byte)
    for name in ("capacity", "cross"):
        assert (await tb.replace(1, **{name: 0})).failing == {"quantity", "value"}
    tb.limit(sym_max_notional=(1 << 64) - 1, sym_max_shares=100)
    for price, failing in ((1_999_999_900, set()), (1_999_999_901, {"message"}), (MARKET - 1, {"message"}), (MARKET, set()), (MARKET + 1, {"message"})):
        assert await verdict(tb, side="S", price=price) == failing
        assert (await tb.replace(1, price=price)).failing - {"collar"} == failing
    for price in (1 << 32, (1 << 32) + MARKET, 1 << 63):
        assert await verdict(tb, price=price) == {"message"}


@cocotb.test
async def test_modifies(dut) -> None:
    """RISK-MESSAGE of an M: not above what remains, not across the sides; side and quantity as of any order."""
    tb = GateTB(dut)
    await tb.open()
    await tb.enter(ref=1, side="S", quantity=100)
    for quantity, failing in ((0, {"message"}), (1, set()), (100, set()), (101, {"message"})):
        assert (await tb.modify(1, side="S", quantity=quantity)).failing == failing
    for side, failing in (("S", set()), ("T", set()), ("E", set()), ("B", {"message"}), ("X", {"message"})):
        assert (await tb.modify(1, side=side)).failing == failing
    await tb.enter(ref=2, side="B", quantity=100)
    assert [(await tb.modify(2, side=side)).failing for side in "BSTE"] == [set(), {"message"}, {"message"}, {"message"}]
    got = await tb.modify(2)
    assert (got.record["price"], got.record["side"], got.record["symbol"]) == (1_500_000, "B", 0)
    await tb.bbo(0, 1_400_000, 1_400_200)
    tb.limit(sym_collar_bps=0)
    assert (await tb.modify(2)).failing == {"collar"}  # by the stored price
    tb.limit(sym_collar_bps=0xFFFF, sym_max_long=0, sym_max_gross=0)
    assert (await tb.modify(2)).failing == {"position", "gross"}  # what is open counts, nothing is added
    tb.limit(sym_max_long=100, sym_max_gross=300_000_000)
    assert (await tb.modify(2)).failing == set()
    got = await tb.modify(2, quantity=101)
    assert got.co == [{"kind": 2, "time_ns": 0, "ref": 2, "reason": 0x8002, "clordid": spaces("", 14)}]


@cocotb.test
async def test_sequence(dut) -> None:
    """RISK-SEQUENCE: above every O and U before it, rejected or not; over reconnects."""
    tb = GateTB(dut)
    await tb.open()
    steps = [("O", 0), ("O", 5), ("O", 5), ("O", 4), ("U", 6), ("U", 6), ("U", 5), ("O", 0x80000000), ("O", 0x7FFFFFFF), ("O", 0xFFFFFFFF), ("O", 0xFFFFFFFF)]
    good = [False, True, False, False, True, False, False, True, False, True, False]
    for (kind, ref), passes in zip(steps, good, strict=True):
        got = await (tb.enter(ref=ref) if kind == "O" else tb.replace(5, ref=ref))
        assert got.failing == (set() if passes else {"sequence"}), (kind, ref)
    await tb.client_link(0)
    await tb.client_link(1)
    assert (await tb.enter(ref=7)).failing == {"sequence"}


@cocotb.test
async def test_a_rejected_number_counts_for_the_sequence(dut) -> None:
    """RISK-SEQUENCE: an unknown symbol's number, too, but not that of an M or X."""
    tb = GateTB(dut)
    await tb.open()
    assert (await tb.enter(ref=10, stock="ZZ")).failing == {"symbol"}
    assert (await tb.enter(ref=10)).failing == {"sequence"}
    assert (await tb.modify(50)).failing == {"symbol"}
    await tb.pass_packet("U", "X", length=10, ref=60)
    assert (await tb.replace(99, ref=11)).failing == {"symbol"}
    assert (await tb.enter(ref=11)).failing == {"sequence"}
    assert (await tb.enter(ref=12)).failing == set()


@cocotb.test
async def test_references(dut) -> None:
    """RISK-REFERENCE: needed side, flags, gaps until trust and the BBO behind it, resets."""
    tb = GateTB(dut)
    await tb.open()
    await tb.bbo(0, 0, 1_500_200)
    assert [await verdict(tb, side=side) for side in "BS"] == [set(), {"reference"}]
    await tb.bbo(0, 1_500_000, 0)
    assert [await verdict(tb, side=side) for side in "BS"] == [{"reference"}, set()]
    for flag in (1, 2, 4, 8):
        await tb.bbo(flags=flag)
        assert [await verdict(tb, side=side) for side in "BS"] == [{"reference"}] * 2
        assert await verdict(tb, stock="BB") == set()
    await tb.bbo()
    await tb.record(2)
    assert [await verdict(tb, stock=stock) for stock in ("AA", "BB")] == [{"reference"}] * 2
    for symbol in (1, 2, 3, 0xFFFF):
        await tb.feed_command("book_trust", symbol)
    assert [await verdict(tb, stock=stock) for stock in ("AA", "BB")] == [{"reference"}, set()]
    await tb.bbo(flags=2)
    await tb.feed_command("book_trust", 0)
    assert await verdict(tb) == {"reference"}  # its last BBO still says stale
    await tb.bbo()
    assert await verdict(tb) == set()
    await tb.feed_command("book_clear", 0)
    assert await verdict(tb) == set()
    await tb.commit(["AA", "BB"], restart=2)
    assert [await verdict(tb, stock=stock) for stock in ("AA", "BB")] == [set(), {"reference", "trading_state"}]
    await tb.feed_command("session_reset")
    got = await tb.enter()
    assert got.failing == {"reference", "trading_state"}
    assert (got.record["reference_bid"], got.record["reference_ask"]) == (0, 0)


@cocotb.test
async def test_trading_states(dut) -> None:
    """RISK-STATE: trading_state, halt, and the phase that must be allowed."""
    tb = GateTB(dut)
    await tb.open()
    for byte in refused("T\0"):
        if byte < 128:
            for state in (f"{chr(byte)}T0Q", f"T{chr(byte)}0Q"):
                await tb.record(4, 0, state=state)
                assert await verdict(tb) == {"trading_state"}
    await tb.record(4, 0, state="TT0Q")
    assert await verdict(tb) == set()
    for bit, phase in enumerate("OSQMEC"):
        await tb.record(4, state=f"   {phase}")
        tb.limit(allowed_phases=1 << bit)
        assert await verdict(tb) == set()
        tb.limit(allowed_phases=0x3F ^ 1 << bit)
        assert await verdict(tb) == {"trading_state"}
    tb.limit(allowed_phases=0x3F)
    for phase in " XqT":
        await tb.record(4, 1, state=f"TT0{phase}")
        assert [await verdict(tb, stock=stock) for stock in ("AA", "BB")] == [{"trading_state"}] * 2


@cocotb.test
async def test_types(dut) -> None:
    """RISK-TYPE: market, ISO, cross, hidden, pegged: each needs its own bit."""
    tb = GateTB(dut)
    await tb.open()
    live = await tb.enter(ref=1)
    assert live.failing == set()
    kinds = [{"price": MARKET}, {"iso": ord("Y")}, {"cross": ord("O")}, {"display": ord("N")}, {"price_type": ord("P")}]
    for bit, order in enumerate(kinds):
        tb.limit(sym_allowed_types=0x1F ^ 1 << bit)
        assert await verdict(tb, **order) == {"type"}
        assert (await tb.replace(1, **order)).failing == (set() if "cross" in order else {"type"})
        tb.limit(sym_allowed_types=1 << bit)
        assert await verdict(tb, **order) == set()
    tb.limit(sym_allowed_types=0)
    assert [await verdict(tb, price_type=kind) for kind in (0, ord("L"), ord("l"), 255)] == [set(), set(), {"type"}, {"type"}]
    assert [await verdict(tb, display=ord(display)) for display in "YAZ"] == [set()] * 3
    assert (await tb.modify(1)).failing == set()


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
    expected = "kill symbol sequence quantity value collar reference rate duplicate position gross open_orders trading_state short_sale type executions"
    assert got.failing == set(expected.split())
    assert got.co[0]["reason"] == 0x8000
    await tb.command("unkill", WHOLE)
    assert (await tb.enter(side="T", quantity=1, price=1_000_000)).co[0]["reason"] == 0x8001
    tb.limit(sym_restricted=0)
    assert (await tb.enter(side="T", quantity=1, price=1_000_000)).co[0]["reason"] == 0x8004
    tb.limit(sym_max_shares=1, sym_max_notional=1_000_000, sym_collar_bps=10_000, sym_max_short=2, sym_max_gross=3_000_000, max_open_orders=1)
    tb.limit(burst=1, sym_short_ok=1, sym_allowed_types=1, duplicate_window=0)
    await tb.record(4, 0, state="TT0Q")
    await tb.bbo()
    assert (await tb.enter(side="T", quantity=1, price=1_000_000)).co[0]["reason"] == 0x8010
    tb.limit(reject_mode=1)
    got = await tb.enter(side="T", quantity=1, price=1_000_000)
    assert (got.co, got.counters["rejects_sent"], got.counters["orders_rejected"]) == ([], 0, 1)
