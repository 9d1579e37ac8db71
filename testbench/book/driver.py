# SPDX-License-Identifier: Apache-2.0
"""Plays ops into the book, gathers what comes out, holds it against the reference. Shared by the benches of the book."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence

from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly

from testbench.book.reference import BAD, COMMIT, MESSAGE, RESET, TRUST, Op, Reference, SymbolConfig, decode

__all__ = ["COUNTERS", "LATENCY_CLK", "BookTB", "pack_config"]

COUNTERS = ("unknown_reference", "duplicate_reference", "over_reduced", "bad_add", "wrong_locate", "degraded")
LATENCY_CLK = 10
CONTROL = 12  # kind of record
RANK_FEED = 2  # CONTROL has rank 0
RETRY_CLK = 2


def _char(text: str) -> int:
    return int.from_bytes(text.encode("latin-1"), "big")


def pack_config(configs: Sequence[SymbolConfig]) -> dict[str, int]:
    """The cfg_sym_* vectors, symbol i in slice i."""

    def pack(width: int, value: Callable[[SymbolConfig], int]) -> int:
        return sum(value(config) << width * i for i, config in enumerate(configs))

    return {
        "cfg_sym_enabled": pack(1, lambda c: c.enabled),
        "cfg_sym_stock": pack(64, lambda c: _char(c.stock)),
        "cfg_sym_locate": pack(16, lambda c: c.locate),
        "cfg_sym_locate_given": pack(1, lambda c: c.given),
        "cfg_sym_base": pack(32, lambda c: c.base),
        "cfg_sym_tick": pack(16, lambda c: c.tick),
        "cfg_sym_recip": pack(29, lambda c: -(-(1 << 28) // c.tick)),
    }


class BookTB:
    """One run: `await tb.reset()`, `await tb.play(ops)` any number of times, `await tb.finish()`."""

    def __init__(self, dut, *, symbols: int = 8, levels: int = 4096, store_sets: int = 4096, seed: int = 1) -> None:
        self.dut = dut
        self.reference = Reference(symbols, levels, store_sets)
        self.random = random.Random(seed)
        self.configs = [SymbolConfig() for _ in range(symbols)]
        self.sequence = 0
        self.cycle = 0
        self.expected: list[tuple[bytes, Op, int]] = []
        self.got: list[tuple[bytes, int, bool]] = []
        self.counters: Counter[str] = Counter()
        self.waits: list[int] = []
        self.driven: dict[str, int] = {}

    def drive(self, **values: int) -> None:
        for name, value in values.items():
            if self.driven.get(name) != value:
                self.driven[name] = value
                getattr(self.dut, name).value = value

    async def step(self) -> bool:
        """To the end of this clock: what is driven now is sampled by the next rising edge. True: an op was taken."""
        dut = self.dut
        self.drive(clk_count=self.cycle)
        await ReadOnly()
        taken = bool(self.driven.get("op_valid")) and dut.op_ready.value == 1
        if dut.rec_valid.value:
            bbo = bool(dut.m_bbo_axis_tvalid.value)
            self.got.append((int(dut.rec_data.value).to_bytes(64, "little"), self.cycle, bbo))
            if bbo:
                assert dut.m_bbo_axis_tlast.value == 1
                assert dut.m_bbo_axis_tdata.value == dut.rec_data.value
        else:
            assert dut.m_bbo_axis_tvalid.value == 0, "a BBO on m_bbo_axis that is no record"
        for name in COUNTERS:
            self.counters[name] += int(getattr(dut, f"inc_{name}").value)
        await FallingEdge(dut.clk)
        self.cycle += 1
        return taken

    async def reset(self) -> None:
        self.dut.clk.value = 0
        Clock(self.dut.clk, 6400, "ps").start(start_high=False)
        self.drive(rst=1, op_valid=0, cfg_sym_restart=0, **self.op_signals(Op()), **pack_config(self.configs))
        for _ in range(3):
            await FallingEdge(self.dut.clk)
        self.drive(rst=0)
        while not self.dut.ready.value:
            await FallingEdge(self.dut.clk)
        await self.idle()

    async def idle(self) -> None:
        """Until nothing is on its way."""
        self.drive(op_valid=0)
        await self.step()
        while not self.dut.book_idle.value:
            await self.step()

    def op_signals(self, op: Op) -> dict[str, int]:
        return {
            "op_kind": op.kind,
            "op_sequence": op.sequence,
            "op_time_ns": op.time_ns,
            "op_symbol": op.symbol,
            "op_type": _char(op.type),
            "op_locate": op.locate,
            "op_timestamp": op.timestamp,
            "op_ref": op.ref,
            "op_new_ref": op.new_ref,
            "op_side": _char(op.side),
            "op_shares": op.shares,
            "op_price": op.price,
            "op_stock": _char(op.stock),
            "op_code": _char(op.code),
            "op_market": _char(op.market),
            "op_end": op.end,
            "op_cause": op.cause,
            "op_session": int.from_bytes(op.session, "big"),
        }

    async def play(self, ops: Sequence[Op], gap: Callable[[], int] = lambda: 0) -> None:
        """Offer each op `gap()` clocks after the one before was taken; commands go the quiet way of hdl/README.md."""
        for op in ops:
            quiet = COMMIT <= op.kind <= TRUST
            if quiet:
                await self.idle()
            pause = gap()
            if pause:
                self.drive(op_valid=0)
                for _ in range(pause):
                    await self.step()
            self.sequence += op.kind == MESSAGE
            op.sequence = op.sequence or self.sequence
            op.end = op.end or (1 if op.kind == RESET else self.sequence)
            op.time_ns = self.cycle * 32 // 5
            if op.kind == COMMIT:
                restart = 0
                for index, new in op.config.items():
                    old, self.configs[index] = self.configs[index], new
                    changed = (old.stock, old.base, old.tick, old.enabled) != (new.stock, new.base, new.tick, new.enabled)
                    restart |= changed << index
                self.drive(cfg_sym_restart=restart, **pack_config(self.configs))
            self.drive(op_valid=1, **self.op_signals(op))
            offered = self.cycle
            while not await self.step():
                assert self.cycle - offered < 20_000, f"op not taken: {op}"
            self.waits.append(self.cycle - 1 - offered)
            self.expected += [(record, op, self.cycle - 1) for record in self.reference.apply(op)]
            if quiet:
                await self.idle()
        self.drive(op_valid=0)

    async def finish(self) -> None:
        """Nothing more comes, everything that came was due, each counter is exact, each BBO of a message was in time."""
        await self.idle()
        for _ in range(20):
            await self.step()
        for i, ((unstamped, op, taken), (got, cycle, bbo)) in enumerate(zip(self.expected, self.got, strict=False)):
            stamp = cycle << 8 | (0 if unstamped[0] == CONTROL else RANK_FEED << 6)
            want = unstamped[:8] + stamp.to_bytes(8, "big") + unstamped[16:]
            assert got == want, f"record {i} of {op}\n  want {decode(want)}\n  got  {decode(got)}"
            assert bbo == (want[0] == 1)
            if op.kind == MESSAGE and bbo:
                latest = LATENCY_CLK + (2 * RETRY_CLK if self.counters["duplicate_reference"] else 0)
                assert cycle - taken <= latest, f"record {i} left {cycle - taken} clk behind the handshake"
        assert len(self.got) == len(self.expected), (
            f"{len(self.got)} records, {len(self.expected)} due: "
            f"{[decode(r[0]) for r in (self.got[len(self.expected) :] or self.expected[len(self.got) :])][:3]}"
        )
        want = {name: self.reference.counters[name] for name in COUNTERS}
        assert {name: self.counters[name] for name in COUNTERS} == want


def bad_message() -> Op:
    return Op(kind=BAD)
