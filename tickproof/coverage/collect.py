# SPDX-License-Identifier: Apache-2.0
"""`collect`: the bins that one run hit, from its Program, its Capture and golden's walk through both. Nothing here sees inside a device."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tickproof.capture import Observed
from tickproof.check.evidence import Evidence
from tickproof.check.observe import observe
from tickproof.coverage.feed import FeedWalk
from tickproof.coverage.hits import Bin, Hits
from tickproof.coverage.path import WatchedPath
from tickproof.coverage.recorded import note_records
from tickproof.coverage.segments import note_segments
from tickproof.golden.orders.replay import replay
from tickproof.program import Program
from tickproof.protocols.records import KIND

__all__ = ["bins_of", "collect"]

_STREAMS = {"client": 1, "exchange": 2}


def collect(evidence: Evidence) -> frozenset[Bin]:
    """What one run hit."""
    observed = observe(evidence.events, evidence.capture)
    return bins_of(evidence.dut.model, evidence.program, observed, evidence.capture.counters)


def bins_of(model: str, program: Program, observed: Observed, counters: Mapping[str, int]) -> frozenset[Bin]:
    """What a device of this model hit. A device of another contract has no bins."""
    hits, records = Hits(), observed.records
    if model == "feed_handler":
        FeedWalk(program, observed, hits).run()
    elif model == "tick_to_trade":
        replay(program, observed, partial(FeedWalk, hits=hits), partial(WatchedPath, hits=hits))
        errors = records[records["kind"] == KIND["SESSION_ERROR"]]
        for port, number in _STREAMS.items():
            if port in program.ports:
                closed = errors["sequence"][errors["body"][:, 0] == number].tolist()
                note_segments(port, program.ports[port], closed, hits)
    else:
        return frozenset()
    note_records(records, counters, hits)
    return frozenset(hits.found)
