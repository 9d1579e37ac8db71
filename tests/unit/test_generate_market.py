# SPDX-License-Identifier: Apache-2.0
"""The generators: mix, book behaviour, determinism, rates. The market is followed here by a book of its own, a few lines of dicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from steps import steps

from tickproof.frames import Frames
from tickproof.program import Program
from tickproof.protocols import ITCH
from tickproof.scenario import parse_text
from tickproof.scenario.market import Instrument, Market
from tickproof.scenario.write import same_program


def generated(options: str, header: str = "") -> Program:
    return parse_text(f'dut = "feed_handler"\n{header}\n[generate]\n{options}\n---\n').program


def messages_of(frames: Frames) -> Iterator[bytes]:
    """Blocks of plain packets, by hand."""
    for frame in frames:
        place = 62
        while place < len(frame):
            length = int.from_bytes(frame[place : place + 2], "big")
            yield frame[place + 2 : place + 2 + length]
            place += 2 + length


def market(seed: int = 7, count: int = 20_000, **options: float) -> list[bytes]:
    instruments = [Instrument("AAA", 1, 1_500_000), Instrument("BBB", 2, 900_000), Instrument("CCC", 3, 2_000_000)]
    return list(Market(instruments, seed, **options).messages(count))  # type: ignore[arg-type]


class Book:
    """Orders by reference. What a day must keep: references live once, reductions fit, executions hit the oldest order at the touch."""

    def __init__(self) -> None:
        self.orders: dict[int, list[int]] = {}  # reference -> [locate, buy, price, shares], in order of arrival
        self.crossed = self.not_oldest_at_touch = 0

    def best(self, locate: int, buy: int) -> int | None:
        prices = [order[2] for order in self.orders.values() if order[:2] == [locate, buy]]
        return (max(prices) if buy else min(prices)) if prices else None

    def follow(self, messages: Iterable[bytes]) -> None:
        for message in messages:
            self._apply(ITCH.by_tag[message[:1]].unpack(message))

    def _apply(self, values: dict[str, object]) -> None:
        kind = values["message_type"]
        if kind in ("A", "F"):
            self._add(values["order_reference_number"], values["stock_locate"], values["buy_sell_indicator"] == "B", values)
        elif kind == "U":
            old = self.orders.pop(values["original_order_reference_number"])  # type: ignore[arg-type]
            assert old[0] == values["stock_locate"]
            self._add(values["new_order_reference_number"], old[0], old[1], values)
        elif kind in ("E", "C", "X", "D"):
            reference = int(str(values["order_reference_number"]))
            order = self.orders[reference]
            assert order[0] == values["stock_locate"]
            if kind in ("E", "C"):
                touch = self.best(order[0], order[1])
                oldest = next(key for key, other in self.orders.items() if other[:3] == [order[0], order[1], touch])
                self.not_oldest_at_touch += oldest != reference
            order[3] -= order[3] if kind == "D" else int(str(values["canceled_shares" if kind == "X" else "executed_shares"]))
            assert order[3] >= 0
            if order[3] == 0:
                del self.orders[reference]

    def _add(self, reference: object, locate: object, buy: object, values: dict[str, object]) -> None:
        order = [int(str(locate)), int(bool(buy)), int(str(values["price"])), int(str(values["shares"]))]
        assert int(str(reference)) not in self.orders
        assert order[3] > 0
        self.orders[int(str(reference))] = order
        bid, ask = self.best(order[0], 1), self.best(order[0], 0)
        self.crossed += bid is not None and ask is not None and bid >= ask


def test_the_mix_is_that_of_a_real_day() -> None:
    """A about 45 %, D 42 %, U 5 to 10 %, E 3 to 5 %, X and F 1 to 2 %, little C; each kind occurs."""
    share = {kind: 100 * count / 20_000 for kind, count in Counter(message[:1] for message in market()).items()}
    low_high = {
        b"A": (42, 48),
        b"D": (38, 44),
        b"U": (5, 10),
        b"E": (2.5, 5),
        b"X": (0.8, 2),
        b"F": (0.7, 2),
        b"P": (0.5, 2),
        b"C": (0.1, 1),
    }
    assert {kind: low <= share[kind] <= high for kind, (low, high) in low_high.items()} == dict.fromkeys(low_high, True)
    assert {b"S", b"R", b"H", b"Y", b"L", b"I"} <= share.keys()


def test_the_day_opens_and_closes() -> None:
    """Start of messages, directory and state of each symbol, market hours; end of market, system, messages."""
    day = market(count=200)
    assert bytes(message[0] for message in day[:15]) == b"SRHYLRHYLRHYLSS"
    assert [message[11:] for message in day if message[:1] == b"S"] == [b"O", b"S", b"Q", b"M", b"E", b"C"]


def test_the_book_stays_sound_and_never_crosses() -> None:
    """No unknown or duplicate reference, no over-reduction; executions take the best price in time priority."""
    book = Book()
    book.follow(market(count=4_000))
    assert (book.crossed, book.not_oldest_at_touch) == (0, 0)
    assert 30 < len(book.orders) < 2_400


def test_crossing_orders_come_only_when_asked_for() -> None:
    """`cross`."""
    book = Book()
    book.follow(market(count=2_000, cross=0.05))
    assert book.crossed > 10


def test_orders_lie_near_the_touch() -> None:
    """Geometric: more than half of all adds within four ticks of the side's best price, some far behind; round and odd lots."""
    distances, lots = [], Counter[bool]()
    book = Book()
    for message in market(count=3_000):
        book.follow([message])
        values = ITCH.by_tag[message[:1]].unpack(message)
        if message[:1] == b"A":
            touch = book.best(int(str(values["stock_locate"])), int(values["buy_sell_indicator"] == "B"))
            distances.append(abs(int(str(values["price"])) - (touch or 0)) // 100)
            lots[int(str(values["shares"])) % 100 == 0] += 1
    assert np.mean(np.array(distances) <= 4) > 0.5
    assert max(distances) > 12
    assert 0.5 < lots[True] / lots.total() < 0.7


def test_deletes_take_mostly_recent_orders() -> None:
    """Half of the orders that are deleted have lived for fewer than 200 messages."""
    born: dict[bytes, int] = {}
    ages = []
    for number, message in enumerate(market()):
        if message[:1] in (b"A", b"F"):
            born[message[11:19]] = number
        elif message[:1] == b"D" and message[11:19] in born:
            ages.append(number - born[message[11:19]])
    assert np.median(ages) < 200
    assert max(ages) > 1_000


def test_the_same_seed_gives_the_same_bytes() -> None:
    """And another seed others."""
    options = 'kind = "market"\nmessages = 2000\nsymbols = 2\nlose_a = 0.1\nseed = {}'
    first, again, other = (generated(options.format(seed)) for seed in (5, 5, 6))
    assert same_program(first, again)
    assert not same_program(first, other)


def test_the_first_bytes_of_a_seed_do_not_change() -> None:
    """A seed in a bug report must mean the same tomorrow: PCG64 and the order of draws are part of the interface."""
    day = market(seed=1, count=30)
    # First order of seed 1 behind the opening, noted when the generator was written.
    assert next(message for message in day if message[:1] == b"A")[11:36].hex() == "000000000000000242000000644343432020202020001e83b8"


def test_rate_and_bursts() -> None:
    """The mean rate is what was asked for; bursts fill packets; times never go back; nothing overlaps on the line."""
    program = generated('kind = "market"\nmessages = 20000\nrate = 2000000\nburst = 0.2\nburst_size = 30\nmessages_per_packet = 5')
    port = program.ports["feed_a"]
    times = port.not_before_ns
    assert times[-1] / 20_000 == pytest.approx(500, rel=0.1)
    counts = np.array([int.from_bytes(frame[60:62], "big") for frame in port.frames])
    assert int(counts.sum()) == 20_000
    assert (counts.max(), np.median(counts)) == (5, 5)
    beats = (port.frames.lengths[:-1] + 7) // 8
    assert bool((np.diff(times) >= beats * 6).all())


def test_symbols_of_the_header_are_used_and_others_are_untracked() -> None:
    """The price starts in the middle of the header's ladder; untracked symbols have locates of their own."""
    program = generated('kind = "market"\nmessages = 3000\nuntracked = 2', '[symbols.AAPL]\nlocate = 77\nbase = "140.00"')
    stocks = Counter(
        (message[24:32], int.from_bytes(message[1:3], "big"))
        for message in messages_of(program.ports["feed_a"].frames)
        if message[:1] == b"A"
    )
    assert len(stocks) == 3
    assert stocks.most_common(1)[0][0] == (b"AAPL    ", 77)
    prices = [
        int.from_bytes(message[32:36], "big")
        for message in messages_of(program.ports["feed_a"].frames)
        if message[24:28] == b"AAPL" and message[:1] == b"A"
    ]
    assert np.median(prices) == pytest.approx(1_400_000 + 204_800, abs=20_000)


def test_losses_are_about_as_asked() -> None:
    """A loses its own packets, `lose_both` takes them from both lines."""
    program = generated('kind = "market"\nmessages = 8000\nmessages_per_packet = 1\nlose_a = 0.1\nlose_both = 0.05')
    a, b = (len(program.ports[port]) for port in ("feed_a", "feed_b"))
    assert b == pytest.approx(7600, rel=0.02)
    assert a == pytest.approx(7600 * 0.9, rel=0.02)


def test_touch_alternates_adds_and_deletes() -> None:
    """Symbols in turn, locates given, so that each message changes a top of book."""
    program = generated(
        'kind = "touch"\nmessages = 8\nmessages_per_packet = 2\ninterval = "64ns"', '[symbols.A]\nbase = "1.00"\n[symbols.B]\nbase = "2.00"'
    )
    port = program.ports["feed_a"]
    assert port.not_before_ns.tolist() == [0, 128, 256, 384]
    found = list(messages_of(port.frames))
    assert bytes(message[0] for message in found) == b"ADADADAD"
    assert [int.from_bytes(message[1:3], "big") for message in found] == [1, 1, 2, 2, 1, 1, 2, 2]


def test_touch_bursts_are_pauses_apart() -> None:
    """`burst` messages back to back, then `pause`."""
    times = generated('kind = "touch"\nmessages = 8\nburst = 4\npause = "10us"').ports["feed_a"].not_before_ns
    assert times[:4].tolist() == [0, 76, 146, 229]
    assert (times[4:] - times[4]).tolist()[0] == 0
    assert times[4] - times[3] > 10_000


def test_frames_have_every_length() -> None:
    """Uniform from min to max; seeded."""
    text = 'dut = "axis_register"\n[generate]\nkind = "frames"\ncount = 500\nmin = 1\nmax = 20\ninterval = "10ns"\n---\n'
    port = parse_text(text).program.ports["in"]
    assert set(port.frames.lengths.tolist()) == set(range(1, 21))
    assert port.not_before_ns[-1] == 4_990
    assert same_program(parse_text(text).program, parse_text(text).program)


def test_four_times_the_messages_are_four_times_the_work() -> None:
    """Both lines, packets and all."""
    few, many = (steps(lambda: generated(f'kind = "market"\nmessages = {count}\nsymbols = 4')) for count in (3_000, 12_000))  # noqa: B023
    assert many < 5 * few
