# SPDX-License-Identifier: Apache-2.0
"""Lines of the RTL that no run can reach, by a table beside the sources: `coverage.toml` in the folder above theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tickproof.errors import InputError
from tickproof.protocols.table import read_toml

__all__ = ["Excluded"]

_TABLE = "coverage.toml"
_KEYS = {"file", "text", "reason"}


@dataclass(frozen=True, slots=True)
class Excluded:
    """Of one source file: line -> why it cannot be reached."""

    reasons: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> Excluded:
        """What the table says of a source file. InputError for an entry that names a line that the file does not have."""
        table = path.parent.parent / _TABLE
        entries = [entry for entry in _table(table) if entry["file"] == path.name]
        sources = path.read_text(encoding="utf-8").splitlines() if entries else []
        reasons: dict[int, str] = {}
        for entry in entries:
            found = [number for number, text in enumerate(sources, 1) if entry["text"] in text]
            if not found:
                raise InputError(str(table), "names a line that is not there", got=f"{entry['file']}: {entry['text']}")
            reasons.update(dict.fromkeys(found, entry["reason"]))
        return cls(reasons)

    def reason(self, line: int) -> str:
        return self.reasons.get(line, "")


@cache
def _table(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    entries: list[dict[str, Any]] = read_toml(path).get("exclude", [])
    if any(set(entry) != _KEYS for entry in entries):
        raise InputError(str(path), "an entry has other keys", expected=", ".join(sorted(_KEYS)))
    return entries
