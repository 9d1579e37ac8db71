# SPDX-License-Identifier: Apache-2.0
"""Field tables: fixed-size wire layouts, loaded from TOML and checked, then used to pack and unpack bytes.

One table feeds everything that must agree on offsets: Python, numpy, Scapy, Verilog and the user documentation.
"""

from __future__ import annotations

import struct
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tickproof.errors import ProtocolError
from tickproof.protocols.field import TYPES, Field, Value, decoder_of

__all__ = ["Field", "Layout", "Table", "Value", "layout_from", "load_table", "read_toml"]


@dataclass(frozen=True, slots=True)
class Layout:
    """A fixed-size message: fields in order, without gap or overlap.

    tag: the bytes that select it in its Table, or None; they stand in the field of index `tag_index`.
    """

    name: str
    title: str
    tag: bytes | None
    size: int
    fields: tuple[Field, ...]
    tag_index: int = 0
    _struct: struct.Struct = field(init=False, repr=False, compare=False)
    _by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)
    _defaults: Mapping[str, bytes] = field(init=False, repr=False, compare=False)
    _decoders: tuple[tuple[str, Callable[[bytes], Value] | None], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        defaults = {item.name: item.padding for item in self.fields}
        if self.tag is not None:
            defaults[self.fields[self.tag_index].name] = self.tag
        put = object.__setattr__  # frozen: these four are derived once from the fields
        put(self, "_struct", struct.Struct(">" + "".join(item.struct_code for item in self.fields)))
        put(self, "_by_name", MappingProxyType({item.name: item for item in self.fields}))
        put(self, "_defaults", MappingProxyType(defaults))
        put(self, "_decoders", tuple((item.name, decoder_of(item) if item.struct_code.endswith("s") else None) for item in self.fields))

    def field(self, name: str) -> Field:
        """The field of that name; ProtocolError listing the names there are."""
        try:
            return self._by_name[name]
        except KeyError:
            raise ProtocolError(f"{self.name}.{name}", "no such field", expected=", ".join(self._by_name)) from None

    def pack(self, values: Mapping[str, object] | None = None, /, **named: object) -> bytes:
        """`size` bytes. Fields that are not given are 0, text spaces, the tag field the tag. ProtocolError naming the field otherwise."""
        given = {**(values or {}), **named}
        parts = dict(self._defaults)
        for name, value in given.items():
            parts[name] = self.field(name).encode(value, self.name)
        return b"".join(parts.values())

    def unpack(self, data: bytes | bytearray | memoryview) -> dict[str, Value]:
        """Exactly `size` bytes as field -> value, in wire order; ProtocolError for any other length."""
        if len(data) != self.size:
            raise ProtocolError(self.name, "wrong length", got=len(data), expected=self.size)
        return self.unpack_from(data)

    def unpack_from(self, data: bytes | bytearray | memoryview, offset: int = 0) -> dict[str, Value]:
        """Like `unpack`, from `offset` on, bytes behind it ignored; ProtocolError if there are too few."""
        try:
            raw = self._struct.unpack_from(data, offset)
        except struct.error:
            raise ProtocolError(self.name, "cut short", got=max(0, len(data) - offset), expected=self.size) from None
        return {name: decode(value) if decode else value for (name, decode), value in zip(self._decoders, raw, strict=True)}

    def picker(self, *names: str) -> struct.Struct:
        """A compiled Struct that reads only these fields (given in wire order), for hot loops.

        `ITCH.layouts["order_delete"].picker("stock_locate", "order_reference_number").unpack_from(message)`.
        Text and six-byte integers come as bytes.
        """
        code, position = ">", 0
        for item in map(self.field, names):
            if item.offset < position:
                raise ProtocolError(f"{self.name}.{item.name}", "fields must be picked in wire order")
            code += "x" * (item.offset - position) + item.struct_code
            position = item.offset + item.size
        return struct.Struct(code)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The layouts of one protocol. by_tag: tag bytes -> layout, for the layouts that have one.

    codes: its lists of names and numbers. later: layout name -> the longer layout of newer revisions, for those that have grown.
    """

    name: str
    layouts: Mapping[str, Layout]
    title: str = ""
    codes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    later: Mapping[str, Layout] = field(default_factory=dict)
    by_tag: Mapping[bytes, Layout] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_tag = {layout.tag: layout for layout in self.layouts.values() if layout.tag is not None}
        object.__setattr__(self, "by_tag", MappingProxyType(by_tag))


def read_toml(path: Path) -> dict[str, Any]:
    """The file as a dict; ProtocolError naming the file if it is missing or not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProtocolError(str(path), "no such file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProtocolError(str(path), f"cannot be read as TOML: {error}") from None


def load_table(path: str | Path, *codes: str) -> Table:
    """Load and check a table. codes: the lists of names and numbers that it has besides its layouts.

    ProtocolError naming file, layout and field for gaps, overlaps, wrong sizes, duplicates and unknown types or keys.
    """
    path = Path(path)
    data = read_toml(path)
    _only_keys(str(path), data, {"name", "title", "size", "header", "layout", "tag_field", *codes})
    layouts: dict[str, Layout] = {}
    later: dict[str, Layout] = {}
    owners: dict[bytes, str] = {}
    for name, entry in data.get("layout", {}).items():
        where = f"{path}: {name}"
        _only_keys(where, entry, {"title", "tag", "size", "fields", "header_names", "later"})
        names = entry.get("header_names", {})  # where one layout's specification calls a header field otherwise
        rows = [*({**row, "name": names.get(row.get("name"), row.get("name"))} for row in data.get("header", [])), *entry.get("fields", [])]
        size = entry.get("size", data.get("size"))
        chosen = {"title": entry.get("title", name), "tag": entry.get("tag"), "tag_field": data.get("tag_field")}
        layout = layout_from(where, name, rows, size, **chosen)
        if layout.tag is not None and (owner := owners.setdefault(layout.tag, name)) != name:
            raise ProtocolError(where, "duplicate tag", got=repr(entry["tag"]), hint=f"{owner} has it already")
        layouts[name] = layout
        if added := entry.get("later"):
            _only_keys(f"{where}.later", added, {"size", "fields"})
            later[name] = layout_from(f"{where}.later", name, [*rows, *added.get("fields", [])], added.get("size"), **chosen)
    if not layouts:
        raise ProtocolError(str(path), "defines no layout", expected="[layout.NAME]")
    lists = {key: _codes_from(f"{path}: {key}", data.get(key, {})) for key in codes}
    return Table(
        str(data.get("name", path.stem)),
        MappingProxyType(layouts),
        str(data.get("title", "")),
        MappingProxyType(lists),
        MappingProxyType(later),
    )


def _codes_from(where: str, rows: Mapping[str, object]) -> Mapping[str, int]:
    codes: dict[str, int] = {}
    for name, number in rows.items():
        if not isinstance(number, int) or number in codes.values():
            raise ProtocolError(where, "numbers must be unlike one another", got=f"{name} = {number!r}")
        codes[name] = number
    return MappingProxyType(codes)


def layout_from(
    where: str, name: str, rows: list[dict[str, Any]], size: object, *, title: str = "", tag: object = None, tag_field: object = None
) -> Layout:
    """Build and check one layout from the rows of its TOML. size: bytes it must add up to. tag_field: None = the first."""
    fields: list[Field] = []
    end = 0
    for row in rows:
        item = _field_from(where, row)
        if any(other.name == item.name for other in fields):
            raise ProtocolError(f"{where}.{item.name}", "duplicate field name")
        if item.offset != end:
            what = "gap" if item.offset > end else "overlap"
            raise ProtocolError(f"{where}.{item.name}", what, got=f"offset {item.offset}", expected=end)
        fields.append(item)
        end += item.size
    if not fields or size != end:
        raise ProtocolError(where, "wrong size", got=f"fields of {end} bytes in all", expected="`size`" if size is None else size)
    if tag is None:
        return Layout(name, title, None, end, tuple(fields))
    index = next((at for at, item in enumerate(fields) if tag_field in (None, item.name)), None)
    if index is None:
        raise ProtocolError(where, "has no such field for its tag", got=tag_field, expected=", ".join(item.name for item in fields))
    return Layout(name, title, fields[index].encode(tag, where), end, tuple(fields), index)


def _field_from(where: str, row: dict[str, Any]) -> Field:
    where = f"{where}.{row.get('name', '?')}"
    _only_keys(where, row, {"name", "offset", "size", "type", "enum", "note"})
    for key, kind in (("name", str), ("offset", int), ("size", int), ("type", str)):
        if not isinstance(row.get(key), kind):
            raise ProtocolError(where, f"`{key}` is missing or of the wrong kind", got=repr(row.get(key)), expected=kind.__name__)
    if row["type"] not in TYPES:
        raise ProtocolError(where, "unknown type", got=row["type"], expected=", ".join(TYPES))
    expected = TYPES[row["type"]]
    if row["size"] < 1 or (expected is not None and row["size"] != expected):
        raise ProtocolError(where, f"wrong size for {row['type']}", got=row["size"], expected=expected or "at least 1")
    item = Field(row["name"], row["offset"], row["size"], row["type"], MappingProxyType(row.get("enum", {})), row.get("note", ""))
    for code in item.enum.values():
        item.encode(code, where)
    return item


def _only_keys(where: str, entry: Mapping[str, object], allowed: set[str]) -> None:
    for key in entry:
        if key not in allowed:
            raise ProtocolError(where, "unknown key", got=key, expected=", ".join(sorted(allowed)))
