# SPDX-License-Identifier: Apache-2.0
"""What a Program's control records tell the checker, without asking a model: record addressing, and how many records the setup leaves."""

from __future__ import annotations

from collections.abc import Iterator

from tickproof.program import Program
from tickproof.protocols.control import OP, SETTINGS, unpack_control

__all__ = ["event_settings", "setup_commands"]

_EVENTS = {setting.id: setting.name for setting in SETTINGS.values() if setting.name.startswith("events_")}


def event_settings(program: Program) -> list[dict[str, int]]:
    """Every set of `events_*` values that some record may have been sent with, in order (CTRL-1, CTRL-5)."""
    shadow = {name: SETTINGS[name].default for name in _EVENTS.values()}
    effective, seen = dict(shadow), []
    for op, setting, value in _controls(program):
        if op == OP["set"]:
            if setting in _EVENTS:
                shadow[_EVENTS[setting]] = value
            continue
        if op == OP["commit"]:
            effective = dict(shadow)
        if effective not in seen:  # any command leaves a record, sent with what is effective then
            seen.append(effective)
    return seen or [effective]


def setup_commands(program: Program) -> int:
    """How many CONTROL records the setup leaves (CTRL-2: each command one, `set` none)."""
    return sum(unpack_control(record)["op"] != OP["set"] for record in program.setup)


def _controls(program: Program) -> Iterator[tuple[int, int, int]]:
    midrun = program.ports.get("control")
    for record in (*program.setup, *(midrun.frames if midrun else ())):
        values = unpack_control(record)
        yield int(values["op"]), int(values["setting"]), int(values["value"])
