# SPDX-License-Identifier: Apache-2.0
"""A FAKE device, to test the checker and nothing else: it shows what golden predicts, at times of its own, unless a test tampers with it.

It says nothing about golden or any real device: both sides of the comparison come from golden, so that every difference is one a test made.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from tickproof.capture import Capture, Recording, Sent
from tickproof.check import Verdict, judge
from tickproof.dut import Clock, Control, Dut, Port, Reset
from tickproof.frames import Frames
from tickproof.golden import get_model
from tickproof.program import PortProgram
from tickproof.protocols.control import COUNTERS
from tickproof.protocols.records import RECORD, datagram_header
from tickproof.scenario import Scenario, parse_text

CLOCK_PS = 6400
EPOCH_PS = 1000 * CLOCK_PS
BBO_CLOCKS = 10  # last beat in to `bbo`
EVENT_CLOCKS = 20  # last beat in to the beat with the record's first byte, if the output is free
SECOND_RECORD_BEAT = (42 + 64) // 8

DUT = Dut(
    name="feed_handler",
    path=Path("fake.toml"),
    model="feed_handler",
    top="feed_handler",
    sources=(),
    include=(),
    clock=Clock("clk", CLOCK_PS),
    reset=Reset("rst", 1, 1),
    inputs={"feed_a": Port("feed_a", "in", 64, {}, "frame"), "feed_b": Port("feed_b", "in", 64, {}, "frame")},
    outputs={
        "events": Port("events", "out", 64, {}, "events"),
        "bbo": Port("bbo", "out", 512, {}, "record"),
    },
    control=Control({}, 16, 0, {}, {}, 64, dict.fromkeys(COUNTERS, 0)),
)

SCENARIO_TEXT = """
dut = "feed_handler"
skew = "100ns"
[symbols.AAPL]
locate = 7
base = "140.00"
[symbols.MSFT]
locate = 8
base = "300.00"
---
     0  < feed    seq=1  stock_directory locate=7 stock=AAPL | stock_directory locate=8 stock=MSFT
  +1us  < feed    seq=3  add_order locate=7 ref=1 side=B shares=300 price=150.00
        >  events bbo symbol=AAPL bid=150.00x300 ask=none
  +1us  < feed    seq=4  add_order locate=7 ref=2 side=S shares=100 price=150.02 | add_order locate=8 ref=3 side=B shares=7 price=310.00
        >  events bbo symbol=AAPL bid=150.00x300 ask=150.02x100
        >  events bbo symbol=MSFT bid=310.00x7 ask=none
  +1us  < feed    seq=7  order_delete locate=8 ref=3
        >  events gap first=6 end=7
        >  events bbo symbol=MSFT bid=none ask=none
  +1us  < control book_trust AAPL
        >  events control op=book_trust
  +1us  < feed    seq=8  stock_trading_action locate=7 stock=AAPL trading_state=T | order_executed locate=7 ref=1 shares=100
        >  events trading_state symbol=AAPL
        >  events bbo symbol=AAPL bid=150.00x200 ask=150.02x100
        >  events nothing
"""


def scenario(text: str = SCENARIO_TEXT) -> Scenario:
    """The scenario that the tests share: every kind of cause, several records a frame."""
    return parse_text(text, "fake.scn")


@dataclasses.dataclass
class Shown:
    """What the fake is about to show; a test may change any of it. ready_ps: when each record could leave."""

    records: np.ndarray
    ready_ps: np.ndarray
    bbo: np.ndarray
    bbo_ps: np.ndarray
    counters: dict[str, int]
    per_datagram: int = 1
    settings: Mapping[str, int] = dataclasses.field(default_factory=dict)


def send(port: PortProgram) -> Sent:
    """The sends of a port at their times, on clock edges, one after another."""
    beats = np.maximum(1, -(-port.frames.lengths // 8))  # a link change takes one clock
    first, free = [], 0
    for not_before_ns, length in zip(port.not_before_ns.tolist(), beats.tolist(), strict=True):
        start = max(free, -(-not_before_ns * 1000 // CLOCK_PS) * CLOCK_PS)
        first.append(start)
        free = start + length * CLOCK_PS
    first_ps = np.array(first, np.int64)
    return Sent(first_ps, first_ps + (beats - 1) * CLOCK_PS)


def honest(played: Scenario) -> tuple[Shown, dict[str, Sent]]:
    """What an honest device shows, and when its inputs went in."""
    prediction = get_model("feed_handler").predict(played.program)
    sent = {name: send(port) for name, port in played.program.ports.items()}
    records = prediction.records.copy()
    arrival, now = np.zeros(len(records), np.int64), -200 * CLOCK_PS
    step = 0
    for index, (code, row) in enumerate(prediction.causes.tolist()):
        came = now if code < 0 else int(sent[prediction.cause_ports[code]].last_ps[row])
        step = step + 1 if index and came <= now else 0
        now = max(now, came)
        arrival[index] = now
        clock = (now + EPOCH_PS) // CLOCK_PS + 2
        records[index]["stamp"] = clock << 8 | 2 << 6 | step
        records[index]["time_ns"] = clock * CLOCK_PS // 1000
    records["number"] = np.arange(len(records))
    is_bbo = records["kind"] == 1
    bbo = records[is_bbo].copy()
    bbo["number"] = 0
    # In these scenarios every frame holds messages, and B is never ahead of A: A delivers, B duplicates.
    counters = dict.fromkeys(COUNTERS, 0) | dict(prediction.counters)
    counters["a_delivered"] = len(sent["feed_a"].last_ps) if "feed_a" in sent else 0
    counters["b_duplicates"] = len(sent["feed_b"].last_ps) if "feed_b" in sent else 0
    return Shown(records, arrival + EVENT_CLOCKS * CLOCK_PS, bbo, arrival[is_bbo] + BBO_CLOCKS * CLOCK_PS, counters), sent


def capture(shown: Shown, sent: Mapping[str, Sent]) -> Capture:
    """The capture of a device that shows this: records in datagrams, each leaving when its first record could and the output is free."""
    frames, first, last, free = [], [], [], -(10**12)
    for start in range(0, len(shown.records), shown.per_datagram):
        batch = shown.records[start : start + shown.per_datagram]
        frame = datagram_header(shown.settings, len(batch)) + batch.tobytes()
        begin = max(free, int(shown.ready_ps[start]) - 42 // 8 * CLOCK_PS)
        frames.append(frame)
        first.append(begin)
        last.append(begin + (-(-len(frame) // 8) - 1) * CLOCK_PS)
        free = last[-1] + CLOCK_PS
    none = np.zeros(len(frames), np.uint16)
    events = Recording(Frames.of(frames), np.array(first, np.int64), np.array(last, np.int64), none)
    bbo = Recording(Frames.of(row.tobytes() for row in shown.bbo), shown.bbo_ps, shown.bbo_ps, np.zeros(len(shown.bbo), np.uint16))
    return Capture({"events": events, "bbo": bbo}, sent, shown.counters, CLOCK_PS, EPOCH_PS, 1000, "simulated", "fake")


def judged(tamper: Callable[[Shown], None] = lambda shown: None, played: Scenario | None = None) -> Verdict:
    """The verdict on the fake, tampered with before it shows anything."""
    played = played or scenario()
    shown, sent = honest(played)
    tamper(shown)
    return verdict_on(capture(shown, sent), played)


def verdict_on(taken: Capture, played: Scenario | None = None) -> Verdict:
    """The verdict on a capture of the shared scenario (or another)."""
    played = played or scenario()
    return judge(played, played.program, DUT, get_model("feed_handler"), taken, capabilities=("exact_timing",))


def of_kind(records: np.ndarray, kind: int) -> int:
    """Index of the first record of this kind."""
    return int(np.flatnonzero(records["kind"] == kind)[0])


assert RECORD.itemsize == 64
