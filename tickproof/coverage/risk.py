# SPDX-License-Identifier: Apache-2.0
"""Contract 7 in bins: each decision, with what the checks looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tickproof.coverage.hits import Hits
from tickproof.coverage.limits import relations
from tickproof.golden.orders.case import Case, State
from tickproof.golden.orders.gate import Gate
from tickproof.golden.orders.kills import GLOBAL, SESSION
from tickproof.golden.orders.ouch import CANCEL, ENTER, MODIFY, REPLACE, Request
from tickproof.golden.records import CROSSED, PARTIAL, STALE
from tickproof.protocols import CHECKS

__all__ = ["KIND", "SIDE", "WatchedGate"]

KIND = {ENTER: "enter", REPLACE: "replace", MODIFY: "modify", CANCEL: "cancel"}
SIDE = {ord("B"): "buy", ord("S"): "sell", ord("T"): "sell short", ord("E"): "sell short exempt"}
_CODES = {"time_in_force": b"0356E", "display": b"YNAZ", "iso": b"YN", "capacity": b"APRO", "cross": b"NOCHSREA", "side": b"BSTE"}
_ENTER_ONLY = ("capacity", "cross")
_SIDED = (
    *("max_shares", "max_notional", "max_notional, market", "collar_bps", "max_reference_age"),
    *("max_long or max_short", "max_gross", "session_max_gross", "quantity of a message"),
)


class WatchedGate(Gate):
    """Notes each case and what came of it. kills: which are on, by scope."""

    def __init__(self, state: State, kills: dict[int, bool], hits: Hits) -> None:
        super().__init__(state)
        self._kills = kills
        self._hits = hits

    def decide(self, request: Request, ordinal: int, now: int, beyond: Collection[int] = (), stated: int = 0) -> tuple[int, bytes]:
        case = self.case_of(request, now)
        found = [*relations(case)]
        noted = [*self._states(case)]
        failing, record = super().decide(request, ordinal, now, beyond, stated)
        if case.symbol not in beyond:
            self._limits(case, found, failing)
            self._outcome(case, failing)
            for group, *values in noted:
                self._hits.add(group, *values)
            self._fields(case, failing)
        return failing, record

    def _limits(self, case: Case, found: list[tuple[str, str]], failing: int) -> None:
        """Below and at a limit count if the order is forwarded, above it if it is rejected."""
        kind, side = KIND[case.request.kind], "buy" if case.buys else "sell"
        for limit, relation in found:
            if bool(failing) == (relation == "above"):
                self._hits.add("limits: message", limit, relation, kind)
                if limit in _SIDED:
                    self._hits.add("limits: side", limit, relation, side)

    def _outcome(self, case: Case, failing: int) -> None:
        kind = KIND[case.request.kind]
        names = [name for bit, name in enumerate(CHECKS) if failing >> bit & 1]
        if not names:
            self._hits.add("decisions: forwarded", kind, SIDE[case.side])
        for name in names:
            self._hits.add("decisions: failing", name, "alone" if len(names) == 1 else "with others", kind)
        for other in names[1:]:
            self._hits.add("decisions: lowest of several", f"{names[0]} and {other}")

    def _states(self, case: Case) -> Iterator[tuple[str, ...]]:
        """What is a state rather than a limit."""
        kind, state = KIND[case.request.kind], case.state
        yield from (("risk: kills", why, kind) for why in self._stops(case))
        if case.symbol is None:
            yield "risk: symbols", self._unknown(case), kind
            return
        yield "risk: symbols", "restricted" if case.limits["restricted"] else "known", kind
        side = "buy" if case.buys else "sell"
        yield from (("risk: references", what, side) for what in _reference(case))
        trading, halt, reg_sho = (chr(byte) for byte in case.market.state)
        yield "risk: trading states", trading if trading in "HPQT " else "another"
        yield "risk: halts", halt if halt in "HT" else "another"
        phase = chr(state.market.phase)
        allowed = phase in "OSQMEC" and case.values["allowed_phases"] >> "OSQMEC".index(phase) & 1
        yield "risk: phases", phase if phase in "OSQMEC" else "another", "allowed" if allowed else "not allowed"
        if case.side in b"STE" and case.side:
            yield "risk: short sales", SIDE[case.side], reg_sho if reg_sho in "012" else "another", self._bid(case)
            yield "risk: locates", SIDE[case.side], "short_ok" if case.limits["short_ok"] else "not short_ok"
        if not case.modifies:
            yield from (("risk: types", name, "allowed" if allowed else "not allowed", kind) for name, allowed in _types(case))

    def _stops(self, case: Case) -> Iterator[str]:
        on, state = self._kills, case.state
        if on[GLOBAL]:
            yield "global"
        if on[SESSION]:
            yield "session"
        if case.symbol is not None and on[case.symbol]:
            yield "symbol"
        if not state.open["exchange"]:
            yield "exchange not open"
        if case.now - state.last_control_ns > case.values["dead_man_ns"]:
            yield "control silent"
        if any(stop for scope, stop in on.items() if scope not in (GLOBAL, SESSION, case.symbol)):
            yield "another symbol only" if not state.stopped(case.symbol) else "another symbol, too"

    def _unknown(self, case: Case) -> str:
        if case.request.kind == ENTER:
            number = int.from_bytes(case.request.stock, "big")
            return "not enabled" if any(row["stock"] == number for row in case.state.settings.symbols) else "no such stock"
        return "not enabled" if case.live else "no such order"

    def _bid(self, case: Case) -> str:
        bid = case.reference.bid
        if case.is_market:
            return "market"
        return "no bid" if not bid else "above the bid" if case.price > bid else "at the bid" if case.price == bid else "below the bid"

    def _fields(self, case: Case, failing: int) -> None:
        """RISK-MESSAGE, field by field: each code that passes was forwarded, a bad one fails."""
        kind, request = KIND[case.request.kind], case.request
        bad = failing >> CHECKS.index("message") & 1
        fields = ["side"] if case.modifies else ["time_in_force", "display", "iso", *([*_ENTER_ONLY, "side"] if case.enters else [])]
        for field in fields:
            value: int = getattr(request, field)
            if value in _CODES[field]:
                if not failing:
                    self._hits.add("codes: good", f"{field} {chr(value)}", kind)
            elif bad:
                self._hits.add("codes: bad", field, kind)
        if not request.quantity and bad:
            self._hits.add("codes: bad", "quantity 0", kind)
        if case.modifies and case.live is not None:
            crosses = (case.live.side == ord("B")) != case.buys
            how = "changes between buy and sell" if crosses else "keeps its side" if case.live.side == case.side else "another kind of sale"
            self._hits.add("codes: sides of a modify", how, "rejected" if failing else "forwarded")


def _reference(case: Case) -> Iterator[str]:
    reference, flags = case.reference, case.market.flags
    if not case.needed:
        yield "the needed side is missing" if reference.time_ns else "none"
    if flags & CROSSED:
        yield "crossed"
    if flags & PARTIAL:
        yield "partial"
    if flags & STALE:
        yield "stale by a gap" if case.market.gap and not reference.flags & STALE else "stale by its flag"
    if case.needed and not flags:
        yield "good"


def _types(case: Case) -> Iterator[tuple[str, bool]]:
    request, allowed = case.request, case.limits["allowed_types"]
    kinds = {
        "market": case.is_market,
        "iso": request.iso == ord("Y"),
        "cross": case.enters and request.cross != ord("N"),
        "hidden": request.display == ord("N"),
        "pegged": request.price_type != ord("L"),
    }
    return ((name, bool(allowed >> bit & 1)) for bit, (name, is_so) in enumerate(kinds.items()) if is_so)
