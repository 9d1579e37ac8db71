# SPDX-License-Identifier: Apache-2.0
"""Ports and parameters of a Verilog module, read with pyverilog.

pyverilog stops at much that is legal in a module's body, so it gets the header alone wherever that says everything.
"""

from __future__ import annotations

import difflib
import functools
import operator
import re
import subprocess
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pyverilog.vparser import ast  # type: ignore[import-untyped]  # it has no types, nor has the next
from pyverilog.vparser.parser import ParseError, VerilogParser  # type: ignore[import-untyped]

from tickproof.errors import InputError

__all__ = ["Module", "Signal", "preprocessed", "read_module"]

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_MODULE = r"\bmodule\s+(?:automatic\s+)?{}\b.*?\bendmodule\b"
_BEYOND = re.compile(r"\b(int|integer|bit|unsigned|byte|longint|shortint|var)\b|\bimport\b[^;]*;")
"""What SystemVerilog allows in a header, pyverilog does not, and changes neither direction nor width."""
_HEADER_LOCAL = re.compile(r"\blocalparam\b([^=]*?\b(\w+)\s*=)")

_BINARY: Mapping[str, Callable[[int, int], int]] = {
    "Plus": operator.add,
    "Minus": operator.sub,
    "Times": operator.mul,
    "Divide": operator.floordiv,
    "Mod": operator.mod,
    "Power": operator.pow,
    "Sll": operator.lshift,
    "Srl": operator.rshift,
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "LessThan": operator.lt,
    "LessEq": operator.le,
    "GreaterThan": operator.gt,
    "GreaterEq": operator.ge,
}
_DIRECTIONS = (ast.Input, ast.Output, ast.Inout)
_SHOWN = 6
_BASES = {"b": 2, "o": 8, "d": 10, "h": 16}


@dataclass(frozen=True, slots=True)
class Signal:
    """A port of the module. width: bits, with the parameters' defaults."""

    name: str
    direction: Literal["input", "output", "inout"]
    width: int


@dataclass(frozen=True, slots=True)
class Module:
    """parameters: name -> default; those that are no whole numbers are left out. signals: in the order of the header."""

    name: str
    parameters: Mapping[str, int]
    signals: tuple[Signal, ...]


def read_module(top: str, files: Sequence[Path], include: Sequence[Path]) -> Module:
    """The module of that name. InputError if no file has it, or if its ports cannot be read."""
    text = _COMMENT.sub("", preprocessed(files, include))
    found = re.search(_MODULE.format(re.escape(top)), text, re.DOTALL)
    where = str(files[0]) + (f" and {len(files) - 1} more" if files[1:] else "")
    if found is None:
        known = re.findall(r"\bmodule\s+(?:automatic\s+)?(\w+)", text)
        alike = difflib.get_close_matches(top, known, _SHOWN, cutoff=0.0)
        raise InputError(where, f"no module {top} there", expected=f"one of {len(known)}, like {', '.join(alike)}" if known else "Verilog")
    header = _BEYOND.sub("", found[0]).partition(";")[0]
    local = {name for _, name in _HEADER_LOCAL.findall(header)}
    header = _HEADER_LOCAL.sub(r"parameter\1", header)
    try:
        tree = _parser().parse(f"{header};\nendmodule").description.definitions[0]
        if any(isinstance(port, ast.Port) for port in tree.portlist.ports):  # names only: what they are stands in the body
            tree = _parser().parse(found[0]).description.definitions[0]
        return _module(tree, local)
    except (ParseError, ValueError, ArithmeticError) as error:
        hint = "describe the device by hand (docs/dut.md)"
        raise InputError(where, f"pyverilog cannot read the ports of {top}", got=str(error).strip(), hint=hint) from None


class _Unknown(ValueError):
    """An expression whose value only an elaboration would know."""


def preprocessed(files: Sequence[Path], include: Sequence[Path]) -> str:
    """All files as one text, by Icarus, which is what pyverilog itself uses."""
    with tempfile.TemporaryDirectory(prefix="tickproof-") as folder:
        out = Path(folder) / "text.v"
        try:
            command = ["iverilog", "-E", *(f"-I{path}" for path in include), "-o", str(out), *(str(file) for file in files)]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise InputError("iverilog", "not found", hint="apt-get install iverilog") from None
        if run.returncode:
            message = (run.stderr.strip() or f"exit status {run.returncode}").splitlines()[0]
            raise InputError(str(files[0]), "cannot be preprocessed", got=message)
        return out.read_text(encoding="utf-8", errors="replace")


@functools.cache
def _parser() -> Any:
    """Building its tables takes longer than reading a module; it leaves them in a folder, too, which goes."""
    with tempfile.TemporaryDirectory(prefix="tickproof-") as folder:
        return VerilogParser(outputdir=folder, debug=False)


def _module(tree: Any, local: Collection[str]) -> Module:
    """local: parameters that nobody outside can set."""
    declared = [item for items in (*tree.paramlist.params, *tree.items) if isinstance(items, ast.Decl) for item in items.list]
    names: dict[str, int] = {}
    parameters: dict[str, int] = {}
    for item in declared:
        if isinstance(item, ast.Parameter):  # Localparam is one, too
            try:
                names[item.name] = _value(item.value.var, names)
            except _Unknown:
                continue
            if not isinstance(item, ast.Localparam) and item.name not in local:
                parameters[item.name] = names[item.name]
    ports = [port.first for port in tree.portlist.ports if isinstance(port, ast.Ioport)]
    if not ports:
        order = {port.name: index for index, port in enumerate(tree.portlist.ports)}
        ports = [item for item in declared if isinstance(item, _DIRECTIONS) and item.name in order]
        ports.sort(key=lambda port: order[port.name])
    return Module(tree.name, parameters, tuple(_signal(port, names) for port in ports))


def _signal(port: Any, names: Mapping[str, int]) -> Signal:
    width = 1 if port.width is None else abs(_value(port.width.msb, names) - _value(port.width.lsb, names)) + 1
    direction: Any = type(port).__name__.lower()
    return Signal(port.name, direction, width)


def _value(node: Any, names: Mapping[str, int]) -> int:
    """Of a constant expression. _Unknown for what is none, or is beyond what headers usually have."""
    kind = type(node).__name__
    if isinstance(node, ast.IntConst):
        return _number(node.value)
    if isinstance(node, ast.Identifier) and node.name in names:
        return names[node.name]
    if isinstance(node, ast.SystemCall) and node.syscall == "clog2":
        return max(_value(node.args[0], names) - 1, 0).bit_length()
    if isinstance(node, ast.Cond):
        return _value(node.true_value if _value(node.cond, names) else node.false_value, names)
    if kind == "Uminus":
        return -_value(node.right, names)
    if kind in _BINARY:
        return int(_BINARY[kind](_value(node.left, names), _value(node.right, names)))
    raise _Unknown(f"no value is known for {getattr(node, 'name', kind)}")


def _number(text: str) -> int:
    """A Verilog literal, e.g. 16'h00ff. _Unknown if it has x or z."""
    size, mark, digits = text.replace("_", "").partition("'")
    try:
        if not mark:
            return int(size)
        digits = digits.lstrip("sS")
        return int(digits[1:], _BASES[digits[0].lower()])
    except (ValueError, KeyError, IndexError):
        raise _Unknown(f"no value is known for {text}") from None
