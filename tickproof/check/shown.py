# SPDX-License-Identifier: Apache-2.0
"""What a prediction shows at each output port, as rows that `>` lines can be held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tickproof.check.packets import decode_packet, message_table, packet_text
from tickproof.check.show import record_text
from tickproof.frames import Frames
from tickproof.golden.model import Prediction
from tickproof.program import Program
from tickproof.program_control import setup_commands
from tickproof.protocols import Table
from tickproof.protocols.records import KIND, decode_record
from tickproof.protocols.soupbin import payload

__all__ = ["Rows", "Shown", "shown_by"]

_EARLIEST = np.iinfo(np.int64).min


class Rows(Protocol):
    """The outputs of one port, in order."""

    def __len__(self) -> int: ...

    def of_kind(self, kind: str | None, start: int) -> Iterable[int]:
        """The places from `start` on that may fit an expectation of this kind."""
        ...

    def values(self, place: int) -> Mapping[str, Any]:
        """Field -> value, as an Expectation has it."""
        ...

    def text(self, place: int) -> str:
        """One line for people."""
        ...

    def caused_from(self, time_ns: int) -> int:
        """The first place behind the setup and all that inputs due before `time_ns` caused."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A prediction as output to search: port -> rows, and the exact counters."""

    ports: Mapping[str, Rows]
    counters: Mapping[str, int] = field(default_factory=dict)


def shown_by(program: Program, prediction: Prediction, symbols: Sequence[str] = ()) -> Shown:
    """symbols: index -> name."""
    cause_ns = np.full(len(prediction.records), _EARLIEST)
    for code, port in enumerate(prediction.cause_ports):
        rows = np.flatnonzero(prediction.causes[:, 0] == code)
        if len(rows):
            cause_ns[rows] = program.ports[port].not_before_ns[prediction.causes[rows, 1]]
    first = _setup_records(program, prediction.records, cause_ns)
    ports: dict[str, Rows] = {"events": _Records(prediction.records, cause_ns, first, symbols)}
    ports |= {port: _Frames(frames) for port, frames in prediction.frames.items()}
    for port, stream in prediction.streams.items():
        caused = np.append(cause_ns, _EARLIEST)[stream.records]  # -1, no record, is the last
        ports[port] = _Packets(stream.packets, caused, message_table(port, sent=False))
    return Shown(ports, prediction.counters)


@dataclass(frozen=True, slots=True)
class _Records:
    """cause_ns: int64[n], when each record's input was due, or the smallest int64 where none caused it. first: behind the setup's."""

    records: NDArray[np.void]
    cause_ns: NDArray[np.int64]
    first: int
    symbols: Sequence[str]

    def __len__(self) -> int:
        return len(self.records)

    def of_kind(self, kind: str | None, start: int) -> Iterable[int]:
        places: list[int] = (np.flatnonzero(self.records["kind"][start:] == KIND.get(kind or "", -1)) + start).tolist()
        return places

    def values(self, place: int) -> Mapping[str, Any]:
        return decode_record(self.records[place])

    def text(self, place: int) -> str:
        return record_text(self.records[place].tobytes(), self.symbols)

    def caused_from(self, time_ns: int) -> int:
        return max(self.first, _behind(self.cause_ns, time_ns))


@dataclass(frozen=True, slots=True)
class _Packets:
    """Packets of a stream. cause_ns: as of records."""

    packets: Frames
    cause_ns: NDArray[np.int64]
    messages: Table

    def __len__(self) -> int:
        return len(self.packets)

    def of_kind(self, kind: str | None, start: int) -> Iterable[int]:
        return (
            place
            for place in range(start, len(self.packets))
            if kind is None or decode_packet(self.packets[place], self.messages).name == kind
        )

    def values(self, place: int) -> Mapping[str, Any]:
        data = self.packets[place]
        packet = decode_packet(data, self.messages)
        fields: dict[str, Any] = {"bytes": data.hex(), "message": payload(data).hex()}
        if packet.appendage is not None:
            fields |= {"options": packet.appendage.hex(), "appendage_length": len(packet.appendage)}
        return fields | {name: value.hex() if isinstance(value, bytes) else value for name, value in packet.fields.items()}

    def text(self, place: int) -> str:
        return packet_text(decode_packet(self.packets[place], self.messages))

    def caused_from(self, time_ns: int) -> int:
        return _behind(self.cause_ns, time_ns)


@dataclass(frozen=True, slots=True)
class _Frames:
    """Frames that pass a device as they are."""

    frames: Frames

    def __len__(self) -> int:
        return len(self.frames)

    def of_kind(self, kind: str | None, start: int) -> Iterable[int]:
        return range(start, len(self.frames))

    def values(self, place: int) -> Mapping[str, Any]:
        return {"bytes": self.frames[place].hex()}

    def text(self, place: int) -> str:
        return self.frames[place].hex()

    def caused_from(self, time_ns: int) -> int:
        return 0


def _behind(cause_ns: NDArray[np.int64], time_ns: int) -> int:
    earlier = np.flatnonzero((cause_ns > _EARLIEST) & (cause_ns < time_ns))
    return int(earlier[-1]) + 1 if len(earlier) else 0


def _setup_records(program: Program, records: NDArray[np.void], cause_ns: NDArray[np.int64]) -> int:
    """The setup's CONTROL records, and the BBOs that follow them at once (CTRL-3)."""
    commands = np.flatnonzero(records["kind"] == KIND["CONTROL"])[: setup_commands(program)]
    end = int(commands[-1]) + 1 if len(commands) else 0
    while end < len(records) and end and records[end]["kind"] == KIND["BBO"] and cause_ns[end] == _EARLIEST:
        end += 1
    return end
