# SPDX-License-Identifier: Apache-2.0
"""SESS-FRAME: where a TCP segment ends means nothing. What has to come out is what went in, so no model is asked."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tickproof.program import PortProgram, Program, Send, SendFlag
from tickproof.protocols import OUCH_IN
from tickproof.scenario import parse_text
from tickproof.targets import RunOptions, get_target, load_dut

ROOT = Path(__file__).resolve().parents[2]
START_NS = 30_000
GAP_NS = 2_000

HEADER = """dut = "tick_to_trade"
links = "down"
[symbols.AAPL]
locate = 7
base = "140.00"
[opening]
AAPL = "150.00x1000 150.02x1000"
---
20us < exchange up
"""


def _order(ref: int, options: bytes) -> bytes:
    """One Enter in its SoupBinTCP packet."""
    fields = {"user_ref_num": ref, "side": "B", "quantity": 100, "symbol": "AAPL", "price": 1_500_000, "time_in_force": "0", "display": "Y"}
    fixed = OUCH_IN.layouts["enter_order"].pack(
        {
            **fields,
            "capacity": "P",
            "inter_market_sweep_eligibility": "N",
            "cross_type": "N",
            "clordid": f"ORDER{ref}",
            "appendage_length": len(options),
        }
    )
    return (1 + len(fixed) + len(options)).to_bytes(2, "big") + b"U" + fixed + options


def _connections(segments_of: list[tuple[bytes, ...]]) -> Program:
    """One connection each."""
    sends = []
    for number, segments in enumerate(segments_of):
        at = START_NS + number * GAP_NS
        sends += [Send(at, b"", SendFlag.LINK_UP), *(Send(at, segment) for segment in segments), Send(at, b"", SendFlag.LINK_DOWN)]
    program = parse_text(HEADER, "splits.scn").program
    return replace(program, ports={**program.ports, "client": PortProgram.of(sends)})


@pytest.mark.parametrize("target_name", ["rtl@verilator", "rtl@icarus"])
def test_every_split_of_two_orders_gives_the_same_bytes(target_name: str) -> None:
    """Two orders, one with an appendage: cut behind every byte, each in a segment of its own, and all in one."""
    target = get_target(target_name)
    if reason := target.unavailable():
        pytest.skip(reason)
    length = len(_order(1, b"") + _order(2, b"\2\14P"))
    cuts: list[tuple[int, ...]] = [(), *((cut,) for cut in range(1, length)), tuple(range(1, length))]
    connections, sent = [], []
    for number, cut in enumerate(cuts):
        data = _order(2 * number + 1, b"") + _order(2 * number + 2, b"\2\14P")
        bounds = (0, *cut, length)
        connections.append(tuple(data[start:end] for start, end in itertools.pairwise(bounds)))
        sent.append(data)
    capture = target.run(load_dut("tick_to_trade", ROOT), _connections(connections), RunOptions(seed=3))
    assert capture.complete, capture.trouble
    assert b"".join(capture.outputs["exchange"].frames) == b"".join(sent)
    assert not len(capture.outputs["client"].frames), "nothing was rejected"
    assert np.all(capture.sent["client"].last_ps >= 0)
