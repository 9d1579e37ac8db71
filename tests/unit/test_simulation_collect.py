# SPDX-License-Identifier: Apache-2.0
"""Beats to frames: bytes, times and flags from recorder files made by hand (docs/formats.md)."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from tickproof.capture import FrameFlag, Recording
from tickproof.dut import Port
from tickproof.program import PortProgram, Program, Send
from tickproof.targets import load_dut
from tickproof.targets.simulation.collect import beat_dtype, collect, recording_of

ROOT = Path(__file__).parents[2]
DUTS = Path(__file__).with_name("simulation_duts")
LAST, USER, X = 1 << 56, 1 << 57, 1 << 58


def port(width: int) -> Port:
    return Port("out", "out", width, {})


def beat(clock: int, keep: int, data: bytes, mark: int = 0) -> bytes:
    """A record of a port of 64 bits or less."""
    return struct.pack("<QI", clock | mark, keep) + data.ljust(-(-len(data) // 4) * 4, b"\0")


def record(width: int, *beats: bytes, epoch: int = 0) -> Recording:
    return recording_of(np.frombuffer(b"".join(beats), beat_dtype(port(width))), port(width), 10, epoch)


def test_frames_end_at_last() -> None:
    got = record(64, beat(5, 0xFF, b"abcdefgh"), beat(7, 0x03, b"ij??????", LAST), beat(8, 0x01, b"k???????", LAST), epoch=6)
    assert list(got.frames) == [b"abcdefghij", b"k"]
    assert got.first_ps.tolist() == [-10, 20]
    assert got.last_ps.tolist() == [10, 20]
    assert got.flags.tolist() == [0, 0]


def test_bytes_are_taken_wherever_keep_is_set() -> None:
    """A device that leaves holes is recorded as it is, not as it should be."""
    assert list(record(64, beat(0, 0b1010_0101, b"abcdefgh", LAST)).frames) == [b"acfh"]
    assert list(record(64, beat(0, 0, b"abcdefgh", LAST)).frames) == [b""]


def test_error_counts_on_the_last_beat_and_x_on_any() -> None:
    got = record(
        64,
        beat(0, 1, b"a???????", USER),
        beat(1, 1, b"b???????", LAST),
        beat(2, 1, b"c???????", X),
        beat(3, 1, b"d???????", LAST | USER),
    )
    assert got.flags.tolist() == [0, FrameFlag.HAS_X | FrameFlag.ERROR]


def test_frame_without_an_end_is_cut() -> None:
    got = record(64, beat(0, 1, b"a???????", LAST), beat(1, 1, b"b???????"), beat(2, 1, b"c???????"))
    assert list(got.frames) == [b"a", b"bc"]
    assert got.flags.tolist() == [0, FrameFlag.CUT]


@pytest.mark.parametrize("width", [8, 24, 64, 264, 512])
def test_every_width_has_its_layout(width: int) -> None:
    size = width // 8
    data = bytes(range(1, size + 1))
    row = (
        struct.pack("<Q", LAST)
        + (b"\xff" * (size // 8) + bytes([(1 << size % 8) - 1])).ljust(-(-size // 32) * 4 + 1, b"\0")[: -(-size // 32) * 4]
    )
    got = record(width, row + data.ljust(-(-size // 4) * 4, b"\0"))
    assert list(got.frames) == [data]


def test_nothing_recorded_is_no_frame() -> None:
    got = record(64)
    assert len(got.frames) == len(got.first_ps) == len(got.flags) == 0


def test_run_without_a_summary_did_not_end(tmp_path: Path) -> None:
    """The simulator died: what it had written is there, sends that are not in the log did not go in."""
    (tmp_path / "in.sent").write_bytes(struct.pack("<2Q", 100, 102) + b"torn")
    program = Program("test", {"in": PortProgram.of([Send(0, b"a"), Send(0, b"b")])})
    got = collect(load_dut("axis_register", ROOT), program, tmp_path)
    assert got.trouble == "the simulator ended before the run was over; in: send 1 of 2 did not go in"
    assert got.epoch_clock is None
    assert got.sent["in"].last_ps.tolist() == [102 * 6400, -1]


def test_times_of_setup_records_are_left_out(tmp_path: Path) -> None:
    """`sent["control"]` has a row for each timed record only."""
    (tmp_path / "run.summary").write_bytes(struct.pack("<8Q", 1, 50, 900, 0, 0, 0, 0, 0))
    (tmp_path / "control.sent").write_bytes(struct.pack("<4Q", 10, 11, 60, 62))
    (tmp_path / "control.values").write_bytes(struct.pack("<4I", 7, 0, 2, 1))
    program = Program("test", {"control": PortProgram.of([Send(0, bytes(16))])}, setup=(bytes(16),))
    got = collect(load_dut(DUTS / "registers.toml", ROOT), program, tmp_path)
    assert not got.trouble
    assert (got.sent["control"].first_ps.tolist(), got.sent["control"].last_ps.tolist()) == ([64_000], [76_800])
    assert got.counters == {"words": 7, "wide": 0x1_0000_0002}
