# SPDX-License-Identifier: Apache-2.0
"""One line of a timeline as words with columns, and the errors that point at them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tickproof.errors import ScenarioError
from tickproof.scenario.values import BadValue, close_to

__all__ = ["Line", "Word"]

_T = TypeVar("_T")

# Quotes may stand anywhere in a word: stock="A B".
_WORD = re.compile(r'(?:[^\s"#]|"[^"]*")+')


@dataclass(frozen=True, slots=True)
class Word:
    """text without quotes; column from 1. `key=value` words also have key, value and the value's column."""

    text: str
    column: int
    key: str = ""
    value: str | None = None
    value_column: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a scenario file: its words, and how to complain about one of them."""

    path: Path | str
    number: int
    source: str
    words: tuple[Word, ...]

    @classmethod
    def split(cls, path: Path | str, number: int, source: str) -> Line:
        """Words up to a comment; ScenarioError for a quote that is never closed."""
        words: list[Word] = []
        position = 0
        while position < len(source):
            if source[position].isspace():
                position += 1
                continue
            if source[position] == "#":
                break
            match = _WORD.match(source, position)
            if match is None:
                raise cls(path, number, source, ()).error(position + 1, "this quote is never closed")
            words.append(_word(match[0], position + 1))
            position = match.end()
        return cls(path, number, source, tuple(words))

    def error(self, column: int, what: str, *, got: object = None, expected: object = None, hint: str = "") -> ScenarioError:
        """A ScenarioError that points at a column of this line."""
        source = self.source.rstrip()
        where = f"{self.path}:{self.number}:{column}"
        return ScenarioError(where, what, got=got, expected=expected, hint=hint, source=source, column=column)

    def end_error(self, what: str, *, expected: object = None, hint: str = "") -> ScenarioError:
        """A ScenarioError at the place behind the last word: something is missing."""
        return self.error(len(self.source.rstrip()) + 1, what, expected=expected, hint=hint)

    def unknown(self, word: Word, what: str, names: Iterable[str]) -> ScenarioError:
        """A ScenarioError for a name that is none of `names`, with the closest ones."""
        name = word.key or word.text
        return self.error(word.column, f"unknown {what} `{name}`", hint=close_to(name, names))

    def value(self, word: Word, parse: Callable[[str], _T]) -> _T:
        """The value of a `key=value` word."""
        if word.value is None:
            raise self.error(word.column, f"`{word.text}` needs a value", expected=f"{word.text}=...")
        try:
            return parse(word.value)
        except BadValue as bad:
            raise self.error(word.value_column, f"bad value for `{word.key}`", got=word.value, expected=bad) from None


def _word(raw: str, column: int) -> Word:
    key, equals, value = raw.partition("=")
    text = raw.replace('"', "")
    if not equals or '"' in key:
        return Word(text, column)
    return Word(text, column, key, value.replace('"', ""), column + len(key) + 1)
