# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of exchange_rx: every report's fields and lengths in both revisions, login numbers, errors, links, latency."""

from __future__ import annotations

import random
from typing import Any

import cocotb

from testbench.byte_streams import DOWN, UP, Item, Message, RxBench, Side, cut, soup

FIELDS = ["packet_type", "message_type", "length", "known", "ref", "orig_ref", "side", "quantity", "price", "state", "session", "number"]

REF = {"ref": (9, 4)}
EXCHANGE = Side(
    name="exchange",
    seam="exc",
    packets={"+": None, "A": 31, "J": 2, "S": None, "H": 1, "Z": 1, "U": None},
    carrier="S",
    messages={
        "S": [Message(10, False, {})],
        "A": [Message(64, True, REF | {"side": (13, 1), "quantity": (14, 4), "price": (26, 8), "state": (47, 1)})],
        "U": [
            Message(
                68, True, {"orig_ref": (9, 4), "ref": (13, 4), "side": (17, 1), "quantity": (18, 4), "price": (30, 8), "state": (51, 1)}
            )
        ],
        "C": [Message(18, False, REF | {"quantity": (13, 4)})],
        "D": [Message(31, False, REF | {"quantity": (13, 4)}), Message(32, False, REF | {"quantity": (13, 4)})],
        "E": [Message(36, True, REF | {"quantity": (13, 4), "price": (17, 8)})],
        "B": [Message(36, False, REF)],
        "F": [Message(49, False, REF | {"quantity": (13, 4), "price": (17, 8)})],
        "J": [Message(29, False, REF)],
        "P": [Message(13, False, REF)],
        "I": [Message(13, False, REF)],
        "T": [Message(30, False, REF | {"price": (13, 8)})],
        "M": [Message(18, False, REF | {"side": (13, 1), "quantity": (14, 4)})],
        "R": [Message(16, True, REF)],
        "Q": [Message(13, False, {})],
    },
    unknown_types_pass=True,
)
KINDS = "".join(EXCHANGE.messages)


def options(rng: random.Random) -> bytes:
    """A row of options of any kind."""
    return b"".join(
        bytes([(size := rng.choice([1, 2, 5, 9, 40])), rng.randrange(30)]) + rng.randbytes(size - 1) for _ in range(rng.randrange(5))
    )


def message(kind: str, rng: random.Random, row: bytes | None = None) -> bytes:
    """A good message with random fields; row = its options, None = none, and no length of theirs where that may be missing."""
    form = rng.choice(EXCHANGE.messages[kind])
    body = kind.encode() + rng.randbytes(form.length - 1 - 2 * form.has_appendage)
    if row is None:
        return body + bytes(2 * form.has_appendage)
    return body + len(row).to_bytes(2, "big") + row


def login(text: bytes, session: bytes = b"  SESSION1") -> bytes:
    return soup("A", session + text)


def good_packet(rng: random.Random) -> bytes:
    match rng.randrange(8):
        case 0:
            return soup(rng.choice("HZ"))
        case 1:
            return rng.choice(
                [soup("+", rng.randbytes(rng.randrange(70))), soup("J", b"A"), soup("U", rng.randbytes(rng.randrange(1, 60)))]
            )
        case 2:
            number = str(rng.choice([1, 135, 2**64 - 1, rng.getrandbits(64) or 1])).encode()
            return login(rng.choice([number.rjust(20), number.ljust(20), number.rjust(20, b"0"), number.center(20)]))
        case 3:
            return soup("S", rng.choice([b"N", b"\0", b"\xff", b"o"]) + rng.randbytes(rng.randrange(30)))
        case _:
            return soup("S", message(rng.choice(KINDS), rng, rng.choice([None, options(rng)])))


def bad_packet(rng: random.Random) -> bytes:
    """Breaks one of the rules, most of the time."""
    match rng.randrange(6):
        case 0:
            return rng.choice([b"\0\0", b"\x08\x01", b"\xff\xff"])
        case 1:
            return soup(rng.choice("LROX\0\xd3"), rng.randbytes(rng.randrange(30)))
        case 2:
            return rng.choice(
                [login(b"1".rjust(19)), login(b"1".rjust(21)), soup("J"), soup("H", b"x"), soup("Z", b"y"), soup("S"), soup("U")]
            )
        case 3:
            texts = [b"", b"0", b"-1", b"1 1", b"18446744073709551616", b"99999999999999999999", b"12x", b"\0", b"1.5", b"+7"]
            return login(rng.choice([bytes.rjust, bytes.ljust])(rng.choice(texts), 20))
        case _:
            whole = bytearray(message(rng.choice(KINDS), rng, rng.choice([None, options(rng)])))
            match rng.randrange(3):
                case 0:
                    whole = whole[: rng.randrange(1, len(whole) + 1)]
                case 1:
                    whole += rng.randbytes(rng.randrange(1, 4))
                case _:
                    place = max(0, len(whole) - rng.randrange(1, 6))
                    whole[place] = (whole[place] + rng.choice([1, 255])) % 256
            return soup("S", bytes(whole))


async def ready(dut: Any, **more: Any) -> RxBench:
    bench = RxBench(dut, EXCHANGE, FIELDS, **more)
    await bench.start()
    return bench


@cocotb.test()
@cocotb.parametrize(stalled=[False, True])
async def good_packets_pass_whole_and_in_order(dut: Any, stalled: bool) -> None:
    """All packet types, all reports with and without options, unknown reports, logins; random segments and back-pressure."""
    rng = random.Random(cocotb.RANDOM_SEED)
    slow = {name: (lambda: rng.random() < 0.4) for name in ("busy", "gate_waits", "sink_waits")} if stalled else {}
    bench = await ready(dut, whole_beats=False, drops=lambda seen: rng.random() < 0.3, **slow)
    packets = [good_packet(rng) for _ in range(300)]
    await bench.check([UP, *cut(b"".join(packets), rng)])
    assert 0 < bench.dropped < len(packets)
    assert bench.swallowed == 0


@cocotb.test()
async def every_report_has_its_fields(dut: Any) -> None:
    """OUCH 5.0 out: each type four times, bare and with options, whose bytes 0 to n are 0x80 + n, so that a shifted field shows."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = await ready(dut)
    packets = [soup("S", message(kind, rng, row)) for kind in KINDS for row in (None, b"", b"\1\6", b"\5\2LIME\2\6P")]
    counting = bytes(range(0x80, 0x80 + 48))
    packets.append(soup("S", b"A" + counting[1:48] + bytes(14) + b"\0\0"))
    await bench.check([UP, *packets])
    shown = bench.seen[-1]
    assert (shown["ref"], shown["side"], shown["quantity"], shown["price"], shown["state"]) == (
        0x898A8B8C,
        0x8D,
        0x8E8F9091,
        0x9A9B9C9D9E9FA0A1,
        0xAF,
    )
    assert bench.forwarded == packets


@cocotb.test()
@cocotb.parametrize(stalled=[False, True])
async def bad_packets_close_the_link_for_the_right_reason(dut: Any, stalled: bool) -> None:
    """SESS-ERROR 1, 2, 3, 5, 6: the first rule that a packet breaks; every byte is counted until the link goes down."""
    rng = random.Random(cocotb.RANDOM_SEED)
    slow = {name: (lambda: rng.random() < 0.3) for name in ("busy", "gate_waits", "sink_waits")} if stalled else {}
    bench = await ready(dut, whole_beats=False, **slow)
    for _ in range(200):
        packets = (
            [good_packet(rng) for _ in range(rng.randrange(3))] + [bad_packet(rng)] + [good_packet(rng) for _ in range(rng.randrange(3))]
        )
        await bench.check([UP, *cut(b"".join(packets), rng, rng.choice([5, 40, 400])), DOWN])
    reasons = {seen["reason"] for seen in bench.seen if seen["kind"] == 3}
    assert reasons == {1, 2, 3, 5, 6}


@cocotb.test()
async def each_rule_is_seen_by_itself(dut: Any) -> None:
    """SESS-ERROR, one packet a rule, reasons and swallowed bytes worked out by hand."""
    bench = await ready(dut)
    cases = [
        (b"\0\0", 1, 2),
        (b"\x08\x01", 1, 2),
        (soup("L"), 2, 3),
        (soup("R"), 2, 3),
        (soup("H", b"1"), 3, 4),
        (soup("Z", b"1"), 3, 4),
        (soup("J"), 3, 3),
        (soup("A"), 3, 3),
        (soup("S"), 3, 3),
        (soup("U"), 3, 3),
        (soup("S", b"C" + bytes(16)), 5, 20),
        (soup("S", b"C" + bytes(18)), 5, 22),
        (soup("S", b"C" + bytes(17) + b"\0\1\0"), 5, 24),
        (soup("S", b"A" + bytes(61)), 5, 65),
        (soup("S", b"A" + bytes(61) + b"\0\1"), 5, 67),
        (soup("S", b"A" + bytes(61) + b"\0\2\2\6"), 5, 69),
        (soup("S", b"D" + bytes(29)), 5, 33),
        (soup("S", b"D" + bytes(30) + b"\1\1"), 5, 36),
        (soup("S", b"D" + bytes(31) + b"\0\1\0"), 5, 38),
        (login(b" " * 20), 6, 33),
        (login(b"0" * 20), 6, 33),
        (login(b"1 2".ljust(20)), 6, 33),
        (login(b"18446744073709551616"), 6, 33),
    ]
    for packet, reason, count in cases:
        before = bench.swallowed
        await bench.play([UP, packet + b"H", DOWN])
        assert bench.seen[-2]["reason"] == reason, packet.hex()
        assert bench.swallowed - before == count + 1, packet.hex()
    assert bench.forwarded == []


@cocotb.test()
async def an_aiq_canceled_has_31_or_32_bytes_before_its_options(dut: Any) -> None:
    """SESS-OUCH-LENGTH: both forms, with and without options; where the length fits both, the shorter is meant."""
    bench = await ready(dut)
    body = b"D" + bytes(8) + b"\0\0\0\7" + b"\0\0\0\5" + bytes(14)
    good = [body, body + b"x", body + b"\0\0", body + b"x\0\0", body + b"\0\3\2\6P", body + b"x\0\3\2\6P"]
    good.append(body + b"\1\0\xff" + bytes(255))  # 256 = 0x0100 bytes of options, or 'x' = 1 and 0x00ff = 255 of them: one option of 255
    await bench.check([UP, *(soup("S", one) for one in good)])
    assert [seen["quantity"] for seen in bench.seen[1:]] == [5] * 7
    await bench.play(
        [soup("S", body + b"\1\1\0" + b"\xff" + bytes(255))]
    )  # 0x0101 = 257, and its first option is empty; 0x0100 = 256 would do
    assert bench.seen[-1]["reason"] == 5


@cocotb.test()
async def login_numbers_are_read_to_the_last_digit(dut: Any) -> None:
    """SESS-ERROR 6: 1 to 2^64 - 1, spaces before or behind, leading zeros."""
    bench = await ready(dut)
    texts = {
        b"1".rjust(20): 1,
        b"1".ljust(20): 1,
        b"18446744073709551615": 2**64 - 1,
        b"00000000000000000001": 1,
        b"  9007199254740993  ": 9007199254740993,
    }
    await bench.play([UP, *(login(text) for text in texts)])
    assert [seen["number"] for seen in bench.seen[1:]] == list(texts.values())
    assert {seen["session"] for seen in bench.seen[1:]} == {int.from_bytes(b"  SESSION1", "big")}


@cocotb.test()
@cocotb.parametrize(stalled=[False, True])
async def a_link_change_cuts_the_packet_and_comes_in_its_place(dut: Any, stalled: bool) -> None:
    """SESS-LINK-DOWN, a login among the whole packets before it."""
    rng = random.Random(cocotb.RANDOM_SEED)
    slow = {name: (lambda: rng.random() < 0.5) for name in ("busy", "gate_waits", "sink_waits")} if stalled else {}
    bench = await ready(dut, **slow)
    stream = login(b"17".rjust(20)) + soup("S", message("E", rng)) + soup("H")
    items: list[Item] = []
    for at in range(1, len(stream) + 1):
        items += [UP, stream[:at], DOWN]
    await bench.check(items)
    assert bench.swallowed == 0


@cocotb.test()
async def every_packet_but_a_login_reaches_the_gate_3_clocks_after_its_last_byte(dut: Any) -> None:
    """The header's latency; a login takes 20 clk more."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = await ready(dut, whole_beats=False)
    await bench.play([UP])
    for turn in range(150):
        packet = good_packet(rng)
        await bench.play([packet], settle=30)
        assert bench.seen_at[-1] - bench.accepted[-1] == (23 if packet[2:3] == b"A" else 3), f"turn {turn}"
