# SPDX-License-Identifier: Apache-2.0
"""EVT-6: the bytes of each stream port equal golden's, in order. The first byte that differs is shown as the packet that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from tickproof.check.compare import Part, first_part
from tickproof.check.evidence import Evidence
from tickproof.check.explain import Cause, cause_of
from tickproof.check.observe import NO_FRAMES
from tickproof.check.outputs import agreed_bytes
from tickproof.check.packets import cut, decode_packet, message_table, packet_rows, packet_text
from tickproof.check.show import record_text
from tickproof.check.verdict import Divergence
from tickproof.golden.model import Stream
from tickproof.protocols import EVENTS, Table
from tickproof.protocols.records import KIND

__all__ = ["judge_streams"]

_NEIGHBOURS = 2
_LOOK_AHEAD = 64  # packets behind the place that may speak for an explanation
_VERDICT = EVENTS.layouts["DECISION"].field("verdict")


@dataclass(frozen=True, slots=True)
class _Parting:
    """Stream `port` parts from golden's at its packet `index`. wanted, got: so many packets from there on, golden's and the device's.

    rejected: the record of the rejected order whose bytes the device sent there, or None.
    """

    port: str
    index: int
    wanted: Sequence[bytes]
    got: Sequence[bytes]
    part: Part
    rejected: int | None

    @property
    def messages(self) -> Table:
        return message_table(self.port, sent=False)

    def text(self, packets: Sequence[bytes]) -> str:
        """The first of these packets on one line."""
        return packet_text(decode_packet(packets[0], self.messages)) if packets else "nothing more"


def judge_streams(evidence: Evidence) -> Iterator[tuple[Divergence, int | None]]:
    """The first failure of each stream, and the record that it belongs to (None = none)."""
    for port, stream in sorted(evidence.golden.streams.items()):
        frames = evidence.capture.outputs.get(port, NO_FRAMES).frames
        same = agreed_bytes(stream.packets, frames)
        if same < max(int(side.offsets[-1] - side.offsets[0]) for side in (stream.packets, frames)):
            parting = _parting(port, stream, frames.data[frames.offsets[0] : frames.offsets[-1]], same, evidence)
            yield _explain(parting, stream, evidence)


def _parting(port: str, stream: Stream, got: NDArray[np.uint8], same: int, evidence: Evidence) -> _Parting:
    ends = stream.packets.offsets[1:] - stream.packets.offsets[0]
    index = int(np.searchsorted(ends, same, side="right"))
    rest = cut(got[int(ends[index - 1]) if index else 0 :].tobytes())
    wanted = [stream.packets[place] for place in range(index, min(len(stream.packets), index + _LOOK_AHEAD))]
    have = list(islice(rest, _LOOK_AHEAD))
    names = {packet: number for number, packet in enumerate({*wanted, *have})}
    one, other = (np.array([names[packet] for packet in side], np.uint8).reshape(-1, 1) for side in (wanted, have))
    part = first_part(one, other)
    assert part is not None  # their first packets differ, or one side has none
    count = part.count
    if not wanted or not have:
        count = len(stream.packets) - index if wanted else len(have) + sum(1 for _ in rest)
    rejected = _rejected(have[0], evidence) if have else None
    return _Parting(port, index, wanted, have, Part(index, part.shape if rejected is None else "extra", count), rejected)


def _rejected(got: bytes, evidence: Evidence) -> int | None:
    """The DECISION of the rejected order that these bytes are, or begin."""
    client = evidence.streams.get("client")
    records = evidence.golden.records
    rejected = (records["kind"] == KIND["DECISION"]) & (records["body"][:, _VERDICT.offset - 32] == 0)
    for place in np.flatnonzero(rejected).tolist() if client else ():
        ordinal = int(records["sequence"][place])
        if client and ordinal <= len(client.packets) and client.packets[ordinal - 1].data.startswith(got):
            return int(place)
    return None


def _explain(parting: _Parting, stream: Stream, evidence: Evidence) -> tuple[Divergence, int | None]:
    index, wanted, got = parting.index, parting.wanted, parting.got
    record = parting.rejected
    if record is None and index < len(stream.packets) and stream.records[index] >= 0:
        record = int(stream.records[index])
    made, cause = Cause(), ""
    if record is not None:
        made = cause_of(record, evidence)
        text = record_text(evidence.golden.records[record].tobytes(), evidence.symbols)
        cause = f"{evidence.events.port}[{record}] {text}" + (f", of {made.text}" if made.text else "")
    shown = decode_packet((wanted if wanted and parting.part.shape != "extra" else got)[0], parting.messages)
    divergence = Divergence(
        f"{parting.port}[{index}] {shown.name}",
        _summary(parting),
        "EVT-6",
        made.line,
        packet_rows(decode_packet(wanted[0], parting.messages), decode_packet(got[0], parting.messages)) if _one_kind(parting) else (),
        cause,
        *_neighbours(parting, stream),
        tuple((whose, side[0]) for whose, side in (("golden", wanted), ("got", got)) if side),
        made.sent_ps,
        _seen_ps(parting, stream, evidence),
    )
    return divergence, record


def _seen_ps(parting: _Parting, stream: Stream, evidence: Evidence) -> int | None:
    """When the segment left that holds the first byte of what the device sent there."""
    if not parting.got:
        return None
    recording = evidence.capture.outputs[parting.port]
    start = int(stream.packets.lengths[: parting.index].sum())
    segment = int(np.searchsorted(recording.frames.offsets - recording.frames.offsets[0], start, side="right")) - 1
    return int(recording.first_ps[segment])


def _one_kind(parting: _Parting) -> bool:
    """The packet is there, but other bytes of it than golden's."""
    if parting.part.shape != "differs":
        return False
    want, have = (decode_packet(side[0], parting.messages).name for side in (parting.wanted, parting.got))
    return want == have


def _summary(parting: _Parting) -> str:
    port, wanted, got = parting.port, parting.wanted, parting.got
    some = f" ({parting.part.count} packets)" if parting.part.count > 1 else ""
    if parting.rejected is not None:
        return f"a rejected order left {len(got[0])} bytes on {port}: {parting.text(got)}; golden expects {parting.text(wanted)} here"
    if parting.part.shape == "missing":
        return f"golden expects {parting.text(wanted)} here{some}; the device sent {parting.text(got)}"
    if parting.part.shape == "extra":
        return f"the device sent {parting.text(got)} here{some}; golden expects {parting.text(wanted)}"
    if parting.part.shape == "swapped":
        return f"out of order: golden expects {parting.text(wanted)} first; the device sent it behind {parting.text(got)}"
    if wanted[0].startswith(got[0]):
        return f"golden expects {parting.text(wanted)} here; the device sent {len(got[0])} of its {len(wanted[0])} bytes"
    if _one_kind(parting):
        rows = packet_rows(decode_packet(wanted[0], parting.messages), decode_packet(got[0], parting.messages))
        return "; ".join(f"{row.name} is {row.got}, golden has {row.golden}" for row in rows if row.differs)
    return f"golden expects {parting.text(wanted)} here; the device sent {parting.text(got)}"


def _neighbours(parting: _Parting, stream: Stream) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Packets before the place, which agree, and both sides' behind it: one may be shifted against the other."""
    before = []
    for index in range(max(0, parting.index - _NEIGHBOURS), parting.index):
        before.append(f"{parting.port}[{index}] {parting.text([stream.packets[index]])}")
    after = []
    for step in range(int(parting.part.shape == "differs"), _NEIGHBOURS + 1):
        place = f"{parting.port}[{parting.index + step}]"
        texts = [parting.text(side[step : step + 1]) for side in (parting.wanted, parting.got)]
        if texts[0] == texts[1]:
            after += [f"{place} {texts[0]}"] if parting.wanted[step : step + 1] else []
        else:
            after += [f"{place} {whose:6} {text}" for whose, text in zip(("golden", "got"), texts, strict=True)]
    return tuple(before), tuple(after)
