# SPDX-License-Identifier: Apache-2.0
"""Smoke tests of the whole device, beat by beat. SYMBOLS 2, LEVELS 256, FIFO_BYTES 4096, STORE_SETS 64, EVENT_FIFO 16, ORDER_FIFO 16."""

from __future__ import annotations

import random
import struct
from itertools import pairwise
from typing import Any

import cocotb

from testbench.feed_handler.device import Order, delete, execute, order, replace
from testbench.tick_to_trade.device import SESSION, Decision, OrderDevice, accepted, cancel, enter, executed, soup

LAT_1_CLK = 17
LAT_2_CLK = 26
LAT_3_CLK = 11
REPLACE_CLK = 2
RATE_CLK = 7
OPEN = 0b111100  # ORDER_STATUS: both sides open and up, no kill


async def trading(dut: Any, **limits: int) -> OrderDevice:
    device = OrderDevice(dut)
    await device.reset()
    await device.trade(**limits)
    return device


def stamps(device: OrderDevice) -> list[int]:
    return [int.from_bytes(record[8:16], "big") for _, record in device.records]


def check_records(device: OrderDevice) -> None:
    """Contract 8: numbers from 0, stamps increase, over both paths."""
    numbers = [int.from_bytes(record[4:8], "big") for _, record in device.records]
    assert numbers == list(range(len(numbers)))
    assert stamps(device) == sorted(set(stamps(device)))


@cocotb.test()
async def a_good_order_passes_unchanged_and_a_bad_one_not_at_all(dut: Any) -> None:
    """SESS-PASS, RISK-QUANTITY, SESS-REJECT: bytes on both streams, DECISIONs, counters."""
    device = await trading(dut, max_shares=500)
    first, second = enter(1, b"B", 500, 52), enter(2, b"B", 501, 52)
    device.streams["client"].send(first + second)
    await device.settle()
    assert device.left("exchange") == [first]
    assert device.decisions() == [Decision(1), Decision(2, ("quantity",))]
    (_, decision) = device.records[-1]
    (time_ns,) = struct.unpack(">Q", decision[16:24])
    reject = struct.pack(">cQIH", b"J", time_ns, 2, 0x8000 + 4) + b"order".ljust(14)
    assert device.left("client") == [soup(b"U", reject)]
    check_records(device)
    assert await device.order_counters() == {
        "client_packets": 2, "orders": 2, "orders_forwarded": 1, "orders_rejected": 1, "rejects_sent": 1,
    }  # fmt: skip
    assert (await device.counters())["records"] == len(device.records)


@cocotb.test()
async def the_exchange_answers_and_a_kill_cancels_what_is_left(dut: Any) -> None:
    """SESS-PASS, EXP-EXECUTED, KILL-CANCEL, KILL-ON: REPORTs, one Cancel an order that is live, in the order of acceptance."""
    device = await trading(dut)
    orders = [enter(ref, b"B", 100, 52) for ref in (1, 2, 3)]
    device.streams["client"].send(b"".join(orders))
    await device.settle()
    reports = [accepted(1, b"B", 100, 52), executed(2, 100, 52), executed(3, 40, 52)]
    device.streams["exchange"].send(b"".join(reports))
    await device.settle()
    assert device.left("client") == reports
    await device.order_command("kill", 0)
    await device.settle()
    assert device.left("exchange") == [*orders, cancel(1), cancel(3)]
    device.streams["client"].send(enter(4, b"B", 100, 52))
    await device.settle()
    assert device.decisions()[-1] == Decision(4, ("kill",))
    shown = [(record[33:34], *struct.unpack(">IQqI", record[36:60])) for _, record in device.records if record[0] == 11]
    assert shown == [(b"A", 1, 1, 0, 100), (b"E", 2, 2, 100, 0), (b"E", 3, 3, 140, 60)]
    check_records(device)


@cocotb.test()
async def latency_of_an_idle_device_is_what_the_header_says(dut: Any) -> None:
    """LAT-1, LAT-2, LAT-3: each input meets an idle device; where the order's bytes lie in their beats does not matter."""
    device = await trading(dut)
    before = len(device.bbos)
    for line in device.last_beats.values():
        line.clear()
    device.records.clear()
    messages = [order(Order(3, b"B", 300, 51)), execute(3, 100), replace(3, 4, 100, 51), delete(4)]
    for sequence, message in enumerate(messages, 5):
        device.send(sequence, message, lines="ab"[sequence % 2])
        await device.settle()
    arrived = sorted(device.last_beats["a"] + device.last_beats["b"])
    more = [0, 0, REPLACE_CLK, 0]
    assert [clock - last for (clock, _), last in zip(device.bbos[before:], arrived, strict=True)] == [LAT_1_CLK + clk for clk in more]
    assert [clock - last for (clock, _), last in zip(device.records, arrived, strict=True)] == [LAT_2_CLK + clk for clk in more]
    client = device.streams["client"]
    for ref in range(1, 9):
        client.send(enter(ref, b"B", 100, 52))
        await device.settle()
    packets = device.streams["exchange"].packets
    assert [clock - last for (clock, _), last in zip(packets, client.sent, strict=True)] == [LAT_3_CLK] * 8
    assert LAT_2_CLK + REPLACE_CLK <= 36
    assert LAT_3_CLK <= 14


@cocotb.test()
async def orders_follow_one_another_every_seven_clocks(dut: Any) -> None:
    """Contract 9, rate: as long as records find room."""
    device = await trading(dut)
    orders = [enter(ref, b"B", 1, 52) for ref in range(1, 13)]
    device.streams["client"].send(b"".join(orders))
    await device.settle()
    assert device.left("exchange") == orders
    clocks = [clock for clock, _ in device.streams["exchange"].packets]
    # 50 bytes are 6.25 beats: the first bytes of an order arrive every 6 or 7 clk.
    assert all(later - earlier <= RATE_CLK for earlier, later in pairwise(clocks))


@cocotb.test()
async def a_commit_counts_from_its_record_on(dut: Any) -> None:
    """CTRL-1, contract 1.2: orders decided while a limit changes; the stamps say which limit each of them met."""
    device = await trading(dut, max_shares=100)
    await device.limit(max_shares=99)
    client = device.streams["client"]
    for ref in range(1, 31):
        client.send(enter(ref, b"B", 100, 52))
    await device.clocks(40)
    await device.command("commit")
    await device.settle()
    kinds = [record[0] for _, record in device.records]
    at = len(kinds) - 1 - kinds[::-1].index(12)
    assert 10 in kinds[at - 3 : at]
    assert 10 in kinds[at:]
    decided = [(index > at, record) for index, (_, record) in enumerate(device.records) if record[0] == 10]
    assert [struct.unpack(">I", record[32:36])[0] for _, record in decided] == [1 << 4 if behind else 0 for behind, _ in decided]
    check_records(device)


@cocotb.test()
async def feed_orders_and_reports_collide_and_stay_in_one_order(dut: Any) -> None:
    """EVT-3 over both paths: inputs on any clocks; every order meets the last BBO whose stamp is below its own."""
    device = await trading(dut)
    chance = random.Random(cocotb.RANDOM_SEED)
    client, exchange = device.streams["client"], device.streams["exchange"]
    for turn in range(150):
        device.send(
            5 + turn, order(Order(10 + turn, b"B" if turn % 2 else b"S", 1, chance.choice((49, 50)) if turn % 2 else 52)), lines="a"
        )
        if chance.random() < 0.6:
            client.send(enter(1 + turn, b"B", 1, 52))
        if chance.random() < 0.4:
            exchange.send(soup(b"H"))
        await device.clocks(chance.randrange(1, 40))
    await device.settle()
    check_records(device)
    bid = ask = 0
    for _, record in device.records:
        if record[0] == 1:
            bid, ask = struct.unpack(">II", record[32:40])
        elif record[0] == 10:
            assert struct.unpack(">II", record[56:64]) == (bid, ask)
    assert len(device.decisions()) > 60


@cocotb.test()
async def a_slow_events_output_makes_orders_wait_and_loses_none(dut: Any) -> None:
    """Contract 10: of the order path nothing is lost; the feed may lose records and says so."""
    device = await trading(dut)
    dut.m_events_axis_tready.value = 0
    orders = [enter(ref, b"B", 1, 52) for ref in range(1, 101)]
    device.streams["client"].send(b"".join(orders))
    for turn in range(60):
        device.send(5 + turn, order(Order(10 + turn, b"B", 1, 50)), lines="a")
    await device.clocks(2000)
    waiting = len(device.left("exchange"))
    assert 16 <= waiting < 100
    dut.m_events_axis_tready.value = 1
    await device.clocks(3000)
    assert device.left("exchange") == orders
    assert device.decisions() == [Decision(ref) for ref in range(1, 101)]
    check_records(device)
    lost = [struct.unpack(">Q", record[32:40])[0] for _, record in device.records if record[0] == 13]
    assert lost
    assert sum(lost) + sum(record[0] == 1 for _, record in device.records) == 60 + 2


@cocotb.test()
async def an_error_closes_a_side_until_its_link_goes_down(dut: Any) -> None:
    """SESS-ERROR, SESS-EXCHANGE-LOST: client_close, exchange_close, ORDER_STATUS."""
    device = await trading(dut)
    assert await device.order_status() == OPEN
    device.streams["client"].send(bytes(2) + b"more")
    await device.settle()
    assert (dut.client_close.value, dut.exchange_close.value) == (1, 0)
    assert await device.order_status() == OPEN & ~0b000100
    device.streams["exchange"].send(soup(b"?"))
    await device.settle()
    assert (dut.client_close.value, dut.exchange_close.value) == (1, 1)
    assert await device.order_status() == 0b110010
    await device.links(False)
    assert (dut.client_close.value, dut.exchange_close.value) == (0, 0)
    await device.links()
    await device.order_command("unkill", SESSION)
    await device.settle()
    assert await device.order_status() == OPEN
    order_in = enter(1, b"B", 1, 52)
    device.streams["client"].send(order_in)
    await device.settle()
    assert device.left("exchange") == [order_in]
    # Length 0 swallows from its own bytes on.
    assert (await device.order_counters())["client_swallowed"] == 6
    assert (await device.order_counters())["exchange_swallowed"] == 3


@cocotb.test()
async def reset_brings_everything_back(dut: Any) -> None:
    """Contract 7, 10: in the middle of orders and frames; afterwards nothing passes, and everything works again."""
    device = await trading(dut)
    device.streams["client"].send(b"".join(enter(ref, b"B", 1, 52) for ref in range(1, 30)))
    device.send(5, order(Order(3, b"B", 300, 51)))
    await device.clocks(60)
    device.streams["client"].beats.clear()
    for name in ("client", "exchange"):
        getattr(dut, f"{name}_link_up").value = 0
    await device.reset()
    device.restart()
    assert await device.order_counters() == {}
    assert await device.order_status() == 0b000001
    await device.links()
    device.streams["client"].send(enter(1, b"B", 1, 52))
    await device.settle()
    assert device.left("exchange") == []
    (decision,) = device.decisions()
    assert {"kill", "symbol"} <= set(decision.failing)
    device = await trading(dut)
    device.streams["client"].send(enter(2, b"B", 1, 52))
    await device.settle()
    assert device.left("exchange") == [enter(2, b"B", 1, 52)]
