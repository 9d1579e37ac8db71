# SPDX-License-Identifier: Apache-2.0
"""`Hits`: the bins that one run hit."""

from __future__ import annotations

__all__ = ["Bin", "Hits"]

Bin = tuple[str, ...]
"""Group, then one value an axis."""


class Hits:
    """found: bins, each once."""

    def __init__(self) -> None:
        self.found: set[Bin] = set()

    def add(self, group: str, *values: str) -> None:
        self.found.add((group, *values))
