# SPDX-License-Identifier: Apache-2.0
"""Contract 7: the 17 checks, one function each, in the order of their bits; and which of them are evaluated (RISK-MASK)."""

from __future__ import annotations

from collections.abc import Callable

from tickproof.golden.orders.case import Case
from tickproof.golden.orders.exposure import BUY
from tickproof.golden.records import CROSSED, DEGRADED_FLAG, PARTIAL, STALE

__all__ = ["failing_checks", "lowest", "passes_rate"]

_HIGHEST_PRICE = 1_999_999_900
_TOO_MANY = 1_000_000
_PHASES = b"OSQMEC"
_UNUSABLE = CROSSED | STALE | PARTIAL | DEGRADED_FLAG
_SHORT, _SHORT_EXEMPT = b"TE"


def _kill(case: Case) -> bool:
    """RISK-KILL"""
    state = case.state
    return state.stopped(case.symbol) or not state.open["exchange"] or case.now - state.last_control_ns > case.values["dead_man_ns"]


def _symbol(case: Case) -> bool:
    """RISK-SYMBOL"""
    return case.symbol is None or bool(case.limits["restricted"])


def _message(case: Case) -> bool:
    """RISK-MESSAGE"""
    request = case.request
    if not 0 < request.quantity < _TOO_MANY:
        return True
    if case.modifies:
        if request.side not in b"BSTE":
            return True
        live = case.live if case.symbol is not None else None
        return live is not None and (request.quantity > live.remaining or (live.side == BUY) != case.buys)
    if request.price > _HIGHEST_PRICE and not case.is_market:
        return True
    if request.time_in_force not in b"0356E" or request.display not in b"YNAZ" or request.iso not in b"YN":
        return True
    return case.enters and not (request.side in b"BSTE" and request.capacity in b"APRO" and request.cross in b"NOCHSREA")


def _sequence(case: Case) -> bool:
    """RISK-SEQUENCE"""
    return not case.modifies and case.request.number <= case.state.highest


def _quantity(case: Case) -> bool:
    """RISK-QUANTITY"""
    return case.request.quantity > case.limits["max_shares"]


def _value(case: Case) -> bool:
    """RISK-VALUE"""
    return case.notional > case.limits["max_notional"]


def _collar(case: Case) -> bool:
    """RISK-COLLAR"""
    if case.is_market:
        return False
    if case.buys:
        return case.price * 10_000 > case.needed * (10_000 + case.limits["collar_bps"])
    return case.price * 10_000 < case.needed * max(10_000 - case.limits["collar_bps"], 0)


def _reference(case: Case) -> bool:
    """RISK-REFERENCE"""
    too_old = case.now - case.reference.time_ns > case.limits["max_reference_age"]
    return not case.needed or bool(case.market.flags & _UNUSABLE) or too_old


def _rate(case: Case) -> bool:
    """RISK-RATE"""
    return not case.state.bucket.passes(case.now, case.values["burst"], case.values["token_ns"])


def _duplicate(case: Case) -> bool:
    """RISK-DUPLICATE"""
    return case.enters and case.state.forwarded.has(case.key, case.now, case.values["duplicate_window"])


def _position(case: Case) -> bool:
    """RISK-POSITION"""
    exposure = case.exposure
    added = 0 if case.modifies else case.request.quantity
    if case.buys:
        return exposure.position + exposure.open_buys + added > case.limits["max_long"]
    return -exposure.position + exposure.open_sells + added > case.limits["max_short"]


def _gross(case: Case) -> bool:
    """RISK-GROSS"""
    exposure, session = case.exposure, case.state.exposure
    added = 0 if case.modifies else case.notional
    if exposure.open_notional + exposure.executed + added > case.limits["max_gross"]:
        return True
    return session.session_open + session.session_executed + added > case.values["session_max_gross"]


def _open_orders(case: Case) -> bool:
    """RISK-OPEN"""
    if case.modifies:
        return False
    exposure = case.state.exposure
    return len(exposure.live) >= case.values["max_open_orders"] or not exposure.has_room(case.request.number)


def _trading_state(case: Case) -> bool:
    """RISK-STATE"""
    phase = _PHASES.find(case.state.market.phase)
    return case.market.state[:2] != b"TT" or phase < 0 or not case.values["allowed_phases"] >> phase & 1


def _short_sale(case: Case) -> bool:
    """RISK-SHORT"""
    if case.side not in (_SHORT, _SHORT_EXEMPT):
        return False
    if not case.limits["short_ok"]:
        return True
    bid = case.reference.bid
    restricted = case.side == _SHORT and case.market.state[2] in b"12"
    return restricted and (case.is_market or (bid > 0 and case.price <= bid))


def _type(case: Case) -> bool:
    """RISK-TYPE"""
    if case.modifies:
        return False
    request = case.request
    kinds = (
        case.is_market,
        request.iso == ord("Y"),
        case.enters and request.cross != ord("N"),
        request.display == ord("N"),
        request.price_type != ord("L"),
    )
    return any(kind and not case.limits["allowed_types"] >> bit & 1 for bit, kind in enumerate(kinds))


def _executions(case: Case) -> bool:
    """RISK-EXECUTIONS"""
    return case.fills.more_than(case.limits["max_executions"], case.now, case.limits["execution_window"])


_CHECKS: tuple[Callable[[Case], bool], ...] = (
    *(_kill, _symbol, _message, _sequence, _quantity, _value, _collar, _reference, _rate),
    *(_duplicate, _position, _gross, _open_orders, _trading_state, _short_sale, _type, _executions),
)
_BIT = {check: 1 << bit for bit, check in enumerate(_CHECKS)}


def _bits(*checks: Callable[[Case], bool]) -> int:
    return sum(_BIT[check] for check in checks)


_OF_UNKNOWN_SYMBOL = _bits(_kill, _symbol, _message, _sequence, _rate, _open_orders)
_NOT_OF_BAD_MESSAGE = _bits(_quantity, _value, _collar, _duplicate, _position, _gross)


def _evaluated(case: Case) -> int:
    """RISK-MASK: the checks that are evaluated; of check 14 the comparison with a missing bid is left out in place."""
    if case.symbol is None:
        return _OF_UNKNOWN_SYMBOL
    mask = (1 << len(_CHECKS)) - 1
    if _message(case):
        mask &= ~_NOT_OF_BAD_MESSAGE
    if not case.needed:
        mask &= ~_BIT[_collar]
        if case.is_market:
            mask &= ~_BIT[_value] & (-1 if case.modifies else ~_BIT[_gross])
    return mask


def failing_checks(case: Case) -> int:
    """The mask `failing`: bit b for check b."""
    evaluated = _evaluated(case)
    return sum(bit for check, bit in _BIT.items() if evaluated & bit and check(case))


def passes_rate(failing: int) -> bool:
    """RISK-RATE-TAKE"""
    return not failing & _BIT[_rate]


def lowest(failing: int) -> int:
    """The number of the lowest failing check."""
    return (failing & -failing).bit_length() - 1
