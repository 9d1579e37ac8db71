# SPDX-License-Identifier: Apache-2.0
"""What came out and what golden has, port by port, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from tickproof.check import FieldRow
from tickproof.check.compare import comparable
from tickproof.check.evidence import Evidence
from tickproof.check.observe import NO_FRAMES
from tickproof.check.packets import cut, decode_packet, message_table, packet_rows, packet_text
from tickproof.check.show import field_rows, kind_of, record_text
from tickproof.frames import Frames
from tickproof.story.inputs import HEX_SHOWN, Row

__all__ = ["Side", "output_rows", "sides"]

_LOOK_AHEAD = 32  # rows behind the last one shown that may speak for how the two sides lie against each other


@dataclass(frozen=True, slots=True)
class Side:
    """One output port: golden's units (records, packets, frames) and the device's.

    same: of each unit what has to agree. left_ps: int64, when each of the device's left. causes: int64[n, 2], of each of golden's: the
    input port (index into golden's `cause_ports`) and row, -1 where none. name, text: a unit in a word and in a line. fields: of a pair.
    """

    port: str
    wanted: Sequence[bytes]
    got: Sequence[bytes]
    same: tuple[Sequence[bytes], Sequence[bytes]]
    left_ps: NDArray[np.int64]
    causes: NDArray[np.int64]
    name: Callable[[bytes], str]
    text: Callable[[bytes], str]
    fields: Callable[[bytes | None, bytes | None], Sequence[FieldRow]]


def sides(evidence: Evidence) -> list[Side]:
    """Every port on which golden has a say."""
    golden = evidence.golden
    found = [_events(evidence)] if evidence.events.port else []
    found += [_stream(port, evidence) for port in golden.streams]
    return found + [_frames(port, frames, evidence) for port, frames in golden.frames.items()]


def output_rows(side: Side, start: int, count: int, evidence: Evidence) -> list[Row]:
    """At most `count` rows from the unit `start` on, up to which both sides agree, or nearly so."""
    rows = []
    for want, have in list(_pairs(side, start, start + count + _LOOK_AHEAD))[:count]:
        wanted = None if want is None else side.wanted[want]
        got = None if have is None else side.got[have]
        fields = side.fields(wanted, got)
        unlike = want is None or have is None or side.same[0][want] != side.same[1][have]
        status = "extra" if wanted is None else "missing" if got is None else "differs" if unlike else "same"
        raw = {"hex": {whose: data[:HEX_SHOWN].hex() for whose, data in (("golden", wanted), ("got", got)) if data is not None}}
        rows.append(
            {
                "port": side.port,
                "index": have if have is not None else want,
                "ps": int(side.left_ps[have]) if have is not None and have < len(side.left_ps) else None,
                "status": status,
                "name": side.name(got or wanted or b""),
                "text": side.text(got or wanted or b""),
                "golden": side.text(wanted) if wanted is not None and status == "differs" else None,
                "fields": [_field(row, status) for row in fields],
                "cause": _cause(side, want, evidence),
                **(raw if status != "same" else {}),
            }
        )
    return rows


def _field(row: FieldRow, status: str) -> Sequence[str | bool]:
    """(name, value) where both agree, else (name, golden, got, differs)."""
    return (row.name, row.got if row.got != "-" else row.golden) if status != "differs" else (row.name, row.golden, row.got, row.differs)


def _cause(side: Side, want: int | None, evidence: Evidence) -> tuple[str, int] | None:
    if want is None or want >= len(side.causes) or side.causes[want][0] < 0:
        return None
    code, row = side.causes[want].tolist()
    return evidence.golden.cause_ports[code], row


def _pairs(side: Side, start: int, end: int) -> Iterator[tuple[int | None, int | None]]:
    """Which unit of golden's stands beside which of the device's, so that as many as possible agree."""
    wanted, got = side.same[0][start:end], side.same[1][start:end]
    for what, a, a_end, b, b_end in SequenceMatcher(None, wanted, got, autojunk=False).get_opcodes():
        both = min(a_end - a, b_end - b) if what in ("equal", "replace") else 0
        yield from ((start + a + step, start + b + step) for step in range(both))
        yield from ((start + place, None) for place in range(a + both, a_end))
        yield from ((None, start + place) for place in range(b + both, b_end))


def _events(evidence: Evidence) -> Side:
    golden, events, symbols = evidence.golden, evidence.events, evidence.symbols
    wanted, got = ([row.tobytes() for row in records] for records in (golden.records, events.records))
    same = tuple([row.tobytes() for row in comparable(records)] for records in (golden.records, events.records))
    return Side(
        events.port,
        wanted,
        got,
        (same[0], same[1]),
        events.record_ps,
        golden.causes,
        kind_of,
        lambda record: record_text(record, symbols),
        lambda want, have: field_rows(want, have, symbols),
    )


def _stream(port: str, evidence: Evidence) -> Side:
    golden, stream, messages = evidence.golden, evidence.golden.streams[port], message_table(port, sent=False)
    recording = evidence.capture.outputs.get(port, NO_FRAMES)
    frames = recording.frames
    wanted, got = list(stream.packets), list(cut(frames.data[frames.offsets[0] : frames.offsets[-1]].tobytes()))
    starts = np.cumsum([0, *map(len, got)])[:-1] if got else np.zeros(0, np.int64)
    segments = np.searchsorted(frames.offsets - frames.offsets[0], starts, side="right") - 1
    # A packet's cause is that of its record; -1, no record, is the last row.
    causes = np.vstack([golden.causes, [[-1, -1]]])[stream.records] if len(stream.records) else np.zeros((0, 2), np.int64)

    def fields(want: bytes | None, have: bytes | None) -> Sequence[FieldRow]:
        return packet_rows(decode_packet(want or have or b"", messages), decode_packet(have or want or b"", messages))

    return Side(
        port,
        wanted,
        got,
        (wanted, got),
        recording.first_ps[segments],
        causes,
        lambda packet: decode_packet(packet, messages).name,
        lambda packet: packet_text(decode_packet(packet, messages)),
        fields,
    )


def _frames(port: str, frames: Frames, evidence: Evidence) -> Side:
    recording = evidence.capture.outputs.get(port, NO_FRAMES)
    wanted, got = list(frames), list(recording.frames)
    return Side(
        port,
        wanted,
        got,
        (wanted, got),
        recording.first_ps,
        np.zeros((0, 2), np.int64),
        lambda _: "frame",
        lambda frame: f"frame of {len(frame)} bytes {frame[:32].hex()}{'...' if len(frame) > 32 else ''}",
        lambda _, __: (),
    )
