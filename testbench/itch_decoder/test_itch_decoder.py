# SPDX-License-Identifier: Apache-2.0
"""itch_decoder on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_itch_decoder(simulator: str) -> None:
    """Contract 4: types, lengths, offsets."""
    run_module("itch_decoder", {}, simulator)
