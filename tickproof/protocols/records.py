# SPDX-License-Identifier: Apache-2.0
"""The device's event records (docs/contract.md 8): numpy dtypes, decoding for people, and taking them out of their datagrams."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tickproof.errors import ProtocolError
from tickproof.frames import Frames
from tickproof.protocols import ETHERNET, EVENTS, IPV4, UDP
from tickproof.protocols.checksum import internet_checksum
from tickproof.protocols.control import SETTINGS
from tickproof.protocols.dtypes import dtype_of
from tickproof.protocols.table import Layout

__all__ = [
    "FLAG",
    "HEADER_BYTES",
    "KIND",
    "KIND_NAME",
    "MAX_RECORDS",
    "RECORD",
    "RECORD_BYTES",
    "REPORT_FLAG",
    "check_datagrams",
    "datagram_header",
    "decode_record",
    "record_address",
    "record_dtype",
    "split_datagrams",
]

RECORD_BYTES = 64
MAX_RECORDS = 22
"""Records in one datagram, at most."""
HEADER_BYTES = ETHERNET.size + IPV4.size + UDP.size

KIND: Mapping[str, int] = MappingProxyType({name: layout.tag[0] for name, layout in EVENTS.layouts.items() if layout.tag})
KIND_NAME: Mapping[int, str] = MappingProxyType({value: name for name, value in KIND.items()})
FLAG: Mapping[str, int] = EVENTS.codes["flag"]
"""Flag bits of a BBO."""
REPORT_FLAG: Mapping[str, int] = EVENTS.codes["report_flag"]
"""Flag bits of a REPORT."""

_COMMON = [("kind", "u1"), ("flags", "u1"), ("symbol", ">u2"), ("number", ">u4"), ("stamp", ">u8"), ("time_ns", ">u8"), ("sequence", ">u8")]
RECORD: np.dtype[np.void] = np.dtype([*_COMMON, ("body", "u1", (32,))])
"""Any record: the common header, and bytes 32 to 63 as `body`."""

assert RECORD.itemsize == RECORD_BYTES
assert all(layout.size == RECORD_BYTES for layout in EVENTS.layouts.values())


@functools.cache
def record_dtype(kind: str | int) -> np.dtype[np.void]:
    """The dtype of one kind (name or number), for `records.view(record_dtype("BBO"))`. ProtocolError for an unknown kind."""
    name = KIND_NAME.get(kind, "") if isinstance(kind, int) else kind
    if name not in EVENTS.layouts:
        raise ProtocolError("event records", "unknown kind", got=kind, expected=", ".join(KIND))
    return dtype_of(EVENTS.layouts[name])


def decode_record(record: bytes | np.void) -> dict[str, Any]:
    """One record as table name -> value, ready for JSON: `kind` as text, reserved bytes only where they are not zero (as hex).

    A kind that the table does not know keeps its number as text, and `body` as hex. ProtocolError unless there are 64 bytes.
    """
    data = record if isinstance(record, bytes) else record.tobytes()
    layout = EVENTS.by_tag.get(data[:1])
    if layout is None:
        if len(data) != RECORD_BYTES:
            raise ProtocolError("event record", "wrong length", got=len(data), expected=RECORD_BYTES)
        header = np.frombuffer(data, RECORD)[0]
        return {**{name: int(header[name]) for name, _ in _COMMON}, "kind": str(data[0]), "body": data[32:].hex()}
    values: dict[str, Any] = {**layout.unpack(data), "kind": layout.name}
    reserved = {name: values.pop(name) for name in list(values) if name.startswith("reserved")}
    return values | {name: data.hex() for name, data in reserved.items() if any(data)}


def split_datagrams(
    frames: Frames, payload_only: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.void], NDArray[np.int64], NDArray[np.int64]]:
    """All whole records of event datagrams, in order.

    payload_only: bool[frames], which of them were recorded without their headers; None = none.
    Returns RECORD[n], the frame each came from (int64[n]) and its byte offset in that frame (int64[n]). Never fails: what is wrong
    with the datagrams themselves is for `check_datagrams` to say.
    """
    headers = np.full(len(frames), HEADER_BYTES) if payload_only is None else np.where(payload_only, 0, HEADER_BYTES)
    counts = np.maximum(frames.lengths - headers, 0) // RECORD_BYTES
    frame_index = np.repeat(np.arange(len(frames), dtype=np.int64), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    byte_offset = headers[frame_index] + RECORD_BYTES * (np.arange(len(frame_index), dtype=np.int64) - first)
    if not len(frame_index):
        return np.zeros(0, RECORD), frame_index, byte_offset
    starts = frames.offsets[frame_index] + byte_offset
    rows = np.ascontiguousarray(frames.data[starts[:, None] + np.arange(RECORD_BYTES)])
    return rows.view(RECORD)[:, 0], frame_index, byte_offset


def datagram_header(settings: Mapping[str, int], records: int) -> bytes:
    """The 42 bytes before `records` records. settings: the `events_*` settings; those that are absent have their defaults."""

    def value(name: str) -> int:
        return settings.get(name, SETTINGS[name].default)

    length = UDP.size + RECORD_BYTES * records
    ip = {
        "version_ihl": 0x45,
        "total_length": IPV4.size + length,
        "flags_fragment": 0x4000,
        "ttl": 64,
        "protocol": 17,
        "source": value("events_src_ip"),
        "destination": value("events_dst_ip"),
    }
    ip["header_checksum"] = internet_checksum(IPV4.pack(ip))
    return (
        ETHERNET.pack(destination=value("events_dst_mac"), source=value("events_src_mac"), ethertype=0x0800)
        + IPV4.pack(ip)
        + UDP.pack(source_port=value("events_src_port"), destination_port=value("events_dst_port"), length=length)
    )


def check_datagrams(
    frames: Frames,
    settings: Iterable[Mapping[str, int]] = ({},),
    reached: Mapping[int, tuple[int, int]] = MappingProxyType({}),
    spans: NDArray[np.int64] | None = None,
) -> list[tuple[int, str]]:
    """What is wrong with event datagrams: (frame index, one sentence) each; empty if nothing.

    settings: the `events_*` settings, one mapping for each set of values that was effective, in order of time.
    reached: of each datagram that was recorded without its headers, by its index, the (IPv4 address, UDP port) that it came to.
    spans: int64[len(frames), 2], from and up to (exclusive) which of the settings each datagram's header may fit; absent: all.
    """
    choices = list(settings)
    header_of = functools.cache(lambda choice, records: datagram_header(choices[choice], records))
    problems: list[tuple[int, str]] = []
    for index, frame in enumerate(frames):
        bare = index in reached
        records, rest = divmod(len(frame) - (0 if bare else HEADER_BYTES), RECORD_BYTES)
        if rest or not 1 <= records <= MAX_RECORDS:
            expected = f"{'' if bare else f'{HEADER_BYTES} + '}{RECORD_BYTES} x (1 to {MAX_RECORDS})"
            problems.append((index, f"{'payload' if bare else 'datagram'} of {len(frame)} bytes, expected {expected}"))
            continue
        first, end = (0, len(choices)) if spans is None else spans[index].tolist()
        if bare:
            if not any(reached[index] == record_address(settings) for settings in choices[first:end]):
                problems.append((index, f"came to {_address(reached[index])}, expected {_address(record_address(choices[first]))}"))
            continue
        header = frame[:HEADER_BYTES]
        if not any(header == header_of(choice, records) for choice in range(first, end)):
            problems.append((index, _first_difference(header, header_of(first, records))))
    return problems


def record_address(settings: Mapping[str, int]) -> tuple[int, int]:
    """(IPv4 address, UDP port) to which records go; settings as of `datagram_header`."""
    ip, port = (settings.get(name, SETTINGS[name].default) for name in ("events_dst_ip", "events_dst_port"))
    return ip, port


def _address(address: tuple[int, int]) -> str:
    return f"{IPv4Address(address[0])}:{address[1]}"


def _first_difference(got: bytes, expected: bytes) -> str:
    start = 0
    for layout in (ETHERNET, IPV4, UDP):
        if (text := _layout_difference(layout, got[start:], expected[start:])) is not None:
            return text
        start += layout.size
    return "datagram header differs"


def _layout_difference(layout: Layout, got: bytes, expected: bytes) -> str | None:
    have, want = layout.unpack_from(got), layout.unpack_from(expected)
    for name in sorted(want, key="header_checksum".__eq__):  # which follows from the others, last
        if have[name] != want[name]:
            return f"datagram header: {layout.name}.{name} is {have[name]!s}, expected {want[name]!s}"
    return None
