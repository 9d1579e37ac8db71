# SPDX-License-Identifier: Apache-2.0
"""Contract 7.2: the commands of the order path, each behind its CONTROL record."""

from __future__ import annotations

from tickproof.golden.control import Command
from tickproof.golden.orders.exposure import Exposure
from tickproof.golden.orders.kills import GLOBAL, Kills
from tickproof.protocols.control import OP

__all__ = ["ORDER_PATH_OPS", "apply_command"]

KILL, UNKILL, SET_POSITION, SET_EXECUTED, RELEASE_ORDER, ALIVE = (
    OP[name] for name in ("kill", "unkill", "set_position", "set_executed", "release_order", "alive")
)
ORDER_PATH_OPS = frozenset((KILL, UNKILL, SET_POSITION, SET_EXECUTED, RELEASE_ORDER, ALIVE))


def apply_command(command: Command, exposure: Exposure, kills: Kills) -> None:
    """A symbol that the device does not have: nothing (CTRL-2)."""
    symbol = exposure.of[command.symbol] if command.symbol < len(exposure.of) else None
    if command.op == KILL:
        kills.kill(command.symbol)
    elif command.op == UNKILL:
        kills.unkill(command.symbol)
    elif command.op == SET_POSITION and symbol:  # CTRL-POSITION
        symbol.position = command.value - (command.value >> 63 << 64)
    elif command.op == SET_EXECUTED and symbol:
        symbol.executed = command.value
    elif command.op == SET_EXECUTED and command.symbol == GLOBAL:
        exposure.session_executed = command.value
    elif command.op == RELEASE_ORDER and command.value in exposure.live:  # CTRL-RELEASE
        exposure.free(command.value)
