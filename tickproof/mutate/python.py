# SPDX-License-Identifier: Apache-2.0
"""Where Python can be mutated, by its syntax tree (ast). Words for people (messages, documentation) and types are left alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tickproof.mutate.mutant import Operator, Site
from tickproof.mutate.rules import BINARY, binary, other_numbers

__all__ = ["python_sites"]

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.FloorDiv: "/",
    ast.Mod: "%",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.And: "and",
    ast.Or: "or",
}
_NOT_PLAYED = ("__repr__", "__str__")
_WORDS = (ast.JoinedStr, ast.Raise, ast.Assert, ast.Import, ast.ImportFrom)


def python_sites(source: bytes) -> Iterator[Site]:
    """All places in the functions of a file."""
    walk = _Walk(source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name not in _NOT_PLAYED:
            for statement in node.body:
                yield from walk.at(statement)


class _Walk:
    def __init__(self, source: bytes) -> None:
        self._source = source
        lines = source.splitlines(keepends=True)
        self._starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]

    def at(self, node: ast.AST) -> Iterator[Site]:
        """The sites of a node and of all below it; those of functions inside it come by themselves."""
        if isinstance(node, (*_WORDS, ast.FunctionDef)) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            return
        if isinstance(node, ast.keyword) and node.arg == "strict":  # of `zip`: a net that nothing falls into
            return
        yield from self._own(node)
        for child in ast.iter_child_nodes(node):
            if child is not getattr(node, "annotation", None):
                yield from self.at(child)

    def _own(self, node: ast.AST) -> Iterator[Site]:
        match node:
            case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]) | ast.BoolOp(op, [left, right]) if type(op) in _OPERATORS:
                others = BINARY[_OPERATORS[type(op)]]
                yield self._site(node, "operator", *(binary(self._text(left), other, self._text(right)) for other in others))
            case ast.UnaryOp(ast.Not(), operand):
                yield self._site(node, "operator", f"bool({self._text(operand)})")
            case ast.If(test, _, otherwise):
                yield self._site(test, "swapped branches" if otherwise else "condition", f"not ({self._text(test)})")
            case ast.IfExp(test):
                yield self._site(test, "swapped branches", f"not ({self._text(test)})")
            case ast.Assign([ast.Attribute() | ast.Subscript()]) | ast.AugAssign():
                yield from self._dropped(node, "dropped assignment")
            case ast.Expr(ast.Call()):
                yield from self._dropped(node, "dropped statement")
            case ast.Constant(bool() as value):
                yield self._site(node, "constant", str(not value))
            case ast.Constant(int() as value):
                yield self._site(node, "constant", *map(str, other_numbers(value)))

    def _dropped(self, node: ast.stmt, operator: Operator) -> Iterator[Site]:
        site = self._site(node, operator, "")
        line = self._source[self._starts[node.lineno - 1] : site.start]
        if not line.strip():  # a statement behind another on its line is rare, and would need more than a guard
            yield site

    def _site(self, node: ast.expr | ast.stmt, operator: Operator, *replacements: str) -> Site:
        return Site(self._start(node), self._end(node), operator, replacements)

    def _text(self, node: ast.expr) -> str:
        return self._source[self._start(node) : self._end(node)].decode()

    def _start(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset
