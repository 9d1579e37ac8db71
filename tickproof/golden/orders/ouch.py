# SPDX-License-Identifier: Apache-2.0
"""Contract 6.3: OUCH 5.0 messages, how long each may be, and the fields of an order that the risk gate reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tickproof.protocols import OUCH_IN, OUCH_OUT, Table

__all__ = ["CANCEL", "ENTER", "INBOUND", "MODIFY", "OUTBOUND", "REPLACE", "Form", "Request", "appendage_of", "request_of"]

ENTER, REPLACE, CANCEL, MODIFY = b"OUXM"
_AIQ_CANCELED = ord("D")
_PRICE_TYPE, _LIMIT = 6, ord("L")


@dataclass(frozen=True, slots=True)
class Form:
    """sizes: that the fixed part may have. counted: it ends in an appendage length."""

    sizes: tuple[int, ...]
    counted: bool


def _forms(table: Table) -> dict[int, Form]:
    return {tag[0]: Form((layout.size,), layout.fields[-1].name == "appendage_length") for tag, layout in table.by_tag.items()}


INBOUND: Mapping[int, Form] = _forms(OUCH_IN)
OUTBOUND: Mapping[int, Form] = {**_forms(OUCH_OUT), _AIQ_CANCELED: Form((31, 32), counted=False)}
"""By message type. A newer revision's `D` has one byte more."""


def appendage_of(form: Form, message: bytes) -> bytes | None:
    """The options of a message; None if its length is wrong (SESS-ERROR 5)."""
    if form.counted:
        return _options(message, form.sizes[0] - 2)
    if len(message) in form.sizes:
        return b""
    found = (_options(message, size) for size in form.sizes)
    return next((options for options in found if options is not None), None)


def _options(message: bytes, at: int) -> bytes | None:
    """The bytes behind the appendage length at `at`, if they are as many as it says, and whole options."""
    start = at + 2
    if len(message) < start or start + (message[at] << 8 | message[at + 1]) != len(message):
        return None
    while start < len(message) and message[start]:
        start += 1 + message[start]
    return message[at + 2 :] if start == len(message) else None


def _price_type(options: bytes) -> int:
    """The value of the last PriceType option; `L` if there is none."""
    found, at = _LIMIT, 0
    while at < len(options):
        if options[at] == 2 and options[at + 1] == _PRICE_TYPE:
            found = options[at + 2]
        at += 1 + options[at]
    return found


@dataclass(slots=True)
class Request:
    """An `O`, `U` or `M` of the client. Fields that its type does not have are 0, `clordid` then spaces; codes are their byte.

    number: user_ref_num (`U`: the new one). original: the number of the order that a `U` or `M` is about. stock: eight bytes.
    price_type: value of the PriceType option, `L` without.
    """

    kind: int
    number: int
    quantity: int
    side: int = 0
    price: int = 0
    original: int = 0
    stock: bytes = b""
    time_in_force: int = 0
    display: int = 0
    capacity: int = 0
    iso: int = 0
    cross: int = 0
    clordid: bytes = b" " * 14
    price_type: int = _LIMIT


_ENTER = OUCH_IN.layouts["enter_order"].picker(
    *("user_ref_num", "side", "quantity", "symbol", "price", "time_in_force", "display"),
    *("capacity", "inter_market_sweep_eligibility", "cross_type", "clordid"),
)
_REPLACE = OUCH_IN.layouts["replace_order"].picker(
    *("orig_user_ref_num", "user_ref_num", "quantity", "price", "time_in_force", "display", "inter_market_sweep_eligibility", "clordid")
)
_MODIFY = OUCH_IN.layouts["modify_order"].picker("user_ref_num", "side", "quantity")


def request_of(message: bytes, options: bytes) -> Request:
    """From an `O`, `U` or `M` of the right length. options: its appendage."""
    if message[0] == ENTER:
        number, (side,), quantity, stock, price, *codes, clordid = _ENTER.unpack_from(message)
        (tif,), (display,), (capacity,), (iso,), (cross,) = codes
        return Request(ENTER, number, quantity, side, price, 0, stock, tif, display, capacity, iso, cross, clordid, _price_type(options))
    if message[0] == REPLACE:
        original, number, quantity, price, (tif,), (display,), (iso,), clordid = _REPLACE.unpack_from(message)
        return Request(REPLACE, number, quantity, 0, price, original, b"", tif, display, 0, iso, 0, clordid, _price_type(options))
    number, (side,), quantity = _MODIFY.unpack_from(message)
    return Request(MODIFY, number, quantity, side, original=number)
