# SPDX-License-Identifier: Apache-2.0
"""SoupBinTCP and OUCH as Scapy layers: stack, build, dissect, look inside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether
from scapy.packet import Packet, Raw

from tickproof.protocols import OUCH_IN, OUCH_OUT, SOUPBINTCP, scapy_ouch, scapy_soupbin
from tickproof.protocols.ouch import message
from tickproof.protocols.scapy_ouch import (
    OUCHAIQCanceledWithStrategy,
    OUCHEnterOrder,
    OUCHInMessage,
    OUCHOption,
    OUCHOrderCanceled,
    OUCHOutMessage,
    OUCHRejected,
)
from tickproof.protocols.scapy_soupbin import (
    SoupBinTCPClient,
    SoupBinTCPServer,
    SoupClientHeartbeat,
    SoupDebug,
    SoupLoginAccepted,
    SoupLoginRequest,
    SoupSequencedData,
    SoupServerUnsequencedData,
    SoupUnsequencedData,
    bind_soupbin,
)
from tickproof.protocols.soupbin import packet
from tickproof.protocols.table import Layout

FIRM = OUCHOption(tag=2, value=b"LIME")
ORDER = OUCHEnterOrder(user_ref_num=7, side="B", quantity=100, symbol="AAPL", price=1500000, clordid="order1", options=[FIRM])
# Every fixed part, those of newer revisions included.
LAYOUTS = [
    (base, layout)
    for base, table in ((OUCHInMessage, OUCH_IN), (OUCHOutMessage, OUCH_OUT))
    for layout in (*table.layouts.values(), *table.later.values())
]
every_layout = pytest.mark.parametrize(
    ("base", "layout"), LAYOUTS, ids=[f"{base.__name__}-{layout.name}-{layout.size}" for base, layout in LAYOUTS]
)


@pytest.fixture
def tcp() -> Iterator[None]:
    """Bindings to TCP of one test only."""
    classes = (SoupBinTCPClient, SoupBinTCPServer)
    guesses, overloads = list(TCP.payload_guess), {cls: dict(cls._overload_fields) for cls in classes}
    yield
    TCP.payload_guess[:] = guesses
    for cls, fields in overloads.items():
        cls._overload_fields = fields


def rebuilt(data: Packet) -> bytes:
    """Built anew from the fields, not from the bytes that Scapy kept."""
    data.clear_cache()
    return bytes(data)


def test_an_order_builds_to_the_bytes_of_its_table() -> None:
    """Written out by hand; the appendage length counts the option's length, tag and value."""
    expected = "4f 00000007 42 00000064 4141504c20202020 000000000016e360 20 20 20 20 20 6f72646572312020202020202020 0006 05 02 4c494d45"
    assert bytes(ORDER) == bytes.fromhex(expected)


def test_a_segment_holds_packets_with_their_lengths(tcp: None) -> None:
    """Several packets; each length counts type and payload."""
    segment = SoupBinTCPClient(packets=[SoupUnsequencedData() / ORDER, SoupClientHeartbeat(), SoupDebug() / b"hi"])
    assert bytes(segment) == b"\0\x36U" + bytes(ORDER) + b"\0\1R" + b"\0\3+hi"


def test_what_was_built_dissects_back_to_the_same(tcp: None) -> None:
    """Through all layers, by the server's port in either direction."""
    bind_soupbin(9100, 9101)
    client = (
        Ether() / IP() / TCP() / SoupBinTCPClient(packets=[SoupLoginRequest(username="T", session="S1"), SoupUnsequencedData() / ORDER])
    )
    server = (
        Ether()
        / IP()
        / TCP()
        / SoupBinTCPServer(packets=[SoupLoginAccepted(sequence_number="1"), SoupSequencedData() / OUCHOrderCanceled()])
    )
    assert (client[TCP].dport, server[TCP].sport) == (9100, 9100)
    again = Ether(bytes(client))
    assert again[OUCHEnterOrder].symbol == b"AAPL"
    assert again[OUCHOption].value == b"LIME"
    assert (again[SoupLoginRequest].session, again[SoupLoginRequest].length) == (b"S1", 47)
    assert rebuilt(again) == bytes(client)
    again = Ether(bytes(server))
    assert again[SoupLoginAccepted].sequence_number == b"1"
    assert OUCHOrderCanceled in again
    assert rebuilt(again) == bytes(server)


def test_the_direction_decides_what_a_message_is() -> None:
    """U is a replace from the client and a report from the server; the server's unsequenced data carries reports, too."""
    replace, replaced = OUCH_IN.layouts["replace_order"].pack(), OUCH_OUT.layouts["order_replaced"].pack()
    client = SoupBinTCPClient(packet("unsequenced_data", replace))
    server = SoupBinTCPServer(packet("sequenced_data", replaced) + packet("unsequenced_data", message(OUCH_OUT, "rejected")))
    assert scapy_ouch.OUCHReplaceOrder in client
    assert scapy_ouch.OUCHOrderReplaced in server
    assert isinstance(server.packets[1], SoupServerUnsequencedData)
    assert OUCHRejected in server


@pytest.mark.parametrize(
    ("stream", "data"),
    [
        (SoupBinTCPClient, b"\0\1R" + b"\0\5Uab"),
        (SoupBinTCPClient, b"\0\1R" + b"\0"),
        (SoupBinTCPClient, b"\0\1R" + b"\0\0"),
        (SoupBinTCPClient, b"\0\1R" + b"\0\1H"),
        (SoupBinTCPServer, b"\0\1H" + b"\0\2A?"),
    ],
    ids=["cut-short", "one-byte", "no-length", "of-the-other-side", "too-short-for-its-type"],
)
def test_what_is_no_whole_packet_is_raw(stream: type[Packet], data: bytes) -> None:
    """And nothing of it is lost."""
    segment = stream(data)
    assert segment.packets[1:] == [Raw(data[3:])]
    assert rebuilt(segment) == data


def test_lengths_that_are_given_stay() -> None:
    """For packets that are wrong on purpose."""
    assert bytes(SoupUnsequencedData(length=9) / OUCHEnterOrder(appendage_length=5))[:3] == b"\0\x09U"
    assert bytes(OUCHEnterOrder(appendage_length=5))[-2:] == b"\0\5"
    assert bytes(OUCHOption(length=9, tag=6, value=b"P")) == b"\x09\6P"


def test_an_option_that_does_not_fit_leaves_the_message_raw() -> None:
    """SESS-OUCH-LENGTH."""
    data = OUCHInMessage(bytes(OUCHEnterOrder(options=[OUCHOption(length=9, tag=6, value=b"P")])))
    assert isinstance(data, Raw)


@every_layout
def test_every_message_has_its_class(base: type[Packet], layout: Layout) -> None:
    """Named in the module, dissected by type and length, with the table's fields and bytes; without options unless there are some."""
    data = base(layout.pack())
    assert getattr(scapy_ouch, type(data).__name__) is type(data)
    assert type(data).__name__ in scapy_ouch.__all__
    assert rebuilt(data) == layout.pack()
    assert bytes(type(data)()) == layout.pack()


@every_layout
@given(data=st.data())
def test_any_bytes_of_a_message_dissect_as_the_table_says_and_build_back(base: type[Packet], layout: Layout, data: st.DataObject) -> None:
    """Whatever the fields hold; behind them an option, or nothing."""
    always = layout.fields[-1].name == "appendage_length"
    size = layout.size - 2 * always
    fixed = (layout.tag or b"") + data.draw(st.binary(min_size=size - 1, max_size=size - 1))
    end = data.draw(st.sampled_from([b"\0\0" if always else b"", b"\0\6\5\2LIME"]))
    found = base(fixed + end)
    values = {
        name: value.encode("latin-1") if isinstance(value, str) else value
        for name, value in layout.unpack(fixed + end[:2] * always).items()
    }
    values.pop("appendage_length", None)
    assert {name: found.getfieldval(name) for name in values} == values
    assert [item.value for item in found.options] == [b"LIME"] * (len(end) > 2)
    assert rebuilt(found) == fixed + end


@pytest.mark.parametrize("name", SOUPBINTCP.layouts)
def test_every_packet_has_its_class(name: str) -> None:
    """Dissected by type, with the table's bytes."""
    data = packet(name, b"??" if name in ("debug", "sequenced_data", "unsequenced_data") else b"")
    found = [item for stream in (SoupBinTCPClient, SoupBinTCPServer) for item in stream(data).packets if not isinstance(item, Raw)]
    assert {type(item).__name__ for item in found} <= set(scapy_soupbin.__all__)
    assert found
    assert {rebuilt(item) for item in found} == {data}


def test_a_newer_revision_is_told_by_its_length() -> None:
    """AIQ Canceled of 32 bytes; Canceled with an empty appendage."""
    assert type(OUCHOutMessage(bytes(OUCHAIQCanceledWithStrategy(aiq_strategy="X")))) is OUCHAIQCanceledWithStrategy
    assert len(bytes(OUCHOrderCanceled(appendage_length=0))) == 20
    assert OUCHOutMessage(bytes(OUCHOrderCanceled(appendage_length=0))).appendage_length == 0


def test_show_explains_codes_prices_and_options() -> None:
    """What a number means stands behind it."""
    shown = ORDER.show(dump=True)
    assert "b'B' (buy)" in shown
    assert "1500000 (150.0000)" in shown
    assert "firm" in shown
