# SPDX-License-Identifier: Apache-2.0
"""event_framer on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_event_framer(simulator: str) -> None:
    """Contract 8: datagrams of records."""
    run_module("event_framer", {}, simulator)
