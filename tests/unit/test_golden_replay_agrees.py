# SPDX-License-Identifier: Apache-2.0
"""`replay` of what `predict` shows must agree with it and find nothing wrong: random programs, and a device that is a little late."""

from __future__ import annotations

import dataclasses

import golden_wire as wire
import numpy as np
from golden_wire import Row, observed, predict, program, replay, simulated
from hypothesis import given, settings
from hypothesis import strategies as st

from tickproof.golden import Prediction
from tickproof.program import SendFlag

US = 1000
SETUP = (*wire.enable(0, "AAPL", locate=7), *wire.enable(1, "MSFT"), wire.put("gap_timeout_ns", 5 * US), wire.COMMIT)

references = st.integers(0, 6)
locates = st.sampled_from([7, 7, 8, 9])
shares = st.integers(0, 20)
prices = st.sampled_from([0, wire.BASE - 100, wire.BASE, wire.BASE + 50, wire.BASE + 100, wire.BASE + 300, wire.BASE + 400])
times = st.integers(0, 1 << 40)
messages = st.one_of(
    st.builds(wire.add, references, st.sampled_from("BSX"), shares, prices, locate=locates, time=times),
    st.builds(wire.executed, references, shares, locate=locates),
    st.builds(wire.delete, references, locate=locates),
    st.builds(wire.replace, references, references, shares, prices, locate=locates, time=times),
    st.builds(wire.directory, st.sampled_from(["AAPL", "MSFT", "IBM"]), locate=locates),
    st.builds(wire.trading_action, st.sampled_from("THP"), locate=locates),
    st.builds(wire.system_event, st.sampled_from("OSQ")),
    st.sampled_from([b"", b"Z", wire.quiet()]),
)
commands = st.sampled_from(
    [wire.COMMIT, wire.control("session_reset"), wire.put("start_sequence", 3), wire.put("tick", 50, 0), wire.put("start_sequence", 0)]
    + [wire.control(op, symbol) for op in ("book_clear", "book_trust") for symbol in (0, 1, 5)]
)


@st.composite
def programs(draw: st.DrawFn) -> tuple[Row, ...]:
    """Both lines carry one stream, in packets of their own, some lost, late or sent twice; heartbeats, an end, commands, bad frames.

    No two inputs come within 1 us of each other, so that nothing races.
    """
    stream = draw(st.lists(messages, max_size=24))
    sends: list[tuple[str, bytes, SendFlag]] = []
    for line in "ab":
        start = 0
        while start < len(stream):
            count = draw(st.integers(1, 4))
            data = wire.packet(line, 1 + start, *stream[start : start + count])
            fault = draw(st.sampled_from(["", "", "", "", "lose", "twice", "bad_fcs"]))
            flag = SendFlag.BAD_FCS if fault == "bad_fcs" else SendFlag.NONE
            sends += [(f"feed_{line}", data, flag)] * {"lose": 0, "twice": 2}.get(fault, 1)
            start += count
    for _ in range(draw(st.integers(0, 3))):
        line = draw(st.sampled_from("ab"))
        kind = draw(st.sampled_from([0, 0, 0xFFFF]))
        sends.append((f"feed_{line}", wire.frame(line, wire.mold(draw(st.integers(0, 1 + len(stream))), count=kind)), SendFlag.NONE))
    sends += [("control", record, SendFlag.NONE) for record in draw(st.lists(commands, max_size=4))]
    shuffled = draw(st.permutations(range(len(sends))))
    if draw(st.booleans()):  # each port keeps its order
        places = {port: iter(sorted(place for place in shuffled if sends[place][0] == port)) for port in ("feed_a", "feed_b", "control")}
        shuffled = [next(places[sends[place][0]]) for place in shuffled]
    now = np.cumsum(draw(st.lists(st.sampled_from([1, 1, 2, 9]), min_size=len(sends), max_size=len(sends)))) * US
    return tuple((int(now[place]), *sends[index]) for place, index in enumerate(shuffled))


def same(first: Prediction, second: Prediction) -> None:
    assert first.records.tobytes() == second.records.tobytes()
    assert first.causes.tolist() == second.causes.tolist()
    assert (first.counters, first.sums) == (second.counters, second.sums)


@given(programs())
@settings(max_examples=300, deadline=None)
def test_replay_of_a_prediction_is_that_prediction(sends: tuple[Row, ...]) -> None:
    """Contract 8: without races both are the same, and nothing is illegal."""
    of = program(*sends, setup=SETUP, LEVELS=4)
    found = replay(of, simulated(of))
    assert found.problems == ()
    same(found, predict(of))


@given(programs(), st.integers(0, 90))
@settings(max_examples=200, deadline=None)
def test_device_that_is_a_little_late_is_no_problem(sends: tuple[Row, ...], delay_ns: int) -> None:
    """Contract 8: the slack of the target."""
    of = program(*sends, setup=SETUP, LEVELS=4)
    found = replay(of, simulated(of, delay_ns=delay_ns))
    assert found.problems == ()
    same(found, predict(of))


@given(programs())
@settings(max_examples=100, deadline=None)
def test_device_without_a_clock_in_common_is_judged_by_departures(sends: tuple[Row, ...]) -> None:
    """Observed.epoch_ps None: times are those at which records left."""
    of = program(*sends, setup=SETUP, LEVELS=4)
    found = replay(of, dataclasses.replace(simulated(of), epoch_ps=None))
    assert found.problems == ()
    same(found, predict(of))


@given(programs())
@settings(max_examples=100, deadline=None)
def test_silent_device_never_confuses_replay(sends: tuple[Row, ...]) -> None:
    """A device without any record is shown records that are missing, never an exception."""
    of = program(*sends, setup=SETUP, LEVELS=4)
    told = observed(of)
    silent = dataclasses.replace(told, records=told.records[:0], record_ps=told.record_ps[:0])
    assert len(replay(of, silent).records) >= 1


@given(programs(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_nonsense_never_confuses_replay(sends: tuple[Row, ...], random: object) -> None:
    """Records in any order, dropped or doubled: problems or differences, never an exception."""
    of = program(*sends, setup=SETUP, LEVELS=4)
    told = simulated(of)
    rows = [random.randrange(len(told.records)) for _ in range(len(told.records))]  # type: ignore[attr-defined]
    replay(of, dataclasses.replace(told, records=told.records[rows], record_ps=told.record_ps[rows]))
