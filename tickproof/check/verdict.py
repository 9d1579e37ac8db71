# SPDX-License-Identifier: Apache-2.0
"""What `check` hands back: a verdict, and where golden and the device parted, in words and numbers that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tickproof.capture import HostReport
from tickproof.check.latency import Latency

__all__ = ["Because", "Divergence", "FieldRow", "Status", "Verdict"]

Status = Literal["pass", "fail", "skipped", "inconclusive"]
Because = Literal["", "late", "lost"]
"""What made a run inconclusive on a host: the spacing of its inputs was missed, or the host lost frames."""


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of a record: as golden has it and as the device sent it ("-" = no such record). offset: byte in the record."""

    name: str
    golden: str
    got: str
    offset: int
    differs: bool


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first place where golden and the device disagree.

    place: e.g. "events[3] BBO". summary: one sentence. rule: contract id. line: the scenario's line that sent what caused it, if known.
    fields: the record decoded. cause: the message or command that caused it, decoded. before, after: neighbours, one line each.
    raw: (whose, bytes). caused_ps: when the send that caused it went in; seen_ps: when what is wrong left (Capture's times, None = no
    such moment).
    """

    place: str
    summary: str
    rule: str = ""
    line: int | None = None
    fields: tuple[FieldRow, ...] = ()
    cause: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    raw: tuple[tuple[str, bytes], ...] = ()
    caused_ps: int | None = None
    seen_ps: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one run.

    because: of an inconclusive one what made it so, where that has a name.
    reason: why it is not a pass, one sentence ("" for a pass). divergence: the first; further: one sentence for each other failure found.
    compared: what was held against golden, e.g. {"records": 12, "counters": 41}. notes: what could not be judged, and why; what was odd.
    latency: "LAT-1", "LAT-2" -> distribution. grade: evidence grade of the capture. stamps: whose clock the times of its outputs are from.
    host: as in Capture.
    """

    status: Status
    reason: str = ""
    divergence: Divergence | None = None
    further: tuple[str, ...] = ()
    compared: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    latency: Mapping[str, Latency] = field(default_factory=dict)
    grade: str = ""
    because: Because = ""
    stamps: str = ""
    host: HostReport | None = None
