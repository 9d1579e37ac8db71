# SPDX-License-Identifier: Apache-2.0
"""Options of `[replay]` and `[generate]`: a TOML table to a dataclass, every key checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_type_hints

from tickproof.errors import ScenarioError
from tickproof.scenario.values import BadValue, close_to, parse_ipv4, parse_price, parse_time

__all__ = ["Complain", "read_options"]

Complain = Callable[..., ScenarioError]
"""(where in the header, what, got=, expected=, hint=) -> the error that points there."""

_Options = TypeVar("_Options")


def read_options(kind: type[_Options], table: Mapping[str, Any], complain: Complain) -> _Options:
    """Make `kind` (a dataclass with defaults) from the table. Raises ScenarioError for unknown keys, wrong types and values out of range.

    Times (`*_ns`) are written without the suffix and with a unit; prices (`base`, `tick`) and addresses (`*_group`) as text.
    Fractions lie in 0 to 1, counts are not negative.
    """
    hints = get_type_hints(kind)
    names = {(name.removesuffix("_ns")): name for name in (field.name for field in dataclasses.fields(kind))}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in names:
            raise complain(key, f"unknown key `{key}`", hint=close_to(key, names))
        try:
            values[names[key]] = _convert(names[key], hints[names[key]], value)
        except BadValue as bad:
            raise complain(key, f"bad value for `{key}`", got=value, expected=bad) from None
    return kind(**values)


def _convert(name: str, hint: object, value: Any) -> Any:
    if name.endswith("_ns"):
        return parse_time(_text(value, "a time in quotes, like 2us"))
    if name in ("base", "tick"):
        return parse_price(_text(value, "a price in quotes, like 140.00"))
    if name.endswith("_group"):
        return parse_ipv4(_text(value, "an address in quotes, like 233.54.12.111"))
    if hint is float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise BadValue("a fraction from 0 to 1")
        return float(value)
    if hint is str:
        return _text(value, "text in quotes")
    if name == "pace" and isinstance(value, str):
        if value not in ("line", "original"):
            raise BadValue('ns a message, "line" or "original"')
        return value
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadValue("a whole number")
    return value


def _text(value: Any, expected: str) -> str:
    if not isinstance(value, str):
        raise BadValue(expected)
    return value
