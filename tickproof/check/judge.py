# SPDX-License-Identifier: Apache-2.0
"""`judge`: one capture against the golden model (contract 8). What cannot be compared is said, never passed over."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tickproof.capture import Capture
from tickproof.check.causality import impossible_order
from tickproof.check.compare import Part, comparable, first_part
from tickproof.check.counters import judge_counters
from tickproof.check.evidence import Evidence
from tickproof.check.expectations import check_windows, match
from tickproof.check.explain import explain_flaw, explain_part
from tickproof.check.inputs import stream_inputs
from tickproof.check.late import duration, lost_order, missed_spacing, punctuality
from tickproof.check.observe import Events, observe, read_events
from tickproof.check.order import own_flaws
from tickproof.check.outcome import spoiled, verdict_of
from tickproof.check.outputs import read_outputs, stamp_error_ps
from tickproof.check.ports import judge_ports
from tickproof.check.shown import shown_by
from tickproof.check.stalls import other_orders
from tickproof.check.streams import judge_streams
from tickproof.check.times import input_times
from tickproof.check.verdict import Divergence, Verdict
from tickproof.dut import Dut
from tickproof.golden.model import Model, Prediction
from tickproof.program import Program
from tickproof.scenario import Scenario

__all__ = ["judge", "judge_evidence", "judge_patiently", "read_evidence"]

_LAST = np.iinfo(np.int64).max  # the place of a failure that concerns no record


@dataclass(slots=True)
class _Findings:
    """Failures with their place in the stream of records: the first one is what a person has to look at, the rest may follow from it."""

    found: list[tuple[int, int, Divergence]] = field(default_factory=list)

    def add(self, divergence: Divergence, index: int | None = None) -> None:
        self.found.append((_LAST if index is None else index, len(self.found), divergence))

    def ordered(self) -> list[Divergence]:
        return [divergence for _, _, divergence in sorted(self.found, key=lambda entry: entry[:2])]


def judge(
    scenario: Scenario | None, program: Program, dut: Dut, model: Model, capture: Capture, *, capabilities: Collection[str] = ()
) -> Verdict:
    """Hold a capture against what `model` says this device had to show.

    scenario: where the Program came from, for its lines and `>` lines (which `check_expectations` has held against golden before), or None.
    capabilities: the target's; windows of `>` lines are judged only with `exact_timing`.

    What a device that was kept from its processor did too late, or took up in another order than it was sent, is not held against it: with
    that much more slack, or in that order, nothing is wrong. Nor is a failure of a run in which the host lost the order of its sends.
    """
    return judge_patiently(read_evidence(scenario, program, dut, model, capture), model, capabilities=capabilities)


def judge_patiently(evidence: Evidence, model: Model, *, capabilities: Collection[str] = ()) -> Verdict:
    """As `judge`, for who wants to show the evidence, too."""
    verdict, capture = judge_evidence(evidence, model, capabilities=capabilities), evidence.capture
    if verdict.status != "fail" or capture.host is None:
        return verdict
    if near := lost_order(evidence):
        return spoiled(verdict, near)
    starved_ns = capture.host.starved_ns // capture.host.slowdown
    patient = replace(evidence, capture=replace(capture, slack_ns=capture.slack_ns + starved_ns))
    for possible in (patient.capture, *other_orders(patient, starved_ns)) if starved_ns else ():
        again = read_evidence(evidence.scenario, evidence.program, evidence.dut, model, possible)
        if judge_evidence(again, model, capabilities=capabilities).status != "fail":
            return spoiled(verdict, f"the device did not run for {duration(starved_ns * 1000)} of this run")
    return verdict


def read_evidence(scenario: Scenario | None, program: Program, dut: Dut, model: Model, capture: Capture) -> Evidence:
    """What a capture holds, and what golden has to it."""
    events = read_events(program, dut, capture)
    golden = model.replay(program, observe(events, capture))
    streams, outputs = stream_inputs(program, dut, capture, golden), read_outputs(dut, capture, events, golden)
    return Evidence(scenario, program, dut, capture, events, golden, streams, outputs)


def judge_evidence(evidence: Evidence, model: Model, *, capabilities: Collection[str] = ()) -> Verdict:
    """As `judge`."""
    scenario, program, capture, golden = evidence.scenario, evidence.program, evidence.capture, evidence.golden
    findings = _Findings()
    part = _judge_records(findings, evidence)
    for problem in golden.problems:
        if problem.rule != "EVT-1":
            findings.add(explain_flaw(evidence, problem.index, problem.rule, problem.text), problem.index)
    cut_off: list[Divergence] = []  # streams that end too early: so did the run
    for divergence, index in judge_streams(evidence):
        if capture.complete or any(whose == "got" for whose, _ in divergence.raw):
            findings.add(divergence, index)
        else:
            cut_off.append(divergence)
    if not capture.complete:
        # Records that stop there, and agree so far, are explained by it, and so is all that is missing; what differs before is not.
        stops = part is not None and part.index == len(evidence.events.records)
        text = f"the run did not end: {capture.trouble or 'the target does not say why'}"
        findings.add(Divergence("the run", text), part.index - 1 if part is not None and stops else None)
    for divergence in (*cut_off, *judge_ports(evidence), *judge_counters(evidence), *_unsent(program, capture)):
        findings.add(divergence)
    punctual, late = None if findings.found or part else punctuality(evidence), ""
    if scenario is not None and punctual is not None:
        exact = "exact_timing" in capabilities
        lines = _judge_lines(scenario, evidence, exact)
        late = missed_spacing(scenario, evidence, model, punctual) if lines and not exact else ""
        for text in lines:
            findings.add(Divergence("the scenario's lines", text))
    return verdict_of(evidence, findings.ordered(), None if part is None else part.index, punctual, late)


def _judge_records(findings: _Findings, evidence: Evidence) -> Part | None:
    """Every record, every field. Flaws of a datagram come first at their place: what it carries cannot be trusted. Then inputs in an order
    that cannot have been or that their stamps contradict, skipped or taken twice, because wrong contents follow from it."""
    events, golden, capture = evidence.events, evidence.golden, evidence.capture
    for index, text in events.flaws:
        findings.add(explain_flaw(evidence, index, "", text), index)
    part = first_part(comparable(golden.records), comparable(events.records), _beyond_judgement(events, golden))
    times = input_times(golden, capture.sent, evidence.streams, _known(evidence, part))
    impossible = impossible_order(evidence, times)
    if impossible is not None:
        findings.add(explain_flaw(evidence, impossible.index, "EVT-5", impossible.text), impossible.index)
    for problem in golden.problems:
        if problem.rule == "EVT-1":
            findings.add(explain_flaw(evidence, problem.index, problem.rule, problem.text), problem.index)
    flaws = [*own_flaws(events.records, events.record_ps + stamp_error_ps(capture), times.last_ps, capture.epoch_ps)]
    for flaw in (flaw for flaw in flaws if flaw.field == "stamp"):
        findings.add(explain_flaw(evidence, flaw.index, "EVT-3", flaw.text, (flaw.field, flaw.expected)), flaw.index)
    if part is not None:
        findings.add(explain_part(part, evidence), part.index)
    for flaw in (flaw for flaw in flaws if flaw.field != "stamp"):
        findings.add(explain_flaw(evidence, flaw.index, "EVT-3", flaw.text, (flaw.field, flaw.expected)), flaw.index)
    return part


def _known(evidence: Evidence, part: Part | None) -> int:
    """Of how many records the cause is certain: as far as golden and device agree, and one more if both tell of the same input there."""
    golden, records = evidence.golden, evidence.events.records
    count = min(len(golden.causes), len(records))
    if part is None or part.index >= count:
        return count
    same = all(golden.records[name][part.index] == records[name][part.index] for name in ("kind", "sequence"))
    return part.index + (part.shape == "differs" and same)


def _beyond_judgement(events: Events, golden: Prediction) -> NDArray[np.bool_]:
    """bool[n]: the device's records of symbols whose book golden cannot know any more."""
    ignore = np.zeros(len(events.records), np.bool_)
    for symbol, (first, _) in golden.inconclusive.items():
        ignore[first:] |= events.records["symbol"][first:] == symbol
    return ignore


def _judge_lines(scenario: Scenario, evidence: Evidence, exact_timing: bool) -> list[str]:
    """The `>` lines on what the device showed: its order of the inputs is legal, but a person wrote down what they expect of any."""
    # The scenario's own Program has the times that its lines mean, whatever time scale was played.
    found, failures = match(scenario, shown_by(scenario.program, evidence.golden, scenario.symbols), "the device")
    if exact_timing:
        left_ps = {name: recording.first_ps for name, recording in evidence.capture.outputs.items()}
        left_ps |= {name: times.first_ps for name, times in evidence.outputs.packets.items()}
        left_ps |= {evidence.events.port: evidence.events.record_ps}
        failures += check_windows(scenario, found, left_ps)
    return failures


def _unsent(program: Program, capture: Capture) -> Iterator[Divergence]:
    """A send that never went in leaves a run that proves less than its scenario says."""
    for name, port in program.ports.items():
        sent = capture.sent.get(name)
        rows = [*range(len(port))] if sent is None else [*np.flatnonzero(sent.last_ps < 0), *range(len(sent.last_ps), len(port))]
        if rows:
            row = int(rows[0])
            wait = port.waits.get(row)
            why = f"; it waits for {wait.count} outputs on {wait.port}" if wait else ""
            yield Divergence(f"{name}[{row}]", f"{len(rows)} of {len(port)} sends on {name} never went in, the first is {name}[{row}]{why}")
