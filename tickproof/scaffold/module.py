# SPDX-License-Identifier: Apache-2.0
"""Ports and parameters of a Verilog module, read with pyverilog.

pyverilog stops at much that is legal in a module's body, so it gets the header alone wherever that says everything.
"""

from __future__ import annotations

import operator
import re
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
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
    where = ", ".join(str(file) for file in files)
    if found is None:
        known = ", ".join(re.findall(r"\bmodule\s+(?:automatic\s+)?(\w+)", text)) or "none"
        raise InputError(where, f"no module {top} there", expected=f"one of these: {known}")
    header = _BEYOND.sub("", found[0]).partition(";")[0]
    try:
        with tempfile.TemporaryDirectory(prefix="tickproof-") as folder:  # for the tables that pyverilog makes
            parser = VerilogParser(outputdir=folder, debug=False)
            tree = parser.parse(f"{header};\nendmodule").description.definitions[0]
            if any(isinstance(port, ast.Port) for port in tree.portlist.ports):  # names only: what they are stands in the body
                tree = parser.parse(found[0]).description.definitions[0]
        return _module(tree)
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


def _module(tree: Any) -> Module:
    declared = [item for items in (*tree.paramlist.params, *tree.items) if isinstance(items, ast.Decl) for item in items.list]
    names: dict[str, int] = {}
    parameters: dict[str, int] = {}
    for item in declared:
        if isinstance(item, ast.Parameter):  # Localparam is one, too
            try:
                names[item.name] = _value(item.value.var, names)
            except _Unknown:
                continue
            if not isinstance(item, ast.Localparam):
                parameters[item.name] = names[item.name]
    ports = [port.first for port in tree.portlist.ports if isinstance(port, ast.Ioport)]
    if not ports:
        order = {port.name: index for index, port in enumerate(tree.portlist.ports)}
        ports = sorted(
            (item for item in declared if item.name in order and isinstance(item, _DIRECTIONS)), key=lambda item: order[item.name]
        )
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
