# SPDX-License-Identifier: Apache-2.0
"""The checker against a FAKE device that is tampered with: it has to name exactly the record and field that the test spoiled."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from fake_device import CLOCK_PS, SECOND_RECORD_BEAT, Shown, capture, honest, judged, of_kind, scenario, verdict_on
from hypothesis import example, given
from hypothesis import strategies as st

from tickproof.capture import Capture, FrameFlag, Sent
from tickproof.frames import Frames
from tickproof.protocols import EVENTS
from tickproof.protocols.control import COUNTERS, LINE_RACES
from tickproof.protocols.records import KIND_NAME

RECORDS = honest(scenario())[0].records
KINDS = [KIND_NAME[int(kind)] for kind in RECORDS["kind"]]
OWN = range(4, 24)  # number, stamp, time_ns
EXACT = [name for name in COUNTERS if name[2:] not in LINE_RACES]


def name_at(index: int, byte: int) -> str:
    """The field of record `index` that holds this byte, by its table."""
    layout = EVENTS.layouts[KINDS[index]]
    return next(item.name for item in layout.fields if item.offset <= byte < item.offset + item.size)


def rows_that_differ(verdict) -> list[str]:
    """Fields marked in the verdict's divergence."""
    return [row.name for row in verdict.divergence.fields if row.differs]


def without(shown: Shown, index: int) -> None:
    """Drop a record, as a device would that never made it: numbers stay contiguous."""
    shown.records = np.delete(shown.records, index)
    shown.records["number"] = np.arange(len(shown.records))
    shown.ready_ps = np.delete(shown.ready_ps, index)


def test_a_setup_alone_can_be_judged() -> None:
    """Nothing is sent: the CONTROL record of the commit is all there is (`tickproof shrink` gets there)."""
    assert judged(played=scenario('dut = "feed_handler"\n[symbols.AAPL]\nlocate = 7\n---\n')).status == "pass"


def test_the_tampered_scenario_has_every_kind_of_record_that_the_tests_rely_on() -> None:
    """A guard: the tests below say nothing if these records are missing."""
    assert KINDS == ["CONTROL", "BBO", "BBO", "BBO", "GAP", "BBO", "CONTROL", "TRADING_STATE", "BBO"]


def test_an_honest_device_passes_and_says_what_was_compared() -> None:
    """Contract 8. Every record and every exact counter."""
    verdict = judged()
    assert (verdict.status, verdict.reason, verdict.divergence) == ("pass", "", None)
    assert verdict.compared == {"records": len(RECORDS), "frames": 0, "counters": len(EXACT)}
    assert verdict.grade == "simulated"


@pytest.mark.parametrize("per_datagram", [2, 3, 22])
def test_how_records_are_grouped_into_datagrams_carries_no_meaning(per_datagram: int) -> None:
    """Contract 8."""

    def tamper(shown: Shown) -> None:
        shown.per_datagram = per_datagram
        shown.ready_ps = np.maximum.accumulate(shown.ready_ps[::-1])[::-1]  # a datagram leaves when its last record can

    assert judged(tamper).status == "pass"


PLACES = [(index, byte) for index in range(len(RECORDS)) for byte in (1, 2, 3, *range(24, 64))]
STATED = {("CONTROL", "sequence"), ("CONTROL", "op"), ("GAP", "sequence"), ("GAP", "cause")}


@given(place=st.sampled_from([place for place in PLACES if (KINDS[place[0]], name_at(*place)) not in STATED]), bit=st.integers(0, 7))
def test_a_flipped_bit_names_its_record_and_its_field(place: tuple[int, int], bit: int) -> None:
    """EVT-2: each record equals golden's, field by field."""
    index, byte = place

    def tamper(shown: Shown) -> None:
        shown.records.view(np.uint8).reshape(-1, 64)[index, byte] ^= 1 << bit

    verdict = judged(tamper)
    assert verdict.status == "fail"
    assert verdict.divergence.place == f"events[{index}] {KINDS[index]}"
    assert rows_that_differ(verdict) == [name_at(index, byte)]


@example(place=(4, 31), bit=1)  # the GAP claims to begin before messages that left records
@example(place=(0, 31), bit=2)  # the setup's commit claims a `sequence` behind the first messages
@given(place=st.sampled_from([place for place in PLACES if (KINDS[place[0]], name_at(*place)) in STATED]), bit=st.integers(0, 7))
def test_a_flipped_bit_in_what_the_device_states_is_caught_there(place: tuple[int, int], bit: int) -> None:
    """Contract 8: golden follows these fields until it no more can: there, at a record before, or in a counter."""
    index, byte = place

    def tamper(shown: Shown) -> None:
        shown.records.view(np.uint8).reshape(-1, 64)[index, byte] ^= 1 << bit

    verdict = judged(tamper)
    assert verdict.status == "fail"
    assert verdict.divergence.place.startswith((*(f"events[{earlier}] " for earlier in range(index + 1)), "counters"))


@given(index=st.integers(0, len(RECORDS) - 1), kind=st.integers(0, 255))
def test_another_kind_names_its_record(index: int, kind: int) -> None:
    """EVT-2; kinds that no table knows included."""

    def tamper(shown: Shown) -> None:
        shown.records["kind"][index] = kind

    verdict = judged(tamper)
    assert verdict.status == ("pass" if KIND_NAME.get(kind) == KINDS[index] else "fail")
    assert verdict.status == "pass" or verdict.divergence.place.startswith(f"events[{index}] ")


@given(index=st.integers(1, len(RECORDS) - 1))
def test_a_dropped_record_is_missing_at_its_place(index: int) -> None:
    """EVT-1, EVT-2: told as missing, not as a row of differing fields."""
    verdict = judged(lambda shown: without(shown, index))
    assert verdict.status == "fail"
    assert verdict.divergence.place.startswith(f"events[{index}] ")


@pytest.mark.parametrize("index", [index for index, kind in enumerate(KINDS) if kind == "BBO"])
def test_a_dropped_bbo_is_explained_by_the_message_that_caused_it(index: int) -> None:
    """style.md: missing records are explained as such."""
    verdict = judged(lambda shown: without(shown, index))
    assert verdict.divergence.summary.startswith("golden expects bbo ")
    assert "the device's next record is" in verdict.divergence.summary or "nothing more" in verdict.divergence.summary
    assert f"sequence {RECORDS['sequence'][index]}: " in verdict.divergence.cause
    assert verdict.divergence.line is not None


@pytest.mark.parametrize("index", [index for index, kind in enumerate(KINDS) if kind == "BBO"])
def test_a_repeated_bbo_is_extra_at_its_place(index: int) -> None:
    """EVT-1: exactly once."""

    def tamper(shown: Shown) -> None:
        shown.records = np.insert(shown.records, index + 1, shown.records[index])
        shown.records["number"] = np.arange(len(shown.records))
        shown.records["stamp"][index + 1] += 1
        shown.ready_ps = np.insert(shown.ready_ps, index + 1, shown.ready_ps[index])

    verdict = judged(tamper)
    assert verdict.divergence.place == f"events[{index + 1}] BBO"
    assert "a repetition of the record before" in verdict.divergence.summary


def test_two_swapped_records_are_out_of_order() -> None:
    """EVT-1: stamps, numbers and times stay where they were, only the contents change places."""

    def tamper(shown: Shown) -> None:
        for name in ("symbol", "sequence", "body"):
            shown.records[name][[2, 3]] = shown.records[name][[3, 2]]

    verdict = judged(tamper)
    assert verdict.divergence.place == "events[2] BBO"
    assert verdict.divergence.summary.startswith("out of order: golden expects bbo symbol=AAPL")


@given(index=st.integers(0, len(RECORDS) - 1), change=st.integers(1, 2**32 - 1))
def test_a_number_out_of_turn_is_named(index: int, change: int) -> None:
    """EVT-3: `number` contiguous from 0; a lost datagram shows."""

    def tamper(shown: Shown) -> None:
        shown.records["number"][index] = (int(shown.records["number"][index]) + change) % 2**32

    verdict = judged(tamper)
    assert (verdict.status, verdict.divergence.rule, rows_that_differ(verdict)) == ("fail", "EVT-3", ["number"])
    assert verdict.divergence.place == f"events[{index}] {KINDS[index]}"


@pytest.mark.parametrize("index", range(1, len(RECORDS)))
def test_a_stamp_that_does_not_increase_is_named(index: int) -> None:
    """EVT-3: `stamp` increasing."""

    def tamper(shown: Shown) -> None:
        shown.records["stamp"][index] = shown.records["stamp"][index - 1]

    verdict = judged(tamper)
    assert verdict.status == "fail"
    assert ("EVT-3", f"events[{index}] {KINDS[index]}", ["stamp"]) == (
        verdict.divergence.rule,
        verdict.divergence.place,
        rows_that_differ(verdict),
    )


@pytest.mark.parametrize("index", range(1, len(RECORDS)))
def test_a_time_before_the_inputs_arrival_is_named(index: int) -> None:
    """EVT-3: `time_ns` between the input's arrival and the record's departure (and never decreasing)."""

    def tamper(shown: Shown) -> None:
        shown.records["time_ns"][index] = 0

    verdict = judged(tamper)
    assert verdict.status == "fail"
    assert verdict.divergence.place == f"events[{index}] {KINDS[index]}"
    assert rows_that_differ(verdict) == ["time_ns"]


@pytest.mark.parametrize("index", range(len(RECORDS)))
def test_a_time_after_the_records_departure_is_named(index: int) -> None:
    """EVT-3."""

    def tamper(shown: Shown) -> None:
        shown.records["time_ns"][index:] += 1_000_000

    verdict = judged(tamper)
    assert verdict.divergence.place == f"events[{index}] {KINDS[index]}"
    assert rows_that_differ(verdict) == ["time_ns"]
    assert "departure" in verdict.divergence.summary


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("change", [1, -1])
def test_an_exact_counter_off_by_one_is_named(name: str, change: int) -> None:
    """EVT-4: exact counters are exact."""

    def tamper(shown: Shown) -> None:
        shown.counters[name] += change

    verdict = judged(tamper)
    assert (verdict.status, verdict.divergence.rule) == ("fail", "EVT-4")
    assert rows_that_differ(verdict) == [name]


@pytest.mark.parametrize("name", [f"{line}_{name}" for line in "ab" for name in LINE_RACES])
def test_a_race_counter_that_breaks_its_sum_is_named(name: str) -> None:
    """EVT-4: the others keep their sums."""

    def tamper(shown: Shown) -> None:
        shown.counters[name] += 1

    verdict = judged(tamper)
    assert verdict.divergence.rule == "EVT-4"
    assert any(name in row for row in rows_that_differ(verdict))


def test_a_counter_that_was_not_read_is_no_pass() -> None:
    """The device description declares it."""
    verdict = judged(lambda shown: shown.counters.pop("messages"))
    assert verdict.status == "fail"
    assert "messages is not read" in verdict.reason


@pytest.mark.parametrize(
    ("flag", "says"), [(FrameFlag.HAS_X, "carries X or Z"), (FrameFlag.ERROR, "error flag"), (FrameFlag.CUT, "cut off")]
)
@pytest.mark.parametrize("port", ["events", "bbo"])
def test_a_flagged_frame_is_a_failure_of_its_own(flag: FrameFlag, says: str, port: str) -> None:
    """Contract 10: no X on a valid beat; whatever the bytes are."""
    taken = capture(*honest(scenario()))
    flags = np.zeros_like(taken.outputs[port].flags)
    flags[2] = flag
    outputs = {**taken.outputs, port: dataclasses.replace(taken.outputs[port], flags=flags)}
    verdict = verdict_on(dataclasses.replace(taken, outputs=outputs))
    assert verdict.status == "fail"
    assert says in verdict.reason
    assert verdict.divergence.place in ("events[2] BBO", "bbo[2]")


@pytest.mark.parametrize("byte", range(42))
def test_every_byte_of_the_datagram_header_counts(byte: int) -> None:
    """Contract 8: addresses, ports, lengths, checksum, TTL, DF."""
    taken = capture(*honest(scenario()))
    frames = [bytearray(frame) for frame in taken.outputs["events"].frames]
    frames[3][byte] ^= 1
    verdict = verdict_on(with_events(taken, frames))
    assert verdict.status == "fail"
    assert verdict.divergence.place == "events[3] BBO"
    assert "datagram 3" in verdict.reason


@pytest.mark.parametrize("length", [0, 41, 42, 42 + 63, 42 + 65])
def test_a_datagram_that_holds_no_whole_records_is_a_failure(length: int) -> None:
    """Contract 8: 42 bytes and 64 for each of up to 22 records."""
    taken = capture(*honest(scenario()))
    frames = [bytearray(frame) for frame in taken.outputs["events"].frames]
    frames[3] = (frames[3] + bytes(64))[:length]
    verdict = verdict_on(with_events(taken, frames))
    assert verdict.status == "fail"
    assert f"datagram 3: datagram of {length} bytes" in verdict.reason


def with_events(taken: Capture, frames: list[bytearray]) -> Capture:
    """The capture with other bytes on `events`."""
    events = dataclasses.replace(taken.outputs["events"], frames=Frames.of(map(bytes, frames)))
    return dataclasses.replace(taken, outputs={**taken.outputs, "events": events})


@given(index=st.integers(0, 4), byte=st.sampled_from([*range(4), *range(8, 64)]))
def test_the_bbo_port_shows_the_bbos_of_events(index: int, byte: int) -> None:
    """Contract 1: the same records, all fields but `number`."""

    def tamper(shown: Shown) -> None:
        shown.bbo.view(np.uint8).reshape(-1, 64)[index, byte] ^= 1

    verdict = judged(tamper)
    assert verdict.status == "fail"
    assert verdict.divergence.place == f"bbo[{index}] BBO"


def test_a_bbo_that_the_gate_never_saw_is_a_failure() -> None:
    """Contract 1."""

    def tamper(shown: Shown) -> None:
        shown.bbo, shown.bbo_ps = shown.bbo[:-1], shown.bbo_ps[:-1]

    assert judged(tamper).reason == "4 BBO records on bbo, 5 on events"


def test_an_empty_capture_never_passes() -> None:
    """A check that cannot fail is a defect."""
    taken = capture(*honest(scenario()))
    empty = Capture({}, {}, {}, CLOCK_PS, 0, 0, "simulated", "fake")
    verdict = verdict_on(empty)
    assert verdict.status == "fail"
    assert verdict.divergence.place == "events[0] CONTROL"
    assert len(taken.outputs) == 2


def test_a_run_that_did_not_end_never_passes() -> None:
    """complete = False, even if all that came was right."""
    taken = dataclasses.replace(capture(*honest(scenario())), complete=False, trouble="the simulator crashed")
    verdict = verdict_on(taken)
    assert verdict.status == "fail"
    assert verdict.reason == "the run did not end: the simulator crashed"


@pytest.mark.parametrize("kept", range(len(RECORDS)))
def test_a_run_that_did_not_end_explains_what_is_missing_behind_its_end(kept: int) -> None:
    """A device that was killed: that, and not the first of the records that it could not send any more."""
    taken = capture(*honest(scenario()))
    events = taken.outputs["events"]
    columns = {name: getattr(events, name)[:kept] for name in ("first_ps", "last_ps", "flags")}
    stopped = dataclasses.replace(events, frames=Frames.of(list(events.frames)[:kept]), **columns)
    killed = dataclasses.replace(taken, outputs={**taken.outputs, "events": stopped}, complete=False, trouble="the device was killed")
    verdict = verdict_on(killed)
    assert verdict.reason == "the run did not end: the device was killed"
    assert any("golden expects" in text for text in verdict.further)


def test_what_differs_before_a_run_stops_is_told_first() -> None:
    """It may be why it stopped."""
    taken = capture(*honest(scenario()))
    frames = [bytearray(frame) for frame in taken.outputs["events"].frames]
    frames[3][42 + 40] ^= 1
    verdict = verdict_on(dataclasses.replace(with_events(taken, frames), complete=False, trouble="the device was killed"))
    assert verdict.divergence.place == "events[3] BBO"
    assert "the run did not end: the device was killed" in verdict.further


def test_a_send_that_never_went_in_is_no_pass() -> None:
    """The run proves less than its scenario says."""
    taken = capture(*honest(scenario()))
    b = taken.sent["feed_b"]
    last_ps = b.last_ps.copy()
    last_ps[-1] = -1
    verdict = verdict_on(dataclasses.replace(taken, sent={**taken.sent, "feed_b": Sent(b.first_ps, last_ps)}))
    assert verdict.status == "fail"
    assert any("1 of 5 sends on feed_b never went in, the first is feed_b[4]" in text for text in (verdict.reason, *verdict.further))


def test_output_on_a_port_that_should_be_silent_is_a_failure() -> None:
    """Always assert that nothing extra came out."""
    taken = capture(*honest(scenario()))
    verdict = verdict_on(dataclasses.replace(taken, outputs={**taken.outputs, "exchange": taken.outputs["bbo"]}))
    assert verdict.reason == "5 frames on exchange, where golden expects none"


def test_latencies_are_those_that_the_fake_was_built_with() -> None:
    """Contract 9: last beat in to `bbo`, and to the beat with the record's first byte."""
    latency = judged().latency
    assert (latency["LAT-1"].unit, latency["LAT-1"].n, latency["LAT-1"].min, latency["LAT-1"].p50) == ("clk", 5, 10, 10)
    assert (latency["LAT-2"].unit, latency["LAT-2"].n, latency["LAT-2"].min) == ("clk", 5, 20)


def test_the_second_record_of_a_datagram_leaves_later_than_the_first() -> None:
    """Contract 9, LAT-2: the beat that holds the first byte of its record, 8 bytes a beat."""

    def tamper(shown: Shown) -> None:
        shown.per_datagram = 22
        shown.ready_ps[:] = shown.ready_ps.max()

    latency = judged(tamper).latency["LAT-2"]
    taken, sent = honest(scenario())
    first = int(taken.ready_ps.max()) + (SECOND_RECORD_BEAT - 5) * CLOCK_PS
    assert latency.max == (first - int(sent["feed_a"].last_ps[1])) // CLOCK_PS


@pytest.mark.parametrize(("window", "status"), [("+0~400ns", "pass"), ("+0~10ns", "fail"), ("+300~900ns", "fail")])
def test_a_window_is_judged_by_the_time_at_which_the_record_left(window: str, status: str) -> None:
    """scenarios.md: `+a~b > events ...`, with exact timing."""
    text = f"""
dut = "feed_handler"
[symbols.AAPL]
locate = 7
base = "140.00"
---
 0  < feed_a  seq=1 stock_directory locate=7 stock=AAPL | add_order locate=7 ref=1 side=B shares=300 price=150.00
 {window}  > events bbo symbol=AAPL bid=150.00x300
"""
    verdict = judged(played=scenario(text))
    assert verdict.status == status
    assert status == "pass" or "fake.scn:8: events[1] left the device at" in verdict.reason


def test_the_failure_says_which_line_of_the_scenario_sent_the_cause() -> None:
    """style.md: scenario:line, decoded cause, neighbours, raw bytes."""
    index = of_kind(RECORDS, 4)

    def tamper(shown: Shown) -> None:
        shown.records["body"][index][0] = ord("H")

    divergence = judged(tamper).divergence
    assert divergence.summary == "trading_state is H, golden has T"
    assert scenario().program.name == "fake.scn"
    assert divergence.line == 22
    assert "stock_trading_action" in divergence.cause
    assert divergence.before[-1].startswith(f"events[{index - 1}] control symbol=AAPL")
    assert divergence.after[0].startswith(f"events[{index + 1}] bbo symbol=AAPL bid=150.00x200")
    assert [whose for whose, _ in divergence.raw] == ["golden", "got"]
