# SPDX-License-Identifier: Apache-2.0
"""tickproof-wire against a stand-in for a device at the other end of a veth pair (docs/wire.md, "The player's side")."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from plan_folder import LINK_DOWN, LINK_UP, Row, outputs, sent_ns, udp_frame, write_plan, write_sends

from tickproof.targets.wire.bed import Link, TestBed, bed_missing
from tickproof.targets.wire.host_build import build_host, build_tools_missing, xdp_missing

ROOT = Path(__file__).parents[2]
STAND_IN = Path(__file__).with_name("stand_in.py")
MISSING = build_tools_missing() or bed_missing()
pytestmark = pytest.mark.skipif(MISSING is not None, reason=MISSING or "")
needs_xdp = pytest.mark.skipif(xdp_missing() is not None, reason=xdp_missing() or "")
TRANSPORTS = ["raw", pytest.param("xdp", marks=needs_xdp)]

GROUP = "239.1.2.3 5000"
ARP = b"\xff" * 6 + b"\x02\x00\x00\x00\x00\x02\x08\x06" + bytes(46)
SET = struct.pack(">BBHIQ", 0, 0, 0xFFFF, 5, 1)
COMMIT = struct.pack(">BBHIQ", 1, 0, 0xFFFF, 0, 0)


@pytest.fixture(scope="module")
def program() -> Path:
    """The player, built."""
    return build_host("wire", ROOT / "hdl/dut/feed_handler.toml")


@pytest.fixture(scope="module")
def bed() -> Iterator[TestBed]:
    """Two namespaces."""
    bed = TestBed()
    yield bed
    bed.close()


@pytest.fixture
def link(bed: TestBed) -> Link:
    """A veth pair between them."""
    return bed.links(["wire"])["wire"]


@pytest.fixture
def device(bed: TestBed) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a stand-in with these options."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> subprocess.Popen[str]:
        command = bed.enter("device", [sys.executable, str(STAND_IN), *options])
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def play(bed: TestBed, program: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Plays the plan in tmp_path."""

    def run(expected: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(bed.enter("player", [str(program), str(tmp_path)]), capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == expected, (done.stderr, (tmp_path / "summary.json").exists() and summary(tmp_path)["trouble"])
        return done

    return run


def summary(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "summary.json").read_text()))


def frames(count: int, spacing_ns: int = 100_000) -> list[Row]:
    return [Row(index * spacing_ns, udp_frame(struct.pack(">I", index) + bytes(index % 900))) for index in range(count)]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_frames_go_out_and_come_back_byte_for_byte(transport: str, link: Link, device: Any, play: Any, tmp_path: Path) -> None:
    """Through rings, each with a time that is not before its send's."""
    device("--echo", link.interface)
    rows = frames(300)
    write_sends(tmp_path, "feed", rows)
    write_plan(tmp_path, f"in feed {transport} {link.interface}", f"out events {transport} {link.interface} {GROUP}", end=50_000_000)
    play()
    came = outputs(tmp_path, "events")
    assert [output.data for output in came] == [row.data for row in rows]
    assert {output.flags for output in came} == {0}
    sent = sent_ns(tmp_path, "feed")
    assert all(before < output.time_ns < before + 10**9 for before, output in zip(sent, came, strict=True))
    t0 = summary(tmp_path)["t0_ns"]
    assert all(at >= t0 + row.not_before_ns for at, row in zip(sent, rows, strict=True))
    assert summary(tmp_path)["lost"] == 0
    assert summary(tmp_path)["stamps"] == {"raw": "software", "xdp": "program"}[transport]


def test_payloads_go_out_and_come_back_by_kernel_sockets(link: Link, device: Any, play: Any, tmp_path: Path) -> None:
    """`udp` sends the payload and records payloads only, flagged so."""
    device("--echo", link.interface)
    rows = frames(200)
    write_sends(tmp_path, "feed", rows)
    write_plan(tmp_path, f"in feed udp {link.interface}", f"out events udp {link.interface} {GROUP}", end=50_000_000)
    play()
    came = outputs(tmp_path, "events")
    assert [output.data for output in came] == [row.data[42:] for row in rows]
    assert {output.flags for output in came} == {8}
    assert all(before < output.time_ns for before, output in zip(sent_ns(tmp_path, "feed"), came, strict=True))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_stray_frames_are_not_outputs(transport: str, link: Link, device: Any, play: Any, tmp_path: Path) -> None:
    """ARP and datagrams to somebody else: never recorded."""
    others = [ARP, udp_frame(b"other port", port=5001), udp_frame(b"other group", address="239.1.2.4")]
    device("--echo", link.interface, *(word for frame in others for word in ("--also", frame.hex())))
    write_sends(tmp_path, "feed", frames(3))
    write_plan(tmp_path, f"in feed {transport} {link.interface}", f"out events {transport} {link.interface} {GROUP}")
    play()
    assert [output.data for output in outputs(tmp_path, "events")] == [row.data for row in frames(3)]
    assert summary(tmp_path)["stray"] == {"raw": 3, "xdp": 2}[transport]  # ARP is the kernel's there


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_without_an_address_every_frame_is_an_output(transport: str, link: Link, device: Any, play: Any, tmp_path: Path) -> None:
    """Also one with a VLAN tag, which is in its place."""
    tagged = udp_frame(b"tagged")
    tagged = tagged[:12] + b"\x81\x00\x20\x05" + tagged[12:]
    device("--echo", link.interface, "--also", ARP.hex(), "--also", tagged.hex())
    write_sends(tmp_path, "feed", frames(3))
    write_plan(tmp_path, f"in feed {transport} {link.interface}", f"out bbo {transport} {link.interface}")
    play()
    came = [output.data for output in outputs(tmp_path, "bbo")]
    assert came == [ARP, tagged, *(row.data for row in frames(3))]
    assert summary(tmp_path)["stray"] == 0


def test_a_send_waits_for_records(link: Link, device: Any, play: Any, tmp_path: Path) -> None:
    """`records`: waits count 64-byte records, not frames."""
    device("--echo", link.interface)
    two_records = udp_frame(bytes(128))
    write_sends(tmp_path, "feed", [Row(0, two_records), Row(0, two_records, awaited=0, count=2), Row(0, two_records, awaited=0, count=4)])
    write_plan(tmp_path, f"in feed raw {link.interface}", f"out events raw {link.interface} {GROUP}", "records events")
    play()
    came, sent = outputs(tmp_path, "events"), sent_ns(tmp_path, "feed")
    assert sent[0] < came[0].time_ns < sent[1] < came[1].time_ns < sent[2] < came[2].time_ns


def test_a_wait_for_what_never_comes_is_given_up(link: Link, device: Any, play: Any, tmp_path: Path) -> None:
    """After `stall` of silence; the run is not complete, and its summary names the send."""
    device("--echo", link.interface)
    frame = frames(1)[0].data
    write_sends(tmp_path, "feed", [Row(0, frame), Row(0, frame, awaited=0, count=2), Row(0, frame)])
    write_plan(tmp_path, f"in feed raw {link.interface}", f"out events raw {link.interface} {GROUP}")
    play(1)
    assert "feed: send 1 of 3 did not go in (it waits for output 2 of events)" in summary(tmp_path)["trouble"]
    assert sent_ns(tmp_path, "feed")[1:] == [-1, -1]
    assert len(outputs(tmp_path, "events")) == 1


def test_control_is_set_up_asked_and_counted(link: Link, device: Any, play: Any, tmp_path: Path) -> None:
    """Greeting, setup before time 0, records of the run, counters at the end."""
    device("--control", str(tmp_path / "control"))
    (tmp_path / "setup.bytes").write_bytes(SET + COMMIT)
    write_sends(tmp_path, "control", [Row(1_000_000, SET), Row(1_000_000, COMMIT)])
    write_plan(tmp_path, f"control unix {tmp_path}/control")
    play()
    result = summary(tmp_path)
    assert (result["origin_ns"], result["slowdown"]) == (123_456_789, 7)
    assert (tmp_path / "counters.values").read_bytes() == struct.pack("<3Q", 5, 6, 2**64 - 1)
    assert all(at >= result["t0_ns"] + 1_000_000 for at in sent_ns(tmp_path, "control"))


def test_a_control_record_that_the_device_refuses_is_named(device: Any, play: Any, tmp_path: Path) -> None:
    """The run goes on and is not complete."""
    device("--control", str(tmp_path / "control"), "--refuse", "5")
    write_sends(tmp_path, "control", [Row(0, COMMIT), Row(0, SET)])
    write_plan(tmp_path, f"control unix {tmp_path}/control")
    play(1)
    assert summary(tmp_path)["trouble"] == "control: the device refused send 1"
    assert -1 not in sent_ns(tmp_path, "control")


def test_the_death_of_the_device_ends_the_run_at_once(device: Any, play: Any, tmp_path: Path) -> None:
    """Its control socket ends: exit 1 within a second, results written."""
    device("--control", str(tmp_path / "control"), "--die-after", "2")
    write_sends(tmp_path, "control", [Row(0, COMMIT), Row(0, COMMIT), Row(3_000_000_000, COMMIT)])
    write_plan(tmp_path, f"control unix {tmp_path}/control", end=4_000_000_000)
    before = time.monotonic()
    play(1)
    assert time.monotonic() - before < 1
    assert "the device is gone" in summary(tmp_path)["trouble"]
    assert [at > 0 for at in sent_ns(tmp_path, "control")] == [True, True, False]


def test_a_stream_connects_speaks_and_ends(link: Link, device: Any, play: Any, tmp_path: Path) -> None:
    """LINK_DOWN ends our direction only: what the device says then is still read. Bytes without a connection never go in."""
    device("--serve", f"{link.device}:7001")
    rows = [
        Row(0, b"lost"),
        Row(0, flags=LINK_UP),
        Row(0, b"one"),
        Row(1_000_000, b"two"),
        Row(2_000_000, flags=LINK_DOWN),
        Row(2_000_000, b"late"),
    ]
    write_sends(tmp_path, "client", [*rows, Row(2_000_000, flags=LINK_UP), Row(2_000_000, b"again")])
    write_plan(tmp_path, f"stream client connect {link.device} 7001")
    play()
    assert b"".join(output.data for output in outputs(tmp_path, "client")) == b"onetwobyeagain"
    assert [at > 0 for at in sent_ns(tmp_path, "client")] == [False, True, True, True, True, False, True, True]


def test_a_stream_listens_and_stops_listening(link: Link, device: Any, play: Any, tmp_path: Path) -> None:
    """Sends behind LINK_UP wait until the device has connected."""
    device("--connect", f"{link.player}:7002")
    rows = [Row(0, flags=LINK_UP), Row(0, b"one"), Row(5_000_000, flags=LINK_DOWN), Row(20_000_000, flags=LINK_UP), Row(20_000_000, b"two")]
    write_sends(tmp_path, "exchange", rows)
    write_plan(tmp_path, f"stream exchange listen {link.player} 7002")
    play()
    assert b"".join(output.data for output in outputs(tmp_path, "exchange")) == b"helloonebyehellotwo"
    assert -1 not in sent_ns(tmp_path, "exchange")


def test_a_large_segment_goes_in_whole(link: Link, device: Any, play: Any, tmp_path: Path) -> None:
    """In as many pieces as the socket takes; first and last differ then."""
    device("--serve", f"{link.device}:7003")
    data = bytes(index * 7 % 256 for index in range(1 << 20)) * 8
    write_sends(tmp_path, "client", [Row(0, flags=LINK_UP), Row(0, data), Row(0, flags=LINK_DOWN)])
    write_plan(tmp_path, f"stream client connect {link.device} 7003")
    play()
    assert b"".join(output.data for output in outputs(tmp_path, "client")) == data + b"bye"


def test_a_refused_connection_is_trouble(link: Link, play: Any, tmp_path: Path) -> None:
    """Nobody listens there."""
    write_sends(tmp_path, "client", [Row(0, flags=LINK_UP), Row(0, b"one")])
    write_plan(tmp_path, f"stream client connect {link.device} 7004")
    play(1)
    assert summary(tmp_path)["trouble"] == f"client: cannot connect to {link.device}:7004 (got Connection refused)"
