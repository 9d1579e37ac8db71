# SPDX-License-Identifier: Apache-2.0
"""Latencies out of a capture (docs/contract.md 9): from the last beat of the frame that caused a BBO to the beat that shows it."""

from __future__ import annotations

import numpy as np

from tickproof.check.evidence import Evidence
from tickproof.check.latency import Latency
from tickproof.check.times import input_times
from tickproof.protocols.records import KIND

__all__ = ["measure"]


def measure(evidence: Evidence, agreed: int | None) -> dict[str, Latency]:
    """LAT-1 and LAT-2 of each BBO that a frame caused. agreed: only among so many records, for behind a divergence no cause is certain."""
    dut, capture, events, golden = evidence.dut, evidence.capture, evidence.events, evidence.golden
    agreed = min(len(events.records), len(golden.causes), *(() if agreed is None else (agreed,)))
    from_frames = [code for code, port in enumerate(golden.cause_ports) if port in dut.inputs]
    arrival_ps = input_times(golden, capture.sent, evidence.streams, agreed).last_ps
    is_bbo = events.records["kind"][:agreed] == KIND["BBO"]
    chosen = np.flatnonzero(is_bbo & np.isin(golden.causes[:agreed, 0], from_frames) & (arrival_ps > np.iinfo(np.int64).min))
    samples = {"LAT-2": events.record_ps[chosen] - arrival_ps[chosen]}
    port = next((port.name for port in dut.outputs.values() if port.layout == "record" and port.name in capture.outputs), None)
    # Without LOST the n-th BBO on `events` is the n-th on the record port (judged elsewhere).
    if port is not None and len(capture.outputs[port].first_ps) == int((events.records["kind"] == KIND["BBO"]).sum()):
        samples["LAT-1"] = capture.outputs[port].first_ps[(np.cumsum(is_bbo) - 1)[chosen]] - arrival_ps[chosen]
    found = {name: Latency.of(values, capture.clock_ps) for name, values in sorted(samples.items())}
    return {name: latency for name, latency in found.items() if latency is not None}
