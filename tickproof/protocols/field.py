# SPDX-License-Identifier: Apache-2.0
"""One field of a wire layout: its type, and one value to and from its bytes."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tickproof.errors import ProtocolError

__all__ = ["TYPES", "Field", "Value", "decoder_of"]

Value = int | str | bytes

# type -> size in bytes; None = any size. price4 and price64 are unsigned with 4 implied decimals, price8 with 8. i32 and i64 are signed.
# alpha is padded with spaces, alpha_right on the left; code is one character, or none as byte 0.
TYPES: Mapping[str, int | None] = {
    "u8": 1,
    "u16": 2,
    "u32": 4,
    "u48": 6,
    "u64": 8,
    "i32": 4,
    "i64": 8,
    "price4": 4,
    "price8": 8,
    "price64": 8,
    "ipv4": 4,
    "mac": 6,
    "alpha": None,
    "alpha_right": None,
    "code": 1,
    "bytes": None,
}
_TEXT = {"alpha", "alpha_right", "code", "bytes", "mac", "ipv4"}
_STRUCT_CODE = {1: "B", 2: "H", 4: "I", 8: "Q"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `size` bytes from `offset` on. enum: name -> value on the wire, for codes that have names. note: one line for readers."""

    name: str
    offset: int
    size: int
    type: str
    enum: Mapping[str, int | str] = field(default_factory=dict)
    note: str = ""

    @property
    def is_integer(self) -> bool:
        """True for the types whose Python value is an int (prices included: they are never floats)."""
        return self.type not in _TEXT

    @property
    def is_signed(self) -> bool:
        """True for the integers that can be negative (two's complement)."""
        return self.type in ("i32", "i64")

    @property
    def padding(self) -> bytes:
        """What the field holds when nothing was said about it: spaces for text, else zeros."""
        return (b" " if self.type in ("alpha", "alpha_right") else b"\0") * self.size

    @property
    def struct_code(self) -> str:
        """The `struct` code (big-endian) that reads this field; six-byte integers read as bytes."""
        if not self.is_integer or self.size not in _STRUCT_CODE:
            return f"{self.size}s"
        code = _STRUCT_CODE[self.size]
        return code.lower() if self.is_signed else code

    def encode(self, value: object, where: str = "") -> bytes:
        """One value as bytes on the wire; ProtocolError naming `where` and this field if it does not fit."""
        return _ENCODERS.get(self.type, _encode_integer)(self, value, where)

    def decode(self, data: bytes) -> Value:
        """This field's `size` bytes as a Python value: int, text, or bytes for type `bytes`."""
        return decoder_of(self)(data)


def _bad(spec: Field, where: str, value: object, expected: str) -> ProtocolError:
    return ProtocolError(f"{where}.{spec.name}" if where else spec.name, "bad value", got=repr(value), expected=expected)


def _encode_integer(spec: Field, value: object, where: str) -> bytes:
    if isinstance(value, str) and value in spec.enum:
        value = spec.enum[value]
    try:
        number = value.__index__()  # type: ignore[attr-defined]  # numpy integers and enums included
        return int(number).to_bytes(spec.size, "big", signed=spec.is_signed)
    except (AttributeError, OverflowError):
        count = 256**spec.size
        low, high = (-count // 2, count // 2 - 1) if spec.is_signed else (0, count - 1)
        raise _bad(spec, where, value, f"integer from {low} to {high}") from None


def _encode_alpha(spec: Field, value: object, where: str) -> bytes:
    text = value.encode("latin-1", "ignore") if isinstance(value, str) else value
    if not isinstance(text, bytes) or len(text) > spec.size or (isinstance(value, str) and len(text) != len(value)):
        raise _bad(spec, where, value, f"at most {spec.size} characters")
    return text.rjust(spec.size) if spec.type == "alpha_right" else text.ljust(spec.size)


def _encode_code(spec: Field, value: object, where: str) -> bytes:
    return _encode_alpha(spec, value, where) if value not in ("", b"") else b"\0"


def _encode_bytes(spec: Field, value: object, where: str) -> bytes:
    if not isinstance(value, bytes) or len(value) != spec.size:
        raise _bad(spec, where, value, f"{spec.size} bytes")
    return value


def _encode_mac(spec: Field, value: object, where: str) -> bytes:
    if isinstance(value, str):
        if re.fullmatch(r"[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}", value) is None:
            raise _bad(spec, where, value, "MAC address like 02:54:50:00:00:01")
        return bytes.fromhex(value.replace("-", ":").replace(":", ""))
    return value if isinstance(value, bytes) and len(value) == 6 else _encode_integer(spec, value, where)


def _encode_ipv4(spec: Field, value: object, where: str) -> bytes:
    if isinstance(value, str):
        try:
            return ipaddress.IPv4Address(value).packed
        except ValueError:
            raise _bad(spec, where, value, "IPv4 address like 233.54.12.111") from None
    return value if isinstance(value, bytes) and len(value) == 4 else _encode_integer(spec, value, where)


def _decode_integer(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _decode_signed(data: bytes) -> int:
    return int.from_bytes(data, "big", signed=True)


def _decode_alpha(data: bytes) -> str:
    # A code of one character is kept as it is, because space is one of the codes; longer text loses its padding.
    # Latin-1 keeps bytes that should not be there, so that packing again gives the same bytes.
    return data.decode("latin-1") if len(data) == 1 else data.decode("latin-1").rstrip(" ")


def _decode_alpha_right(data: bytes) -> str:
    return data.decode("latin-1") if len(data) == 1 else data.decode("latin-1").lstrip(" ")


def _decode_code(data: bytes) -> str:
    return data.decode("latin-1") if any(data) else ""


def _decode_mac(data: bytes) -> str:
    return data.hex(":")


def _decode_ipv4(data: bytes) -> str:
    return ".".join(map(str, data))


_ENCODERS: Mapping[str, Callable[[Field, object, str], bytes]] = {
    "alpha": _encode_alpha,
    "alpha_right": _encode_alpha,
    "code": _encode_code,
    "bytes": _encode_bytes,
    "mac": _encode_mac,
    "ipv4": _encode_ipv4,
}
_DECODERS: Mapping[str, Callable[[bytes], Value]] = {
    "alpha": _decode_alpha,
    "alpha_right": _decode_alpha_right,
    "code": _decode_code,
    "bytes": bytes,
    "mac": _decode_mac,
    "ipv4": _decode_ipv4,
    "i32": _decode_signed,
    "i64": _decode_signed,
}


def decoder_of(spec: Field) -> Callable[[bytes], Value]:
    """The function that turns a field's bytes into its value."""
    return _DECODERS.get(spec.type, _decode_integer)
