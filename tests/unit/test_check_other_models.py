# SPDX-License-Identifier: Apache-2.0
"""The checker with models of the test's own: frames that pass through, books that cannot be judged any more, problems that golden found."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from fake_device import CLOCK_PS, DUT, EPOCH_PS, Shown, capture, honest, of_kind, scenario

from tickproof.capture import Capture, Observed, Recording, Sent
from tickproof.check import Verdict, judge
from tickproof.dut import Clock, Dut, Port, Reset
from tickproof.frames import Frames
from tickproof.golden import get_model
from tickproof.golden.model import Prediction, Problem
from tickproof.program import PortProgram, Program, Send

REGISTER = Dut(
    name="register",
    path=Path("fake.toml"),
    model="passthrough",
    top="register",
    sources=(),
    include=(),
    clock=Clock("clk", CLOCK_PS),
    reset=Reset("rst", 1, 1),
    inputs={"in": Port("in", "in", 64, {})},
    outputs={"out": Port("out", "out", 64, {}), "spare": Port("spare", "out", 64, {})},
)


def recording(frames: Iterable[bytes]) -> Recording:
    """Frames, one a microsecond."""
    data = Frames.of(frames)
    times = np.arange(len(data), dtype=np.int64) * 10**6
    return Recording(data, times, times, np.zeros(len(data), np.uint16))


def passed_through(sent: list[bytes], got: list[bytes], spare: list[bytes] | None = None) -> Verdict:
    """The verdict on a FAKE register that showed `got` for `sent`."""
    program = Program("register", {"in": PortProgram.of(Send(0, frame) for frame in sent)})
    times = np.zeros(len(sent), np.int64)
    outputs = {"out": recording(got), "spare": recording(spare or [])}
    taken = Capture(outputs, {"in": Sent(times, times)}, {}, CLOCK_PS, EPOCH_PS, 0, "simulated", "fake")
    return judge(None, program, REGISTER, get_model("passthrough"), taken)


def test_frames_that_pass_unchanged_pass() -> None:
    """Model `passthrough`: byte for byte."""
    verdict = passed_through([b"abc", b"de"], [b"abc", b"de"])
    assert (verdict.status, verdict.compared["frames"]) == ("pass", 2)


@pytest.mark.parametrize(
    ("got", "place", "says"),
    [
        ([b"abc", b"dX"], "out[1]", "out frame 1 differs from byte 1 on"),
        ([b"abc", b"def"], "out[1]", "out frame 1 differs from byte 2 on; golden's has 2 bytes, the device's 3"),
        ([b"abc"], "out[1]", "golden expects 2 frames on out; the device sent 1"),
        ([b"abc", b"de", b"de"], "out[2]", "the device sent 3 frames on out; golden expects 2"),
        ([], "out[0]", "golden expects 2 frames on out; the device sent 0"),
    ],
    ids=["byte", "length", "missing", "extra", "empty"],
)
def test_a_frame_that_does_not_pass_unchanged_is_named(got: list[bytes], place: str, says: str) -> None:
    """The frame and the first byte."""
    verdict = passed_through([b"abc", b"de"], got)
    assert verdict.status == "fail"
    assert verdict.divergence is not None
    assert (verdict.divergence.place, verdict.reason) == (place, says)


def test_a_frame_on_another_port_is_extra() -> None:
    """Ports with nothing expected are silent."""
    assert passed_through([b"abc"], [b"abc"], [b"zz"]).reason == "1 frames on spare, where golden expects none"


def test_a_run_in_which_nothing_was_compared_is_inconclusive() -> None:
    """A check that cannot fail is a defect."""
    verdict = passed_through([], [])
    assert verdict.status == "inconclusive"
    assert verdict.reason.startswith("nothing was compared")


class Scripted:
    """A model whose replay is golden's with some changes."""

    def __init__(self, **changes: object) -> None:
        self.changes = changes

    def predict(self, program: Program) -> Prediction:
        """Golden's."""
        return get_model("feed_handler").predict(program)

    def replay(self, program: Program, observed: Observed) -> Prediction:
        """Golden's prediction, changed."""
        return dataclasses.replace(self.predict(program), **self.changes)


def with_model(model: Scripted, tampered: Shown | None = None) -> Verdict:
    """The verdict on the shared scenario."""
    played = scenario()
    shown, sent = honest(played)
    return judge(played, played.program, DUT, model, capture(tampered or shown, sent))


def test_a_degraded_symbol_is_inconclusive_from_there_on_and_nothing_before_is_excused() -> None:
    """Contract 5.6: inconclusive from there on, never pass."""
    shown, _ = honest(scenario())
    place = int(np.flatnonzero((shown.records["kind"] == 1) & (shown.records["symbol"] == 1))[-1])
    model = Scripted(inconclusive={1: (place, "MSFT is degraded")})
    assert (with_model(model).status, with_model(model).reason) == ("inconclusive", "MSFT is degraded")
    shown.records["body"][place] ^= 1
    shown.bbo["body"] = shown.records["body"][shown.records["kind"] == 1]
    assert with_model(model, shown).status == "inconclusive"
    shown.records["body"][place - 2] ^= 1
    shown.bbo["body"] = shown.records["body"][shown.records["kind"] == 1]
    assert with_model(model, shown).divergence.place == f"events[{place - 2}] BBO"


def test_what_golden_finds_impossible_is_a_failure_at_its_record() -> None:
    """Contract 3: the checker does not trust a GAP."""
    index = of_kind(honest(scenario())[0].records, 2)
    verdict = with_model(Scripted(problems=(Problem("FEED-ARB-3", "line B was not beyond next", index),)))
    assert verdict.status == "fail"
    assert (verdict.divergence.place, verdict.divergence.rule) == (f"events[{index}] GAP", "FEED-ARB-3")
    assert verdict.reason == "line B was not beyond next"


def test_a_problem_without_a_record_is_a_failure_too() -> None:
    """E.g. a gap that was due and never declared."""
    verdict = with_model(Scripted(problems=(Problem("FEED-ARB-3", "a gap was due and never declared"),)))
    assert (verdict.status, verdict.reason) == ("fail", "a gap was due and never declared")
