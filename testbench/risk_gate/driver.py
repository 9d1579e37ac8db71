# SPDX-License-Identifier: Apache-2.0
"""Drives the risk gate input by input and decodes what comes out. Shared by its benches: it knows the seams of hdl/README.md and the
record layouts of contract 8, but no rule."""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass, field

from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly

__all__ = ["ALL", "CHECKS", "MARKET", "SESSION", "WHOLE", "GateTB", "Outcome", "spaces"]

# Bit order of contract 7
CHECKS = (  # noqa: SIM905
    "kill symbol message sequence quantity value collar reference rate duplicate position gross open_orders trading_state "
    "short_sale type executions"
).split()
COUNTERS = (  # noqa: SIM905
    "client_packets client_errors client_unsent exchange_packets exchange_errors exchange_unsent orders orders_forwarded orders_rejected "
    "rejects_sent cancels_sent replayed unknown_report unknown_order over_released"
).split()
MARKET = 0x7FFFFFFF
WHOLE, SESSION = 0xFFFF, 0xFFFE  # global, session
ALL = (1 << 63) - 1
OPS = {"kill": 5, "unkill": 6, "set_position": 7, "set_executed": 8, "release_order": 9, "alive": 10}
CONTROL_OPS = {"commit": 1, "session_reset": 2, "book_clear": 3, "book_trust": 4}
NUMBERED = "AUCDEBFJPITMR"

# name -> (bits, wide open); per symbol when it begins with sym_
LIMITS = {
    "dead_man_ns": (64, ALL),
    "token_ns": (32, 0),
    "burst": (16, 0xFFFF),
    "max_open_orders": (16, 0xFFFF),
    "session_max_gross": (64, ALL),
    "duplicate_window": (64, 0),
    "allowed_phases": (6, 0x3F),
    "reject_mode": (1, 0),
    "cancel_on_disconnect": (1, 0),
    "sym_restricted": (1, 0),
    "sym_max_shares": (32, 999_999),
    "sym_max_notional": (64, ALL),
    "sym_collar_bps": (16, 0xFFFF),
    "sym_max_reference_age": (64, ALL),
    "sym_max_long": (64, ALL),
    "sym_max_short": (64, ALL),
    "sym_max_gross": (64, ALL),
    "sym_short_ok": (1, 1),
    "sym_allowed_types": (5, 0x1F),
    "sym_max_executions": (8, 0),
    "sym_execution_window": (64, 0),
}
FIELDS = {
    "ctl": "op symbol value",
    "exc": "kind packet_type message_type length known ref orig_ref side quantity price state session number up reason",
    "cli": "kind packet_type message_type length ref orig_ref side quantity stock price tif display capacity iso cross price_type "
    "clordid up reason",
}


def spaces(text: str, size: int = 8) -> int:
    """Text as a field has it: left-justified, first character in the top byte."""
    return int.from_bytes(text.encode().ljust(size), "big")


@dataclass
class Outcome:
    """What one input brought: its record's fields, the transfers on xo and co (dicts), clocks, counter pulses."""

    record: dict[str, int | str | set[str]] = field(default_factory=dict)
    xo: list[dict[str, int]] = field(default_factory=list)
    co: list[dict[str, int]] = field(default_factory=list)
    taken: int = -1  # clock of the handshake
    sent: int = -1  # clock of the first xo
    recorded: int = -1  # clock of the record
    counters: Counter[str] = field(default_factory=Counter)

    @property
    def failing(self) -> set[str]:
        """Names of the failing checks; the verdict, xo and co have to agree with them."""
        failing = self.record["failing"]
        assert isinstance(failing, set)
        assert self.record["verdict"] == int(not failing)
        assert [x["kind"] for x in self.xo] == [1 if failing else 0]
        return failing

    @property
    def cancels(self) -> list[int]:
        """user_ref_num of the Cancels, in order."""
        return [x["ref"] for x in self.xo if x["kind"] == 2]


def _decode(data: bytes) -> dict[str, int | str | set[str]]:
    kind, flags, symbol, number, stamp, time_ns, sequence = struct.unpack_from(">BBHIQQQ", data)
    record: dict[str, int | str | set[str]] = {"flags": flags, "symbol": symbol, "stamp": stamp, "time_ns": time_ns, "sequence": sequence}
    assert number == 0
    layout = {
        7: ("SESSION_ERROR", ">BBccH26x", "port reason packet_type message_type length"),
        8: ("LINK", ">BB30x", "port up"),
        9: ("CLIENT", ">cc2xH2xI20x", "packet_type message_type length user_ref_num"),
        10: ("DECISION", ">IIIccBxQII", "failing user_ref_num quantity message_type side verdict price reference_bid reference_ask"),
        11: ("REPORT", ">ccBxIQqI4x", "packet_type message_type applied user_ref_num session_number position remaining"),
        12: ("CONTROL", ">B7xQ16x", "op value"),
    }
    record["kind"], form, names = layout[kind]
    for name, value in zip(names.split(), struct.unpack(form, data[32:]), strict=True):
        record[name] = value.decode("latin-1").replace("\0", "") if isinstance(value, bytes) else value
    if kind == 10:
        record["failing"] = {name for bit, name in enumerate(CHECKS) if record["failing"] >> bit & 1}
    return record


class GateTB:
    """The clock stands still between inputs, and so does the device's time: tests move `time_ns` themselves."""

    def __init__(self, dut) -> None:
        self.dut = dut
        self.symbols = int(dut.SYMBOLS.value)
        self.cycle = 0
        self.time_ns = 0
        self.limits = {name: [0] * (self.symbols if name.startswith("sym_") else 1) for name in LIMITS}
        self.ref = 0
        self.outcome = Outcome()
        self.driven: dict[str, int] = {}
        self.clock: Clock | None = None

    def drive(self, **values: int) -> None:
        for name, value in values.items():
            if self.driven.get(name) != value:
                self.driven[name] = value
                getattr(self.dut, name).value = value

    async def start(self, *, ready: bool = True) -> None:
        """Through reset: limits 0, nothing enabled, links down."""
        self.ref, self.time_ns, self.outcome = 0, 0, Outcome()
        self.drive(rst=1, rec_valid=0, rec_data=0, xo_ready=1, co_ready=1, orec_ready=1, time_ns=0, clk_count=0)
        self.drive(cfg_sym_enabled=0, cfg_sym_stock=0, cfg_sym_restart=0)
        for port, names in FIELDS.items():
            self.drive(**{f"{port}_valid": 0}, **{f"{port}_{name}": 0 for name in names.split()})
        self.limit(**dict.fromkeys(LIMITS, 0))
        if self.clock is None:
            self.clock = Clock(self.dut.clk, 6400, "ps")
            self.clock.start(start_high=False)
        for _ in range(3):
            await FallingEdge(self.dut.clk)
        self.drive(rst=0)
        while ready and not self.dut.ready.value:
            await self.step()

    async def open(self) -> None:
        """The usual opening: two symbols AA, BB with a reference 150.00 x 150.02, wide limits, links up, phase Q, nothing killed."""
        await self.start()
        self.limit(**{name: wide for name, (_, wide) in LIMITS.items()})
        await self.commit(["AA", "BB"])
        await self.record(4, state="   Q")
        for symbol in (0, 1):
            await self.record(4, symbol, state="TT0Q")
            await self.bbo(symbol)
        await self.exchange_link(1)
        await self.client_link(1)
        await self.command("unkill", WHOLE)

    def limit(self, symbol: int | None = None, **values: int) -> None:
        """Settings, effective at once; per-symbol ones of all symbols, or of one."""
        for name, value in values.items():
            slots = self.limits[name]
            for i in range(len(slots)) if symbol is None else [symbol]:
                slots[i] = value
        for name, (bits, _) in LIMITS.items():
            self.drive(**{f"risk_{name}": sum(value << bits * i for i, value in enumerate(self.limits[name]))})

    async def step(self) -> None:
        """One clock: what is driven is sampled at its end, with all that the gate says in it."""
        dut, now = self.dut, self.outcome
        self.drive(clk_count=self.cycle, time_ns=self.time_ns)
        await ReadOnly()
        for port in FIELDS:
            if self.driven[f"{port}_valid"] and getattr(dut, f"{port}_ready").value:
                now.taken = self.cycle
        if dut.xo_valid.value and dut.xo_ready.value:
            kind = int(dut.xo_kind.value)
            now.xo.append({"kind": kind, "ref": int(dut.xo_ref.value) if kind == 2 else 0})
            now.sent = now.sent if len(now.xo) > 1 else self.cycle
        if dut.co_valid.value and dut.co_ready.value:
            kind = int(dut.co_kind.value)
            names = ("time_ns", "ref", "reason", "clordid") if kind == 2 else ()
            now.co.append({"kind": kind} | {name: int(getattr(dut, f"co_{name}").value) for name in names})
        if dut.orec_valid.value and dut.orec_ready.value:
            now.record = _decode(int(dut.orec_data.value).to_bytes(64, "little"))
            now.recorded = self.cycle
        for name in COUNTERS:
            now.counters[name] += int(getattr(dut, f"inc_{name}").value)
        await FallingEdge(dut.clk)
        self.cycle += 1

    async def give(self, port: str, **fields: int) -> Outcome:
        """One input, until its record has come and everything that follows from it is out."""
        self.outcome = now = Outcome()
        self.drive(**{f"{port}_{name}": fields.get(name, 0) for name in FIELDS[port].split()}, **{f"{port}_valid": 1})
        while now.taken < 0:
            await self.step()
        self.drive(**{f"{port}_valid": 0})
        while now.recorded < 0:
            await self.step()
        while not self.dut.cli_ready.value or self.dut.xo_valid.value or self.dut.co_valid.value:
            await self.step()
        rank = {"ctl": 0, "exc": 1, "cli": 3}[port]
        assert now.record["stamp"] == (now.taken + 1) << 8 | rank << 6 | (port == "ctl")
        assert now.record["time_ns"] == self.time_ns
        return now

    # The feed's records

    async def record(
        self, kind: int, symbol: int = 0xFFFF, *, body: bytes = b"", flags: int = 0, state: str = "", time_ns: int | None = None
    ) -> None:
        """One record of the book, of this clock."""
        time_ns = self.time_ns if time_ns is None else time_ns
        data = struct.pack(">BBHIQQQ", kind, flags, symbol, 0, self.cycle << 8, time_ns, 1) + (body or state.encode()).ljust(32, b"\0")
        self.drive(rec_valid=1, rec_data=int.from_bytes(data, "little"))
        await self.step()
        self.drive(rec_valid=0)

    async def bbo(self, symbol: int = 0, bid: int = 1_500_000, ask: int = 1_500_200, *, flags: int = 0, time_ns: int | None = None) -> None:
        body = struct.pack(">IIQQQ", bid, ask, 100 if bid else 0, 100 if ask else 0, 0)
        await self.record(1, symbol, body=body, flags=flags, time_ns=time_ns)

    async def feed_command(self, op: str, symbol: int = 0xFFFF, time_ns: int | None = None) -> None:
        await self.record(12, symbol, body=bytes([CONTROL_OPS[op]]), time_ns=time_ns)

    async def commit(self, stocks: list[str], *, enabled: int = 3, restart: int = 3) -> None:
        stock = sum(spaces(text) << 64 * i for i, text in enumerate(stocks))
        self.drive(cfg_sym_enabled=enabled, cfg_sym_stock=stock, cfg_sym_restart=restart)
        await self.feed_command("commit")

    # The order path's inputs

    async def command(self, op: str, symbol: int = 0, value: int = 0) -> Outcome:
        return await self.give("ctl", op=OPS[op], symbol=symbol, value=value & (1 << 64) - 1)

    async def client_link(self, up: int) -> Outcome:
        return await self.give("cli", kind=2, up=up)

    async def exchange_link(self, up: int) -> Outcome:
        return await self.give("exc", kind=2, up=up)

    async def enter(
        self, *, stock: str = "AA", side: str = "B", quantity: int = 100, price: int = 1_500_000, ref: int | None = None, **changed: int
    ) -> Outcome:
        """An Enter that nothing is wrong with; `changed`: fields by their cli name."""
        ref = self.ref + 1 if ref is None else ref
        self.ref = max(self.ref, ref)
        fields = {"tif": ord("0"), "display": ord("Y"), "capacity": ord("P"), "iso": ord("N"), "cross": ord("N")}
        fields |= {"clordid": spaces("C1", 14)}
        fields |= {"kind": 1, "packet_type": ord("U"), "message_type": ord("O"), "length": 48, "ref": ref, "side": ord(side)}
        return await self.give("cli", **(fields | {"quantity": quantity, "stock": spaces(stock), "price": price} | changed))

    async def replace(self, orig: int, *, quantity: int = 100, price: int = 1_500_000, ref: int | None = None, **changed: int) -> Outcome:
        ref = self.ref + 1 if ref is None else ref
        self.ref = max(self.ref, ref)
        fields = {"kind": 1, "packet_type": ord("U"), "message_type": ord("U"), "length": 41, "ref": ref, "orig_ref": orig}
        fields |= {"tif": ord("0"), "display": ord("Y"), "iso": ord("N"), "clordid": spaces("C2", 14), "quantity": quantity, "price": price}
        return await self.give("cli", **(fields | changed))

    async def modify(self, ref: int, *, side: str = "B", quantity: int = 50) -> Outcome:
        fields = {"packet_type": ord("U"), "message_type": ord("M"), "length": 11, "ref": ref, "side": ord(side), "quantity": quantity}
        return await self.give("cli", kind=1, **fields)

    async def pass_packet(self, packet_type: str, message_type: str = "\0", *, length: int = 1, ref: int = 0) -> Outcome:
        fields = {"packet_type": ord(packet_type), "message_type": ord(message_type), "length": length, "ref": ref}
        return await self.give("cli", kind=0, **fields)

    async def report(self, message: str, ref: int = 0, quantity: int = 0, *, known: int = 1, state: str = "L", **changed: int) -> Outcome:
        """A sequenced message of the exchange."""
        fields = {"kind": 0, "packet_type": ord("S"), "message_type": ord(message), "length": 50, "known": known}
        fields |= {"ref": ref, "quantity": quantity, "state": ord(state) if message in "AU" else 0}
        return await self.give("exc", **(fields | changed))

    async def login(self, session: str, number: int) -> Outcome:
        return await self.give("exc", kind=0, packet_type=ord("A"), length=31, session=spaces(session, 10), number=number)

    async def error(self, port: str, reason: int, **fields: int) -> Outcome:
        return await self.give(port, kind=3, reason=reason, **fields)
