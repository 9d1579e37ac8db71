# SPDX-License-Identifier: Apache-2.0
"""A Program made slower, by hand from its records."""

from __future__ import annotations

from tickproof.program import PortProgram, Program, Send, SendFlag, WaitFor
from tickproof.protocols.control import SETTINGS
from tickproof.targets.time_scale import scaled

COMMIT = bytes.fromhex("01 00 ffff 00000000 0000000000000000")
GAP_TIMEOUT_20_US = bytes.fromhex("00 00 ffff 00000000 0000000000004e20")


def test_the_settings_that_are_times_are_these() -> None:
    """Contract 3, 6 and 7: the timeout, the dead-man's switch, the rate, two windows and an age; in ns."""
    times = {name for name, setting in SETTINGS.items() if setting.unit == "ns"}
    assert times == {"gap_timeout_ns", "dead_man_ns", "token_ns", "duplicate_window", "max_reference_age", "execution_window"}


def test_times_of_all_ports_and_the_end_are_multiplied() -> None:
    """Bytes, flags and waits stay."""
    sends = [Send(0, b"a"), Send(7, b"bc", SendFlag.ABORT, WaitFor("events", 3))]
    program = Program("device", {"feed_a": PortProgram.of(sends)}, end_ns=11, parameters={"SYMBOLS": 2}, name="here")
    slow = scaled(program, 1000)
    port = slow.ports["feed_a"]
    assert port.not_before_ns.tolist() == [0, 7000]
    assert slow.end_ns == 11_000
    assert (list(port.frames), port.flags.tolist(), port.waits) == ([b"a", b"bc"], [0, 2], {1: WaitFor("events", 3)})
    assert (slow.dut, slow.parameters, slow.name) == ("device", {"SYMBOLS": 2}, "here")
    assert program.ports["feed_a"].not_before_ns.tolist() == [0, 7], "the program itself is untouched"


def test_settings_that_are_times_are_multiplied_wherever_they_are_set() -> None:
    """In the setup and on the control port, global and of a symbol (max_reference_age is setting 196)."""
    age_of_symbol_2 = bytes.fromhex("00 00 0002 000000c4 0000000000000005")
    program = Program("device", {"control": PortProgram.of([Send(3, age_of_symbol_2), Send(4, COMMIT)])}, (GAP_TIMEOUT_20_US, COMMIT))
    slow = scaled(program, 3)
    assert slow.setup == (bytes.fromhex("00 00 ffff 00000000 000000000000ea60"), COMMIT)
    assert list(slow.ports["control"].frames) == [bytes.fromhex("00 00 0002 000000c4 000000000000000f"), COMMIT]
    assert slow.ports["control"].not_before_ns.tolist() == [9, 12]


def test_a_time_stops_at_its_settings_width() -> None:
    """token_ns (129) has 32 bits, execution_window (203) 64."""
    token = bytes.fromhex("00 00 ffff 00000081 0000000080000001")
    window = bytes.fromhex("00 00 0000 000000cb ffffffffffffffff")
    slow = scaled(Program("device", {}, (GAP_TIMEOUT_20_US, token, window, COMMIT)), 2)
    assert slow.setup[1:3] == (token[:8] + bytes.fromhex("00000000ffffffff"), window)


def test_other_settings_and_commands_stay() -> None:
    """burst is a number of tokens, and a position may look like the id of a time."""
    burst = bytes.fromhex("00 00 ffff 00000082 0000000000000005")
    position = bytes.fromhex("07 00 0000 00000000 0000000000004e20")
    assert scaled(Program("device", {}, (GAP_TIMEOUT_20_US, burst, position, COMMIT)), 10).setup[1:] == (burst, position, COMMIT)


def test_a_default_that_nobody_set_becomes_effective_with_the_setup() -> None:
    """The gap timeout is 20 us at reset: a device that is played slowly has to be told."""
    assert scaled(Program("device", {}, (COMMIT,)), 2).setup == (bytes.fromhex("00 00 ffff 00000000 0000000000009c40"), COMMIT)


def test_a_setup_without_a_commit_is_given_no_setting_more() -> None:
    """It would have no effect, and a device without control has no settings at all."""
    assert scaled(Program("device", {}, ()), 2).setup == ()


def test_factor_one_is_the_program_itself() -> None:
    """Simulators play what was written."""
    program = Program("device", {}, (COMMIT,))
    assert scaled(program, 1) is program
