# SPDX-License-Identifier: Apache-2.0
"""Which modules of a device a changed file reaches: those in it, and all above them, by the module graph.

pyverilog says what a file instantiates. Where it cannot read one, a module counts as instantiated if its name stands there: that is never
too little. Only files in question are parsed, because each takes a while.
"""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyverilog.vparser import ast  # type: ignore[import-untyped]
from pyverilog.vparser.parser import ParseError, VerilogParser  # type: ignore[import-untyped]

from tickproof.dut import Dut
from tickproof.errors import InputError
from tickproof.scaffold.module import preprocessed
from tickproof.targets.verilog_files import with_includes

__all__ = ["SOURCES", "ModuleGraph"]

SOURCES = (".v", ".sv", ".vh", ".svh")
"""How the names of Verilog files end."""

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_UNIT = re.compile(r"\b(?:module|macromodule|interface|package|primitive|class)\s+(?:automatic\s+|static\s+)?(\w+)")
_DEFINE = re.compile(r"^\s*`define\b", re.MULTILINE)


class ModuleGraph:
    """The files of a device."""

    def __init__(self, dut: Dut) -> None:
        self.dut = dut
        self._texts = {
            file.resolve(): _COMMENT.sub(" ", file.read_text(encoding="utf-8", errors="replace"))
            for file in with_includes(dut.sources, dut.include)
        }
        self._folders = {path.parent for path in self._texts} | {path.resolve() for path in dut.include}
        self._instances: dict[Path, set[str] | None] = {}

    def reached(self, changed: Path) -> list[str]:
        """Names of what the file defines, or is read by, and of all above up to the device's top; [] = the device does not depend on it."""
        top = self.dut.top
        if not changed.exists():  # what a pattern of the description may have found
            return [top] if changed.parent in self._folders and changed.suffix in SOURCES else []
        pending = [changed] if changed in self._texts else list(self._readers(changed))
        seen = dict.fromkeys(pending)
        below: dict[Path, list[Path]] = {}
        while pending:
            file = pending.pop(0)
            if file in self.dut.sources and (not self._units(file) or _DEFINE.search(self._texts[file])):
                return [top]  # macros reach whatever is compiled behind them
            for user in (*self._users(file), *self._readers(file)):
                below.setdefault(user, []).append(file)
                if user not in seen:
                    seen[user] = None
                    pending.append(user)
        leading = _closure([file for file in seen if top in self._units(file)], below)
        return [unit for file in seen if file in leading for unit in self._units(file)]

    def _units(self, file: Path) -> list[str]:
        """Modules and the like that the file defines."""
        return _UNIT.findall(self._texts[file])

    def _readers(self, file: Path) -> Iterator[Path]:
        """Files that name it in quotes: by `include, $readmemh and the like."""
        quoted = re.compile(rf'"(?:[^"\n]*/)?{re.escape(file.name)}"')
        return (path for path, text in self._texts.items() if path != file and quoted.search(text))

    def _users(self, file: Path) -> Iterator[Path]:
        """Files that instantiate something of it, as far as one can tell."""
        for unit in self._units(file):
            word = re.compile(rf"\b{re.escape(unit)}\b")
            for path, text in self._texts.items():
                if path != file and word.search(text):
                    instances = self._instantiated(path)
                    if instances is None or unit in instances:
                        yield path

    def _instantiated(self, path: Path) -> set[str] | None:
        """Modules that the file instantiates, or None if pyverilog cannot read it, or it is a piece of other files."""
        if path not in self._instances:
            whole = path in self.dut.sources
            self._instances[path] = _instances(path, [*self.dut.include, path.parent]) if whole else None
        return self._instances[path]


def _closure(roots: Sequence[Path], below: Mapping[Path, Sequence[Path]]) -> set[Path]:
    """The roots, and all below them."""
    found, pending = set(roots), list(roots)
    while pending:
        fresh = set(below.get(pending.pop(), ())) - found
        found |= fresh
        pending += fresh
    return found


def _instances(path: Path, include: Sequence[Path]) -> set[str] | None:
    try:
        tree = _parser().parse(preprocessed([path], include))
    except (ParseError, InputError):
        return None
    return {node.module for node in _walk(tree) if isinstance(node, ast.InstanceList)}


@functools.cache
def _parser() -> Any:
    with tempfile.TemporaryDirectory(prefix="tickproof-") as folder:  # for the tables that pyverilog makes
        return VerilogParser(outputdir=folder, debug=False)


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for child in node.children():
        yield from _walk(child)
