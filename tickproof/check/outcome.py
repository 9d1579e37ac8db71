# SPDX-License-Identifier: Apache-2.0
"""The verdict: what all that was found amounts to, what was compared, and what was not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tickproof.capture import Capture
from tickproof.check.counters import unkept_counters
from tickproof.check.evidence import Evidence
from tickproof.check.foreign import foreign_frames
from tickproof.check.late import Punctuality, duration
from tickproof.check.measure import measure
from tickproof.check.verdict import Divergence, Verdict

__all__ = ["spoiled", "verdict_of"]


def verdict_of(evidence: Evidence, found: Sequence[Divergence], agreed: int | None, punctual: Punctuality | None, late: str) -> Verdict:
    """found: failures, the first one first. agreed: so many records agree with golden, None = all. punctual: where every record is legal.
    late: why the run says nothing about the scenario's lines, or ""."""
    golden, capture = evidence.golden, evidence.capture
    judged = Verdict(
        "pass",
        compared=_compared(evidence),
        notes=(*(reason for _, reason in golden.inconclusive.values()), *_unjudged(evidence), *_odd(evidence, found, punctual)),
        latency=measure(evidence, agreed),
        grade=capture.grade,
        stamps=_stamps(capture),
        host=capture.host,
    )
    sentences = tuple(f"{item.rule}: {item.summary}" if item.rule else item.summary for item in found)
    if capture.host and capture.host.lost:
        reason = f"the host itself dropped {capture.host.lost} frames, so nobody knows what the device got or sent"
        return replace(judged, status="inconclusive", because="lost", reason=reason, further=sentences)
    if late:
        return replace(judged, status="inconclusive", because="late", reason=late, further=sentences)
    if found:
        return replace(judged, status="fail", reason=found[0].summary, divergence=found[0], further=sentences[1:])
    if golden.inconclusive:
        return replace(judged, status="inconclusive", reason=judged.notes[0])
    if not any(judged.compared.values()):
        reason = "nothing was compared: no record, frame, packet or counter came out and none was expected"
        return replace(judged, status="inconclusive", reason=reason)
    return judged


def spoiled(verdict: Verdict, why: str) -> Verdict:
    """A failure that says nothing about the device."""
    reason = f"{verdict.reason}; but {why}"
    further = (*((verdict.reason,) if verdict.divergence else ()), *verdict.further)
    return replace(verdict, status="inconclusive", because="late", reason=reason, divergence=None, further=further)


def _compared(evidence: Evidence) -> dict[str, int]:
    golden, capture = evidence.golden, evidence.capture
    return {
        "records": min(len(evidence.events.records), len(golden.records)),
        "frames": sum(len(frames) for frames in golden.frames.values()),
        "counters": len(golden.counters.keys() & capture.counters.keys()),
        **({"packets": sum(len(stream.packets) for stream in golden.streams.values())} if golden.streams else {}),
    }


def _stamps(capture: Capture) -> str:
    if capture.host is None:
        return "" if capture.clock_ps is None else "clock"
    slowed = f", device slowed {capture.host.slowdown} times" if capture.host.slowdown > 1 else ""
    return capture.host.stamps + slowed


def _unjudged(evidence: Evidence) -> Iterator[str]:
    """What this target does not show. The same words each time, so that a report can count them."""
    capture = evidence.capture
    if evidence.events.headless:
        yield f"headers of {evidence.events.port} datagrams were not seen: a kernel socket took them off"
    if unkept := unkept_counters(capture):
        yield f"counters that the device does not keep (HOST-1): {', '.join(sorted(unkept))}"
    if capture.epoch_ps is None and len(evidence.events.records):
        yield "nobody knows the device's clock: that time_ns lies between arrival and departure was not judged"


def _odd(evidence: Evidence, found: Sequence[Divergence], punctual: Punctuality | None) -> Iterator[str]:
    """What a host's run shows beside the contract."""
    capture = evidence.capture
    if capture.host is None:
        return
    if foreign := foreign_frames(capture, evidence.golden.counters):
        counted = ", ".join(f"{name} {more}" for name, more in foreign.items())
        yield f"frames that the player never sent reached the device, which dropped them: {counted}"
    if punctual is not None and found:
        worst = f"the latest send was {duration(punctual.late_ps)} late, the longest wait for the device {duration(punctual.waited_ps)}"
        yield f"every record is legal; {worst}"
    if punctual is not None and punctual.slow:
        yield (
            f"the device took {punctual.slow} inputs up more than {duration(capture.slack_ns * 1000)} after they and all else had arrived; "
            f"the worst after {duration(punctual.slow_ps)}"
        )
    if any(row.name == "number" and row.differs for item in found for row in item.fields) and not capture.host.lost:
        yield "by its own statistics the host lost nothing: what is missing was never sent"
