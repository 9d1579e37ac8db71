# SPDX-License-Identifier: Apache-2.0
"""A seeded market: ITCH messages with the mix and the habits of a real day.

Prices follow a random walk; orders arrive near the touch (geometric distances), most of them are deleted soon after, executions take the
best price in time priority. So the book never crosses, unless `cross` asks for orders that do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from tickproof.protocols import ITCH

__all__ = ["Dice", "Instrument", "Market"]

# Share of each message type, roughly those of a day of the whole market. C and P are rare; D answers nearly every add.
_MIX = (("A", 0.450), ("D", 0.415), ("U", 0.070), ("E", 0.030), ("X", 0.012), ("F", 0.010), ("P", 0.008), ("C", 0.003), ("I", 0.002))
_THIN, _DEEP = 12, 400  # live orders a side: below, an add takes the place of a delete; above, a delete that of an add
_OPEN_NS = 34_200_000_000_000

_PACK = {layout.tag.decode(): layout.pack for layout in ITCH.layouts.values() if layout.tag}


@dataclass(slots=True)
class _Order:
    reference: int
    buy: bool
    price: int
    shares: int


@dataclass(slots=True)
class Instrument:
    """One symbol of the market. middle: where its price starts, tick: its step, both in 1e-4."""

    stock: str
    locate: int
    middle: int
    tick: int = 100
    # side (True = buy) -> price -> reference -> order, in order of arrival
    levels: dict[bool, dict[int, dict[int, _Order]]] = field(default_factory=lambda: {True: {}, False: {}})
    recent: list[_Order] = field(default_factory=list)
    live: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})

    def best(self, buy: bool) -> int | None:
        """The touch of a side."""
        prices = self.levels[buy]
        if not prices:
            return None
        return max(prices) if buy else min(prices)

    def add(self, order: _Order) -> None:
        self.levels[order.buy].setdefault(order.price, {})[order.reference] = order
        self.live[order.buy] += 1
        self.recent.append(order)

    def remove(self, order: _Order) -> None:
        level = self.levels[order.buy][order.price]
        del level[order.reference]
        if not level:
            del self.levels[order.buy][order.price]
        self.live[order.buy] -= 1
        order.shares = 0


class Dice:
    """Uniform numbers in [0, 1) from PCG64, drawn in bulk."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(seed))
        self._numbers: Iterator[float] = iter(())

    def roll(self) -> float:
        for number in self._numbers:
            return number
        self._numbers = iter(self._generator.random(1 << 16).tolist())
        return next(self._numbers)

    def below(self, limit: int) -> int:
        return int(self.roll() * limit)

    def geometric(self, keep_on: float, limit: int) -> int:
        """How often `keep_on` comes true in a row, at most `limit`."""
        count = 0
        while count < limit and self.roll() < keep_on:
            count += 1
        return count


class Market:
    """The messages of a day. cross: fraction of adds that cross the book. mean_gap_ns: mean distance of ITCH timestamps."""

    def __init__(self, instruments: Sequence[Instrument], seed: int, *, cross: float = 0.0, mean_gap_ns: int = 200) -> None:
        self.instruments = instruments
        self._dice = Dice(seed)
        self._cross = cross
        self._mean_gap_ns = mean_gap_ns
        self._now_ns = _OPEN_NS
        self._reference = self._match = 0
        # The first instrument trades most: weights 1, 1/2, 1/3, ...
        weights = np.cumsum(1 / np.arange(1, len(instruments) + 1))
        self._cumulative = (weights / weights[-1]).tolist()

    def messages(self, count: int) -> Iterator[bytes]:
        """`count` messages: the opening, then the day, then the close (as far as they fit)."""
        opening, closing = list(self._opening()), 3
        yield from opening[:count]
        for _ in range(count - len(opening) - closing):
            self._now_ns += 1 + int(2 * self._mean_gap_ns * self._dice.roll())
            yield self._message(self._instrument())
        for event in "MEC"[: max(0, count - len(opening))]:
            yield _PACK["S"](timestamp=self._now_ns, event_code=event)

    def _opening(self) -> Iterator[bytes]:
        def system(event: str) -> bytes:
            return _PACK["S"](timestamp=_OPEN_NS, event_code=event)

        yield system("O")
        for item in self.instruments:
            about = {"stock_locate": item.locate, "timestamp": _OPEN_NS, "stock": item.stock}
            yield _PACK["R"](
                about, market_category="Q", financial_status_indicator="N", round_lot_size=100, round_lots_only="N", authenticity="P"
            )
            yield _PACK["H"](about, trading_state="T")
            yield _PACK["Y"](locate_code=item.locate, timestamp=_OPEN_NS, stock=item.stock, reg_sho_action="0")
            yield _PACK["L"](about, mpid="TPRF", primary_market_maker="Y", market_maker_mode="N", market_participant_state="A")
        yield system("S")
        yield system("Q")

    def _instrument(self) -> Instrument:
        roll = self._dice.roll()
        return self.instruments[next(index for index, limit in enumerate(self._cumulative) if roll <= limit)]

    def _message(self, item: Instrument) -> bytes:
        dice = self._dice
        if dice.roll() < 0.02:
            item.middle = max(100 * item.tick, item.middle + (item.tick if dice.roll() < 0.5 else -item.tick))
        kind, roll = "A", dice.roll()
        for letter, share in _MIX:
            roll -= share
            if roll < 0:
                kind = letter
                break
        depth = min(item.live.values())
        if depth < _THIN and kind in "DEXC":
            kind = "A"
        elif max(item.live.values()) > _DEEP and kind in "AF":
            kind = "D"
        return self._MAKE[kind](self, item)

    def _common(self, item: Instrument) -> dict[str, object]:
        return {"stock_locate": item.locate, "timestamp": self._now_ns}

    def _price(self, item: Instrument, buy: bool) -> int:
        """Near the touch, never through the other side: geometric distances from the middle."""
        distance = item.tick * (1 + self._dice.geometric(0.75, 40))
        middle = item.middle - item.middle % item.tick
        price = middle - distance if buy else middle + distance
        other = item.best(not buy)
        if other is not None:
            price = min(price, other - item.tick) if buy else max(price, other + item.tick)
            if self._cross and self._dice.roll() < self._cross:
                price = other
        return price

    def _shares(self) -> int:
        """Three in five are round lots."""
        return 100 * (1 + self._dice.geometric(0.5, 20)) if self._dice.roll() < 0.6 else 1 + self._dice.below(99)

    def _next_reference(self) -> int:
        # Like a real feed: rising, with holes that other symbols' hidden orders leave.
        self._reference += 1 + self._dice.below(4)
        return self._reference

    def _chosen(self, item: Instrument) -> _Order:
        """A live order, most likely a young one."""
        recent = item.recent
        if len(recent) > 4 * sum(item.live.values()):
            recent[:] = [order for order in recent if order.shares]
        while True:
            place = len(recent) - 1 - self._dice.geometric(0.96, len(recent) - 1)
            order = recent.pop(place)
            if order.shares:
                recent.insert(place, order)
                return order

    def _at_touch(self, item: Instrument) -> _Order:
        """The oldest order at the best price, of the side that the price has moved into if there is one."""
        bid, ask = item.best(True), item.best(False)
        assert bid is not None
        assert ask is not None
        buy = True if item.middle <= bid else False if item.middle >= ask else self._dice.roll() < 0.5
        return next(iter(item.levels[buy][bid if buy else ask].values()))

    def _add(self, item: Instrument, letter: str = "A") -> bytes:
        buy = item.live[True] <= item.live[False] if min(item.live.values()) < _THIN else self._dice.roll() < 0.5
        order = _Order(self._next_reference(), buy, self._price(item, buy), self._shares())
        item.add(order)
        values = {"stock": item.stock, "order_reference_number": order.reference, "shares": order.shares, "price": order.price}
        if letter == "F":
            values["attribution"] = "TPRF"
        return _PACK[letter](self._common(item), buy_sell_indicator="B" if buy else "S", **values)

    def _add_mpid(self, item: Instrument) -> bytes:
        return self._add(item, "F")

    def _delete(self, item: Instrument) -> bytes:
        order = self._chosen(item)
        item.remove(order)
        return _PACK["D"](self._common(item), order_reference_number=order.reference)

    def _cancel(self, item: Instrument) -> bytes:
        order = self._chosen(item)
        if order.shares == 1:
            return self._trade(item)
        shares = 1 + self._dice.below(order.shares - 1)
        order.shares -= shares
        return _PACK["X"](self._common(item), order_reference_number=order.reference, canceled_shares=shares)

    def _replace(self, item: Instrument) -> bytes:
        if min(item.live.values()) < _THIN:
            return self._add(item)
        old = self._chosen(item)
        item.remove(old)
        new = _Order(self._next_reference(), old.buy, self._price(item, old.buy), self._shares())
        item.add(new)
        values = {"original_order_reference_number": old.reference, "new_order_reference_number": new.reference}
        return _PACK["U"](self._common(item), **values, shares=new.shares, price=new.price)

    def _execute(self, item: Instrument, letter: str = "E") -> bytes:
        order = self._at_touch(item)
        shares = order.shares if self._dice.roll() < 0.6 else 1 + self._dice.below(order.shares)
        self._match += 1
        values: dict[str, object] = {"order_reference_number": order.reference, "executed_shares": shares, "match_number": self._match}
        if letter == "C":
            values |= {"printable": "Y" if self._dice.roll() < 0.8 else "N", "execution_price": order.price}
        if shares == order.shares:
            item.remove(order)
        else:
            order.shares -= shares
        return _PACK[letter](self._common(item), **values)

    def _execute_with_price(self, item: Instrument) -> bytes:
        return self._execute(item, "C")

    def _trade(self, item: Instrument) -> bytes:
        """Against a hidden order: no displayed book changes, and real ones carry reference 0 and side B."""
        self._match += 1
        values = {"stock": item.stock, "price": item.middle, "match_number": self._match}
        return _PACK["P"](self._common(item), buy_sell_indicator="B", shares=self._shares(), **values)

    def _imbalance(self, item: Instrument) -> bytes:
        values = {"stock": item.stock, "current_reference_price": item.middle, "paired_shares": 100 * self._dice.below(1000)}
        return _PACK["I"](self._common(item), imbalance_direction="B", cross_type="C", **values)

    _MAKE: ClassVar[Mapping[str, Callable[[Market, Instrument], bytes]]] = {
        "A": _add,
        "F": _add_mpid,
        "D": _delete,
        "X": _cancel,
        "U": _replace,
        "E": _execute,
        "C": _execute_with_price,
        "P": _trade,
        "I": _imbalance,
    }
