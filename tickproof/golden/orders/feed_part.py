# SPDX-License-Identifier: Apache-2.0
"""Replay, first half: the feed alone, with the records that are its own. The gate knows the market by them (contract 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tickproof.capture import Observed, Sent
from tickproof.frames import Frames
from tickproof.golden.arbitration import Cause
from tickproof.golden.control import NO_SYMBOL
from tickproof.golden.counters import Counters
from tickproof.golden.model import Problem
from tickproof.golden.orders import records
from tickproof.golden.orders.commands import ORDER_PATH_OPS
from tickproof.golden.replay import Replay
from tickproof.program import PortProgram, Program

__all__ = ["LOST", "FeedPart", "feed_part", "lost_count", "of_order_path"]

LOST = 13
_COUNT = slice(32, 40)


@dataclass(frozen=True, slots=True)
class FeedPart:
    """What the feed had to show: parts, causes and times_ps row for row. counters: the feed's.

    problems, inconclusive: as in Prediction, with indices into all of the device's records.
    """

    parts: list[bytes]
    causes: list[Cause]
    times_ps: list[int]
    counters: Counters
    problems: list[Problem]
    inconclusive: dict[int, tuple[int, str]]


def of_order_path(found: NDArray[np.void]) -> NDArray[np.bool_]:
    """bool[n]: which records are the order path's."""
    kinds = found["kind"]
    commands = (kinds == records.CONTROL) & np.isin(found["body"][:, 0], list(ORDER_PATH_OPS))
    packets = np.isin(kinds, (records.SESSION_ERROR, records.LINK, records.CLIENT, records.DECISION, records.REPORT))
    return np.asarray(packets | commands, np.bool_)


def feed_part(program: Program, observed: Observed, walk_of: Callable[[Program, Observed], Replay] = Replay) -> FeedPart:
    """Replay the feed's records, without the order path's inputs."""
    own = np.flatnonzero(~of_order_path(observed.records))
    kept, program, observed = _without_order_path(program, observed, own)
    walk = walk_of(program, observed)
    walk.run()
    log = walk.device.log
    causes = [(port, int(kept[row])) if port == 0 else (port, row) for port, row in log.causes]
    places = [*own.tolist(), *[int(own[-1]) + 1 if len(own) else 0] * (len(log.parts) + 1)]  # feed record -> place among all
    problems = [replace(item, index=item.index if item.index is None else places[item.index]) for item in walk.delivery.problems]
    inconclusive = {symbol: (places[index], why) for symbol, (index, why) in walk.delivery.inconclusive.items()}
    counters = walk.counters()
    losses = _losses(observed.records)
    if losses:
        first = places[losses[0].row - 1] + 1 if losses[0].row else 0
        problems = [item for item in problems if item.index is not None and item.index < first]
        counters = replace(counters, exact={**counters.exact, "lost": sum(loss.count for loss in losses)})
    for loss in losses:
        reason = f"{loss.count} records of the feed were lost, so that it is not known which market each order met"
        for symbol in _symbols_of(log.parts[loss.known : loss.known + loss.count], len(walk.device.symbols.all)):
            inconclusive.setdefault(symbol, (places[loss.row - 1] + 1 if loss.row else 0, reason))
    return FeedPart(log.parts, causes, log.times_ps, counters, problems, inconclusive)


def lost_count(record: bytes) -> int:
    """How many records a LOST record stands for."""
    return int.from_bytes(record[_COUNT], "big")


@dataclass(frozen=True, slots=True)
class _Loss:
    """A LOST record of the feed. row: among the feed's. count: records lost. known: how many the feed had shown or lost before."""

    row: int
    count: int
    known: int


def _losses(found: NDArray[np.void]) -> list[_Loss]:
    losses: list[_Loss] = []
    gone = 0
    for number, row in enumerate(np.flatnonzero(found["kind"] == LOST).tolist()):
        losses.append(_Loss(row, lost_count(found[row].tobytes()), row - number + gone))
        gone += losses[-1].count
    return losses


def _symbols_of(parts: list[bytes], symbols: int) -> Iterable[int]:
    """Whose market these records change: where they took effect is not known, so nor is that market at an order from there on."""
    named = {int.from_bytes(part[2:4], "big") for part in parts}
    return range(symbols) if NO_SYMBOL in named or any(part[0] == records.CONTROL for part in parts) else named


def _without_order_path(program: Program, observed: Observed, own: NDArray[np.intp]) -> tuple[NDArray[np.intp], Program, Observed]:
    """(rows of port control that are kept, the feed handler's Program, what was observed of it)."""
    control = program.ports.get("control", PortProgram.of([]))
    frames = list(control.frames)
    kept = np.array([row for row, record in enumerate(frames) if record[:1] not in _OPS], np.intp)
    port = PortProgram(Frames.of(frames[row] for row in kept), control.not_before_ns[kept], control.flags[kept])
    setup = tuple(record for record in program.setup if record[:1] not in _OPS)
    sent = dict(observed.sent)
    if "control" in sent:
        sent["control"] = Sent(sent["control"].first_ps[kept], sent["control"].last_ps[kept])
    of_feed = replace(observed, records=observed.records[own], record_ps=observed.record_ps[own], sent=sent)
    return kept, replace(program, ports={**program.ports, "control": port}, setup=setup), of_feed


_OPS = frozenset(bytes([op]) for op in ORDER_PATH_OPS)
