# SPDX-License-Identifier: Apache-2.0
"""The player in one network namespace, a stand-in for a device in the other, and veth pairs between them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from waiting import soon

from tickproof.targets.wire.bed import Link, TestBed

STAND_IN = Path(__file__).with_name("stand_in.py")
_MANY_ROUNDS_NS = 10_000_000
"""Of processor time. A player that is not stopped looks at its ports all the time."""


class Bench:
    """One test: `folder` is the plan folder."""

    def __init__(self, bed: TestBed, program: Path, folder: Path) -> None:
        self.bed = bed
        self.program = program
        self.folder = folder
        self.processes: list[subprocess.Popen[str]] = []

    def link(self, name: str = "wire") -> Link:
        """A veth pair; links of other names are not disturbed by what happens on this one."""
        return self.bed.links([name])[name]

    def device(self, *options: str) -> subprocess.Popen[str]:
        """Start the stand-in."""
        process = self._start("device", [sys.executable, str(STAND_IN), *options])
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process

    def start(self, link: Link, out: int, back: int = 0) -> subprocess.Popen[str]:
        """The player, in the middle of its run: so many bytes have gone out by that link, and so many have come back and been seen."""
        before = self._carried(link)
        process = self._start("player", [str(self.program), str(self.folder)])
        assert soon(lambda: all(now - then >= least for now, then, least in zip(self._carried(link), before, (out, back), strict=True)))
        seen_ns = _ran_ns(process.pid)
        assert soon(lambda: _ran_ns(process.pid) > seen_ns + _MANY_ROUNDS_NS)
        return process

    def play(self, expected: int = 0) -> str:
        """The whole run; what the player said."""
        command = self.bed.enter("player", [str(self.program), str(self.folder)])
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False)
        summary = self.folder / "summary.json"
        assert done.returncode == expected, done.stderr or summary.read_text()
        return done.stderr

    def summary(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "summary.json").read_text()))

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()

    def _carried(self, link: Link) -> list[int]:
        """Bytes that have left the player's end of it, and that have come in there."""
        counters = self.bed.sysfs("player") / "class" / "net" / link.interface / "statistics"
        return [int((counters / name).read_text()) for name in ("tx_bytes", "rx_bytes")]

    def _start(self, side: Any, command: list[str]) -> subprocess.Popen[str]:
        process = subprocess.Popen(self.bed.enter(side, command), stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process


def _ran_ns(pid: int) -> int:
    """For how long it has had a processor."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
