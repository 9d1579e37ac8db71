# SPDX-License-Identifier: Apache-2.0
"""`tickproof-gateway` between interfaces and sockets: docs/wire.md ("The device's side") and contract 11. Expectations are by hand."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from rtl_bench import GROUP_A, GROUP_B, TIMEOUT_S, ControlClient, Device, mold_frame, namespace_of, records_of, start, track, two_namespaces

from tickproof.protocols.control import COUNTERS, command, pack_control, set_global, set_symbol
from tickproof.targets.dut_file import load_dut
from tickproof.targets.wire.bed import TestBed
from tickproof.targets.wire.host_build import build_host, build_tools_missing

ROOT = Path(__file__).resolve().parents[2]
FEED = ("feed_a", "feed_b", "events")
ALL = (*FEED, "client", "exchange")
BBO, LINK, CONTROL = 1, 8, 12
LOCATE = 7
NO_ONLOAD = "Onload does not carry this socket (got no library, expected accelerated)"
IN_USE = "is in use (got a device that listens, expected none)"


@pytest.fixture(scope="module")
def program() -> Path:
    """Built once for each state of its sources."""
    if reason := build_tools_missing():
        pytest.skip(reason)
    return build_host("gateway", load_dut("feed_handler", ROOT).path)


@pytest.fixture(scope="module")
def bed() -> Iterator[TestBed]:
    """Two namespaces for all tests of this file."""
    yield from two_namespaces()


def feed_options(bed: TestBed, control: Path) -> list[str]:
    links = bed.links(ALL)
    options = [f for port in FEED for f in (f"--{port.replace('_', '-')}", links[port].interface)]
    return [*options, "--control", str(control)]


def order_options(bed: TestBed) -> list[str]:
    links = bed.links(ALL)
    return ["--device", "tick_to_trade", "--client", f"{links['client'].device}:9001", "--exchange", f"{links['exchange'].player}:9002"]


@pytest.fixture
def gateway(bed: TestBed, program: Path, tmp_path: Path) -> Iterator[Callable[..., Device]]:
    """Starts it, ready, with options besides those of the feed; whatever still runs afterwards has to end well."""
    devices: list[Device] = []

    def starter(*options: str) -> Device:
        control = tmp_path / "control"
        process = start(bed, program, [*feed_options(bed, control), *(options or ("--device", "feed_handler"))])
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        devices.append(Device(bed, process, bed.links(ALL), control))
        return devices[-1]

    yield starter
    for device in devices:
        if device.process.poll() is None:
            assert device.stop() == (0, "")
            assert not device.control_path.exists()


def counted(control: ControlClient) -> dict[str, int]:
    control.sync()
    return dict(zip(COUNTERS, control.counters(), strict=False))


def given_locate(device: Device) -> None:
    """Symbol 0 is AAPL at a locate that control gives."""
    control = device.control()
    control.do(set_symbol(0, "locate", LOCATE), set_symbol(0, "locate_given", 1))
    track(control)


def buy(reference: int) -> bytes:
    """ITCH Add Order: 100 shares at 100.0000."""
    return struct.pack(">cHH6sQcI8sI", b"A", LOCATE, 0, bytes(6), reference, b"B", 100, b"AAPL    ", 1_000_000)


def refused(bed: TestBed, program: Path, options: Sequence[str]) -> str:
    """What it says on stderr when it cannot start."""
    process = start(bed, program, options)
    out, errors = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, out) == (2, "")
    return errors


def test_it_says_how_it_is_started(program: Path) -> None:
    """--help"""
    run = subprocess.run([program, "--help"], capture_output=True, text=True, check=True)
    assert "--feed-a INTERFACE" in run.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--bogus", "1"], "--bogus: unknown option (got --bogus, expected one of --help)"),
        (["--device"], "--device: no value (got nothing, expected one; see --help)"),
        (["--device", "toaster"], "--device: unknown (got toaster, expected tick_to_trade or feed_handler)"),
        (["--device", "feed_handler", "--symbols", "65"], "--symbols: not such a number (got 65, expected 1 to 64)"),
        (["--device", "feed_handler", "--feed-b", "eth77"], "eth77: no such interface (got No such device)"),
        (
            ["--device", "feed_handler", "--client", "10.0.0.1:1"],
            "--device: feed_handler has no streams (got --client or --exchange, expected neither)",
        ),
        (
            ["--device", "tick_to_trade", "--client", "here", "--exchange", "10.0.0.1:1"],
            "--client: not an address (got here, expected IPV4:PORT)",
        ),
        (["--device", "feed_handler", "--orders", "9"], "--orders: not such a number (got 9, expected 1024 to 1073741824)"),
        (["--device", "feed_handler", "--hold", "forever"], "--hold: unknown (got forever, expected stdin)"),
        (["--device", "feed_handler", "--onload", "maybe"], "--onload: unknown (got maybe, expected required)"),
        (["--device", "feed_handler", "--onload", "required"], f"events: {NO_ONLOAD}"),
        (["--device", "feed_handler", "--cpu", "1023"], "--cpu: cannot run on core 1023 (got Invalid argument)"),
    ],
    ids=["option", "value", "device", "symbols", "interface", "streams", "address", "orders", "hold", "onload", "no_onload", "cpu"],
)
def test_what_it_cannot_do_is_said_in_one_line(bed: TestBed, program: Path, tmp_path: Path, options: list[str], said: str) -> None:
    """Exit status 2, and nothing is left behind."""
    assert refused(bed, program, [*feed_options(bed, tmp_path / "control"), *options]) == f"tickproof-gateway: {said}\n"
    assert not (tmp_path / "control").exists()


def test_what_is_in_use_is_named(bed: TestBed, program: Path, tmp_path: Path, gateway: Callable[..., Device]) -> None:
    """The control socket, the events port, the client's address: two devices cannot share them."""
    first = gateway(*order_options(bed))
    client = f"{first.links['client'].device}:9001"
    second = [*feed_options(bed, tmp_path / "another"), *order_options(bed)]
    assert refused(bed, program, second).endswith("port 30101: cannot bind (got Address already in use)\n")
    second[second.index("--events") + 1] = "lo"
    assert refused(bed, program, second) == f"tickproof-gateway: {client}: cannot listen (got Address already in use)\n"
    same = [*feed_options(bed, first.control_path), "--device", "feed_handler", "--events", "lo"]
    assert refused(bed, program, same) == f"tickproof-gateway: {first.control_path}: control socket {IN_USE}\n"
    assert first.control_path.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="nobody to become: this is not root")
def test_a_folder_that_is_not_ours_is_named(bed: TestBed, program: Path) -> None:
    """No permission."""
    unprivileged = ["--reuid=65534", "--clear-groups", str(program), *feed_options(bed, Path("/root/control")), "--device", "feed_handler"]
    assert refused(bed, Path("setpriv"), unprivileged) in (
        "tickproof-gateway: /root/control: cannot bind the control socket (got Permission denied)\n",
        f"setpriv: failed to execute {program}: Permission denied\n",
    )


def test_records_leave_as_the_contract_says(gateway: Callable[..., Device]) -> None:
    """HOST-4: TTL 64, DF, identification 0, no UDP checksum, the ports of the settings."""
    device = gateway()
    events = device.wire("events")
    given_locate(device)
    frame = events.receive()
    assert frame[:14] == bytes.fromhex("025450000002 025450000001 0800")
    version, _, length, identification, fragment, ttl, protocol = struct.unpack(">BBHHHBB", frame[14:24])
    assert (version, length, identification, fragment, ttl, protocol) == (0x45, 28 + 64, 0, 0x4000, 64, 17)
    assert struct.unpack(">4s4sHHHH", frame[26:42]) == (bytes([192, 168, 10, 1]), bytes([192, 168, 10, 2]), 30101, 30100, 8 + 64, 0)
    assert [record[0] for record in records_of(frame)] == [CONTROL]
    device.wire("feed_a").send(mold_frame(1, [buy(1), buy(2)]))
    number, stamps = 1, []
    for record in records_of(events.receive()):
        kind, got_number, stamp = struct.unpack(">BxxxIQ", record[:16])
        assert (kind, got_number) == (BBO, number)
        stamps.append(stamp)
        number += 1
    assert number == 3
    assert stamps == sorted(set(stamps))
    device.control().sync()
    assert events.is_silent()


def test_lines_of_one_group_are_told_apart_by_their_interface(gateway: Callable[..., Device]) -> None:
    """Also when group and port are the same."""
    device = gateway()
    control = device.control()
    control.do(set_global("feed_b_group", int.from_bytes(GROUP_A, "big")), command("commit"))
    device.wire("feed_a").send(mold_frame(1, []))
    a, b = (counted(control)[f"{line}_heartbeats"] for line in "ab")
    assert (a, b) == (1, 0)
    device.wire("feed_b").send(mold_frame(1, []))
    a, b = (counted(control)[f"{line}_heartbeats"] for line in "ab")
    assert (a, b) == (1, 1)


def test_only_the_groups_of_the_settings_are_taken(gateway: Callable[..., Device]) -> None:
    """HOST-1, CTRL-5: other groups and ports are not, and a commit moves a line."""
    device = gateway()
    control = device.control()
    line_a = device.wire("feed_a")
    other = bytes([239, 1, 2, 3])

    def heartbeats() -> int:
        line_a.send(mold_frame(1, []))
        line_a.send(mold_frame(1, [], GROUP_B))
        line_a.send(mold_frame(1, [], port=26478))
        line_a.send(mold_frame(1, [], other, 5000))
        return counted(control)["a_heartbeats"]

    assert heartbeats() == 1
    control.do(set_global("feed_a_group", int.from_bytes(other, "big")), set_global("feed_a_port", 5000))
    assert heartbeats() == 2
    control.do(command("commit"))
    assert heartbeats() == 3
    assert counted(control)["a_not_ours"] == 2**64 - 1
    control.do(set_global("feed_a_group", int.from_bytes(GROUP_A, "big")), command("commit"))
    assert heartbeats() == 3
    control.do(set_global("feed_a_port", 26477), command("commit"))
    assert heartbeats() == 4


def test_what_it_does_not_have_is_refused(gateway: Callable[..., Device]) -> None:
    """Bit 7 of the answer, and no effect: the order path of a feed handler, unknown ops, settings and symbols."""
    device = gateway()
    control = device.control()
    for request in (
        command("kill"),
        pack_control(0x33),
        set_symbol(8, "enabled", 1),
        set_symbol(0, "max_shares", 1),
        pack_control(0, setting=16),
    ):
        assert control.ask(request) == bytes([request[0] | 0x80]) + request[1:]
    assert counted(control)["records"] == 0
    assert len(control.counters()) == len(COUNTERS)


def test_links_go_up_and_down_with_their_connections(bed: TestBed, gateway: Callable[..., Device]) -> None:
    """The client's after a FIN, the exchange's when somebody listens at last."""
    device = gateway(*order_options(bed))
    events = device.wire("events")

    def link() -> tuple[int, ...]:
        return next(tuple(record[32:34]) for record in records_of(events.receive()) if record[0] == LINK)

    with namespace_of(device.player):
        client, venue = socket.socket(), socket.socket()
    with client, venue:
        client.connect((device.links["client"].device, 9001))
        assert link() == (1, 1)
        client.shutdown(socket.SHUT_WR)
        assert link() == (1, 0)
        assert client.recv(1) == b""
        venue.bind((device.links["exchange"].player, 9002))
        venue.listen()
        connection, _ = venue.accept()
        assert link() == (2, 1)
        connection.close()
        assert link() == (2, 0)


def test_an_interface_that_goes_away_ends_it(bed: TestBed, program: Path, tmp_path: Path) -> None:
    """Within 5 s, with status 1 and the interface's name: it cannot go on."""
    doomed = bed.links(["feed_doomed"])["feed_doomed"].interface
    process = start(bed, program, [*feed_options(bed, tmp_path / "control"), "--device", "feed_handler", "--feed-a", doomed])
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    began = time.monotonic()
    subprocess.run(bed.enter("player", ["ip", "link", "delete", doomed]), check=True)
    _, errors = process.communicate(timeout=TIMEOUT_S)
    assert time.monotonic() - began < 5
    assert (process.returncode, errors.startswith(f"tickproof-gateway: {doomed}: ")) == (1, True)
    assert errors.count("\n") == 1
