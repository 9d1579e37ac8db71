# SPDX-License-Identifier: Apache-2.0
"""Which Verilog files a compiler reads."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

__all__ = ["with_includes"]

_INCLUDE = re.compile(rb'^\s*`include\s+"([^"]+)"', re.MULTILINE)


def with_includes(sources: Iterable[Path], folders: Sequence[Path]) -> Iterator[Path]:
    """The sources and what they include, however deep: from beside the file that does, and from `folders`. Each once."""
    pending, seen = [*sources], set[Path]()
    while pending:
        path = pending.pop(0)
        if path in seen:
            continue
        seen.add(path)
        yield path
        for name in _INCLUDE.findall(path.read_bytes()):
            places = [folder / os.fsdecode(name) for folder in (path.parent, *folders)]
            pending += [place for place in places if place.exists()]
