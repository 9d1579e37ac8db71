# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of exchange_tx: forwards, drops, Cancels, back-pressure, latency and rate."""

from __future__ import annotations

import random
from typing import Any

import cocotb

from testbench.packet_outputs import DROP, FORWARD, MADE, TxBench, some_packet


async def ready(dut: Any, **more: Any) -> TxBench:
    bench = TxBench(dut, "xo", **more)
    await bench.start()
    return bench


def decision(kind: int, ref: int = 0) -> dict[str, int]:
    return {"kind": kind, "ref": ref}


@cocotb.test()
async def a_cancel_is_twelve_bytes(dut: Any) -> None:
    """KILL-CANCEL: SoupBinTCP `U` of length 10 with an OUCH `X`: user_ref_num, quantity 0."""
    bench = await ready(dut)
    bench.decisions += [decision(MADE, 0x01020304), decision(MADE, 0xFFFFFFFF)]
    await bench.rest()
    assert bench.packets == [bytes.fromhex("000a 55 58 01020304 00000000"), bytes.fromhex("000a 55 58 ffffffff 00000000")]


@cocotb.test()
@cocotb.parametrize(stalled=[False, True])
async def decisions_are_carried_out_in_order(dut: Any, stalled: bool) -> None:
    """SESS-PASS: what is forwarded leaves unchanged, what is dropped leaves not one byte, Cancels stand between whole packets."""
    rng = random.Random(cocotb.RANDOM_SEED)
    slow = {"idles": lambda: rng.random() < 0.5, "sink_waits": lambda: rng.random() < 0.5} if stalled else {}
    bench = await ready(dut, **slow)
    wanted = []
    for _ in range(300):
        kind = rng.choice([FORWARD, FORWARD, DROP, MADE])
        ref = rng.getrandbits(32)
        bench.decisions.append(decision(kind, ref))
        if kind == MADE:
            wanted.append(b"\0\x0aUX" + ref.to_bytes(4, "big") + bytes(4))
        else:
            bench.stored.append(some_packet(rng))
            if kind == FORWARD:
                wanted.append(bench.stored[-1])
    await bench.rest()
    assert bench.packets == wanted
    assert bench.stored == []


@cocotb.test()
async def a_kill_of_everything_does_not_wait_for_the_exchange(dut: Any) -> None:
    """1,040 Cancels find room behind an output that takes nothing, and leave in order."""
    waits = True
    bench = await ready(dut, sink_waits=lambda: waits)
    bench.decisions += [decision(MADE, ref) for ref in range(1040)]
    await bench.rest()
    assert bench.decisions == []
    assert bench.decided_at[-1] - bench.decided_at[0] == 1039
    assert bench.packets == []
    waits = False
    await bench.rest()
    assert [int.from_bytes(packet[4:8], "big") for packet in bench.packets] == list(range(1040))


@cocotb.test()
async def a_full_queue_waits_and_loses_nothing(dut: Any) -> None:
    """2,048 decisions and what the output holds; then xo_ready falls."""
    waits = True
    bench = await ready(dut, sink_waits=lambda: waits)
    bench.decisions += [decision(MADE, ref) for ref in range(2100)]
    await bench.rest()
    assert len(bench.decided_at) == 2048
    waits = False
    await bench.rest()
    assert [int.from_bytes(packet[4:8], "big") for packet in bench.packets] == list(range(2100))


@cocotb.test()
@cocotb.parametrize(kind=[FORWARD, MADE])
async def the_first_beat_leaves_2_clocks_after_the_decision(dut: Any, kind: int) -> None:
    """LAT-3's share, whatever the packet's length."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = await ready(dut)
    for _ in range(30):
        bench.stored += [some_packet(rng)] if kind == FORWARD else []
        bench.decisions.append(decision(kind))
        await bench.rest()
        assert bench.began_at[-1] - bench.decided_at[-1] == 2


@cocotb.test()
async def packets_leave_without_a_bubble(dut: Any) -> None:
    """One beat a clock over the ends of packets, forwarded and made."""
    bench = await ready(dut)
    bench.stored += [bytes(50)] * 20
    bench.decisions += [decision(FORWARD), decision(MADE)] * 20
    await bench.rest()
    assert bench.beat_clocks[-1] - bench.beat_clocks[0] + 1 == len(bench.beat_clocks) == 20 * (7 + 2)
