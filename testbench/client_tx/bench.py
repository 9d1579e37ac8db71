# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of client_tx: forwards, drops, Rejects, back-pressure, latency."""

from __future__ import annotations

import random
from typing import Any

import cocotb

from testbench.packet_outputs import DROP, FORWARD, MADE, TxBench, some_packet


async def ready(dut: Any, **more: Any) -> TxBench:
    bench = TxBench(dut, "co", **more)
    await bench.start()
    return bench


def decision(kind: int, time_ns: int = 0, ref: int = 0, reason: int = 0, clordid: bytes = bytes(14)) -> dict[str, int]:
    return {"kind": kind, "time_ns": time_ns, "ref": ref, "reason": reason, "clordid": int.from_bytes(clordid, "big")}


@cocotb.test()
async def a_reject_is_thirty_two_bytes(dut: Any) -> None:
    """SESS-REJECT: SoupBinTCP `U` of length 30 with an OUCH `J`: timestamp, user_ref_num, reason, clordid."""
    bench = await ready(dut)
    bench.decisions.append(decision(MADE, 0x0102030405060708, 0x11121314, 0x8006, b"ABCDEFGHIJKLMN"))
    await bench.rest()
    assert bench.packets == [bytes.fromhex("001e 55 4a 0102030405060708 11121314 8006") + b"ABCDEFGHIJKLMN"]


@cocotb.test()
@cocotb.parametrize(stalled=[False, True])
async def decisions_are_carried_out_in_order(dut: Any, stalled: bool) -> None:
    """SESS-PASS: reports leave unchanged, dropped ones leave not one byte, Rejects stand between whole packets."""
    rng = random.Random(cocotb.RANDOM_SEED)
    slow = {"idles": lambda: rng.random() < 0.5, "sink_waits": lambda: rng.random() < 0.5} if stalled else {}
    bench = await ready(dut, **slow)
    wanted = []
    for _ in range(300):
        kind = rng.choice([FORWARD, FORWARD, DROP, MADE])
        fields = (rng.getrandbits(64), rng.getrandbits(32), rng.getrandbits(16), rng.randbytes(14))
        bench.decisions.append(decision(kind, *fields))
        if kind == MADE:
            time_ns, ref, reason, clordid = fields
            wanted.append(b"\0\x1eUJ" + time_ns.to_bytes(8, "big") + ref.to_bytes(4, "big") + reason.to_bytes(2, "big") + clordid)
        else:
            bench.stored.append(some_packet(rng))
            if kind == FORWARD:
                wanted.append(bench.stored[-1])
    await bench.rest()
    assert bench.packets == wanted
    assert bench.stored == []


@cocotb.test()
async def sixty_four_decisions_find_room(dut: Any) -> None:
    """co is 64 deep; then co_ready falls, and nothing is lost."""
    waits = True
    bench = await ready(dut, sink_waits=lambda: waits)
    bench.decisions += [decision(MADE, ref=ref) for ref in range(100)]
    await bench.rest()
    assert len(bench.decided_at) == 64
    waits = False
    await bench.rest()
    assert [int.from_bytes(packet[12:16], "big") for packet in bench.packets] == list(range(100))


@cocotb.test()
@cocotb.parametrize(kind=[FORWARD, MADE])
async def the_first_beat_leaves_2_clocks_after_the_decision(dut: Any, kind: int) -> None:
    """The header's latency."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = await ready(dut)
    for _ in range(30):
        bench.stored += [some_packet(rng)] if kind == FORWARD else []
        bench.decisions.append(decision(kind))
        await bench.rest()
        assert bench.began_at[-1] - bench.decided_at[-1] == 2
