# SPDX-License-Identifier: Apache-2.0
"""Field tables: what the loader refuses, what pack refuses, and that bytes and values go round."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickproof.errors import ProtocolError
from tickproof.protocols import EVENTS, ITCH, MOLD, NET, OUCH_IN, OUCH_OPTIONS, OUCH_OUT, SOUPBINTCP, load_table
from tickproof.protocols.control import CONTROL_RECORD
from tickproof.protocols.table import Field, Layout

TABLES = (NET, MOLD, ITCH, SOUPBINTCP, OUCH_IN, OUCH_OUT, OUCH_OPTIONS, EVENTS)
LAYOUTS = [layout for table in TABLES for layout in (*table.layouts.values(), *table.later.values())] + [CONTROL_RECORD]
ADD = ITCH.layouts["add_order"]

GOOD = """
name = "t"
header = [{ name = "kind", offset = 0, size = 1, type = "alpha" }]
[layout.one]
tag = "A"
size = 3
fields = [{ name = "value", offset = 1, size = 2, type = "u16" }]
"""

BROKEN = {
    "gap": ("offset = 1", "offset = 2", "one.value: gap (got offset 2, expected 1)"),
    "overlap": ("offset = 1", "offset = 0", "one.value: overlap (got offset 0, expected 1)"),
    "size-of-a-type": ('size = 2, type = "u16"', 'size = 3, type = "u16"', "one.value: wrong size for u16 (got 3, expected 2)"),
    "size-of-nothing": (
        'size = 2, type = "u16"',
        'size = 0, type = "alpha"',
        "one.value: wrong size for alpha (got 0, expected at least 1)",
    ),
    "size-of-the-whole": ("size = 3", "size = 4", "one: wrong size (got fields of 3 bytes in all, expected 4)"),
    "no-size": ("size = 3\n", "", "one: wrong size (got fields of 3 bytes in all, expected `size`)"),
    "unknown-type": ("u16", "u17", "one.value: unknown type (got u17, expected u8,"),
    "duplicate-field": ('"value"', '"kind"', "one.kind: duplicate field name"),
    "unknown-key": ("tag =", "tga =", "one: unknown key (got tga, expected fields, header_names, later, size, tag, title)"),
    "unknown-key-of-a-field": ("offset = 1", "ofset = 1", "one.value: unknown key (got ofset,"),
    "missing-offset": ("offset = 1, ", "", "one.value: `offset` is missing or of the wrong kind (got None, expected int)"),
    "tag-that-does-not-fit": ('tag = "A"', 'tag = "AB"', "one.kind: bad value (got 'AB', expected at most 1 characters)"),
    "code-that-does-not-fit": ('"u16"', '"u16", enum = { big = 65536 }', "one.value.value: bad value (got 65536,"),
    "not-toml": ("[layout.one]", "[layout.one", "cannot be read as TOML"),
    "no-layout": (GOOD[GOOD.index("[layout") :], "", "defines no layout (expected [layout.NAME])"),
}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.toml"
    path.write_text(text)
    return path


def test_a_good_table_loads(tmp_path: Path) -> None:
    """The base of the rejections below: without their one change it is accepted."""
    layout = load_table(written(tmp_path, GOOD)).by_tag[b"A"]
    assert layout.pack(value=0x0102) == b"A\x01\x02"


@pytest.mark.parametrize(("old", "new", "complaint"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_table_is_refused_with_file_and_field(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    """One line that begins with the file and names the field."""
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ProtocolError) as error:
        load_table(path)
    assert str(error.value).startswith(str(path))
    assert complaint in str(error.value)


def test_two_layouts_with_one_tag_are_refused(tmp_path: Path) -> None:
    """A tag selects one layout."""
    again = GOOD[GOOD.index("[layout") :].replace("layout.one", "layout.two")
    with pytest.raises(ProtocolError, match=r"two: duplicate tag \(got 'A'\); one has it already"):
        load_table(written(tmp_path, GOOD + again))


SECOND_FIELD = """
tag_field = "kind"
header = [{ name = "length", offset = 0, size = 1, type = "u8" }, { name = "kind", offset = 1, size = 1, type = "alpha" }]
[layout.one]
tag = "A"
size = 2
later = { size = 3, fields = [{ name = "more", offset = 2, size = 1, type = "u8" }] }
[colour]
red = 1
blue = 2
"""


def test_a_tag_may_stand_in_any_field(tmp_path: Path) -> None:
    """SoupBinTCP: the type comes behind the length."""
    table = load_table(written(tmp_path, SECOND_FIELD), "colour")
    assert table.by_tag[b"A"].pack(length=7) == b"\x07A"


def test_a_layout_may_have_grown(tmp_path: Path) -> None:
    """`later`: the fields that newer revisions add."""
    table = load_table(written(tmp_path, SECOND_FIELD), "colour")
    assert table.layouts["one"].size == 2
    assert table.later["one"].pack(more=5) == b"\0A\5"


def test_a_table_may_hold_lists_of_codes(tmp_path: Path) -> None:
    """Those that the caller knows; any other is an unknown key."""
    path = written(tmp_path, SECOND_FIELD)
    assert load_table(path, "colour").codes["colour"] == {"red": 1, "blue": 2}
    with pytest.raises(ProtocolError, match=r"unknown key \(got colour"):
        load_table(path)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('tag_field = "kind"', 'tag_field = "kin"', r"one: has no such field for its tag \(got kin, expected length, kind\)"),
        ("offset = 2", "offset = 3", r"one.later.more: gap \(got offset 3, expected 2\)"),
        ("later = { size = 3", "later = { size = 2", r"one.later: wrong size \(got fields of 3 bytes in all, expected 2\)"),
        ("later = { size", "later = { siz", r"one.later: unknown key \(got siz, expected fields, size\)"),
        ("blue = 2", "blue = 1", r"colour: numbers must be unlike one another \(got blue = 1\)"),
        ("blue = 2", 'blue = "2"', r"colour: numbers must be unlike one another \(got blue = '2'\)"),
    ],
    ids=["tag-field", "later", "later-size", "later-key", "same-code", "code-of-a-wrong-kind"],
)
def test_what_such_a_table_gets_wrong_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    """File, layout and field."""
    with pytest.raises(ProtocolError, match=complaint):
        load_table(written(tmp_path, SECOND_FIELD.replace(old, new)), "colour")


def test_signed_fields_take_negative_numbers() -> None:
    """Two's complement, and its ends."""
    offset = OUCH_OPTIONS.layouts["peg_offset"]
    assert offset.pack(value=-(1 << 31))[2:] == b"\x80\0\0\0"
    assert offset.unpack(offset.pack(value=-1))["value"] == -1
    with pytest.raises(
        ProtocolError, match=r"peg_offset.value: bad value \(got 2147483648, expected integer from -2147483648 to 2147483647\)"
    ):
        offset.pack(value=1 << 31)


def test_a_missing_table_is_one_line(tmp_path: Path) -> None:
    """The path, and that there is no such file."""
    with pytest.raises(ProtocolError, match=r"absent.toml: no such file$"):
        load_table(tmp_path / "absent.toml")


def test_the_tables_hold_what_their_protocols_define() -> None:
    """23 ITCH types, 64-byte records, header sizes."""
    assert "".join(sorted(tag.decode() for tag in ITCH.by_tag)) == "ABCDEFHIJKLNOPQRSUVWXYh"
    assert {layout.size for layout in EVENTS.layouts.values()} == {64}
    assert {name: layout.size for name, layout in NET.layouts.items()} == {"ethernet": 14, "vlan": 4, "ipv4": 20, "udp": 8}
    assert MOLD.layouts["header"].size == 20


def test_missing_fields_are_zero_and_blank_and_the_tag_is_there() -> None:
    """The defaults of pack."""
    assert ADD.pack() == b"A" + bytes(18) + b" " + bytes(4) + b" " * 8 + bytes(4)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"shares": -1}, r"add_order.shares: bad value \(got -1, expected integer from 0 to 4294967295\)"),
        ({"shares": 1 << 32}, r"add_order.shares: bad value"),
        ({"timestamp": 1 << 48}, r"add_order.timestamp: bad value \(got 281474976710656, expected integer from 0 to 281474976710655\)"),
        ({"price": 1.5}, r"add_order.price: bad value \(got 1.5"),
        ({"stock": "TOOLONGNAME"}, r"add_order.stock: bad value \(got 'TOOLONGNAME', expected at most 8 characters\)"),
        ({"stock": "\N{EURO SIGN}"}, r"add_order.stock: bad value"),
        ({"stock": 7}, r"add_order.stock: bad value"),
        ({"volume": 1}, r"add_order.volume: no such field \(expected message_type, stock_locate"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_the_field(values: dict[str, object], complaint: str) -> None:
    """Nothing is cut or wrapped silently."""
    with pytest.raises(ProtocolError, match=complaint):
        ADD.pack(values)


@pytest.mark.parametrize("mac", ["01:02:03:04:05", "01:02:03:04:05:6", "g1:02:03:04:05:06", 1 << 48, b"12345"])
def test_a_bad_mac_address_is_refused(mac: object) -> None:
    """Text, six bytes or an integer of 48 bits."""
    with pytest.raises(ProtocolError, match=r"ethernet.source: bad value"):
        NET.layouts["ethernet"].pack(source=mac)


@pytest.mark.parametrize("address", ["1.2.3", "1.2.3.256", 1 << 32, b"123"])
def test_a_bad_ip_address_is_refused(address: object) -> None:
    """Text, four bytes or an integer of 32 bits."""
    with pytest.raises(ProtocolError, match=r"ipv4.source: bad value"):
        NET.layouts["ipv4"].pack(source=address)


def test_addresses_pack_alike_however_they_are_written() -> None:
    """Text, bytes and numbers name the same address."""
    ethernet, ipv4 = NET.layouts["ethernet"], NET.layouts["ipv4"]
    assert ethernet.pack(source="02:54:50:00:00:01") == ethernet.pack(source=0x025450000001) == ethernet.pack(source=b"\x02TP\0\0\1")
    assert ipv4.pack(source="233.54.12.111") == ipv4.pack(source=0xE9360C6F)
    assert ipv4.unpack(ipv4.pack(source=0xE9360C6F))["source"] == "233.54.12.111"


def test_a_code_may_be_given_by_its_name() -> None:
    """Integer fields with an enum."""
    assert EVENTS.layouts["GAP"].pack(cause="timeout")[40] == 2


def test_a_wrong_length_is_refused_by_unpack() -> None:
    """unpack wants all of a message and nothing else; unpack_from at least all of it."""
    with pytest.raises(ProtocolError, match=r"add_order: wrong length \(got 35, expected 36\)"):
        ADD.unpack(ADD.pack()[:-1])
    with pytest.raises(ProtocolError, match=r"add_order: cut short \(got 26, expected 36\)"):
        ADD.unpack_from(ADD.pack(), 10)


def test_a_picker_reads_only_what_it_was_asked_for() -> None:
    """For hot loops: fields in wire order, from any offset."""
    picker = ADD.picker("stock_locate", "shares", "stock")
    assert picker.unpack_from(b"??" + ADD.pack(stock_locate=7, shares=100, stock="AAPL"), 2) == (7, 100, b"AAPL    ")
    with pytest.raises(ProtocolError, match=r"add_order.shares: fields must be picked in wire order"):
        ADD.picker("price", "shares")


def values_of(field: Field) -> st.SearchStrategy[object]:
    """Any value that the field can hold and gives back as it was."""
    match field.type:
        case "alpha":
            text = st.text(st.characters(max_codepoint=255), min_size=int(field.size == 1), max_size=field.size)
            return text if field.size == 1 else text.filter(lambda value: not value.endswith(" "))
        case "alpha_right":
            return st.text(st.characters(max_codepoint=255), max_size=field.size).filter(lambda value: not value.startswith(" "))
        case "code":
            return st.characters(min_codepoint=1, max_codepoint=255) | st.just("")
        case "i32" | "i64":
            return st.integers(-(256**field.size // 2), 256**field.size // 2 - 1)
        case "bytes":
            return st.binary(min_size=field.size, max_size=field.size)
        case "mac":
            return st.binary(min_size=6, max_size=6).map(lambda value: value.hex(":"))
        case "ipv4":
            return st.ip_addresses(v=4).map(str)
    return st.integers(0, 256**field.size - 1)


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.name for layout in LAYOUTS])
@given(data=st.data())
def test_values_survive_pack_and_unpack(layout: Layout, data: st.DataObject) -> None:
    """pack then unpack is the identity on values."""
    values = data.draw(st.fixed_dictionaries({field.name: values_of(field) for field in layout.fields}))
    assert layout.unpack(layout.pack(values)) == values


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.name for layout in LAYOUTS])
@given(data=st.data())
def test_bytes_survive_unpack_and_pack(layout: Layout, data: st.DataObject) -> None:
    """unpack then pack is the identity on bytes, whatever they are."""
    raw = data.draw(st.binary(min_size=layout.size, max_size=layout.size))
    assert layout.pack(layout.unpack(raw)) == raw
