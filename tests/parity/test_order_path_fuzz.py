# SPDX-License-Identifier: Apache-2.0
"""Arbitrary bytes from the client, one connection a case, through golden and RTL.

Cases start from well-formed SoupBinTCP/OUCH and are damaged by seeded mutation, so that many reach the risk gate and many do not get
that far. More: `TICKPROOF_FUZZ_CASES=1000000 pytest -m slow tests/parity/test_order_path_fuzz.py`. A failure names the seed.
"""

from __future__ import annotations

import itertools
import os
import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from tickproof.capture import Capture
from tickproof.check import judge
from tickproof.check.observe import read_events
from tickproof.golden import get_model
from tickproof.program import PortProgram, Program, Send, SendFlag
from tickproof.protocols.records import KIND
from tickproof.scenario import parse_text
from tickproof.targets import RunOptions, get_target, load_dut

ROOT = Path(__file__).resolve().parents[2]
CASES_PER_RUN = 1000
SLOW_CASES = int(os.environ.get("TICKPROOF_FUZZ_CASES", "100000"))

# Limits that are wide enough for plain orders to pass, and narrow enough for extreme values not to.
HEADER = """dut = "tick_to_trade"
links = "down"
[symbols.AAPL]
locate = 7
base = "140.00"
[risk]
max_shares = 10000
max_notional = "9000000.00"
collar_bps = 500
[opening]
AAPL = "150.00x1000 150.02x1000"
---
20us < exchange up
"""
START_NS = 30_000
_Value = TypeVar("_Value", int, bytes)


class Fuzzer:
    """Connections full of client packets. All randomness comes from `seed`."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._ref = 0

    def connection(self) -> list[bytes]:
        """The segments of one connection."""
        data = b"".join(self._packet() for _ in range(self._random.choice((1, 1, 1, 2, 3))))
        if self._random.random() < 0.35:
            data = self._damaged(data)
        return list(self._segments(data))

    def _packet(self) -> bytes:
        kind = self._random.choices(
            ("enter", "replace", "modify", "cancel", "query", "login", "heartbeat", "debug", "logout", "other"),
            (12, 3, 2, 2, 1, 1, 1, 1, 1, 1),
        )[0]
        if kind == "login":
            return _soup(b"L", b"TRADERpassword..          " + b"%20d" % self._random.randrange(100))
        if kind == "heartbeat":
            return _soup(b"R", b"")
        if kind == "logout":
            return _soup(b"O", b"")
        if kind == "debug":
            return _soup(b"+", self._random.randbytes(self._random.randrange(80)))
        if kind == "other":
            return _soup(b"U", self._random.randbytes(self._random.randrange(1, 60)))
        return _soup(b"U", getattr(self, f"_{kind}")())

    def _enter(self) -> bytes:
        self._ref += self._mostly((1,), (0, 5))
        fixed = struct.pack(
            ">cIcI8sQ5s14s",
            b"O",
            self._ref & 0xFFFFFFFF,
            self._mostly((b"B", b"S", b"T"), (b"?", b"E")),
            self._mostly((1, 100, 10_000), (10_001, 999_999, 1_000_000, 0, 2**32 - 1)),
            self._mostly((b"AAPL    ",), (b"MSFT    ", b"AAPL\0\0\0\0")),
            self._mostly((1_500_000, 1_500_100, 1_500_200), (0x7FFFFFFF, 1_999_999_900, 1_999_999_901, 2**64 - 1, 0, 2**32)),
            self._mostly((b"0YPNN", b"3NAYN", b"5ZRNO"), (b"6AONC", b"E?PNN", b"0YPN?")),
            self._random.randbytes(14),
        )
        return fixed + self._appendage()

    def _mostly(self, usual: Sequence[_Value], odd: Sequence[_Value]) -> _Value:
        return self._random.choice(usual if self._random.random() < 0.9 else odd)

    def _replace(self) -> bytes:
        original = self._random.randrange(self._ref + 2)
        self._ref += 1
        fields = (
            b"U",
            original,
            self._ref & 0xFFFFFFFF,
            self._random.choice((1, 200, 2**32 - 1)),
            self._random.choice((1_500_000, 2**64 - 1)),
        )
        return struct.pack(">cIIIQ3s14s", *fields, b"0YN", self._random.randbytes(14)) + self._appendage()

    def _modify(self) -> bytes:
        return struct.pack(
            ">cIcI",
            b"M",
            self._random.randrange(self._ref + 2),
            self._random.choice((b"B", b"S", b"T")),
            self._random.choice((1, 50, 10**6)),
        )

    def _cancel(self) -> bytes:
        return struct.pack(">cII", b"X", self._random.randrange(self._ref + 2), 0) + self._random.choice((b"", b"", b"\0\0", b"\0\2\1\14"))

    def _query(self) -> bytes:
        return b"Q"

    def _appendage(self) -> bytes:
        options = b""
        for _ in range(self._random.choice((0, 0, 0, 1, 2, 3))):
            tag, value = self._random.choice(((6, b"P"), (6, b"L"), (12, b"N"), (2, b"FIRM"), (23, bytes(8)), (99, b"")))
            options += bytes((len(value) + 1, tag)) + value
        return struct.pack(">H", len(options)) + options

    def _damaged(self, data: bytes) -> bytes:
        damaged = bytearray(data)
        for _ in range(self._random.choice((1, 1, 2, 8))):
            place = self._random.randrange(len(damaged)) if damaged else 0
            kind = self._random.randrange(5)
            if kind == 0 and damaged:
                damaged[place] ^= 1 << self._random.randrange(8)
            elif kind == 1 and damaged:
                damaged[place] = self._random.choice((0, 1, 0xFF, ord("U"), ord("O")))
            elif kind == 2:
                del damaged[place:]
            elif kind == 3:
                del damaged[place : place + self._random.randrange(1, 9)]
            else:
                damaged[place:place] = self._random.randbytes(self._random.randrange(1, 9))
        return bytes(damaged)

    def _segments(self, data: bytes) -> Iterator[bytes]:
        if not data:
            return
        cuts = self._random.sample(range(1, len(data)), min(len(data) - 1, self._random.choice((0, 0, 1, 3)))) if len(data) > 1 else []
        bounds = [0, *sorted(cuts), len(data)]
        for start, end in itertools.pairwise(bounds):
            yield data[start:end]


def _soup(packet_type: bytes, payload: bytes) -> bytes:
    return struct.pack(">Hc", len(payload) + 1, packet_type) + payload


def _program(seed: int, cases: int) -> Program:
    """`cases` connections, one after another, as fast as the device takes them."""
    fuzzer = Fuzzer(seed)
    sends = []
    for _ in range(cases):
        sends.append(Send(START_NS, b"", SendFlag.LINK_UP))
        sends += [Send(START_NS, segment) for segment in fuzzer.connection()]
        sends.append(Send(START_NS, b"", SendFlag.LINK_DOWN))
    program = parse_text(HEADER, "fuzz.scn").program
    return replace(program, ports={**program.ports, "client": PortProgram.of(sends)}, name=f"fuzz seed {seed}")


def _reached_the_gate(program: Program, capture: Capture) -> int:
    """How many connections led to a DECISION: those between two LINK records of the client."""
    events = read_events(program, load_dut("tick_to_trade", ROOT), capture).records
    ups = np.cumsum((events["kind"] == KIND["LINK"]) & (events["body"][:, 0] == 1) & (events["body"][:, 1] == 1))
    return len(set(ups[events["kind"] == KIND["DECISION"]].tolist()))


def _fuzz(target_name: str, cases: int) -> tuple[int, int]:
    """(connections that reached the gate, connections): golden and RTL agree on all."""
    target = get_target(target_name)
    if reason := target.unavailable():
        pytest.skip(reason)
    dut = load_dut("tick_to_trade", ROOT)
    model = get_model(dut.model)
    reached = played = 0
    for seed in range(-(-cases // CASES_PER_RUN)):
        program = _program(seed, min(CASES_PER_RUN, cases - played))
        capture = target.run(dut, program, RunOptions(seed=seed))
        verdict = judge(None, program, dut, model, capture)
        assert verdict.status == "pass", f"seed {seed}: {verdict.reason}\n{verdict.divergence}\n{verdict.further}"
        reached += _reached_the_gate(program, capture)
        played += min(CASES_PER_RUN, cases - played)
    return reached, played


@pytest.mark.parametrize(("name", "cases"), [("rtl@verilator", 1000), ("rtl@icarus", 60)])
def test_damaged_client_bytes_never_pass_what_golden_rejects(name: str, cases: int) -> None:
    """SESS-ERROR, SESS-FRAME, RISK-*: every byte out, record and counter is golden's; half of the connections reach the gate."""
    reached, played = _fuzz(name, cases)
    assert reached >= played / 2


@pytest.mark.slow
def test_many_damaged_connections(capsys: pytest.CaptureFixture[str]) -> None:
    """The same with 100,000 connections; prints how many reached the gate."""
    reached, played = _fuzz("rtl@verilator", SLOW_CASES)
    with capsys.disabled():
        print(f"\n{reached:,} of {played:,} fuzzed connections reached the risk gate")
    assert reached >= played / 2
