# SPDX-License-Identifier: Apache-2.0
"""Words of the scenario language to values and back: times, prices, numbers, addresses, bytes. Exact integers throughout."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Iterable

from tickproof.protocols import Field

__all__ = [
    "BadValue",
    "close_to",
    "format_field",
    "format_hex",
    "format_price",
    "format_time",
    "parse_field",
    "parse_flag",
    "parse_hex",
    "parse_integer",
    "parse_ipv4",
    "parse_mac",
    "parse_price",
    "parse_side",
    "parse_signed",
    "parse_time",
]

_UNITS_NS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
_DECIMALS = {"price4": 4, "price64": 4, "price8": 8}


class BadValue(Exception):
    """A word that is not what it should be; the text says what was expected. The caller knows file, line and column."""


def close_to(word: str, names: Iterable[str]) -> str:
    """A hint naming the names most like `word`, or all of them if they are few."""
    known = list(names)
    near = difflib.get_close_matches(word, known, 3, 0.6)
    if near:
        return "did you mean " + " or ".join(near) + "?"
    return "there are " + ", ".join(known) if len(known) <= 24 else ""


def parse_time(text: str) -> int:
    """`0`, `5us`, `2.5us` -> ns."""
    match = re.fullmatch(r"(\d+)(?:\.(\d+))?(ns|us|ms|s)?", text)
    if match is None or (match[3] is None and int(match[1]) + int(match[2] or 0)):
        raise BadValue("a time with its unit, like 400ns, 2.5us, 1ms")
    scale = _UNITS_NS[match[3] or "ns"]
    fraction = match[2] or ""
    value = int(match[1] + fraction) * scale
    if value % 10 ** len(fraction):
        raise BadValue("a whole number of ns")
    return value // int(10 ** len(fraction))


def format_time(time_ns: int) -> str:
    """Shortest exact form: 2500 -> `2500ns`, 3000 -> `3us`, 0 -> `0`."""
    if time_ns == 0:
        return "0"
    unit = next(unit for unit in ("s", "ms", "us", "ns") if time_ns % _UNITS_NS[unit] == 0)
    return f"{time_ns // _UNITS_NS[unit]}{unit}"


def parse_price(text: str, decimals: int = 4) -> int:
    """`150.02` -> 1500200 (1e-4)."""
    match = re.fullmatch(r"(\d+)(?:\.(\d+))?", text)
    if match is None or len(match[2] or "") > decimals:
        raise BadValue(f"a price like 150.00, at most {decimals} decimals")
    return int(match[1] + (match[2] or "").ljust(decimals, "0"))


def parse_side(text: str) -> tuple[int, int]:
    """`150.00x300`, or `none`, which is (0, 0)."""
    if text == "none":
        return 0, 0
    price, x, shares = text.partition("x")
    if not x or not shares.isdigit():
        raise BadValue("PRICExSHARES like 150.00x300, or none")
    return parse_price(price), int(shares)


def format_price(price: int, decimals: int = 4) -> str:
    """1500200 -> `150.02`: at least two decimals, no more than needed."""
    whole, fraction = divmod(price, 10**decimals)
    return f"{whole}.{f'{fraction:0{decimals}d}'.rstrip('0').ljust(2, '0')}"


def parse_integer(text: str) -> int:
    """Decimal or 0x hexadecimal, not negative."""
    try:
        return int(text, 16) if text[:2].lower() == "0x" else int(text) if text.isdigit() else _no_integer()
    except ValueError:
        return _no_integer()


def _no_integer() -> int:
    raise BadValue("a number like 300 or 0x12c")


def parse_signed(text: str) -> int:
    """Like `parse_integer`, with a minus sign allowed."""
    return -parse_integer(text[1:]) if text.startswith("-") else parse_integer(text)


def parse_flag(text: str) -> int:
    """`1`, `true`, `on` or `0`, `false`, `off` -> 1 or 0."""
    words = {"1": 1, "true": 1, "on": 1, "0": 0, "false": 0, "off": 0}
    if text.lower() not in words:
        raise BadValue("true or false")
    return words[text.lower()]


def parse_hex(text: str) -> bytes:
    """`hex:0012ff` -> bytes."""
    if not text.startswith("hex:"):
        raise BadValue("bytes like hex:0012ff")
    try:
        return bytes.fromhex(text[4:])
    except ValueError:
        raise BadValue("bytes like hex:0012ff, two digits each") from None


def format_hex(data: bytes) -> str:
    """bytes -> `hex:0012ff`."""
    return "hex:" + data.hex()


def parse_mac(text: str) -> int:
    """`02:54:50:00:00:01` -> number."""
    if not re.fullmatch(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}", text):
        raise BadValue("a MAC address like 02:54:50:00:00:01")
    return int(text.replace(":", ""), 16)


def parse_ipv4(text: str) -> int:
    """`233.54.12.111` -> number."""
    try:
        return int(ipaddress.IPv4Address(text))
    except ValueError:
        raise BadValue("an IPv4 address like 233.54.12.111") from None


def parse_field(field: Field, text: str) -> int | str | bytes:
    """A word as the value of a wire field: names of its enum, prices, addresses, text, numbers; range-checked."""
    if text in field.enum:
        return field.enum[text]
    if field.type in _DECIMALS:
        value: int | str | bytes = parse_price(text, _DECIMALS[field.type])
    elif field.type in ("alpha", "alpha_right", "code"):
        value = text
        if len(text) > field.size or not all(ord(character) < 256 for character in text):
            raise BadValue(f"at most {field.size} characters")
    elif field.type == "bytes":
        value = parse_hex(text)
        if len(value) != field.size:
            raise BadValue(f"{field.size} bytes")
    elif field.type == "mac":
        value = parse_mac(text)
    elif field.type == "ipv4":
        value = parse_ipv4(text)
    elif field.is_signed:
        value = parse_signed(text)
    else:
        value = parse_integer(text)
    if isinstance(value, int):
        _check_range(field, value)
    return value


def _check_range(field: Field, value: int) -> None:
    largest = 256**field.size // (2 if field.is_signed else 1) - 1
    if value > largest or value < -largest - 1:
        raise BadValue(f"at most {format_price(largest, _DECIMALS[field.type]) if field.type in _DECIMALS else largest}")


def format_field(field: Field, value: int | str | bytes) -> str:
    """The word that `parse_field` reads back as this value (as `Layout.unpack` gives it)."""
    if isinstance(value, bytes):
        return format_hex(value)
    if isinstance(value, int):
        return format_price(value, _DECIMALS[field.type]) if field.type in _DECIMALS else str(value)
    return value if re.fullmatch(r"[^\s\"#|!]+", value) and value not in field.enum else f'"{value}"'
