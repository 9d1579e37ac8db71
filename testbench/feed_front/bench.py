# SPDX-License-Identifier: Apache-2.0
"""cocotb tests of feed_front: from frames on both lines to the op stream."""

from __future__ import annotations

from typing import Any

import cocotb

from testbench.feed_front.driver import MESSAGE, START, Bench
from testbench.market_data import add_order, packet


@cocotb.test()
async def single_message_frame_reaches_op_within_eight_clocks(dut: Any) -> None:
    """LAT-1's share of the front end."""
    bench = Bench(dut)
    await bench.reset()
    for sequence in range(1, 6):
        bench.lines["a"].send(packet(sequence, [add_order(sequence)], vlan=bool(sequence & 1)))
        await bench.drain()
    assert [(op.kind, op.sequence, op.ref) for op in bench.ops] == [(MESSAGE, n, n) for n in range(1, 6)]
    assert max(op.clock - last for op, last in zip(bench.ops, bench.last_beats["a"], strict=True)) <= 8, [
        op.clock - last for op, last in zip(bench.ops, bench.last_beats["a"], strict=True)
    ]
    assert bench.counted["a_delivered"] == 5
