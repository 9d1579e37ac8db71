# SPDX-License-Identifier: Apache-2.0
"""Control records, settings, and the order of the counters."""

from __future__ import annotations

import pytest

from tickproof.errors import ProtocolError
from tickproof.protocols.control import (
    COUNTERS,
    LINE_COUNTERS,
    LINE_RACES,
    ORDER_COUNTERS,
    SESSION,
    SETTINGS,
    command,
    pack_control,
    session_numbers,
    set_global,
    set_symbol,
    stock_number,
    unpack_control,
)


def test_a_setting_is_a_record_with_its_id() -> None:
    """CTRL-1: op 0, no symbol, id, value, as bytes."""
    assert set_global("gap_timeout_ns", 0x1234) == bytes.fromhex("00 00 ffff 00000000 0000000000001234")
    assert set_symbol(2, "base", 1_400_000) == bytes.fromhex("00 00 0002 00000044 0000000000155cc0")


def test_a_command_is_a_record_with_its_symbol() -> None:
    """CTRL-2."""
    assert command("commit") == bytes.fromhex("01 00 ffff 00000000 0000000000000000")
    assert unpack_control(command("book_clear", 3)) == {"op": 3, "reserved": 0, "symbol": 3, "setting": 0, "value": 0}


def test_a_signed_value_is_sent_in_twos_complement() -> None:
    """CTRL-POSITION: a short position of 500."""
    assert command("set_position", 1, -500) == bytes.fromhex("07 00 0001 00000000 fffffffffffffe0c")
    assert unpack_control(command("set_position", 1, -500))["value"] == (1 << 64) - 500
    assert pack_control("set_executed", value=(1 << 64) - 1)[8:] == b"\xff" * 8


def test_the_order_path_has_settings_and_commands_of_its_own() -> None:
    """Contract 7.2 and control.toml: ids from 128, a symbol's from 192."""
    assert set_global("max_open_orders", 3) == bytes.fromhex("00 00 ffff 00000083 0000000000000003")
    assert set_symbol(2, "max_long", (1 << 64) - 1) == bytes.fromhex("00 00 0002 000000c5 ffffffffffffffff")
    assert command("kill", SESSION) == bytes.fromhex("05 00 fffe 00000000 0000000000000000")
    blocks = {name: setting.block for name, setting in SETTINGS.items()}
    assert (blocks["tick"], blocks["gap_timeout_ns"], blocks["burst"], blocks["restricted"]) == ("feed", "feed", "order", "order")
    assert {name for name, setting in SETTINGS.items() if setting.id >= 128} == {name for name, block in blocks.items() if block == "order"}


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: set_global("gap_timeout", 1), r"gap_timeout: no such global setting \(expected gap_timeout_ns, start_sequence"),
        (lambda: set_global("base", 1), r"base: no such global setting"),
        (lambda: set_symbol(0, "gap_timeout_ns", 1), r"gap_timeout_ns: no such symbol setting \(expected enabled, stock"),
        (lambda: set_symbol(0, "tick", 65536), r"tick: value out of range \(got 65536, expected 0 to 65535\)"),
        (lambda: set_global("gap_timeout_ns", -1), r"gap_timeout_ns: value out of range"),
        (lambda: command("set"), r"set: no such command \(expected commit, session_reset, book_clear, book_trust, kill, unkill, "),
        (lambda: pack_control("set_position", value=-(1 << 63) - 1), r"control.value: bad value"),
        (lambda: pack_control("set_position", value=1 << 64), r"control.value: bad value"),
        (lambda: pack_control("slay"), r"control.op: bad value \(got 'slay'"),
        (lambda: set_symbol(65536, "tick", 1), r"control.symbol: bad value"),
        (lambda: session_numbers("ELEVENCHARS"), r"setting.session: bad value \(got 'ELEVENCHARS', expected at most 10 characters\)"),
        (lambda: stock_number("NINECHARS"), r"setting.stock: bad value"),
        (lambda: unpack_control(bytes(15)), r"control: wrong length \(got 15, expected 16\)"),
    ],
)
def test_what_a_device_could_not_take_is_refused(make, complaint: str) -> None:
    """One line that names the setting."""
    with pytest.raises(ProtocolError, match=complaint):
        make()


def test_text_becomes_numbers_with_its_first_character_on_top() -> None:
    """Settings are numbers; short text is padded with spaces."""
    assert session_numbers("000008367I") == (0x3030303030383336, 0x3749)
    assert stock_number("AAPL") == 0x4141504C20202020


def test_counters_stand_in_register_order() -> None:
    """Line A, line B, then the device: 50 in all."""
    assert len(COUNTERS) == 50
    assert (COUNTERS[0], COUNTERS[18], COUNTERS[19], COUNTERS[38], COUNTERS[49]) == (
        "a_frames",
        "a_delivered",
        "b_frames",
        "messages",
        "lost",
    )
    assert set(LINE_RACES) < set(LINE_COUNTERS)
    assert (len(ORDER_COUNTERS), ORDER_COUNTERS[0], ORDER_COUNTERS[16]) == (17, "client_packets", "over_released")


def test_defaults_fit_their_settings() -> None:
    """No reset value has more bits than its register."""
    assert [name for name, setting in SETTINGS.items() if setting.default >> setting.bits] == []
