# SPDX-License-Identifier: Apache-2.0
"""A FAKE run on a host, to test the checker and nothing else: a device that does what golden predicts for the times at which it takes up
its inputs, sends that leave when a test says, outputs with a kernel's stamps. Both sides of the comparison are golden's."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from fake_order_device import DUT

from tickproof.capture import Capture, FrameFlag, HostReport, Recording, Sent
from tickproof.check import Verdict, judge
from tickproof.frames import Frames
from tickproof.golden import get_model
from tickproof.program import Program
from tickproof.protocols.control import COUNTERS, ORDER_COUNTERS
from tickproof.protocols.records import KIND, datagram_header
from tickproof.scenario import Scenario

EPOCH_NS = 7_000_000
SLACK_NS = 5_000_000
WIRE_NS = 30_000
"""From a device's decision to the stamp of what it sent."""
HOST = HostReport(lost=0, stray=3, late=0, late_ns=40_000, stamps="software")
UNKEPT = frozenset(f"{line}_{name}" for line in "ab" for name in ("frames", "not_ours", "bad_fcs"))

Times = Mapping[tuple[str, int], int]
"""(port, row) -> ns after the time at which it was due, or after it was sent."""


def play(
    scenario: Scenario,
    sent_late: Times | None = None,
    taken_late: Times | None = None,
    *,
    program: Program | None = None,
    payload_only: bool = False,
    gap_timeout_ns: int = 20_000,
    b_is_late: bool = True,
    **changes: Any,
) -> Capture:
    """The capture of a correct device. sent_late: what left behind its time; taken_late: what the device left lying.

    program: as it was played, if not the scenario's own. gap_timeout_ns: that it sets. b_is_late: what line B brings is
    a duplicate. changes: of the Capture.
    """
    program = program or scenario.program
    sent = {name: port.not_before_ns + 1000 + _extra(name, len(port), sent_late) for name, port in program.ports.items()}
    taken = {name: times + 2000 + _extra(name, len(times), taken_late) for name, times in sent.items()}
    at_take = {name: dataclasses.replace(port, not_before_ns=np.maximum.accumulate(taken[name])) for name, port in program.ports.items()}
    prediction = get_model("tick_to_trade").predict(dataclasses.replace(program, ports=at_take))
    records = prediction.records.copy()
    times_ns = np.zeros(len(records), np.int64)
    arrived = [int(at_take[prediction.cause_ports[code]].not_before_ns[row]) if code >= 0 else None for code, row in prediction.causes]
    now_ns = -1_000_000  # of the setup
    for index, arrived_ns in enumerate(arrived):
        times_out = arrived_ns is None and records["kind"][index] == KIND["GAP"]
        due_ns = (arrived[index + 1] or 0) + gap_timeout_ns if times_out else arrived_ns  # who waited brings the next record
        now_ns = times_ns[index] = now_ns if due_ns is None else max(now_ns, due_ns)
    records["number"] = records["stamp"] = np.arange(len(records))
    records["time_ns"] = times_ns + EPOCH_NS
    left_ps = (times_ns + WIRE_NS) * 1000
    bodies = [record.tobytes() for record in records]
    header = b"" if payload_only else datagram_header({}, 1)
    flag = FrameFlag.PAYLOAD if payload_only else FrameFlag.NONE
    outputs = {"events": _recording([header + body for body in bodies], left_ps, flag)}
    for name, stream in prediction.streams.items():
        outputs[name] = _recording(list(stream.packets), left_ps[stream.records], FrameFlag.NONE)
    counters = dict.fromkeys((*COUNTERS, *ORDER_COUNTERS), 0) | dict(prediction.counters)
    for name in UNKEPT:
        del counters[name]
    counters |= {"a_delivered": _data(program, "feed_a"), "b_duplicates" if b_is_late else "b_delivered": _data(program, "feed_b")}
    real = {name: Sent(times * 1000, times * 1000) for name, times in sent.items()}
    taken_capture = Capture(outputs, real, counters, None, EPOCH_NS * 1000, SLACK_NS, "loopback", "a fake host", unkept=UNKEPT, host=HOST)
    return dataclasses.replace(taken_capture, **changes)


def verdict_on(scenario: Scenario, capture: Capture, program: Program | None = None) -> Verdict:
    """Judged as on a target without capabilities."""
    return judge(scenario, program or scenario.program, DUT, get_model("tick_to_trade"), capture)


def _data(program: Program, port: str) -> int:
    return len(program.ports[port]) if port in program.ports else 0


def _extra(port: str, rows: int, late: Times | None) -> np.ndarray:
    return np.array([(late or {}).get((port, row), 0) for row in range(rows)], np.int64)


def _recording(frames: list[bytes], times_ps: np.ndarray, flag: FrameFlag) -> Recording:
    return Recording(Frames.of(frames), times_ps, times_ps, np.full(len(frames), int(flag), np.uint16))
