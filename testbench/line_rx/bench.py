# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of line_rx: every drop reason and their precedence, the packets and beats of good frames, resets, idle clocks."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly, RisingEdge

from testbench.market_data import COUNTERS, GROUPS, PORT, SESSION, FrameSource, Headers, add_order, frame, mold

PULSES = COUNTERS[: COUNTERS.index("heartbeats") + 1]
UNICAST = bytes.fromhex("02a1b2c3d4e5")


@dataclass(frozen=True)
class Packet:
    """What line_rx says about a good frame, and the beats it gave since the first."""

    clock: int
    sequence: int
    kind: int
    count: int
    tagged: int
    payload: int
    time_ns: int
    beats: bytes

    def blocks(self) -> list[bytes]:
        """The `count` blocks that a reader finds in the beats."""
        at, found = (2 if self.tagged else 6), []
        for _ in range(self.count):
            length = int.from_bytes(self.beats[at : at + 2], "big")
            found.append(self.beats[at + 2 : at + 2 + length])
            at += 2 + length
        return found


class Bench:
    """Drives one line clock by clock; `sessions_ok` answers the session question."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.line = FrameSource(dut, "s")
        self.packets: list[Packet] = []
        self.sessions: list[bytes] = []
        self.counted: Counter[str] = Counter()
        self.beats = b""
        self.clock = 0
        self.last_beats: list[int] = []
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())

    async def reset(self, clocks: int = 2) -> None:
        dut = self.dut
        for name, value in {
            "m_session_ok": 1, "enable": 1, "time_ns": 0, "cfg_group": GROUPS["a"], "cfg_port": PORT,
            "cfg_unicast_mac": int.from_bytes(UNICAST, "big"), "rst": 1,
        }.items():  # fmt: skip
            getattr(dut, name).value = value
        for _ in range(clocks):
            self.line.drive()
            await FallingEdge(dut.clk)
        dut.rst.value = 0

    async def run(self, clocks: int) -> None:
        dut = self.dut
        for _ in range(clocks):
            if self.line.drive():
                self.last_beats.append(self.clock)
            dut.time_ns.value = 1000 + self.clock
            await ReadOnly()
            if dut.m_beat_valid.value == 1:
                self.beats = (b"" if dut.m_beat_first.value == 1 else self.beats) + int(dut.m_beat_data.value).to_bytes(8, "little")
            if dut.m_session_valid.value == 1:
                self.sessions.append(int(dut.m_session.value).to_bytes(10, "big"))
            if dut.m_packet_valid.value == 1:
                names = ("sequence", "kind", "count", "tagged", "payload", "time_ns")
                fields = {name: int(getattr(dut, f"m_packet_{name}").value) for name in names}
                self.packets.append(Packet(clock=self.clock, beats=self.beats, **fields))
            self.counted.update(name for name in PULSES if getattr(dut, f"inc_{name}").value == 1)
            await RisingEdge(dut.clk)
            self.clock += 1
            await FallingEdge(dut.clk)

    async def drain(self) -> None:
        while self.line.queue:
            await self.run(1)
        await self.run(8)

    async def outcome(self, data: bytes, *, bad: bool = False) -> tuple[dict[str, int], list[Packet]]:
        """Send one frame; the counters that moved and the packets that came of it."""
        before, packets = Counter(self.counted), len(self.packets)
        self.line.send(data, bad=bad)
        await self.drain()
        return dict(self.counted - before), self.packets[packets:]


GOOD = mold(7, [add_order(1)])


@dataclass(frozen=True)
class Faults:
    """A frame under construction: headers, payload, and what happens to it as a whole."""

    headers: Headers = field(default_factory=Headers)
    payload: bytes = GOOD
    cut: int | None = None
    pad: int = 0
    bad: bool = False

    def build(self) -> bytes:
        return (frame(self.payload, self.headers) + bytes(self.pad))[: self.cut]


def header(**fields: Any) -> Callable[[Faults], Faults]:
    return lambda faults: replace(faults, headers=replace(faults.headers, **fields))


# In the order of the contract's table; the first that fails names the counter.
RULES: list[tuple[str, str, Callable[[Faults], Faults]]] = [
    ("FEED-FRAME-1", "bad_fcs", lambda f: replace(f, bad=True)),
    ("FEED-FRAME-2", "oversize", lambda f: replace(f, pad=2049)),
    ("FEED-FRAME-3", "runt", lambda f: replace(f, cut=45 if f.headers.tags else 41)),
    ("FEED-FRAME-4", "not_ours", header(mac=bytes.fromhex("01005e360c70"))),
    ("FEED-FRAME-5", "not_ipv4", header(ethertype=0x86DD)),
    ("FEED-FRAME-6", "bad_ip_header", header(checksum_error=1)),
    ("FEED-FRAME-7", "fragment", header(fragment=0x2000)),
    ("FEED-FRAME-8", "not_udp", header(protocol=6)),
    ("FEED-FRAME-9", "not_ours", header(port=PORT + 1)),
    ("FEED-FRAME-10", "bad_length", header(total_length=40)),
    ("FEED-MOLD-1", "short_mold", lambda f: replace(f, payload=GOOD[:19])),
]


@cocotb.test()
@cocotb.parametrize(tagged=[False, True])
async def each_rule_alone_drops_and_counts(dut: Any, tagged: bool) -> None:
    """FEED-FRAME-1 to -10, FEED-MOLD-1: one counter, no packet."""
    bench = Bench(dut)
    await bench.reset()
    base = header(tags=(0x8100,) if tagged else ())(Faults())
    for rule, counter, fault in RULES:
        faulty = fault(base)
        assert await bench.outcome(faulty.build(), bad=faulty.bad) == ({"frames": 1, counter: 1}, []), rule
        moved, packets = await bench.outcome(base.build())
        assert (moved, len(packets)) == ({"frames": 1}, 1), f"the good frame behind {rule}"


@cocotb.test()
@cocotb.parametrize(tagged=[False, True])
async def the_first_rule_that_fails_names_the_counter(dut: Any, tagged: bool) -> None:
    """2.1: precedence between every two rules that a frame can break at once."""
    bench = Bench(dut)
    await bench.reset()
    base = header(tags=(0x8100,) if tagged else ())(Faults())
    for (rule, counter, fault), (other, _, second) in itertools.combinations(RULES, 2):
        if {rule, other} == {"FEED-FRAME-2", "FEED-FRAME-3"}:
            continue
        faulty = second(fault(base))
        assert await bench.outcome(faulty.build(), bad=faulty.bad) == ({"frames": 1, counter: 1}, []), f"{rule} with {other}"


@cocotb.test()
async def other_ways_to_break_a_rule(dut: Any) -> None:
    """The corners of FEED-FRAME-3 to -10 that the table above does not reach."""
    bench = Bench(dut)
    await bench.reset()
    cases: list[tuple[str, bytes]] = [
        ("runt", bytes(1)),
        ("runt", frame(b"")[:14]),
        ("runt", frame(b"", Headers(tags=(0x8100,)))[:42]),
        ("short_mold", frame(b"")),
        ("short_mold", frame(b"", Headers(tags=(0x8100,)))),
        ("not_ours", frame(GOOD, Headers(mac=bytes.fromhex("01005eb60c6f")))),
        ("not_ours", frame(GOOD, Headers(mac=b"\xff" * 6))),
        ("not_ours", frame(GOOD, Headers(mac=bytes(6)))),
        ("not_ours", frame(GOOD, Headers(destination=GROUPS["a"] ^ 1))),
        ("not_ours", frame(GOOD, Headers(destination=GROUPS["a"] ^ 0x80000000))),
        ("not_ipv4", frame(GOOD, Headers(tags=(0x8100, 0x8100)))),
        ("not_ipv4", frame(GOOD, Headers(tags=(0x88A8,)))),
        ("bad_ip_header", frame(GOOD, Headers(version=0x46))),
        ("bad_ip_header", frame(GOOD, Headers(version=0x65))),
        ("bad_ip_header", frame(GOOD, Headers(checksum_error=0x8000))),
        ("fragment", frame(GOOD, Headers(fragment=0x0001))),
        ("fragment", frame(GOOD, Headers(fragment=0x5000))),
        ("bad_length", frame(GOOD, Headers(udp_length=7, total_length=27))),
        ("bad_length", frame(GOOD, Headers(udp_length=len(GOOD) + 7))),
        ("bad_length", frame(GOOD, Headers(udp_length=len(GOOD) + 9, total_length=len(GOOD) + 29))),
        ("bad_length", frame(GOOD)[:-1]),
        ("bad_length", frame(GOOD, Headers(udp_length=0xFFFF, total_length=0x0013))),
        ("oversize", frame(GOOD) + bytes(2049 - len(frame(GOOD)))),
        ("oversize", frame(GOOD) + bytes(70000)),
        ("oversize", frame(mold(1, [bytes(1000), bytes(1100)]))),
    ]
    for index, (counter, data) in enumerate(cases):
        assert await bench.outcome(data) == ({"frames": 1, counter: 1}, []), f"case {index}"


@cocotb.test()
@cocotb.parametrize(group=[GROUPS["a"], GROUPS["a"] ^ 0x7FFFFF])
async def every_address_bit_counts(dut: Any, group: int) -> None:
    """FEED-FRAME-4, -9: one wrong bit anywhere in MAC, group or port is not ours, on a unicast MAC, too."""
    bench = Bench(dut)
    await bench.reset()
    dut.cfg_group.value = group
    right = Headers(group=group)
    multicast = frame(GOOD, right)[:6]
    wrong = [
        replace(right, mac=(int.from_bytes(mac, "big") ^ 1 << bit).to_bytes(6, "big")) for mac in (multicast, UNICAST) for bit in range(48)
    ]
    wrong += [replace(right, destination=group ^ 1 << bit) for bit in range(32)]
    wrong += [replace(right, port=PORT ^ 1 << bit) for bit in range(16)]
    for headers in wrong:
        bench.line.send(frame(GOOD, headers))
    await bench.drain()
    assert dict(bench.counted) == {"frames": len(wrong), "not_ours": len(wrong)}
    assert not bench.packets
    assert (await bench.outcome(frame(GOOD, right)))[0] == {"frames": 1}


@cocotb.test()
async def frames_that_only_look_odd_are_accepted(dut: Any) -> None:
    """FEED-FRAME-2, -4, -5, -7, -10: the limit itself, unicast, any VLAN id, DF or reserved flag, padding."""
    bench = Bench(dut)
    await bench.reset()
    longest = mold(1, [bytes(i % 40) for i in range(1, 50)]).ljust(2006, b"\0")
    for data, counters in (
        (frame(longest), {"trailing": 1}),
        (frame(longest[:2002], Headers(tags=(0x8100,))), {"trailing": 1}),
        (frame(GOOD, Headers(mac=UNICAST)), {}),
        (frame(GOOD, Headers(fragment=0x0000)), {}),
        (frame(GOOD, Headers(fragment=0x8000)), {}),
        (frame(GOOD, Headers(padding=b"\0\1\2\3\4\5")), {}),
        (frame(GOOD) + bytes(2048 - len(frame(GOOD))), {}),
    ):
        moved, packets = await bench.outcome(data)
        assert (moved, len(packets)) == ({"frames": 1, **counters}, 1)
    bench.dut.cfg_unicast_mac.value = 0
    assert await bench.outcome(frame(GOOD, Headers(mac=UNICAST))) == ({"frames": 1, "not_ours": 1}, [])


@cocotb.test()
@cocotb.parametrize(tagged=[False, True], padding=[0, 1, 9])
async def packets_carry_header_count_and_beats(dut: Any, tagged: bool, padding: int) -> None:
    """FEED-MOLD-2 to -5: kind, effective count, truncated, trailing; the beats hold the blocks."""
    bench = Bench(dut)
    await bench.reset()
    blocks = [b"abc", b"", b"\0" * 9, add_order(5)]
    whole = mold(0x0123456789ABCDEF, blocks)
    cases: list[tuple[bytes, int, int, dict[str, int]]] = [
        (whole, 0, 4, {}),
        (whole + b"\0", 0, 4, {"trailing": 1}),
        (whole + b"\0\0", 0, 4, {"trailing": 1}),
        (whole[:-1], 0, 3, {"truncated": 1}),
        (whole[:-37], 0, 3, {"truncated": 1}),
        (whole[:-38], 0, 3, {"truncated": 1}),
        (mold(1, blocks, count=5), 0, 4, {"truncated": 1}),
        (mold(1, blocks, count=0xFFFE), 0, 4, {"truncated": 1}),
        (mold(1, blocks, count=3), 0, 3, {"trailing": 1}),
        (mold(1, [], count=1), 0, 0, {"truncated": 1}),
        (mold(1, [], count=1, tail=b"\0"), 0, 0, {"truncated": 1}),
        (mold(1, [], count=1, tail=b"\0\1"), 0, 0, {"truncated": 1}),
        (mold(1, [b""] * 5), 0, 5, {}),
        (mold(1, [], count=0), 1, 0, {"heartbeats": 1}),
        (mold(1, blocks, count=0), 1, 0, {"heartbeats": 1}),
        (mold(1, [], count=0xFFFF), 2, 0, {"heartbeats": 1}),
        (mold(1, blocks, count=0xFFFF), 2, 0, {"heartbeats": 1}),
    ]
    for index, (payload, kind, count, counters) in enumerate(cases):
        data = frame(payload, Headers(tags=(0x8100,) if tagged else (), padding=b"\0" * padding))
        moved, packets = await bench.outcome(data)
        assert moved == {"frames": 1, **counters}, f"case {index}"
        assert len(packets) == 1, f"case {index}"
        got = packets[0]
        assert (got.sequence, got.kind, got.count, got.tagged, got.payload) == (
            int.from_bytes(payload[10:18], "big"), kind, count, int(tagged), len(payload),
        ), f"case {index}"  # fmt: skip
        assert got.blocks() == ([b""] * 5 if count == 5 else blocks[:count]), f"case {index}"
        assert len(got.beats) <= len(payload), f"case {index}: more beats than the FIFO counts for"
        assert (got.clock - bench.last_beats[-1], got.time_ns) == (3, 1000 + bench.last_beats[-1]), f"case {index}"


@cocotb.test()
async def another_session_is_dropped_and_counted_alone(dut: Any) -> None:
    """FEED-MOLD-6: wrong_session; truncated, trailing and heartbeats count the right session only."""
    bench = Bench(dut)
    await bench.reset()
    dut.m_session_ok.value = 0
    for payload in (GOOD, GOOD + b"\0", GOOD[:-1], mold(1, [], count=0), mold(1, [], count=0xFFFF)):
        assert await bench.outcome(frame(payload)) == ({"frames": 1, "wrong_session": 1}, [])
    assert bench.sessions == [SESSION] * 5
    for rule in RULES:
        faulty = rule[2](Faults())
        await bench.outcome(faulty.build(), bad=faulty.bad)
    assert len(bench.sessions) == 5, "a dropped frame has no session"


@cocotb.test()
async def frames_back_to_back_in_any_order(dut: Any) -> None:
    """2.1 at line rate: no idle clock, every kind of frame behind every other."""
    bench = Bench(dut)
    await bench.reset()
    rng = random.Random(cocotb.RANDOM_SEED)
    wanted: Counter[str] = Counter()
    sequences = []
    for index in range(400):
        tags = rng.choice([(), (0x8100,)])
        faults = header(tags=tags)(Faults(payload=mold(index, [bytes(rng.randrange(0, 60)) for _ in range(rng.randrange(1, 5))])))
        if rng.random() < 0.4:
            _, counter, fault = rng.choice(RULES[:1] + RULES[2:])
            faults = fault(faults)
            wanted[counter] += 1
        else:
            sequences.append(index)
        wanted["frames"] += 1
        bench.line.send(faults.build(), bad=faults.bad)
    await bench.drain()
    assert bench.counted == wanted
    assert [packet.sequence for packet in bench.packets] == sequences


@cocotb.test()
@cocotb.parametrize(tagged=[False, True])
async def an_idle_clock_before_any_beat_changes_nothing(dut: Any, tagged: bool) -> None:
    """AXI-Stream: valid may fall between any two beats."""
    bench = Bench(dut)
    await bench.reset()
    data = frame(mold(9, [b"abc", b"", add_order(5)]), Headers(tags=(0x8100,) if tagged else ()))
    beats = -(-len(data) // 8)
    for at in range(beats):
        bench.line.send(data, gaps=[0] * at + [3])
        bench.line.send(data)
    bench.line.send(data, gaps=[1] * beats)
    await bench.drain()
    assert dict(bench.counted) == {"frames": 2 * beats + 1}
    assert {(packet.sequence, packet.count, tuple(packet.blocks())) for packet in bench.packets} == {(9, 3, (b"abc", b"", add_order(5)))}
    assert len(bench.packets) == 2 * beats + 1


@cocotb.test()
async def the_rest_of_a_frame_that_a_reset_cuts_is_discarded(dut: Any) -> None:
    """Contract 10: up to and including its last beat, uncounted; also when the reset takes only one clock, or falls on the last beat."""
    bench = Bench(dut)
    await bench.reset()
    data = frame(GOOD)
    beats = -(-len(data) // 8)
    for clocks in (1, 2):
        for at in range(beats - clocks + 1):
            bench.line.send(data)
            bench.line.send(data)
            await bench.run(at)
            bench.counted.clear()
            bench.packets.clear()
            await bench.reset(clocks)
            await bench.drain()
            assert (dict(bench.counted), len(bench.packets)) == ({"frames": 1}, 1), f"reset of {clocks} clk at beat {at}"


@cocotb.test()
async def a_frame_that_starts_before_the_device_is_ready_is_discarded(dut: Any) -> None:
    """Contract 10: discarded likewise, even if ready rises inside; the next one is taken."""
    bench = Bench(dut)
    await bench.reset()
    data = frame(GOOD)
    dut.enable.value = 0
    bench.line.send(data)
    bench.line.send(data)
    await bench.run(4)
    dut.enable.value = 1
    await bench.drain()
    assert (dict(bench.counted), len(bench.packets)) == ({"frames": 1}, 1)
