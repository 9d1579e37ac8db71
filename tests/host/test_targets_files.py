# SPDX-License-Identifier: Apache-2.0
"""The plan folder that is written and the results that are read: docs/wire.md, byte by byte, by hand."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from tickproof.errors import InputError
from tickproof.frames import Frames
from tickproof.program import PortProgram, Program, Send, SendFlag, WaitFor
from tickproof.targets import load_dut
from tickproof.targets.wire.collect import collect
from tickproof.targets.wire.grade import measured_grade
from tickproof.targets.wire.plan import Playing, write_plan
from tickproof.targets.wire.wiring import Place, Wire, wires

ROOT = Path(__file__).parents[2]
DUT = load_dut("tick_to_trade", ROOT)
COMMIT = bytes.fromhex("01 00 ffff 00000000 0000000000000000")
EVENTS_TO_10_1_2_3_PORT_99 = (bytes.fromhex("00 00 ffff 0000000c 000000000a010203"), bytes.fromhex("00 00 ffff 0000000e 0000000000000063"))
GAP_TIMEOUT_5_MS = bytes.fromhex("00 00 ffff 00000000 00000000004c4b40")
PLACES = {
    "feed_a": Place("if0", "xdp"),
    "feed_b": Place("if1", "raw"),
    "events": Place("if2", "udp"),
    "client": Place("if3", "raw", "192.168.23.1", 30201),
    "exchange": Place("if4", "raw", "192.168.24.2", 30202),
}
FRAME = bytes(range(60))


def test_each_port_has_its_line() -> None:
    """Streams: we are the client, and we are the venue. Records go to the settings' defaults. `bbo` is inside the device."""
    lines = [wire.line for wire in wires(DUT, Program("tick_to_trade", {}), PLACES)]
    assert lines == [
        "in feed_a xdp if0",
        "in feed_b raw if1",
        "stream client connect 192.168.23.1 30201",
        "stream exchange listen 192.168.24.2 30202",
        "out events udp if2 192.168.10.2 30100",
    ]


def test_records_are_expected_where_the_setup_sends_them() -> None:
    """events_dst_ip is setting 12, events_dst_port 14."""
    program = Program("tick_to_trade", {}, (*EVENTS_TO_10_1_2_3_PORT_99, COMMIT))
    assert wires(DUT, program, PLACES)[-1].line == "out events udp if2 10.1.2.3 99"


def test_records_are_expected_wherever_a_commit_sends_them() -> None:
    """Once each, and not where they would go at reset: the setup's commit comes before everything."""
    moves = [Send(0, record) for record in (*EVENTS_TO_10_1_2_3_PORT_99, COMMIT, GAP_TIMEOUT_5_MS, COMMIT)]
    program = Program("tick_to_trade", {"control": PortProgram.of(moves)}, (COMMIT,))
    assert wires(DUT, program, PLACES)[-1].line.splitlines() == ["out events udp if2 192.168.10.2 30100", "also events 10.1.2.3 99"]


def test_a_port_without_a_place_is_the_users_mistake() -> None:
    """Of a lab profile."""
    with pytest.raises(InputError, match=r"tick_to_trade: the port has no interface \(got events, expected feed_a, "):
        wires(DUT, Program("tick_to_trade", {}), {name: place for name, place in PLACES.items() if name != "events"})


def test_records_that_move_too_often_are_refused() -> None:
    """The flags of an output tell 256 addresses apart; where they go at reset is one."""
    to_port = bytes.fromhex("00 00 ffff 0000000e")
    moves = [Send(0, record) for port in range(1, 257) for record in (to_port + port.to_bytes(8, "big"), COMMIT)]
    assert len(wires(DUT, Program("tick_to_trade", {"control": PortProgram.of(moves[2:])}), PLACES)[-1].line.splitlines()) == 256
    with pytest.raises(InputError, match=r"too many addresses of records \(got 257, expected up to 256\)"):
        wires(DUT, Program("tick_to_trade", {"control": PortProgram.of(moves)}), PLACES)


def test_a_plan_says_what_goes_when_and_waits_for_what(tmp_path: Path) -> None:
    """Times in host ns; a wait names the line of its output: client 0, exchange 1, events 2."""
    ports = {
        "feed_a": PortProgram.of([Send(5, FRAME), Send(7, FRAME + b"x", SendFlag.NONE, WaitFor("events", 3))]),
        "client": PortProgram.of([Send(1, b"", SendFlag.LINK_UP), Send(2, b"abc", SendFlag.NONE, WaitFor("exchange", 1))]),
        "control": PortProgram.of([Send(9, COMMIT)]),
    }
    program = Program("tick_to_trade", ports, (GAP_TIMEOUT_5_MS, COMMIT), end_ns=40)
    limit_s = write_plan(DUT, program, Playing(wires(DUT, program, PLACES), 10, "/run/control", ["cpu 1"]), tmp_path)
    send = struct.Struct("<qQIHHII")
    assert (tmp_path / "feed_a.sends").read_bytes() == send.pack(50, 0, 60, 0, 0xFFFF, 0, 0) + send.pack(70, 60, 61, 0, 2, 3, 0)
    assert (tmp_path / "feed_a.bytes").read_bytes() == FRAME + FRAME + b"x"
    assert (tmp_path / "client.sends").read_bytes() == send.pack(10, 0, 0, 4, 0xFFFF, 0, 0) + send.pack(20, 0, 3, 0, 1, 1, 0)
    assert (tmp_path / "control.bytes").read_bytes() == COMMIT
    assert (tmp_path / "setup.bytes").read_bytes() == GAP_TIMEOUT_5_MS + COMMIT
    lines = (tmp_path / "plan.conf").read_text().splitlines()
    assert lines[0] == "control unix /run/control"
    assert {"records events", "end 400", "cpu 1"} <= set(lines)
    stall = next(int(line.split()[1]) for line in lines if line.startswith("stall"))
    assert stall > 2 * 5_000_000 * 10, "a device may wait for a gap timeout, on its own slow clock"
    limit = next(int(line.split()[1]) for line in lines if line.startswith("limit"))
    assert limit_s == (limit + 3 * stall) / 1e9, "a hello, two records, and what is played"


@pytest.mark.parametrize(
    ("ports", "complaint"),
    [
        ({"nowhere": PortProgram.of([])}, r"no such input port \(got nowhere, expected feed_a, "),
        (
            {"feed_a": PortProgram.of([Send(0, FRAME), Send(0, b"short")])},
            r"does not take a frame without an Ethernet header \(got send 1 of 5 bytes\)",
        ),
        ({"feed_b": PortProgram.of([Send(0, b"", SendFlag.LINK_UP), Send(0, FRAME)])}, r"frame without an Ethernet header \(got send 0"),
        ({"feed_a": PortProgram.of([Send(0, FRAME, wait_for=WaitFor("bbo", 1))])}, r"waits for a port that is no output here \(got bbo"),
    ],
)
def test_what_cannot_be_played_is_refused(tmp_path: Path, ports: dict[str, PortProgram], complaint: str) -> None:
    """With what and where, before anything starts."""
    program = Program("tick_to_trade", ports, name="here.scn")
    with pytest.raises(InputError, match=f"here.scn.*{complaint}"):
        write_plan(DUT, program, Playing(wires(DUT, program, PLACES), 1, "/run/control"), tmp_path)


def test_results_become_times_on_the_devices_clock(tmp_path: Path) -> None:
    """T0 is host ns 1,000,000; the device runs ten times slower and began 400,000 ns before: its time is then 40,000 ns."""
    _summary(tmp_path, complete=True, lost=2, stray=3, late=4, late_ns=5, stamps="software")
    frame = struct.Struct("<qqQII")
    (tmp_path / "events.frames").write_bytes(frame.pack(1_000_020, 1_000_030, 0, 2, 0) + frame.pack(1_000_045, 1_000_045, 2, 3, 8))
    (tmp_path / "events.data").write_bytes(b"abcde")
    (tmp_path / "feed_a.sent").write_bytes(struct.pack("<qq", 1_000_007, 1_000_009) + struct.pack("<qq", -1, -1))
    (tmp_path / "counters.values").write_bytes(struct.pack("<67Q", *[2**64 - 1, *range(1, 67)]))
    program = Program("tick_to_trade", {"feed_a": PortProgram.of([Send(0, FRAME)] * 3)})
    played = collect(DUT, program, [Wire("feed_a", "in", ""), Wire("events", "out", "")], tmp_path)
    events = played.outputs["events"]
    assert (list(events.frames), events.first_ps.tolist(), events.last_ps.tolist()) == ([b"ab", b"cde"], [2000, 4500], [3000, 4500])
    assert events.flags.tolist() == [0, 8]
    assert (played.sent["feed_a"].first_ps.tolist(), played.sent["feed_a"].last_ps.tolist()) == ([700, -1, -1], [900, -1, -1])
    assert played.epoch_ps == 60_000_000
    assert (played.unkept, played.counters["a_bad_fcs"], played.counters["over_released"]) == ({"a_frames"}, 1, 66)
    assert (played.host.lost, played.host.stray, played.host.late, played.host.late_ns, played.host.slowdown) == (2, 3, 4, 5, 10)
    assert played.trouble == ""


def test_a_player_that_left_nothing_is_trouble(tmp_path: Path) -> None:
    """It died; what it would have written reads as empty."""
    played = collect(DUT, Program("tick_to_trade", {}), [Wire("client", "connect", "")], tmp_path)
    assert (played.trouble, len(played.outputs["client"].frames), played.counters) == ("the player left no summary", 0, {})


def test_torn_results_are_read_up_to_the_tear(tmp_path: Path) -> None:
    """Killed while it wrote: a record that is not whole, and bytes that are not there."""
    _summary(tmp_path, complete=False, trouble="killed")
    frame = struct.pack("<qqQII", 1_000_000, 1_000_000, 0, 2, 0), struct.pack("<qqQII", 1_000_010, 1_000_010, 2, 9, 0)
    (tmp_path / "events.frames").write_bytes(b"".join(frame) + b"torn")
    (tmp_path / "events.data").write_bytes(b"abcd")
    played = collect(DUT, Program("tick_to_trade", {}), [Wire("events", "out", "")], tmp_path)
    assert (played.outputs["events"].frames.data.tobytes(), len(played.outputs["events"].first_ps), played.trouble) == (b"ab", 1, "killed")
    assert isinstance(played.outputs["events"].frames, Frames)


@pytest.mark.parametrize(
    ("drivers", "stamps", "card", "grade"),
    [
        (["", ""], "software", False, "loopback"),
        (["ixgbe", ""], "hardware", True, "loopback"),
        (["virtio_net"], "software", False, "loopback"),
        (["ixgbe", "sfc"], "software", False, "nic-software"),
        (["ixgbe", "sfc"], "hardware", False, "nic"),
        (["ixgbe"], "software", True, "fpga"),
    ],
)
def test_the_grade_is_what_the_interfaces_and_stamps_are(tmp_path: Path, drivers: list[str], stamps: str, card: bool, grade: str) -> None:
    """A profile may claim a card; on an interface without a physical driver it is loopback all the same."""
    for index, driver in enumerate(drivers):
        interface = tmp_path / "class" / "net" / f"if{index}"
        interface.mkdir(parents=True)
        if driver:
            (interface / "device").mkdir()
            (interface / "device" / "driver").symlink_to(f"../../../bus/pci/drivers/{driver}")
    names = [f"if{index}" for index in range(len(drivers))]
    assert measured_grade(names, stamps, card=card, sysfs=tmp_path) == grade


def _summary(folder: Path, **values: object) -> None:
    times = {"t0_ns": 1_000_000, "origin_ns": 400_000, "slowdown": 10, "transport": "by hand", "onload": []}
    (folder / "summary.json").write_text(json.dumps({**times, **values}))
