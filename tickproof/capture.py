# SPDX-License-Identifier: Apache-2.0
"""`Capture`: what a target brings back: per output port the frames with their times, when each input was really sent, and the counters.

Times are integer picoseconds from the Program's time 0, because a 6.4 ns clock is not a whole number of nanoseconds. See docs/formats.md.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tickproof.frames import Frames

__all__ = ["ADDRESS_SHIFT", "Capture", "FrameFlag", "HostReport", "Observed", "Recording", "Sent"]


class FrameFlag(enum.IntFlag):
    """What a recorder noticed about one output frame."""

    NONE = 0
    ERROR = 1  # tuser was set on the last beat, or the NIC reported an error
    HAS_X = 2  # an X or Z on a valid, kept byte (four-state simulators)
    CUT = 4  # the run ended in the middle of the frame
    PAYLOAD = 8  # the UDP payload only: a kernel socket took the headers off


ADDRESS_SHIFT = 8
"""From this bit of the flags on: to which of `record_addresses(program)` a datagram came that was recorded without its headers."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What came out of one port.

    first_ps, last_ps: int64[n], times of the first and the last beat (wire: byte). flags: uint16[n] of FrameFlag.
    """

    frames: Frames
    first_ps: NDArray[np.int64]
    last_ps: NDArray[np.int64]
    flags: NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Sent:
    """When the sends of one input port really went in, row for row: int64[n] each; a send that never went out has -1."""

    first_ps: NDArray[np.int64]
    last_ps: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class HostReport:
    """What a host did to a run that it played and recorded itself. docs/wire.md, "The player's side".

    lost: frames that its own rings, sockets and interfaces dropped, outputs and sends. stray: frames that were no outputs.
    late: sends that left more than 1 ms behind their time; late_ns: the worst of all sends, by the host's clock.
    stamps: whose clock the outputs' times are from: "software" (the kernel's), "hardware" (the NIC's) or "program" (the player's own).
    slowdown: host ns that pass while one passes on the device.
    starved_ns: how long the program of the device, which polls, did not run: others had its processor, on this machine or on
        another one, or it waited in a call of the kernel.
    """

    lost: int
    stray: int
    late: int
    late_ns: int
    stamps: str
    slowdown: int = 1
    starved_ns: int = 0


@dataclass(frozen=True, slots=True)
class Capture:
    """One run of one Program on one target.

    outputs, sent: port -> times and bytes. counters: counter name -> value, read at the end. unkept: counters of the description that this
    device says it does not keep (contract 11, HOST-1); they are not judged.
    clock_ps: period of the device's clock where latencies are counted in clocks, else None.
    epoch_ps: the Program's time 0 on the device's own clock (its `time_ns` x 1000), or None where unknown.
    slack_ns: how late a time-triggered action of the device may show and still be on time.
    facts: what the target knows about the device, e.g. {"FIFO_BYTES": 32768}.
    complete: the target saw the run end; `trouble` says why not.
    files: what the run left for people, e.g. {"waves": ".../dump.fst", "log": "..."}.
    host: of a run that a host played into interfaces and sockets, else None.
    """

    outputs: Mapping[str, Recording]
    sent: Mapping[str, Sent]
    counters: Mapping[str, int]
    clock_ps: int | None
    epoch_ps: int | None
    slack_ns: int
    grade: str
    timing: str
    facts: Mapping[str, int] = field(default_factory=dict)
    complete: bool = True
    trouble: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    unkept: frozenset[str] = frozenset()
    host: HostReport | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """The part of a Capture that a golden model may look at when it replays: the device's records and the real times.

    records: structured array of the model's record layout, in order of arrival. record_ps: int64[n], when each left the device.
    sent, epoch_ps, slack_ns, facts: as in Capture.
    """

    records: NDArray[np.void]
    record_ps: NDArray[np.int64]
    sent: Mapping[str, Sent]
    epoch_ps: int | None
    slack_ns: int
    facts: Mapping[str, int] = field(default_factory=dict)
