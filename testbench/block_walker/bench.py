# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of block_walker against a walk in Python, one block after another."""

from __future__ import annotations

import random
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge


def walk(body: bytes) -> tuple[int, bool]:
    """How many whole blocks, and whether the last one ends at the end."""
    at = blocks = 0
    while at + 2 <= len(body) and at + 2 + int.from_bytes(body[at : at + 2], "big") <= len(body):
        at += 2 + int.from_bytes(body[at : at + 2], "big")
        blocks += 1
    return blocks, at == len(body)


class Bench:
    """Drives packets beat by beat and reads the answer two clocks after the last beat."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.got: list[tuple[int, bool]] = []
        self.due: list[bool] = [False, False]
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())

    async def reset(self) -> None:
        self.dut.rst.value = 1
        self.dut.s_valid.value = 0
        for _ in range(2):
            await FallingEdge(self.dut.clk)
        self.dut.rst.value = 0

    async def clock(self, last: bool = False) -> None:
        await FallingEdge(self.dut.clk)
        self.due.append(last)
        if self.due[-2]:
            self.got.append((int(self.dut.m_blocks.value), bool(self.dut.m_clean.value)))

    async def send(self, body: bytes, start: int, idle: random.Random | None = None) -> None:
        """One packet whose blocks begin at byte `start` of the first beat; rubbish before and behind it."""
        rubbish = random.Random(len(body))
        raw = rubbish.randbytes(start) + body
        beats = max(1, -(-len(raw) // 8))
        for beat in range(beats):
            last = beat == beats - 1
            end = (len(raw) - 1) % 8 + 1 if last else 8
            chunk = raw[8 * beat : 8 * beat + 8]
            chunk += rubbish.choice([bytes(8), rubbish.randbytes(8)])[: 8 - len(chunk)]
            while idle is not None and idle.random() < 0.3:
                self.dut.s_valid.value = 0
                self.dut.s_data.value = idle.getrandbits(64)
                await self.clock()
            self.dut.s_valid.value = 1
            self.dut.s_first.value = int(beat == 0)
            self.dut.s_start.value = start
            self.dut.s_end.value = end
            self.dut.s_data.value = int.from_bytes(chunk, "little")
            await self.clock(last)

    async def finish(self) -> list[tuple[int, bool]]:
        self.dut.s_valid.value = 0
        await self.clock()
        await self.clock()
        return self.got


def body_of(rng: random.Random, shape: str) -> bytes:
    """Blocks of one kind of length, cut or followed by rubbish now and then."""
    lengths = {
        "zero": lambda: 0,
        "tiny": lambda: rng.choice([0, 0, 0, 1, 1, 2, 3]),
        "short": lambda: rng.randrange(0, 12),
        "itch": lambda: rng.choice([12, 19, 23, 31, 35, 36, 39, 40, 44, 50]),
        "long": lambda: rng.choice([200, 254, 255, 256, 257, 300, 511, 512, 513]),
    }[shape]
    body = b"".join(length.to_bytes(2, "big") + rng.randbytes(length) for length in (lengths() for _ in range(rng.randrange(0, 9))))
    match rng.randrange(4):
        case 0:
            return body[: rng.randrange(len(body) + 1)]
        case 1:
            return body + rng.choice([b"\0", b"\xff", b"\xff\xff", b"\0\1", b"\x80\0"]) + rng.randbytes(rng.randrange(3))
        case _:
            return body


async def compare(dut: Any, shape: str, packets: int, idle: bool) -> None:
    rng = random.Random(f"{shape} {cocotb.RANDOM_SEED}")
    bench = Bench(dut)
    await bench.reset()
    wanted = []
    for _ in range(packets):
        body = body_of(rng, shape)
        start = rng.choice([2, 6, 6, rng.randrange(8)])
        # An empty body in the first beat's middle ends where it begins; at byte 0 it would have no beat at all.
        start = start or 1 if not body else start
        wanted.append((walk(body), start, body))
        await bench.send(body, start, rng if idle else None)
    got = await bench.finish()
    for index, ((expected, start, body), answer) in enumerate(zip(wanted, got, strict=True)):
        assert answer == expected, f"packet {index}, start {start}, {body.hex()}: golden {expected}, got {answer}"


@cocotb.test()
@cocotb.parametrize(shape=["zero", "tiny", "short", "itch", "long"], idle=[False, True])
async def blocks_are_counted_as_a_walk_counts_them(dut: Any, shape: str, idle: bool) -> None:
    """FEED-MOLD-3, -4: whole blocks and a clean end, at one beat a clock and with idle clocks."""
    await compare(dut, shape, 120 if shape == "long" else 700, idle)


@cocotb.test()
async def a_header_split_by_the_beat_is_joined(dut: Any) -> None:
    """Every position of a header, every length up to two beats, so also the one whose two bytes lie in different beats."""
    bench = Bench(dut)
    await bench.reset()
    wanted = []
    for start in range(1, 8):
        for length in range(18):
            body = length.to_bytes(2, "big") + bytes(length) + b"\0\1\x55" + b"\0\0"
            wanted.append((3, True))
            await bench.send(body, start)
    assert await bench.finish() == wanted


@cocotb.test()
async def a_length_of_65535_reaches_behind_everything(dut: Any) -> None:
    """The longest length there is, whole and split, counts no block in 1,986 bytes."""
    bench = Bench(dut)
    await bench.reset()
    for start in (6, 7):
        await bench.send(b"\xff\xff" + bytes(1984), start)
    assert await bench.finish() == [(0, False), (0, False)]


@cocotb.test()
async def the_answer_stays_until_the_next_packet(dut: Any) -> None:
    """line_rx asks at the frame's end, which Ethernet padding may put behind the payload's."""
    bench = Bench(dut)
    await bench.reset()
    await bench.send(b"\0\1x" * 5, 6)
    await bench.finish()
    for _ in range(20):
        await bench.clock()
        assert (int(dut.m_blocks.value), bool(dut.m_clean.value)) == (5, True)


@cocotb.test()
async def a_packet_that_is_cut_leaves_nothing_to_the_next(dut: Any) -> None:
    """A frame that ends inside a block, or inside a header, is forgotten at the next first beat."""
    bench = Bench(dut)
    await bench.reset()
    for cut in (b"\0\x30" + bytes(22), b"\0\7" + bytes(7) + b"\1" * 7):
        await bench.send(cut[: len(cut) // 8 * 8], 0)
        await bench.send(b"\0\3abc" * 3, 6)
    answers = await bench.finish()
    assert answers[1::2] == [(3, True), (3, True)]
