# SPDX-License-Identifier: Apache-2.0
"""Programs to files for the Verilog players, byte for byte as docs/formats.md says; and what cannot be played is refused."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import pytest

from tickproof.dut import Dut, Port
from tickproof.errors import InputError
from tickproof.program import PortProgram, Program, Send, SendFlag, WaitFor
from tickproof.protocols.control import command, pack_control, set_global, set_symbol
from tickproof.targets import load_dut
from tickproof.targets.simulation.plan import write_plan

ROOT = Path(__file__).parents[2]
DUTS = Path(__file__).with_name("simulation_duts")


def register() -> Dut:
    return load_dut("axis_register", ROOT)


def echo() -> Dut:
    return load_dut(DUTS / "link_echo.toml", ROOT)


def registers() -> Dut:
    return load_dut(DUTS / "registers.toml", ROOT)


def one_port(*sends: Send) -> Program:
    return Program("test", {"in": PortProgram.of(sends)}, name="test")


def without(dut: Dut, role: str) -> Dut:
    """The register with a signal less on its input."""
    port = dut.inputs["in"]
    signals = {name: signal for name, signal in port.signals.items() if name != role}
    return replace(dut, inputs={"in": Port(port.name, port.direction, port.width, signals)})


def test_beats_hold_the_data_last_byte_first_and_a_mark(tmp_path: Path) -> None:
    """Bit 7 last, bit 6 user, bits 5..0 kept bytes - 1."""
    write_plan(register(), one_port(Send(0, bytes(range(1, 11))), Send(0, b"\xaa", SendFlag.ABORT), Send(0, bytes(8))), tmp_path)
    beats = (tmp_path / "in.beats").read_bytes()
    assert [beats[at : at + 9].hex() for at in range(0, len(beats), 9)] == [
        "07" + "0807060504030201",
        "81" + "0000000000000a09",
        "c0" + "00000000000000aa",
        "87" + "0000000000000000",
    ]


def test_sends_hold_their_first_clock_and_what_they_wait_for(tmp_path: Path) -> None:
    """13 ns is not before clock 3 (19.2 ns); output 0 is `out`."""
    write_plan(register(), one_port(Send(13, b"a"), Send(64, b"b", wait_for=WaitFor("out", 258))), tmp_path)
    sends = (tmp_path / "in.sends").read_bytes()
    assert sends == struct.pack(">QB3xI", 3, 0xFF, 0) + struct.pack(">QB3xI", 10, 0, 258)


def test_link_changes_are_sends_without_beats(tmp_path: Path) -> None:
    """Byte 9 of a send: 3 = up, 2 = down, 0 = beats."""
    sends = [Send(0, b"", SendFlag.LINK_UP), Send(0, b"abcde"), Send(64, b"", SendFlag.LINK_DOWN)]
    write_plan(echo(), Program("test", {"peer": PortProgram.of(sends)}), tmp_path)
    assert (tmp_path / "peer.sends").read_bytes() == b"".join(
        struct.pack(">QBB2xI", clock, 0xFF, link, 0) for clock, link in ((0, 3), (0, 0), (10, 2))
    )
    assert (tmp_path / "peer.beats").read_bytes().hex() == "03" + "64636261" + "80" + "00000065"


def test_port_without_sends_has_empty_files(tmp_path: Path) -> None:
    write_plan(register(), Program("test", {}), tmp_path)
    assert (tmp_path / "in.sends").read_bytes() == (tmp_path / "in.beats").read_bytes() == b""


def test_control_records_become_register_writes(tmp_path: Path) -> None:
    """Setup is marked 4; the first write of a record 2, the last 1; long settings are two words, low word first."""
    program = Program(
        "test",
        {"control": PortProgram.of([Send(64, command("book_trust", 3), wait_for=WaitFor("writes", 2))])},
        setup=(set_global("gap_timeout_ns", 9), set_symbol(2, "stock", 0x1122334455667788)),
    )
    write_plan(registers(), program, tmp_path)
    assert (tmp_path / "control.sends").read_bytes() == b"".join(
        (
            struct.pack(">QBB2xIII", 0, 0xFF, 7, 0, 0x100, 9),
            struct.pack(">QBB2xIII", 0, 0xFF, 6, 0, 0x248, 0x55667788),
            struct.pack(">QBB2xIII", 0, 0xFF, 5, 0, 0x24C, 0x11223344),
            struct.pack(">QBB2xIII", 10, 0, 3, 2, 0x40, 4 | 3 << 16),
        )
    )
    assert (tmp_path / "control.reads").read_bytes() == struct.pack(">4I", 0x80, 0x84, 0x88, 0x8C)


def test_commands_of_the_order_path_write_their_value_first(tmp_path: Path) -> None:
    """control.toml: ORDER_VALUE low, high, then ORDER_COMMAND; per-symbol settings of the order path have their own stride."""
    text = (DUTS / "registers.toml").read_text().replace("registers.v", str(DUTS / "registers.v"))
    cut = text.index("address_bits")
    (tmp_path / "registers.toml").write_text(text[:cut] + "address_bits = 16\norder_path = true\n")
    program = Program("t", {}, setup=(pack_control("set_position", 3, 0, (1 << 64) - 500), pack_control("set", 2, 193, 500)))
    write_plan(load_dut(tmp_path / "registers.toml", ROOT), program, tmp_path)
    assert (tmp_path / "control.sends").read_bytes() == b"".join(
        struct.pack(">QBB2xIII", 0, 0xFF, place, 0, address, data)
        for place, address, data in (
            (6, 0x8048, 0xFFFFFE0C),
            (4, 0x804C, 0xFFFFFFFF),
            (5, 0x8040, 7 | 3 << 16),
            (7, 0xA000 + 2 * 0x80 + 8, 500),
        )
    )


def test_run_outlasts_the_longest_gap_timeout_that_the_program_sets(tmp_path: Path) -> None:
    """A GAP that is due must have the time to come: 1 ms is 156,250 clocks."""
    default = write_plan(registers(), Program("test", {}), tmp_path)
    longer = write_plan(registers(), Program("test", {}, setup=(set_global("gap_timeout_ns", 1_000_000),)), tmp_path)
    assert default.drain >= 20_000_000 // 6400
    assert longer.drain >= 156_250
    assert longer.stall > longer.drain


def test_run_outlasts_what_may_wait_in_the_device(tmp_path: Path) -> None:
    """A device takes up a beat a clock (6.4 ns): of 100 at once 50 are left after 50. When a send that waits goes in, nobody knows."""
    burst = [Send(0, bytes(80))] * 10
    quiet = write_plan(register(), one_port(), tmp_path).drain
    assert write_plan(register(), one_port(*(Send(640 * number, bytes(80)) for number in range(10))), tmp_path).drain == quiet + 10
    assert write_plan(register(), one_port(*burst), tmp_path).drain == quiet + 100
    assert write_plan(register(), one_port(*burst, Send(320, bytes(80))), tmp_path).drain == quiet + 60
    assert write_plan(register(), one_port(*burst, Send(6400, bytes(80), wait_for=WaitFor("out", 1))), tmp_path).drain == quiet + 110


def test_limits_reach_beyond_the_last_send_and_the_end(tmp_path: Path) -> None:
    limits = write_plan(register(), replace(one_port(Send(10**6, b"a")), end_ns=2 * 10**6), tmp_path)
    assert limits.end == 312_500
    assert limits.run > limits.end + limits.drain


REFUSED = [
    pytest.param(register(), Program("t", {"side": PortProgram.of([])}, name="t"), "no such input port (got side, expected in)", id="port"),
    pytest.param(register(), Program("t", {"out": PortProgram.of([])}, name="t"), "no such input port (got out, expected in)", id="output"),
    pytest.param(register(), Program("t", {}, (command("commit"),), name="t"), "a setup and the device no control port", id="no-control"),
    pytest.param(register(), one_port(Send(0, b"a"), Send(0, b"")), "cannot carry an empty frame (got send 1 of 0 bytes)", id="empty"),
    pytest.param(
        register(), one_port(Send(0, b"a", wait_for=WaitFor("in", 1))), "a port that is no output (got in, expected out)", id="wait"
    ),
    pytest.param(without(register(), "tuser"), one_port(Send(0, b"a", SendFlag.BAD_FCS)), "no tuser", id="no-tuser"),
    pytest.param(
        without(register(), "tkeep"), one_port(Send(0, b"abc")), "no tkeep (got send 0 of 3 bytes, expected a multiple of 8", id="no-tkeep"
    ),
    pytest.param(without(register(), "tlast"), one_port(Send(0, bytes(16))), "each beat is a frame (got send 0 of 16 bytes", id="no-tlast"),
    pytest.param(register(), one_port(Send(0, b"", SendFlag.LINK_UP)), "the port has no link that could go up or down", id="no-link"),
    pytest.param(
        echo(),
        Program("t", {"peer": PortProgram.of([Send(0, b"a", SendFlag.LINK_UP)])}, name="t"),
        "a link change carries no bytes (got send 0 of 1 bytes)",
        id="link-with-bytes",
    ),
    pytest.param(
        registers(), Program("t", {}, (pack_control("kill"),), name="t"), "the device has no order path (got kill)", id="no-order-path"
    ),
    pytest.param(
        registers(), Program("t", {}, (pack_control("set", 0, 999, 1),), name="t"), "unknown control setting (got 999)", id="setting"
    ),
    pytest.param(
        registers(), Program("t", {}, (set_symbol(0, "tick", 1),), name="t"), "no such setting (got tick", id="device-lacks-setting"
    ),
    pytest.param(
        registers(), Program("t", {}, (set_symbol(40, "base", 1),), name="t"), "outside the control port's addresses", id="address"
    ),
]


@pytest.mark.parametrize(("dut", "program", "message"), REFUSED)
def test_program_that_does_not_fit_the_device_is_refused(dut: Dut, program: Program, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        write_plan(dut, program, tmp_path)
    assert message in str(error.value)
