# SPDX-License-Identifier: Apache-2.0
"""Contract 8: the 64 bytes of each event record. `number`, `stamp` and `time_ns` are the device's own business and stay 0."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tickproof.protocols.records import FLAG, KIND, RECORD

__all__ = [
    "BBO",
    "CONTROL",
    "CROSSED",
    "DEGRADED",
    "DEGRADED_FLAG",
    "END_OF_SESSION",
    "GAP",
    "PARTIAL",
    "STALE",
    "TRADING_STATE",
    "as_records",
    "bbo",
    "control",
    "degraded",
    "end_of_session",
    "gap",
    "trading_state",
]

BBO, GAP, END_OF_SESSION, TRADING_STATE, DEGRADED, CONTROL = (
    KIND[name] for name in ("BBO", "GAP", "END_OF_SESSION", "TRADING_STATE", "DEGRADED", "CONTROL")
)
CROSSED, STALE, PARTIAL, DEGRADED_FLAG = (FLAG[name] for name in ("crossed", "stale", "partial", "degraded"))
NO_SYMBOL = 0xFFFF

_HEADER = ">BBH20xQ"  # kind, flags, symbol, (number, stamp, time_ns), sequence
_BBO = struct.Struct(_HEADER + "IIQQQ")
_GAP = struct.Struct(_HEADER + "QB23x")
_END_OF_SESSION = struct.Struct(_HEADER + "10s22x")
_TRADING_STATE = struct.Struct(_HEADER + "4s20xQ")
_DEGRADED = struct.Struct(_HEADER + "QI12xQ")
_CONTROL = struct.Struct(_HEADER + "B31x")


def bbo(symbol: int, sequence: int, numbers_and_flags: tuple[int, int, int, int, int], timestamp: int) -> bytes:
    """numbers_and_flags: bid price, bid shares, ask price, ask shares, flags."""
    bid_price, bid_shares, ask_price, ask_shares, flags = numbers_and_flags
    return _BBO.pack(BBO, flags, symbol, sequence, bid_price, ask_price, bid_shares, ask_shares, timestamp)


def gap(start: int, end: int, reason: int) -> bytes:
    return _GAP.pack(GAP, 0, NO_SYMBOL, start, end, reason)


def end_of_session(sequence: int, session: bytes) -> bytes:
    return _END_OF_SESSION.pack(END_OF_SESSION, 0, NO_SYMBOL, sequence, session)


def trading_state(symbol: int, sequence: int, state: bytes, timestamp: int) -> bytes:
    """state: trading_state, halt, reg_sho, phase, one byte each."""
    return _TRADING_STATE.pack(TRADING_STATE, 0, symbol, sequence, state, timestamp)


def degraded(symbol: int, sequence: int, reference: int, live_orders: int, timestamp: int) -> bytes:
    return _DEGRADED.pack(DEGRADED, 0, symbol, sequence, reference, live_orders, timestamp)


def control(op: int, symbol: int, sequence: int) -> bytes:
    return _CONTROL.pack(CONTROL, 0, symbol, sequence, op)


def as_records(parts: Sequence[bytes]) -> NDArray[np.void]:
    """RECORD[n] of n records."""
    return np.frombuffer(b"".join(parts), RECORD)
