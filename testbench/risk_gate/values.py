# SPDX-License-Identifier: Apache-2.0
"""risk_gate: the checks that are about values rather than limits (contract 7)."""

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
    for price in (1_999_999_900, MARKET):
        assert await verdict(tb, side="S", price=price) == set()
        assert (await tb.replace(1, price=price)).failing <= {"collar"}
    for price in (1_999_999_901, MARKET - 1, MARKET + 1, 1 << 32, (1 << 32) + MARKET, 1 << 63):
        assert await verdict(tb, price=price) == {"message"}
        assert (await tb.replace(1, price=price)).failing == {"message"}


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
    steps = [("O", 0, 0), ("O", 5, 1), ("O", 5, 0), ("O", 4, 0), ("U", 6, 1), ("U", 6, 0), ("U", 5, 0)]
    steps += [("O", 0x80000000, 1), ("O", 0x7FFFFFFF, 0), ("O", 0xFFFFFFFF, 1), ("O", 0xFFFFFFFF, 0)]
    for kind, ref, passes in steps:
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
