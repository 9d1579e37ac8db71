# SPDX-License-Identifier: Apache-2.0
"""The scenario language, construct by construct (docs/scenarios.md)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest

from tickproof.program import SendFlag
from tickproof.protocols import ITCH, MOLDUDP64
from tickproof.protocols.control import SETTINGS, unpack_control
from tickproof.scenario import Scenario, parse_text

HEADER = """# Opening comment,
# second line.
dut = "feed_handler"
requires = ["four_state"]
covers = ["FEED-ARB-2", "BOOK-ADD"]
skew = "400ns"
gap_timeout = "5us"
session = "DAY1"

[symbols.AAPL]
locate = 7
base = "140.00"

[symbols.MSFT]
locate = 9
given = true
base = "300.00"
tick = "0.05"
---
"""
ONE = 'dut = "feed_handler"\n[symbols.AAPL]\nlocate = 7\ngiven = true\nbase = "140.00"\n---\n'
BYTES = 'dut = "axis_register"\n---\n'


def frames(scenario: Scenario, port: str = "feed_a") -> Sequence[bytes]:
    return list(scenario.program.ports[port].frames)


def payload(frame: bytes) -> bytes:
    """UDP payload of an untagged frame, padding included."""
    return frame[42:]


def messages(frame: bytes) -> list[bytes]:
    """By hand: length, data, length, data, ..."""
    data, found = payload(frame)[20:], []
    while data:
        length = struct.unpack_from(">H", data)[0]
        found.append(data[2 : 2 + length])
        data = data[2 + length :]
    return found


def sequence(frame: bytes) -> int:
    return int(MOLDUDP64.unpack_from(frame, 42)["sequence"])


def one(line: str) -> bytes:
    """The frame on A of a timeline of one line."""
    return frames(parse_text(ONE + line))[0]


def message(words: str) -> dict[str, object]:
    """The fields of a message."""
    data = messages(one(f"0 < feed {words}"))[0]
    return dict(ITCH.by_tag[data[:1]].unpack(data))


def test_header_keys_are_kept() -> None:
    """dut, requires, covers, the opening comment, symbols in order."""
    scenario = parse_text(HEADER, "dir/name.scn")
    assert (scenario.name, scenario.dut) == ("name", "feed_handler")
    assert scenario.requires == {"four_state"}
    assert scenario.covers == ("FEED-ARB-2", "BOOK-ADD")
    assert scenario.symbols == ("AAPL", "MSFT")
    assert scenario.description == "Opening comment,\nsecond line."


def test_setup_is_every_configured_setting_then_one_commit() -> None:
    """A locate is given to the device only where the header says so."""
    names = {setting.id: name for name, setting in SETTINGS.items()}
    records = [unpack_control(record) for record in parse_text(HEADER).program.setup]
    assert [record["op"] for record in records[:-1]] == [0] * (len(records) - 1)
    assert records[-1]["op"] == 1
    said = [(record["symbol"], names[int(record["setting"])], record["value"]) for record in records[:-1]]
    stocks = [int.from_bytes(stock, "big") for stock in (b"AAPL    ", b"MSFT    ")]
    assert said == [
        (0xFFFF, "gap_timeout_ns", 5000),
        (0, "enabled", 1), (0, "stock", stocks[0]), (0, "base", 1_400_000), (0, "tick", 100),
        (1, "enabled", 1), (1, "stock", stocks[1]), (1, "locate", 9), (1, "locate_given", 1), (1, "base", 3_000_000), (1, "tick", 500),
    ]  # fmt: skip


def test_control_table_sets_other_settings() -> None:
    """Addresses as text; `session` pins the session."""
    header = 'dut = "feed_handler"\n[control]\nfeed_a_group = "224.0.0.1"\nunicast_mac = "02:00:00:00:00:01"\nsession = "AB"\n---\n'
    names = {setting.id: name for name, setting in SETTINGS.items()}
    records = [unpack_control(record) for record in parse_text(header + "0 < feed heartbeat").program.setup]
    values = {names[int(record["setting"])]: record["value"] for record in records[:-1]}
    high, low = (int.from_bytes(text, "big") for text in (b"AB      ", b"  "))
    assert values == {
        "session_pinned": 1,
        "session_high": high,
        "session_low": low,
        "feed_a_group": 0xE0000001,
        "unicast_mac": 0x020000000001,
    }


def test_lines_go_to_the_groups_of_the_control_settings() -> None:
    """A feed whose group is set is sent to that group."""
    text = 'dut = "feed_handler"\n[control]\nfeed_a_group = "224.1.2.3"\nfeed_a_port = 5\n---\n0 < feed_a heartbeat'
    frame = frames(parse_text(text))[0]
    assert (frame[:6].hex(), frame[30:34], frame[36:38]) == ("01005e010203", bytes([224, 1, 2, 3]), b"\0\5")


def test_absolute_relative_and_missing_times() -> None:
    """`5us`, `+100ns` from the previous `<` line, none = and then."""
    times = ("0 <", "2.5us <", ">", "+100ns <", "<", "1ms <")
    text = "".join(f"{when} events nothing\n" if when == ">" else f"{when} feed_a heartbeat\n" for when in times)
    assert parse_text(ONE + text).program.ports["feed_a"].not_before_ns.tolist() == [0, 2500, 2600, 2600, 1_000_000]


def test_feed_means_both_lines_with_skew() -> None:
    """B runs `skew` behind A; feed_a and feed_b mean one line, without skew."""
    program = parse_text(HEADER + "0 < feed heartbeat\n+1us < feed_b heartbeat\n+1us < feed_a heartbeat").program
    assert program.ports["feed_a"].not_before_ns.tolist() == [0, 2000]
    assert program.ports["feed_b"].not_before_ns.tolist() == [400, 1000]


def test_sequence_goes_on_by_itself() -> None:
    """Heartbeats take no number, lost packets and empty blocks do, `seq=` starts over, both lines share one count."""
    text = """0 < feed order_delete ref=1 | order_delete ref=2
    < feed heartbeat
    < feed order_delete ref=3 !lose
    < feed_b empty
    < feed_a order_delete ref=4
    < feed seq=100 order_delete ref=5
    < feed order_delete ref=6"""
    scenario = parse_text(ONE + text)
    assert [sequence(frame) for frame in frames(scenario)] == [1, 3, 5, 100, 101]
    assert [sequence(frame) for frame in frames(scenario, "feed_b")] == [1, 3, 4, 100, 101]


def test_session_is_the_headers_or_the_lines() -> None:
    """Ten characters, padded."""
    scenario = parse_text(HEADER + "0 < feed_a heartbeat\n< feed_a session=OTHER heartbeat")
    assert [payload(frame)[:10] for frame in frames(scenario)] == [b"DAY1      ", b"OTHER     "]


def test_several_messages_share_a_packet() -> None:
    """`|` between them."""
    found = messages(one("0 < feed order_delete ref=1 | msg=hex:0102 | empty"))
    assert [len(item) for item in found] == [19, 2, 0]
    assert found[1] == b"\1\2"


def test_heartbeat_and_end_of_session_are_counts() -> None:
    """0 and 0xFFFF; no blocks."""
    assert [payload(one(f"0 < feed {word}"))[18:] for word in ("heartbeat", "end_of_session")] == [b"\0\0", b"\xff\xff"]


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("add_order ref=1 side=B shares=300 price=150.02", {"order_reference_number": 1, "shares": 300, "price": 1_500_200}),
        ("add_order_mpid mpid=TPRF", {"attribution": "TPRF"}),
        ("order_executed ref=0x10 shares=5 match=7", {"order_reference_number": 16, "executed_shares": 5, "match_number": 7}),
        ("order_executed_with_price price=1.5 printable=N", {"execution_price": 15_000, "printable": "N"}),
        ("order_cancel shares=4", {"canceled_shares": 4}),
        ("order_replace ref=1 new_ref=2 price=4", {"original_order_reference_number": 1, "new_order_reference_number": 2, "price": 40_000}),
        ("stock_trading_action state=T reason=LUDP", {"trading_state": "T", "reason_code": "LUDP"}),
        ("stock_trading_action state=halted", {"trading_state": "H"}),
        ('stock_trading_action state=" "', {"trading_state": " "}),
        ("operational_halt market=Q action=H", {"market_code": "Q", "operational_halt_action": "H"}),
        ("reg_sho_restriction action=1", {"reg_sho_action": "1"}),
        ("system_event event=Q", {"event_code": "Q"}),
        ("mwcb_decline_level level_1=1.00000001", {"level_1": 100_000_001}),
        ("cross_trade shares=9 price=2.00", {"cross_shares": 9, "cross_price": 20_000}),
        ("broken_trade match_number=3 tracking=2", {"match_number": 3, "tracking_number": 2}),
        ("order_delete timestamp=12", {"timestamp": 12}),
    ],
)  # fmt: skip
def test_fields_by_their_short_and_long_names(words: str, fields: dict[str, object]) -> None:
    """Prices are decimal, codes have names, text may be quoted."""
    values = message(words)
    assert {name: values[name] for name in fields} == fields


def test_timestamp_is_half_past_nine_plus_the_lines_time() -> None:
    """So that records of a scenario have predictable ITCH timestamps."""
    assert messages(one("3us < feed order_delete ref=1"))[0][5:11] == (34_200_000_003_000).to_bytes(6, "big")


@pytest.mark.parametrize(
    ("words", "locate", "stock"),
    [
        ("add_order symbol=MSFT", 9, b"MSFT    "),
        ("add_order stock=MSFT", 9, b"MSFT    "),
        ("add_order locate=9", 9, b"MSFT    "),
        ("add_order locate=5", 5, b"        "),
        ("add_order locate=5 stock=AAPL", 5, b"AAPL    "),
        ("add_order symbol=AAPL locate=5", 5, b"AAPL    "),
    ],
)
def test_locate_and_stock_fill_each_other(words: str, locate: int, stock: bytes) -> None:
    """What is written wins."""
    data = messages(frames(parse_text(HEADER + f"0 < feed {words}"))[0])[0]
    assert (struct.unpack_from(">H", data, 1)[0], data[24:32]) == (locate, stock)


def test_the_only_symbol_need_not_be_named() -> None:
    """But messages of the whole market have locate 0."""
    assert message("add_order")["stock_locate"] == 7
    assert message("system_event event=O")["stock_locate"] == 0


def test_length_cuts_or_fills_a_message() -> None:
    """`length=` changes the bytes and the length field alike."""
    found = messages(one("0 < feed order_delete ref=255 length=18 | order_delete ref=255 length=20"))
    assert [(len(item), item[-1]) for item in found] == [(18, 0), (20, 0)]


def test_block_lies_about_a_length() -> None:
    """`block=` changes the length field only."""
    assert payload(one("0 < feed order_delete ref=1 block=99"))[20:22] == b"\0\x63"
    assert len(one("0 < feed order_delete ref=1 block=99")) == len(one("0 < feed order_delete ref=1"))


def test_header_fields_can_be_overridden() -> None:
    """By layer and name, short or long; nothing else follows but checksums."""
    frame = one(
        "0 < feed heartbeat eth.dst=02:00:00:00:00:01 ip.ttl=0 ip.src=10.0.0.1 ip.checksum=0x1234 udp.length=9 udp.dport=7 mold.count=2"
    )
    assert frame[:6].hex() == "020000000001"
    assert (frame[22], frame[24:26].hex(), frame[26:30]) == (0, "1234", bytes([10, 0, 0, 1]))
    assert (frame[36:38], frame[38:40], frame[60:62]) == (b"\0\7", b"\0\x09", b"\0\2")


def test_packet_table_changes_all_packets_of_a_line() -> None:
    """`[packet]` for both lines, `[packet.feed_b]` for one, the line itself wins."""
    header = 'dut = "feed_handler"\n[packet]\n"ip.ttl" = 3\n[packet.feed_b]\n"ip.ttl" = 4\n---\n'
    scenario = parse_text(header + "0 < feed heartbeat\n0 < feed_b heartbeat ip.ttl=5")
    assert [frame[22] for frame in frames(scenario)] == [3]
    assert [frame[22] for frame in frames(scenario, "feed_b")] == [4, 5]


def test_trailing_bytes_are_inside_udp_and_padding_is_not() -> None:
    """The UDP length covers the one and not the other."""
    frame = one("0 < feed heartbeat trailing=hex:aabb pad=3")
    assert (frame[38:40], frame[62:]) == (struct.pack(">H", 8 + 22), b"\xaa\xbb\0\0\0")


def test_raw_payload_and_raw_frame() -> None:
    """`payload=` in good headers, `frame=` without any; both go to the lines of the port."""
    assert payload(one("0 < feed payload=hex:0102")) == b"\1\2"
    scenario = parse_text(ONE + "0 < feed frame=hex:00ff")
    assert frames(scenario) == frames(scenario, "feed_b") == [b"\x00\xff"]


def test_lose_sends_nothing_on_that_line() -> None:
    """A, B or both."""
    scenario = parse_text(
        ONE + "0 < feed heartbeat !lose=A\n0 < feed heartbeat !lose=B\n0 < feed heartbeat !lose\n0 < feed heartbeat !lose=both"
    )
    assert [len(scenario.program.ports[port]) for port in ("feed_a", "feed_b")] == [1, 1]


def test_dup_sends_twice_and_delay_lets_others_overtake() -> None:
    """Sends are in order of time."""
    scenario = parse_text(ONE + "0 < feed_a seq=1 heartbeat !delay=2us\n1us < feed_a seq=2 heartbeat !dup")
    assert scenario.program.ports["feed_a"].not_before_ns.tolist() == [1000, 1000, 2000]
    assert [sequence(frame) for frame in frames(scenario)] == [2, 2, 1]
    assert scenario.lines["feed_a"].tolist() == [8, 8, 7]


def test_corrupt_flips_one_bit() -> None:
    """Bit 0 is the top bit of the first byte; checksums were made before."""
    plain, spoiled = one("0 < feed heartbeat"), one("0 < feed heartbeat !corrupt=bit:137 !corrupt=bit:0")
    assert {index: a ^ b for index, (a, b) in enumerate(zip(plain, spoiled, strict=True)) if a != b} == {0: 0x80, 17: 0x40}


def test_truncate_cuts_the_end_off() -> None:
    """One byte always stays."""
    plain = one("0 < feed heartbeat")
    assert one("0 < feed heartbeat !truncate=12") == plain[:-12]
    assert one("0 < feed heartbeat !truncate=1000") == plain[:1]


def test_bad_fcs_and_abort_are_flags_and_capabilities() -> None:
    """A target that cannot send them has to skip the scenario."""
    scenario = parse_text(ONE + "0 < feed_a heartbeat !bad_fcs\n< feed_a heartbeat !abort\n< feed_a heartbeat")
    assert scenario.program.ports["feed_a"].flags.tolist() == [SendFlag.BAD_FCS, SendFlag.ABORT, SendFlag.NONE]
    assert scenario.requires == {"bad_fcs", "abort"}


def test_a_fault_can_be_confined_to_a_line() -> None:
    """`@A`, `@B`."""
    scenario = parse_text(ONE + "0 < feed heartbeat !bad_fcs@A !truncate@B=1 !delay@B=1us")
    assert [scenario.program.ports[port].flags.tolist() for port in ("feed_a", "feed_b")] == [[SendFlag.BAD_FCS], [0]]
    assert [len(frames(scenario, port)[0]) for port in ("feed_a", "feed_b")] == [62, 61]
    assert scenario.program.ports["feed_b"].not_before_ns.tolist() == [1000]


def test_fragment_checksum_and_tags_are_made_into_the_headers() -> None:
    """MF; one bit off; TPID and tag."""
    plain = one("0 < feed heartbeat")
    assert one("0 < feed heartbeat !fragment")[20:22] == b"\x20\0"
    assert one("0 < feed heartbeat !bad_checksum")[24:26] != plain[24:26]
    assert one("0 < feed heartbeat !vlan=100 !vlan=0xe001")[12:22].hex() == "810000648100e0010800"


def test_control_lines_become_control_records() -> None:
    """set of one or more settings, of the device or a symbol; commands with a name or an index."""
    text = """0 < control set gap_timeout_ns=5us start_sequence=9
    < control set MSFT base=140.00 enabled=off
    < control set 5 locate=3
    < control commit
    < control book_trust MSFT
    < control book_clear 65534
    < control session_reset"""
    records = [unpack_control(record) for record in frames(parse_text(HEADER + text), "control")]
    assert [(record["op"], record["symbol"], record["setting"], record["value"]) for record in records] == [
        (0, 0xFFFF, 0, 5000), (0, 0xFFFF, 1, 9), (0, 1, 68, 1_400_000), (0, 1, 64, 0), (0, 5, 66, 3),
        (1, 0xFFFF, 0, 0), (4, 1, 0, 0), (3, 65534, 0, 0), (2, 0xFFFF, 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "kind", "fields"),
    [
        ("bbo symbol=MSFT bid=150.00x300 ask=none flags=none", "BBO",
         {"symbol": 1, "bid_price": 1_500_000, "bid_shares": 300, "ask_price": 0, "ask_shares": 0, "flags": 0}),
        ("bbo flags=stale,crossed sequence=4 itch_timestamp=7", "BBO", {"flags": 3, "sequence": 4, "itch_timestamp": 7}),
        ("gap first=2 end=5 cause=timeout symbol=none", "GAP", {"sequence": 2, "end": 5, "cause": 2, "symbol": 0xFFFF}),
        ("gap cause=both_beyond", "GAP", {"cause": 1}),
        ('trading_state state=" " halt=T phase=Q', "TRADING_STATE", {"trading_state": " ", "halt": "T", "phase": "Q"}),
        ("control op=book_clear symbol=3", "CONTROL", {"op": 3, "symbol": 3}),
        ('end_of_session session="DAY1  "', "END_OF_SESSION", {"session": "DAY1"}),
        ("degraded reference=4 live_orders=2", "DEGRADED", {"reference": 4, "live_orders": 2}),
        ("lost count=2", "LOST", {"count": 2}),
    ],
)  # fmt: skip
def test_record_lines_name_fields_as_they_decode(words: str, kind: str, fields: dict[str, object]) -> None:
    """What check compares with `decode_record`."""
    (expectation,) = parse_text(HEADER + f"> events {words}").expectations
    assert (expectation.port, expectation.kind, dict(expectation.fields)) == ("events", kind, fields)
    assert (expectation.line, expectation.column, expectation.text) == (20, 3, f"> events {words}")


def test_nothing_counters_and_windows() -> None:
    """Silence may be given a length; a window counts from the `<` line before and needs exact timing."""
    text = "1us < feed heartbeat\n+0~400ns > events gap\n+10~20us > events gap\n> counters a_frames=1 messages=0\n+500us > events nothing"
    scenario = parse_text(ONE + text)
    first, second, counters, nothing = scenario.expectations
    assert [(item.window_ns, item.after_ns) for item in (first, second)] == [((0, 400), 1000), ((10_000, 20_000), 1000)]
    assert (counters.port, dict(counters.fields)) == ("counters", {"a_frames": 1, "messages": 0})
    assert (nothing.nothing, nothing.window_ns) == (True, None)
    assert scenario.program.end_ns == 501_000
    assert scenario.requires == {"exact_timing", "counters"}


def test_the_run_goes_on_until_a_gap_could_be_declared() -> None:
    """Last send, gap timeout, 2 us; `end` replaces that."""
    assert parse_text(HEADER + "10us < feed heartbeat").program.end_ns == 10_400 + 5_000 + 2_000
    assert parse_text('dut = "feed_handler"\nend = "3us"\n---\n1us < feed heartbeat').program.end_ns == 3_000


_SYMBOL = "[symbols.AAPL]\nlocate = 7\n"


@pytest.mark.parametrize(
    ("header", "lines", "settle_ns"),
    [
        (_SYMBOL, "< feed order_delete symbol=AAPL ref=1", 2_000),
        (_SYMBOL, "< feed seq=5 order_delete symbol=AAPL ref=1", 22_000),
        (_SYMBOL, "< feed heartbeat", 22_000),
        (_SYMBOL, "< feed_a order_delete symbol=AAPL ref=1 !dup", 22_000),
        (_SYMBOL, "< feed ip.ttl=1 order_delete symbol=AAPL ref=1", 22_000),
        (_SYMBOL, "< control set AAPL enabled=off\n< control commit\n< control book_clear AAPL", 2_000),
        (_SYMBOL, "< control set events_dst_port=31000\n< control commit", 2_000),
        (_SYMBOL, "< control set start_sequence=5\n< control commit", 22_000),
        (_SYMBOL, "< control set gap_timeout=5us\n< control commit", 22_000),
        (_SYMBOL, "< control session_reset", 22_000),
        (_SYMBOL, "< control record=hex:0100ffff000000000000000000000000", 22_000),
        ("[control]\nevents_dst_port = 31000\n", "", 2_000),
        ("start_sequence = 5\n", "", 22_000),
        ('gap_timeout = "3us"\n', "", 5_000),
        ('[generate]\nkind = "market"\nmessages = 100\n', "", 2_000),
        ('[generate]\nkind = "market"\nmessages = 100\nlose_a = 0.0\n', "", 2_000),
        ('[generate]\nkind = "market"\nmessages = 100\nlose_a = 0.5\n', "", 22_000),
    ],
)
def test_a_program_waits_for_the_gap_timeout_where_a_packet_may_be_missing(header: str, lines: str, settle_ns: int) -> None:
    """Behind its last send: 2 us, and the timeout of a device that may be waiting."""
    program = parse_text(f'dut = "feed_handler"\n{header}---\n{lines}').program
    last_ns = max((int(port.not_before_ns[-1]) for port in program.ports.values() if len(port)), default=0)
    assert program.end_ns - last_ns == settle_ns


def test_a_device_that_is_no_feed_handler_moves_bytes() -> None:
    """Ports are its own; no setup."""
    scenario = parse_text(BYTES + "0 < in bytes=hex:0102\n+1us < in frame=hex:03 !dup !bad_fcs\n> out bytes=hex:0102\n> out nothing")
    assert frames(scenario, "in") == [b"\1\2", b"\3", b"\3"]
    assert scenario.program.setup == ()
    assert [(item.port, dict(item.fields), item.nothing) for item in scenario.expectations] == [
        ("out", {"bytes": "0102"}, False),
        ("out", {}, True),
    ]


def test_comments_and_blank_lines_are_ignored() -> None:
    """A `#` inside quotes is no comment."""
    scenario = parse_text(ONE + '\n   # nothing\n0 < feed_a stock_directory stock="A#B" locate=3   # a comment')
    assert messages(frames(scenario)[0])[0][11:19] == b"A#B     "


def test_parameters_go_to_the_program() -> None:
    """`[parameters]` overrides the device description's."""
    assert dict(parse_text('dut = "feed_handler"\n[parameters]\nSYMBOLS = 2\n---\n').program.parameters) == {"SYMBOLS": 2}


def test_every_send_knows_its_line() -> None:
    """So that a failure can point at the file."""
    scenario = parse_text(ONE + "0 < feed heartbeat\n\n+1us < feed_b heartbeat")
    assert [scenario.lines[port].tolist() for port in ("feed_a", "feed_b")] == [[7], [7, 9]]
