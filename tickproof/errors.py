# SPDX-License-Identifier: Apache-2.0
"""The errors that tickproof raises. Each is also the builtin that fits, carries its data, and reads `where: what (got, expected)`."""

from __future__ import annotations

from functools import partial
from typing import Any

__all__ = ["InputError", "Mismatch", "ProtocolError", "ScenarioError", "TargetUnavailable"]


class InputError(ValueError):
    """A file, option or name from the user cannot be used. The command line prints it as one line and exits with 2."""

    def __init__(self, where: str, what: str, *, got: object = None, expected: object = None, hint: str = "") -> None:
        self.where, self.what, self.got, self.expected, self.hint = where, what, got, expected, hint
        detail = ", ".join(f"{word} {value}" for word, value in (("got", got), ("expected", expected)) if value is not None)
        super().__init__(f"{where}: {what}" + (f" ({detail})" if detail else "") + (f"; {hint}" if hint else ""))

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross from worker processes with all their data."""
        return partial(type(self), **self._data()), (self.where, self.what)

    def _data(self) -> dict[str, Any]:
        return {"got": self.got, "expected": self.expected, "hint": self.hint}


class ProtocolError(InputError):
    """A protocol table, packet or capture file that does not follow its format."""


class ScenarioError(InputError):
    """A scenario that does not parse or makes no sense. `where` is `file:line:column`; `source` is the line shown under the message."""

    def __init__(
        self, where: str, what: str, *, got: object = None, expected: object = None, hint: str = "", source: str = "", column: int = 0
    ) -> None:
        super().__init__(where, what, got=got, expected=expected, hint=hint)
        self.source, self.column = source, column

    def _data(self) -> dict[str, Any]:
        return {**super()._data(), "source": self.source, "column": self.column}

    def __str__(self) -> str:
        text = super().__str__()
        if not self.source:
            return text
        return f"{text}\n    {self.source}" + (f"\n    {' ' * (self.column - 1)}^" if self.column else "")


class Mismatch(AssertionError):
    """Golden and capture disagree; raised by the pytest integration with the decoded first divergence as its text."""


class TargetUnavailable(RuntimeError):
    """This machine cannot run the target: `reason` says what is missing. A scenario is then skipped, never passed."""

    def __init__(self, target: str, reason: str) -> None:
        self.target, self.reason = target, reason
        super().__init__(f"{target}: {reason}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.target, self.reason)
