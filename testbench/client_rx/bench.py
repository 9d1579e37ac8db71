# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of client_rx: packets at any offset and in any segments, every rule of contract 6.1, fields, links, latency, rate."""

from __future__ import annotations

import random
from typing import Any

import cocotb

from testbench.byte_streams import DOWN, UP, Item, Message, RxBench, Side, cut, expect, soup

FIELDS = [
    "packet_type",
    "message_type",
    "length",
    "ref",
    "orig_ref",
    "side",
    "quantity",
    "stock",
    "price",
    "tif",
    "display",
    "capacity",
    "iso",
    "cross",
]
FIELDS += ["price_type", "clordid"]

ENTER = {
    "ref": (1, 4),
    "side": (5, 1),
    "quantity": (6, 4),
    "stock": (10, 8),
    "price": (18, 8),
    "tif": (26, 1),
    "display": (27, 1),
    "capacity": (28, 1),
}
ENTER |= {"iso": (29, 1), "cross": (30, 1), "clordid": (31, 14)}
REPLACE = {
    "orig_ref": (1, 4),
    "ref": (5, 4),
    "quantity": (9, 4),
    "price": (13, 8),
    "tif": (21, 1),
    "display": (22, 1),
    "iso": (23, 1),
    "clordid": (24, 14),
}
CLIENT = Side(
    name="client",
    seam="cli",
    packets={"+": None, "L": 47, "U": None, "R": 1, "O": 1},
    carrier="U",
    messages={
        "O": [Message(47, True, ENTER, price_type=True)],
        "U": [Message(40, True, REPLACE, price_type=True)],
        "X": [Message(9, False, {"ref": (1, 4), "quantity": (5, 4)})],
        "M": [Message(10, False, {"ref": (1, 4), "side": (5, 1), "quantity": (6, 4)})],
        "Q": [Message(1, False, {})],
    },
    unknown_types_pass=False,
    orders="OUM",
)
FIXED = {"O": 45, "U": 38, "X": 9, "M": 10, "Q": 1}  # bytes before the appendage length


def options(rng: random.Random) -> bytes:
    """A row of options, PriceTypes among them more often than others."""
    row = b""
    for _ in range(rng.randrange(6)):
        match rng.randrange(4):
            case 0:
                row += b"\2\6" + rng.choice([b"L", b"P", b"\0", rng.randbytes(1)])
            case 1:
                row += bytes([1, rng.choice([6, 2])])
            case 2:
                row += bytes([2, rng.randrange(256), rng.randrange(256)])
            case _:
                row += bytes([size := rng.choice([3, 5, 9, 8, 17, 255]), rng.choice([6, 2, 15])]) + rng.randbytes(size - 1)
    return row


def message(kind: str, rng: random.Random, row: bytes | None = None) -> bytes:
    """A good message of this type with random fields; row = its options, None = none, and no length of theirs where that may be missing."""
    body = kind.encode() + rng.randbytes(FIXED[kind] - 1)
    if row is None:
        return body + (b"\0\0" if kind in "OU" else b"")
    return body + len(row).to_bytes(2, "big") + row


def good_packet(rng: random.Random) -> bytes:
    match rng.randrange(8):
        case 0:
            return soup(rng.choice("RO"))
        case 1:
            return soup("+", rng.randbytes(rng.choice([0, 1, 4, 5, 6, 60, 300])))
        case 2:
            return soup("L", rng.randbytes(46))
        case _:
            return soup("U", message(rng.choice("OOUXMQ"), rng, rng.choice([None, options(rng)])))


def bad_packet(rng: random.Random) -> bytes:
    """Breaks one of the rules, most of the time."""
    match rng.randrange(6):
        case 0:
            return rng.choice([b"\0\0", b"\x08\x01", b"\xff\xff", b"\x80\0"])
        case 1:
            return soup(rng.choice("ASHZJ\0\xff"), rng.randbytes(rng.randrange(30)))
        case 2:
            return rng.choice([soup("L", rng.randbytes(rng.choice([0, 45, 47, 301]))), soup("R", b"x"), soup("O", b"xyz"), soup("U")])
        case 3:
            return soup("U", bytes([rng.choice([0, 63, 64, 78, 127, 128, 214, rng.randrange(256)])]) + rng.randbytes(rng.randrange(12)))
        case _:
            whole = bytearray(message(rng.choice("OUXMQ"), rng, rng.choice([None, b"\2\6P", options(rng)])))
            match rng.randrange(4):
                case 0:
                    whole = whole[: rng.randrange(1, len(whole) + 1)]
                case 1:
                    whole += rng.randbytes(rng.randrange(1, 4))
                case 2:
                    place = max(0, len(whole) - rng.randrange(1, 6))
                    whole[place] = (whole[place] + rng.choice([1, 255])) % 256
                case _:
                    whole += b"\0"
            return soup("U", bytes(whole))


async def ready(dut: Any, **more: Any) -> RxBench:
    bench = RxBench(dut, CLIENT, FIELDS, **more)
    dut.risk_client_types.value = dut.risk_changing.value = 0
    await bench.start()
    return bench


TWO_ORDERS = soup("U", b"O" + bytes(range(1, 45)) + b"\0\x06\x05\x02LIME") + soup("U", b"U" + bytes(range(101, 138)) + b"\0\x03\x02\x06P")


@cocotb.test()
async def every_split_of_two_orders_gives_the_same_packets(dut: Any) -> None:
    """SESS-FRAME: where a segment begins or ends means nothing."""
    bench = await ready(dut)
    items: list[Item] = [UP]
    for at in range(1, len(TWO_ORDERS)):
        items += [TWO_ORDERS[:at], TWO_ORDERS[at:]]
    await bench.check(items)
    assert bench.forwarded == [TWO_ORDERS[:56], TWO_ORDERS[56:]] * (len(TWO_ORDERS) - 1)
    assert bench.seen[1]["ref"] == 0x01020304
    assert bench.seen[2]["price_type"] == ord("P")


@cocotb.test()
async def one_byte_a_segment_gives_the_same_packets(dut: Any) -> None:
    """SESS-FRAME, the finest split."""
    bench = await ready(dut)
    await bench.check([UP, *(TWO_ORDERS[at : at + 1] for at in range(len(TWO_ORDERS)))])
    assert bench.forwarded == [TWO_ORDERS[:56], TWO_ORDERS[56:]]


@cocotb.test()
@cocotb.parametrize(stalled=[False, True])
async def good_packets_pass_whole_and_in_order(dut: Any, stalled: bool) -> None:
    """All types, all appendages, random segments, random beats, back-pressure everywhere; dropped packets vanish whole."""
    rng = random.Random(cocotb.RANDOM_SEED)
    slow = {name: (lambda: rng.random() < 0.4) for name in ("busy", "gate_waits", "sink_waits")} if stalled else {}
    bench = await ready(dut, whole_beats=False, drops=lambda seen: rng.random() < 0.3, **slow)
    packets = [good_packet(rng) for _ in range(250)]
    await bench.check([UP, *cut(b"".join(packets), rng)])
    assert 0 < bench.dropped < len(packets)
    assert bench.swallowed == 0


@cocotb.test()
async def the_longest_packet_passes_and_the_store_holds_it(dut: Any) -> None:
    """Length 2,048 is legal; two of them wait in the store for the gate's decisions."""
    rng = random.Random(cocotb.RANDOM_SEED)
    waits = True
    bench = await ready(dut, sink_waits=lambda: waits)
    packets = [
        soup("+", rng.randbytes(2047)),
        soup("U", message("O", rng, b"\x7f\1" + rng.randbytes(126) + b"\xff\6" + rng.randbytes(254))),
    ]
    packets += [soup("+", rng.randbytes(2047)) for _ in range(3)]
    wanted, _, _ = expect(CLIENT, [UP, b"".join(packets)])

    async def release() -> None:
        nonlocal waits
        for _ in range(900):
            await cocotb.triggers.RisingEdge(dut.clk)
        assert bench.forwarded == []
        waits = False

    cocotb.start_soon(release())
    await bench.play([UP, b"".join(packets)], settle=1000)
    assert bench.seen == wanted
    assert bench.forwarded == packets


@cocotb.test()
@cocotb.parametrize(stalled=[False, True])
async def bad_packets_close_the_link_for_the_right_reason(dut: Any, stalled: bool) -> None:
    """SESS-ERROR 1 to 5: the first rule that a packet breaks; nothing from there on passes, and all is counted."""
    rng = random.Random(cocotb.RANDOM_SEED)
    slow = {name: (lambda: rng.random() < 0.3) for name in ("busy", "gate_waits", "sink_waits")} if stalled else {}
    bench = await ready(dut, whole_beats=False, **slow)
    for _ in range(200):
        packets = (
            [good_packet(rng) for _ in range(rng.randrange(3))] + [bad_packet(rng)] + [good_packet(rng) for _ in range(rng.randrange(3))]
        )
        types = rng.choice([0, 1, 2**63, 2**64 - 1, rng.getrandbits(64)])
        dut.risk_client_types.value = types
        await bench.check([UP, *cut(b"".join(packets), rng, rng.choice([5, 40, 400])), DOWN], types)
    reasons = {seen["reason"] for seen in bench.seen if seen["kind"] == 3}
    assert reasons == {1, 2, 3, 4, 5}


@cocotb.test()
async def each_rule_is_seen_by_itself(dut: Any) -> None:
    """SESS-ERROR, one packet a rule, reasons and swallowed bytes worked out by hand."""
    bench = await ready(dut)
    enter = b"O" + bytes(44)
    cases = [
        (b"\0\0", 1, 2),
        (b"\x08\x01", 1, 2),
        (soup("S", b"A"), 2, 4),
        (soup("R", b"1"), 3, 4),
        (soup("O", b"1"), 3, 4),
        (soup("U"), 3, 3),
        (soup("L", bytes(45)), 3, 48),
        (soup("U", b"N"), 4, 4),
        (soup("U", b"\0"), 4, 4),
        (soup("U", b"\xcf" + enter[1:] + b"\0\0"), 4, 50),
        (soup("U", enter), 5, 48),
        (soup("U", enter + b"\0"), 5, 49),
        (soup("U", enter + b"\0\0\0"), 5, 51),
        (soup("U", enter + b"\0\1"), 5, 50),
        (soup("U", enter + b"\0\1\0"), 5, 51),
        (soup("U", enter + b"\0\2\2\6"), 5, 52),
        (soup("U", enter + b"\0\4\2\6P\0"), 5, 54),
        (soup("U", b"X" + bytes(9)), 5, 13),
        (soup("U", b"X" + bytes(8) + b"\0\1\0"), 5, 15),
        (soup("U", b"Q\1"), 5, 5),
        (soup("U", b"M" + bytes(8)), 5, 12),
    ]
    for packet, reason, count in cases:
        before = bench.swallowed
        await bench.play([UP, packet + b"R", DOWN])
        assert bench.seen[-2]["reason"] == reason, packet.hex()
        assert bench.swallowed - before == count + 1, packet.hex()
    assert bench.forwarded == []


@cocotb.test()
async def a_length_error_takes_effect_with_its_second_byte(dut: Any) -> None:
    """SESS-ERROR 1 is known from the first two bytes; the others wait for the whole packet."""
    bench = await ready(dut)
    await bench.play([UP, b"\x08"])
    assert len(bench.seen) == 1
    await bench.play([b"\x01"])
    assert bench.seen[1:] == [{"kind": 3, "reason": 1, "length": 0x801}]
    await bench.play([DOWN, UP, b"\0\4Zab"])
    assert len(bench.seen) == 4
    await bench.play([b"c"])
    assert bench.seen[4:] == [{"kind": 3, "reason": 2, "length": 4, "packet_type": ord("Z")}]


@cocotb.test()
async def close_is_shown_from_the_error_until_the_link_goes_down(dut: Any) -> None:
    """client_close tells the TCP side to close."""
    bench = await ready(dut)
    await bench.play([UP, soup("R")])
    assert dut.client_close.value == 0
    await bench.play([soup("Z"), soup("R")])
    assert dut.client_close.value == 1
    await bench.play([DOWN])
    assert dut.client_close.value == 0


@cocotb.test()
async def a_type_that_only_the_list_allows_waits_while_the_list_may_change(dut: Any) -> None:
    """CTRL-2: its decision would be stamped behind a commit that it has not seen; messages of the tables do not wait."""
    bench = await ready(dut)
    dut.risk_changing.value = 1
    await bench.play([UP, soup("U", b"X" + bytes(8)), soup("R"), soup("U", b"Nx")])
    assert len(bench.seen) == 3
    dut.risk_client_types.value = 1 << (ord("N") - 64)
    dut.risk_changing.value = 0
    await bench.play([soup("R")])
    assert [seen["kind"] for seen in bench.seen] == [2, 0, 0, 0, 0]
    assert bench.forwarded[2] == soup("U", b"Nx")


@cocotb.test()
@cocotb.parametrize(stalled=[False, True])
async def a_link_change_cuts_the_packet_and_comes_in_its_place(dut: Any, stalled: bool) -> None:
    """SESS-LINK-DOWN: partial packets vanish uncounted at every place; whole ones take effect before; bytes while down vanish."""
    rng = random.Random(cocotb.RANDOM_SEED)
    slow = {name: (lambda: rng.random() < 0.5) for name in ("busy", "gate_waits", "sink_waits")} if stalled else {}
    bench = await ready(dut, **slow)
    items: list[Item] = []
    for at in range(len(TWO_ORDERS) + 1):
        items += [UP, TWO_ORDERS[:at], DOWN] if at else [UP, DOWN]
        if at % 3 == 0:
            items.append(TWO_ORDERS[at:] + b"\0")
    await bench.check(items)
    assert bench.swallowed == 0


@cocotb.test()
async def quick_link_changes_are_all_seen(dut: Any) -> None:
    """Every change is delivered, up to 15 that wait, in order."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = await ready(dut, gate_waits=lambda: rng.random() < 0.8)
    for count in (2, 3, 8, 12):
        await bench.check([UP, DOWN] * (count // 2) + [UP, soup("R") * 5, DOWN])


@cocotb.test()
@cocotb.parametrize(shape=["enter", "appended", "replace", "modify", "cancel", "heartbeat", "allowed"])
async def every_packet_reaches_the_gate_3_clocks_after_its_last_byte(dut: Any, shape: str) -> None:
    """LAT-3's share: the same number for every length, every offset of its beats and every appendage."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = await ready(dut, whole_beats=False)
    await bench.play([UP])
    for turn in range(60):
        row = b"\2\6P" * (turn % 12) + bytes([1, 6])
        packet = {
            "enter": soup("U", message("O", rng)),
            "appended": soup("U", message("O", rng, row)),
            "replace": soup("U", message("U", rng, rng.choice([None, row]))),
            "modify": soup("U", message("M", rng)),
            "cancel": soup("U", message("X", rng, rng.choice([None, row]))),
            "heartbeat": soup("R"),
            "allowed": soup("+", rng.randbytes(turn)),
        }[shape]
        await bench.play([packet], settle=6)
        assert bench.seen_at[-1] - bench.accepted[-1] == 3, f"turn {turn}"


@cocotb.test()
@cocotb.parametrize(coalesced=[False, True])
async def an_enter_every_7_clocks_is_sustained(dut: Any, coalesced: bool) -> None:
    """Contract 9, rate: 50 bytes, one segment each or all in one."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = await ready(dut)
    packets = [soup("U", message("O", rng)) for _ in range(100)]
    await bench.play([UP])
    await bench.play([b"".join(packets)] if coalesced else packets)
    gaps = [later - earlier for earlier, later in zip(bench.seen_at[1:], bench.seen_at[2:], strict=False)]
    assert max(gaps) == 7
    assert bench.forwarded == packets


@cocotb.test()
async def a_reset_in_a_packet_begins_anew(dut: Any) -> None:
    """Both links are down at reset (6.1); what was half there is gone."""
    bench = await ready(dut)
    await bench.play([UP, soup("+", b"abcdefghijk")[:9]])
    dut.rst.value = 1
    dut.client_link_up.value = 0
    for _ in range(2):
        await cocotb.triggers.FallingEdge(dut.clk)
    dut.rst.value = 0
    bench.seen.clear()
    bench._changes = 0
    await bench.check([soup("R"), UP, soup("R")])
