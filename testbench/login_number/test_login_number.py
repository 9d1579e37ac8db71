# SPDX-License-Identifier: Apache-2.0
"""login_number on every simulator."""

from testbench.harness import run_module, simulators


@simulators
def test_login_number(simulator: str) -> None:
    """SESS-ERROR 6: the number of a Login Accepted."""
    run_module("login_number", {}, simulator)
