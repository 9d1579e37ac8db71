# SPDX-License-Identifier: Apache-2.0
"""Contract 6.1 and 6.3: packets out of a byte stream, links, framing errors and what they close, lengths of OUCH messages."""

from __future__ import annotations

import struct

import golden_orders_wire as o
import pytest
from golden_orders_wire import DOWN, UP, US, cancel, enter, login, predict, program, rows, soup

from tickproof.program import SendFlag

LINKED = [("LINK", 2, 0, 1), ("LINK", 1, 0, 1)]
HEARTBEAT, EX_HEARTBEAT = soup("R"), soup("H")


def client(*sends: bytes | tuple[bytes, SendFlag], **limits: int) -> o.Prediction:
    """Sends of the client at 10, 11, ... us."""
    return predict(program(*_rows("client", sends), setup_records=o.setup(**limits)))


def exchange(*sends: bytes | tuple[bytes, SendFlag]) -> o.Prediction:
    return predict(program(*_rows("exchange", sends), setup_records=o.setup()))


def _rows(port: str, sends: tuple[bytes | tuple[bytes, SendFlag], ...]) -> list[o.Row]:
    pairs = [send if isinstance(send, tuple) else (send, SendFlag.NONE) for send in sends]
    return [((10 + index) * US, port, *pair) for index, pair in enumerate(pairs)]


# SESS-ERROR, reason by reason


@pytest.mark.parametrize("length", [0, 2049, 0xFFFF])
def test_length_field_out_of_range_takes_effect_with_its_two_bytes(length: int) -> None:
    """SESS-ERROR 1: both types are 0; the two bytes are swallowed."""
    for found, port in ((client(struct.pack(">H", length)), 1), (exchange(struct.pack(">H", length)), 2)):
        assert rows(found)[2] == ("ERROR", port, 1, 1, "\0", "\0", length)
        assert found.counters[f"{'client' if port == 1 else 'exchange'}_swallowed"] == 2


def test_length_of_1_and_of_2048_are_whole_packets() -> None:
    """SESS-ERROR 1"""
    found = client(HEARTBEAT + soup("+", b"x" * 2047))
    assert rows(found)[2:] == [("CLIENT", 1, "R", "\0", 1, 0), ("CLIENT", 2, "+", "\0", 2048, 0)]


def test_packet_types_of_each_side() -> None:
    """SESS-ERROR 2: `+ L U R O` from the client, `+ A J S H Z U` from the exchange."""
    for port, types in ((client, "+LURO"), (exchange, "+AJSHZU")):
        wrong = {chr(code) for code in range(256) if (row := rows(port(b"\0\2" + bytes([code]) + b"?"))[2])[0] == "ERROR" and row[3] == 2}
        assert wrong == {chr(code) for code in range(256)} - set(types)
    assert rows(client(soup("S", b"??")))[2] == ("ERROR", 1, 1, 2, "S", "\0", 3)


@pytest.mark.parametrize(
    ("port", "kind", "payload", "right"),
    [
        *((client, "L", 46, True), (client, "L", 45, False), (client, "L", 47, False), (client, "R", 0, True), (client, "R", 1, False)),
        *((client, "O", 0, True), (client, "O", 1, False), (client, "U", 0, False), (client, "+", 0, True), (client, "+", 9, True)),
        *((exchange, "A", 29, False), (exchange, "A", 31, False), (exchange, "J", 1, True), (exchange, "J", 0, False)),
        *(
            (exchange, "J", 2, False),
            (exchange, "H", 0, True),
            (exchange, "H", 1, False),
            (exchange, "Z", 0, True),
            (exchange, "Z", 1, False),
        ),
        *(
            (exchange, "S", 0, False),
            (exchange, "S", 1, True),
            (exchange, "U", 0, False),
            (exchange, "U", 1, True),
            (exchange, "+", 0, True),
        ),
    ],
)
def test_packet_lengths_of_each_type(port, kind: str, payload: int, right: bool) -> None:  # type: ignore[no-untyped-def]
    """SESS-ERROR 3"""
    row = rows(port(soup(kind, b"?" * payload)))[2]
    number = 1 if port is client else 2
    assert row[0] in {"CLIENT", "REPORT"} if right else row == ("ERROR", number, 1, 3, kind, "\0", 1 + payload)


def test_message_types_of_the_client_are_five_and_the_allowed_ones() -> None:
    """SESS-ERROR 4: bit c - 64 of `client_types` allows the byte c; such a message has any length."""
    allowed = 1 << ord("N") - 64 | 1 << 127 - 64

    def outcome(code: int) -> object:
        return rows(client(soup("U", bytes([code])), client_types=allowed))[2][:4]

    for code in range(256):
        if code == ord("Q") or code in (ord("N"), 127):
            assert outcome(code) == ("CLIENT", 1, "U", chr(code))
        else:
            assert outcome(code) == ("ERROR", 1, 1, 5 if chr(code) in "OUMX" else 4)
    assert rows(client(soup("U", b"@xyz")))[2] == ("ERROR", 1, 1, 4, "U", "@", 5)


def test_allowing_a_known_type_does_not_free_its_length() -> None:
    """SESS-ERROR 5: `O U M X Q` are judged by 6.3 even if `client_types` has them."""
    assert rows(client(soup("U", b"X123"), client_types=2**64 - 1))[2] == ("ERROR", 1, 1, 5, "U", "X", 5)


@pytest.mark.parametrize(
    "number", ["", "0", "00", "x", "1x", "1 2", "-1", "+1", "1.0", "18446744073709551616", "99999999999999999999", "1\t", "\0" * 20]
)
def test_login_number_that_is_no_number_is_an_error(number: str) -> None:
    """SESS-ERROR 6: 1 to 2^64 - 1 in decimal digits."""
    assert rows(exchange(login(number)))[2] == ("ERROR", 2, 1, 6, "A", "\0", 31)


@pytest.mark.parametrize("number", ["1", "18446744073709551615", "00000000000000000135", "135                 ", "       135          "])
def test_login_number_with_spaces_before_or_behind_is_read(number: str) -> None:
    """SESS-ERROR 6"""
    assert rows(exchange(login(number)))[2] == ("REPORT", 0xFFFF, 1, 0, "A\0", 0, 0, int(number), 0, 0)


# What an error closes


def test_error_swallows_all_further_bytes_until_the_link_goes_down() -> None:
    """SESS-ERROR, SESS-LINK-DOWN, SESS-LINK-UP: counted with the bad packet; a new connection begins anew."""
    found = client(HEARTBEAT + soup("R", b"bad") + HEARTBEAT, HEARTBEAT, DOWN, UP, HEARTBEAT)
    assert rows(found)[2:] == [
        *(("CLIENT", 1, "R", "\0", 1, 0), ("ERROR", 1, 2, 3, "R", "\0", 4), ("LINK", 1, 1, 0), ("LINK", 1, 1, 1)),
        ("CLIENT", 2, "R", "\0", 1, 0),
    ]
    assert (found.counters["client_swallowed"], found.counters["client_errors"], found.counters["client_packets"]) == (6 + 3 + 3, 1, 2)
    assert o.sent(found, "exchange") == [HEARTBEAT, HEARTBEAT]


def test_closed_client_gets_no_report_and_closed_exchange_no_packet() -> None:
    """SESS-CLOSED: counted as unsent; the other direction of the link is closed, too."""
    found = predict(program((10 * US, "client", b"\0\0"), (11 * US, "exchange", EX_HEARTBEAT)))
    assert (o.sent(found, "client"), found.counters["client_unsent"]) == ([], 1)
    found = predict(program((10 * US, "exchange", b"\0\0"), (11 * US, "client", HEARTBEAT)))
    assert (o.sent(found, "exchange"), found.counters["exchange_unsent"]) == ([], 1)


def test_partial_packet_of_a_lost_link_is_dropped_uncounted() -> None:
    """SESS-LINK-DOWN"""
    found = client(HEARTBEAT + HEARTBEAT[:2], DOWN, UP, HEARTBEAT)
    assert [row[0] for row in rows(found)[2:]] == ["CLIENT", "LINK", "LINK", "CLIENT"]
    assert found.counters["client_swallowed"] == 0


def test_bytes_on_a_link_that_is_down_are_discarded() -> None:
    """6.1: uncounted; and a link that already is up or down does not change."""
    found = predict(program((5, "client", HEARTBEAT), (6, "client", *DOWN), (7, "client", *UP), (8, "client", *UP), links=False))
    assert rows(found) == [("LINK", 1, 0, 1)]
    assert (found.counters["client_swallowed"], found.counters["client_packets"]) == (0, 0)


# Segments mean nothing


def test_every_split_of_two_orders_gives_the_same_result() -> None:
    """SESS-FRAME: where a segment begins or ends means nothing."""
    stream = enter(1) + enter(2, price=9_999_999)
    whole = predict(program(*o.market(), (10 * US, "client", stream), setup_records=o.setup(collar_bps=0)))
    assert o.decisions(whole) == [(1, set()), (2, {"collar"})]
    for at in range(1, len(stream)):
        cut = ((10 * US, "client", stream[:at]), (10 * US, "client", stream[at:]))
        found = predict(program(*o.market(), *cut, setup_records=o.setup(collar_bps=0)))
        assert found.records.tobytes() == whole.records.tobytes()
        assert [o.sent(found, port) for port in found.streams] == [o.sent(whole, port) for port in whole.streams]
    single = [(10 * US, "client", stream[at : at + 1]) for at in range(len(stream))]
    found = predict(program(*o.market(), *single, setup_records=o.setup(collar_bps=0)))
    assert found.records.tobytes() == whole.records.tobytes()


def test_packet_is_caused_by_the_send_that_completed_it() -> None:
    """Contract 8: an input takes effect when it is complete."""
    found = client(HEARTBEAT[:1], HEARTBEAT[1:] + HEARTBEAT)
    client_rows = [row for port, row in found.causes.tolist() if port == found.cause_ports.index("client")]
    assert client_rows == [0, 2, 2]


# 6.3


def appendage(*options: bytes) -> bytes:
    return struct.pack(">H", sum(map(len, options))) + b"".join(options)


FIRM = b"\x05\x02FIRM"
ORDERS = {
    "O": (enter(1)[3:-2], True),
    "U": (o.replace(1, 2)[3:-2], True),
    "X": (cancel(1)[3:], False),
    "M": (o.modify(1)[3:], False),
    "Q": (b"Q", False),
}
REPORTS = {"S": 10, "A": 62, "U": 66, "C": 18, "E": 34, "B": 36, "F": 49, "J": 29, "P": 13, "I": 13, "T": 30, "M": 18, "R": 14, "Q": 13}
COUNTED = "AUER"
GOOD = [appendage(), appendage(FIRM), appendage(FIRM, b"\x02\x06L"), appendage(b"\x01\x09"), appendage(b"\xff" + bytes(255))]
BAD = [
    b"\0",
    b"\0\1",
    appendage(FIRM)[:-1],
    appendage(FIRM) + b"\0",
    appendage(b"\0"),
    appendage(FIRM, b"\0"),
    appendage(b"\x06\x02FIRM"),
    b"\xff\xff" + FIRM,
]


@pytest.mark.parametrize("kind", ORDERS)
def test_lengths_of_client_messages(kind: str) -> None:
    """SESS-OUCH-LENGTH: with the appendage that it counts; the types without one may have one."""
    fixed, counted = ORDERS[kind]
    for good in (*GOOD, *([] if counted else [b""])):
        assert rows(client(soup("U", fixed + good)))[2][0] in {"DECISION", "CLIENT"}, good
    for bad in (*BAD, *([b""] if counted else [])):
        assert rows(client(soup("U", fixed + bad)))[2][:4] == ("ERROR", 1, 1, 5), bad
    assert len(fixed) == 1 or rows(client(soup("U", fixed[:-1])))[2][:4] == ("ERROR", 1, 1, 5)


@pytest.mark.parametrize("kind", REPORTS)
def test_lengths_of_exchange_messages(kind: str) -> None:
    """SESS-OUCH-LENGTH"""
    fixed, counted = kind.encode().ljust(REPORTS[kind], b"\0"), kind in COUNTED
    for good in (*GOOD, *([] if counted else [b""])):
        assert rows(exchange(soup("S", fixed + good)))[2][0] == "REPORT", good
    for bad in (*BAD, *([b""] if counted else [])):
        assert rows(exchange(soup("S", fixed + bad)))[2][:6] == ("ERROR", 2, 1, 5, "S", kind), bad


def test_aiq_canceled_has_31_or_32_bytes_before_its_appendage() -> None:
    """SESS-OUCH-LENGTH: outbound `D`."""
    for size in (31, 32):
        for good in (b"", *GOOD):
            assert rows(exchange(soup("S", b"D".ljust(size, b"\0") + good)))[2][0] == "REPORT"
    for size in (30, 33 + 2, 34 + 1):
        assert rows(exchange(soup("S", b"D".ljust(30, b"\xff") + b"\xff" * (size - 30))))[2][3] == 5


def test_unknown_type_of_the_exchange_has_any_length_and_its_unsequenced_packets_any_content() -> None:
    """SESS-UNKNOWN; rule 5 looks at `S` packets only."""
    found = exchange(soup("S", b"?"), soup("S", b"?abc"), soup("U", b"A"), soup("U", b"E123"))
    assert [row[0] for row in rows(found)[2:]] == ["REPORT"] * 4
    assert found.counters["unknown_report"] == 2
