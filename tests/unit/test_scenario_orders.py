# SPDX-License-Identifier: Apache-2.0
"""The order path in the scenario language, word by word, against bytes worked out by hand from the wire formats."""

from __future__ import annotations

import pytest

from tickproof.program import Program, SendFlag
from tickproof.protocols.control import SETTINGS, unpack_control
from tickproof.scenario import Expectation, parse_text

HEADER = 'dut = "tick_to_trade"\nlinks = "down"\n[symbols.AAPL]\nlocate = 7\nbase = "140.00"\n---\n'
TWO = HEADER.replace("---\n", '[symbols.MSFT]\nstock = "MS FT"\n---\n')
SPACES14 = "20" * 14
NINE_THIRTY = 34_200_000_000_000


def sends(text: str, port: str, header: str = HEADER) -> list[tuple[int, str, int]]:
    """(ns, hex, flags) of each send of one port."""
    program = parse_text(header + text).program.ports[port]
    rows = zip(program.not_before_ns.tolist(), program.frames, program.flags.tolist(), strict=True)
    return [(time_ns, data.hex(), flags) for time_ns, data, flags in rows]


def packet(words: str, port: str = "client", header: str = HEADER) -> str:
    """The bytes of a line at time 0."""
    return "".join(data for _, data, _ in sends(f"0 < {port} {words}\n", port, header))


def expected(line: str, header: str = HEADER) -> Expectation:
    return parse_text(header + line).expectations[0]


def commands(words: str, header: str = HEADER) -> list[tuple[int, int, int]]:
    """(op, symbol, value) of the records of a control line."""
    rows = [unpack_control(bytes.fromhex(data)) for _, data, _ in sends(f"0 < control {words}\n", "control", header)]
    return [(int(row["op"]), int(row["symbol"]), int(row["value"])) for row in rows]


def setup_of(program: Program) -> dict[str, int]:
    """`name` or `index.name` -> value of each setting that the setup writes."""
    names = {setting.id: name for name, setting in SETTINGS.items()}
    rows = [row for row in map(unpack_control, program.setup) if row["op"] == 0]
    return {("" if row["symbol"] == 0xFFFF else f"{row['symbol']}.") + names[int(row["setting"])]: int(row["value"]) for row in rows}


CLIENT_PACKETS = [
    ("client_heartbeat", "0001" + "52"),
    ("logout_request", "0001" + "4f"),
    ("debug text=hi", "0003" + "2b" + "6869"),
    (
        "login_request username=T password=p session=S1 number=12",
        "002f" + "4c" + "54" + "20" * 5 + "70" + "20" * 9 + "20" * 8 + "5331" + "20" * 18 + "3132",
    ),
    # O: ref, side, quantity, stock, price (1.00), tif 0, display Y, capacity P, ISO N, cross N, clordid, no appendage
    (
        "enter_order ref=1",
        "0030" + "55" + "4f" + "00000001" + "42" + "00000064" + "4141504c20202020" + "0000000000002710" + "3059504e4e" + SPACES14 + "0000",
    ),
    (
        "enter_order ref=0x10 side=T quantity=7 symbol=XYZ price=150.01 tif=3 display=N capacity=A iso=Y cross=O clordid=ME",
        "0030" + "55" + "4f" + "00000010" + "54" + "00000007" + "58595a2020202020" + "000000000016e3c4" + "334e41594f"
        + "4d45" + "20" * 12 + "0000",
    ),
    (
        "replace_order orig=1 ref=2 price=market",
        "0029" + "55" + "55" + "00000001" + "00000002" + "00000064" + "000000007fffffff" + "30594e" + SPACES14 + "0000",
    ),
    ("cancel_order ref=3", "000a" + "55" + "58" + "00000003" + "00000000"),
    ("modify_order ref=3 side=S quantity=50", "000b" + "55" + "4d" + "00000003" + "53" + "00000032"),
    ("account_query", "0002" + "55" + "51"),
    # What is wrong on purpose
    ("cancel_order ref=3 appendage=0", "000c" + "55" + "58" + "00000003" + "00000000" + "0000"),
    ("cancel_order ref=3 options=hex:020650", "000f" + "55" + "58" + "00000003" + "00000000" + "0003" + "020650"),
    ("cancel_order ref=3 length=3", "0004" + "55" + "580000"),
    ("cancel_order ref=3 length=11", "000c" + "55" + "58" + "00000003" + "00000000" + "0000"),
    ("modify_order ref=3 message_type=Z", "000b" + "55" + "5a" + "00000003" + "42" + "00000064"),
    ("msg=hex:5a01", "0003" + "55" + "5a01"),
    ("packet=hex:0801ff", "0801ff"),
    ("client_heartbeat soup.length=2", "0002" + "52"),
    ("client_heartbeat soup.type=X", "0001" + "58"),
    ("client_heartbeat soup.type=hex:00", "0001" + "00"),
    ("sequenced cancel_order ref=3", "000a" + "53" + "58" + "00000003" + "00000000"),
    ("client_heartbeat | logout_request", "000152" + "00014f"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "data"), CLIENT_PACKETS, ids=[words.split()[0] + str(row) for row, (words, _) in enumerate(CLIENT_PACKETS)]
)
def test_a_client_line_has_the_bytes_of_the_tables(words: str, data: str) -> None:
    """SoupBinTCP and OUCH 5.0: everything right unless the line says otherwise."""
    assert packet(words) == data


@pytest.mark.parametrize(
    ("words", "tail"),
    [
        ("price_type=P", "0003" + "020650"),
        ("options=hex:05024c494d45", "0006" + "05024c494d45"),
        ("price_type=L options=hex:020650", "0006" + "02064c" + "020650"),
        ("appendage=9 price_type=P", "0009" + "020650"),
        ("appendage_length=9", "0009"),
    ],
)
def test_an_appendage_follows_the_fixed_part(words: str, tail: str) -> None:
    """Its length is that of the options, unless it is written."""
    data = packet(f"enter_order ref=1 {words}")
    assert data[2 * 48 :] == tail
    assert int(data[:4], 16) == 1 + 45 + len(tail) // 2


def test_the_exchange_repeats_the_order_that_the_client_sent() -> None:
    """Side, quantity, stock, price and the codes of `ref`; state L; the timestamp is 09:30 plus the line's time."""
    text = "0 < client enter_order ref=5 side=S quantity=30 price=2.00 tif=3 clordid=ME\n1us < exchange order_accepted ref=5\n"
    stamp = f"{NINE_THIRTY + 1000:016x}"
    order = "00000005" + "53" + "0000001e" + "4141504c20202020" + "0000000000004e20"
    codes = "3359" + f"{5:016x}" + "504e4e" + "4c" + "4d45" + "20" * 12 + "0000"
    assert sends(text, "exchange") == [(1000, "0041" + "53" + "41" + stamp + order + codes, 0)]


def test_a_replaced_order_has_the_side_of_its_original() -> None:
    """And its own quantity and price; a chain passes them on."""
    text = (
        "0 < client enter_order ref=5 side=S price=2.00\n< client replace_order orig=5 ref=6 quantity=9 price=3.00\n"
        "< exchange order_replaced ref=6\n< exchange order_executed ref=6 quantity=4\n"
    )
    replaced, executed = (data for _, data, _ in sends(text, "exchange"))
    assert replaced[8 + 16 :][: 8 + 8 + 2 + 8] == "00000005" + "00000006" + "53" + "00000009"
    assert executed[8 + 16 :][: 8 + 8 + 16] == "00000006" + "00000004" + "0000000000007530"


def test_a_modified_order_repeats_the_modify() -> None:
    """Side and quantity of the last `modify_order` of that number."""
    text = "0 < client enter_order ref=5\n< client modify_order ref=5 side=S quantity=40\n< exchange order_modified ref=5\n"
    assert sends(text, "exchange")[0][1][8 + 16 :] == "00000005" + "53" + "00000028"


@pytest.mark.parametrize(
    ("words", "data"),
    [
        ("server_heartbeat", "000148"),
        ("end_of_session", "00015a"),
        ("login_rejected code=A", "00024a41"),
        ("login_accepted session=S1", "001f" + "41" + "20" * 8 + "5331" + "20" * 19 + "31"),
        ("unsequenced msg=hex:41", "00025541"),
        ("msg=hex:41", "00025341"),
    ],
)
def test_an_exchange_line_has_the_bytes_of_the_tables(words: str, data: str) -> None:
    """Messages of the exchange are sequenced unless the line says otherwise."""
    assert packet(words, "exchange") == data


def test_links_carry_no_bytes() -> None:
    """`up` and `down` are sends with a flag."""
    text = "0 < client up\n1us < client down\n"
    assert sends(text, "client") == [(0, "", SendFlag.LINK_UP), (1000, "", SendFlag.LINK_DOWN)]


@pytest.mark.parametrize(
    ("fault", "parts"),
    [
        ("!split=1", ["00", "0152"]),
        ("!split=2,1", ["00", "01", "52"]),
        ("!split=all", ["00", "01", "52"]),
        ("!dup", ["000152", "000152"]),
        ("!split=1 !dup", ["00", "0152", "00", "0152"]),
    ],
)
def test_a_segment_is_split_where_the_line_says(fault: str, parts: list[str]) -> None:
    """All parts have the line's time."""
    assert sends(f"1us < client client_heartbeat {fault}\n", "client") == [(1000, part, 0) for part in parts]


def test_a_delayed_segment_comes_behind_the_next_one() -> None:
    """As on the feed."""
    text = "0 < client client_heartbeat !delay=2us\n1us < client logout_request\n"
    assert sends(text, "client") == [(1000, "00014f", 0), (2000, "000152", 0)]


CONTROL = [
    ("kill on", [(5, 0xFFFF, 0)]),
    ("kill AAPL on", [(5, 0, 0)]),
    ("kill session off", [(6, 0xFFFE, 0)]),
    ("kill 9 off", [(6, 9, 0)]),
    ("position AAPL -500", [(7, 0, 2**64 - 500)]),
    ("position MSFT 600", [(7, 1, 600)]),
    ("executed AAPL 75000.00", [(8, 0, 750_000_000)]),
    ("executed session 0", [(8, 0xFFFF, 0)]),
    ("release_order 17", [(9, 0xFFFF, 17)]),
    ("alive", [(10, 0xFFFF, 0)]),
    ("limit MSFT max_shares=5 short_ok=off", [(0, 1, 5), (0, 1, 0), (1, 0xFFFF, 0)]),
    ("limit dead_man=5us allowed_phases=Q,M", [(0, 0xFFFF, 5000), (0, 0xFFFF, 12), (1, 0xFFFF, 0)]),
    ("set AAPL max_notional=1.00", [(0, 0, 10_000)]),
    ("record=hex:0a000001000000000000000000000005", [(10, 1, 5)]),
]  # fmt: skip


@pytest.mark.parametrize(("words", "records"), CONTROL, ids=[words for words, _ in CONTROL])
def test_a_control_line_is_its_records(words: str, records: list[tuple[int, int, int]]) -> None:
    """Numbers of contract 1.2: scope 0xFFFF global, 0xFFFE session; `limit` commits what it sets."""
    assert commands(words, TWO) == records


def test_limits_that_are_not_written_are_wide_open() -> None:
    """Those that are 0 at reset and stay 0 need no record. The last record takes the global kill off."""
    program = parse_text(HEADER).program
    assert setup_of(program) == {
        "dead_man_ns": 2**63 - 1, "burst": 65535, "max_open_orders": 65535, "session_max_gross": 2**63 - 1, "allowed_phases": 4,
        "0.enabled": 1, "0.stock": int.from_bytes(b"AAPL    ", "big"), "0.base": 1_400_000, "0.tick": 100, "0.max_shares": 999_999,
        "0.max_notional": 2**63 - 1, "0.collar_bps": 65535, "0.max_reference_age": 2**63 - 1, "0.max_long": 2**63 - 1,
        "0.max_short": 2**63 - 1, "0.max_gross": 2**63 - 1, "0.short_ok": 1, "0.allowed_types": 31, "0.max_executions": 255,
    }  # fmt: skip
    assert [unpack_control(record)["op"] for record in program.setup[-2:]] == [1, 6]


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("max_shares = 500", "0.max_shares", 500),
        ('max_notional = "75000.00"', "0.max_notional", 750_000_000),
        ('max_reference_age = "5us"', "0.max_reference_age", 5000),
        ("restricted = true", "0.restricted", 1),
        ('allowed_types = ["market", "iso"]', "0.allowed_types", 3),
        ('allowed_types = ["pegged"]', "0.allowed_types", 16),
        ('allowed_phases = ["Q", "C"]', "allowed_phases", 0b100100),
        ('client_types = "Nn"', "client_types", 1 << 14 | 1 << 46),
        ('reject_mode = "drop"', "reject_mode", 1),
        ("cancel_on_disconnect = true", "cancel_on_disconnect", 1),
        ('dead_man = "1ms"', "dead_man_ns", 1_000_000),
        ('token = "3us"', "token_ns", 3000),
        ("duplicate_window = 70", "duplicate_window", 70),
    ],
)
def test_a_limit_is_written_as_people_say_it(line: str, name: str, value: int) -> None:
    """Money in decimals, times with units, lists of names."""
    assert setup_of(parse_text(HEADER.replace("[symbols", f"[risk]\n{line}\n[symbols", 1)).program)[name] == value


def test_a_symbol_may_have_a_limit_of_its_own() -> None:
    """`[risk]` is the default of every symbol."""
    header = 'dut = "tick_to_trade"\n[risk]\nmax_shares = 5\n[symbols.A]\n[symbols.B]\nmax_shares = 6\n---\n'
    setup = setup_of(parse_text(header).program)
    assert (setup["0.max_shares"], setup["1.max_shares"]) == (5, 6)


def test_the_global_kill_can_be_left_on() -> None:
    """Then the setup ends with its commit."""
    program = parse_text('dut = "tick_to_trade"\n[risk]\nkill = true\n---\n').program
    assert unpack_control(program.setup[-1])["op"] == 1


def test_links_come_up_before_the_timeline() -> None:
    """The timeline's 0 is 5 us of the Program then, and `end` counts from there, too."""
    program = parse_text('dut = "tick_to_trade"\nend = "5us"\n---\n0 < client client_heartbeat\n1us < exchange server_heartbeat\n').program
    client, exchange = program.ports["client"], program.ports["exchange"]
    assert (client.not_before_ns.tolist(), client.flags.tolist()) == ([0, 5_000], [SendFlag.LINK_UP, 0])
    assert (exchange.not_before_ns.tolist(), exchange.flags.tolist()) == ([0, 6_000], [SendFlag.LINK_UP, 0])
    assert program.end_ns == 10_000


def test_the_opening_is_five_messages_in_two_packets() -> None:
    """Phase Q; then directory, trading, one order a side. The timeline's sequence numbers go on behind it, from 5 us on."""
    text = 'dut = "tick_to_trade"\nlinks = "down"\n[symbols.AAPL]\n[opening]\nAAPL = "150.00x1000 none"\n---\n0 < feed heartbeat\n'
    port = parse_text(text).program.ports["feed_a"]
    assert port.not_before_ns.tolist() == [0, 500, 5_000]
    phase, symbol, heartbeat = port.frames
    assert phase[42 + 20 + 2 :][:1] == b"S"
    assert phase[-1:] == b"Q"
    assert symbol[42 + 18 : 42 + 20] == b"\0\3"
    order = symbol[-36:]
    assert (order[:1], order[1:3], order[11:19], order[19:20], order[20:24]) == (
        b"A",
        b"\0\1",
        (900_000_001).to_bytes(8, "big"),
        b"B",
        (1000).to_bytes(4, "big"),
    )
    assert order[32:36] == (1_500_000).to_bytes(4, "big")
    assert heartbeat[42 + 10 : 42 + 18] == (5).to_bytes(8, "big")


def test_the_opening_places_the_ladder_around_the_touch() -> None:
    """A base that is not written: 2,048 ticks below the bid, so 150.00 - 20.48."""
    text = 'dut = "tick_to_trade"\n[symbols.AAPL]\n[opening]\nAAPL = "150.00x1 150.02x1"\n---\n'
    assert setup_of(parse_text(text).program)["0.base"] == 1_295_200


EXPECTATIONS = [
    ("> exchange enter_order ref=1 price=150.01 symbol=MSFT", "enter_order", {"user_ref_num": 1, "price": 1_500_100, "symbol": "MS FT"}),
    ("> exchange replace_order price=market options=hex:020650", "replace_order", {"price": 0x7FFFFFFF, "options": "020650"}),
    ("> exchange cancel_order ref=1 quantity=0 appendage=0", "cancel_order", {"user_ref_num": 1, "quantity": 0, "appendage_length": 0}),
    ("> exchange login_request number=5", "login_request", {"sequence_number": "5"}),
    ("> exchange debug text=hi", "debug", {"payload": "6869"}),
    ("> client rejected ref=2 check=collar", "rejected", {"user_ref_num": 2, "rejected_order_reason": 0x8006}),
    ("> client rejected reason=0x8006", "rejected", {"rejected_order_reason": 0x8006}),
    ("> client packet=hex:000148", None, {"bytes": "000148"}),
    ("> exchange msg=hex:4e01", None, {"message": "4e01"}),
    ("> events decision ref=1 verdict=forwarded failing=none", "DECISION", {"user_ref_num": 1, "verdict": 1, "failing": 0}),
    ("> events decision failing=quantity,value message=replace_order", "DECISION", {"failing": 0b110000, "message_type": "U"}),
    ("> events decision price=150.01 side=none symbol=none", "DECISION", {"price": 1_500_100, "side": "", "symbol": 0xFFFF}),
    ("> events decision price=market reference_bid=1.00", "DECISION", {"price": 0x7FFFFFFF, "reference_bid": 10_000}),
    ("> events report message=order_executed position=-50 replayed", "REPORT", {"message_type": "E", "position": -50, "flags": 1}),
    ("> events report flags=none packet=server_heartbeat message=none", "REPORT", {"flags": 0, "packet_type": "H", "message_type": ""}),
    ("> events client message=cancel_order ref=3", "CLIENT", {"message_type": "X", "user_ref_num": 3}),
    ("> events session_error port=client reason=packet_type", "SESSION_ERROR", {"port": 1, "reason": 2}),
    ("> events link port=exchange up=down", "LINK", {"port": 2, "up": 0}),
    ("> events control op=kill symbol=session", "CONTROL", {"op": 5, "symbol": 0xFFFE}),
    ("> events control op=kill symbol=MSFT", "CONTROL", {"op": 5, "symbol": 1}),
    ("> events control op=set_position value=-500", "CONTROL", {"op": 7, "value": 2**64 - 500}),
    ("> events control op=set_executed value=75000.00", "CONTROL", {"op": 8, "value": 750_000_000}),
    ("> counters orders=2 client_swallowed=5 messages=1", None, {"orders": 2, "client_swallowed": 5, "messages": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "kind", "fields"), EXPECTATIONS, ids=[line[2:40] for line, _, _ in EXPECTATIONS])
def test_an_expectation_is_its_wire_values(line: str, kind: str | None, fields: dict[str, int | str]) -> None:
    """By the full names of the fields."""
    found = expected(line, TWO)
    assert (found.port, found.kind, dict(found.fields)) == (line.split()[1], kind, fields)


def test_an_expectation_of_packets_may_have_a_window() -> None:
    """Counted from the line before, in times of the Program."""
    scenario = parse_text('dut = "tick_to_trade"\n---\n2us < client client_heartbeat\n+0~400ns > exchange client_heartbeat\n')
    (line,) = scenario.expectations
    assert (line.after_ns, line.window_ns, scenario.requires) == (7_000, (0, 400), {"exact_timing"})


def test_silence_on_a_stream_can_be_asked_for() -> None:
    """`nothing`, as of records."""
    assert expected("> exchange nothing").nothing
