# SPDX-License-Identifier: Apache-2.0
"""Contract 7 in bins: how far below or above each limit an order was."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tickproof.golden.orders.case import Case
from tickproof.golden.orders.exposure import SETS, WAYS

__all__ = ["relations"]

_FOREVER = 1 << 64
_MOST_QUANTITY, _MOST_PRICE = 999_999, 1_999_999_900


def relations(case: Case) -> Iterator[tuple[str, str]]:
    """(limit, "below", "at" or "above") of every limit that is compared for this order: at the limit passes, above it does not."""
    for limit, value, bound in _compared(case):
        yield limit, "below" if value < bound else "at" if value == bound else "above"
    if case.symbol is not None:
        most, window = case.limits["max_executions"], case.limits["execution_window"]
        yield from _window("execution_window", window, lambda span: case.fills.more_than(most, case.now, span))
        if case.enters:
            has = case.state.forwarded.has
            yield from _window("duplicate_window", case.values["duplicate_window"], lambda span: has(case.key, case.now, span))


def _window(limit: str, window: int, fails: Callable[[int], bool]) -> Iterator[tuple[str, str]]:
    """Of a limit on how long something is ago; nothing if it never was. fails: would a window of this length catch it?"""
    if fails(_FOREVER):
        yield limit, "above" if fails(window) else "at" if fails(window + 1) else "below"


def _compared(case: Case) -> Iterator[tuple[str, int, int]]:
    """(limit, value, highest value that passes)."""
    request, state, limits, values = case.request, case.state, case.limits, case.values
    yield "quantity of a message", request.quantity, _MOST_QUANTITY
    if not case.modifies:
        if not case.is_market:
            yield "price of a message", case.request.price, _MOST_PRICE
        yield "user_ref_num", state.highest + 1, request.number
        yield "max_open_orders", len(state.exposure.live) + 1, values["max_open_orders"]
        in_set = sum(number % SETS == request.number % SETS for number in state.exposure.live)
        yield "four of a residue", in_set + 1, WAYS
    yield "dead_man_ns", case.now - state.last_control_ns, values["dead_man_ns"]
    yield "burst and token_ns", state.bucket.tat, case.now + (values["burst"] - 1) * values["token_ns"]
    if case.symbol is not None:
        yield from _of_symbol(case)
        yield "session_max_gross", _session_gross(case), values["session_max_gross"]
        yield "max_executions", _fills(case), limits["max_executions"]


def _of_symbol(case: Case) -> Iterator[tuple[str, int, int]]:
    request, exposure, limits = case.request, case.exposure, case.limits
    yield "max_shares", request.quantity, limits["max_shares"]
    if case.needed or not case.is_market:
        yield "max_notional, market" if case.is_market else "max_notional", case.notional, limits["max_notional"]
        added = 0 if case.modifies else case.notional
        yield "max_gross", exposure.open_notional + exposure.executed + added, limits["max_gross"]
    if case.needed:
        yield "max_reference_age", case.now - case.reference.time_ns, limits["max_reference_age"]
        if not case.is_market:
            price = case.price * 10_000
            if case.buys:
                yield "collar_bps", price, case.needed * (10_000 + limits["collar_bps"])
            else:
                yield "collar_bps", case.needed * max(10_000 - limits["collar_bps"], 0), price
    quantity = 0 if case.modifies else request.quantity
    if case.buys:
        yield "max_long or max_short", exposure.position + exposure.open_buys + quantity, limits["max_long"]
    else:
        yield "max_long or max_short", exposure.open_sells - exposure.position + quantity, limits["max_short"]
    if case.modifies and case.live is not None:
        yield "what remains", request.quantity, case.live.remaining


def _fills(case: Case) -> int:
    """How many lie in the window."""
    count = 0
    while case.fills.more_than(count, case.now, case.limits["execution_window"]):
        count += 1
    return count


def _session_gross(case: Case) -> int:
    session = case.state.exposure
    return session.session_open + session.session_executed + (0 if case.modifies else case.notional)
