# SPDX-License-Identifier: Apache-2.0
"""Bytes for the golden tests, written out by hand from the wire formats, so that no expectation rests on the code under test."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np

from tickproof.capture import Observed, Sent
from tickproof.golden import FeedHandler, Prediction
from tickproof.golden.predict import Simulation
from tickproof.golden.records import as_records
from tickproof.program import PortProgram, Program, Send, SendFlag, WaitFor
from tickproof.protocols.records import RECORD

SESSION = b"TEST000001"
BASE = 1_000_000  # level 0 at 100.00
LINES = {
    "a": (bytes.fromhex("01005e360c6f"), bytes.fromhex("e9360c6f"), 26477),
    "b": (bytes.fromhex("01005e31c46f"), bytes.fromhex("e931c46f"), 26477),
}
SETTING = {
    "gap_timeout_ns": 0,
    "start_sequence": 1,
    "session_pinned": 2,
    "session_high": 3,
    "session_low": 4,
    "feed_a_port": 6,
    "unicast_mac": 9,
    "enabled": 64,
    "stock": 65,
    "locate": 66,
    "locate_given": 67,
    "base": 68,
    "tick": 69,
}
OP = {"set": 0, "commit": 1, "session_reset": 2, "book_clear": 3, "book_trust": 4}
CROSSED, STALE, PARTIAL, DEGRADED = 1, 2, 4, 8


# Ethernet to MoldUDP64


def frame(line: str, payload: bytes, *, vlan: bytes = b"", mac: bytes | None = None, padding: bytes = b"", **ip: int) -> bytes:
    """A frame of one line. ip: overrides of IPv4 and UDP header fields, by name; the header checksum fits them unless it is given."""
    group_mac, group, port = LINES[line]
    udp_length = ip.get("udp_length", 8 + len(payload))
    udp = struct.pack(">HHHH", 5000, ip.get("port", port), udp_length, 0x1234)
    header = struct.pack(
        ">BBHHHBBH4s4s",
        ip.get("version_ihl", 0x45),
        0,
        ip.get("total_length", 28 + len(payload)),
        99,
        ip.get("flags_fragment", 0),
        3,
        ip.get("protocol", 17),
        0,
        bytes([10, 1, 2, 3]),
        ip.get("group", int.from_bytes(group, "big")).to_bytes(4, "big"),
    )
    total = sum(struct.unpack(">10H", header))
    checksum = ip.get("checksum", 0xFFFF - (total % 0xFFFF or 0xFFFF))
    header = header[:10] + checksum.to_bytes(2, "big") + header[12:]
    ethertype = ip.get("ethertype", 0x0800).to_bytes(2, "big")
    return (mac or group_mac) + bytes.fromhex("021122334455") + vlan + ethertype + header + udp + payload + padding


def mold(sequence: int, *messages: bytes, session: bytes = SESSION, count: int | None = None, behind: bytes = b"") -> bytes:
    blocks = b"".join(struct.pack(">H", len(message)) + message for message in messages)
    return session + struct.pack(">QH", sequence, len(messages) if count is None else count) + blocks + behind


def packet(line: str, sequence: int, *messages: bytes) -> bytes:
    return frame(line, mold(sequence, *messages))


# ITCH


def _header(kind: bytes, locate: int, time: int) -> bytes:
    return kind + struct.pack(">HH", locate, 0) + time.to_bytes(6, "big")


def add(ref: int, side: str = "B", shares: int = 100, price: int = BASE, *, locate: int = 7, time: int = 0) -> bytes:
    return _header(b"A", locate, time) + struct.pack(">Q1sI8sI", ref, side.encode(), shares, b"AAPL    ", price)


def add_mpid(ref: int, side: str = "B", shares: int = 100, price: int = BASE, *, locate: int = 7, time: int = 0) -> bytes:
    return _header(b"F", locate, time) + struct.pack(">Q1sI8sI4s", ref, side.encode(), shares, b"AAPL    ", price, b"MPID")


def executed(ref: int, shares: int, *, locate: int = 7, time: int = 0) -> bytes:
    return _header(b"E", locate, time) + struct.pack(">QIQ", ref, shares, 1)


def executed_at(ref: int, shares: int, printable: str = "N", *, locate: int = 7, time: int = 0) -> bytes:
    return _header(b"C", locate, time) + struct.pack(">QIQ1sI", ref, shares, 1, printable.encode(), 5)


def cancel(ref: int, shares: int, *, locate: int = 7, time: int = 0) -> bytes:
    return _header(b"X", locate, time) + struct.pack(">QI", ref, shares)


def delete(ref: int, *, locate: int = 7, time: int = 0) -> bytes:
    return _header(b"D", locate, time) + struct.pack(">Q", ref)


def replace(ref: int, new: int, shares: int, price: int, *, locate: int = 7, time: int = 0) -> bytes:
    return _header(b"U", locate, time) + struct.pack(">QQII", ref, new, shares, price)


def directory(stock: str, *, locate: int = 7, time: int = 0) -> bytes:
    return _header(b"R", locate, time) + stock.encode().ljust(8) + bytes(20)


def trading_action(state: str, *, locate: int = 7, time: int = 0) -> bytes:
    return _header(b"H", locate, time) + b"AAPL    " + state.encode() + bytes(5)


def halt(action: str, market: str = "Q", *, locate: int = 7, time: int = 0) -> bytes:
    return _header(b"h", locate, time) + b"AAPL    " + market.encode() + action.encode()


def reg_sho(action: str, *, locate: int = 7, time: int = 0) -> bytes:
    return _header(b"Y", locate, time) + b"AAPL    " + action.encode()


def system_event(code: str, *, time: int = 0) -> bytes:
    return _header(b"S", 0, time) + code.encode()


def quiet(locate: int = 7) -> bytes:
    """A trade message: changes nothing, but it is a message of its symbol."""
    return _header(b"P", locate, 0) + bytes(33)


# Control


def control(op: str, symbol: int = 0xFFFF, setting: str = "gap_timeout_ns", value: int = 0) -> bytes:
    return struct.pack(">BBHIQ", OP[op], 0, symbol, SETTING[setting], value)


def put(setting: str, value: int, symbol: int = 0xFFFF) -> bytes:
    return control("set", symbol, setting, value)


def enable(index: int, stock: str, *, locate: int | None = None, base: int = BASE) -> tuple[bytes, ...]:
    """Control records that configure one symbol; they still want a commit. locate: given, or None = to be learned."""
    given = () if locate is None else (put("locate", locate, index), put("locate_given", 1, index))
    stock_value = int.from_bytes(stock.encode().ljust(8), "big")
    return (put("enabled", 1, index), put("stock", stock_value, index), put("base", base, index), *given)


COMMIT = control("commit")
ONE_SYMBOL = (*enable(0, "AAPL", locate=7), COMMIT)
"""Symbol 0 with locate 7. Leaves record 0: CONTROL commit, sequence 1."""
TWO_SYMBOLS = (*enable(0, "AAPL", locate=7), *enable(1, "MSFT", locate=8), COMMIT)


# Programs and what came of them

Row = tuple[int, str, bytes]
"""(not_before_ns, port, bytes)"""


def program(*rows: Row | tuple[int, str, bytes, SendFlag], setup: Iterable[bytes] = ONE_SYMBOL, **parameters: int) -> Program:
    ports: dict[str, list[Send]] = {"control": [], "feed_a": [], "feed_b": []}
    for time, port, data, *flags in rows:
        ports[port].append(Send(time, data, *flags))
    return Program("feed_handler", {name: PortProgram.of(sends) for name, sends in ports.items()}, tuple(setup), parameters)


def stream(*messages: bytes, setup: Iterable[bytes] = ONE_SYMBOL, **parameters: int) -> Program:
    """One message a packet on line A, 1 us apart, sequence from 1."""
    rows = [(1000 * index, "feed_a", packet("a", index, message)) for index, message in enumerate(messages, 1)]
    return program(*rows, setup=setup, **parameters)


def waiting_send(data: bytes, port: str, count: int) -> Send:
    return Send(0, data, wait_for=WaitFor(port, count))


def predict(of: Program) -> Prediction:
    return FeedHandler().predict(of)


def rows(prediction: Prediction) -> list[tuple[object, ...]]:
    """The records as short tuples, without the CONTROL record of the setup's commit."""
    return [decode(record.tobytes()) for record in prediction.records][1:]


def decode(record: bytes) -> tuple[object, ...]:
    """One record, kind first, then what the contract's section 8 lists for it (numbers at their offsets)."""
    kind, flags, symbol = struct.unpack_from(">BBH", record)
    (sequence,) = struct.unpack_from(">Q", record, 24)
    body = record[32:]
    if kind == 1:
        bid, ask, bid_shares, ask_shares, time = struct.unpack(">IIQQQ", body)
        return ("BBO", symbol, sequence, (bid, bid_shares, ask, ask_shares), flags, time)
    if kind == 2:
        end, cause = struct.unpack_from(">QB", body)
        return ("GAP", symbol, sequence, end, cause)
    if kind == 3:
        return ("END", symbol, sequence, body[:10])
    if kind == 4:
        return ("STATE", symbol, sequence, body[:4].decode(), int.from_bytes(body[24:], "big"))
    if kind == 5:
        return ("DEGRADED", symbol, sequence, *struct.unpack_from(">QI", body))
    if kind == 12:
        return ("CONTROL", symbol, sequence, body[0])
    raise AssertionError(f"kind {kind}")


def bbo(sequence: int, bid: tuple[int, int], ask: tuple[int, int], flags: int = 0, *, symbol: int = 0, time: int = 0) -> tuple[object, ...]:
    return ("BBO", symbol, sequence, (*bid, *ask), flags, time)


NONE = (0, 0)


# What a device might have shown

EPOCH_NS = 5_000
"""The device's own time at time 0 of the Program."""


def told(kind: int, sequence: int, time_ns: int, body: bytes, *, symbol: int = 0xFFFF, flags: int = 0) -> bytes:
    """One record by hand; time_ns in Program time."""
    return struct.pack(">BBHIQQQ", kind, flags, symbol, 0, 0, time_ns + EPOCH_NS, sequence) + body.ljust(32, b"\0")


def told_bbo(sequence: int, time_ns: int, bid: tuple[int, int], ask: tuple[int, int] = (0, 0), flags: int = 0, *, symbol: int = 0) -> bytes:
    return told(1, sequence, time_ns, struct.pack(">IIQQ", bid[0], ask[0], bid[1], ask[1]), symbol=symbol, flags=flags)


def told_gap(sequence: int, end: int, cause: int, time_ns: int) -> bytes:
    return told(2, sequence, time_ns, struct.pack(">QB", end, cause))


def told_control(op: str, sequence: int, time_ns: int, symbol: int = 0xFFFF) -> bytes:
    return told(12, sequence, time_ns, bytes([OP[op]]), symbol=symbol)


def observed(of: Program, *told_records: bytes, slack_ns: int = 100) -> Observed:
    """A capture of these records, every send having gone in at its time. The setup's CONTROL record is put before them."""
    found = np.frombuffer(b"".join([told_control("commit", 1, -1000), *told_records]), RECORD).copy()
    times_ps = {name: port.not_before_ns * 1000 for name, port in of.ports.items()}
    sent = {name: Sent(times, times) for name, times in times_ps.items()}
    record_ps = (found["time_ns"].astype(np.int64) - EPOCH_NS + 1) * 1000
    return Observed(found, record_ps, sent, EPOCH_NS * 1000, slack_ns)


def simulated(of: Program, *, delay_ns: int = 0, slack_ns: int = 100) -> Observed:
    """What `predict` itself would have shown, as a capture; every record `delay_ns` after its input, timeouts included."""
    simulation = Simulation(of)
    simulation.run()
    log = simulation.device.log
    found = as_records(log.parts).copy()
    times = np.array(log.times_ps, np.int64) + delay_ns * 1000
    found["time_ns"] = times // 1000 + EPOCH_NS
    found["number"] = found["stamp"] = np.arange(len(found))
    times_ps = {name: port.not_before_ns * 1000 for name, port in of.ports.items()}
    return Observed(found, times + 1000, {name: Sent(row, row) for name, row in times_ps.items()}, EPOCH_NS * 1000, slack_ns)


def replay(of: Program, what: Observed) -> Prediction:
    return FeedHandler().replay(of, what)
