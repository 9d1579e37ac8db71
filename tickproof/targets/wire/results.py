# SPDX-License-Identifier: Apache-2.0
"""What one run over interfaces came to, as a Capture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tickproof.capture import Capture
from tickproof.dut import Dut
from tickproof.program import Program
from tickproof.program_control import setting_of
from tickproof.targets.wire.collect import collect
from tickproof.targets.wire.grade import measured_grade
from tickproof.targets.wire.process import Ended
from tickproof.targets.wire.wiring import Wire
from tickproof.targets.wire.workplace import Workplace

__all__ = ["Session", "capture_of"]

_HOST_SLACK_NS = 10_000_000
"""How late a program may notice that a time has passed, because the kernel gave its processor to something else (host ns)."""
_DEVICE_SLACK_NS = 1000
"""How late the device itself may notice it, when it is busy."""


@dataclass(frozen=True, slots=True)
class Session:
    """The circumstances of a run. interfaces: the player's. sysfs: where their kernel describes them. card: the device is hardware.
    clock_known: what it says about the beginning of its time is true."""

    facts: Mapping[str, int]
    slowdown: int
    interfaces: Sequence[str]
    sysfs: Path
    card: bool = False
    clock_known: bool = True


def capture_of(dut: Dut, program: Program, wires: Sequence[Wire], work: Workplace, *, session: Session, ended: Ended) -> Capture:
    """Everything that the player wrote, and how it ended."""
    played = collect(dut, program, wires, work.folder)
    said = "; ".join(filter(None, (ended.trouble, played.trouble)))
    slow = f", {session.slowdown} ns a device ns" if session.slowdown != 1 else ""
    return Capture(
        outputs=played.outputs,
        sent=played.sent,
        counters=played.counters,
        unkept=played.unkept,
        clock_ps=None,
        epoch_ps=played.epoch_ps if session.clock_known else None,
        slack_ns=_slack_ns(program, session.slowdown),
        grade=measured_grade(session.interfaces, played.host.stamps, card=session.card, sysfs=session.sysfs),
        timing=f"host clock, {played.host.stamps} stamps{slow}; {played.transport}",
        facts=session.facts,
        complete=not said,
        trouble=said,
        files=work.keep(),
        host=replace(played.host, starved_ns=ended.starved_ns),
    )


def _slack_ns(program: Program, slowdown: int) -> int:
    """In device ns; below the gap timeout, so that a gap that was due and never declared still shows."""
    slack = _DEVICE_SLACK_NS + _HOST_SLACK_NS // slowdown
    return min(slack, setting_of(program, "gap_timeout_ns") // 2) if program.setup else slack
