# SPDX-License-Identifier: Apache-2.0
"""EVT-3 and EVT-5 with an order path: orders of inputs that cannot have been, and the times of each origin. The device is a FAKE."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from fake_order_device import BBO_CLOCKS, CLOCK_PS, LINES, ORDER_CLOCKS, Shown, judged

from tickproof.check.inputs import packets_of
from tickproof.golden.model import Prediction, Problem
from tickproof.program import PortProgram, Send, SendFlag

# Records of the shared scenario.
LINKS = (2, 4)  # exchange, client
FIRST, REFUSED, ACCEPTED, BBO, THIRD, FOURTH, EXECUTED, KILL = range(8, 16)


def moved(said: Prediction, record: int, to: int) -> Prediction:
    """Golden, which follows the order that the device states, with one record at another place."""
    order = np.insert(np.delete(np.arange(len(said.records)), record), to, record)
    place_of = np.argsort(order)
    streams = {port: dataclasses.replace(stream, records=place_of[stream.records]) for port, stream in said.streams.items()}
    return dataclasses.replace(said, records=said.records[order], causes=said.causes[order], streams=streams)


def earlier(record: int, to: int):
    """A device that stamps a record as if its input had taken effect earlier, and merges its records by stamp."""

    def tamper(shown: Shown) -> None:
        order = np.insert(np.delete(np.arange(len(shown.records)), record), to, record)
        shown.records = shown.records[order]
        shown.records["number"] = np.arange(len(order))
        shown.records["stamp"][to] = shown.records["stamp"][to - 1] + 1
        shown.ready_ps = np.maximum.accumulate(shown.ready_ps[order])

    return tamper


def test_an_order_that_is_stamped_before_a_quote_that_had_been_seen_is_impossible() -> None:
    """client[3] is sent at 18 us, clock 2813; the frame with sequence 6 (100 bytes: 13 beats) at 16 us, clock 2500 to 2512.

    Its BBO is on `bbo` ten clocks later: 2813 - 2522 = 291 clocks of 6.4 ns = 1862.4 ns before.
    """
    assert BBO_CLOCKS == 10
    verdict = judged(earlier(THIRD, BBO), lambda said: moved(said, THIRD, BBO))
    assert verdict.reason == "client[3] was decided before feed sequence 6, whose BBO had already left 1862.4 ns before client[3] was sent"
    assert (verdict.divergence.place, verdict.divergence.rule) == (f"events[{BBO}] DECISION", "EVT-5")
    assert verdict.divergence.line == LINES["enter 3, 4"]


def test_the_impossible_order_is_told_before_what_follows_from_it() -> None:
    """Golden uses the old quote, because the device says so; the device had used the new one. The order of inputs explains it."""

    def said(prediction: Prediction) -> Prediction:
        prediction = moved(prediction, THIRD, BBO)
        prediction.records["body"][BBO][24:28] = list((1_500_000).to_bytes(4, "big"))  # reference_bid 150.00
        return prediction

    verdict = judged(earlier(THIRD, BBO), said)
    assert (verdict.divergence.place, verdict.divergence.rule) == (f"events[{BBO}] DECISION", "EVT-5")
    assert verdict.further[0] == "EVT-2: reference_bid is 150.01, golden has 150.00"


def test_a_packet_that_had_left_proves_it_too() -> None:
    """The Reject of client[2] (sent at 12 us, clock 1875 to 1881) leaves on `client` after 14 clocks; exchange[1] is sent at 14 us."""
    assert ORDER_CLOCKS == 14
    verdict = judged(earlier(ACCEPTED, REFUSED), lambda said: moved(said, ACCEPTED, REFUSED))
    # The Reject has 32 bytes, 4 beats: 1881 + 14 + 3 = 1898; the report begins in clock 2188 (14 us / 6.4 ns, rounded up).
    assert verdict.reason == (
        "exchange[1] took effect before client[2], whose packet on client had already left "
        f"{(2188 - 1898) * 6.4:g} ns before exchange[1] was sent"
    )


def test_a_command_and_a_link_change_have_their_names() -> None:
    """A kill at 22 us that is stamped before the report at 20 us, whose packet had left; and a link that comes up before a command."""
    verdict = judged(earlier(KILL, EXECUTED), lambda said: moved(said, KILL, EXECUTED))
    assert verdict.reason.startswith("control kill took effect before exchange[2], whose packet on client had already left ")
    assert verdict.reason.endswith(" ns before control kill was sent")


def test_a_packet_that_leaves_before_its_cause_is_sent_is_impossible() -> None:
    """A Cancel in the place of the first of the kill, which is sent at 17 us: it leaves in clocks 2419 and 2420, 15488 ns."""

    def tamper(shown: Shown) -> None:
        shown.packets["exchange"][3] = (2419 * CLOCK_PS, shown.packets["exchange"][3][1])

    verdict = judged(tamper)
    assert (verdict.divergence.place, verdict.divergence.rule) == (f"events[{KILL}] CONTROL", "EVT-5")
    assert verdict.reason.startswith("exchange[3] had left 15")
    assert verdict.reason.endswith(" ns before control kill, which causes such a packet, was sent")


def test_records_out_of_the_order_of_their_stamps_get_the_explanation_too() -> None:
    """The device sends client[3]'s record in its place, with a stamp from before the quote."""

    def tamper(shown: Shown) -> None:
        shown.records["stamp"][THIRD] = shown.records["stamp"][BBO] - 1

    verdict = judged(tamper)
    assert verdict.divergence.rule == "EVT-5"
    assert verdict.reason.startswith("client[3] was decided before feed sequence 6, whose BBO had already left ")
    assert any(text.startswith("EVT-3: stamp ") and "does not lie above" in text for text in verdict.further)


def test_inputs_that_overlap_may_be_taken_in_either_order() -> None:
    """client[3] and [4] share a segment; a kill right behind them may be stamped before the second."""

    def tamper(shown: Shown) -> None:
        shown.records["stamp"][FOURTH] = shown.records["stamp"][THIRD] + 1

    assert judged(tamper).status == "pass"


def test_time_never_goes_back_within_an_origin() -> None:
    """EVT-3. Each origin has its own; the text names it."""

    def tamper(shown: Shown) -> None:
        shown.records["time_ns"][FOURTH] = shown.records["time_ns"][THIRD] - 1

    verdict = judged(tamper)
    assert verdict.divergence.rule == "EVT-3"
    assert verdict.divergence.place == f"events[{FOURTH}] DECISION"
    assert verdict.reason.startswith("time_ns of client records went back from ")


def test_time_of_another_origin_may_be_behind() -> None:
    """Contract 8. The links come up 10 clocks apart; here the first record says a time 100 ns later, which is above that of the second."""

    def tamper(shown: Shown) -> None:
        shown.records["time_ns"][LINKS[0]] += 100
        assert shown.records["time_ns"][LINKS[0]] > shown.records["time_ns"][LINKS[1]]

    assert judged(tamper).status == "pass"


def test_an_order_may_not_be_decided_before_its_last_byte_is_in() -> None:
    """EVT-3, also where a segment holds two orders: each counts from its own last byte."""

    def tamper(shown: Shown) -> None:
        shown.records["time_ns"][THIRD] -= 100

    verdict = judged(tamper)
    assert verdict.divergence.place == f"events[{THIRD}] DECISION"
    assert "lies before its input had arrived" in verdict.reason


def test_the_first_of_two_orders_in_a_segment_may_be_decided_while_the_second_arrives() -> None:
    """50 bytes end in the seventh beat of thirteen: six clocks before the last."""

    def tamper(by: int):
        def change(shown: Shown) -> None:
            shown.records["time_ns"][THIRD] -= by

        return change

    assert judged(tamper(6 * 64 // 10)).status == "pass"
    assert judged(tamper(7 * 64 // 10)).divergence.rule == "EVT-3"


@pytest.mark.parametrize(
    ("problem", "place"),
    [
        (Problem("EVT-1", "client[3] never took effect", None), "events"),
        (Problem("EVT-1", "client[3] took effect twice", FOURTH), f"events[{FOURTH}] DECISION"),
    ],
    ids=["missing", "twice"],
)
def test_what_golden_says_about_inputs_is_shown(problem: Problem, place: str) -> None:
    """EVT-1: every recorded input takes effect exactly once."""
    verdict = judged(says=lambda said: dataclasses.replace(said, problems=(problem,)))
    assert (verdict.divergence.place, verdict.reason, verdict.divergence.rule) == (place, problem.text, "EVT-1")


def test_a_skipped_input_is_told_before_the_record_that_stands_in_its_place() -> None:
    """EVT-1 before EVT-2: wrong contents follow from it."""

    def tamper(shown: Shown) -> None:
        shown.records["sequence"][THIRD] = 4

    problem = Problem("EVT-1", "packet 3 of client has not taken effect, and the device goes on with packet 4", THIRD)
    verdict = judged(tamper, lambda said: dataclasses.replace(said, problems=(problem,)))
    assert (verdict.reason, verdict.divergence.rule) == (problem.text, "EVT-1")
    assert verdict.further == ("EVT-2: sequence is 4, golden has 3",)


def up_down(*flags_and_bytes: object) -> PortProgram:
    """Sends of a stream: bytes, or a link change."""
    return PortProgram.of(
        Send(0, b"", entry) if isinstance(entry, SendFlag) else Send(0, bytes.fromhex(str(entry))) for entry in flags_and_bytes
    )


UP, DOWN = SendFlag.LINK_UP, SendFlag.LINK_DOWN


@pytest.mark.parametrize(
    ("sends", "errors", "packets", "bad"),
    [
        ((UP, "000152", "000152"), [], [("000152", (1, 0), (1, 2), True), ("000152", (2, 0), (2, 2), True)], []),
        ((UP, "00", "0152" + "0001"), [], [("000152", (1, 0), (2, 1), False)], []),
        ((UP, "00015200024f41"), [], [("000152", (1, 0), (1, 2), False), ("00024f41", (1, 3), (1, 6), False)], []),
        (("000152", UP, "000152"), [], [("000152", (2, 0), (2, 2), True)], []),
        ((UP, "00015200", DOWN, UP, "000152"), [], [("000152", (1, 0), (1, 2), False), ("000152", (4, 0), (4, 2), True)], []),
        ((UP, "0000000152", DOWN, UP, "000152"), [1], [("000152", (4, 0), (4, 2), True)], [("0000", (1, 0), (1, 1), False)]),
        ((UP, "080152"), [1], [], [("0801", (1, 0), (1, 1), False)]),
        ((UP, "000158", "000152", DOWN, UP, "000152"), [1], [("000152", (5, 0), (5, 2), True)], [("000158", (1, 0), (1, 2), True)]),
        ((UP, "0001", UP, "52"), [], [("000152", (1, 0), (3, 0), False)], []),
    ],
    ids=["two", "split", "coalesced", "before-the-link", "partial-at-link-down", "length-0", "length-2049", "closed", "up-while-up"],
)
def test_sends_are_cut_into_packets(sends: tuple, errors: list[int], packets: list, bad: list) -> None:
    """Contract 6.1: bytes of a down link are discarded, framing begins anew with a link, and a closed side takes no more until then."""
    found = packets_of(up_down(*sends), errors)
    assert [[(packet.data.hex(), packet.first, packet.last, packet.alone) for packet in side] for side in found] == [packets, bad]
