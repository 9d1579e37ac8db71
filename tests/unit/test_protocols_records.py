# SPDX-License-Identifier: Apache-2.0
"""Event records in bulk and one by one, and the datagrams that carry them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from tickproof.errors import ProtocolError
from tickproof.frames import Frames
from tickproof.protocols import CHECKS, EVENTS, ITCH, OUCH_IN, OUCH_OPTIONS, OUCH_OUT, SOUPBINTCP, Table
from tickproof.protocols.dtypes import dtype_of, gather, u48
from tickproof.protocols.records import (
    FLAG,
    KIND,
    KIND_NAME,
    RECORD,
    REPORT_FLAG,
    check_datagrams,
    decode_record,
    record_dtype,
    split_datagrams,
)

BBO = EVENTS.layouts["BBO"].pack(
    flags=6,
    symbol=3,
    number=9,
    stamp=0x0102030405060708,
    time_ns=77,
    sequence=5,
    bid_price=1500000,
    ask_price=1500100,
    bid_shares=1,
    ask_shares=2,
)
GAP = EVENTS.layouts["GAP"].pack(symbol=0xFFFF, number=10, end=8, cause="fifo")


def datagram(payload: bytes, **ip: object) -> bytes:
    """Built by Scapy, so that nothing here depends on our own idea of headers."""
    ethernet = Ether(dst="02:54:50:00:00:02", src="02:54:50:00:00:01")
    layers = ethernet / IP(src="192.168.10.1", dst="192.168.10.2", id=0, flags="DF", ttl=64) / UDP(sport=30101, dport=30100, chksum=0)
    for name, value in ip.items():
        setattr(layers[IP], name, value)
    return bytes(layers / Raw(payload))


class TestRecords:
    def test_a_record_reads_in_bulk_as_it_was_packed(self) -> None:
        """The common header, then the kind's own view of the same bytes."""
        records = np.frombuffer(BBO + GAP, RECORD)
        assert records["kind"].tolist() == [KIND["BBO"], KIND["GAP"]]
        assert records["stamp"].tolist() == [0x0102030405060708, 0]
        assert records["symbol"].tolist() == [3, 0xFFFF]
        assert records[:1].view(record_dtype("BBO"))["ask_price"].tolist() == [1500100]
        assert records[1:].view(record_dtype(KIND["GAP"]))["end"].tolist() == [8]

    def test_a_record_decodes_for_people(self) -> None:
        """Kind as text, fields by their table names, nothing that JSON cannot hold."""
        expected = {
            "kind": "BBO",
            "flags": 6,
            "symbol": 3,
            "number": 9,
            "stamp": 0x0102030405060708,
            "time_ns": 77,
            "sequence": 5,
            "bid_price": 1500000,
            "ask_price": 1500100,
            "bid_shares": 1,
            "ask_shares": 2,
            "itch_timestamp": 0,
        }
        assert json.dumps(decode_record(BBO)) == json.dumps(expected)
        assert decode_record(np.frombuffer(BBO, RECORD)[0]) == expected

    def test_reserved_bytes_show_only_where_they_should_not_be(self) -> None:
        """What is not named is 0; a device that says otherwise is seen."""
        assert "reserved" not in decode_record(GAP)
        assert decode_record(GAP[:-1] + b"\xab")["reserved"] == "00" * 22 + "ab"

    def test_a_kind_that_nobody_knows_keeps_its_number_and_bytes(self) -> None:
        """Nothing is lost, nothing is guessed."""
        record = decode_record(bytes([99]) + BBO[1:])
        assert (record["kind"], record["symbol"], record["body"]) == ("99", 3, BBO[32:].hex())
        with pytest.raises(ProtocolError, match=r"event records: unknown kind \(got 99"):
            record_dtype(99)

    @pytest.mark.parametrize("data", [b"", BBO[:-1], b"\x63" + BBO], ids=["empty", "short", "long-unknown"])
    def test_a_record_of_another_length_is_refused(self, data: bytes) -> None:
        """64 bytes."""
        with pytest.raises(ProtocolError, match=r"wrong length \(got \d+, expected 64\)"):
            decode_record(data)

    def test_kinds_have_the_numbers_of_the_contract(self) -> None:
        """Contract 8."""
        feed = {"BBO": 1, "GAP": 2, "END_OF_SESSION": 3, "TRADING_STATE": 4, "DEGRADED": 5}
        orders = {"SESSION_ERROR": 7, "LINK": 8, "CLIENT": 9, "DECISION": 10, "REPORT": 11}
        assert {**feed, **orders, "CONTROL": 12, "LOST": 13} == KIND
        assert KIND_NAME[12] == "CONTROL"

    def test_flags_and_checks_have_the_bits_of_the_contract(self) -> None:
        """Contract 8, flags; contract 7, the table of checks."""
        assert FLAG == {"crossed": 1, "stale": 2, "partial": 4, "degraded": 8}
        assert REPORT_FLAG == {"replayed": 1}
        assert len(CHECKS) == 17
        assert [CHECKS.index(name) for name in ("kill", "collar", "rate", "open_orders", "short_sale", "executions")] == [
            0,
            6,
            8,
            12,
            14,
            16,
        ]

    def test_a_record_of_the_order_path_is_laid_out_as_the_contract_says(self) -> None:
        """Contract 8, REPORT: signed position; a code that does not apply is byte 0."""
        report = EVENTS.layouts["REPORT"].pack(
            flags=1,
            symbol=2,
            sequence=3,
            packet_type="S",
            message_type="E",
            applied=1,
            user_ref_num=4,
            session_number=5,
            position=-500,
            remaining=6,
        )
        assert report[32:] == bytes.fromhex("53 45 01 00 00000004 0000000000000005 fffffffffffffe0c 00000006 00000000")
        assert decode_record(report)["position"] == -500
        assert np.frombuffer(report, record_dtype("REPORT"))["position"].tolist() == [-500]
        heartbeat = EVENTS.layouts["REPORT"].pack(packet_type="H")
        assert heartbeat[32:34] == b"H\0"
        assert decode_record(heartbeat)["message_type"] == ""
        assert np.frombuffer(heartbeat, record_dtype("REPORT"))["message_type"].tolist() == [b""]

    def test_every_reserved_byte_is_looked_at(self) -> None:
        """A kind may have several reserved places."""
        record = EVENTS.layouts["CLIENT"].pack(packet_type="R", reserved2=b"\0\7")
        assert [name for name in decode_record(record) if name.startswith("reserved")] == ["reserved2"]


class TestDatagrams:
    def test_records_are_taken_out_in_order_with_their_places(self) -> None:
        """EVT: the grouping carries no meaning; the place helps to explain a failure."""
        records, frames, offsets = split_datagrams(Frames.of([datagram(BBO + GAP), datagram(b""), datagram(BBO)]))
        assert records.tobytes() == BBO + GAP + BBO
        assert frames.tolist() == [0, 0, 2]
        assert offsets.tolist() == [42, 106, 42]

    def test_no_datagrams_have_no_records(self) -> None:
        """Shapes and types stay."""
        records, frames, offsets = split_datagrams(Frames.of([]))
        assert (len(records), records.dtype, len(frames), len(offsets)) == (0, RECORD, 0, 0)

    def test_headers_of_the_contract_are_accepted(self) -> None:
        """Contract 8, with the default addresses: as Scapy builds them."""
        assert check_datagrams(Frames.of([datagram(BBO), datagram(BBO * 22)])) == []

    def test_addresses_may_be_any_that_were_configured(self) -> None:
        """CTRL-5: they can change in the middle of a run."""
        frames = Frames.of([datagram(BBO), datagram(BBO, dst="10.1.2.3")])
        assert check_datagrams(frames, [{}, {"events_dst_ip": 0x0A010203}]) == []
        assert [index for index, _ in check_datagrams(frames)] == [1]

    def test_an_address_that_was_left_is_none_any_more(self) -> None:
        """CTRL-5: of three datagrams the last one leaves for where the first one went, and where later ones will go."""
        frames = Frames.of([datagram(BBO), datagram(BBO, dst="10.1.2.3"), datagram(BBO)])
        settings: list[dict[str, int]] = [{}, {"events_dst_ip": 0x0A010203}, {}]
        assert check_datagrams(frames, settings, spans=np.array([[0, 1], [1, 2], [1, 3]])) == []
        ((index, text),) = check_datagrams(frames, settings, spans=np.array([[0, 1], [1, 2], [1, 2]]))
        assert (index, text) == (2, "datagram header: ipv4.destination is 192.168.10.2, expected 10.1.2.3")

    def test_a_datagram_without_headers_came_to_its_socket(self) -> None:
        """CTRL-5: nothing else tells where a kernel's UDP socket had it from. Its length is judged, too."""
        frames = Frames.of([BBO, BBO, BBO[:-1]])
        settings: list[dict[str, int]] = [{}, {"events_dst_ip": 0x0A010203, "events_dst_port": 99}]
        reached = {0: (0x0A010203, 99), 1: (0xC0A80A02, 30100), 2: (0x0A010203, 99)}
        spans = np.array([[1, 2]] * 3)
        assert check_datagrams(frames, settings, reached, spans) == [
            (1, "came to 192.168.10.2:30100, expected 10.1.2.3:99"),
            (2, "payload of 63 bytes, expected 64 x (1 to 22)"),
        ]

    @pytest.mark.parametrize(
        ("frame", "complaint"),
        [
            (datagram(BBO, ttl=63), "ipv4.ttl is 63, expected 64"),
            (datagram(BBO, id=1), "ipv4.identification is 1, expected 0"),
            (datagram(BBO, flags=0), "ipv4.flags_fragment is 0, expected 16384"),
            (datagram(BBO, chksum=0x1234), "ipv4.header_checksum is 4660, expected "),
            (b"\xff" + datagram(BBO)[1:], "ethernet.destination is ff:54:50:00:00:02, expected 02:54:50:00:00:02"),
            (datagram(BBO)[:41] + b"\1" + BBO, "udp.checksum is 1, expected 0"),
        ],
        ids=["ttl", "identification", "flags", "checksum", "mac", "udp-checksum"],
    )
    def test_a_header_that_differs_is_named_by_field(self, frame: bytes, complaint: str) -> None:
        """Field, got, expected."""
        ((index, text),) = check_datagrams(Frames.of([frame]))
        assert (index, text.startswith(f"datagram header: {complaint}")) == (0, True)

    @pytest.mark.parametrize("payload", [b"", BBO[:-1], BBO + b"!", BBO * 23], ids=["none", "short", "long", "23"])
    def test_a_datagram_of_a_wrong_size_is_named(self, payload: bytes) -> None:
        """1 to 22 whole records."""
        ((index, text),) = check_datagrams(Frames.of([datagram(payload)]))
        assert (index, text) == (0, f"datagram of {42 + len(payload)} bytes, expected 42 + 64 x (1 to 22)")


class TestDtypes:
    def test_messages_of_one_type_read_in_bulk(self) -> None:
        """Field by field as unpack does, one by one."""
        layout = ITCH.layouts["add_order"]
        messages = [layout.pack(timestamp=(1 << 48) - 1, stock="AAPL", price=7), layout.pack(timestamp=0x010203040506, shares=1 << 31)]
        rows = np.frombuffer(b"".join(messages), dtype_of(layout))
        assert u48(rows["timestamp"]).tolist() == [(1 << 48) - 1, 0x010203040506]
        assert rows["stock"].tolist() == [b"AAPL    ", b"        "]
        assert (rows["price"].tolist(), rows["shares"].tolist()) == ([7, 0], [0, 1 << 31])

    @pytest.mark.parametrize("table", [SOUPBINTCP, OUCH_IN, OUCH_OUT, OUCH_OPTIONS, EVENTS], ids=lambda table: table.name)
    def test_every_layout_reads_in_bulk_as_one_by_one(self, table: Table) -> None:
        """Signed numbers, 8-byte prices and codes included: each field of 0xC1 bytes, which are negative where there is a sign."""
        for layout in (*table.layouts.values(), *table.later.values()):
            data = (layout.tag or b"").rjust(layout.size, b"\xc1") if layout.tag_index else (layout.tag or b"").ljust(layout.size, b"\xc1")
            row = np.frombuffer(data * 2, dtype_of(layout))[1]
            one = layout.unpack(data)
            numbers = [item.name for item in layout.fields if item.is_integer]
            assert [int(row[name]) for name in numbers] == [one[name] for name in numbers]
            assert row.tobytes() == data

    def test_messages_are_gathered_from_anywhere(self) -> None:
        """Any byte offset; none at all is fine; past the end is an IndexError."""
        layout = ITCH.layouts["system_event"]
        data = np.frombuffer(b"?" + layout.pack(event_code="O") + b"??" + layout.pack(event_code="C"), np.uint8)
        assert gather(layout, data, np.array([15, 1]))["event_code"].tolist() == [b"C", b"O"]
        assert len(gather(layout, data, np.zeros(0, np.int64))) == 0
        with pytest.raises(IndexError):
            gather(layout, data, np.array([16]))
