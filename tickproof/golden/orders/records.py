# SPDX-License-Identifier: Apache-2.0
"""Contract 8: the 64 bytes of the order path's event records. `number`, `stamp` and `time_ns` are the device's own business and stay 0."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from tickproof.golden.control import NO_SYMBOL
from tickproof.protocols.records import KIND

__all__ = [
    "CLIENT",
    "CONTROL",
    "DECISION",
    "LINK",
    "NO_ORDER",
    "REPLAYED",
    "REPORT",
    "SESSION_ERROR",
    "OrderAfter",
    "client",
    "control",
    "decision",
    "link",
    "report",
    "session_error",
]

SESSION_ERROR, LINK, CLIENT, DECISION, REPORT, CONTROL = (
    KIND[name] for name in ("SESSION_ERROR", "LINK", "CLIENT", "DECISION", "REPORT", "CONTROL")
)
REPLAYED = 1
"""Flag of a REPORT."""

_HEADER = ">BBH20xQ"  # kind, flags, symbol, (number, stamp, time_ns), sequence
_SESSION_ERROR = struct.Struct(_HEADER + "BBBBH26x")
_LINK = struct.Struct(_HEADER + "BB30x")
_CLIENT = struct.Struct(_HEADER + "BBxxHxxI20x")
_DECISION = struct.Struct(_HEADER + "IIIBBBxQII")
_REPORT = struct.Struct(_HEADER + "BBBxIQqI4x")
_CONTROL = struct.Struct(_HEADER + "B7xQ16x")


@dataclass(frozen=True, slots=True)
class OrderAfter:
    """Of a REPORT: the order that it is about, afterwards. applied: the message had its effect."""

    symbol: int
    position: int
    remaining: int
    applied: bool


NO_ORDER = OrderAfter(NO_SYMBOL, 0, 0, applied=False)


def session_error(port: int, ordinal: int, reason: int, kinds: tuple[int, int], length: int) -> bytes:
    """kinds: packet and message type."""
    return _SESSION_ERROR.pack(SESSION_ERROR, 0, NO_SYMBOL, ordinal, port, reason, *kinds, length)


def link(port: int, ordinal: int, up: bool) -> bytes:
    return _LINK.pack(LINK, 0, NO_SYMBOL, ordinal, port, up)


def client(ordinal: int, kinds: tuple[int, int], length: int, number: int) -> bytes:
    """kinds: packet and message type. number: user_ref_num of an `X`."""
    return _CLIENT.pack(CLIENT, 0, NO_SYMBOL, ordinal, *kinds, length, number)


def decision(symbol: int, ordinal: int, failing: int, order: tuple[int, int, int, int, int], top: tuple[int, int]) -> bytes:
    """order: user_ref_num, quantity, message type, side, price. top: bid and ask price of the reference."""
    number, quantity, kind, side, price = order
    return _DECISION.pack(DECISION, 0, symbol, ordinal, failing, number, quantity, kind, side, not failing, price, *top)


def report(
    ordinal: int, kinds: tuple[int, int], session_number: int, *, replayed: bool = False, number: int = 0, order: OrderAfter = NO_ORDER
) -> bytes:
    """kinds: packet and message type."""
    after = (order.applied, number, session_number, order.position, order.remaining)
    return _REPORT.pack(REPORT, REPLAYED if replayed else 0, order.symbol, ordinal, *kinds, *after)


def control(op: int, symbol: int, value: int) -> bytes:
    return _CONTROL.pack(CONTROL, 0, symbol, 0, op, value)
