# SPDX-License-Identifier: Apache-2.0
"""Frames a second over one veth pair: tickproof-wire, tcpreplay and trafgen by turns, and tickproof-wire taking them at the other end."""

from __future__ import annotations

import json
import re
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tickproof.targets import load_dut
from tickproof.targets.wire.bed import Side, TestBed
from tickproof.targets.wire.host_build import build_host
from tickproof.targets.wire.plan import SEND
from tickproof.targets.wire.tools import comes_first

__all__ = ["SIZES", "Rate", "measure_rates"]

ROOT = Path(__file__).parents[1]
SIZES = (64, 128, 512, 1500)
FRAMES = 200_000
DIFFERENT = 1000
"""Frames that differ; they are sent again and again."""
PORT = "frames"
SENDER_CPU, TAKER_CPU = 0, 1
TIMEOUT_S = 20.0
OUT_OF = np.dtype([("first", "<i8"), ("last", "<i8")])
CAME_IN = np.dtype([("first", "<i8"), ("last", "<i8"), ("offset", "<u8"), ("length", "<u4"), ("flags", "<u4")])
NOTHING_AWAITED = 0xFFFF


@dataclass(frozen=True, slots=True)
class Rate:
    """Frames a second, medians. sent: nobody takes them. taken: by their stamps at the other end, when tickproof-wire takes each.
    missing: frames that it did not take, over all turns; each is one that a ring or an interface says it dropped."""

    sent: float
    taken: float
    missing: int


def measure_rates(size: int, turns: int) -> dict[str, Rate]:
    """Contestant -> its rates with frames of `size` bytes."""
    wire = build_host("wire", load_dut("feed_handler", ROOT).path)
    bed = TestBed()
    try:
        interface = bed.links([PORT])[PORT].interface
        with tempfile.TemporaryDirectory(prefix="tickproof-bench-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
            rounds = _Rounds(bed, interface, wire, Path(name), size)
            return rounds.measure(turns)
    finally:
        bed.close()


class _Rounds:
    """What the contestants share: interfaces, frames, folder."""

    def __init__(self, bed: TestBed, interface: str, wire: Path, folder: Path, size: int) -> None:
        self._bed, self._interface, self._wire, self._folder = bed, interface, wire, folder
        self._frames = [
            struct.pack(">6s6sHI", b"\2TP\0\1\1", b"\2TP\0\1\2", 0x88B5, number).ljust(size, b"\0") for number in range(DIFFERENT)
        ]
        _write_pcap(folder / "frames.pcap", self._frames)
        (folder / "frames.cfg").write_text("{ " + ", ".join(f"0x{byte:02x}" for byte in self._frames[0]) + " }\n", encoding="ascii")
        self._contestants: dict[str, Callable[[], float]] = {
            "tickproof-wire, raw": lambda: self._play("raw"),
            "tickproof-wire, xdp": lambda: self._play("xdp"),
            "tcpreplay --topspeed": self._tcpreplay,
            "trafgen": self._trafgen,
        }

    def measure(self, turns: int) -> dict[str, Rate]:
        sent: dict[str, list[float]] = {name: [] for name in self._contestants}
        taken: dict[str, list[float]] = {name: [] for name in self._contestants}
        missing = dict.fromkeys(self._contestants, 0)
        for _ in range(turns):
            for name, send in self._contestants.items():
                sent[name].append(send())
                rate, count = self._taken(send)
                taken[name].append(rate)
                missing[name] += FRAMES - count
        return {name: Rate(statistics.median(sent[name]), statistics.median(taken[name]), missing[name]) for name in self._contestants}

    def _taken(self, send: Callable[[], float]) -> tuple[float, int]:
        """`send` with tickproof-wire at the other end: frames a second by their stamps, and how many it took."""
        folder = self._folder / "taken"
        # Its one send waits for the last frame: then it has ended as soon as all are there.
        _plan(folder, "in last raw", f"out {PORT} raw", self._interface, TAKER_CPU)
        _sends(folder, "last", self._frames[:1], awaited=(0, FRAMES))
        dropped = self._dropped()
        taker = subprocess.Popen(self._bed.enter("device", [str(self._wire), str(folder)]), stdout=subprocess.DEVNULL)
        comes_first(taker.pid)
        try:
            _wait_for(folder / "last.sent", taker)
            send()
            taker.wait(TIMEOUT_S)
        finally:
            taker.kill()
            taker.wait()
        rows = np.fromfile(folder / f"{PORT}.frames", CAME_IN)
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        lost = summary["lost"] + self._dropped() - dropped
        if len(rows) + lost != FRAMES:
            raise AssertionError(f"{FRAMES:,} frames were sent, {len(rows):,} taken, and {lost:,} are known to be lost")
        rate = (len(rows) - 1) / (int(rows["first"][-1]) - int(rows["first"][0])) * 1e9
        shutil.rmtree(folder)
        return rate, len(rows)

    def _dropped(self) -> int:
        """Sends that the interface has thrown away."""
        return int(
            (self._bed.sysfs("player") / "class" / "net" / self._interface / "statistics" / "tx_dropped").read_text(encoding="ascii")
        )

    def _play(self, transport: str) -> float:
        folder = self._folder / "sent"
        _plan(folder, f"in {PORT} {transport}", "", self._interface, SENDER_CPU)
        _sends(folder, PORT, self._frames, count=FRAMES)
        self._run([str(self._wire), str(folder)])
        rows = np.fromfile(folder / f"{PORT}.sent", OUT_OF)
        shutil.rmtree(folder)
        return (len(rows) - 1) / (int(rows["last"][-1]) - int(rows["first"][0])) * 1e9

    def _tcpreplay(self) -> float:
        loops = ["--topspeed", "--preload-pcap", f"--loop={FRAMES // DIFFERENT}", f"--intf1={self._interface}"]
        text = self._run(["taskset", "-c", str(SENDER_CPU), "tcpreplay", *loops, str(self._folder / "frames.pcap")])
        return float(_found(r"([\d.]+) pps", text))

    def _trafgen(self) -> float:
        options = ["--dev", self._interface, "--conf", str(self._folder / "frames.cfg"), "--num", str(FRAMES), "--cpus", "1"]
        text = self._run(["trafgen", *options])
        seconds, micros = _found(r"(\d+) sec, (\d+) usec on CPU", text, 1), _found(r"(\d+) sec, (\d+) usec on CPU", text, 2)
        return FRAMES / (int(seconds) + int(micros) / 1e6)

    def _run(self, command: Sequence[str], side: Side = "player") -> str:
        pipe = subprocess.PIPE
        with subprocess.Popen(self._bed.enter(side, command), stdout=pipe, stderr=pipe, text=True) as run:
            comes_first(run.pid)
            said = "".join(run.communicate(timeout=TIMEOUT_S))
        if run.returncode:
            raise RuntimeError(f"{command[0]} ended with {run.returncode}: {said}")
        return said


def _found(pattern: str, text: str, group: int = 1) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"no {pattern} in {text}")
    return match[group]


def _wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + TIMEOUT_S
    while not path.exists():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("tickproof-wire does not take frames")
        time.sleep(0.01)


def _plan(folder: Path, into: str, out: str, interface: str, cpu: int) -> None:
    folder.mkdir()
    ports = [f"{line} {interface}" for line in (into, out) if line]
    lines = [*ports, "end 0", "quiet 0", "stall 3000000000", "limit 10000000000", f"cpu {cpu}"]
    (folder / "plan.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _sends(folder: Path, port: str, frames: Sequence[bytes], *, count: int = 1, awaited: tuple[int, int] = (NOTHING_AWAITED, 0)) -> None:
    """`count` sends of these frames, again and again, due at once."""
    table = np.zeros(count, SEND)
    size = len(frames[0])
    table["offset"], table["length"] = np.arange(count) % len(frames) * size, size
    table["wait_port"], table["wait_count"] = awaited
    table.tofile(folder / f"{port}.sends")
    (folder / f"{port}.bytes").write_bytes(b"".join(frames))


def _write_pcap(path: Path, frames: Sequence[bytes]) -> None:
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    path.write_bytes(head + b"".join(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame for frame in frames))


if __name__ == "__main__":
    for size in [int(text) for text in sys.argv[1:]] or SIZES:
        for name, rate in measure_rates(size, 3).items():
            print(f"{size:5} {name:22} {rate.sent:12,.0f} {rate.taken:12,.0f} {rate.missing}")
