# SPDX-License-Identifier: Apache-2.0
"""Was the spacing of a Program kept? A host sends late, or a device gets no processor for a while, and a scenario's lines do not hold
though every record is legal: then the run says nothing about the device. What counts is golden's word: with the times that really were,
would it show what the lines say?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from tickproof.check.evidence import Evidence
from tickproof.check.expectations import match
from tickproof.check.inputs import UNKNOWN_PS
from tickproof.check.observe import NO_FRAMES
from tickproof.check.origin import FEED, input_name, origin_of
from tickproof.check.shown import shown_by
from tickproof.check.times import InputTimes, input_times
from tickproof.golden.model import Model
from tickproof.scenario import Scenario

__all__ = ["Punctuality", "duration", "lost_order", "missed_spacing", "punctuality", "taken_ps"]

_PS = 1000
_LONG_WAIT = 20
"""A device that gets its processor takes an input up within a small part of the slack; one that waited longer may miss a limit by that."""
_UNITS = {10**9: "ms", 10**6: "us", 10**3: "ns"}


@dataclass(frozen=True, slots=True)
class Punctuality:
    """How punctual host and device were. Times in ps.

    send: the latest send, `feed_b[3]` ("" if nothing was sent); late_ps: how far behind its time it left, waits aside.
    index: the record of the input that waited longest for the device, -1 if none is known; waited_ps: how long.
    slow: inputs that waited more than the target's slack although nothing had come since; slow_ps: the worst of them.
    """

    send: str
    late_ps: int
    index: int
    waited_ps: int
    slow: int
    slow_ps: int


def punctuality(evidence: Evidence) -> Punctuality:
    """Every cause has to be certain: golden agrees with the device."""
    late_ps, send = max(_lateness(evidence), default=(0, ""))
    times = _times(evidence)
    taken, waited = taken_ps(evidence), _waited_ps(evidence, times)
    arrived = (sent.last_ps[sent.last_ps >= 0] for sent in evidence.capture.sent.values())
    arrivals = np.sort(np.concatenate([np.zeros(0, np.int64), *arrived]))
    if not (waited.size and arrivals.size):  # a setup alone has records, too
        return Punctuality(send, late_ps, -1, 0, 0, 0)
    last = np.searchsorted(arrivals, taken, side="right") - 1
    # A message may have waited for one that filled a hole, and a packet for its turn: what counts is since when nothing has come.
    idle = np.minimum(waited, np.where(last >= 0, taken - arrivals[last], 0))
    slow = idle > evidence.capture.slack_ns * _PS
    worst = int(waited.argmax())
    return Punctuality(send, late_ps, worst, int(waited[worst]), int(slow.sum()), int(idle.max()))


def missed_spacing(scenario: Scenario, evidence: Evidence, model: Model, punctual: Punctuality) -> str:
    """Why lines that golden predicts fail on a device whose every record is legal, with numbers. "" if the host was on time, and the
    device took up what it was sent promptly and in the order in which it was sent: then it is the device."""
    left_ps = {name: sent.first_ps for name, sent in evidence.capture.sent.items()}
    late = f"{punctual.send} left {duration(punctual.late_ps)} behind its time"
    if failure := _failure_at(left_ps, scenario, evidence, model):
        return f"{late}; played at the times at which the sends left, {failure}"
    slack_ps = evidence.capture.slack_ns * _PS
    if punctual.waited_ps <= slack_ps and (overtaken := _overtaken(evidence, punctual)):
        return overtaken
    if punctual.waited_ps * _LONG_WAIT > slack_ps:
        return _took(evidence, punctual)
    if near := _too_near(evidence, evidence.program.ports):
        return near
    failure = _failure_at(_taken_at(evidence, left_ps), scenario, evidence, model)  # a little of both
    return failure and f"{late}, and {_took(evidence, punctual)}; played at the times at which it took its inputs up, {failure}"


def _took(evidence: Evidence, punctual: Punctuality) -> str:
    name = input_name(evidence.golden.records[punctual.index])
    return f"the device took {name} up {duration(punctual.waited_ps)} after it had been sent"


def _failure_at(times_ps: Mapping[str, NDArray[np.int64]], scenario: Scenario, evidence: Evidence, model: Model) -> str:
    """The first of the scenario's lines that golden does not fulfil when the sends of each port come at these times; "" if it does."""
    ports = dict(evidence.program.ports)
    for name in ports.keys() & times_ps.keys():
        ports[name] = replace(ports[name], not_before_ns=np.maximum.accumulate(np.maximum(0, times_ps[name] // _PS)), waits={})
    prediction = model.predict(replace(evidence.program, ports=ports))
    _, failures = match(scenario, shown_by(scenario.program, prediction, scenario.symbols), "golden")
    return failures[0] if failures else ""


def _taken_at(evidence: Evidence, left_ps: Mapping[str, NDArray[np.int64]]) -> dict[str, NDArray[np.int64]]:
    """When the device took each send up, by its records; when it left, where none tells."""
    golden, taken = evidence.golden, taken_ps(evidence)
    times = {name: left.copy() for name, left in left_ps.items()}
    for code, port in enumerate(golden.cause_ports):
        if port in times:
            of_port = golden.causes[:, 0] == code
            np.maximum.at(times[port], golden.causes[of_port, 1], taken[of_port])
    return times


def _sends(evidence: Evidence) -> Iterator[tuple[str, NDArray[np.int64], NDArray[np.int64]]]:
    """Of each port (name, when each send was due, when it left). What waits for an output is due when that came."""
    for name, port in evidence.program.ports.items():
        if name not in evidence.capture.sent or not len(port):
            continue
        due = port.not_before_ns * _PS
        for row, wait in port.waits.items():
            events = evidence.events
            came = events.record_ps if wait.port == events.port else evidence.capture.outputs.get(wait.port, NO_FRAMES).last_ps
            if 0 < wait.count <= len(came):
                due[row] = max(int(due[row]), int(came[wait.count - 1]))
        yield name, np.maximum.accumulate(due), evidence.capture.sent[name].first_ps


def _lateness(evidence: Evidence) -> Iterator[tuple[int, str]]:
    """The latest send of each port: (ps behind the time at which it was due, its name)."""
    for name, due, left in _sends(evidence):
        row = int((left - due).argmax())
        yield int(left[row] - due[row]), f"{name}[{row}]"


def lost_order(evidence: Evidence) -> str:
    """Which input the host sent so late that nobody knows in which order the device took it and the next one. "" if there is none.

    Only of frames and control: a packet without a record, and the command behind it (see `stalls`), on a host that owns up to be late.
    """
    capture, inputs = evidence.capture, evidence.dut.inputs
    if capture.host is None or not capture.host.late or not capture.complete:
        return ""
    return _too_near(evidence, [name for name in evidence.program.ports if name not in inputs or inputs[name].layout == "frame"])


def _too_near(evidence: Evidence, of_ports: Collection[str]) -> str:
    """Which send most clearly left too soon behind another port's, because that one was late: in less than half of the time that the
    scenario has between them. "" if none did."""
    ports = [
        [(due, when, f"{name}[{row}]", name) for row, (due, when) in enumerate(zip(dues.tolist(), left.tolist(), strict=True))]
        for name, dues, left in _sends(evidence)
        if name in of_ports
    ]
    worst, told = 0, ""
    for (due, left, send, port), (next_due, next_left, following, next_port) in pairwise(sorted(chain(*ports))):
        wanted, apart = next_due - due, next_left - left
        if port != next_port and 2 * apart < wanted and wanted - apart > worst:
            worst, told = wanted - apart, f"{following} left {duration(apart)} behind {send}, for which the scenario has {duration(wanted)}"
    return told


def _times(evidence: Evidence) -> InputTimes:
    return input_times(evidence.golden, evidence.capture.sent, evidence.streams, len(evidence.golden.causes))


def taken_ps(evidence: Evidence) -> NDArray[np.int64]:
    """When the device took up the input of each record; at the latest, where nobody knows its clock."""
    events, epoch_ps = evidence.events, evidence.capture.epoch_ps
    if epoch_ps is None:
        return events.record_ps
    return np.asarray(events.records["time_ns"].astype(np.int64) * _PS - epoch_ps)


def _waited_ps(evidence: Evidence, times: InputTimes) -> NDArray[np.int64]:
    """From the arrival of each record's input until it was taken up, 0 where nobody knows. In the feed one waits for the one before."""
    taken = taken_ps(evidence)
    ready = times.last_ps.copy()
    feed = np.flatnonzero(origin_of(evidence.events.records) == FEED)
    ready[feed[1:]] = np.maximum(ready[feed[1:]], np.maximum.accumulate(taken[feed])[:-1])
    return np.where(times.last_ps > UNKNOWN_PS, taken - ready, 0)


def _overtaken(evidence: Evidence, punctual: Punctuality) -> str:
    """Which input most clearly took effect before one that had been sent before it on another port; "" if none did. The two lines are one
    port: what the feed brings takes effect in sequence."""
    golden, sent_ps, inputs = evidence.golden, _times(evidence).last_ps, evidence.dut.inputs  # when each was whole
    lines = [code for code, port in enumerate(golden.cause_ports) if port in inputs and inputs[port].layout == "frame"]
    ports = np.where(np.isin(golden.causes[:, 0], lines), len(golden.cause_ports), golden.causes[:, 0])
    latest: dict[int, int] = {}  # port -> record of the input that was sent last, of those that have taken effect
    worst, told = 0, ""
    for record in np.flatnonzero(sent_ps > UNKNOWN_PS).tolist():
        port = int(ports[record])
        early = max((other for code, other in latest.items() if code != port), key=lambda other: int(sent_ps[other]), default=record)
        if (apart := int(sent_ps[early] - sent_ps[record])) > worst:
            taken = f"the device took {input_name(golden.records[early])} before {input_name(golden.records[record])}"
            worst, told = apart, f"{taken}, which had been sent {duration(apart)} before"
        if port not in latest or sent_ps[latest[port]] < sent_ps[record]:
            latest[port] = record
    return told and f"{told}; the latest send, {punctual.send}, left {duration(punctual.late_ps)} behind its time"


def duration(time_ps: int) -> str:
    """In the unit that people would take: `12.5 ms`."""
    size = max((size for size in _UNITS if abs(time_ps) >= size), default=min(_UNITS))
    return f"{time_ps / size:.3g} {_UNITS[size]}"
