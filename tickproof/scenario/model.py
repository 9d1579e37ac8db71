# SPDX-License-Identifier: Apache-2.0
"""`Scenario`: a Program, and what a person wrote down about its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tickproof.program import Program

__all__ = ["Expectation", "Scenario", "Symbol", "Touch"]

Touch = tuple[tuple[int, int] | None, tuple[int, int] | None]
"""Best bid and ask, each (price in 1e-4, shares) or None."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol of the header, at `index` in the device. locate: default for messages of this symbol (given: told to the device, too).

    base: price of level 0, or None to choose it from the data of a replay. base and tick in 1e-4. risk: its settings of the order path.
    """

    index: int
    name: str
    stock: str
    locate: int | None = None
    base: int | None = None
    tick: int = 100
    given: bool = False
    enabled: bool = True
    risk: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expectation:
    """One `>` line. line, column: from 1. text: the line as written.

    port: "events", "counters", "client" or "exchange" of the order path, or an output port of a generic device.
    kind: record kind ("BBO"); of a stream the name of the packet's layout, or for one that carries an OUCH message the message's;
    None for counters, bytes and `nothing`.
    fields: field of the record, packet or message -> value as its layout unpacks it (text or int); of a message also "options" -> hex
    digits of its appendage's options and, where the layout has no such field, "appendage_length" -> the number in front of them;
    counter -> value; or, without a kind, {"bytes": hex digits} of a frame or packet, {"message": hex digits} of a packet's OUCH message.
    nothing: no output between the neighbouring lines of the port, or from here on if there is none behind.
    window_ns: (earliest, latest) after `after_ns`, the time of the `<` line before it; None = the time is not looked at.
    """

    line: int
    column: int
    text: str
    port: str
    kind: str | None = None
    fields: Mapping[str, int | str] = field(default_factory=dict)
    nothing: bool = False
    window_ns: tuple[int, int] | None = None
    after_ns: int = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One `.scn` file. requires: capabilities a target must have, the written ones and those that the faults used need.

    symbols: names by index. description: the comment that opens the file.
    lines: input port -> int64[n], the line of the file that each send comes from (0: from `[replay]` or `[generate]`).
    """

    name: str
    path: Path
    dut: str
    requires: frozenset[str]
    covers: tuple[str, ...]
    program: Program
    expectations: tuple[Expectation, ...]
    symbols: tuple[str, ...] = ()
    description: str = ""
    lines: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
