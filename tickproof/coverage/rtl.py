# SPDX-License-Identifier: Apache-2.0
"""Code coverage of the RTL, out of the files that a Verilator build with coverage leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["RTL_FILE", "RtlCoverage"]

RTL_FILE = "rtl_coverage"
"""Role of the file among those of a Capture."""


class RtlCoverage:
    """Merged over runs."""

    def rows(self) -> list[dict[str, Any]]:
        return []

    def read(self, path: Path) -> None:
        pass
