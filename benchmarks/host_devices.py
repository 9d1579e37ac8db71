# SPDX-License-Identifier: Apache-2.0
"""What the devices of the host path do a second, and how long a top-of-book change takes from wire to wire; every run judged."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from tickproof.capture import Capture
from tickproof.check import judge
from tickproof.check.verdict import Verdict
from tickproof.golden import get_model
from tickproof.scenario import parse_text
from tickproof.targets import RunOptions, Target, get_target, load_dut
from tickproof.targets.wire.rtl import Rtl
from tickproof.targets.wire.target import WireTarget

__all__ = ["GATEWAYS", "RTL", "Busy", "busy", "busy_rtl", "latency_ns"]

ROOT = Path(__file__).parents[1]
GATEWAYS = ("gateway@udp", "gateway@raw", "gateway@xdp")
RTL = ("rtl@raw", "rtl@xdp")
MESSAGES = 200_000
RTL_MESSAGES = 40_000
SLOWDOWNS = (1000, 500, 400, 320, 250, 200, 160, 130, 100)
CLOCK_NS = 6.4

# A line that a host brings a moment behind the other one has lost nothing. The timeout is in device time, which a slow-down stretches.
BACK_TO_BACK = """dut = "feed_handler"
gap_timeout = "{timeout}"
[generate]
kind = "market"
seed = 7
messages = {messages}
messages_per_packet = 10
burst = 0.5
symbols = 4
rate = 0
---
"""
CHANGE_BY_CHANGE = """dut = "feed_handler"
gap_timeout = "500ms"
[symbols.TPA]
[generate]
kind = "touch"
messages = 2000
interval = "200us"
---
"""


@dataclass(frozen=True, slots=True)
class Busy:
    """A second of host time under load, from the first frame in to the last record out. frames: into both lines.
    clocks, slowdown: of Verilated RTL."""

    messages: float
    frames: float
    clocks: float = 0.0
    slowdown: int = 1


class _Rtl(Rtl):
    """With a slow-down of ours."""

    def __init__(self, slowdown: int) -> None:
        self.slowdown = slowdown


def busy(name: str) -> Busy:
    """Frames as fast as the player sends them and the gateway takes them."""
    return _busy(get_target(name), BACK_TO_BACK.format(messages=MESSAGES, timeout="500ms"))


def busy_rtl(name: str) -> Busy:
    """Both lines without idle beats, with the least slow-down at which the model keeps up with its clock."""
    held = []
    for slowdown in SLOWDOWNS:
        if (run := _held(name, slowdown) or _held(name, slowdown)) is None:  # once more: the host may have had something else to do
            break
        held.append(run)
    if not held:
        raise RuntimeError(f"{name} does not keep up at a slow-down of {SLOWDOWNS[0]}")
    return held[-1]


def _held(name: str, slowdown: int) -> Busy | None:
    target = get_target(name)
    assert isinstance(target, WireTarget)
    try:
        return _busy(replace(target, device=_Rtl(slowdown)), BACK_TO_BACK.format(messages=RTL_MESSAGES, timeout="1ms"))
    except _NotHeldError:
        return None


class _NotHeldError(RuntimeError):
    """A run that did not pass, or in which the model fell behind."""


def _busy(target: Target, text: str) -> Busy:
    capture, told = _passed(target, text)
    slowdown = capture.host.slowdown if capture.host else 1
    if "fell behind" in told:
        raise _NotHeldError(told)
    feed = [sent for port, sent in capture.sent.items() if port.startswith("feed")]
    began = min(int(sent.first_ps[0]) for sent in feed)
    seconds = (int(capture.outputs["events"].last_ps.max()) - began) * slowdown / 1e12
    clocks = 1e9 / CLOCK_NS / slowdown if target.name in RTL else 0.0
    return Busy(capture.counters["messages"] / seconds, sum(len(sent.first_ps) for sent in feed) / seconds, clocks, slowdown)


def latency_ns(name: str) -> int:
    """The median from the call that sent a change to the stamp of its BBO, one change at a time."""
    with tempfile.TemporaryDirectory(prefix="tickproof-bench-") as folder:
        return _judged(get_target(name), CHANGE_BY_CHANGE, Path(folder))[1].latency["LAT-2"].p50


def _passed(target: Target, text: str) -> tuple[Capture, str]:
    """What came, and what the device said about it."""
    with tempfile.TemporaryDirectory(prefix="tickproof-bench-") as folder:
        capture, _ = _judged(target, text, Path(folder))
        return capture, Path(capture.files["device log"]).read_text(encoding="utf-8")


def _judged(target: Target, text: str, folder: Path) -> tuple[Capture, Verdict]:
    program = parse_text(text, "host.scn").program
    dut = load_dut(program.dut, ROOT)
    capture = target.run(dut, program, RunOptions(out_dir=folder))
    verdict = judge(None, program, dut, get_model(dut.model), capture)
    if verdict.status != "pass":
        raise _NotHeldError(f"{target.name}: {verdict.status}: {verdict.reason}\n{verdict.divergence}")
    return capture, verdict


if __name__ == "__main__":
    for name in sys.argv[1:] or (*GATEWAYS, *RTL):
        print(name, busy_rtl(name) if name in RTL else (busy(name), latency_ns(name)), flush=True)
