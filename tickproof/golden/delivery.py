# SPDX-License-Identifier: Apache-2.0
"""Replay, second half: messages in sequence out of both lines' FIFOs, without time; and the gaps that the device should have declared."""

from __future__ import annotations

from collections.abc import Sequence

from tickproof.capture import Observed
from tickproof.golden import records
from tickproof.golden.arbitration import BOTH_BEYOND, NO_CAUSE, TIMEOUT, Fifo
from tickproof.golden.arrivals import Session
from tickproof.golden.device import Device
from tickproof.golden.evidence import Evidence
from tickproof.golden.gaps import Situation
from tickproof.golden.model import Problem
from tickproof.golden.mold import LINES, Packet, PacketKind
from tickproof.golden.races import better_fit, leave_records

__all__ = ["Delivery"]

_PS = 1000
_LEAST_LIVE_WHEN_DEGRADED = 8192


class Delivery:
    """The two FIFOs and the device behind them. Call `open` for each session first.

    problems, inconclusive: as in Prediction; both grow. end_ps: when the run was over.
    timeout_since_ps: since when `gap_timeout_ns` has had its value. seen: packets that the device had seen, as its last GAP proves.
    """

    def __init__(self, device: Device, evidence: Evidence, observed: Observed, fifo_bytes: int, end_ps: int) -> None:
        self.device = device
        self.fifos = (Fifo(), Fifo())
        self.problems: list[Problem] = []
        self.inconclusive: dict[int, tuple[int, str]] = {}
        self.slack_ps = observed.slack_ns * _PS
        self.timeout_since_ps = 0
        self.seen: Sequence[Packet] = ()
        self._evidence = evidence
        self._fifo_bytes = fifo_bytes
        self._end_ps = end_ps
        self._overdue: Packet | None = None

    def open(self, session: Session, number: int) -> None:
        """After reset or `session_reset`: the FIFOs hold all that this session will bring."""
        self._packets = session.packets
        self._conflicts = session.conflicts()
        self._refusals = self._evidence.refusals(number)
        self._one_by_one = sorted(self._conflicts | self._refusals, reverse=True)
        self._first_sequence = self._evidence.first_sequences.get(number)
        self.fifos = (Fifo(), Fifo())
        for packet in session.packets:
            self.fifos[packet.line].push(packet)

    @property
    def wanted(self) -> int:
        """`next`; 0 while it is not known."""
        return self.device.next or 0

    def run(self, limit: int | None, *, before_ps: int | None = None, stop_at_hole: bool = False) -> None:
        """Deliver what can be, as long as `next` is below `limit` and from packets that arrived before `before_ps`.

        A hole in front of it is a GAP that the device did not declare, unless `stop_at_hole`.
        """
        while self.begun(limit, before_ps) and (limit is None or self.wanted < limit):
            heads = self.heads(before_ps)
            takeable = [head for head in heads if head.sequence <= self.wanted]
            if takeable:
                self.take(min(takeable, key=self._turn), heads, limit)
            elif stop_at_hole or not self._undeclared_gap(heads, before_ps, at_end=limit is None):
                return

    def run_to_end_of_session(self, at_least: int) -> None:
        """FEED-ARB-5: until the end of session has taken effect, and not before `next` is `at_least`.

        A packet that raced with it and left no record lost.
        """
        while self.begun(None, None) and not self.device.ended:
            heads = self.heads()
            takeable = sorted((head for head in heads if head.sequence <= self.wanted), key=self._turn)
            if not takeable:
                if not self._undeclared_gap(heads, None, at_end=True):
                    return
                continue
            first, last = takeable[0], takeable[-1]
            if self.wanted < at_least:
                later = first.kind is PacketKind.END
            else:
                later = not first.delivered and first.kind is PacketKind.DATA and last.kind is PacketKind.END and self._races(first, last)
            self.take(last if later else first, heads, None)

    def _races(self, first: Packet, last: Packet) -> bool:
        """May the device have seen `last` before `first`, whose turn it is? Not where both came at one moment: FEED-ARB-2."""
        behind_ps = self._turn(last)[1] - self._turn(first)[1]
        unseen = first not in self.seen and first.arrived_ps != last.arrived_ps
        just_came = unseen and first.arrived_ps + self.slack_ps >= self.device.now_ps
        return behind_ps <= self.slack_ps and (behind_ps > 0 or just_came)

    def begun(self, limit: int | None, before_ps: int | None) -> bool:
        """Section 3: with `start_sequence` 0 the first packet says where to begin; if two came together, the device's records may."""
        if self.device.next is not None:
            return True
        first = [next((packet for packet in self._packets if packet.line == line), None) for line in range(len(LINES))]
        candidates = sorted((packet for packet in first if packet), key=lambda packet: (packet.arrived_ps, packet.line))
        if not candidates or limit == 0 or (before_ps is not None and candidates[0].arrived_ps >= before_ps):
            return False
        chosen = candidates[0].sequence
        if candidates[-1].arrived_ps - candidates[0].arrived_ps <= self.slack_ps and self._first_sequence is not None:
            lower, higher = sorted((chosen, candidates[-1].sequence))
            if self._first_sequence < higher:
                chosen = lower
            elif lower < higher and leave_records(self.device, self._packets, lower, higher):
                chosen = higher
        self.device.begin(chosen)
        return True

    def heads(self, before_ps: int | None = None) -> list[Packet]:
        """What is deliverable or beyond `next`, of those that arrived before a time."""
        heads = (fifo.head(self.wanted, self.device.ended) for fifo in self.fifos)
        return [head for head in heads if head and (before_ps is None or head.arrived_ps < before_ps)]

    def _turn(self, packet: Packet) -> tuple[bool, int, int]:
        """FEED-ARB-2, as a sort key: a packet that was begun, then the one that arrived first; of two that were there already, A's."""
        return not packet.delivered, max(packet.arrived_ps, self.device.now_ps), packet.line

    def take(self, first: Packet, heads: list[Packet], limit: int | None) -> None:
        """FEED-ARB-2, FEED-ARB-5: one head that can be taken, up to `limit`."""
        device = self.device
        self._check_not_overdue(first, heads)
        device.now_ps = max(device.now_ps, first.arrived_ps)
        if first.kind is PacketKind.END:
            device.end_of_session(first)
            return
        wanted = self.wanted
        while self._one_by_one and self._one_by_one[-1] < wanted:
            self._one_by_one.pop()
        if wanted not in self._one_by_one[-1:]:
            stops = (first.end, *self._one_by_one[-1:], *(() if limit is None else (limit,)))
            device.deliver(first, min(stops))
            return
        rivals = sorted((head for head in heads if head.kind is PacketKind.DATA and head.sequence <= wanted), key=self._turn)
        if wanted in self._conflicts and len(rivals) > 1:
            first = better_fit(device, rivals, self._evidence.plain)
        if wanted in self._refusals:
            self._refuse(first)
        else:
            device.deliver(first, wanted + 1)

    def situation(self, waiting: list[Packet], undelivered: tuple[int, int], last_record: int) -> Situation:
        """For gaps.judge_gap. last_record: index of the device's record before; until then it was busy."""
        times_ps = self._evidence.times_ps
        busy_ps = int(times_ps[last_record]) if 0 <= last_record < len(times_ps) else 0
        not_before_ps = max(self.timeout_since_ps, busy_ps)
        return Situation(self.wanted, waiting, undelivered, self._fifo_bytes, self._timeout_ps, not_before_ps, self.slack_ps)

    @property
    def _timeout_ps(self) -> int:
        return self.device.settings.values["gap_timeout_ns"] * _PS

    def problem(self, rule: str, text: str, index: int | None = None) -> None:
        self.problems.append(Problem(rule, text, index))

    def _refuse(self, packet: Packet) -> None:
        """5.6: the device says that it had no room for the order of this message."""
        orders, parts = self.device.orders, self.device.log.parts
        orders.room = False
        start = len(parts)
        self.device.deliver(packet, self.wanted + 1)
        orders.room = True
        for index, record in enumerate(parts[start:], start):
            if record[0] != records.DEGRADED:
                continue
            live = len(orders.live)
            if live < _LEAST_LIVE_WHEN_DEGRADED:
                self.problem("5.6", f"DEGRADED with {live} live orders, fewer than {_LEAST_LIVE_WHEN_DEGRADED}", index)
            reason = f"an order could not be stored at sequence {self.wanted - 1}, with {live} live orders"
            self.inconclusive.setdefault(int.from_bytes(record[2:4], "big"), (index + 1, reason))

    def _undeclared_gap(self, heads: list[Packet], before_ps: int | None, *, at_end: bool) -> bool:
        """Nothing can be delivered. Declare the GAP that the device should have declared; False if none is due."""
        if not heads:
            return False
        lower = min(heads, key=lambda packet: packet.sequence)
        reason = BOTH_BEYOND if len(heads) == len(LINES) else TIMEOUT
        due_ps = lower.arrived_ps + self._timeout_ps
        not_yet = (before_ps is not None and due_ps >= before_ps) or (at_end and due_ps + self.slack_ps > self._end_ps)
        if reason == TIMEOUT and not_yet:
            return False
        self.problem("FEED-ARB-3", f"GAP [{self.wanted}, {lower.sequence}) was due and never declared")
        self.device.now_ps = max(self.device.now_ps, *(head.arrived_ps for head in heads)) if reason == BOTH_BEYOND else due_ps
        self.device.gap(lower.sequence, reason, NO_CAUSE)
        return True

    def _check_not_overdue(self, first: Packet, heads: list[Packet]) -> None:
        """A packet that fills a hole must have come before the other line's waiting packet timed out."""
        for head in heads:
            if head.sequence <= self.wanted or head is self._overdue:
                continue
            if first.arrived_ps <= head.arrived_ps + self._timeout_ps + self.slack_ps:
                continue
            now = self.situation([head], (0, 0), len(self.device.log.parts) - 1)
            late_ps = first.arrived_ps - now.due_ps(head)
            if late_ps > self.slack_ps:
                self._overdue = head
                text = f"GAP [{self.wanted}, {head.sequence}) was due {late_ps / _PS:.1f} ns before {self.wanted} came, never declared"
                self.problem("FEED-ARB-3", text)
