# SPDX-License-Identifier: Apache-2.0
"""Where Verilog can be mutated, by its syntax tree (pyslang).

What has to be constant before a simulation begins (parameters, widths, generate, counts of replication) is left alone: a device that is
elaborated in another way is another device, and compilers find most of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyslang.syntax import SyntaxKind as Kind
from pyslang.syntax import SyntaxNode, SyntaxTree

from tickproof.mutate.mutant import Operator, Site
from tickproof.mutate.rules import BINARY, binary, other_numbers

__all__ = ["declare", "instances", "verilog_sites"]

_MACRO = re.compile(rb"`(?!default_nettype|include|define|undef|ifn?def|elsif|else|endif|timescale|resetall)(?=\w)")
_INCLUDE = re.compile(rb"`include")
_SELECT = re.compile(r"(\w+)\[(\d+)(?::(\d+))?\]")
_SIZED = re.compile(r"(\d+)\s*'([sS]?)([bBdDhHoO])([0-9a-fA-F_]+)")
_BASE = {"b": 2, "o": 8, "d": 10, "h": 16}
_RESET = {"rst", "reset", "!rst_n", "!resetn", "areset"}

_CONSTANT = {
    *(Kind.ParameterDeclarationStatement, Kind.ParameterPortList, Kind.ParameterValueAssignment, Kind.VariableDimension),
    *(Kind.AnsiPortList, Kind.FunctionDeclaration, Kind.InitialBlock, Kind.GenvarDeclaration, Kind.SimpleRangeSelect),
}
_ASSIGNMENTS = {Kind.NonblockingAssignmentExpression, Kind.AssignmentExpression}
_NAMES = {Kind.IdentifierName, Kind.IdentifierSelectName, Kind.ConcatenationExpression}


def verilog_sites(source: bytes) -> Iterator[Site]:
    """All places of a file."""
    yield from _Walk(source).below(_tree(source).root, reset=False)


def instances(source: bytes) -> Iterator[tuple[str, str]]:
    """(module, module that it instantiates)."""
    found: list[tuple[str, str]] = []
    module = ""

    def visit(node: object) -> None:
        nonlocal module
        if isinstance(node, SyntaxNode):
            if node.kind == Kind.ModuleHeader:
                module = node.name.valueText  # type: ignore[attr-defined]
            if node.kind == Kind.HierarchyInstantiation:
                found.append((module, node.type.valueText))  # type: ignore[attr-defined]

    _tree(source).root.visit(visit)
    yield from found


def declare(source: bytes, variable: str) -> list[tuple[int, str]]:
    """(place, text) that give each module of the file an integer of that name, read from the plusarg of the same name, else 0."""
    text = f' integer {variable}; initial if (!$value$plusargs("{variable}=%d", {variable})) {variable} = 0;'
    return [(node.header.sourceRange.end.offset, text) for node in _modules(source)]  # type: ignore[attr-defined]


def _modules(source: bytes) -> list[SyntaxNode]:
    root = _tree(source).root
    members = [root] if root.kind == Kind.ModuleDeclaration else root.members  # type: ignore[attr-defined]
    return [node for node in members if node.kind == Kind.ModuleDeclaration]


def _tree(source: bytes) -> SyntaxTree:
    # A macro becomes a name of the same length, so that places in the tree are places in the file, and its use is one token.
    return SyntaxTree.fromText(_INCLUDE.sub(b"//      ", _MACRO.sub(b"_", source)).decode())


class _Walk:
    def __init__(self, source: bytes) -> None:
        self._source = source
        self._constants = set(re.findall(rb"localparam\s+(?:signed\s+)?(?:\[[^\]]*\]\s*)?(\w+)", source))

    def below(self, node: SyntaxNode, reset: bool) -> Iterator[Site]:
        for child in node:
            if isinstance(child, SyntaxNode) and child.kind not in _CONSTANT:
                yield from self._at(child, reset)

    def _at(self, node: SyntaxNode, reset: bool) -> Iterator[Site]:
        """The sites of a node and of all below it. reset: it is executed in reset only."""
        kind = node.kind
        if kind in (Kind.LoopGenerate, Kind.IfGenerate, Kind.ForLoopStatement):
            body = node.block if kind != Kind.ForLoopStatement else node.statement  # type: ignore[attr-defined]
            yield from self._at(body, reset)
        elif kind == Kind.NamedPortConnection:
            # A name or a part of one may be an output.
            expression = node.expr.expr.expr if node.expr is not None else None  # type: ignore[attr-defined]
            if expression is not None and expression.kind not in _NAMES:
                yield from self._at(expression, reset)
        elif kind == Kind.ExpressionStatement and node.expr.kind in _ASSIGNMENTS:  # type: ignore[attr-defined]
            yield self._site(node, "dropped assignment", "")
            yield from self._at(node.expr.right, reset)  # type: ignore[attr-defined]
        elif kind == Kind.AssignmentExpression:  # of `assign`
            yield self._site(node.right, "dropped assignment", "1'sb0")  # type: ignore[attr-defined]
            yield from self._at(node.right, reset)  # type: ignore[attr-defined]
        elif kind == Kind.MultipleConcatenationExpression:
            yield from self._at(node.concatenation, reset)  # type: ignore[attr-defined]
        elif kind == Kind.ConditionalStatement:
            yield from self._conditional(node, reset)
        elif kind == Kind.IdentifierSelectName:
            yield from self._select(node)
        else:
            yield from self._expression(node, reset)
            yield from self.below(node, reset)

    def _conditional(self, node: SyntaxNode, reset: bool) -> Iterator[Site]:
        predicate, otherwise = node.predicate, node.elseClause  # type: ignore[attr-defined]
        condition = self._text(predicate)
        yield self._site(predicate, "swapped branches" if otherwise is not None else "condition", f"!({condition})")
        yield from self.below(predicate, reset)
        yield from self._at(node.statement, reset or condition.strip() in _RESET)  # type: ignore[attr-defined]
        if otherwise is not None:
            yield from self._at(otherwise, reset)

    def _select(self, node: SyntaxNode) -> Iterator[Site]:
        """`x[3]`, `x[7:4]`: one bit further up, and one further down."""
        match = _SELECT.fullmatch(self._text(node))
        if match is not None:
            name, *bounds = match.groups()
            places = [int(bound) for bound in bounds if bound is not None]
            shifted = (":".join(str(place + shift) for place in places) for shift in ((1, -1) if places[-1] > 0 else (1,)))
            yield self._site(node, "bit-select", *(f"{name}[{bound}]" for bound in shifted))

    def _expression(self, node: SyntaxNode, reset: bool) -> Iterator[Site]:
        token = getattr(node, "operatorToken", None)
        left, right = getattr(node, "left", None), getattr(node, "right", None)
        if token is not None and left is not None and right is not None:
            others = BINARY.get(token.rawText, ())
            yield self._site(node, "operator", *(binary(self._text(left), other, self._text(right)) for other in others))
        elif node.kind in (Kind.UnaryLogicalNotExpression, Kind.UnaryBitwiseNotExpression):
            yield self._site(node, "operator", self._text(node.operand))  # type: ignore[attr-defined]
        elif node.kind == Kind.ConditionalExpression:
            negated = f"!({self._text(node.predicate)})"  # type: ignore[attr-defined]
            yield self._site(node.predicate, "swapped branches", negated)  # type: ignore[attr-defined]
        elif others := self._constant(node):
            yield self._site(node, "reset value" if reset else "constant", *others)

    def _constant(self, node: SyntaxNode) -> tuple[str, ...]:
        text = self._text(node)
        if node.kind == Kind.IntegerVectorExpression and (match := _SIZED.fullmatch(text)):
            bits, sign, base, digits = match.groups()
            value = int(digits.replace("_", ""), _BASE[base.lower()])
            others = dict.fromkeys(other % (1 << int(bits)) for other in other_numbers(value))
            return tuple(f"{bits}'{sign}d{other}" for other in others if other != value)
        if node.kind == Kind.IntegerLiteralExpression and text.isdigit():
            return tuple(str(other) for other in other_numbers(int(text)))
        if node.kind == Kind.StringLiteralExpression and len(text) > 2:
            return (f'{text[:-2]}{chr(ord(text[-2]) ^ 1)}"',)
        if node.kind == Kind.IdentifierName and (text.startswith("`") or text.encode() in self._constants):
            return (f"({text} ^ 1'b1)",)
        return ()

    def _site(self, node: SyntaxNode, operator: Operator, *replacements: str) -> Site:
        return Site(self._start(node), self._end(node), operator, replacements)

    def _text(self, node: SyntaxNode) -> str:
        return self._source[self._start(node) : self._end(node)].decode()

    def _start(self, node: SyntaxNode) -> int:
        return int(node.sourceRange.start.offset)

    def _end(self, node: SyntaxNode) -> int:
        return int(node.sourceRange.end.offset)
