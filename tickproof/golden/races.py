# SPDX-License-Identifier: Apache-2.0
"""Which of two packets the device took first, where both came within its slack. Golden takes the one that arrived first, unless the
device's records fit the other one and not this one. A message that leaves no record fits silence: then only what follows from it later
can tell, and a device that took the later one is reported as different.

Contract 3: with `start_sequence` 0 the first one says where to begin; and where both lines carry the same sequence number with different
contents, the one delivered first counts.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace

from tickproof.golden import records
from tickproof.golden.device import Device, Log
from tickproof.golden.mold import Packet

__all__ = ["better_fit", "leave_records"]


def better_fit(device: Device, in_order: Sequence[Packet], plain: Sequence[bytes]) -> Packet:
    """The packet whose message `next` the device delivered. in_order: first the one whose turn it is. plain: as in Evidence."""
    return next((packet for packet in in_order if _fits(device, packet, plain)), in_order[0])


def _fits(device: Device, packet: Packet, plain: Sequence[bytes]) -> bool:
    """Would the message's records be exactly the next ones of the device about this sequence?"""
    done = len(device.log.parts)
    sequence = device.next or 0
    trial = _trial(device)
    trial.deliver(replace(packet), sequence + 1)
    made = trial.log.parts
    following = plain[done + len(made) : done + len(made) + 1]
    return list(plain[done : done + len(made)]) == made and not any(_is_of_message(record, sequence) for record in following)


def leave_records(device: Device, packets: Sequence[Packet], start: int, end: int) -> bool:
    """Would it show if the device began at `start` and took these packets, in order of arrival, up to `end`?"""
    trial = _trial(device)
    trial.begin(start)
    for packet in packets:
        if packet.sequence <= (trial.next or 0) < min(packet.end, end):
            trial.deliver(replace(packet), min(packet.end, end))
    return bool(trial.log.parts)


def _trial(device: Device) -> Device:
    """A copy to try something with. What it leaves is its own, and all that it leaves."""
    log, device.log = device.log, Log([], [], [])
    trial = copy.deepcopy(device)
    device.log = log
    return trial


def _is_of_message(record: bytes, sequence: int) -> bool:
    kinds = (records.BBO, records.TRADING_STATE, records.DEGRADED)
    return record[0] in kinds and int.from_bytes(record[24:32], "big") == sequence
