# SPDX-License-Identifier: Apache-2.0
"""Contract 3, last paragraph: both lines carry the same sequence number with different contents; the one delivered first counts.

Golden takes the one that arrived first, unless the device's records fit the other one and not this one. A message that leaves no
record fits silence: then only what follows from it later can tell, and a device that took the later one is reported as different.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

from tickproof.golden import records
from tickproof.golden.device import Device, Log
from tickproof.golden.mold import Packet

__all__ = ["better_fit"]


def better_fit(device: Device, in_order: Sequence[Packet], plain: Sequence[bytes]) -> Packet:
    """The packet whose message `next` the device delivered. in_order: first the one whose turn it is. plain: as in Evidence."""
    return next((packet for packet in in_order if _fits(device, packet, plain)), in_order[0])


def _fits(device: Device, packet: Packet, plain: Sequence[bytes]) -> bool:
    """Would the message's records be exactly the next ones of the device about this sequence?"""
    done = len(device.log.parts)
    sequence = device.next or 0
    log, device.log = device.log, Log([], [], [])
    trial = copy.deepcopy(device)
    device.log = log
    delivered = packet.delivered
    trial.deliver(packet, sequence + 1)
    packet.delivered = delivered
    made = trial.log.parts
    following = plain[done + len(made) : done + len(made) + 1]
    return list(plain[done : done + len(made)]) == made and not any(_is_of_message(record, sequence) for record in following)


def _is_of_message(record: bytes, sequence: int) -> bool:
    kinds = (records.BBO, records.TRADING_STATE, records.DEGRADED)
    return record[0] in kinds and int.from_bytes(record[24:32], "big") == sequence
