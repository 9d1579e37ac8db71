# SPDX-License-Identifier: Apache-2.0
"""SoupBinTCP packets: built by name, cut out of a stream, and what a stream may not hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickproof.errors import ProtocolError
from tickproof.protocols import SOUPBINTCP
from tickproof.protocols.soupbin import packet, packets, payload

# Written out by hand from contract 6.1: length, type, payload.
PACKETS = {
    "debug": (packet("debug", b"hi"), b"\0\3+hi"),
    "login_accepted": (packet("login_accepted", session="S1", sequence_number="135"), b"\0\x1fA" + b"        S1" + b" " * 17 + b"135"),
    "login_rejected": (packet("login_rejected", reject_code="A"), b"\0\2JA"),
    "sequenced_data": (packet("sequenced_data", b"message"), b"\0\x08Smessage"),
    "server_heartbeat": (packet("server_heartbeat"), b"\0\1H"),
    "end_of_session": (packet("end_of_session"), b"\0\1Z"),
    "login_request": (
        packet("login_request", username="T", password="p", session="S1", sequence_number="0"),
        b"\0\x2fL" + b"T     " + b"p         " + b"        S1" + b" " * 19 + b"0",
    ),
    "unsequenced_data": (packet("unsequenced_data", b"message"), b"\0\x08Umessage"),
    "client_heartbeat": (packet("client_heartbeat"), b"\0\1R"),
    "logout_request": (packet("logout_request"), b"\0\1O"),
}


@pytest.mark.parametrize("name", SOUPBINTCP.layouts)
def test_a_packet_has_its_length_type_and_fields(name: str) -> None:
    """SESS-FRAME: the length counts what follows it; session and number stand on the right."""
    built, expected = PACKETS[name]
    assert built == expected


def test_every_type_of_the_contract_has_a_packet() -> None:
    """SESS-ERROR, reason 2."""
    assert set(SOUPBINTCP.by_tag) == {bytes([byte]) for byte in b"+AJSHZLURO"}


def test_a_length_that_is_given_stays() -> None:
    """For packets that are wrong on purpose."""
    assert packet("server_heartbeat", length=9) == b"\0\x09H"
    assert packet("unsequenced_data", b"XYZ", length=0, packet_type="?") == b"\0\0?XYZ"


def test_text_padded_on_the_wrong_side_goes_round_exactly() -> None:
    """A number may have its spaces behind it (SESS-ERROR, reason 6): they are kept."""
    layout = SOUPBINTCP.layouts["login_accepted"]
    data = packet("login_accepted", session="TEN CHARS!", sequence_number="135".ljust(20))
    assert data[13:] == b"135" + b" " * 17
    assert layout.pack(layout.unpack(data)) == data
    assert layout.unpack(packet("login_accepted"))["session"] == ""


def test_an_unknown_packet_is_refused_with_the_names_there_are() -> None:
    """One line."""
    with pytest.raises(ProtocolError, match=r"heartbeat: no such SoupBinTCP packet \(expected debug, login_accepted"):
        packet("heartbeat")


def test_a_stream_is_cut_into_its_packets() -> None:
    """SESS-FRAME."""
    whole = [built for built, _ in PACKETS.values()]
    assert list(packets(b"".join(whole))) == whole
    assert [payload(data) for data in packets(PACKETS["sequenced_data"][0] + PACKETS["debug"][0])] == [b"message", b"hi"]
    assert list(packets(b"")) == []


@given(st.lists(st.binary(min_size=1, max_size=2047), max_size=8))
def test_messages_go_through_a_stream_unchanged(messages: list[bytes]) -> None:
    """Up to a length of 2,048, type included."""
    stream = b"".join(packet("unsequenced_data", message) for message in messages)
    assert [payload(data) for data in packets(stream)] == messages


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        (b"\0\0", r"bad length \(got 0, expected 1 to 2048\)"),
        (b"\x08\x01U" + bytes(2048), r"bad length \(got 2049, expected 1 to 2048\)"),
        (b"\0\1?", r"unknown packet type \(got b'\?'\)"),
        (b"\0\1h", r"unknown packet type"),
        (b"\0\2RR", r"client_heartbeat: wrong length \(got 2, expected 1\)"),
        (b"\0\1J", r"login_rejected: wrong length \(got 1, expected 2\)"),
        (b"\0\x20A" + bytes(31), r"login_accepted: wrong length \(got 32, expected 31\)"),
        (b"\0\1U", r"unsequenced_data: wrong length \(got 1, expected at least 2\)"),
        (b"\0\1S", r"sequenced_data: wrong length \(got 1, expected at least 2\)"),
        (b"\0", r"the stream ends inside a packet \(got 1 bytes of it\)"),
        (b"\0\5Uab", r"the stream ends inside a packet \(got 5 bytes of it\)"),
    ],
)
def test_a_framing_error_is_named_with_its_place(bad: bytes, complaint: str) -> None:
    """SESS-ERROR, reasons 1 to 3; the packets before it come first."""
    found = packets(b"\0\1R" + bad)
    assert next(found) == b"\0\1R"
    with pytest.raises(ProtocolError, match=f"^SoupBinTCP byte 3: {complaint}"):
        next(found)


def test_a_debug_packet_may_be_empty() -> None:
    """SESS-ERROR, reason 3: a length of at least 1."""
    assert list(packets(b"\0\1+")) == [b"\0\1+"]
