# SPDX-License-Identifier: Apache-2.0
"""Latencies out of a capture (docs/contract.md 9): from the input that caused an output to the beat that shows it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tickproof.check.evidence import Evidence
from tickproof.check.inputs import UNKNOWN_PS
from tickproof.check.latency import Latency
from tickproof.check.outputs import bbo_port
from tickproof.check.times import InputTimes, input_times
from tickproof.protocols.records import KIND, record_dtype

__all__ = ["measure"]

Samples = dict[str, NDArray[np.int64]]


def measure(evidence: Evidence, agreed: int | None) -> dict[str, Latency]:
    """LAT-1 to LAT-5. agreed: only among so many records, for behind a divergence no cause is certain.

    Of a device that a host slows down in ns of the host: those of the device would claim what nobody measured.
    """
    golden = evidence.golden
    agreed = min(len(evidence.events.records), len(golden.causes), *(() if agreed is None else (agreed,)))
    times = input_times(golden, evidence.capture.sent, evidence.streams, agreed)
    samples = _feed(evidence, times) | _orders(evidence, times)
    host = evidence.capture.host
    slowdown = host.slowdown if host else 1
    found = {name: Latency.of(values * slowdown, evidence.capture.clock_ps) for name, values in sorted(samples.items())}
    return {name: latency for name, latency in found.items() if latency is not None}


def _feed(evidence: Evidence, times: InputTimes) -> Samples:
    """LAT-1 and LAT-2 of each BBO that a frame caused."""
    dut, capture, events, golden = evidence.dut, evidence.capture, evidence.events, evidence.golden
    count, arrival_ps = len(times.last_ps), times.last_ps
    from_frames = [code for code, port in enumerate(golden.cause_ports) if port in dut.inputs]
    is_bbo = events.records["kind"][:count] == KIND["BBO"]
    chosen = np.flatnonzero(is_bbo & np.isin(golden.causes[:count, 0], from_frames) & (arrival_ps > UNKNOWN_PS))
    samples = {"LAT-2": events.record_ps[chosen] - arrival_ps[chosen]}
    port = bbo_port(dut, capture)
    # Without LOST the n-th BBO on `events` is the n-th on the record port (judged elsewhere).
    if port is not None and len(capture.outputs[port].first_ps) == int((events.records["kind"] == KIND["BBO"]).sum()):
        samples["LAT-1"] = capture.outputs[port].first_ps[(np.cumsum(is_bbo) - 1)[chosen]] - arrival_ps[chosen]
    return samples


def _orders(evidence: Evidence, times: InputTimes) -> Samples:
    """LAT-3 and LAT-4 of each forwarded order that is alone in its segment; LAT-5 of the first order that has a BBO as its reference."""
    golden, client, stream = evidence.golden, evidence.streams.get("client"), evidence.golden.streams.get("exchange")
    if client is None or stream is None:
        return {}
    outputs = evidence.outputs.packets["exchange"]
    last_in, first_in, tick = [], [], []
    bbos, used = _references(evidence, len(times.last_ps)), set()
    for record, first_ps in zip(stream.records.tolist(), outputs.first_ps.tolist(), strict=True):
        if not 0 <= record < len(times.last_ps) or golden.records["kind"][record] != KIND["DECISION"] or first_ps == UNKNOWN_PS:
            continue
        ordinal, arrival_ps = int(golden.records["sequence"][record]), int(times.last_ps[record])
        if arrival_ps > UNKNOWN_PS and ordinal <= len(client.packets) and client.packets[ordinal - 1].alone:
            last_in.append(first_ps - arrival_ps)
            first_in.append(first_ps - int(times.first_ps[record]))
        bbo = bbos.get(record)
        if bbo is not None and bbo not in used and times.last_ps[bbo] > UNKNOWN_PS:
            used.add(bbo)
            tick.append(first_ps - int(times.last_ps[bbo]))
    return {name: np.array(values, np.int64) for name, values in (("LAT-3", last_in), ("LAT-4", first_in), ("LAT-5", tick))}


def _references(evidence: Evidence, count: int) -> dict[int, int]:
    """DECISION -> the BBO that is its reference: the last one of its symbol, if that has the prices that the decision names."""
    records = evidence.golden.records[:count]
    kinds, symbols = records["kind"].tolist(), records["symbol"].tolist()
    bids, asks = (records.view(record_dtype("BBO"))[f"{side}_price"].tolist() for side in ("bid", "ask"))
    named = [records.view(record_dtype("DECISION"))[f"reference_{side}"].tolist() for side in ("bid", "ask")]
    last: dict[int, int] = {}
    references = {}
    for index, (kind, symbol) in enumerate(zip(kinds, symbols, strict=True)):
        if kind == KIND["BBO"]:
            last[symbol] = index
        elif kind == KIND["DECISION"] and symbol in last and (named[0][index], named[1][index]) == (bids[last[symbol]], asks[last[symbol]]):
            references[index] = last[symbol]
    return references
