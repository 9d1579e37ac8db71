# SPDX-License-Identifier: Apache-2.0
"""Random inputs of all ports: `replay` of what `predict` shows agrees with it and finds nothing wrong; sums stay exact."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import golden_orders_wire as o
import golden_wire as wire
import pytest
from golden_orders_wire import DOWN, GLOBAL, SESSION, UP, Row

from tickproof.golden.orders.predict import Simulation

SETUP = o.setup(
    max_shares=300, collar_bps=200, max_long=1500, max_short=1500, max_gross=3_000_000_000, max_open_orders=20, burst=30, token_ns=1_000,
    duplicate_window=1_500, max_executions=4, execution_window=10_000, allowed_types=0b1011, max_reference_age=60_000, dead_man_ns=100_000,
    cancel_on_disconnect=1,
)  # fmt: skip


class Inputs:
    """Random inputs of one run, mostly plausible, now and then extreme. highest: user_ref_num so far. sequence: next of the feed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.highest, self.sequence = 0, 5

    def rows(self, count: int) -> Iterator[Row]:
        """Some at one time, some in one segment."""
        at = 10_000
        for _ in range(count):
            at += self.one(0, 0, 7, 500, 2_000)
            port = self.one(*["client"] * 6, *["exchange"] * 6, "feed_a", "feed_a", "control", "control", "control", "control")
            packets = [getattr(self, port)() for _ in range(self.one(1, 1, 2, 3) if port in {"client", "exchange"} else 1)]
            yield at, port, b"".join(packets)
            if self.rarely(25):
                side = self.one("client", "exchange")
                yield (at, side, *DOWN)
                yield (at + self.one(0, 300, 2_000), side, *UP)
            if self.rarely(2):
                yield at + self.one(0, 300), "control", o.control("unkill", self.one(SESSION, SESSION, 0))

    def one(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def rarely(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def live(self) -> int:
        """A recent number, that may be live."""
        return self.one(0, 1, 2**32 - 1) if self.rarely(30) else self.random.randint(max(1, self.highest - 4), max(1, self.highest))

    def new(self) -> int:
        self.highest += self.one(1, 1, 1, 2, 256)
        return self.one(0, 1, self.highest - 1) if self.rarely(20) else self.highest

    def quantity(self) -> int:
        return self.one(0, 1, 300, 301, 999_999, 1_000_000, 2**32 - 1) if self.rarely(12) else self.random.randint(1, 200)

    def price(self) -> int:
        far = (0, 980_000, 1_020_204, 1_020_205, 1_999_999_901, 2**64 - 1)
        return self.one(*far) if self.rarely(12) else self.one(1_000_000, 1_000_100, 1_000_200, 1_000_300, o.MARKET)

    def client(self) -> bytes:
        kind = self.random.randrange(20)
        if kind < 12:
            stock, side = self.one(*["AAPL"] * 12, "MSFT", "IBM"), self.one(*"BBBSSSTE", "?" if self.rarely(4) else "B")
            codes = {"iso": self.one(*"NNNNNNNY"), "display": self.one(*"YYYYYYNA"), "cross": self.one(*"NNNNNNNO")}
            return o.enter(self.new(), side, self.quantity(), self.price(), stock=stock, **codes)
        if kind < 15:
            return o.replace(self.live(), self.new(), self.quantity(), self.price())
        if kind < 17:
            return o.modify(self.live(), self.one("B", "S", "T"), self.quantity())
        if kind < 19 or not self.rarely(4):
            return o.cancel(self.live(), self.quantity())
        return self.one(o.soup("R"), o.soup("U", b"Q"), o.soup("L", bytes(46)), o.soup("U", b"N"), b"\0\0", o.soup("?"))

    def exchange(self) -> bytes:
        number, quantity, state = self.live(), self.quantity(), self.one(*"LLLD")
        usual = (
            *(o.accepted(number, quantity, state), o.accepted(number, 200), o.replaced(self.live(), number, quantity, state)),
            *(o.executed(number, 7), o.executed(number, quantity, self.price()), o.canceled(number, 5), o.canceled(number, quantity)),
            *(
                o.aiq_canceled(number, quantity),
                o.modified(number, self.one("B", "S", "T"), quantity),
                o.rejected(number),
                o.about("T", number, 30),
            ),
        )
        if not self.rarely(6):
            return self.one(*usual)
        login = o.login(self.one(1, 2, 5, 20, 2**64 - 1), self.one("S1", "S1", "S2"))
        odd = self.one(o.soup("S", b"A"), o.login("x"), b"\xff\xff") if self.rarely(8) else o.soup("H")
        return self.one(o.broken(number, "B"), o.broken(number, "F"), login, login, o.soup("S", b"?"), o.soup("U", b"x"), odd)

    def control(self) -> bytes:
        scope = self.one(0, 1, 2, GLOBAL, SESSION)
        if self.rarely(2):
            return o.control("unkill", self.one(0, 0, GLOBAL, SESSION, SESSION, SESSION))
        setting = self.one(
            ("max_shares", 90), ("max_shares", 300), ("max_open_orders", 3), ("max_open_orders", 20), ("reject_mode", 1), ("reject_mode", 0)
        )
        rare = (o.put("enabled", 0, 0), o.put("enabled", 1, 0), wire.control("session_reset"), wire.control("book_trust", 0))
        return self.one(
            *(o.control("kill", scope), o.put(*setting, self.one(0, 1)), o.control("commit"), o.control("commit"), o.control("alive")),
            *(o.control("set_position", self.one(0, 1, 2), self.one(0, 5, -700, 2**63 - 1, -(2**63))), o.control("set_position", 0, 0)),
            *(o.control("set_executed", self.one(0, 1, GLOBAL), self.one(0, 700_000_000, 2**64 - 1)), o.control("set_executed", 0, 0)),
            *(o.control("release_order", value=self.live()), self.one(*rare) if self.rarely(3) else o.control("set_executed", GLOBAL, 0)),
        )

    def feed_a(self) -> bytes:
        message = self.one(
            *(wire.add(self.random.randint(10, 30), "B", 100, price) for price in (999_900, 1_000_000, 1_000_100)),
            *(wire.add(self.random.randint(10, 30), "S", 100, price) for price in (1_000_200, 1_000_300)),
            *(wire.delete(self.random.randint(1, 30)), wire.delete(self.random.randint(10, 30)), wire.reg_sho(self.one("0", "1"))),
            wire.halt(self.one("T", "T", "H")) if self.rarely(2) else wire.system_event(self.one("Q", "Q", "M")),
        )
        data = wire.packet("a", self.sequence + self.rarely(20), message)
        self.sequence += 1
        return data


def rows_of(seed: int) -> list[Row]:
    """A `session_reset` has its own time: `predict` takes it before a frame that begins then, `replay` behind one that ends then."""
    rows = [(row[0] + (row[2] == wire.control("session_reset")), *row[1:]) for row in Inputs(seed).rows(60)]
    return [*o.market(), *sorted(rows, key=lambda row: row[0])]


@pytest.mark.parametrize("seed", range(100))
def test_replay_agrees_with_predict(seed: int) -> None:
    """Contract 8: same records, same causes, same bytes, same counters, no problem."""
    of = o.program(*rows_of(seed), setup_records=SETUP)
    wanted, found = o.predict(of), o.replay(of, o.simulated(of))
    assert found.problems == ()
    assert found.records.tobytes() == wanted.records.tobytes()
    assert found.causes.tolist() == wanted.causes.tolist()
    for port in ("client", "exchange"):
        assert o.sent(found, port) == o.sent(wanted, port)
        assert found.streams[port].records.tolist() == wanted.streams[port].records.tolist()
    assert found.counters == wanted.counters


@pytest.mark.parametrize("seed", range(100))
def test_sums_are_those_of_the_live_orders(seed: int) -> None:
    """7.1: sums of open orders are exact; never more than four orders in a set; forwarded orders left while no kill was on."""
    simulation = Simulation(o.program(*rows_of(seed), setup_records=SETUP))
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
