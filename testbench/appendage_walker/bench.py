# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of appendage_walker against a walk in Python, one option after another."""

from __future__ import annotations

import random
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, Timer


def walk(row: bytes) -> tuple[bool, int]:
    """Is the row clean, and the last PriceType's value (0 as 255); 0 if there is none."""
    at = found = 0
    while at < len(row):
        size = row[at]
        if size == 0 or at + 1 + size > len(row):
            return False, 0
        if size == 2 and row[at + 1] == 6:
            found = row[at + 2] or 255
        at += 1 + size
    return True, found


class Bench:
    """Packets beat by beat; the answer one clock after the last."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())

    async def send(self, packet: bytes, start: int, rng: random.Random, idle: bool = False) -> tuple[bool, int]:
        dut = self.dut
        for at in range(0, len(packet), 8):
            beat = packet[at : at + 8]
            while idle and rng.random() < 0.3:
                dut.s_valid.value = 0
                dut.s_data.value = rng.getrandbits(64)
                await FallingEdge(dut.clk)
            dut.s_valid.value = 1
            dut.s_first.value = int(at == 0)
            dut.s_bytes.value = len(beat)
            dut.s_data.value = int.from_bytes(beat + rng.randbytes(8 - len(beat)), "little")
            await FallingEdge(dut.clk)
            dut.s_start.value = start
        dut.s_valid.value = 0
        for _ in range(rng.randrange(3)):
            dut.s_data.value = rng.getrandbits(64)
            await FallingEdge(dut.clk)
        await Timer(1, "ns")
        return dut.m_clean.value == 1, int(dut.m_price_type.value)


def row_of(rng: random.Random, shape: str) -> bytes:
    """Options of one kind, spoilt now and then."""
    row = b""
    for _ in range(rng.randrange(9)):
        size = {
            "tiny": lambda: rng.choice([1, 1, 2, 2, 3]),
            "real": lambda: rng.choice([2, 2, 3, 5, 9]),
            "long": lambda: rng.choice([200, 246, 247, 248, 253, 254, 255]),
        }[shape]()
        row += bytes([size, rng.choice([6, 6, 2, 1])]) + rng.choice(
            [rng.randbytes(size - 1), b"\2\6P\2\6Q".ljust(size - 1, b"\2")[: size - 1]]
        )
    match rng.randrange(5):
        case 0:
            return row[: rng.randrange(len(row) + 1)]
        case 1:
            return row + rng.choice([b"\0", b"\1", b"\2\6", b"\3\6P", b"\xff"])
        case 2 if row:
            place = rng.randrange(len(row))
            return row[:place] + bytes([rng.choice([0, 1, 2, 6, 255])]) + row[place + 1 :]
        case _:
            return row


@cocotb.test()
@cocotb.parametrize(shape=["tiny", "real", "long"], idle=[False, True])
async def options_are_walked_as_one_after_another(dut: Any, shape: str, idle: bool) -> None:
    """Every start from byte 6 on, packets back to back, with and without idle clocks."""
    rng = random.Random(f"{shape} {cocotb.RANDOM_SEED}")
    bench = Bench(dut)
    for turn in range(150 if shape == "long" else 800):
        start = rng.choice([6, 14, 15, 19, 36, 43, 50, 67, 71, rng.randrange(1, 9) * 8 + rng.randrange(1, 8)])
        row = row_of(rng, shape)
        # Bytes before the options look like options, too.
        clean, price_type = await bench.send((b"\2\6X" * 30)[:start] + row, start, rng, idle)
        expected = walk(row)
        assert clean == expected[0], f"turn {turn}, start {start}, {row.hex()}"
        if clean:
            assert price_type == expected[1], f"turn {turn}, start {start}, {row.hex()}"


@cocotb.test()
async def a_price_type_is_found_at_every_place(dut: Any) -> None:
    """One option before it of every length to two beats; of two PriceTypes the last; neither a value 6 nor another length fools it."""
    rng = random.Random(cocotb.RANDOM_SEED)
    bench = Bench(dut)
    for start in (43, 50):
        for size in range(1, 20):
            before = bytes([size, 2]) + bytes(size - 1)
            assert await bench.send(bytes(start) + before + b"\2\6P", start, rng) == (True, ord("P"))
            assert await bench.send(bytes(start) + before + b"\2\6P\2\6\0", start, rng) == (True, 255)
            assert await bench.send(bytes(start) + before + b"\2\6P" + before, start, rng) == (True, ord("P"))
            assert await bench.send(bytes(start) + before + b"\2\5\6\3\6ab\1\6", start, rng) == (True, 0)
