# SPDX-License-Identifier: Apache-2.0
"""risk_gate: one input of each kind, its record, its transfers, its clocks."""

from __future__ import annotations

import cocotb

from testbench.risk_gate.driver import GateTB, spaces

DECISION_CLK = 6  # hdl/README.md, latency budget: cli taken to xo_valid


@cocotb.test
async def test_an_order_within_all_limits_is_forwarded(dut) -> None:
    """Contract 7, 8: DECISION with the order and its reference; 6 clk from taking to xo."""
    tb = GateTB(dut)
    await tb.open()
    tb.time_ns = 1234
    got = await tb.enter(ref=17, quantity=300, price=1_499_900)
    assert got.failing == set()
    assert got.sent - got.taken == DECISION_CLK
    assert got.record["kind"] == "DECISION"
    expected = {"flags": 0, "symbol": 0, "time_ns": 1234, "sequence": 1, "user_ref_num": 17, "quantity": 300, "price": 1_499_900}
    expected |= {"message_type": "O", "side": "B", "reference_bid": 1_500_000, "reference_ask": 1_500_200}
    assert {name: got.record[name] for name in expected} == expected
    assert got.co == []
    assert {name: n for name, n in got.counters.items() if n} == {"client_packets": 1, "orders": 1, "orders_forwarded": 1}


@cocotb.test
async def test_at_reset_nothing_passes(dut) -> None:
    """Contract 7: kills and limits at reset; SESS-REJECT names the lowest failing check."""
    tb = GateTB(dut)
    await tb.start()
    await tb.client_link(1)
    got = await tb.enter(clordid=spaces("MY ORDER", 14))
    assert got.failing == {"kill", "symbol", "rate", "open_orders"}
    assert got.co == [{"kind": 2, "time_ns": 0, "ref": 1, "reason": 0x8000, "clordid": spaces("MY ORDER", 14)}]
    assert got.counters["rejects_sent"] == 1
    assert (got.record["symbol"], got.record["reference_bid"], got.record["reference_ask"]) == (0xFFFF, 0, 0)
