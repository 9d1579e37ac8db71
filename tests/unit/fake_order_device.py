# SPDX-License-Identifier: Apache-2.0
"""A FAKE device with an order path, to test the checker and nothing else. Both sides of the comparison are golden's prediction of one
scenario, so that every difference is one that a test made; its "golden" replays nothing, and says what the test says that it says."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
from fake_device import BBO_CLOCKS, CLOCK_PS, EPOCH_PS, EVENT_CLOCKS, send
from fake_device import DUT as FEED_DUT
from fake_device import Shown as FeedShown
from fake_device import capture as feed_capture

from tickproof.capture import Capture, Observed, Recording, Sent
from tickproof.check import Verdict, judge
from tickproof.dut import Control, Port
from tickproof.frames import Frames
from tickproof.golden import get_model
from tickproof.golden.model import Prediction
from tickproof.program import Program
from tickproof.protocols.control import COUNTERS, ORDER_COUNTERS
from tickproof.scenario import Scenario, parse_text

ORDER_CLOCKS = 14  # last byte of an order in to its first byte out

DUT = dataclasses.replace(
    FEED_DUT,
    name="tick_to_trade",
    model="tick_to_trade",
    inputs={
        **FEED_DUT.inputs,
        "client": Port("client", "in", 64, {}, "soupbin_client", "client_link_up"),
        "exchange": Port("exchange", "in", 64, {}, "soupbin_server", "exchange_link_up"),
    },
    outputs={
        **FEED_DUT.outputs,
        "client": Port("client", "out", 64, {}, "soupbin_server"),
        "exchange": Port("exchange", "out", 64, {}, "soupbin_client"),
    },
    control=Control({}, 16, 0, {}, {}, 64, dict.fromkeys((*COUNTERS, *ORDER_COUNTERS), 0)),
)

SCENARIO_TEXT = """
dut = "tick_to_trade"
[symbols.AAPL]
locate = 7
base = "140.00"
[risk]
max_shares = 500
[opening]
AAPL = "150.00x1000 150.02x1000"
---
     0  < client    enter_order ref=1 price=150.01
  +2us  < client    enter_order ref=2 price=150.00 quantity=501 clordid=TOOBIG
  +2us  < exchange  order_accepted ref=1
  +2us  < feed_a    add_order ref=5 side=B shares=200 price=150.01
  +2us  < client    enter_order ref=3 price=150.01 | enter_order ref=4 price=150.00
  +2us  < exchange  order_executed ref=1 quantity=40
  +2us  < control   kill on
"""
LINES = {"enter 1": 11, "enter 2": 12, "accepted": 13, "add": 14, "enter 3, 4": 15, "executed": 16, "kill": 17}


def scenario(text: str = SCENARIO_TEXT) -> Scenario:
    """The scenario that the tests share."""
    return parse_text(text, "fake.scn")


@dataclasses.dataclass
class Shown(FeedShown):
    """What the fake is about to show. packets: stream port -> [(when its first beat leaves, segment)]."""

    packets: dict[str, list[tuple[int, bytes]]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Fixed:
    """A model that always says the same."""

    prediction: Prediction

    def predict(self, program: Program) -> Prediction:
        """The prediction."""
        return self.prediction

    def replay(self, program: Program, observed: Observed) -> Prediction:
        """The prediction."""
        return self.prediction


def predicted(played: Scenario) -> Prediction:
    """What golden predicts."""
    return get_model("tick_to_trade").predict(played.program)


def honest(played: Scenario, prediction: Prediction) -> tuple[Shown, dict[str, Sent]]:
    """What an honest device shows, and when its inputs went in: each input takes effect in the clock of its last beat."""
    sent = {name: send(port) for name, port in played.program.ports.items()}
    records = prediction.records.copy()
    arrival = np.zeros(len(records), np.int64)
    now = -500 * CLOCK_PS
    for index, (code, row) in enumerate(prediction.causes.tolist()):
        came = int(sent[prediction.cause_ports[code]].last_ps[row]) if code >= 0 else now
        now = max(now + CLOCK_PS, came)
        arrival[index] = now
        records[index]["stamp"] = (now + EPOCH_PS) // CLOCK_PS << 8
        records[index]["time_ns"] = (now + EPOCH_PS) // 1000
    records["number"] = np.arange(len(records))
    is_bbo = records["kind"] == 1
    bbo = records[is_bbo].copy()
    bbo["number"] = 0
    counters = dict.fromkeys((*COUNTERS, *ORDER_COUNTERS), 0) | dict(prediction.counters)
    counters |= {"a_delivered": len(sent["feed_a"].last_ps), "b_duplicates": len(sent["feed_b"].last_ps)}
    packets: dict[str, list[tuple[int, bytes]]] = {}
    for port, stream in prediction.streams.items():
        free, packets[port] = 0, []
        for record, packet in zip(stream.records.tolist(), stream.packets, strict=True):
            begin = max(free, int(arrival[record]) + ORDER_CLOCKS * CLOCK_PS)
            packets[port].append((begin, packet))
            free = begin + -(-len(packet) // 8) * CLOCK_PS
    shown = Shown(records, arrival + EVENT_CLOCKS * CLOCK_PS, bbo, arrival[is_bbo] + BBO_CLOCKS * CLOCK_PS, counters, packets=packets)
    return shown, sent


def capture(shown: Shown, sent: dict[str, Sent]) -> Capture:
    """The capture of a device that shows this."""
    taken = feed_capture(shown, sent)
    streams = {port: _recording(packets) for port, packets in shown.packets.items()}
    return dataclasses.replace(taken, outputs={**taken.outputs, **streams})


def judged(tamper: Callable[[Shown], None] = lambda shown: None, says: Callable[[Prediction], Prediction] = lambda said: said) -> Verdict:
    """The verdict on the fake, tampered with before it shows anything. says: what golden then says instead of its prediction."""
    played = scenario()
    prediction = predicted(played)
    shown, sent = honest(played, prediction)
    tamper(shown)
    return judge(played, played.program, DUT, Fixed(says(prediction)), capture(shown, sent), capabilities=("exact_timing",))


def _recording(packets: list[tuple[int, bytes]]) -> Recording:
    frames = Frames.of(packet for _, packet in packets)
    first = np.array([begin for begin, _ in packets], np.int64)
    last = first + (-(-frames.lengths // 8) - 1) * CLOCK_PS
    return Recording(frames, first, last, np.zeros(len(packets), np.uint16))
