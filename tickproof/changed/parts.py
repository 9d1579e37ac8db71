# SPDX-License-Identifier: Apache-2.0
"""Which targets depend on files that no scenario and no device description names: parts.toml, read."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files

__all__ = ["Part", "part_of"]


@dataclass(frozen=True, slots=True)
class Part:
    """what: for people. targets: patterns. models: golden models; None = all."""

    what: str
    targets: tuple[str, ...]
    models: frozenset[str] | None

    def affects(self, target: str, model: str) -> bool:
        """Whether a device with this golden model on this target depends on the part."""
        return (self.models is None or model in self.models) and any(fnmatchcase(target, pattern) for pattern in self.targets)


def part_of(name: str) -> Part | None:
    """The part that has a file; name: its path below the folder that has hdl/dut, with slashes."""
    fitting = (part for pattern, part in _parts() if fnmatchcase(name, f"{pattern}*" if pattern.endswith("/") else pattern))
    return next(fitting, None)


@functools.cache
def _parts() -> list[tuple[str, Part]]:
    """(pattern, part); the last of the file first."""
    table = tomllib.loads(files("tickproof.changed").joinpath("parts.toml").read_text(encoding="utf-8"))
    return [
        (pattern, Part(row["what"], tuple(row.get("targets", ["*"])), frozenset(row["models"]) if "models" in row else None))
        for row in reversed(table["part"])
        for pattern in row["paths"]
    ]
