# SPDX-License-Identifier: Apache-2.0
"""Targets: the ways in which a Program reaches a device."""

from __future__ import annotations

from tickproof.errors import InputError
from tickproof.targets.base import CAPABILITIES, Batching, Building, Capability, RunOptions, Target
from tickproof.targets.dut_file import load_dut
from tickproof.targets.simulation import SimulationTarget
from tickproof.targets.wire import CARD, WIRE_TARGETS, lab_target, lab_targets

__all__ = ["CAPABILITIES", "Batching", "Building", "Capability", "RunOptions", "Target", "all_targets", "get_target", "load_dut"]

_ALL: tuple[Target, ...] = (SimulationTarget("verilator"), SimulationTarget("icarus"), *WIRE_TARGETS)
_TARGETS = {target.name: target for target in _ALL}


def all_targets() -> tuple[Target, ...]:
    """Every target there is, also those that this machine cannot run; a card for each lab profile of this project."""
    return (*_TARGETS.values(), *lab_targets())


def get_target(name: str) -> Target:
    """The target of that name; InputError lists those there are, or says what is wrong with a card's lab profile."""
    if name.startswith(CARD):
        return lab_target(name)
    if name not in _TARGETS:
        raise InputError(name, "no such target", expected=", ".join((*_TARGETS, f"{CARD}LAB")))
    return _TARGETS[name]
