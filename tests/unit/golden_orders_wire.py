# SPDX-License-Identifier: Apache-2.0
"""Bytes of the order path for the golden tests, by hand from the wire formats: no expectation rests on the code under test."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import golden_wire as wire
import numpy as np

from tickproof.capture import Observed, Sent
from tickproof.golden import Prediction, TickToTrade
from tickproof.golden.orders.predict import Simulation
from tickproof.golden.records import as_records
from tickproof.program import PortProgram, Program, Send, SendFlag

US = 1000
MARKET = 0x7FFFFFFF
SETTING = {
    "dead_man_ns": 128,
    "token_ns": 129,
    "burst": 130,
    "max_open_orders": 131,
    "session_max_gross": 132,
    "duplicate_window": 133,
    "allowed_phases": 134,
    "reject_mode": 135,
    "cancel_on_disconnect": 136,
    "client_types": 137,
    "restricted": 192,
    "max_shares": 193,
    "max_notional": 194,
    "collar_bps": 195,
    "max_reference_age": 196,
    "max_long": 197,
    "max_short": 198,
    "max_gross": 199,
    "short_ok": 200,
    "allowed_types": 201,
    "max_executions": 202,
    "execution_window": 203,
}
OP = {"commit": 1, "session_reset": 2, "kill": 5, "unkill": 6, "set_position": 7, "set_executed": 8, "release_order": 9, "alive": 10}
GLOBAL, SESSION = 0xFFFF, 0xFFFE
BITS = (
    *("kill", "symbol", "message", "sequence", "quantity", "value", "collar", "reference", "rate"),
    *("duplicate", "position", "gross", "open_orders", "trading_state", "short_sale", "type", "executions"),
)


# SoupBinTCP and OUCH


def soup(kind: str, payload: bytes = b"") -> bytes:
    return struct.pack(">H", 1 + len(payload)) + kind.encode() + payload


def enter(ref: int, side: str = "B", quantity: int = 100, price: int = 1_000_000, **other: object) -> bytes:
    """A packet with an `O`. other: stock, tif, display, capacity, iso, cross, clordid, options."""
    options = bytes(other.get("options", b""))  # type: ignore[call-overload]
    codes = "".join(str(other.get(*item)) for item in (("tif", "0"), ("display", "Y"), ("capacity", "P"), ("iso", "N"), ("cross", "N")))
    fixed = struct.pack(">cI1sI8sQ", b"O", ref, side.encode("latin-1"), quantity, str(other.get("stock", "AAPL")).encode().ljust(8), price)
    clordid = str(other.get("clordid", "")).encode().ljust(14)
    return soup("U", fixed + codes.encode("latin-1") + clordid + struct.pack(">H", len(options)) + options)


def replace(orig: int, ref: int, quantity: int = 100, price: int = 1_000_000, *, codes: str = "0YN", options: bytes = b"") -> bytes:
    fixed = struct.pack(">cIIIQ", b"U", orig, ref, quantity, price) + codes.encode("latin-1") + b"REPLACE".ljust(14)
    return soup("U", fixed + struct.pack(">H", len(options)) + options)


def modify(ref: int, side: str = "B", quantity: int = 100) -> bytes:
    return soup("U", struct.pack(">cI1sI", b"M", ref, side.encode("latin-1"), quantity))


def cancel(ref: int, quantity: int = 0) -> bytes:
    return soup("U", struct.pack(">cII", b"X", ref, quantity))


def login(number: int | str = 1, session: str = "S1") -> bytes:
    return soup("A", session.encode().rjust(10) + str(number).encode().rjust(20))


def accepted(ref: int, quantity: int = 100, state: str = "L") -> bytes:
    head = struct.pack(">cQI1sI8sQ", b"A", 0, ref, b"B", quantity, b"AAPL    ", 0)
    return soup("S", head + b"0Y" + bytes(8) + b"PNN" + state.encode() + bytes(14) + bytes(2))


def replaced(orig: int, ref: int, quantity: int = 100, state: str = "L") -> bytes:
    head = struct.pack(">cQII1sI8sQ", b"U", 0, orig, ref, b"B", quantity, b"AAPL    ", 0)
    return soup("S", head + b"0Y" + bytes(8) + b"PNN" + state.encode() + bytes(14) + bytes(2))


def executed(ref: int, quantity: int = 100, price: int = 1_000_000) -> bytes:
    return soup("S", struct.pack(">cQIIQcQH", b"E", 0, ref, quantity, price, b"A", 7, 0))


def canceled(ref: int, quantity: int = 100) -> bytes:
    return soup("S", struct.pack(">cQIIc", b"C", 0, ref, quantity, b"U"))


def aiq_canceled(ref: int, quantity: int = 100, newer: bool = False) -> bytes:
    return soup("S", struct.pack(">cQIIcIQc", b"D", 0, ref, quantity, b"Q", 9, 9, b"A") + b"N" * newer)


def modified(ref: int, side: str = "B", quantity: int = 100) -> bytes:
    return soup("S", struct.pack(">cQI1sI", b"M", 0, ref, side.encode(), quantity))


def about(kind: str, ref: int, size: int) -> bytes:
    """Any other message, user_ref_num where most have it, the rest zero."""
    return soup("S", struct.pack(">1sQI", kind.encode(), 0, ref).ljust(size, b"\0")[:size])


def rejected(ref: int) -> bytes:
    return about("J", ref, 29)


def broken(ref: int, kind: str = "B") -> bytes:
    return about(kind, ref, {"B": 36, "F": 49}[kind])


# Control


def put(setting: str, value: int, symbol: int = 0xFFFF) -> bytes:
    return struct.pack(">BBHIQ", 0, 0, symbol, SETTING[setting], value) if setting in SETTING else wire.put(setting, value, symbol)


def control(op: str, symbol: int = 0xFFFF, value: int = 0) -> bytes:
    return struct.pack(">BBHIQ", OP[op], 0, symbol, 0, value % (1 << 64))


_WIDE = (1 << 63) - 1
OPEN_GLOBAL = {"dead_man_ns": _WIDE, "burst": 65535, "max_open_orders": 65535, "session_max_gross": _WIDE, "allowed_phases": 0b111111}
OPEN_SYMBOL = {
    "max_shares": 999_999,
    "max_notional": _WIDE,
    "collar_bps": 65535,
    "max_reference_age": _WIDE,
    "max_long": _WIDE,
    "max_short": _WIDE,
    "max_gross": _WIDE,
    "short_ok": 1,
    "allowed_types": 0b11111,
    "max_executions": 255,
}


def setup(symbols: int = 2, unkill: bool = True, **limits: int) -> tuple[bytes, ...]:
    """Symbols AAPL (locate 7) and MSFT (8), everything open but what `limits` say (per-symbol ones of both), the global kill off."""
    names = (("AAPL", 7), ("MSFT", 8))[:symbols]
    records: list[bytes] = []
    for index, (stock, locate) in enumerate(names):
        records += wire.enable(index, stock, locate=locate)
        records += [put(name, limits.get(name, value), index) for name, value in (OPEN_SYMBOL | _of(limits, 192)).items()]
    records += [put(name, limits.get(name, value)) for name, value in (OPEN_GLOBAL | _of(limits, 128)).items()]
    return (*records, control("commit"), *([control("unkill", GLOBAL)] if unkill else []))


def _of(limits: dict[str, int], first: int) -> dict[str, int]:
    return {name: value for name, value in limits.items() if first <= SETTING[name] < first + 64}


# Programs and what came of them

Row = tuple[int, str, bytes] | tuple[int, str, bytes, SendFlag]
UP = (b"", SendFlag.LINK_UP)
DOWN = (b"", SendFlag.LINK_DOWN)
LINKS: tuple[Row, ...] = ((0, "client", *UP), (0, "exchange", *UP))


def market(
    bid: int = 1_000_000, ask: int = 1_000_200, *, phase: str = "Q", state: str = "T", time_ns: int = 0, locate: int = 7
) -> list[Row]:
    """The feed up to a top of book of 1,000 each side. 0 = no such side. Sequences 1 to 4."""
    sides = [wire.add(1, "B", 1000, bid, locate=locate)] * (bid > 0) + [wire.add(2, "S", 1000, ask, locate=locate)] * (ask > 0)
    messages = [wire.system_event(phase), wire.trading_action(state, locate=locate), *sides]
    return [(time_ns, "feed_a", wire.packet("a", 1, *messages))]


def program(*rows: Row, setup_records: Iterable[bytes] = (), links: bool = True, **parameters: int) -> Program:
    ports: dict[str, list[Send]] = {port: [] for port in ("control", "feed_a", "feed_b", "exchange", "client")}
    for time, port, data, *flags in (*(LINKS if links else ()), *rows):
        ports[port].append(Send(time, data, *flags))
    records = tuple(setup_records) or setup()
    return Program("tick_to_trade", {name: PortProgram.of(sends) for name, sends in ports.items()}, records, parameters)


def predict(of: Program) -> Prediction:
    return TickToTrade().predict(of)


def decisions(prediction: Prediction) -> list[tuple[int, set[str]]]:
    """(user_ref_num, failing checks) of each DECISION."""
    found = []
    for record in prediction.records:
        data = record.tobytes()
        if data[0] == 10:
            failing, number = struct.unpack_from(">II", data, 32)
            assert data[46] == (failing == 0)
            found.append((number, {name for bit, name in enumerate(BITS) if failing >> bit & 1}))
    return found


def rows(prediction: Prediction) -> list[tuple[object, ...]]:
    """The records of the order path as short tuples, CONTROL of the setup left out."""
    decoded = [decode(record.tobytes()) for record in prediction.records]
    return [
        row for row, cause in zip(decoded, prediction.causes.tolist(), strict=True) if row and not (row[0] == "CONTROL" and cause[1] < 0)
    ]


def decode(record: bytes) -> tuple[object, ...]:
    """One record by the offsets of the contract's section 8; () for the feed's."""
    kind, flags, symbol = struct.unpack_from(">BBH", record)
    (ordinal,) = struct.unpack_from(">Q", record, 24)
    if kind == 7:
        port, reason, packet_type, message_type, length = struct.unpack_from(">BBBBH", record, 32)
        return ("ERROR", port, ordinal, reason, chr(packet_type), chr(message_type), length)
    if kind == 8:
        return ("LINK", record[32], ordinal, record[33])
    if kind == 9:
        length, number = struct.unpack_from(">HxxI", record, 36)
        return ("CLIENT", ordinal, chr(record[32]), chr(record[33]), length, number)
    if kind == 10:
        failing, number, quantity, message_type, side, verdict, price, bid, ask = struct.unpack_from(">IIIBBBxQII", record, 32)
        return ("DECISION", symbol, ordinal, failing, number, quantity, chr(message_type), chr(side), verdict, price, (bid, ask))
    if kind == 11:
        packet_type, message_type, applied, number, session, position, remaining = struct.unpack_from(">BBBxIQqI", record, 32)
        kinds = chr(packet_type) + chr(message_type)
        return ("REPORT", symbol, ordinal, flags, kinds, applied, number, session, position, remaining)
    if kind == 12 and record[32] >= 5:
        return ("CONTROL", record[32], symbol, int.from_bytes(record[40:48], "big"))
    return ()


def sent(prediction: Prediction, port: str) -> list[bytes]:
    return list(prediction.streams[port].packets)


def reject(ref: int, check: str, time_ns: int, clordid: bytes = b" " * 14) -> bytes:
    """SESS-REJECT by hand."""
    return soup("U", struct.pack(">cQIH", b"J", time_ns, ref, 0x8000 + BITS.index(check)) + clordid)


# What a device might have shown


def simulated(of: Program, *, delay_ns: int = 0, slack_ns: int = 100) -> Observed:
    """What `predict` itself would have shown, as a capture; every record `delay_ns` after its input."""
    simulation = Simulation(of)
    simulation.run()
    log = simulation.path.log
    found = as_records(log.parts).copy()
    times = np.array(log.times_ps, np.int64) + delay_ns * 1000
    found["time_ns"] = times // 1000
    found["number"] = found["stamp"] = np.arange(len(found))
    times_ps = {name: port.not_before_ns * 1000 for name, port in of.ports.items()}
    return Observed(found, times + 1000, {name: Sent(row, row) for name, row in times_ps.items()}, 0, slack_ns)


def replay(of: Program, what: Observed) -> Prediction:
    return TickToTrade().replay(of, what)


def fails(packet: bytes, *before: Row, top: Iterable[Row] | None = None, **limits: int) -> set[str]:
    """The failing checks of one order at 100 us, after `top` (default: 100.00 x 100.02 at time 0) and the rows of `before`."""
    rows = (*(market() if top is None else top), *before, (100 * US, "client", packet))
    return decisions(predict(program(*rows, setup_records=setup(**limits))))[-1][1]
