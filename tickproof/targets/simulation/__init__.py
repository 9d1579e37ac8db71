# SPDX-License-Identifier: Apache-2.0
"""RTL simulation: any device that has a description, in Verilator or Icarus Verilog."""

from __future__ import annotations

from tickproof.targets.simulation.target import SimulationTarget

__all__ = ["SimulationTarget"]
