# SPDX-License-Identifier: Apache-2.0
"""`Section`: one table of a TOML file, read key by key, so that each mistake in it is one InputError that names the key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from tickproof.errors import InputError

__all__ = ["Section"]

_Value = TypeVar("_Value", int, str)
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*\Z")


class Section:
    """One table of the file. Each value is asked for once; `finish` then refuses what nobody asked for."""

    def __init__(self, where: str, data: Mapping[str, Any]) -> None:
        self.where, self.data = where, data
        self.known: list[str] = []

    def get(self, key: str, kind: type[_Value], default: _Value | None = None) -> _Value:
        value = self.raw(key)
        if value is None:
            if default is None:
                raise self.error(f"key `{key}` is missing")
            return default
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.error(f"`{key}` has the wrong type", got=value, expected="a whole number" if kind is int else "a text")
        return value

    def raw(self, key: str) -> Any:
        self.known.append(key)
        return self.data.get(key)

    def identifier(self, key: str, default: str | None = None) -> str:
        return self.checked(key, self.get(key, str, default), allow_empty=default == "")

    def checked(self, key: str, value: str, allow_empty: bool = False) -> str:
        if not _IDENTIFIER.match(value) and not (allow_empty and not value):
            raise self.error(f"`{key}` is no Verilog name", got=repr(value))
        return value

    def number(self, key: str, lowest: int, highest: int, default: int | None = None) -> int:
        value = self.get(key, int, default)
        if not lowest <= value <= highest:
            raise self.error(f"`{key}` is out of range", got=value, expected=f"{lowest} to {highest}")
        return value

    def texts(self, key: str, default: list[str] | None = None) -> list[str]:
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(f"`{key}` must be a list of texts", got=value)
        return list(value)

    def numbers(self, key: str, default: Mapping[str, int] | None = None) -> dict[str, int]:
        value = self.raw(key)
        if value is None:
            return dict(default or {})
        if not isinstance(value, dict) or not all(isinstance(item, int) and not isinstance(item, bool) for item in value.values()):
            raise self.error(f"`{key}` must be a table of whole numbers", got=value)
        return dict(value)

    def flag(self, key: str) -> bool:
        value = self.raw(key)
        if value is not None and not isinstance(value, bool):
            raise self.error(f"`{key}` has the wrong type", got=value, expected="true or false")
        return bool(value)

    def section(self, key: str, needed: bool = True) -> Section | None:
        value = self.raw(key)
        if value is None and not needed:
            return None
        if not isinstance(value, dict):
            raise self.error(f"section [{key}] is missing" if value is None else f"`{key}` must be a section")
        return Section(f"{self.where}: [{key}]", value)

    def finish(self) -> None:
        for key in self.data:
            if key not in self.known:
                raise self.error(f"unknown key `{key}`", expected=", ".join(sorted(set(self.known))))

    def error(self, what: str, *, got: object = None, expected: object = None) -> InputError:
        return InputError(self.where, what, got=got, expected=expected)
