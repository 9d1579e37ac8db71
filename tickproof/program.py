# SPDX-License-Identifier: Apache-2.0
"""`Program`: what a scenario becomes, and all that a target sees of it: per input port an ordered list of timed byte strings.

A Program holds no expectation and names no target. Times are nanoseconds from its start. See docs/formats.md.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tickproof.frames import Frames

__all__ = ["PortProgram", "Program", "Send", "SendFlag", "WaitFor"]


class SendFlag(enum.IntFlag):
    """What bytes cannot express: wire faults (a target sends them only if it has the capability of that name, in lower case), and links."""

    NONE = 0
    BAD_FCS = 1  # the frame ends with a wrong FCS
    ABORT = 2  # the frame is cut off by the MAC: ends with the error flag
    LINK_UP = 4  # no bytes: the stream's connection is established
    LINK_DOWN = 8  # no bytes: it is gone


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Hold a send until output `port` has produced `count` frames (records on the `events` port count one each)."""

    port: str
    count: int


@dataclass(frozen=True, slots=True)
class Send:
    """One frame (or control record) into one port, first byte not before `not_before_ns`."""

    not_before_ns: int
    data: bytes
    flags: SendFlag = SendFlag.NONE
    wait_for: WaitFor | None = None


@dataclass(frozen=True, slots=True)
class PortProgram:
    """The sends of one port, in order; columns of n rows.

    not_before_ns: int64[n], non-decreasing. flags: uint16[n] of SendFlag. waits: row -> WaitFor for the few rows that wait.
    """

    frames: Frames
    not_before_ns: NDArray[np.int64]
    flags: NDArray[np.uint16]
    waits: Mapping[int, WaitFor] = field(default_factory=dict)

    @classmethod
    def of(cls, sends: Iterable[Send]) -> PortProgram:
        """Columns from rows."""
        rows = list(sends)
        return cls(
            Frames.of(row.data for row in rows),
            np.array([row.not_before_ns for row in rows], np.int64),
            np.array([int(row.flags) for row in rows], np.uint16),
            {index: row.wait_for for index, row in enumerate(rows) if row.wait_for},
        )

    def __len__(self) -> int:
        return len(self.frames)


@dataclass(frozen=True, slots=True)
class Program:
    """A device, how to set it up, and what to send.

    dut: name of the device description (`hdl/dut/<dut>.toml`).
    setup: 16-byte control records, written in order before time 0 (the device is ready, nothing has been sent).
    ports: input port -> its sends. Port `control` carries 16-byte control records mid-run.
    parameters: device parameters that the scenario wants other than the description's defaults, e.g. {"SYMBOLS": 2}.
    end_ns: the run is not over before this time (an assertion of silence may look beyond the last send), and nothing but work that is
    waiting may show later. 0: not said; a target then waits as long as a device may hold something back.
    name: where it came from, for messages.
    """

    dut: str
    ports: Mapping[str, PortProgram]
    setup: tuple[bytes, ...] = ()
    parameters: Mapping[str, int] = field(default_factory=dict)
    end_ns: int = 0
    name: str = ""
