# SPDX-License-Identifier: Apache-2.0
"""Where C++ can be mutated, by its syntax tree (tree-sitter). What the compiler has to know beforehand is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_cpp
from tree_sitter import Language, Node, Parser

from tickproof.mutate.mutant import Operator, Site
from tickproof.mutate.rules import BINARY, binary, other_numbers

__all__ = ["cpp_sites"]

_CONSTANT = {
    *(
        "template_argument_list",
        "template_parameter_list",
        "static_assert_declaration",
        "enumerator_list",
        "array_declarator",
        "bitfield_clause",
    ),
    *("sizeof_expression", "alignof_expression", "parameter_list", "throw_statement", "preproc_call", "preproc_def", "preproc_if", "ERROR"),
}
_DROPPED: dict[str, Operator] = {
    "assignment_expression": "dropped assignment",
    "update_expression": "dropped assignment",
    "call_expression": "dropped statement",
}
_NUMBER = re.compile(r"(0[xX][0-9a-fA-F']+|[0-9][0-9']*)([uUlLzZ]*)")


def cpp_sites(source: bytes) -> Iterator[Site]:
    """All places of a file."""
    return _below(Parser(Language(tree_sitter_cpp.language())).parse(source).root_node)


def _below(node: Node) -> Iterator[Site]:
    for child in node.named_children:
        if child.type not in _CONSTANT and not _is_constant(child):
            yield from _at(child)
            # The label of a case is no expression that could be chosen when it runs.
            yield from (_case(child) if child.type == "case_statement" else _below(child))


def _case(node: Node) -> Iterator[Site]:
    label = node.child_by_field_name("value")
    for child in node.named_children:
        if child != label:
            yield from _at(child)
            yield from _below(child)


def _is_constant(node: Node) -> bool:
    return any(child.type == "type_qualifier" and child.text in (b"constexpr", b"consteval") for child in node.children)


def _at(node: Node) -> Iterator[Site]:
    """The sites of one node."""
    left, right, operator = (node.child_by_field_name(name) for name in ("left", "right", "operator"))
    condition = node.child_by_field_name("condition")
    if node.type == "binary_expression" and left and right and operator:
        others = BINARY.get(_text(operator), ())
        yield _site(node, "operator", *(binary(_text(left), other, _text(right)) for other in others))
    elif node.type == "unary_expression" and operator and _text(operator) in ("!", "~"):
        yield _site(node, "operator", _text(node.named_children[-1]))
    elif node.type == "if_statement" and condition:
        value = condition.child_by_field_name("value")
        if value and value.type != "declaration":
            yield _site(value, "swapped branches" if node.child_by_field_name("alternative") else "condition", f"!({_text(value)})")
    elif node.type == "conditional_expression" and condition:
        yield _site(condition, "swapped branches", f"!({_text(condition)})")
    elif node.type == "expression_statement" and node.named_children and (kind := _DROPPED.get(node.named_children[0].type)):
        yield _site(node, kind, "")
    elif node.type in ("true", "false"):
        yield _site(node, "constant", "false" if node.type == "true" else "true")
    elif node.type == "number_literal" and (match := _NUMBER.fullmatch(_text(node))):
        number = int(match[1].replace("'", ""), 0 if match[1][:2] in ("0x", "0X") else 10)
        yield _site(node, "constant", *(f"{other}{match[2]}" for other in other_numbers(number)))
    elif node.type == "char_literal" and len(_text(node)) == 3:
        yield _site(node, "constant", f"'{chr(ord(_text(node)[1]) ^ 1)}'")


def _site(node: Node, operator: Operator, *replacements: str) -> Site:
    return Site(node.start_byte, node.end_byte, operator, replacements)


def _text(node: Node) -> str:
    return (node.text or b"").decode()
