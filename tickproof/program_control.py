# SPDX-License-Identifier: Apache-2.0
"""What a Program's control records say, without asking a model: settings, record addressing, and how many records the setup leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tickproof.program import Program
from tickproof.protocols.control import OP, SETTINGS, unpack_control

__all__ = ["command_rows", "event_settings", "setting_of", "setup_commands"]

_EVENTS = {setting.id: setting.name for setting in SETTINGS.values() if setting.name.startswith("events_")}


def event_settings(program: Program) -> list[dict[str, int]]:
    """The `events_*` values that are effective at reset, and with the record that each command leaves (CTRL-1, CTRL-2, CTRL-5)."""
    shadow = {name: SETTINGS[name].default for name in _EVENTS.values()}
    effective = [dict(shadow)]
    midrun = program.ports.get("control")
    for op, setting, value in _controls((*program.setup, *(midrun.frames if midrun else ()))):
        if op == OP["set"]:
            if setting in _EVENTS:
                shadow[_EVENTS[setting]] = value
            continue
        effective.append(dict(shadow) if op == OP["commit"] else effective[-1])
    return effective


def setting_of(program: Program, name: str) -> int:
    """The value of a global setting when the Program's setup is over."""
    wanted = SETTINGS[name]
    values = [value for op, setting, value in _controls(program.setup) if op == OP["set"] and setting == wanted.id]
    return values[-1] if values else wanted.default


def setup_commands(program: Program) -> int:
    """How many CONTROL records the setup leaves (CTRL-2: each command one, `set` none)."""
    return sum(op != OP["set"] for op, _, _ in _controls(program.setup))


def command_rows(program: Program) -> list[int]:
    """Which sends on the control port are commands, each of which leaves a record."""
    midrun = program.ports.get("control")
    return [row for row, (op, _, _) in enumerate(_controls(midrun.frames if midrun else ())) if op != OP["set"]]


def _controls(records: Iterable[bytes]) -> Iterator[tuple[int, int, int]]:
    """(op, setting, value) of each."""
    for record in records:
        values = unpack_control(record)
        yield int(values["op"]), int(values["setting"]), int(values["value"])
