# SPDX-License-Identifier: Apache-2.0
"""`scaled`: a Program for a target that cannot space events as finely as a simulator: every time k times as long."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tickproof.frames import Frames
from tickproof.program import PortProgram, Program
from tickproof.protocols.control import OP, SETTINGS, set_global, set_symbol, unpack_control

__all__ = ["scaled"]

_TIMES = {setting.id: setting for setting in SETTINGS.values() if setting.unit == "ns"}


def scaled(program: Program, factor: int) -> Program:
    """The same Program, `factor` times slower: its times, and every setting that is a time, up to the setting's largest value.

    A time that a device has by default and the setup leaves alone is set, too, so that it becomes effective with the setup's commit.
    """
    if factor == 1:
        return program
    return replace(
        program,
        ports={name: _port(name, port, factor) for name, port in program.ports.items()},
        setup=_setup(program.setup, factor),
        end_ns=program.end_ns * factor,
    )


def _port(name: str, port: PortProgram, factor: int) -> PortProgram:
    port = replace(port, not_before_ns=port.not_before_ns * np.int64(factor))
    return replace(port, frames=Frames.of(_record(record, factor) for record in port.frames)) if name == "control" else port


def _setup(setup: tuple[bytes, ...], factor: int) -> tuple[bytes, ...]:
    fields = [unpack_control(record) for record in setup]
    if not any(values["op"] == OP["commit"] for values in fields):
        return tuple(_record(record, factor) for record in setup)
    told = {values["setting"] for values in fields if values["op"] == OP["set"]}
    untold = (setting for setting in _TIMES.values() if setting.default and not setting.per_symbol and setting.id not in told)
    defaults = (set_global(setting.name, setting.default) for setting in untold)
    return tuple(_record(record, factor) for record in (*defaults, *setup))


def _record(record: bytes, factor: int) -> bytes:
    """A control record with its time multiplied, if it sets one."""
    values = unpack_control(record)
    setting = _TIMES.get(int(values["setting"]))
    if values["op"] != OP["set"] or setting is None:
        return record
    value = min(int(values["value"]) * factor, (1 << setting.bits) - 1)
    return set_symbol(int(values["symbol"]), setting.name, value) if setting.per_symbol else set_global(setting.name, value)
