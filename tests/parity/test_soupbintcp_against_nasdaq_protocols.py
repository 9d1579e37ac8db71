# SPDX-License-Identifier: Apache-2.0
"""SoupBinTCP against the exchange operator's own Python library: each side reads what the other writes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tickproof.protocols import OUCH_IN, OUCH_OUT, SOUPBINTCP
from tickproof.protocols.ouch import message, option
from tickproof.protocols.soupbin import packet, packets

soup = pytest.importorskip("nasdaq_protocols.soup.core", reason="nasdaq-protocols is not installed")
reader = pytest.importorskip("nasdaq_protocols.soup._reader", reason="nasdaq-protocols is not installed")

ORDER = message(OUCH_IN, "enter_order", option("firm", "LIME"), user_ref_num=1, side="B", quantity=100, symbol="AAPL", price=1_500_000)
REPORT = message(OUCH_OUT, "order_canceled", user_ref_num=1, quantity=100, cancel_order_reason="U")

# Table name -> the packet as we build it, and as the library does.
PACKETS: dict[str, tuple[bytes, Any]] = {
    "debug": (packet("debug", b"hello"), soup.Debug("hello")),
    "login_accepted": (packet("login_accepted", session="SESSION-01", sequence_number="135"), soup.LoginAccepted("SESSION-01", 135)),
    "login_rejected": (packet("login_rejected", reject_code="S"), soup.LoginRejected(soup.LoginRejectReason.SESSION_NOT_AVAILABLE)),
    "sequenced_data": (packet("sequenced_data", REPORT), soup.SequencedData(REPORT)),
    "server_heartbeat": (packet("server_heartbeat"), soup.ServerHeartbeat()),
    "end_of_session": (packet("end_of_session"), soup.EndOfSession()),
    "login_request": (
        packet("login_request", username="trader", password="pass", session="SESSION-01", sequence_number="7"),
        soup.LoginRequest("trader", "pass", "SESSION-01", "7"),
    ),
    "unsequenced_data": (packet("unsequenced_data", ORDER), soup.UnSequencedData(ORDER)),
    "client_heartbeat": (packet("client_heartbeat"), soup.ClientHeartbeat()),
    "logout_request": (packet("logout_request"), soup.LogoutRequest()),
}
NUMBERED = ("login_accepted", "login_request")
"""Packets whose number the library pads on the wrong side: the others must agree to the byte."""


def test_both_know_the_same_packets() -> None:
    """Ten types."""
    assert set(PACKETS) == set(SOUPBINTCP.layouts)
    assert set(soup.SoupMessage.ClassByIndicator) == {tag.decode() for tag in SOUPBINTCP.by_tag}


@pytest.mark.parametrize("name", PACKETS)
def test_the_library_reads_what_we_build(name: str) -> None:
    """SESS-FRAME: every packet type and field, numbers padded on the left."""
    ours, theirs = PACKETS[name]
    length, read = soup.SoupMessage.from_bytes(ours)
    assert (length, type(read)) == (len(ours), type(theirs))
    assert vars(read) == vars(theirs)


@pytest.mark.parametrize("name", PACKETS)
def test_we_read_what_the_library_builds(name: str) -> None:
    """SESS-FRAME: the same fields, once spaces around numbers are gone."""
    ours, theirs = PACKETS[name]
    _, data = theirs.to_bytes()
    assert list(packets(data)) == [data]
    layout = SOUPBINTCP.layouts[name]
    assert {key: str(value).strip() for key, value in layout.unpack_from(data).items()} == {
        key: str(value).strip() for key, value in layout.unpack_from(ours).items()
    }
    assert data[layout.size :] == ours[layout.size :]
    assert (data == ours) == (name not in NUMBERED)


async def read_by_the_library(stream: bytes, step: int) -> list[Any]:
    """What the library's reader takes from the stream, given `step` bytes at a time: it deserializes until nothing is left."""

    async def unused(*_: Any) -> None:
        raise AssertionError("the reader's own task must not run")

    found: list[Any] = []
    it = reader.SoupMessageReader("test", unused, unused)
    it._task.cancel()
    for start in range(0, len(stream), step):
        it.on_data(stream[start : start + step])
        while (item := it.deserialize()[0]) is not None:
            found.append(item)
    return found


@pytest.mark.parametrize("step", [1, 7, 1000], ids=["byte-by-byte", "by-sevens", "at-once"])
def test_the_librarys_reader_cuts_a_stream_as_we_do(step: int) -> None:
    """SESS-FRAME: whatever the segments."""
    stream = b"".join(ours for ours, _ in PACKETS.values())
    read = asyncio.run(read_by_the_library(stream, step))
    assert [type(item) for item in read] == [type(soup.SoupMessage.from_bytes(data)[1]) for data in packets(stream)]
    assert [vars(item) for item in read] == [vars(theirs) for _, theirs in PACKETS.values()]
