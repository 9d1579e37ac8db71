# SPDX-License-Identifier: Apache-2.0
"""The Scapy layers, used as Scapy users do: stack, build, dissect, look inside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Dot1Q, Ether
from scapy.packet import Packet, Raw

from tickproof.protocols import EVENTS, ITCH, MOLDUDP64, scapy_layers
from tickproof.protocols.scapy_layers import (
    EventBBO,
    EventGap,
    EventRecord,
    EventRecords,
    ITCHAddOrder,
    ITCHMessage,
    ITCHMWCBDeclineLevel,
    ITCHSystemEvent,
    MoldBlock,
    MoldUDP64,
    bind_events,
    bind_feed,
)
from tickproof.protocols.table import Layout

ADD = ITCHAddOrder(
    stock_locate=7, timestamp=1 << 47, order_reference_number=5, buy_sell_indicator="B", shares=300, stock="AAPL", price=1500000
)
ADD_BYTES = bytes.fromhex("41 0007 0000 800000000000 0000000000000005 42 0000012c 4141504c20202020 0016e360")
EVENT = ITCHSystemEvent(event_code="Q")


@pytest.fixture
def udp() -> Iterator[None]:
    """Bindings to UDP of one test only."""
    guesses, overloads = list(UDP.payload_guess), {cls: dict(cls._overload_fields) for cls in (MoldUDP64, EventRecords)}
    yield
    UDP.payload_guess[:] = guesses
    for cls, fields in overloads.items():
        cls._overload_fields = fields


def stack(payload: Packet) -> Packet:
    return Ether(dst="01:00:5e:36:0c:6f", src="02:00:00:00:00:01") / IP(src="10.0.0.1", dst="233.54.12.111") / UDP(dport=26477) / payload


def test_a_message_builds_to_the_bytes_of_its_table() -> None:
    """Written out by hand, field by field."""
    assert bytes(ADD) == ADD_BYTES


def test_count_and_lengths_are_filled_in() -> None:
    """Header, then length and message each."""
    packet = MoldUDP64(session="TODAY", sequence=9, messages=[ADD, EVENT])
    assert bytes(packet) == b"TODAY     " + bytes(7) + b"\x09\0\2" + b"\0\x24" + ADD_BYTES + b"\0\x0c" + bytes(EVENT)


def test_count_and_lengths_that_are_given_stay(udp: None) -> None:
    """For packets that are wrong on purpose."""
    packet = MoldUDP64(count=5, messages=[MoldBlock(length=99) / EVENT])
    assert bytes(packet)[18:22] == b"\0\5\0\x63"


def test_what_was_built_dissects_back_to_the_same(udp: None) -> None:
    """Through all layers, VLAN tag included; building the dissected packet gives the same bytes."""
    bind_feed(26477)
    packet = stack(MoldUDP64(session="TODAY", sequence=9, messages=[ADD, EVENT, MoldBlock(length=0), Raw(b"?!")]))
    tagged = Ether(dst=packet.dst, src=packet.src) / Dot1Q(vlan=100) / packet[IP]
    again = Ether(bytes(tagged))
    assert again[MoldUDP64].messages == packet[MoldUDP64].messages
    assert (again[MoldUDP64].session, again[MoldUDP64].sequence, again[MoldUDP64].count) == (b"TODAY", 9, 4)
    assert bytes(again) == bytes(tagged)


def test_a_message_is_found_inside_a_packet(udp: None) -> None:
    """Scapy's indexing by layer."""
    bind_feed(26477)
    assert Ether(bytes(stack(MoldUDP64(messages=[EVENT, ADD]))))[ITCHAddOrder].stock == b"AAPL"


def test_only_bound_ports_are_dissected(udp: None) -> None:
    """Binding is the user's choice, and his port is used for building."""
    packet = stack(MoldUDP64(messages=[EVENT]))
    assert MoldUDP64 not in UDP(bytes(packet[UDP]))
    bind_feed(26477, 26478)
    assert MoldUDP64 in UDP(bytes(packet[UDP]))
    assert (UDP() / MoldUDP64()).dport == 26477


@pytest.mark.parametrize("layout", ITCH.layouts.values(), ids=list(ITCH.layouts))
def test_every_itch_type_has_its_class(layout: Layout) -> None:
    """Named in the module, dissected by type, with the table's fields and bytes."""
    packet = ITCHMessage(layout.pack())
    assert getattr(scapy_layers, type(packet).__name__) is type(packet)
    assert [field.name for field in packet.fields_desc] == [field.name for field in layout.fields]
    assert bytes(type(packet)()) == layout.pack()


@pytest.mark.parametrize("layout", EVENTS.layouts.values(), ids=list(EVENTS.layouts))
def test_every_kind_of_record_has_its_class(layout: Layout) -> None:
    """As for ITCH."""
    packet = EventRecord(layout.pack())
    assert getattr(scapy_layers, type(packet).__name__) is type(packet)
    assert bytes(type(packet)()) == layout.pack()


@pytest.mark.parametrize("layout", [*ITCH.layouts.values(), *EVENTS.layouts.values()], ids=[*ITCH.layouts, *EVENTS.layouts])
@given(data=st.data())
def test_any_bytes_of_a_message_dissect_as_the_table_says_and_build_back(layout: Layout, data: st.DataObject) -> None:
    """The layers and the table agree on every field of every message, whatever it holds."""
    raw = (layout.tag or b"") + data.draw(st.binary(min_size=layout.size - 1, max_size=layout.size - 1))
    packet = (ITCHMessage if layout.name in ITCH.layouts else EventRecord)(raw)
    values = {name: value.encode("latin-1") if isinstance(value, str) else value for name, value in layout.unpack(raw).items()}
    assert {field.name: packet.getfieldval(field.name) for field in packet.fields_desc} == values
    packet.clear_cache()
    assert bytes(packet) == raw


@pytest.mark.parametrize("data", [b"?", b"A", ADD_BYTES[:-1], ADD_BYTES + b"!"], ids=["unknown", "type-only", "short", "long"])
def test_what_is_no_message_is_raw(data: bytes) -> None:
    """Type and length both have to fit."""
    assert MoldUDP64(bytes(MoldUDP64(messages=[data]))).messages == [Raw(data)]


def test_a_block_that_is_cut_short_keeps_its_length() -> None:
    """The block's length and what there is of it."""
    block = MoldUDP64(bytes(MoldUDP64(messages=[ADD]))[:-6]).messages[0]
    assert (block.length, bytes(block.payload)) == (36, ADD_BYTES[:-6])


@pytest.mark.parametrize("count", [0, 0xFFFF], ids=["heartbeat", "end-of-session"])
def test_what_follows_a_packet_without_messages_is_payload(count: int) -> None:
    """FEED-MOLD-2: it is no message."""
    packet = MoldUDP64(MOLDUDP64.pack(count=count) + b"\0\1S")
    assert (packet.messages, bytes(packet.payload)) == ([], b"\0\1S")


def test_show_explains_codes_and_prices() -> None:
    """Values stay numbers and bytes; what they mean stands behind."""
    shown = ADD.show(dump=True)
    assert "b'B' (buy)" in shown
    assert "1500000 (150.0000)" in shown
    assert "(0.00000012)" in ITCHMWCBDeclineLevel(level_1=12).show(dump=True)


def test_records_of_a_datagram_are_dissected_one_by_one(udp: None) -> None:
    """64 bytes each, up to 22."""
    bind_events(30100)
    records = [EventBBO(symbol=1, bid_price=5), EventGap(end=9, cause=2)]
    packet = UDP(bytes(UDP() / EventRecords(records=records)))
    assert (packet.dport, packet[EventRecords].records[1].cause) == (30100, 2)
    assert [bytes(record)[:64] for record in packet[EventRecords].records] == [bytes(record) for record in records]
