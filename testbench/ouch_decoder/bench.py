# SPDX-License-Identifier: Apache-2.0
"""ouch_decoder alone: fields and lengths of the five messages, framing errors in their order (contract 6.1, 6.3; wire formats)."""

from __future__ import annotations

from typing import Any

import cocotb
from cocotb.triggers import Timer

PASS, ORDER, ERROR = 0, 1, 3
SHARED = {"tif": ord("3"), "display": ord("A"), "iso": ord("Y"), "clordid": int.from_bytes(b"ABCDEFGHIJKLMN", "big")}

# Each message as it stands in the wire formats, without options; what the gate has to see; where options begin, as byte of the packet.
ENTER = bytes.fromhex("4f 01020304 54 11121314 4141504c20202020 2122232425262728") + b"3ARYCABCDEFGHIJKLMN\0\0"
REPLACE = bytes.fromhex("55 31323334 01020304 11121314 2122232425262728") + b"3AYABCDEFGHIJKLMN\0\0"
CANCEL = bytes.fromhex("58 01020304 11121314")
MODIFY = bytes.fromhex("4d 01020304 45 11121314")
QUERY = b"Q"
PRICED = {"ref": 0x01020304, "quantity": 0x11121314, "price": 0x2122232425262728, "price_type": ord("P")} | SHARED
FIELDS: dict[bytes, dict[str, int]] = {
    ENTER: PRICED | {"side": ord("T"), "stock": int.from_bytes(b"AAPL    ", "big"), "capacity": ord("R"), "cross": ord("C")},
    REPLACE: PRICED | {"orig_ref": 0x31323334},
    CANCEL: {"ref": 0x01020304, "quantity": 0x11121314},
    MODIFY: {"ref": 0x01020304, "side": ord("E"), "quantity": 0x11121314},
    QUERY: {},
}
KINDS = {ENTER: ORDER, REPLACE: ORDER, CANCEL: PASS, MODIFY: ORDER, QUERY: PASS}
OPTIONS_START = {ENTER: 50, REPLACE: 43, CANCEL: 14, MODIFY: 15, QUERY: 6}
NAMES = sorted(FIELDS[ENTER] | FIELDS[REPLACE])


async def decode(dut: Any, packet: bytes, *, length: int | None = None, **inputs: int) -> tuple[int, int]:
    """Kind and reason of a packet; bytes that are not 0 lie behind it. length: what its first two bytes say, if that is not its size."""
    length = len(packet) if length is None else length
    for name, value in {"s_bad_length": 0, "s_options_clean": 1, "s_price_type": ord("P"), "cfg_client_types": 0, **inputs}.items():
        getattr(dut, name).value = value
    dut.s_window.value = int.from_bytes((length.to_bytes(2, "big") + packet + bytes(range(200, 256)))[:56], "big")
    await Timer(1, "ns")
    assert dut.m_length.value == length
    return int(dut.m_kind.value), int(dut.m_reason.value)


def fields(dut: Any) -> dict[str, int]:
    """The fields that are not 0."""
    return {name: value for name in NAMES if (value := int(getattr(dut, f"m_{name}").value))}


@cocotb.test
async def every_field_is_read_at_its_place(dut: Any) -> None:
    """Wire formats, `O U X M Q`: what a message does not have is 0, a PriceType of `M`, `X` and `Q` too; in no other packet is a field."""
    for message, wanted in FIELDS.items():
        assert await decode(dut, b"U" + message) == (KINDS[message], 0)
        assert fields(dut) == wanted
        assert (dut.m_packet_type.value, dut.m_message_type.value) == (ord("U"), message[0])
        assert (dut.m_options_start.value, dut.m_listed.value) == (OPTIONS_START[message], 0)
        assert await decode(dut, b"+" + message) == (PASS, 0)
        assert (dut.m_packet_type.value, dut.m_message_type.value, fields(dut)) == (ord("+"), 0, {})
    assert await decode(dut, b"U" + ENTER, s_price_type=0) == (ORDER, 0)
    assert "price_type" not in fields(dut)


@cocotb.test
async def the_length_fits_the_type_or_the_reason_is_5(dut: Any) -> None:
    """SESS-OUCH-LENGTH: the fixed part and exactly n bytes; `X M Q` may end without n; options that do not come out even are wrong."""
    for message, kind in KINDS.items():
        good, bad, has_options = (kind, 0), (ERROR, 5), message in (ENTER, REPLACE)
        bare = message[:-2] if has_options else message
        assert await decode(dut, b"U" + bare) == (bad if has_options else good)
        assert await decode(dut, b"U" + bare, s_options_clean=0) == (bad if has_options else good), "no options that could be wrong"
        assert await decode(dut, b"U" + bare + b"\0") == bad
        assert await decode(dut, b"U" + message[:-1] if len(message) > 1 else b"UQ\0") == bad
        assert int(dut.m_message_type.value) == message[0], "the record of the error shows the type"
        for n in (0, 1, 3, 255, 256, 1_990):
            whole = b"U" + bare + n.to_bytes(2, "big") + bytes(n)
            assert await decode(dut, whole) == good
            assert await decode(dut, whole, s_options_clean=0) == bad
            assert await decode(dut, whole + b"\0") == bad
            assert n == 0 or await decode(dut, whole[:-1]) == bad
        assert await decode(dut, b"U" + bare + b"\xff\xff") == bad, "65,535 options in none"


@cocotb.test
async def the_packets_length_fits_its_type_or_the_reason_is_3(dut: Any) -> None:
    """SESS-ERROR 3: `L` 47, `R` 1, `O` 1, `U` at least 2, `+` at least 1."""
    lengths = {"L": ([47], [1, 46, 48, 303]), "R": ([1], [2, 257]), "O": ([1], [2, 48]), "U": ([], [1]), "+": ([1, 2, 2_048], [])}
    for kind, (right, wrong) in lengths.items():
        for length in right:
            assert await decode(dut, kind.encode(), length=length) == (PASS, 0)
        for length in wrong:
            assert await decode(dut, kind.encode(), length=length) == (ERROR, 3)
            assert (dut.m_packet_type.value, dut.m_message_type.value) == (ord(kind), 0)


@cocotb.test
async def a_type_off_the_list_has_reason_4(dut: Any) -> None:
    """SESS-ERROR 4: bit c - 64 of client_types allows byte c, 64 to 127, in any length; for `O U M X Q` it means nothing."""
    everything = (1 << 64) - 1
    for byte in set(range(256)) - set(b"OUMXQ"):
        bit = 1 << byte - 64 if 64 <= byte < 128 else 0
        for size in (0, 1, 70):
            packet = b"U" + bytes([byte]) + bytes(size)
            assert await decode(dut, packet, cfg_client_types=everything) == ((PASS, 0) if bit else (ERROR, 4))
            assert await decode(dut, packet, cfg_client_types=everything & ~bit) == (ERROR, 4)
            assert (dut.m_message_type.value, dut.m_listed.value, fields(dut)) == (byte, 1, {})
    assert await decode(dut, b"U" + ENTER, cfg_client_types=everything) == (ORDER, 0)
    assert await decode(dut, b"U" + ENTER + b"\0", cfg_client_types=everything) == (ERROR, 5)


@cocotb.test
async def the_first_rule_that_is_broken_names_the_reason(dut: Any) -> None:
    """SESS-ERROR: 1 before 2 before 3; reason 1 knows no types."""
    assert await decode(dut, b"xN", length=0, s_bad_length=1) == (ERROR, 1)
    assert (dut.m_packet_type.value, dut.m_message_type.value, dut.m_listed.value) == (0, 0, 0)
    for byte in set(range(256)) - set(b"+LURO"):
        assert await decode(dut, bytes([byte]), length=303) == (ERROR, 2)
        assert (dut.m_packet_type.value, dut.m_message_type.value) == (byte, 0)
    assert await decode(dut, b"UN", length=1) == (ERROR, 3)
    assert dut.m_listed.value == 0, "what lies behind the packet is no message"
