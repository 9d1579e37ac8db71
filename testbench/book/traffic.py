# SPDX-License-Identifier: Apache-2.0
"""Random ops for the benches of the book: a tiny pool of references and few levels, so that everything collides all the time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from testbench.book.reference import BAD, CLEAR, COMMIT, END, GAP, RESET, START, TRUST, Op, SymbolConfig

__all__ = ["given", "ladder_prices", "messages", "with_commands"]


def given(count: int, *, base: int = 10_000, tick: int = 100) -> dict[int, SymbolConfig]:
    """Symbols 0 to count - 1, enabled, locates 100, 101, ... given."""
    return {i: SymbolConfig(True, f"SYM{i}".ljust(8), 100 + i, given=True, base=base, tick=tick) for i in range(count)}


def ladder_prices(levels: int, *, base: int = 10_000, tick: int = 100) -> list[int]:
    """Both ends of the ladder and of its words, neighbours in the middle, and every way to be off it."""
    on = {0, 1, 2, 63, 64, 65, 127, levels // 2, levels // 2 + 1, levels - 65, levels - 2, levels - 1}
    prices = [base + i * tick for i in on if 0 <= i < levels]
    return [
        *prices,
        *prices,
        0,
        1,
        base - 1,
        base - tick,
        base + tick // 2,
        base + levels * tick,
        base + (levels - 1) * tick + 1,
        2**32 - 1,
    ]


def messages(
    rng: random.Random,
    count: int,
    *,
    locates: Sequence[int],
    references: Sequence[int],
    prices: Sequence[int],
    types: str = "AAAAAFEEECXXDDDUUUUU",
    rare: float = 0.06,
) -> Iterator[Op]:
    """Messages of all types; `rare` of them from the rest of the alphabet or with a field that is an error."""
    for _ in range(count):
        kind = rng.choice(types)
        if rng.random() < rare:
            kind = rng.choice("PQBINOLKJVWSHHhhYYR" + types)
        op = Op(
            type=kind,
            locate=rng.choice(locates),
            ref=rng.choice(references),
            new_ref=rng.choice(references),
            side=rng.choice("BS"),
            shares=rng.choice((1, 50, 100, 100, 200, 2**32 - 1)) if rng.random() < 0.98 else 0,
            price=rng.choice(prices),
            timestamp=rng.getrandbits(48),
            code=rng.choice("TQP"),
            market=rng.choice("QQB"),
            stock=rng.choice(("SYM0    ", "SYM1    ", "LEARN   ", "NOBODY  ")),
        )
        if kind in "AF" and rng.random() < 0.03:
            op.side = rng.choice("bs \0")
        yield op


def with_commands(rng: random.Random, ops: Iterator[Op], symbols: int, every: int) -> Iterator[Op]:
    """Sprinkle everything that is not a message between `ops`, one in about `every`."""
    for op in ops:
        yield op
        if rng.random() * every >= 1:
            continue
        kind = rng.choice((BAD, BAD, GAP, END, START, COMMIT, RESET, CLEAR, CLEAR, CLEAR, TRUST, TRUST))
        command = Op(kind=kind)
        if kind == GAP:
            command.end, command.cause = rng.getrandbits(64), rng.randint(1, 3)
        elif kind == END:
            command.session = b"SESSION001"
        elif kind in (CLEAR, TRUST):
            command.symbol = rng.choice((*range(symbols), 0xFFFF, symbols))
        elif kind == COMMIT:
            command.config = {i: _config(rng, i) for i in rng.sample(range(symbols), rng.randint(0, symbols))}
        yield command


def _config(rng: random.Random, index: int) -> SymbolConfig:
    return SymbolConfig(
        enabled=rng.random() < 0.9,
        stock=rng.choice((f"SYM{index % 3}    ", "LEARN   ")),
        locate=100 + rng.randrange(4),
        given=rng.random() < 0.7,
        base=10_000,
        tick=rng.choice((100, 100, 100, 50)),
    )
