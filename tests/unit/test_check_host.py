# SPDX-License-Identifier: Apache-2.0
"""What a host may do to a capture (contract 11, docs/wire.md): lost, stray, headers and counters that nobody sees, clocks that
nobody knows. The run is a FAKE."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from fake_host import EPOCH_NS, HOST, UNKEPT, WIRE_NS, play, verdict_on
from test_check_late import QUOTE_THEN_ORDER

from tickproof.capture import Capture, Recording
from tickproof.check import Verdict
from tickproof.frames import Frames


def judged(capture: Capture) -> Verdict:
    """Of the shared scenario."""
    return verdict_on(QUOTE_THEN_ORDER, capture)


def with_events(taken: Capture, keep: list[int]) -> Capture:
    """Only these datagrams."""
    events = taken.outputs["events"]
    frames = Frames.of(events.frames[index] for index in keep)
    kept = Recording(frames, events.first_ps[keep], events.last_ps[keep], events.flags[keep])
    return dataclasses.replace(taken, outputs={**taken.outputs, "events": kept})


TAKEN = play(QUOTE_THEN_ORDER)
COUNT = len(TAKEN.outputs["events"].frames)


@pytest.mark.parametrize("hole", range(COUNT))
def test_a_hole_that_the_host_made_is_inconclusive_and_one_that_it_did_not_make_is_the_devices(hole: int) -> None:
    """docs/wire.md: the contiguous record number tells host loss from device loss, with the host's own statistics."""
    holed = with_events(TAKEN, [index for index in range(COUNT) if index != hole])
    lost = judged(dataclasses.replace(holed, host=dataclasses.replace(HOST, lost=1)))
    assert (lost.status, lost.because, lost.divergence) == ("inconclusive", "lost", None)
    assert lost.reason.startswith("the host itself dropped 1 frames")
    assert lost.further
    verdict = judged(holed)
    assert verdict.status == "fail"
    if hole < COUNT - 1:
        assert verdict.divergence is not None
        assert verdict.divergence.place.startswith(f"events[{hole}] ")
        assert any("number is" in text for text in (verdict.reason, *verdict.further))
        assert "by its own statistics the host lost nothing: what is missing was never sent" in verdict.notes


def test_a_run_in_which_outputs_were_lost_never_passes() -> None:
    """Even if all that matters seems to be there."""
    assert judged(dataclasses.replace(TAKEN, host=dataclasses.replace(HOST, lost=7))).because == "lost"


@pytest.mark.parametrize("stray", [0, 1, 10_000])
def test_stray_frames_never_change_a_verdict(stray: int) -> None:
    """ARP, IPv6 discovery, other multicast."""
    verdict = judged(dataclasses.replace(TAKEN, host=dataclasses.replace(HOST, stray=stray)))
    assert (verdict.status, verdict.host) == ("pass", dataclasses.replace(HOST, stray=stray))


def test_counters_that_the_kernel_takes_away_are_said_and_not_judged() -> None:
    """HOST-1."""
    verdict = judged(TAKEN)
    assert any(note.endswith(": " + ", ".join(sorted(UNKEPT))) for note in verdict.notes)
    every = play(QUOTE_THEN_ORDER).counters
    assert verdict.compared["counters"] < len(every)
    assert not set(every) & UNKEPT


def test_a_counter_that_is_absent_and_not_said_to_be_unkept_is_no_pass() -> None:
    """The device description names it."""
    verdict = judged(dataclasses.replace(TAKEN, unkept=UNKEPT - {"a_frames"}))
    assert (verdict.status, verdict.reason.split(",")[0]) == ("fail", "a_frames is not read")


@pytest.mark.parametrize("name", ["messages", "a_heartbeats", "orders", "a_fifo_overflow"])
def test_a_device_cannot_leave_out_what_it_has_to_keep(name: str) -> None:
    """HOST-1 names ten counters of each line, and no others."""
    counters = {key: value for key, value in TAKEN.counters.items() if key != name}
    verdict = judged(dataclasses.replace(TAKEN, counters=counters, unkept=UNKEPT | {name}))
    assert (verdict.status, f"{name} is not read" in verdict.reason) == ("fail", True)


def test_records_without_headers_are_judged_and_the_headers_are_said_to_be_missing() -> None:
    """A kernel socket took them off (FrameFlag.PAYLOAD)."""
    bare = play(QUOTE_THEN_ORDER, payload_only=True)
    verdict = judged(bare)
    assert (verdict.status, verdict.compared["records"]) == ("pass", COUNT)
    assert "headers of events datagrams were not seen: a kernel socket took them off" in verdict.notes
    assert not any("headers" in note for note in judged(TAKEN).notes)
    data = bare.outputs["events"].frames.data.copy()
    data[3 * 64 + 40] ^= 1
    spoiled = dataclasses.replace(bare.outputs["events"], frames=Frames(data, bare.outputs["events"].frames.offsets))
    verdict = judged(dataclasses.replace(bare, outputs={**bare.outputs, "events": spoiled}))
    assert verdict.divergence is not None
    assert verdict.divergence.place.startswith("events[3] ")


@pytest.mark.parametrize("cut", [1, 63])
def test_a_payload_that_is_no_whole_records_is_a_failure(cut: int) -> None:
    """1 to 22 records of 64 bytes."""
    bare = play(QUOTE_THEN_ORDER, payload_only=True)
    frames = list(bare.outputs["events"].frames)
    frames[3] = frames[3][:cut]
    events = dataclasses.replace(bare.outputs["events"], frames=Frames.of(frames))
    verdict = judged(dataclasses.replace(bare, outputs={**bare.outputs, "events": events}))
    assert any(f"datagram 3: payload of {cut} bytes, expected 64 x (1 to 22)" in text for text in (verdict.reason, *verdict.further))


def test_a_device_whose_clock_nobody_knows_is_judged_without_it_and_that_is_said() -> None:
    """A card: numbers, stamps, contents and the order of times stay judged."""
    verdict = judged(dataclasses.replace(TAKEN, epoch_ps=None))
    assert verdict.status == "pass"
    assert any(note.startswith("nobody knows the device's clock") for note in verdict.notes)


@pytest.mark.parametrize(("error_ns", "status"), [(9_000, "pass"), (50_000, "fail")])
def test_stamps_of_another_clock_are_believed_to_ten_microseconds(error_ns: int, status: str) -> None:
    """docs/wire.md, "Time": converted kernel stamps may be off by so much; a record that left earlier before its own time fails."""
    shift_ps = (WIRE_NS + error_ns) * 1000
    outputs = {
        name: dataclasses.replace(port, first_ps=port.first_ps - shift_ps, last_ps=port.last_ps - shift_ps)
        for name, port in TAKEN.outputs.items()
    }
    verdict = judged(dataclasses.replace(TAKEN, outputs=outputs))
    assert verdict.status == status


def test_latencies_are_in_ns_from_the_sends_to_the_stamps() -> None:
    """Contract 9: the quote is taken up 2 us after it was sent; its record is stamped 30 us later. LAT-5 ends at the order's packet."""
    verdict = judged(TAKEN)
    latency = verdict.latency["LAT-2"]
    assert (latency.unit, latency.min, latency.max) == ("ns", 2_000 + WIRE_NS, 2_000 + WIRE_NS)
    assert verdict.latency["LAT-3"].max == verdict.latency["LAT-4"].max == 2_000 + WIRE_NS
    assert verdict.latency["LAT-5"].max == 10_000_000 + 2_000 + WIRE_NS
    assert "LAT-1" not in verdict.latency  # no bbo port to be seen


def test_a_slowed_device_has_latencies_of_the_host() -> None:
    """A device of which a host makes each ns last 100: 32 us of the device are 3.2 ms of the host."""
    verdict = judged(dataclasses.replace(TAKEN, host=dataclasses.replace(HOST, slowdown=100)))
    assert verdict.latency["LAT-2"].max == 100 * (2_000 + WIRE_NS)
    assert verdict.stamps == "software, device slowed 100 times"


def test_an_order_that_cannot_have_been_is_seen_with_times_of_a_host() -> None:
    """EVT-5: the decision is stamped before a quote whose record had left ten ms before the order was sent."""
    events = TAKEN.outputs["events"]
    rows = events.frames.data.reshape(-1, 42 + 64).copy()
    quote, order = COUNT - 3, COUNT - 2
    rows[[quote, order]] = rows[[order, quote]]
    rows[[quote, order], 42 + 4 : 42 + 16] = rows[[order, quote], 42 + 4 : 42 + 16]  # number and stamp stay in their order
    times = events.first_ps.copy()
    times[[quote, order]] = times[[order, quote]]
    moved = dataclasses.replace(events, frames=Frames(rows.reshape(-1), events.frames.offsets), first_ps=times, last_ps=times)
    verdict = judged(dataclasses.replace(TAKEN, outputs={**TAKEN.outputs, "events": moved}))
    assert verdict.status == "fail"
    assert any(text.startswith("EVT-5") or "was decided before feed sequence" in text for text in (verdict.reason, *verdict.further))


def test_the_fakes_own_times_are_possible() -> None:
    """A guard: without it the tests above would prove nothing about times."""
    events = TAKEN.outputs["events"]
    shown = np.array([int.from_bytes(frame[42 + 16 : 42 + 24], "big") for frame in events.frames]) - EPOCH_NS
    assert (shown * 1000 + WIRE_NS * 1000 == events.first_ps).all()
