# SPDX-License-Identifier: Apache-2.0
"""Tables for the terminal and for Markdown, and the line that says on what they were measured."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Sequence
from pathlib import Path

__all__ = ["machine", "table"]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns line up, so that it also reads well as plain text."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join([line(head), line(["-" * width for width in widths]), *(line(row) for row in rows)])


def machine() -> dict[str, str]:
    """What a figure depends on: processor, cores, system, versions."""
    from tickproof.targets.simulation.tools import find_icarus, find_verilator  # noqa: PLC0415  (asks programs for their version)

    info = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = next((line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")), platform.machine())
    tools = [tool if isinstance(tool, str) else tool.version for tool in (find_verilator(), find_icarus())]
    packages = [f"{name} {importlib.metadata.version(name)}" for name in ("cocotb", "cocotbext-axi", "numpy", "meatpy")]
    return {
        "processor": f"{model}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "tools": ", ".join([*tools, *packages]),
    }
