# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of itch_decoder. Types, lengths and fields are typed in here from the ITCH 5.0 field list, not taken from the engine."""

from __future__ import annotations

import random
import struct
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly, RisingEdge

LENGTHS = {
    "S": 12, "R": 39, "H": 25, "Y": 20, "L": 26, "V": 35, "W": 12, "K": 28, "J": 35, "h": 21, "A": 36, "F": 40, "E": 31, "C": 36, "X": 23,
    "D": 19, "U": 35, "P": 44, "Q": 40, "B": 19, "I": 50, "N": 20, "O": 48,
}  # fmt: skip
# type -> field -> (offset, size)
PLACES: dict[str, dict[str, tuple[int, int]]] = {
    "S": {"code": (11, 1)},
    "R": {"stock": (11, 8)},
    "H": {"code": (19, 1)},
    "Y": {"code": (19, 1)},
    "h": {"market": (19, 1), "code": (20, 1)},
    "A": {"ref": (11, 8), "side": (19, 1), "shares": (20, 4), "price": (32, 4)},
    "F": {"ref": (11, 8), "side": (19, 1), "shares": (20, 4), "price": (32, 4)},
    "E": {"ref": (11, 8), "shares": (19, 4)},
    "C": {"ref": (11, 8), "shares": (19, 4)},
    "X": {"ref": (11, 8), "shares": (19, 4)},
    "D": {"ref": (11, 8)},
    "U": {"ref": (11, 8), "new_ref": (19, 8), "shares": (27, 4), "price": (31, 4)},
}
FIELDS = ("ref", "new_ref", "side", "shares", "price", "stock", "code", "market")
MESSAGE, BAD = 0, 1


def expected(data: bytes) -> dict[str, int]:
    """The op of a message, by the table above."""
    kind = chr(data[0])
    if LENGTHS.get(kind) != len(data):
        return {"kind": BAD, "type": 0, "locate": 0, "timestamp": 0} | dict.fromkeys(FIELDS, 0)
    locate, _, high, low = struct.unpack(">HHHI", data[1:11])
    places = PLACES.get(kind, {})
    fields = dict.fromkeys(FIELDS, 0) | {name: int.from_bytes(data[at : at + size], "big") for name, (at, size) in places.items()}
    return {"kind": MESSAGE, "type": data[0], "locate": locate, "timestamp": high << 32 | low} | fields


class Bench:
    """Puts messages in and compares every op that comes out."""

    def __init__(self, dut: Any) -> None:
        self.dut = dut
        self.rng = random.Random(cocotb.RANDOM_SEED)
        self.ops: list[dict[str, int]] = []
        self.stall = 0.0
        self.messages = self.bad_messages = 0
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())

    async def reset(self) -> None:
        for name in ("valid", "kind", "sequence", "time_ns", "symbol", "end", "cause", "length", "data", "session"):
            getattr(self.dut, f"s_{name}").value = 0
        self.dut.op_ready.value = 1
        self.dut.rst.value = 1
        for _ in range(2):
            await FallingEdge(self.dut.clk)
        self.dut.rst.value = 0

    async def clock(self) -> bool:
        """One clock; True if the input was taken."""
        dut = self.dut
        dut.op_ready.value = int(self.rng.random() >= self.stall)
        await ReadOnly()
        taken = bool(dut.s_valid.value == 1 and dut.s_ready.value == 1)
        if dut.op_valid.value == 1 and dut.op_ready.value == 1:
            names = ("kind", "sequence", "time_ns", "type", "locate", "timestamp", *FIELDS, "symbol", "end", "cause", "session")
            self.ops.append({name: int(getattr(dut, f"op_{name}").value) for name in names})
        self.messages += int(dut.inc_messages.value)
        self.bad_messages += int(dut.inc_bad_message.value)
        await RisingEdge(dut.clk)
        await FallingEdge(dut.clk)
        return taken

    async def put(self, data: bytes | None, /, **pins: int) -> None:
        """One message with rubbish behind its end, or with data = None whatever `pins` say."""
        dut = self.dut
        if data is not None:
            shown = (data + self.rng.randbytes(36))[:36]
            pins = {"kind": 0, "length": len(data), "data": int.from_bytes(shown, "big")} | pins
        for name, value in pins.items():
            getattr(dut, f"s_{name}").value = value
        dut.s_valid.value = 1
        while not await self.clock():
            pass
        dut.s_valid.value = 0

    async def finish(self) -> list[dict[str, int]]:
        self.stall = 0.0
        for _ in range(3):
            await self.clock()
        return self.ops


def subset(op: dict[str, int], wanted: dict[str, int]) -> dict[str, int]:
    return {name: op[name] for name in wanted}


@cocotb.test()
@cocotb.parametrize(stall=[0.0, 0.6])
async def every_type_gives_its_fields_and_no_others(dut: Any, stall: float) -> None:
    """FEED-ITCH-1 and the op seam: 23 types, random bytes, at one message a clock and with a book that stalls."""
    bench = Bench(dut)
    await bench.reset()
    bench.stall = stall
    wanted = []
    for sequence in range(12 * len(LENGTHS)):
        kind = sorted(LENGTHS)[sequence % len(LENGTHS)]
        data = kind.encode() + bench.rng.randbytes(LENGTHS[kind] - 1)
        wanted.append(expected(data) | {"sequence": sequence, "time_ns": 7 * sequence})
        await bench.put(data, sequence=sequence, time_ns=7 * sequence)
    ops = await bench.finish()
    assert [subset(op, wanted[0]) for op in ops] == wanted
    assert (bench.messages, bench.bad_messages) == (len(wanted), 0)


@cocotb.test()
async def a_wrong_length_or_an_unknown_type_is_bad(dut: Any) -> None:
    """FEED-ITCH-1: every type with lengths around and far from its own, and every byte that is no type."""
    bench = Bench(dut)
    await bench.reset()
    wrong = [(kind.encode(), length) for kind, right in LENGTHS.items() for length in (1, right - 1, right + 1, right + 256, 1500)]
    unknown = [(bytes([code]), length) for code in range(256) if chr(code) not in LENGTHS for length in (1, 36)]
    for kind, length in wrong + unknown:
        await bench.put((kind + bench.rng.randbytes(2000))[:length])
    ops = await bench.finish()
    nothing = expected(b"?")
    assert [subset(op, nothing) for op in ops] == [nothing] * len(wrong + unknown)
    assert bench.messages == bench.bad_messages == len(wrong + unknown)


@cocotb.test()
async def what_is_no_message_passes_through(dut: Any) -> None:
    """Gaps, ends, commands, starts: fields unchanged, message fields 0, nothing counted."""
    bench = Bench(dut)
    await bench.reset()
    wanted = []
    for kind in range(2, 9):
        widths = {"sequence": 64, "time_ns": 64, "symbol": 16, "end": 64, "cause": 8, "session": 80}
        pins = {name: bench.rng.getrandbits(bits) for name, bits in widths.items()}
        await bench.put(None, kind=kind, length=36, data=int.from_bytes(b"A" + bench.rng.randbytes(35), "big"), **pins)
        wanted.append({"kind": kind, "type": 0, "locate": 0, "timestamp": 0} | dict.fromkeys(FIELDS, 0) | pins)
    ops = await bench.finish()
    assert [subset(op, wanted[0]) for op in ops] == wanted
    assert (bench.messages, bench.bad_messages) == (0, 0)
