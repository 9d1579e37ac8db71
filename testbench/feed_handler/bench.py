# SPDX-License-Identifier: Apache-2.0
"""Smoke tests of the whole device, beat by beat. Parameters SYMBOLS 2, LEVELS 256, FIFO_BYTES 4096, STORE_SETS 64, EVENT_FIFO 16."""

from __future__ import annotations

from typing import Any

import cocotb

from testbench.feed_handler.device import Bbo, Device, Order, delete, directory, execute, order, replace
from testbench.market_data import packet

LAT_1_CLK = 17
LAT_2_CLK = 24
REPLACE_CLK = 2  # a removal and an add
KINDS = {"BBO": 1, "GAP": 2, "END": 3, "STATE": 4, "DEGRADED": 5, "CONTROL": 12, "LOST": 13}


def kinds(device: Device) -> list[str]:
    """The kinds of all records so far."""
    names = {value: name for name, value in KINDS.items()}
    return [names[record[0]] for _, record in device.records]


@cocotb.test()
async def a_few_messages_in_give_their_bbos_out(dut: Any) -> None:
    """The spine: frames on both lines, BBOs on m_bbo_axis, the same records in datagrams, counters read back."""
    device = Device(dut)
    await device.reset()
    await device.track()
    device.send(1, directory(7, b"AAPL"))
    device.send(2, order(Order(1, b"B", 300, 50)))
    device.send(3, order(Order(2, b"S", 100, 52)))
    device.send(4, execute(1, 100))
    device.send(5, replace(2, 3, 40, 51))
    device.send(6, delete(1))
    await device.settle()
    assert device.shown() == [
        Bbo(2, (50, 300), None),
        Bbo(3, (50, 300), (52, 100)),
        Bbo(4, (50, 200), (52, 100)),
        Bbo(5, (50, 200), (51, 40)),
        Bbo(6, None, (51, 40)),
    ]
    assert kinds(device) == ["CONTROL", *["BBO"] * 5]
    device.check_order()
    assert await device.counters() == {
        "a_frames": 6,
        "b_frames": 6,
        "a_delivered": 6,
        "b_duplicates": 6,
        "messages": 6,
        "records": 6,
    }


@cocotb.test()
async def latency_of_an_idle_device_is_what_the_header_says(dut: Any) -> None:
    """LAT-1, LAT-2: each frame meets an idle device; every kind of message that moves the book."""
    device = Device(dut)
    await device.reset()
    await device.track()
    await device.settle()
    device.records.clear()
    messages = [order(Order(1, b"B", 300, 50)), order(Order(2, b"S", 100, 52)), execute(1, 100), replace(1, 3, 100, 49), delete(3)]
    for sequence, message in enumerate(messages, 1):
        device.send(sequence, message, lines="ab"[sequence % 2])
        await device.settle()
    arrived = sorted(device.last_beats["a"] + device.last_beats["b"])
    more = [0, 0, 0, REPLACE_CLK, 0]
    assert [clock - last for (clock, _), last in zip(device.bbos, arrived, strict=True)] == [LAT_1_CLK + clk for clk in more]
    assert [clock - last for (clock, _), last in zip(device.records, arrived, strict=True)] == [LAT_2_CLK + clk for clk in more]
    assert LAT_1_CLK + REPLACE_CLK <= 24
    assert LAT_2_CLK + REPLACE_CLK <= 36


@cocotb.test()
async def one_reference_hit_by_consecutive_messages(dut: Any) -> None:
    """Same-reference hazard, in one packet: each message must see what the one before it left."""
    device = Device(dut)
    await device.reset()
    await device.track()
    device.send(
        1,
        order(Order(9, b"B", 500, 10)),
        execute(9, 100),
        execute(9, 100),
        replace(9, 10, 50, 11),
        replace(10, 9, 60, 12),
        execute(9, 59),
        execute(9, 1),
        order(Order(9, b"S", 5, 20)),
        delete(9),
        delete(9),
    )
    await device.settle()
    assert device.shown() == [
        Bbo(1, (10, 500), None),
        Bbo(2, (10, 400), None),
        Bbo(3, (10, 300), None),
        Bbo(4, (11, 50), None),
        Bbo(5, (12, 60), None),
        Bbo(6, (12, 1), None),
        Bbo(7, None, None),
        Bbo(8, None, (20, 5)),
        Bbo(9, None, None),
    ]
    assert (await device.counters())["unknown_reference"] == 1


@cocotb.test()
async def one_level_hit_by_consecutive_messages(dut: Any) -> None:
    """Same-level hazard: sums and the search for the next best price, in one packet and in frames without a gap."""
    device = Device(dut)
    await device.reset()
    await device.track()
    device.send(1, *(order(Order(reference, b"S", reference, 200)) for reference in range(1, 5)))
    device.send(5, order(Order(5, b"S", 7, 255)))
    for reference in range(1, 5):
        device.send(5 + reference, delete(reference))
    device.send(10, order(Order(6, b"S", 1, 0)))
    device.send(11, delete(6))
    await device.settle()
    assert device.shown() == [
        Bbo(1, None, (200, 1)),
        Bbo(2, None, (200, 3)),
        Bbo(3, None, (200, 6)),
        Bbo(4, None, (200, 10)),
        Bbo(6, None, (200, 9)),
        Bbo(7, None, (200, 7)),
        Bbo(8, None, (200, 4)),
        Bbo(9, None, (255, 7)),
        Bbo(10, None, (0, 1)),
        Bbo(11, None, (255, 7)),
    ]


@cocotb.test()
async def two_symbols_keep_their_books_apart(dut: Any) -> None:
    """An untracked locate touches nothing (FEED-ITCH-4); each symbol has its own ladder."""
    device = Device(dut)
    await device.reset()
    await device.track((b"AAPL", b"MSFT"))
    device.send(1, order(Order(1, b"B", 10, 5)), order(Order(2, b"B", 20, 6), locate=8), order(Order(3, b"B", 30, 7), locate=99))
    device.send(4, delete(1, locate=8), delete(2, locate=8))
    await device.settle()
    assert device.shown() == [
        Bbo(1, (5, 10), None),
        Bbo(2, (6, 20), None, symbol=1),
        Bbo(5, None, None, symbol=1),
    ]
    assert (await device.counters())["wrong_locate"] == 1


@cocotb.test()
async def a_hole_in_both_lines_is_one_gap(dut: Any) -> None:
    """FEED-ARB-3 (b): one GAP, books stale; the next message says so."""
    device = Device(dut)
    await device.reset()
    await device.track()
    device.send(1, order(Order(1, b"B", 10, 5)))
    device.send(5, order(Order(2, b"B", 10, 6)))
    await device.settle()
    assert device.shown() == [Bbo(1, (5, 10), None), Bbo(5, (6, 10), None, flags=2)]
    assert kinds(device) == ["CONTROL", "BBO", "GAP", "BBO"]
    gap = device.records[2][1]
    assert (gap[24:32], gap[32:40], gap[40]) == ((2).to_bytes(8, "big"), (5).to_bytes(8, "big"), 1)
    counted = await device.counters()
    assert (counted["gaps"], counted["gap_messages"]) == (1, 3)
    await device.command("book_trust", 0)
    await device.settle()
    assert device.shown()[-1] == Bbo(6, (6, 10), None)
    device.check_order()


@cocotb.test()
async def commands_take_effect_between_messages(dut: Any) -> None:
    """CTRL-2, CTRL-6, BOOK-CLEAR, FEED-MOLD-7: each leaves its CONTROL record; counters go on."""
    device = Device(dut)
    await device.reset()
    await device.track()
    device.send(1, order(Order(1, b"B", 10, 5)))
    await device.settle()
    await device.command("book_clear", 0)
    await device.command("book_clear", 9)
    await device.command("book_trust", 1)
    await device.command("session_reset")
    device.send(1, order(Order(1, b"S", 3, 8)))
    await device.settle()
    assert device.shown() == [Bbo(1, (5, 10), None), Bbo(2, None, None), Bbo(1, None, (8, 3))]
    assert kinds(device) == ["CONTROL", "BBO", "CONTROL", "BBO", "CONTROL", "CONTROL", "CONTROL", "BBO"]
    controls = [record for _, record in device.records if record[0] == 12]
    assert [record[32] for record in controls] == [1, 3, 3, 4, 2]
    assert [int.from_bytes(record[24:32], "big") for record in controls] == [1, 2, 2, 2, 2]
    assert (await device.counters())["messages"] == 2
    device.check_order()


@cocotb.test()
async def events_that_wait_are_lost_with_a_notice_and_the_book_goes_on(dut: Any) -> None:
    """Contract 8, LOST: m_events_axis stalls for long; m_bbo_axis shows every BBO all the same."""
    device = Device(dut)
    await device.reset()
    await device.track()
    await device.settle()
    device.records.clear()
    dut.m_events_axis_tready.value = 0
    for number in range(1, 41):
        device.send(number, order(Order(number, b"B", 1, 3)))
    await device.settle()
    dut.m_events_axis_tready.value = 1
    await device.clocks(300)
    device.send(41, delete(1))
    await device.settle()
    assert [data[40:48] for _, data in device.bbos] == [number.to_bytes(8, "big") for number in [*range(1, 41), 39]]
    counted = await device.counters()
    lost = counted["lost"]
    assert counted["records"] == 1 + 41 - lost + 1
    assert kinds(device) == ["BBO"] * (40 - lost) + ["LOST", "BBO"]
    notice = device.records[40 - lost][1]
    assert int.from_bytes(notice[32:40], "big") == lost > 10
    assert [int.from_bytes(record[4:8], "big") for _, record in device.records] == list(range(1, 43 - lost))


@cocotb.test()
async def datagrams_survive_a_slow_receiver(dut: Any) -> None:
    """m_events_axis_tready toggles: nothing is lost, doubled or bent."""
    device = Device(dut)
    await device.reset()
    await device.track()
    for number in range(1, 11):
        device.send(number, order(Order(number, b"B", 1, 3)))
    for turn in range(700):
        dut.m_events_axis_tready.value = int(turn % 3 == 0)
        await device.clocks(1)
    dut.m_events_axis_tready.value = 1
    await device.settle()
    assert device.shown() == [Bbo(number, (3, number), None) for number in range(1, 11)]
    device.check_order()


@cocotb.test()
async def line_rate_loses_nothing(dut: Any) -> None:
    """FEED-RATE-1: single-message frames without idle beats on both lines, B one frame behind, every message a change of the top."""
    device = Device(dut)
    await device.reset()
    await device.track()
    device.lines["b"].idle(13)
    expected = []
    for turn in range(150):
        device.send(2 * turn + 1, order(Order(turn, b"B", 5, turn % 200)))
        device.send(2 * turn + 2, delete(turn))
        expected += [Bbo(2 * turn + 1, (turn % 200, 5), None), Bbo(2 * turn + 2, None, None)]
    await device.settle()
    assert device.shown() == expected
    counted = await device.counters()
    assert counted == {
        "a_frames": 300,
        "b_frames": 300,
        "a_delivered": 300,
        "b_duplicates": 300,
        "messages": 300,
        "records": 301,
    }
    device.check_order()


@cocotb.test()
async def a_frame_cut_by_reset_is_discarded_uncounted(dut: Any) -> None:
    """Contract 10: the rest of the frame up to its tlast, and frames that start before ready."""
    device = Device(dut)
    await device.reset()
    await device.track()
    device.send(1, order(Order(1, b"B", 10, 5)))
    await device.settle()
    device.lines["a"].send(packet(2, [order(Order(2, b"B", 10, 6))]))
    await device.clocks(6)
    dut.rst.value = 1
    await device.clocks(2)
    dut.rst.value = 0
    device.bbos.clear()
    device.records.clear()
    await device.clocks(2)
    device.lines["b"].send(packet(2, [order(Order(2, b"B", 10, 6))], line="b"))
    await device.until_ready()
    await device.settle()
    assert await device.counters() == {}
    await device.track()
    device.send(1, order(Order(3, b"S", 4, 9)))
    await device.settle()
    assert device.shown() == [Bbo(1, None, (9, 4))]
    assert (await device.counters())["a_frames"] == 1
    device.check_order()
