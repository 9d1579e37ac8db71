# SPDX-License-Identifier: Apache-2.0
"""made_packet on every simulator."""

import pytest

from testbench.harness import run_module, simulators


@simulators
@pytest.mark.parametrize("size", [12, 32, 1], ids=["cancel", "reject", "byte"])
def test_made_packet(simulator: str, size: int) -> None:
    """KILL-CANCEL, SESS-REJECT; and the smallest packet."""
    run_module("made_packet", {"BYTES": size}, simulator)
