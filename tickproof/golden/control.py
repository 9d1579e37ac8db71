# SPDX-License-Identifier: Apache-2.0
"""Contract 1.2: settings are written into shadows, a commit makes all of them effective together."""

from __future__ import annotations

from dataclasses import dataclass

from tickproof.errors import ProtocolError
from tickproof.protocols.control import CONTROL_RECORD, OP, SETTINGS

__all__ = ["BOOK_CLEAR", "BOOK_TRUST", "COMMIT", "NO_SYMBOL", "SESSION_RESET", "SET", "Command", "Settings"]

SET, COMMIT, SESSION_RESET, BOOK_CLEAR, BOOK_TRUST = (OP[name] for name in ("set", "commit", "session_reset", "book_clear", "book_trust"))
NO_SYMBOL = 0xFFFF

_RECORD = CONTROL_RECORD.picker("op", "symbol", "setting", "value")
_SETTING_OF_ID = {setting.id: setting for setting in SETTINGS.values()}
_RESTARTING = ("stock", "base", "tick", "enabled")


@dataclass(frozen=True, slots=True)
class Command:
    """One control record. symbol: index, or NO_SYMBOL. setting, value: for op `set`."""

    op: int
    symbol: int
    setting: int
    value: int

    @classmethod
    def of(cls, record: bytes) -> Command:
        """From its 16 bytes; ProtocolError if it has another length, or names an op that the contract does not know."""
        if len(record) != CONTROL_RECORD.size:
            raise ProtocolError("control record", "wrong length", got=len(record), expected=CONTROL_RECORD.size)
        command = cls(*_RECORD.unpack(record))
        if command.op not in OP.values():
            raise ProtocolError("control record", "unknown op", got=command.op, expected=", ".join(map(str, OP.values())))
        return command


class Settings:
    """All settings, shadow and effective (CTRL-1). Attributes hold the effective values.

    values: global setting -> value. symbols: for each symbol its settings by name.
    """

    def __init__(self, symbols: int) -> None:
        self.values = {name: setting.default for name, setting in SETTINGS.items() if not setting.per_symbol}
        default = {name: setting.default for name, setting in SETTINGS.items() if setting.per_symbol}
        self.symbols = [dict(default) for _ in range(symbols)]
        self._shadow_values = dict(self.values)
        self._shadow_symbols = [dict(default) for _ in range(symbols)]

    def set(self, command: Command) -> None:
        """Write one shadow. A symbol that the device does not have is ignored; ProtocolError for an unknown setting."""
        setting = _SETTING_OF_ID.get(command.setting)
        if setting is None:
            raise ProtocolError("control record", "unknown setting", got=command.setting)
        value = command.value & ((1 << setting.bits) - 1)
        if not setting.per_symbol:
            self._shadow_values[setting.name] = value
        elif command.symbol < len(self._shadow_symbols):
            self._shadow_symbols[command.symbol][setting.name] = value

    def commit(self) -> list[dict[str, int]]:
        """Make all shadows effective; returns the symbols' settings as they were before."""
        before = self.symbols
        self.values = dict(self._shadow_values)
        self.symbols = [dict(row) for row in self._shadow_symbols]
        return before

    @staticmethod
    def restarts(before: dict[str, int], after: dict[str, int]) -> bool:
        """CTRL-3: does this change of a symbol's settings start it afresh?"""
        return any(before[name] != after[name] for name in _RESTARTING)

    @property
    def pinned_session(self) -> bytes | None:
        """FEED-MOLD-6: the session that control pinned, or None."""
        if not self.values["session_pinned"]:
            return None
        return self.values["session_high"].to_bytes(8, "big") + self.values["session_low"].to_bytes(2, "big")
