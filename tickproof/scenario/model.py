# SPDX-License-Identifier: Apache-2.0
"""`Scenario`: a Program, and what a person wrote down about its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tickproof.program import Program

__all__ = ["Expectation", "Scenario", "Symbol"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol of the header, at `index` in the device. locate: default for messages of this symbol (given: told to the device, too).

    base: price of level 0, or None to choose it from the data of a replay. base and tick in 1e-4.
    """

    index: int
    name: str
    stock: str
    locate: int | None = None
    base: int | None = None
    tick: int = 100
    given: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Expectation:
    """One `>` line. line, column: from 1. text: the line as written.

    port: "events", "counters", or an output port of a generic device.
    kind: record kind ("BBO"), None for counters, bytes and `nothing`.
    fields: record field -> value as `decode_record` gives it (text or int); counter -> value; or {"bytes": hex digits}.
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
