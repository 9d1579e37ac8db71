# SPDX-License-Identifier: Apache-2.0
"""`tickproof-rtl` between interfaces and sockets: docs/wire.md, "The device's side". Bytes and expectations are by hand."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rtl_bench import (
    FEED,
    GROUP_B,
    TIMEOUT_S,
    Device,
    add,
    directory,
    ends_well,
    mold_frame,
    program,
    records_of,
    start,
    started,
    track,
    two_namespaces,
)

from tickproof.errors import InputError
from tickproof.protocols.control import COUNTERS, command, pack_control, set_global, set_symbol
from tickproof.targets.dut_file import load_dut
from tickproof.targets.wire.bed import TestBed, bed_missing
from tickproof.targets.wire.rtl_build import DEFAULT_SLOWDOWN, build_rtl_program, rtl_program_missing

ROOT = Path(__file__).resolve().parents[2]
BBO, CONTROL = 1, 12
PERIOD_NS = 6.4


@pytest.fixture(scope="module")
def bed() -> Iterator[TestBed]:
    """Two namespaces for all tests of this file."""
    yield from two_namespaces(rtl_program_missing())


@pytest.fixture
def feed_handler(bed: TestBed, tmp_path: Path) -> Iterator[Device]:
    """feed_handler on three veth pairs; it has to end well."""
    device = started(bed, program("feed_handler"), tmp_path, FEED)
    yield device
    ends_well(device)


def test_frames_pass_through_a_register_unchanged_and_in_order(bed: TestBed, tmp_path: Path) -> None:
    """A device without control, link or ready: 60 to 1,514 bytes, every remainder of a beat."""
    device = started(bed, program("axis_register"), tmp_path, ("in", "out"))
    into, out = device.wire("in"), device.wire("out")
    frames = [
        bytes([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xB5]) + bytes(n % 251 for n in range(size)) for size in (*range(46, 64), 1500)
    ]
    for frame in frames:
        into.send(frame)
    assert [out.receive() for _ in frames] == frames
    control = device.control()
    control.sync()
    assert out.is_silent()
    assert control.counters() == [2**64 - 1] * len(COUNTERS)
    assert control.ask(command("commit")) == bytes([command("commit")[0] | 0x80]) + command("commit")[1:]
    ends_well(device)


def test_an_add_on_the_feed_becomes_a_bbo_record_on_events(feed_handler: Device) -> None:
    """Settings, a commit, a directory and an add: CONTROL, then BBO with the add's price and shares, and the counters tell the same."""
    control, feed, events = feed_handler.control(), feed_handler.wire("feed_a"), feed_handler.wire("events")
    track(control)
    feed.send(mold_frame(1, [directory(7, "AAPL"), add(7, 1, 1_000_000, 300)]))
    records = records_of(events.receive()) + records_of(events.receive())
    assert [record[0] for record in records] == [CONTROL, BBO]
    bid, ask, bid_shares, ask_shares = struct.unpack_from(">IIQQ", records[1], 32)
    assert (bid, ask, bid_shares, ask_shares) == (1_000_000, 0, 300, 0)
    assert [struct.unpack_from(">I", record, 4)[0] for record in records] == [0, 1]
    control.sync()
    assert events.is_silent()
    counters = dict(zip(COUNTERS, control.counters(), strict=True))
    assert (counters["a_frames"], counters["b_frames"], counters["messages"], counters["records"]) == (1, 0, 2, 2)


def test_the_lines_are_two_inputs_and_a_duplicate_counts_once(feed_handler: Device) -> None:
    """The same packet on both lines is delivered once."""
    control, a, b = feed_handler.control(), feed_handler.wire("feed_a"), feed_handler.wire("feed_b")
    messages = [directory(7, "AAPL")]
    a.send(mold_frame(1, messages))
    b.send(mold_frame(1, messages, GROUP_B))
    control.sync()
    counters = dict(zip(COUNTERS, control.counters(), strict=True))
    assert (counters["a_frames"], counters["b_frames"], counters["messages"]) == (1, 1, 1)
    assert counters["a_duplicates"] + counters["b_duplicates"] == 1


def test_a_record_lies_between_the_frame_that_caused_it_and_its_own_arrival(feed_handler: Device) -> None:
    """hello's origin and slow-down turn time_ns into the host's clock."""
    control, feed, events = feed_handler.control(), feed_handler.wire("feed_a"), feed_handler.wire("events")
    magic, version, origin, slowdown, symbols = control.hello()
    assert (magic, version, slowdown, symbols) == (b"TPDV", 1, DEFAULT_SLOWDOWN, 8)
    track(control)
    events.receive()
    for sequence in range(1, 51):
        sent = time.monotonic_ns()
        feed.send(mold_frame(sequence, [directory(7, "AAPL") if sequence == 1 else add(7, sequence, 1_000_000)]))
        if sequence == 1:
            continue
        record = records_of(events.receive())[0]
        came = time.monotonic_ns()
        taken_up = origin + slowdown * struct.unpack_from(">Q", record, 16)[0]
        assert sent <= taken_up <= came


def test_sync_waits_for_a_burst_that_arrived_before_it(feed_handler: Device) -> None:
    """2,000 frames at once: all have been counted, and all their records have been sent, when sync is answered."""
    control, feed, events = feed_handler.control(), feed_handler.wire("feed_a"), feed_handler.wire("events")
    events.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 25)
    track(control)
    feed.send(mold_frame(1, [directory(7, "AAPL")]))
    for sequence in range(2, 2001):
        feed.send(mold_frame(sequence, [add(7, sequence, 1_000_000)]))
    control.sync()
    counters = dict(zip(COUNTERS, control.counters(), strict=True))
    assert (counters["a_frames"], counters["messages"], counters["records"], counters["lost"]) == (2000, 2000, 2000, 0)
    records: list[bytes] = []
    while len(records) < 2000:
        records += records_of(events.receive())
    assert [struct.unpack_from(">I", record, 4)[0] for record in records] == list(range(2000))
    assert events.is_silent()


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(pack_control("set", 0xFFFF, 999, 1), id="unknown-setting"),
        pytest.param(set_symbol(8, "enabled", 1), id="unknown-symbol"),
        pytest.param(set_global("dead_man_ns", 1), id="setting-of-the-order-path"),
        pytest.param(command("kill"), id="command-of-the-order-path"),
        pytest.param(pack_control(0x6F), id="unknown-op"),
    ],
)
def test_what_the_device_cannot_do_is_refused_and_the_next_request_is_done(feed_handler: Device, record: bytes) -> None:
    """Bit 7 of the op is set in the answer."""
    control = feed_handler.control()
    assert control.ask(record) == bytes([record[0] | 0x80]) + record[1:]
    control.do(set_symbol(7, "enabled", 1))


def test_a_command_for_a_symbol_that_does_not_exist_leaves_its_record(feed_handler: Device) -> None:
    """CTRL-6: only a `set` knows its symbol."""
    control, events = feed_handler.control(), feed_handler.wire("events")
    control.do(command("book_clear", 60))
    assert struct.unpack_from(">BxH", records_of(events.receive())[0]) == (CONTROL, 60)


def test_records_that_wait_for_a_model_that_is_behind_are_done_one_behind_the_other(feed_handler: Device) -> None:
    """Not each after a round of the clocks that are due: the last of nine is taken up within 1,000 clocks; nine rounds are 2,304."""
    control, events = feed_handler.control(), feed_handler.wire("events")
    _, _, origin, slowdown, _ = control.hello()
    os.killpg(feed_handler.process.pid, signal.SIGSTOP)
    for symbol in range(8):
        control.socket.send(set_symbol(symbol, "enabled", 1))
    control.socket.send(command("commit"))
    sent = time.monotonic_ns()
    time.sleep(0.1)  # by so much it is behind
    os.killpg(feed_handler.process.pid, signal.SIGCONT)
    (record,) = records_of(events.receive())
    (time_ns,) = struct.unpack_from(">Q", record, 16)
    assert record[0] == CONTROL
    assert time_ns - (sent - origin) // slowdown < 1000 * PERIOD_NS


def test_a_second_control_client_is_served_when_the_first_is_gone(feed_handler: Device) -> None:
    """The device stays as it is when its control client goes away, even in the middle of a request."""
    first = feed_handler.control()
    track(first)
    first.socket.send(pack_control(0x72))
    first.socket.close()
    counters = dict(zip(COUNTERS, feed_handler.control().counters(), strict=True))
    assert counters["records"] == 1


def test_a_model_that_falls_behind_says_so_at_the_end(bed: TestBed, tmp_path: Path) -> None:
    """Slow-down 1 is beyond any simulation; stderr tells."""
    device = started(bed, program("feed_handler"), tmp_path, FEED, "--slowdown", 1)
    with pytest.raises(subprocess.TimeoutExpired):
        device.process.wait(0.2)
    status, errors = device.stop()
    assert status == 0
    assert "fell behind" in errors


def test_an_interface_that_goes_away_ends_the_program_with_1(tmp_path: Path) -> None:
    """It cannot go on; one line says where."""
    if reason := bed_missing() or rtl_program_missing():
        pytest.skip(reason)
    own_bed = TestBed()
    device = started(own_bed, program("feed_handler"), tmp_path, FEED)
    own_bed.close()
    _, errors = device.process.communicate(timeout=TIMEOUT_S)
    assert device.process.returncode == 1
    assert errors.startswith("tickproof-rtl: ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["--port", "feed_a=lo", "--port", "feed_b=lo"], "events=INTERFACE", id="port-not-connected"),
        pytest.param(["--port", "feed_c=lo"], "expected feed_a, feed_b, events", id="no-such-port"),
        pytest.param(["--slowdown", "0"], "expected 1 to", id="slow-down-of-0"),
        pytest.param(["--transport", "udp"], "expected raw or xdp", id="no-such-transport"),
        pytest.param(["--client", "127.0.0.1:1"], "no such stream", id="no-such-stream"),
        pytest.param(["--speed", "1"], "no such option", id="no-such-option"),
        pytest.param([part for port in FEED for part in ("--port", f"{port}=tp_nowhere")], "tp_nowhere", id="no-such-interface"),
    ],
)
def test_a_start_that_cannot_be_is_one_line_and_status_2(bed: TestBed, arguments: list[str], says: str) -> None:
    """program: where: what (got ..., expected ...)."""
    process = start(bed, program("feed_handler"), arguments)
    out, errors = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, out) == (2, "")
    assert errors.startswith("tickproof-rtl: ")
    assert errors.count("\n") == 1
    assert says in errors


BROKEN = """\
module broken (input clk, input rst, input [7:0] d, input v, output [7:0] q, output w);
  assign q = nothing;
endmodule
"""
BROKEN_DESCRIPTION = """\
model = "passthrough"
top = "broken"
sources = ["../broken.v"]
clock = { name = "clk", period_ps = 6400 }
reset = { name = "rst" }
[port]
in = { direction = "in", width = 8, signals = { tdata = "d", tvalid = "v" } }
out = { direction = "out", width = 8, signals = { tdata = "q", tvalid = "w" } }
"""


def test_a_device_that_does_not_compile_is_an_input_error_with_the_compilers_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a traceback."""
    if reason := rtl_program_missing():
        pytest.skip(reason)
    monkeypatch.setenv("TICKPROOF_CACHE", str(ROOT / "build"))  # what the program is linked with is there already
    (tmp_path / "hdl" / "dut").mkdir(parents=True)
    (tmp_path / "hdl" / "broken.v").write_text(BROKEN)
    (tmp_path / "hdl" / "dut" / "broken.toml").write_text(BROKEN_DESCRIPTION)
    with pytest.raises(InputError, match="nothing"):
        build_rtl_program(load_dut("broken", tmp_path), {})
