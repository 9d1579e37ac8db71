# SPDX-License-Identifier: Apache-2.0
"""Random inputs of all ports: `replay` of what `predict` shows agrees with it and finds nothing wrong; sums stay exact."""

from __future__ import annotations

import golden_orders_wire as o
import golden_wire as wire
from golden_orders_wire import Row
from hypothesis import given, settings
from hypothesis import strategies as st

from tickproof.golden.orders.predict import Simulation
from tickproof.program import SendFlag

SETUP = o.setup(
    max_shares=300,
    collar_bps=200,
    max_long=500,
    max_short=500,
    max_gross=800_000_000,
    max_open_orders=5,
    burst=4,
    token_ns=3_000,
    duplicate_window=5_000,
    max_executions=3,
    execution_window=20_000,
    short_ok=0,
    max_reference_age=40_000,
    dead_man_ns=100_000,
    cancel_on_disconnect=1,
)
numbers = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 257, 513, 769, 1025, 0xFFFFFFFF])
quantities = st.sampled_from([0, 1, 99, 100, 300, 301, 0xFFFFFFFF])
prices = st.sampled_from([0, 980_000, 1_000_000, 1_000_200, 1_020_300, o.MARKET, 2**64 - 1])
sides = st.sampled_from("BBSSTE?")

client_packets = st.one_of(
    st.builds(o.enter, numbers, sides, quantities, prices, stock=st.sampled_from(["AAPL", "MSFT", "IBM"]), iso=st.sampled_from("NY?")),
    st.builds(o.enter, numbers, st.sampled_from("BS"), st.just(100), st.just(1_000_100)),
    st.builds(o.replace, numbers, numbers, quantities, prices),
    st.builds(o.modify, numbers, sides, quantities),
    st.builds(o.cancel, numbers, quantities),
    st.sampled_from([o.soup("R"), o.soup("U", b"Q"), o.soup("L", bytes(46)), o.soup("U", b"N"), b"\0\0", o.soup("?")]),
)
exchange_packets = st.one_of(
    st.builds(o.accepted, numbers, quantities, st.sampled_from("LLD")),
    st.builds(o.replaced, numbers, numbers, quantities, st.sampled_from("LLD")),
    st.builds(o.executed, numbers, quantities, prices),
    st.builds(o.canceled, numbers, quantities),
    st.builds(o.aiq_canceled, numbers, quantities, st.booleans()),
    st.builds(o.modified, numbers, st.sampled_from("BST"), quantities),
    st.builds(o.rejected, numbers),
    st.builds(o.broken, numbers, st.sampled_from("BF")),
    st.builds(o.login, st.integers(1, 6), st.sampled_from(["S1", "S2"])),
    st.sampled_from([o.soup("H"), o.soup("S", b"?"), o.soup("U", b"x"), o.soup("S", b"A"), o.login("x")]),
)
links = st.sampled_from([(b"", SendFlag.LINK_UP), (b"", SendFlag.LINK_DOWN)])
commands = st.one_of(
    st.builds(o.control, st.sampled_from(["kill", "unkill", "unkill"]), st.sampled_from([0, 1, 2, o.GLOBAL, o.SESSION])),
    st.builds(o.control, st.just("set_position"), st.integers(0, 2), st.integers(-600, 600)),
    st.builds(o.control, st.just("set_executed"), st.sampled_from([0, 1, o.GLOBAL]), st.sampled_from([0, 700_000_000, 2**64 - 1])),
    st.builds(o.control, st.just("release_order"), st.just(0xFFFF), numbers),
    st.builds(
        o.put,
        st.sampled_from(["max_shares", "max_open_orders", "allowed_types", "reject_mode", "enabled"]),
        st.integers(0, 3),
        st.integers(0, 1),
    ),
    st.sampled_from([o.control("alive"), o.control("commit"), o.control("session_reset"), wire.control("book_trust", 0)]),
)
feed_messages = st.one_of(
    st.builds(
        wire.add, st.integers(1, 20), st.sampled_from("BS"), st.just(100), st.sampled_from([1_000_000, 1_000_100, 1_000_200, 1_000_250])
    ),
    st.builds(wire.delete, st.integers(1, 20)),
    st.builds(wire.halt, st.sampled_from("TH")),
    st.builds(wire.system_event, st.sampled_from("QQM")),
)


@st.composite
def programs(draw: st.DrawFn) -> list[Row]:
    """Inputs a microsecond or so apart, often several at one time; feed messages are lost now and then."""
    rows: list[Row] = list(o.market())
    at, sequence = 10_000, 5
    for _ in range(draw(st.integers(1, 40))):
        at += draw(st.sampled_from([0, 0, 500, 2_000]))
        port = draw(st.sampled_from(["client", "client", "client", "exchange", "exchange", "control", "feed_a", "link"]))
        if port == "client":
            rows.append((at, port, b"".join(draw(st.lists(client_packets, min_size=1, max_size=3)))))
        elif port == "exchange":
            rows.append((at, port, b"".join(draw(st.lists(exchange_packets, min_size=1, max_size=3)))))
        elif port == "control":
            rows.append((at, port, draw(commands)))
        elif port == "link":
            rows.append((at, draw(st.sampled_from(["client", "exchange"])), *draw(links)))
        else:
            rows.append((at, port, wire.packet("a", sequence + draw(st.sampled_from([0, 0, 0, 0, 1])), draw(feed_messages))))
            sequence += 1
    return rows


@settings(max_examples=300, deadline=None)
@given(programs())
def test_replay_agrees_with_predict(rows: list[Row]) -> None:
    """Contract 8: same records, same causes, same bytes, same counters, no problem."""
    of = o.program(*rows, setup_records=SETUP)
    wanted, found = o.predict(of), o.replay(of, o.simulated(of))
    assert found.problems == ()
    assert found.records.tobytes() == wanted.records.tobytes()
    assert found.causes.tolist() == wanted.causes.tolist()
    for port in ("client", "exchange"):
        assert o.sent(found, port) == o.sent(wanted, port)
        assert found.streams[port].records.tolist() == wanted.streams[port].records.tolist()
    assert found.counters == wanted.counters


@settings(max_examples=200, deadline=None)
@given(programs())
def test_sums_are_those_of_the_live_orders(rows: list[Row]) -> None:
    """7.1: sums of open orders are exact; never more than four orders in a set; forwarded orders left while no kill was on."""
    simulation = Simulation(o.program(*rows, setup_records=SETUP))
    simulation.run()
    exposure = simulation.path.exposure
    for index, symbol in enumerate(exposure.of):
        live = [order for order in exposure.live.values() if order.symbol == index]
        assert symbol.open_buys == sum(order.remaining for order in live if order.side == ord("B"))
        assert symbol.open_sells == sum(order.remaining for order in live if order.side != ord("B"))
        assert symbol.open_notional == sum(order.remaining * order.price for order in live)
    assert exposure.session_open == sum(symbol.open_notional for symbol in exposure.of)
    assert all(sum(number % 256 == slot for number in exposure.live) <= 4 for slot in (0, 1, 255))
    counts = simulation.path.outputs.counts
    assert counts["orders"] == counts["orders_forwarded"] + counts["orders_rejected"]
