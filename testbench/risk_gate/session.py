# SPDX-License-Identifier: Apache-2.0
"""risk_gate: links, framing errors, what passes, sequence numbers and replay, kills and their Cancels (contract 6, 7.2)."""

from __future__ import annotations

import cocotb

from testbench.risk_gate.driver import SESSION, WHOLE, GateTB, Outcome


def fields(got: Outcome, *names: str) -> tuple[object, ...]:
    return tuple(got.record[name] for name in names)


def counted(got: Outcome) -> dict[str, int]:
    return {name: n for name, n in got.counters.items() if n}


@cocotb.test
async def test_what_passes_from_the_client(dut) -> None:
    """SESS-PASS: CLIENT records with ordinals that count on; message type of a U only, number of an X only."""
    tb = GateTB(dut)
    await tb.open()
    packets = [("L", "\0", 47, 0), ("R", "\0", 1, 0), ("U", "X", 10, 77), ("U", "Q", 2, 0), ("U", "z", 9, 0)]
    packets += [("+", "\0", 3, 0), ("O", "\0", 1, 0)]
    for ordinal, (packet, message, length, ref) in enumerate(packets, start=1):
        got = await tb.pass_packet(packet, message, length=length, ref=ref)
        assert got.record["kind"] == "CLIENT"
        shown = (0xFFFF, ordinal, packet, message.strip("\0"), length, ref)
        assert fields(got, "symbol", "sequence", "packet_type", "message_type", "length", "user_ref_num") == shown
        assert (got.xo, got.co, counted(got)) == ([{"kind": 0, "ref": 0}], [], {"client_packets": 1})
    await tb.client_link(0)
    await tb.client_link(1)
    assert (await tb.enter()).record["sequence"] == 8


@cocotb.test
async def test_what_passes_from_the_exchange(dut) -> None:
    """SESS-PASS, SESS-UNKNOWN: everything, with a REPORT; unknown messages are counted, and have their number."""
    tb = GateTB(dut)
    await tb.open()
    for ordinal, packet in enumerate("+HZJU", start=1):
        got = await tb.give("exc", kind=0, packet_type=ord(packet), length=2, ref=5)
        assert fields(got, "flags", "symbol", "sequence", "packet_type", "message_type") == (0, 0xFFFF, ordinal, packet, "")
        assert fields(got, "applied", "user_ref_num", "session_number", "position", "remaining") == (0, 0, 0, 0, 0)
        assert (got.xo, got.co, counted(got)) == ([], [{"kind": 0}], {"exchange_packets": 1})
    got = await tb.report("z", 5, known=0)
    assert fields(got, "message_type", "user_ref_num", "session_number") == ("z", 0, 1)
    assert counted(got) == {"exchange_packets": 1, "unknown_report": 1}
    assert (await tb.report("S")).record["session_number"] == 2


@cocotb.test
async def test_a_side_that_is_not_open_gets_nothing(dut) -> None:
    """SESS-CLOSED: packets, Rejects and Cancels of a closed side are counted as unsent."""
    tb = GateTB(dut)
    await tb.open()
    for ref in (1, 2):
        await tb.enter(ref=ref)
    got = await tb.exchange_link(0)
    assert (got.xo, got.counters["exchange_unsent"], got.counters["cancels_sent"]) == ([], 2, 0)
    got = await tb.pass_packet("U", "X", length=10, ref=1)
    assert (got.xo, counted(got)) == ([{"kind": 1, "ref": 0}], {"client_packets": 1, "exchange_unsent": 1})
    assert counted(await tb.enter())["orders_rejected"] == 1
    await tb.exchange_link(1)
    await tb.command("unkill", SESSION)
    await tb.error("exc", 3)
    got = await tb.command("kill", 0)
    assert (got.xo, counted(got)) == ([], {"exchange_unsent": 2})
    await tb.exchange_link(0)
    await tb.exchange_link(1)
    await tb.error("cli", 4)
    got = await tb.report("S")
    assert (got.co, counted(got)) == ([{"kind": 1}], {"exchange_packets": 1, "client_unsent": 1})
    got = await tb.enter()  # cannot come from a closed side, but must not be answered either
    assert (got.co, got.counters["client_unsent"], got.counters["rejects_sent"]) == ([], 1, 0)


@cocotb.test
async def test_links_and_errors_leave_records(dut) -> None:
    """Contract 8: LINK, SESSION_ERROR: their ordinals and types; the open and up status."""
    tb = GateTB(dut)
    await tb.start()

    def status() -> tuple[int, ...]:
        names = ("client_up", "client_open", "exchange_up", "exchange_open", "session_kill", "global_kill")
        return tuple(int(getattr(dut, name).value) for name in names)

    assert status() == (0, 0, 0, 0, 0, 1)
    assert fields(await tb.client_link(1), "kind", "symbol", "sequence", "port", "up") == ("LINK", 0xFFFF, 0, 1, 1)
    assert fields(await tb.exchange_link(1), "kind", "sequence", "port", "up") == ("LINK", 0, 2, 1)
    assert status() == (1, 1, 1, 1, 0, 1)
    await tb.pass_packet("R")
    await tb.report("S")
    told = {1: ("", ""), 2: ("U", ""), 3: ("U", ""), 4: ("U", "m"), 5: ("U", "m"), 6: ("U", "")}
    for reason, (packet, message) in told.items():
        for port, number in (("cli", 1), ("exc", 2)):
            got = await tb.error(port, reason, packet_type=ord("U"), message_type=ord("m"), length=2049)
            shown = ("SESSION_ERROR", 0xFFFF, 2, number, reason, packet, message, 2049)
            assert fields(got, "kind", "symbol", "sequence", "port", "reason", "packet_type", "message_type", "length") == shown
            assert got.counters[("client_errors", "exchange_errors")[number - 1]] == 1
    assert status() == (1, 0, 1, 0, 1, 1)
    assert fields(await tb.client_link(0), "sequence", "port", "up") == (1, 1, 0)
    assert fields(await tb.exchange_link(0), "sequence", "port", "up") == (1, 2, 0)
    assert status() == (0, 0, 0, 0, 1, 1)
    await tb.client_link(1)
    await tb.exchange_link(1)
    assert status() == (1, 1, 1, 1, 1, 1)


@cocotb.test
async def test_replayed_packets_have_no_effect(dut) -> None:
    """SESS-SEQUENCE: a login of the known session rewinds; numbers below wanted are flagged, the first new one counts."""
    tb = GateTB(dut)
    await tb.open()
    await tb.login("S1", 1)
    await tb.enter(ref=1, quantity=100)
    assert fields(await tb.report("A", 1, 100), "session_number", "flags", "applied") == (1, 0, 1)
    assert fields(await tb.report("E", 1, 30), "session_number", "position", "remaining") == (2, 30, 70)
    await tb.exchange_link(0)
    await tb.exchange_link(1)
    await tb.command("unkill", SESSION)
    got = await tb.login("S1", 1)
    assert (fields(got, "packet_type", "session_number", "flags"), got.cancels) == (("A", 1, 0), [])
    for message, number in (("A", 1), ("E", 2)):
        got = await tb.report(message, 1, 30)
        shown = fields(got, "session_number", "flags", "applied", "symbol", "position", "remaining")
        assert (shown, got.co) == ((number, 1, 0, 0, 30, 70), [{"kind": 0}])
        assert counted(got) == {"exchange_packets": 1, "replayed": 1}
    assert fields(await tb.report("E", 1, 20), "session_number", "flags", "applied", "position", "remaining") == (3, 0, 1, 50, 50)
    await tb.login("S1", 2)
    for message in "UEBFJ":  # 2 and 3, then 4, 5: applied
        got = await tb.report(message, 99, 1, orig_ref=98)
        assert (got.record["flags"], got.counters["unknown_order"]) == ((1, 0) if message in "UE" else (0, 1))
    got = await tb.report("z", known=0)
    assert got.counters["unknown_report"] == 1
    await tb.login("S1", 1)
    got = await tb.report("z", known=0)
    assert (got.counters["unknown_report"], got.counters["replayed"]) == (1, 1)


@cocotb.test
async def test_a_replayed_replace_frees_nothing(dut) -> None:
    """SESS-SEQUENCE: not even its original."""
    tb = GateTB(dut)
    await tb.open()
    await tb.login("S1", 1)
    await tb.report("S")
    await tb.login("S1", 1)
    await tb.enter(ref=1)
    await tb.replace(1, ref=2, quantity=7)
    got = await tb.report("U", 2, 50, orig_ref=1)
    assert fields(got, "flags", "applied", "user_ref_num", "symbol", "remaining") == (1, 0, 2, 0, 7)
    assert fields(await tb.report("T", 1), "applied", "remaining") == (1, 100)


@cocotb.test
async def test_a_login_that_skips_numbers_latches_the_session_kill(dut) -> None:
    """SESS-SEQUENCE: only in the known session; then counting goes on from there."""
    tb = GateTB(dut)
    await tb.open()
    await tb.enter(ref=1)
    assert (await tb.login("S1", 500)).cancels == []  # the first session
    assert (await tb.login("S1", 500)).cancels == []
    assert (await tb.login("S1", 501)).cancels == [1]
    assert (await tb.enter()).failing == {"kill"}
    await tb.command("unkill", SESSION)
    assert fields(await tb.report("S"), "session_number", "flags") == (501, 0)
    assert (await tb.login("S2", 9)).cancels == []
    assert fields(await tb.report("S"), "session_number", "flags") == (9, 0)
    assert (await tb.login("S1", 3)).cancels == []
    assert (await tb.login("S1", (1 << 64) - 1)).cancels == [1]
    assert fields(await tb.report("S"), "session_number", "flags") == ((1 << 64) - 1, 0)
    assert fields(await tb.report("S"), "session_number", "flags") == (0, 0)


@cocotb.test
async def test_a_lost_exchange_latches_the_session_kill(dut) -> None:
    """SESS-EXCHANGE-LOST: every error and every link-down."""
    tb = GateTB(dut)
    await tb.open()
    for trouble in (lambda: tb.error("exc", 1), lambda: tb.exchange_link(0)):
        await tb.exchange_link(1)
        await tb.command("unkill", SESSION)
        await trouble()
        await tb.exchange_link(1)
        assert (await tb.enter()).failing == {"kill"}
    await tb.command("unkill", SESSION)
    assert (await tb.enter()).failing == set()


@cocotb.test
async def test_a_lost_client_cancels_once_a_connection_and_latches_nothing(dut) -> None:
    """SESS-CLIENT-LOST, with cancel_on_disconnect only."""
    tb = GateTB(dut)
    await tb.open()
    await tb.enter(ref=1)
    await tb.enter(ref=2, stock="BB")
    assert (await tb.client_link(0)).cancels == []
    await tb.client_link(1)
    tb.limit(cancel_on_disconnect=1)
    assert (await tb.error("cli", 2)).cancels == [1, 2]
    assert (await tb.client_link(0)).cancels == []
    await tb.client_link(1)
    assert (await tb.client_link(0)).cancels == [1, 2]
    await tb.client_link(1)
    assert (await tb.enter()).failing == set()


@cocotb.test
async def test_a_kill_cancels_its_scope_in_order_of_acceptance(dut) -> None:
    """KILL-ON, KILL-CANCEL, KILL-OFF: once when it goes on, every live order of its scope, those that went excepted."""
    tb = GateTB(dut)
    await tb.open()
    refs = [1, 2, 5, 0x101, 0x200, 0x201, 0x202, 0x1000, 0x1001]
    for ref in refs:
        await tb.enter(ref=ref, stock="AA" if ref & 1 else "BB")
    for ref in (1, 0x200, 0x1001):  # first, middle, last
        await tb.report("J", ref)
    await tb.replace(2, ref=0x2000)
    live = [2, 5, 0x101, 0x201, 0x202, 0x1000, 0x2000]
    odd = [ref for ref in live if ref & 1]
    even = [ref for ref in live if not ref & 1]
    for symbol, cancelled in ((0, odd), (1, even), (2, []), (WHOLE, live), (SESSION, live), (3, []), (0xFFFD, [])):
        got = await tb.command("kill", symbol)
        assert got.cancels == cancelled
        assert got.counters["cancels_sent"] == len(cancelled)
        assert fields(got, "kind", "op", "symbol", "value", "sequence") == ("CONTROL", 5, symbol, 0, 0)
        assert (await tb.command("kill", symbol)).cancels == []
        got = await tb.command("unkill", symbol)
        assert (got.cancels, got.record["op"]) == ([], 6)
    assert (await tb.command("kill", WHOLE)).cancels == live
    assert (await tb.command("kill", 0)).cancels == odd  # another kill
    await tb.command("unkill", WHOLE)
    assert (await tb.enter(stock="BB", ref=0x3000)).failing == set()
    assert (await tb.command("kill", WHOLE)).cancels == [*live, 0x3000]
    for ref in [*live, 0x3000]:
        await tb.command("release_order", 0, ref)
    await tb.command("unkill", SESSION)
    assert (await tb.command("kill", SESSION)).cancels == []


@cocotb.test
async def test_commands_leave_their_record_whatever_they_name(dut) -> None:
    """Contract 1.2: symbol and value as written; a symbol that the device does not have: nothing else."""
    tb = GateTB(dut)
    await tb.open()
    await tb.enter(ref=1, quantity=1, price=0)
    for op, number in (("set_position", 7), ("set_executed", 8), ("alive", 10)):
        for symbol in (3, 7, 64, 0xFFFD, SESSION, *([WHOLE] if op != "set_executed" else [])):
            got = await tb.command(op, symbol, -5)
            assert fields(got, "kind", "flags", "op", "symbol", "value", "sequence") == ("CONTROL", 0, number, symbol, (1 << 64) - 5, 0)
    tb.limit(sym_max_long=2, sym_max_gross=0, session_max_gross=0)
    assert fields(await tb.report("R", 1), "position", "remaining") == (0, 1)
    assert (await tb.enter(quantity=1, price=0)).failing == set()
    await tb.command("set_position", 2, -5)  # not enabled, but there
    await tb.commit(["AA", "BB", "CC"], enabled=7, restart=4)
    await tb.record(4, 2, state="TT0Q")
    await tb.bbo(2)
    tb.limit(2, sym_max_short=6)
    assert (await tb.enter(stock="CC", side="S", quantity=1, price=0)).failing == set()
    tb.limit(2, sym_max_short=6)
    assert (await tb.enter(stock="CC", side="S", quantity=1, price=0)).failing == {"position"}
