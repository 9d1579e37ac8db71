# SPDX-License-Identifier: Apache-2.0
"""When each output of the device left: records, top-of-book changes on the `bbo` port, packets of the byte streams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tickproof.capture import Capture, Recording
from tickproof.check.inputs import UNKNOWN_PS
from tickproof.check.observe import NO_FRAMES, Events
from tickproof.dut import Dut, Port
from tickproof.frames import Frames
from tickproof.golden.model import Prediction, Stream
from tickproof.protocols.records import KIND, RECORD_BYTES

__all__ = ["Outputs", "PacketTimes", "agreed_bytes", "bbo_port", "read_outputs", "stamp_error_ps"]


_STAMP_ERROR_PS = 10_000_000  # docs/wire.md, "Time": how far the offset between two clocks may move in a run


@dataclass(frozen=True, slots=True)
class PacketTimes:
    """int64[n] each, of golden's packets of one stream: when the first byte left, and when the last (of its segment) surely had.
    The smallest int64 where the packet did not come, or came behind a byte that differs."""

    first_ps: NDArray[np.int64]
    last_ps: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outputs:
    """left_ps: int64[n], when each of the device's records had left, on `events` or inside the device on `bbo`, whichever was first.

    packets: stream port -> times.
    """

    left_ps: NDArray[np.int64]
    packets: Mapping[str, PacketTimes]


def read_outputs(dut: Dut, capture: Capture, events: Events, golden: Prediction) -> Outputs:
    """Times of all outputs."""
    error_ps = stamp_error_ps(capture)
    left = events.record_ps + _record_ps(dut, events, capture.clock_ps) + error_ps
    bbo = bbo_port(dut, capture)
    is_bbo = events.records["kind"] == KIND["BBO"]
    if bbo is not None and len(capture.outputs[bbo].last_ps) == int(is_bbo.sum()):  # nothing was LOST
        left[is_bbo] = np.minimum(left[is_bbo], capture.outputs[bbo].last_ps)
    packets = {
        name: _packet_times(stream, capture.outputs.get(name, NO_FRAMES), dut.outputs.get(name), capture.clock_ps, error_ps)
        for name, stream in golden.streams.items()
    }
    return Outputs(left, packets)


def bbo_port(dut: Dut, capture: Capture) -> str | None:
    """The output inside the device that shows each BBO, if there is one and the target sees it."""
    return next((port.name for port in dut.outputs.values() if port.layout == "record" and port.name in capture.outputs), None)


def stamp_error_ps(capture: Capture) -> int:
    """By how much an output may have left later than its time says: stamps of another clock than the sends' are converted, not exactly."""
    if capture.host is None or capture.host.stamps == "program":
        return 0
    return -(-_STAMP_ERROR_PS // capture.host.slowdown)


def agreed_bytes(wanted: Frames, got: Frames) -> int:
    """How many bytes of two streams agree, however each is cut."""
    one, other = _joined(wanted), _joined(got)
    both = min(len(one), len(other))
    unlike = one[:both] != other[:both]
    return int(unlike.argmax()) if unlike.any() else both


def _joined(frames: Frames) -> NDArray[np.uint8]:
    return frames.data[frames.offsets[0] : frames.offsets[-1]]


def _record_ps(dut: Dut, events: Events, clock_ps: int | None) -> int:
    """From the beat with a record's first byte to the one with its last, at most."""
    if clock_ps is None or not events.port:
        return 0
    return -(-RECORD_BYTES // (dut.outputs[events.port].width // 8)) * clock_ps


def _packet_times(stream: Stream, recording: Recording, port: Port | None, clock_ps: int | None, error_ps: int) -> PacketTimes:
    count = len(stream.packets)
    times = PacketTimes(np.full(count, UNKNOWN_PS), np.full(count, UNKNOWN_PS))
    ends = stream.packets.offsets[1:] - stream.packets.offsets[0]
    came = int(np.searchsorted(ends, agreed_bytes(stream.packets, recording.frames), side="right"))
    starts, segments = ends[:came] - stream.packets.lengths[:came], recording.frames.offsets - recording.frames.offsets[0]
    first, last = (np.searchsorted(segments, bytes_, side="right") - 1 for bytes_ in (starts, ends[:came] - 1))
    times.last_ps[:came] = recording.last_ps[last] + error_ps
    times.first_ps[:came] = recording.first_ps[first]
    if clock_ps is not None and port is not None:
        beats = (starts - segments[first]) // (port.width // 8)
        times.first_ps[:came] = np.minimum(times.first_ps[:came] + beats * clock_ps, recording.last_ps[first])
    return times
