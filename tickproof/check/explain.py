# SPDX-License-Identifier: Apache-2.0
"""From a place in the stream of records to a Divergence that a person can act on: decoded, with its neighbours, cause and raw bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tickproof.check.compare import Part, comparable
from tickproof.check.evidence import Evidence
from tickproof.check.packets import decode_packet, message_table, packet_text
from tickproof.check.show import cause_text, field_rows, kind_of, record_text
from tickproof.check.verdict import Divergence
from tickproof.protocols.records import KIND

__all__ = ["Cause", "cause_of", "explain_flaw", "explain_part"]

_NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class Cause:
    """What caused a record of golden's, decoded; the scenario's line that sent it; when it went in (None: it did not, or nobody knows)."""

    text: str = ""
    line: int | None = None
    sent_ps: int | None = None


def explain_part(part: Part, evidence: Evidence) -> Divergence:
    """Golden's records and the device's part here."""
    want, have = _record(evidence.golden.records, part.index), _record(evidence.events.records, part.index)
    cause = cause_of(part.index, evidence)
    return Divergence(
        _place(evidence, part.index, have if part.shape == "extra" else want or have),
        _summary(part, evidence),
        "EVT-1" if part.shape in ("missing", "extra", "swapped") else "EVT-2",
        cause.line,
        field_rows(want, have, evidence.symbols) if part.shape == "differs" else (),
        cause.text,
        *_neighbours(part, evidence),
        tuple((whose, record) for whose, record in (("golden", want), ("got", have)) if record is not None),
        cause.sent_ps,
        None if part.shape == "missing" else _seen_ps(evidence, part.index),
    )


def explain_flaw(evidence: Evidence, index: int | None, rule: str, text: str, marked: tuple[str, str] = ("", "")) -> Divergence:
    """Something other than a difference to golden is wrong with the device's record `index`. marked: (field, what it should have been)."""
    have = None if index is None else _record(evidence.events.records, index)
    if index is None or have is None:
        return Divergence(evidence.events.port or "the device", text, rule)
    cause = cause_of(index, evidence)
    want = _record(evidence.golden.records, index)
    rows = field_rows(want if want is not None and want[:1] == have[:1] else None, have, evidence.symbols)
    rows = tuple(replace(row, golden=marked[1], differs=True) if row.name == marked[0] else row for row in rows)
    before, after = _neighbours(Part(index, "differs"), evidence)
    place, seen_ps = _place(evidence, index, have), _seen_ps(evidence, index)
    return Divergence(place, text, rule, cause.line, rows, cause.text, before, after, (("got", have),), cause.sent_ps, seen_ps)


def _summary(part: Part, evidence: Evidence) -> str:
    want, have = (_record(records, part.index) for records in (evidence.golden.records, evidence.events.records))
    wanted = "nothing more" if want is None else record_text(want, evidence.symbols)
    shown = "nothing more" if have is None else record_text(have, evidence.symbols)
    some = "" if part.count == 1 else f" ({part.count} records)"
    if part.shape == "missing":
        return f"golden expects {wanted} here{some}; the device's next record is {shown}"
    if part.shape == "extra":
        again = ", a repetition of the record before," if _repeated(evidence.events.records, part.index) else ""
        return f"the device sent {shown}{some}{again} here; golden expects {wanted}"
    if part.shape == "swapped":
        return f"out of order: golden expects {wanted} first; the device sent it behind {shown}"
    rows = [row for row in field_rows(want, have, evidence.symbols) if row.differs]
    if rows[0].name == "kind":
        return f"golden expects {wanted} here; the device sent {shown}"
    return "; ".join(f"{row.name} is {row.got}, golden has {row.golden}" for row in rows)


def _repeated(records: NDArray[np.void], index: int) -> bool:
    pair = comparable(records[max(0, index - 1) : index + 1])
    return len(pair) == 2 and bool((pair[0] == pair[1]).all())


def _neighbours(part: Part, evidence: Evidence) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The device's records before the place, and both streams' behind it where they differ: one may be shifted against the other."""
    port, symbols = evidence.events.port, evidence.symbols
    before, after = [], []
    for index in range(max(0, part.index - _NEIGHBOURS), part.index):
        if (record := _record(evidence.events.records, index)) is not None:
            before.append(f"{port}[{index}] {record_text(record, symbols)}")
    # Where no field table shows the place itself, the neighbours do.
    for index in range(part.index + (part.shape == "differs"), part.index + _NEIGHBOURS + 1):
        both = [_record(records, index) for records in (evidence.golden.records, evidence.events.records)]
        texts = ["nothing" if record is None else record_text(record, symbols) for record in both]
        if texts[0] == texts[1]:
            after += [f"{port}[{index}] {texts[0]}"] if both[0] is not None else []
        else:
            after += [f"{port}[{index}] {whose:6} {text}" for whose, text in zip(("golden", "got"), texts, strict=True)]
    return tuple(before), tuple(after)


def cause_of(index: int, evidence: Evidence) -> Cause:
    """What caused golden's record `index`."""
    golden, scenario = evidence.golden, evidence.scenario
    if index >= len(golden.causes) or golden.causes[index][0] < 0:
        return Cause()
    code, row = (int(value) for value in golden.causes[index])
    port = golden.cause_ports[code]
    record = golden.records[index]
    if port in evidence.streams:
        text = _stream_cause(port, record, evidence)
    else:
        text = cause_text(evidence.program, port, row, int(record["sequence"]))
    lines = scenario.lines.get(port) if scenario else None
    line = int(lines[row]) if lines is not None and row < len(lines) else 0
    sent = evidence.capture.sent.get(port)
    went_in = sent is not None and row < len(sent.last_ps) and sent.last_ps[row] >= 0
    return Cause(text, line or None, int(sent.first_ps[row]) if sent is not None and went_in else None)


def _stream_cause(port: str, record: np.void, evidence: Evidence) -> str:
    """A packet of a stream, named by its ordinal as records name it, or a change of its link."""
    stream, ordinal = evidence.streams[port], int(record["sequence"])
    if record["kind"] == KIND["LINK"]:
        return f"{port} link {'up' if record['body'][1] else 'down'}"
    if record["kind"] == KIND["SESSION_ERROR"]:
        packets = [packet for packet in stream.bad if packet.ordinal == ordinal]
    else:
        packets = list(stream.packets[ordinal - 1 : ordinal])
    texts = [packet_text(decode_packet(packet.data, message_table(port, sent=True))) for packet in packets[:1]]
    return " ".join([f"{port}[{ordinal}]", *texts])


def _record(records: NDArray[np.void], index: int) -> bytes | None:
    return bytes(records[index].tobytes()) if index < len(records) else None


def _seen_ps(evidence: Evidence, index: int) -> int | None:
    """When the device's record left, if there is one."""
    return int(evidence.events.record_ps[index]) if index < len(evidence.events.record_ps) else None


def _place(evidence: Evidence, index: int, record: bytes | None) -> str:
    return f"{evidence.events.port}[{index}]" + (f" {kind_of(record)}" if record else "")
