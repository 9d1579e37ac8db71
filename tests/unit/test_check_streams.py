# SPDX-License-Identifier: Apache-2.0
"""EVT-6: the checker against a FAKE device whose `client` and `exchange` bytes are tampered with: it names packet, field and order."""

from __future__ import annotations

import pytest
from fake_order_device import CLOCK_PS, LINES, Shown, judged

from tickproof.check import Verdict
from tickproof.check.packets import decode_packet, packet_text
from tickproof.protocols import OUCH_IN, OUCH_OUT
from tickproof.protocols.ouch import message
from tickproof.protocols.soupbin import packet

# What the shared scenario makes a device send (docs/contract.md 6 and 7), by hand.
REFUSED = packet(
    "unsequenced_data",
    message(
        OUCH_IN, "enter_order", user_ref_num=2, side="B", quantity=501, symbol="AAPL", price=1_500_000, time_in_force="0", display="Y",
        capacity="P", inter_market_sweep_eligibility="N", cross_type="N", clordid="TOOBIG",
    ),
)  # fmt: skip
CODES = "time_in_force=0 display=Y capacity=P inter_market_sweep_eligibility=N cross_type=N"
ORDER_TEXT = f"side=B quantity=100 symbol=AAPL price=150.0{{}} {CODES}"
FIRST, SECOND, THIRD = (f"enter_order user_ref_num={ref} {ORDER_TEXT.format(cents)}" for ref, cents in ((1, 1), (3, 1), (4, 0)))


def failed(tamper, place: str, reason: str) -> Verdict:
    """The verdict, which has to be this failure of EVT-6."""
    verdict = judged(tamper)
    assert verdict.status == "fail"
    assert verdict.divergence is not None
    assert (verdict.divergence.place, verdict.reason, verdict.divergence.rule) == (place, reason, "EVT-6")
    return verdict


def spoil(shown: Shown, port: str, index: int, byte: int, value: int) -> None:
    """Another byte in packet `index`."""
    time, data = shown.packets[port][index]
    shown.packets[port][index] = time, data[:byte] + bytes([value]) + data[byte + 1 :]


def test_an_honest_device_passes_and_says_how_many_packets_were_compared() -> None:
    """Three orders and their Cancels on `exchange`, a Reject and two reports on `client`."""
    verdict = judged()
    assert (verdict.status, verdict.reason, verdict.further) == ("pass", "", ())
    assert verdict.compared["packets"] == 3 + 6


def test_how_a_stream_is_cut_into_segments_carries_no_meaning() -> None:
    """Contract 6.1. Every packet cut in two, and all of them in one segment."""

    def cut(shown: Shown) -> None:
        for port, packets in shown.packets.items():
            halves = [(time + part * CLOCK_PS, piece) for time, data in packets for part, piece in enumerate((data[:9], data[9:]))]
            shown.packets[port] = [(time, piece) for time, piece in halves if piece]

    def join(shown: Shown) -> None:
        for port, packets in shown.packets.items():
            shown.packets[port] = [(packets[-1][0], b"".join(data for _, data in packets))]

    assert judged(cut).status == "pass"
    assert judged(join).status == "pass"


def test_a_field_that_differs_is_named_with_its_packet_order_and_line() -> None:
    """The price of the first order (bytes 21 to 28 of the packet: 3 of SoupBinTCP, 18 of the message): 150.01 is 0x16E3C4."""
    verdict = failed(lambda shown: spoil(shown, "exchange", 0, 28, 0xC3), "exchange[0] enter_order", "price is 150.0099, golden has 150.01")
    found = verdict.divergence
    assert found.line == LINES["enter 1"]
    assert [(row.name, row.golden, row.got, row.offset) for row in found.fields if row.differs] == [("price", "150.01", "150.0099", 21)]
    assert found.cause == (
        "events[8] decision symbol=AAPL sequence=1 user_ref_num=1 quantity=100 message_type=O side=B verdict=forwarded price=150.01 "
        f"reference_bid=150.00 reference_ask=150.02, of client[1] {FIRST}"
    )
    assert found.before == ()
    assert found.after == (f"exchange[1] {SECOND}", f"exchange[2] {THIRD}")
    assert [whose for whose, _ in found.raw] == ["golden", "got"]
    assert [data.hex() for _, data in found.raw] == [data.hex() for data in (changed(0xC4), changed(0xC3))]


def changed(last_byte_of_price: int) -> bytes:
    """The first order as it leaves."""
    head = "0030" + "55" + "4f" + "00000001" + "42" + "00000064" + "4141504c20202020" + "000000000016e3"
    return bytes.fromhex(head) + bytes([last_byte_of_price]) + b"0YPNN" + b" " * 14 + bytes(2)


@pytest.mark.parametrize("place", [0, 1, 2, 5])
def test_bytes_of_a_rejected_order_are_named_as_such(place: int) -> None:
    """Contract 6: one that fails is not forwarded, not one byte of it."""
    assert len(REFUSED) == 50

    def leak(shown: Shown) -> None:
        shown.packets["exchange"].insert(place, (shown.packets["exchange"][place][0] - CLOCK_PS, REFUSED))

    following = (FIRST, SECOND, THIRD, *(f"cancel_order user_ref_num={ref} quantity=0" for ref in (1, 3, 4)))[place]
    text = f"enter_order user_ref_num=2 {ORDER_TEXT.format(0).replace('100', '501', 1)} clordid=TOOBIG"
    reason = f"a rejected order left 50 bytes on exchange: {text}; golden expects {following} here"
    verdict = failed(leak, f"exchange[{place}] enter_order", reason)
    assert verdict.divergence.line == LINES["enter 2"]
    assert verdict.divergence.cause.startswith("events[9] decision symbol=AAPL sequence=2 failing=quantity ")


def test_some_bytes_of_a_rejected_order_are_enough() -> None:
    """The last thing on the wire, and only its beginning."""

    def leak(shown: Shown) -> None:
        shown.packets["exchange"].append((shown.packets["exchange"][-1][0] + 100 * CLOCK_PS, REFUSED[:8]))

    failed(
        leak,
        "exchange[6] bytes",
        "a rejected order left 8 bytes on exchange: bytes=0030554f00000002; golden expects nothing more here",
    )


def test_a_packet_that_is_missing_is_told_as_missing() -> None:
    """The second of three orders."""
    failed(
        lambda shown: shown.packets["exchange"].pop(1),
        "exchange[1] enter_order",
        f"golden expects {SECOND} here; the device sent {THIRD}",
    )


def test_packets_that_are_missing_at_the_end_are_counted() -> None:
    """All three Cancels of the kill."""

    def silence(shown: Shown) -> None:
        del shown.packets["exchange"][3:]

    verdict = failed(
        silence,
        "exchange[3] cancel_order",
        "golden expects cancel_order user_ref_num=1 quantity=0 here (3 packets); the device sent nothing more",
    )
    assert verdict.divergence.line == LINES["kill"]
    assert verdict.divergence.cause == "events[15] control sequence=0 op=kill, of control[0] kill"


def test_a_packet_that_stops_in_its_middle_is_told_so() -> None:
    """The last Cancel: 12 bytes."""

    def stop(shown: Shown) -> None:
        time, data = shown.packets["exchange"][-1]
        shown.packets["exchange"][-1] = time, data[:7]

    failed(
        stop,
        "exchange[5] cancel_order",
        "golden expects cancel_order user_ref_num=4 quantity=0 here; the device sent 7 of its 12 bytes",
    )


def test_a_packet_that_nothing_explains_is_extra() -> None:
    """A heartbeat that the device made up, behind everything else."""

    def talk(shown: Shown) -> None:
        shown.packets["client"].append((shown.packets["client"][-1][0] + 100 * CLOCK_PS, packet("server_heartbeat")))

    failed(talk, "client[3] server_heartbeat", "the device sent server_heartbeat here; golden expects nothing more")


def test_packets_that_changed_places_are_out_of_order() -> None:
    """The Cancels of ref 3 and ref 1 (KILL-CANCEL: in order of acceptance)."""

    def swap(shown: Shown) -> None:
        cancels = shown.packets["exchange"]
        cancels[3:5] = [(cancels[3][0], cancels[4][1]), (cancels[4][0], cancels[3][1])]

    failed(
        swap,
        "exchange[3] cancel_order",
        "out of order: golden expects cancel_order user_ref_num=1 quantity=0 first; the device sent it behind "
        "cancel_order user_ref_num=3 quantity=0",
    )


def test_a_reject_names_the_check_in_words() -> None:
    """SESS-REJECT: reason 0x8000 + lowest failing check; here the device says value (5) for quantity (4)."""
    failed(
        lambda shown: spoil(shown, "client", 0, 3 + 14, 5),
        "client[0] rejected",
        "rejected_order_reason is 0x8005 (value), golden has 0x8004 (quantity)",
    )


def test_another_packet_in_its_place_is_shown_whole() -> None:
    """A heartbeat instead of the report that the exchange accepted."""

    def replace(shown: Shown) -> None:
        shown.packets["client"][1] = shown.packets["client"][1][0], packet("server_heartbeat")

    verdict = judged(replace)
    assert verdict.divergence.place == "client[1] order_accepted"
    assert verdict.reason.startswith("golden expects order_accepted timestamp=")
    assert verdict.reason.endswith(" here; the device sent server_heartbeat")
    assert verdict.divergence.fields == ()
    assert verdict.divergence.line == LINES["accepted"]


def test_bytes_that_are_no_packet_are_shown_as_bytes() -> None:
    """A length that cannot be, in front of the Reject."""
    verdict = judged(lambda shown: spoil(shown, "client", 0, 0, 0xFF))
    assert verdict.divergence.place == "client[0] rejected"
    assert "; the device sent bytes=ff1e554a" in verdict.reason


def test_a_wrong_record_comes_before_the_packet_that_follows_from_it() -> None:
    """Both are there: the record is the one to look at."""

    def tamper(shown: Shown) -> None:
        shown.records["body"][8][9] ^= 1  # quantity
        spoil(shown, "exchange", 0, 28, 0xC3)

    verdict = judged(tamper)
    assert verdict.divergence.place == "events[8] DECISION"
    assert verdict.further == ("EVT-6: price is 150.0099, golden has 150.01",)


def test_a_packet_with_options_is_shown_option_by_option() -> None:
    """Contract 6.3: an appendage of options; unknown ones as hex."""
    data = packet("sequenced_data", message(OUCH_OUT, "order_restated", bytes.fromhex("0206" + "4c" + "0263" + "07"), user_ref_num=9))
    assert packet_text(decode_packet(data, OUCH_OUT)).endswith("price_type=L tag 99=07")
