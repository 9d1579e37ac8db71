# SPDX-License-Identifier: Apache-2.0
"""What a Program's control records say, without asking a model: settings, record addressing, and how many records the setup leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tickproof.program import Program
from tickproof.protocols.control import OP, SETTINGS, unpack_control
from tickproof.protocols.records import record_address

__all__ = ["IN_SETUP", "event_settings", "record_addresses", "setting_of", "setup_commands"]

IN_SETUP = -1

_EVENTS = {setting.id: setting.name for setting in SETTINGS.values() if setting.name.startswith("events_")}


def event_settings(program: Program) -> list[tuple[int, dict[str, int]]]:
    """The `events_*` values that are effective at reset, and with the record that each command leaves (CTRL-1, CTRL-2, CTRL-5).

    (row of the command on the control port, values); the row is IN_SETUP at reset and for commands of the setup.
    """
    shadow = {name: SETTINGS[name].default for name in _EVENTS.values()}
    effective = [(IN_SETUP, dict(shadow))]
    midrun = program.ports.get("control")
    for row, (op, setting, value) in enumerate(_controls((*program.setup, *(midrun.frames if midrun else ()))), -len(program.setup)):
        if op == OP["set"]:
            if setting in _EVENTS:
                shadow[_EVENTS[setting]] = value
            continue
        effective.append((max(IN_SETUP, row), dict(shadow) if op == OP["commit"] else effective[-1][1]))
    return effective


def setting_of(program: Program, name: str) -> int:
    """The value of a global setting when the Program's setup is over."""
    wanted = SETTINGS[name]
    values = [value for op, setting, value in _controls(program.setup) if op == OP["set"] and setting == wanted.id]
    return values[-1] if values else wanted.default


def record_addresses(program: Program) -> list[tuple[int, int]]:
    """(IPv4 address, UDP port) to which records go, in order of time: behind the setup's first command, if any, nothing is as at reset."""
    used = event_settings(program)[min(1, setup_commands(program)) :]
    return [*dict.fromkeys(record_address(values) for _, values in used)]


def setup_commands(program: Program) -> int:
    """How many CONTROL records the setup leaves (CTRL-2: each command one, `set` none)."""
    return sum(op != OP["set"] for op, _, _ in _controls(program.setup))


def _controls(records: Iterable[bytes]) -> Iterator[tuple[int, int, int]]:
    """(op, setting, value) of each."""
    for record in records:
        values = unpack_control(record)
        yield int(values["op"]), int(values["setting"]), int(values["value"])
