# SPDX-License-Identifier: Apache-2.0
"""tick_to_trade on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_tick_to_trade(simulator: str) -> None:
    """The whole device with small tables; scenarios test it with those of its description."""
    parameters = {"SYMBOLS": 2, "LEVELS": 256, "FIFO_BYTES": 4096, "STORE_SETS": 64, "EVENT_FIFO": 16, "ORDER_FIFO": 16}
    run_module("tick_to_trade", parameters, simulator)
