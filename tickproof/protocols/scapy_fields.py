# SPDX-License-Identifier: Apache-2.0
"""Scapy fields for the types of our tables, and Scapy packet classes made from layouts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scapy.fields import ByteField, Field, IntField, LongField, MACField, ShortField, SignedIntField, SignedLongField, StrFixedLenField
from scapy.packet import Packet

from tickproof.protocols import field as table
from tickproof.protocols.table import Layout

__all__ = ["CodeField", "RightTextField", "TextField", "U48Field", "fields_desc", "layer"]


class TextField(StrFixedLenField):
    """Left-justified, space-padded text. Its value is bytes without the padding; a code of one character stays as it is."""

    __slots__ = ["code_names", "width"]  # Scapy's fields have slots

    def __init__(self, name: str, default: bytes, length: int, enum: Mapping[str, int | str] | None = None) -> None:
        self.code_names = {str(code).encode(): name for name, code in (enum or {}).items()}
        self.width = length
        super().__init__(name, default, length=length)

    def _strip(self, value: bytes) -> bytes:
        return value if len(value) == self.width == 1 else value.rstrip(b" ")

    def any2i(self, pkt: Packet | None, x: Any) -> bytes:
        """Text or bytes as the stored value."""
        return self._strip(x.encode("latin-1") if isinstance(x, str) else bytes(x))

    def m2i(self, pkt: Packet | None, x: bytes) -> bytes:
        """Bytes of the wire as the stored value."""
        return self._strip(x)

    def i2m(self, pkt: Packet | None, x: Any) -> bytes:
        """The stored value as bytes of the wire; longer values are cut, as Scapy's own fixed-length fields do."""
        return (x or b"").ljust(self.width)[: self.width]

    def addfield(self, pkt: Packet, s: bytes, val: Any) -> bytes:
        """Append this field to a packet being built."""
        return s + self.i2m(pkt, val)

    def i2repr(self, pkt: Packet | None, x: Any) -> str:
        """The value, and what a code means."""
        return f"{x!r} ({self.code_names[x]})" if x in self.code_names else repr(x)


class RightTextField(TextField):
    """Right-justified text, filled with spaces on the left. Its value is bytes without them."""

    def _strip(self, value: bytes) -> bytes:
        return value.lstrip(b" ")

    def i2m(self, pkt: Packet | None, x: Any) -> bytes:
        """The stored value as bytes of the wire; longer values are cut."""
        return (x or b"").rjust(self.width)[: self.width]


class CodeField(TextField):
    """One character. Its value is b"" where the byte is 0: no code."""

    def _strip(self, value: bytes) -> bytes:
        return value.rstrip(b"\0")

    def i2m(self, pkt: Packet | None, x: Any) -> bytes:
        """The stored value as the byte of the wire."""
        return x[:1] or b"\0"


class U48Field(Field[int, bytes]):
    """A six-byte unsigned integer."""

    def __init__(self, name: str, default: int) -> None:
        super().__init__(name, default, "6s")

    def m2i(self, pkt: Packet | None, x: bytes) -> int:
        """Bytes of the wire as a number."""
        return int.from_bytes(x, "big")

    def i2m(self, pkt: Packet | None, x: int | None) -> bytes:
        """A number as bytes of the wire."""
        return (x or 0).to_bytes(6, "big")


class _PriceField(Field[int, int]):
    """An unsigned price; `show()` writes it with its decimals, the value stays an integer."""

    __slots__ = ["decimals"]

    def __init__(self, name: str, size: int, decimals: int) -> None:
        self.decimals = decimals
        super().__init__(name, 0, "!I" if size == 4 else "!Q")

    def i2repr(self, pkt: Packet | None, x: int | None) -> str:
        """The integer, and the price that it means."""
        whole, part = divmod(x or 0, 10**self.decimals)
        return f"{x} ({whole}.{part:0{self.decimals}})"


def _field(spec: table.Field, tag: bytes | None) -> Field[Any, Any]:
    match spec.type:
        case "alpha":
            return TextField(spec.name, tag or (b" " if spec.size == 1 else b""), spec.size, spec.enum)
        case "alpha_right":
            return RightTextField(spec.name, b"", spec.size, spec.enum)
        case "code":
            return CodeField(spec.name, b"", 1, spec.enum)
        case "bytes":
            return StrFixedLenField(spec.name, b"\0" * spec.size, length=spec.size)
        case "price4" | "price64" | "price8":
            return _PriceField(spec.name, spec.size, 8 if spec.type == "price8" else 4)
        case "i32":
            return SignedIntField(spec.name, 0)
        case "i64":
            return SignedLongField(spec.name, 0)
        case "mac":
            return MACField(spec.name, "00:00:00:00:00:00")
        case "u48":
            return U48Field(spec.name, 0)
    kind = {1: ByteField, 2: ShortField, 4: IntField, 8: LongField}[spec.size]
    return kind(spec.name, int.from_bytes(tag or b"", "big"))


def fields_desc(layout: Layout) -> list[Field[Any, Any]]:
    """Scapy fields of a layout, in order."""
    return [_field(spec, layout.tag if index == layout.tag_index else None) for index, spec in enumerate(layout.fields)]


def layer(class_name: str, layout: Layout, base: type[Packet], fields: list[Any] | None = None) -> type[Packet]:
    """A Scapy packet class with the layout's fields, or with those given in their place."""
    body = {"__doc__": f"{layout.title}, {layout.size} bytes.", "name": class_name, "layout": layout}
    return type(class_name, (base,), {**body, "fields_desc": fields_desc(layout) if fields is None else fields})
