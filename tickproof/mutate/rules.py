# SPDX-License-Identifier: Apache-2.0
"""Which operators and constants become which others: the same in all three languages, where they have them."""

from __future__ import annotations

import re

__all__ = ["BINARY", "binary", "other_numbers"]

_ONE_TOKEN = re.compile(r"[\w.:`$'\"\[\]]+")

BINARY: dict[str, tuple[str, ...]] = {
    "+": ("-",),
    "-": ("+",),
    "*": ("+",),
    "/": ("*",),
    "%": ("+",),
    "<": ("<=", ">"),
    "<=": ("<", ">"),
    ">": (">=", "<"),
    ">=": (">", "<"),
    "==": ("!=",),
    "!=": ("==",),
    "&&": ("||",),
    "||": ("&&",),
    "and": ("or",),
    "or": ("and",),
    "&": ("|",),
    "|": ("&",),
    "^": ("|",),
    "<<": (">>",),
    ">>": ("<<",),
}
"""Off by one at a boundary, the other direction, the opposite."""


def other_numbers(value: int) -> tuple[int, ...]:
    """The neighbours of a constant that is not negative."""
    return (value + 1, value - 1) if value > 1 else (1 - value, 2) if value else (1,)


def binary(left: str, operator: str, right: str) -> str:
    """The two under another operator, whatever binds tighter than what."""
    left, right = (text if _ONE_TOKEN.fullmatch(text) else f"({text})" for text in (left, right))
    return f"({left} {operator} {right})"
