# SPDX-License-Identifier: Apache-2.0
"""OUCH 5.0: the fixed parts, how a message may end in either revision, and the options that may follow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickproof.errors import ProtocolError
from tickproof.protocols import OUCH_IN, OUCH_OPTIONS, OUCH_OUT
from tickproof.protocols.ouch import decode_option, has_appendage, message, option, options, split_message
from tickproof.protocols.table import Layout, Table

# Fixed parts, appendage length included where the type always has one: type -> (bytes, always has one).
INBOUND = {"O": (47, True), "U": (40, True), "X": (9, False), "M": (10, False), "Q": (1, False)}
OUTBOUND = {
    "S": (10, False),
    "A": (64, True),
    "U": (68, True),
    "C": (18, False),
    "D": (31, False),
    "E": (36, True),
    "B": (36, False),
    "F": (49, False),
    "J": (29, False),
    "P": (13, False),
    "I": (13, False),
    "T": (30, False),
    "M": (18, False),
    "R": (16, True),
    "Q": (13, False),
}
# Bytes of an option's value -> the tags that have so many.
OPTIONS = {1: [4, 6, 10, 12, 16, 17, 18, 20, 25], 2: [24], 4: [2, 3, 5, 7, 11, 13, 14, 15, 22], 8: [1, 9, 19, 23]}
ALL = [(table, layout) for table in (OUCH_IN, OUCH_OUT) for layout in table.layouts.values()]
every_message = pytest.mark.parametrize(("table", "layout"), ALL, ids=[f"{table.name}-{layout.name}" for table, layout in ALL])

FIRM = b"\x05\x02LIME"
ENTER = bytes.fromhex("4f 00000007 42 00000064 4141504c20202020 000000000016e360 30 59 50 4e 4e 6f72646572312020202020202020 0000")


@pytest.mark.parametrize(("table", "expected"), [(OUCH_IN, INBOUND), (OUCH_OUT, OUTBOUND)], ids=["inbound", "outbound"])
def test_every_message_has_its_fixed_length(table: Table, expected: dict[str, tuple[int, bool]]) -> None:
    """SESS-OUCH-LENGTH: all 20 messages."""
    assert {tag.decode(): (layout.size, has_appendage(layout)) for tag, layout in table.by_tag.items()} == expected


def test_every_option_has_its_length() -> None:
    """SESS-OUCH-LENGTH; PriceType is tag 6 with a length of 2."""
    expected = {tag: size for size, tags in OPTIONS.items() for tag in tags}
    assert {tag[0]: layout.field("value").size for tag, layout in OUCH_OPTIONS.by_tag.items()} == expected
    assert option("price_type", "P") == b"\x02\x06P"


def test_an_order_is_laid_out_byte_by_byte() -> None:
    """Enter Order, written out by hand: 100 AAPL at 150.00, principal, appendage of 0 bytes."""
    fields = {"side": "B", "quantity": 100, "symbol": "AAPL", "price": 1_500_000, "time_in_force": "0", "display": "Y", "capacity": "P"}
    rest = {"inter_market_sweep_eligibility": "N", "cross_type": "N", "clordid": "order1"}
    assert message(OUCH_IN, "enter_order", user_ref_num=7, **fields, **rest) == ENTER
    layout, fixed, appendage = split_message(OUCH_IN, ENTER)
    assert (layout.name, fixed, appendage) == ("enter_order", ENTER, b"")
    assert layout.unpack(fixed) == {"message_type": "O", "user_ref_num": 7, **fields, **rest, "appendage_length": 0}


def test_a_cancel_is_nine_bytes() -> None:
    """KILL-CANCEL: X, number, quantity 0."""
    assert message(OUCH_IN, "cancel_order", user_ref_num=0x01020304) == b"X\1\2\3\4\0\0\0\0"


def test_prices_have_four_decimals_in_eight_bytes() -> None:
    """0x99DB8 is 63.0200; a market order has the price 0x7FFFFFFF."""
    price = OUCH_IN.layouts["enter_order"].field("price")
    assert price.encode(630_200) == b"\0\0\0\0\0\x09\x9d\xb8"
    assert price.encode("market") == b"\0\0\0\0\x7f\xff\xff\xff"


def test_a_rejection_has_its_reason_in_two_bytes() -> None:
    """SESS-REJECT: 0x8000 + lowest failing check, behind the number; 29 bytes."""
    data = message(OUCH_OUT, "rejected", timestamp=1, user_ref_num=2, rejected_order_reason=0x8006, clordid="order1")
    assert data == b"J" + b"\0\0\0\0\0\0\0\1" + b"\0\0\0\2" + b"\x80\x06" + b"order1        "
    assert OUCH_OUT.layouts["rejected"].field("rejected_order_reason").enum["quote_unavailable"] == 1


class TestEndings:
    @every_message
    def test_the_fixed_part_alone_is_a_message(self, table: Table, layout: Layout) -> None:
        """Both revisions; where there is an appendage length, it is 0."""
        data = layout.pack()
        assert split_message(table, data) == (layout, data, b"" if has_appendage(layout) else None)

    @every_message
    def test_options_may_follow(self, table: Table, layout: Layout) -> None:
        """Types that may end with their fixed part carry an appendage length of their own in newer revisions."""
        data = message(table, layout.name, FIRM)
        assert len(data) == layout.size + len(FIRM) + 2 * (not has_appendage(layout))
        found, fixed, appendage = split_message(table, data)
        assert (found, len(fixed), appendage) == (layout, layout.size, FIRM)

    @pytest.mark.parametrize(
        ("table", "name", "length"), [(OUCH_IN, "cancel_order", 11), (OUCH_OUT, "order_canceled", 20), (OUCH_OUT, "rejected", 31)]
    )
    def test_an_empty_appendage_of_a_newer_revision_adds_two_bytes(self, table: Table, name: str, length: int) -> None:
        """Cancel 11, Canceled 20, Rejected 31."""
        data = message(table, name, b"")
        assert len(data) == length
        assert split_message(table, data)[1:] == (table.layouts[name].pack(), b"")

    @every_message
    def test_a_length_that_does_not_fit_is_refused(self, table: Table, layout: Layout) -> None:
        """One byte short; one byte long; an appendage length that promises more or less than there is."""
        short = layout.pack()[:-1]
        long = layout.pack() + (b"??" if layout.name == "aiq_canceled" else b"?")
        more = message(table, layout.name, FIRM)[:-1]
        less = message(table, layout.name, FIRM) + b"?"
        for data in filter(None, [short, long, more, less]):
            with pytest.raises(ProtocolError, match=f"^{layout.name}: wrong length \\(got {len(data)}, expected {layout.size} and "):
                split_message(table, data)

    @pytest.mark.parametrize("appendage", [b"\0", b"\0\6", FIRM + b"\0", b"\3\6P", b"\x05\x02LIM", b"\xff\1", b"\1"])
    @every_message
    def test_an_option_that_does_not_fit_makes_the_length_wrong(self, table: Table, layout: Layout, appendage: bytes) -> None:
        """An option of length 0, and one that runs past the appendage."""
        with pytest.raises(ProtocolError, match="wrong length"):
            split_message(table, message(table, layout.name, appendage))

    def test_aiq_canceled_may_be_one_byte_longer(self) -> None:
        """31 bytes in the first revision, 32 in newer ones, each with or without options."""
        older = message(OUCH_OUT, "aiq_canceled", user_ref_num=5)
        newer = message(OUCH_OUT, "aiq_canceled", user_ref_num=5, aiq_strategy="X")
        assert (len(older), len(newer), newer) == (31, 32, older + b"X")
        assert split_message(OUCH_OUT, older)[0] is OUCH_OUT.layouts["aiq_canceled"]
        assert split_message(OUCH_OUT, newer)[0] is OUCH_OUT.later["aiq_canceled"]
        assert split_message(OUCH_OUT, newer + b"\0\6" + FIRM) == (OUCH_OUT.later["aiq_canceled"], newer, FIRM)
        assert split_message(OUCH_OUT, older + b"\0\6" + FIRM) == (OUCH_OUT.layouts["aiq_canceled"], older, FIRM)

    def test_aiq_canceled_that_fits_both_forms_is_the_shorter_one(self) -> None:
        """SESS-OUCH-LENGTH: 33 + 256 bytes whose length bytes read 0x0100 at 31 and 0x00FF at 32."""
        data = message(OUCH_OUT, "aiq_canceled", b"\xff" + bytes(255))
        assert (len(data), data[31:34]) == (289, b"\1\0\xff")
        assert split_message(OUCH_OUT, data)[0] is OUCH_OUT.layouts["aiq_canceled"]

    @pytest.mark.parametrize("data", [b"", b"Z", b"A" + bytes(63)], ids=["empty", "unknown", "of-the-other-side"])
    def test_a_type_of_no_message_is_refused(self, data: bytes) -> None:
        """SESS-ERROR, reason 4."""
        with pytest.raises(ProtocolError, match=r"ouch50_in: (unknown message type|empty message)"):
            split_message(OUCH_IN, data)


class TestOptions:
    def test_options_follow_one_another(self) -> None:
        """Length, tag, value; in order, repeats included; an option without a value is one, too."""
        assert options(FIRM + b"\2\6P" + b"\1\x63" + b"\2\6L") == ((2, b"LIME"), (6, b"P"), (0x63, b""), (6, b"L"))
        assert options(b"") == ()

    @pytest.mark.parametrize(
        ("appendage", "complaint"),
        [
            (b"\0", r"OUCH option at byte 0: bad length \(got 0, expected 1 to 0\)"),
            (FIRM + b"\3\6P", r"OUCH option at byte 6: bad length \(got 3, expected 1 to 2\)"),
        ],
    )
    def test_an_option_that_does_not_fit_is_named_with_its_place(self, appendage: bytes, complaint: str) -> None:
        """SESS-OUCH-LENGTH."""
        with pytest.raises(ProtocolError, match=complaint):
            options(appendage)

    @pytest.mark.parametrize("layout", OUCH_OPTIONS.layouts.values(), ids=list(OUCH_OPTIONS.layouts))
    @given(data=st.data())
    def test_an_option_goes_round(self, layout: Layout, data: st.DataObject) -> None:
        """Any value bytes, by name and back."""
        raw = data.draw(st.binary(min_size=layout.size - 2, max_size=layout.size - 2))
        assert layout.tag is not None
        name, value = decode_option(layout.tag[0], raw)
        assert (name, option(name, value)) == (layout.name, bytes([layout.size - 1]) + layout.tag + raw)

    def test_offsets_can_be_negative(self) -> None:
        """Pegs: signed, 4 decimals."""
        assert option("peg_offset", -100) == b"\x05\x07\xff\xff\xff\x9c"
        assert decode_option(11, b"\xff\xff\xff\x9c") == ("discretion_peg_offset", -100)

    def test_an_option_that_the_table_does_not_know_keeps_its_bytes(self) -> None:
        """Tags 8, 21 and 26 up; and a known tag with another length."""
        assert decode_option(26, b"ab") == ("tag 26", "6162")
        assert decode_option(6, b"PP") == ("tag 6", "5050")

    def test_unknown_names_are_refused(self) -> None:
        """One line with the names there are."""
        with pytest.raises(ProtocolError, match=r"pricetype: no such OUCH option \(expected secondary_order_reference_number, firm"):
            option("pricetype", "P")
        with pytest.raises(ProtocolError, match=r"enter: no such message of OUCH 5.0, client to exchange \(expected enter_order, "):
            message(OUCH_IN, "enter")


@every_message
@given(data=st.data())
def test_any_message_splits_into_what_it_was_made_of(table: Table, layout: Layout, data: st.DataObject) -> None:
    """Fixed part and options of any bytes that are well-formed."""
    chosen = data.draw(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=9)), max_size=6))
    appendage = b"".join(bytes([1 + len(value), tag]) + value for tag, value in chosen)
    fields = {item.name: data.draw(st.binary(min_size=item.size, max_size=item.size)) for item in layout.fields if item.type == "alpha"}
    fields.pop("message_type")
    built = message(table, layout.name, appendage, **fields)
    found, fixed, rest = split_message(table, built)
    assert (found.name, rest, options(rest or b"")) == (layout.name, appendage, tuple(chosen))
    assert {name: fixed[layout.field(name).offset :][: layout.field(name).size] for name in fields} == fields


@given(table=st.sampled_from([OUCH_IN, OUCH_OUT]), data=st.binary(max_size=120))
def test_no_bytes_at_all_do_more_than_be_refused(table: Table, data: bytes) -> None:
    """A message or a ProtocolError."""
    try:
        _, fixed, appendage = split_message(table, data)
    except ProtocolError:
        return
    assert data.startswith(fixed)
    assert data.endswith(appendage or b"")
