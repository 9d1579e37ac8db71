# SPDX-License-Identifier: Apache-2.0
"""The output ports but `events` and streams: the gate's view of the top of book, frames that pass through, ports that have to be silent."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tickproof.capture import Recording
from tickproof.check.evidence import Evidence
from tickproof.check.observe import NO_FRAMES, flagged
from tickproof.check.show import field_rows
from tickproof.check.verdict import Divergence
from tickproof.frames import Frames
from tickproof.protocols.records import KIND, RECORD, RECORD_BYTES

__all__ = ["bbo_records", "judge_ports"]


def judge_ports(evidence: Evidence) -> Iterator[Divergence]:
    """The first failure of each port."""
    dut, capture, events, golden = evidence.dut, evidence.capture, evidence.events, evidence.golden
    for name in sorted(set(dut.outputs) | set(golden.frames) | set(capture.outputs)):
        recording = capture.outputs.get(name, NO_FRAMES)
        port = dut.outputs.get(name)
        if name == events.port:
            continue
        for index, text in flagged(recording)[:1]:
            raw = (("got", recording.frames[index]),)
            yield Divergence(f"{name}[{index}]", f"{name} frame {index} {text}", raw=raw, seen_ps=_left(recording, index))
        if name in golden.streams:
            continue
        if name in golden.frames:
            yield from _frames(name, golden.frames[name], recording)
        elif port is not None and port.layout == "record":
            if name in capture.outputs:  # a port inside the device: not every target can see it
                yield from _bbo(name, recording, evidence)
        elif len(recording.frames):
            text = f"{len(recording.frames)} frames on {name}, where golden expects none"
            yield Divergence(f"{name}[0]", text, raw=(("got", recording.frames[0]),), seen_ps=_left(recording, 0))


def _frames(name: str, wanted: Frames, recording: Recording) -> Iterator[Divergence]:
    """Byte for byte."""
    got = recording.frames
    for index in range(min(len(wanted), len(got))):
        want, have = wanted[index], got[index]
        if want != have:
            both = min(len(want), len(have))
            at = next((byte for byte in range(both) if want[byte] != have[byte]), both)
            lengths = "" if len(want) == len(have) else f"; golden's has {len(want)} bytes, the device's {len(have)}"
            text = f"{name} frame {index} differs from byte {at} on{lengths}"
            yield Divergence(f"{name}[{index}]", text, raw=(("golden", want), ("got", have)), seen_ps=_left(recording, index))
            return
    if len(wanted) > len(got):
        text = f"golden expects {len(wanted)} frames on {name}; the device sent {len(got)}"
        yield Divergence(f"{name}[{len(got)}]", text, raw=(("golden", wanted[len(got)]),))
    elif len(got) > len(wanted):
        text = f"the device sent {len(got)} frames on {name}; golden expects {len(wanted)}"
        yield Divergence(f"{name}[{len(wanted)}]", text, raw=(("got", got[len(wanted)]),), seen_ps=_left(recording, len(wanted)))


def _bbo(name: str, recording: Recording, evidence: Evidence) -> Iterator[Divergence]:
    """Each BBO record of `events`, all fields but `number`, which is given later. What `events` had to drop (LOST) shows here only."""
    events, lengths = evidence.events, recording.frames.lengths
    if (odd := np.flatnonzero(lengths != RECORD_BYTES)).size:
        index = int(odd[0])
        text = f"{name}[{index}] has {lengths[index]} bytes, a record has {RECORD_BYTES}"
        yield Divergence(f"{name}[{index}]", text, raw=(("got", recording.frames[index]),), seen_ps=_left(recording, index))
        return
    records = bbo_records(recording)
    places = np.flatnonzero(events.records["kind"] == KIND["BBO"])
    wanted = events.records[places].copy()
    if (events.records["kind"] == KIND["LOST"]).any():
        records = records[np.isin(records["stamp"], wanted["stamp"])]
    records["number"] = wanted["number"] = 0
    both = min(len(records), len(wanted))
    unlike = np.flatnonzero(records[:both] != wanted[:both])
    if unlike.size:
        index = int(unlike[0])
        want, have = wanted[index].tobytes(), records[index].tobytes()
        rows = field_rows(want, have, evidence.symbols)
        names = ", ".join(row.name for row in rows if row.differs) or "stamp or time_ns"
        text = f"{names} of {name}[{index}] differ from the same BBO in {events.port}[{places[index]}]"
        raw = ((events.port, want), (name, have))
        yield Divergence(f"{name}[{index}] BBO", text, "EVT-2", fields=rows, raw=raw, seen_ps=_left(recording, index))
    elif len(records) != len(wanted):
        text = f"{len(records)} BBO records on {name}, {len(wanted)} on {events.port}"
        yield Divergence(f"{name}[{both}]", text, "EVT-2")


def _left(recording: Recording, index: int) -> int:
    return int(recording.first_ps[index])


def bbo_records(recording: Recording) -> NDArray[np.void]:
    """A record port's frames as RECORD[n]; every frame has to have 64 bytes."""
    start = int(recording.frames.offsets[0])
    return recording.frames.data[start : start + RECORD_BYTES * len(recording.frames)].copy().view(RECORD)
