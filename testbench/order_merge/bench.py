# SPDX-License-Identifier: Apache-2.0
"""order_merge alone: two sources of packets, one order of decisions, and a sink that waits."""

from __future__ import annotations

import random
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

FORWARD, DROP, MADE = range(3)


class TB:
    """Plays decisions and both sources, collects packets. idle, stall: how often the sources and the sink wait."""

    def __init__(self, dut: Any, idle: float = 0.0, stall: float = 0.0) -> None:
        self.dut, self.idle, self.stall, self.rng = dut, idle, stall, random.Random(cocotb.RANDOM_SEED)
        self.packets: list[bytes] = []
        self.beats_at, self.drops_at = [], []  # clocks in which beats left and packets were dropped; 0 shows the first decision

    async def start(self) -> None:
        dut = self.dut
        dut.rst.value = 1
        for name in ("s_valid", "s_packet_axis_tvalid", "s_made_axis_tvalid", "m_axis_tready"):
            getattr(dut, name).value = 0
        cocotb.start_soon(Clock(dut.clk, 6400, "ps").start(start_high=False))
        await FallingEdge(dut.clk)
        await FallingEdge(dut.clk)
        dut.rst.value = 0

    def offer(self, source: str, packets: list[bytes], at: int) -> None:
        """Show a beat of the source's first packet; it stays once it is shown."""
        valid = getattr(self.dut, f"{source}_tvalid")
        valid.value = shown = int(bool(packets) and (valid.value == 1 or self.rng.random() >= self.idle))
        if shown:
            beat = packets[0][at : at + 8]
            getattr(self.dut, f"{source}_tdata").value = int.from_bytes(beat + self.rng.randbytes(8 - len(beat)), "little")
            getattr(self.dut, f"{source}_tkeep").value = (1 << len(beat)) - 1
            getattr(self.dut, f"{source}_tlast").value = int(at + 8 >= len(packets[0]))

    async def play(self, decisions: list[int], stored: list[bytes], made: list[bytes], clocks: int = 200_000) -> None:
        """All decisions, until nothing is left to come out, or for so many clocks."""
        dut, sources = self.dut, {"s_packet_axis": stored, "s_made_axis": made}
        at = dict.fromkeys(sources, 0)
        packet, held, wanted = b"", [], len(self.packets) + sum(kind != DROP for kind in decisions)
        for clock in range(clocks):
            if len(self.packets) == wanted and not decisions:
                return
            for source, packets in sources.items():
                self.offer(source, packets, at[source])
            dut.s_valid.value = int(bool(decisions) and (dut.s_valid.value == 1 or self.rng.random() >= self.idle))
            dut.s_kind.value = decisions[0] if decisions else 0
            dut.m_axis_tready.value = int(self.rng.random() >= self.stall)
            await RisingEdge(dut.clk)
            dropped, done = dut.drop.value == 1, dut.s_valid.value == 1 and dut.s_ready.value == 1
            taken = [name for name in sources if getattr(dut, f"{name}_tvalid").value == 1 and getattr(dut, f"{name}_tready").value == 1]
            assert len(taken) + dropped <= 1, "one source at a time"
            roles = ("tdata", "tkeep", "tlast") if dut.m_axis_tvalid.value == 1 else ()
            beat = [int(getattr(dut, f"m_axis_{role}").value) for role in roles]
            assert held in ([], beat), "a beat that waits stays as it is"
            held = [] if dut.m_axis_tready.value == 1 else beat
            if beat and not held:
                self.beats_at.append(clock)
                packet += beat[0].to_bytes(8, "little")[: beat[1].bit_length()]
                if beat[2]:
                    self.packets.append(packet)
                    packet = b""
            assert not dropped or at["s_packet_axis"] == 0, "a packet is dropped whole"
            self.drops_at += [clock] * dropped
            for name in ["s_packet_axis"] if dropped else taken:
                at[name] += len(stored[0]) if dropped else 8
                getattr(dut, f"{name}_tvalid").value = 0
            ended = [name for name in sources if sources[name] and at[name] >= len(sources[name][0])]
            assert done == bool(ended), "a decision is done with its packet"
            for name in ended:
                sources[name].pop(0)
                at[name] = 0
            if done:
                decisions.pop(0)
                dut.s_valid.value = 0
            await FallingEdge(dut.clk)


@cocotb.test
async def packets_leave_a_clock_behind_their_decision_without_bubbles(dut: Any) -> None:
    """Latency and throughput of the header: two beats, a drop, two beats, one beat, two beats."""
    tb = TB(dut)
    await tb.start()
    await tb.play([FORWARD, DROP, MADE, FORWARD, MADE], [b"stored packet", b"dropped", b"short"], [b"made packet 1", b"made packet 2"])
    assert tb.packets == [b"stored packet", b"made packet 1", b"short", b"made packet 2"]
    assert tb.drops_at == [2]
    assert tb.beats_at == [1, 2, 4, 5, 6, 7, 8]


@cocotb.test
async def drops_do_not_wait_for_the_sink_but_for_the_packet(dut: Any) -> None:
    """One beat waits in the output for good; two drops behind it go on, the third has no packet to drop."""
    tb = TB(dut, stall=1.0)
    await tb.start()
    await tb.play([FORWARD, DROP, DROP, DROP], [b"waits", b"dropped", b"dropped, too"], [], clocks=20)
    assert tb.drops_at == [1, 2]
    assert tb.packets == []


@cocotb.test
async def sources_alternate_at_packet_boundaries_only(dut: Any) -> None:
    """Order of output: 400 decisions over sources that pause within packets, as the sink does; first decided, first out."""
    tb = TB(dut, idle=0.3, stall=0.5)
    await tb.start()
    decisions = [tb.rng.choice([FORWARD, FORWARD, DROP, MADE, MADE]) for _ in range(400)]
    pairs = [(tb.rng.randbytes(tb.rng.choice([1, 3, 8, 9, 12, 16, 32, 50])), kind) for kind in decisions]
    stored, wanted = ([packet for packet, kind in pairs if kind != other] for other in (MADE, DROP))
    made = [packet for packet, kind in pairs if kind == MADE]
    await tb.play(decisions, stored, made)
    assert tb.packets == wanted
    assert stored == made == []
