# SPDX-License-Identifier: Apache-2.0
"""What the tests of `tickproof-rtl` share: the program in a test bed, its control socket, frames written by hand."""

from __future__ import annotations

import ctypes
import select
import socket
import struct
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tickproof.protocols.control import command, pack_control, set_symbol, stock_number
from tickproof.targets.dut_file import load_dut
from tickproof.targets.wire.bed import Link, TestBed, bed_missing
from tickproof.targets.wire.rtl_build import build_rtl_program
from tickproof.targets.wire.tools import comes_first

TIMEOUT_S = 20.0
ROOT = Path(__file__).resolve().parents[2]
FEED = ("feed_a", "feed_b", "events")
_CLONE_NEWNET = 0x40000000
_ETH_P_ALL = 3


@contextmanager
def namespace_of(pid: int) -> Iterator[None]:
    """Sockets that are made here belong to the network namespace of that process."""
    library = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/ns/net") as home, open(f"/proc/{pid}/ns/net") as there:
        if library.setns(there.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        try:
            yield
        finally:
            library.setns(home.fileno(), _CLONE_NEWNET)


class Wire:
    """The player's end of a port's veth pair, as a packet socket."""

    def __init__(self, pid: int, interface: str) -> None:
        with namespace_of(pid):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)  # nothing comes before `bind`
            self.socket.bind((interface, _ETH_P_ALL))
        self.socket.settimeout(TIMEOUT_S)

    def send(self, frame: bytes) -> None:
        self.socket.send(frame)

    def receive(self) -> bytes:
        while True:
            frame, address = self.socket.recvfrom(65536)
            if address[2] != socket.PACKET_OUTGOING:
                return frame

    def is_silent(self) -> bool:
        """Nothing has come that was not read. Ask after a `sync`."""
        while select.select([self.socket], [], [], 0)[0]:
            _, address = self.socket.recvfrom(65536)
            if address[2] != socket.PACKET_OUTGOING:
                return False
        return True


class ControlClient:
    """The other end of a device's control socket."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(TIMEOUT_S)
        self.socket.connect(str(path))

    def ask(self, request: bytes) -> bytes:
        self.socket.send(request)
        return self.socket.recv(65536)

    def do(self, *records: bytes) -> None:
        """Each is done, and answered with itself."""
        assert [self.ask(record) for record in records] == list(records)

    def hello(self) -> tuple[bytes, int, int, int, int]:
        """Magic, version, origin (ns), slow-down, symbols."""
        return struct.unpack("<4sIQII8x", self.ask(pack_control(0x70)))

    def counters(self) -> list[int]:
        answer = self.ask(pack_control(0x71))
        return [*struct.unpack(f"<{len(answer) // 8}Q", answer)]

    def sync(self) -> None:
        self.do(pack_control(0x72))


@dataclass
class Device:
    """The program, running in a test bed. links: port -> its veth pair."""

    bed: TestBed
    process: subprocess.Popen[str]
    links: dict[str, Link]
    control_path: Path
    wires: list[Wire] = field(default_factory=list)

    def wire(self, port: str) -> Wire:
        self.wires.append(Wire(self.player, self.links[port].interface))
        return self.wires[-1]

    def control(self) -> ControlClient:
        return ControlClient(self.control_path)

    @property
    def player(self) -> int:
        """A process in the player's namespace."""
        return self.bed._holders["player"].pid

    def stop(self) -> tuple[int, str]:
        """Its exit code and what it said on stderr, after SIGTERM."""
        self.process.terminate()
        _, errors = self.process.communicate(timeout=TIMEOUT_S)
        for wire in self.wires:
            wire.socket.close()
        return self.process.returncode, errors


def two_namespaces(missing: str | None = None) -> Iterator[TestBed]:
    """What a fixture yields for all tests of a file. missing: why they cannot run; then they are skipped."""
    if reason := bed_missing() or missing:
        pytest.skip(reason)
    made = TestBed()
    yield made
    made.close()


def program(name: str) -> Path:
    """tickproof-rtl with that device inside."""
    return build_rtl_program(load_dut(name, ROOT), {})


def start(bed: TestBed, program: Path, arguments: Sequence[object]) -> subprocess.Popen[str]:
    """The program in the device's namespace; it never outlives the test by much."""
    command_line = bed.enter("device", ["timeout", "120", str(program), *map(str, arguments)])
    pipe = subprocess.PIPE
    process = subprocess.Popen(command_line, stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True)
    comes_first(process.pid)
    return process


def started(bed: TestBed, program: Path, folder: Path, ports: Sequence[str], *more: object) -> Device:
    """The program with its ports on veth pairs, ready."""
    links = bed.links(ports)
    control = folder / "control"
    arguments: list[object] = ["--control", control, *more]
    for port in ports:
        if port in ("client", "exchange"):
            address = links[port].device if port == "client" else links[port].player
            arguments += [f"--{port}", f"{address}:{9001 if port == 'client' else 9002}"]
        else:
            arguments += ["--port", f"{port}={links[port].interface}"]
    process = start(bed, program, arguments)
    assert process.stdout
    line = process.stdout.readline()
    if line != "ready\n":
        process.kill()
        raise AssertionError(f"not ready: {line!r} {process.communicate()[1]!r}")
    return Device(bed, process, links, control)


# ---- frames and records by hand, from docs/wire_formats.md

GROUP_A, GROUP_B, FEED_PORT = bytes([233, 54, 12, 111]), bytes([233, 49, 196, 111]), 26477


def mold_frame(sequence: int, messages: Sequence[bytes], group: bytes = GROUP_A, port: int = FEED_PORT) -> bytes:
    """Ethernet, IPv4, UDP, MoldUDP64: the messages as one packet of session "SESSION001"."""
    payload = b"SESSION001" + struct.pack(">QH", sequence, len(messages)) + b"".join(struct.pack(">H", len(m)) + m for m in messages)
    udp = struct.pack(">HHHH", 1234, port, 8 + len(payload), 0) + payload
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0x4000, 64, 17, 0, bytes([10, 0, 0, 1]), group)
    total = sum(struct.unpack(">10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    checksum = ~(total + (total >> 16)) & 0xFFFF
    mac = bytes([0x01, 0x00, 0x5E, group[1] & 0x7F, group[2], group[3]])
    return mac + bytes.fromhex("020000000001") + b"\x08\x00" + header[:10] + struct.pack(">H", checksum) + header[12:] + udp


def directory(locate: int, stock: str) -> bytes:
    """ITCH Stock Directory."""
    rest = b"QN" + struct.pack(">I", 100) + b"NC" + b"Z " + b"PN 1N" + bytes(4) + b"N"
    return struct.pack(">cHH6s8s", b"R", locate, 0, bytes(6), stock.ljust(8).encode()) + rest


def add(locate: int, reference: int, price: int, shares: int = 100, stock: str = "AAPL") -> bytes:
    """ITCH Add Order, to buy."""
    return struct.pack(">cHH6sQcI8sI", b"A", locate, 0, bytes(6), reference, b"B", shares, stock.ljust(8).encode(), price)


def records_of(frame: bytes) -> list[bytes]:
    """The 64-byte records of one datagram."""
    return [frame[start : start + 64] for start in range(42, len(frame), 64)]


def track(control: ControlClient, stock: str = "AAPL", base: int = 990_000) -> None:
    """Symbol 0 is `stock`, in effect."""
    control.do(
        set_symbol(0, "enabled", 1),
        set_symbol(0, "stock", stock_number(stock)),
        set_symbol(0, "base", base),
        command("commit"),
    )


def ends_well(device: Device) -> None:
    """With 0, and without a complaint but that the machine was busy."""
    status, errors = device.stop()
    assert status == 0
    assert [line for line in errors.splitlines() if "fell behind" not in line] == []
