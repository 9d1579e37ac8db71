# SPDX-License-Identifier: Apache-2.0
"""Contract 3: the checker does not trust a GAP. Was its cause true, by the times at which the frames were really sent?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tickproof.golden.arbitration import BOTH_BEYOND, FIFO_FULL, TIMEOUT, almost_full
from tickproof.golden.evidence import Statement
from tickproof.golden.mold import LINES, Packet

__all__ = ["ROUNDING_PS", "Situation", "judge_gap"]

ROUNDING_PS = 1000
"""A device's times are whole nanoseconds, rounded down."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What was true when a GAP was declared.

    wanted: `next`. waiting: the heads beyond it that had arrived. undelivered: bytes that wait in the FIFO of each line.
    timeout_ps: `gap_timeout_ns`. not_before_ps: before that the device could not act (busy, or the timeout was set then).
    slack_ps: of the target; what arrived within it before the GAP may not have been seen yet.
    """

    wanted: int
    waiting: Sequence[Packet]
    undelivered: Sequence[int]
    fifo_bytes: int
    timeout_ps: int
    not_before_ps: int
    slack_ps: int

    def due_ps(self, packet: Packet) -> int:
        """When a waiting packet times out."""
        return max(packet.arrived_ps + self.timeout_ps, self.not_before_ps)


def judge_gap(gap: Statement, now: Situation) -> tuple[int, str]:
    """(the end that the gap must have, "" or why its cause cannot be true). No waiting packet: its own end."""
    if not now.waiting:
        return gap.end, f"no packet beyond {now.wanted} had arrived"
    lower = min(now.waiting, key=lambda packet: packet.sequence)
    if gap.reason == BOTH_BEYOND:
        return lower.sequence, _both(now)
    if gap.reason not in (TIMEOUT, FIFO_FULL):
        return lower.sequence, f"cause {gap.reason} does not exist"
    alone = [packet for packet in now.waiting if not _surely(_other(packet, now), gap, now)]
    if not alone:
        return lower.sequence, f"both lines were beyond {now.wanted}, so the cause is {BOTH_BEYOND}, not {gap.reason}"
    packet = next((packet for packet in alone if packet.sequence == gap.end), alone[0])
    return packet.sequence, _timeout(packet, gap, now) if gap.reason == TIMEOUT else _fifo(packet, now)


def _both(now: Situation) -> str:
    if len(now.waiting) == len(LINES):
        return ""
    (packet,) = now.waiting
    return f"only line {LINES[packet.line]} was beyond {now.wanted} (at {packet.sequence})"


def _timeout(packet: Packet, gap: Statement, now: Situation) -> str:
    age_ps = gap.time_ps - packet.arrived_ps
    line = LINES[packet.line]
    if age_ps + ROUNDING_PS <= now.timeout_ps:
        return f"the packet at {packet.sequence} on line {line} had waited {age_ps / 1000:.1f} ns, less than {now.timeout_ps // 1000} ns"
    late_ps = gap.time_ps - now.due_ps(packet)
    if late_ps > now.slack_ps:
        return f"it came {late_ps / 1000:.1f} ns after the timeout of the packet at {packet.sequence} on line {line}"
    return ""


def _fifo(packet: Packet, now: Situation) -> str:
    held = now.undelivered[packet.line]
    if almost_full(held, now.fifo_bytes):
        return ""
    return f"line {LINES[packet.line]} held {held} bytes, not more than three quarters of {now.fifo_bytes}"


def _other(packet: Packet, now: Situation) -> Packet | None:
    return next((other for other in now.waiting if other is not packet), None)


def _surely(packet: Packet | None, gap: Statement, now: Situation) -> bool:
    return packet is not None and packet.arrived_ps <= gap.time_ps - now.slack_ps
