# SPDX-License-Identifier: Apache-2.0
"""A capture's `events` datagrams as records with their times, and everything that is wrong with a frame whatever it carries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tickproof.capture import ADDRESS_SHIFT, Capture, FrameFlag, Observed, Recording
from tickproof.dut import Dut, Port
from tickproof.frames import Frames
from tickproof.program import Program
from tickproof.program_control import IN_SETUP, event_settings, record_addresses
from tickproof.protocols.records import KIND, check_datagrams, split_datagrams

__all__ = ["NO_FRAMES", "Events", "flagged", "observe", "read_events"]

_NOTHING = np.zeros(0, np.int64)
_NEVER = np.iinfo(np.int64).max
NO_FRAMES = Recording(Frames.of(()), _NOTHING, _NOTHING, np.zeros(0, np.uint16))

_FLAW = {
    FrameFlag.HAS_X: "carries X or Z on a valid byte",
    FrameFlag.ERROR: "ends with the error flag",
    FrameFlag.CUT: "is cut off by the end of the run",
}


@dataclass(frozen=True, slots=True)
class Events:
    """The device's records. port: the events port's name, "" if the device has none.

    records: RECORD[n]. record_ps: int64[n], when the beat with each record's first byte left.
    flaws: (index of the first record concerned, sentence). headless: so many datagrams came without their headers.
    """

    port: str
    records: NDArray[np.void]
    record_ps: NDArray[np.int64]
    flaws: tuple[tuple[int, str], ...]
    headless: int = 0


def read_events(program: Program, dut: Dut, capture: Capture) -> Events:
    """All records of the port whose layout is "events". Flawed datagrams give the records that they hold, and a flaw."""
    name = next((port.name for port in dut.outputs.values() if port.layout == "events"), "")
    recording = capture.outputs.get(name, NO_FRAMES)
    bare = recording.flags & int(FrameFlag.PAYLOAD) != 0
    addresses = record_addresses(program)
    reached = {index: addresses[recording.flags[index] >> ADDRESS_SHIFT] for index in np.flatnonzero(bare).tolist()}
    records, frame_index, byte_offset = split_datagrams(recording.frames, bare)
    first_record = np.searchsorted(frame_index, np.arange(len(recording.frames) + 1))
    rows, settings = zip(*event_settings(program), strict=True)
    spans = _spans(np.array(rows), capture, records, first_record, recording.last_ps)
    flaws = [
        *((index, f"{name} datagram {index} {text}") for index, text in flagged(recording)),
        *((index, f"{name} datagram {index}: {text}") for index, text in check_datagrams(recording.frames, settings, reached, spans)),
    ]
    times = _beat_ps(recording, frame_index, byte_offset, dut.outputs[name], capture.clock_ps) if name else _NOTHING
    return Events(name, records, times, tuple(sorted((int(first_record[index]), text) for index, text in flaws)), len(reached))


def _spans(
    rows: NDArray[np.int64], capture: Capture, records: NDArray[np.void], first_record: NDArray[np.int64], left_ps: NDArray[np.int64]
) -> NDArray[np.int64]:
    """int64[n, 2], CTRL-5: which of the settings that became effective with the command in each of `rows` a datagram may have left with.

    Those of the last command whose record it begins with or behind, or of one behind that whose record it holds or that had been sent.
    """
    sent = capture.sent.get("control")
    sent_ps = np.append(np.maximum.accumulate(_NOTHING if sent is None else sent.first_ps), _NEVER)
    since_ps = np.where(rows == IN_SETUP, -_NEVER, sent_ps[np.minimum(rows, len(sent_ps) - 1)])
    commands = np.flatnonzero(records["kind"] == KIND["CONTROL"])
    first = np.searchsorted(commands, first_record[:-1], side="right")
    end = np.maximum(np.searchsorted(commands, first_record[1:], side="left") + 1, np.searchsorted(since_ps, left_ps, side="right"))
    return np.stack([np.minimum(first, len(rows) - 1), np.minimum(end, len(rows))], axis=1)


def observe(events: Events, capture: Capture) -> Observed:
    """What golden may look at."""
    return Observed(events.records, events.record_ps, capture.sent, capture.epoch_ps, capture.slack_ns, capture.facts)


def flagged(recording: Recording) -> list[tuple[int, str]]:
    """Frames that the recorder flagged: (frame index, what is wrong)."""
    return [(int(index), text) for flag, text in _FLAW.items() for index in np.flatnonzero(recording.flags & flag)]


def _beat_ps(
    recording: Recording, frame_index: NDArray[np.int64], byte_offset: NDArray[np.int64], port: Port, clock_ps: int | None
) -> NDArray[np.int64]:
    """When the beat with this byte left: counted back from the last beat, so that a stall in the frame never flatters the device."""
    if clock_ps is None:
        return recording.last_ps[frame_index]
    beat_bytes = port.width // 8
    beats = -(-recording.frames.lengths // beat_bytes)
    behind = beats[frame_index] - 1 - byte_offset // beat_bytes
    return np.asarray(recording.last_ps[frame_index] - behind * clock_ps, np.int64)
