# SPDX-License-Identifier: Apache-2.0
"""A device that does what golden predicts, at once: enough to see which bins a scenario hits, without a simulator."""

from __future__ import annotations

import numpy as np

from tickproof.capture import Observed, Sent
from tickproof.coverage import Bin
from tickproof.coverage.collect import bins_of
from tickproof.golden import predict as feed
from tickproof.golden.orders import predict as orders
from tickproof.golden.records import as_records
from tickproof.scenario import Scenario, parse_text

FEED = """
dut = "feed_handler"
[symbols.AAPL]
locate = 7
given = true
base = "140.00"
---
"""
ORDERS = """
dut = "tick_to_trade"
[symbols.AAPL]
locate = 7
base = "140.00"
{header}
[opening]
AAPL = "150.00x1000 150.02x1000"
---
"""


def bins_of_scenario(scenario: Scenario) -> frozenset[Bin]:
    """What a run of it hits, on a device of no latency."""
    program = scenario.program
    simulation = (feed if scenario.dut == "feed_handler" else orders).Simulation(program)
    simulation.run()
    log = simulation.path.log if isinstance(simulation, orders.Simulation) else simulation.device.log
    records, times_ps = as_records(log.parts).copy(), np.array(log.times_ps, np.int64)
    records["time_ns"] = times_ps // 1000
    records["number"] = records["stamp"] = np.arange(len(records))
    sent = {name: Sent(port.not_before_ns * 1000, port.not_before_ns * 1000) for name, port in program.ports.items()}
    observed = Observed(records, times_ps + 1000, sent, 0, slack_ns=100)
    return bins_of(scenario.dut, program, observed, {"gaps": int((records["kind"] == 2).sum())})


def hit(text: str, group: str, header: str | None = None) -> set[tuple[str, ...]]:
    """The bins of one group that these timeline lines hit. header: of the order path's device, None = a feed handler."""
    whole = FEED if header is None else ORDERS.format(header=header)
    return {found[1:] for found in bins_of_scenario(parse_text(whole + text, "test.scn")) if found[0] == group}
