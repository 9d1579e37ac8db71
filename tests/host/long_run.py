# SPDX-License-Identifier: Apache-2.0
"""A run of `tickproof` that lasts long enough to be disturbed, and what it has made: processes, namespaces, files.

Everything that it starts carries a mark in its environment, so that whatever is left shows, also if nobody knows any more who started it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waiting import soon, soon_s

from tickproof.targets import get_target
from tickproof.targets.wire.target import WireTarget

ROOT = Path(__file__).resolve().parents[2]
TOOL = shutil.which("tickproof", path=str(Path(sys.executable).parent)) or "tickproof"
_BUILT_S = 240.0
_MARK = "TICKPROOF_TEST_RUN"
_ESTABLISHED = "01"
_CLIENT = f":{30201:04X}"
_PROGRAMS = {"gateway": "device", "rtl": "device", "wire": "player"}
_LONG = """\
dut = "tick_to_trade"
covers = []

[symbols.AAPL]
locate = 7
base = "140.00"

[opening]
AAPL = "150.00x1000 150.02x1000"
---
     0  <  client    enter_order ref=1 side=B quantity=100 price=150.02
+{pause}ns  <  client    enter_order ref=2 side=B quantity=100 price=150.02
"""


@dataclass
class Run:
    """The command while it runs. role -> process id: `tickproof`, `worker`, `device`, `player`."""

    command: subprocess.Popen[str]
    folder: Path
    mark: str
    roles: dict[str, int] = field(default_factory=dict)
    spaces: list[int] = field(default_factory=list)
    """Held open, because the kernel gives the number of one that has gone to the next one."""

    def pid(self, role: str) -> int:
        if not {"device", "player"} <= self.roles.keys():
            self.roles = self._roles()
        return self.roles[role]

    def _roles(self) -> dict[str, int]:
        found = {"tickproof": self.command.pid}
        for pid, words in _marked(self.mark).items():
            name = words[0].rpartition("/")[2]
            if name.startswith("tickproof-") and (role := _PROGRAMS.get(name.split("-")[1])):
                found[role] = pid
                found["worker"] = _parent(pid)
        return found

    def inside(self, role: str, *command: str) -> subprocess.CompletedProcess[str]:
        """In the network namespace of that program."""
        entered = ["nsenter", "--target", str(self.pid(role)), "--net", *command]
        return subprocess.run(entered, capture_output=True, text=True, check=True)

    def interface(self, port: str) -> str:
        """Of that port, at both ends."""
        names = [line.split(":")[0].strip() for line in Path(f"/proc/{self.pid('device')}/net/dev").read_text().splitlines()]
        return next(name for name in names if name.endswith(f"_{port}"))

    def ended(self) -> int:
        """Its exit code, which has to come soon."""
        return self.command.wait(soon_s())

    def plays(self) -> bool:
        """Both programs run, and the client is connected. Both in one look: a run that was spoiled is played again by others."""
        self.roles = self._roles()
        try:
            lines = Path(f"/proc/{self.roles['device']}/net/tcp").read_text().splitlines()
        except (KeyError, OSError):
            return False
        if "player" not in self.roles:
            return False
        rows = [line.split() for line in lines[1:]]
        return any(row[1].endswith(_CLIENT) and row[3] == _ESTABLISHED for row in rows)

    def left_behind(self) -> list[str]:
        """What still is there of processes, namespaces and files, a short time after the end of the command."""
        soon(lambda: not self._left())
        return self._left()

    def result(self) -> dict[str, Any]:
        """The only one."""
        (result,) = json.loads((self.folder / "out" / "result.json").read_text())["results"]
        return dict(result)

    def space_names(self) -> set[str]:
        """Its network namespaces."""
        return {os.readlink(f"/proc/self/fd/{space}") for space in self.spaces}

    def _left(self) -> list[str]:
        processes = [f"process {pid}: {' '.join(words)}" for pid, words in _marked(self.mark).items()]
        files = [str(path) for path in (self.folder / "tmp").rglob("*") if path.suffix != ".turn"]  # a lock, which has to stay
        return [*processes, *(f"namespace {name}" for name in self.space_names() & _namespaces()), *files]


def can_play(target: str) -> str | None:
    """Why not, or None."""
    return get_target(target).unavailable()


@contextmanager
def long_run(folder: Path, target: str, seconds: float = 60.0, environment: Mapping[str, str] | None = None) -> Iterator[Run]:
    """In the middle of a run that would go on for so long."""
    wire = get_target(target)
    assert isinstance(wire, WireTarget)
    pause_ns = int(seconds * 1e9 / (wire.time_scale * wire.device.slowdown))
    (folder / "long.scn").write_text(_LONG.format(pause=pause_ns))
    with started(folder, ["long.scn", "--target", target], environment) as run:
        assert soon(lambda: run.plays() or run.command.poll() is not None, _BUILT_S)
        assert run.command.poll() is None, run.command.communicate()
        run.spaces = [os.open(f"/proc/{run.pid(role)}/ns/net", os.O_RDONLY) for role in ("device", "player")]
        try:
            yield run
        finally:
            for space in run.spaces:
                os.close(space)


@contextmanager
def started(folder: Path, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator[Run]:
    """`tickproof run` in that folder, with a folder for temporary files that is its own."""
    mark = uuid.uuid4().hex
    (folder / "tmp").mkdir(exist_ok=True)
    if not (folder / "hdl").exists():
        (folder / "hdl").symlink_to(ROOT / "hdl")
    own = {_MARK: mark, "TMPDIR": str(folder / "tmp"), "TICKPROOF_CACHE": str(ROOT / "build")}
    with subprocess.Popen(
        [TOOL, "run", *arguments, "--out", "out"],
        cwd=folder,
        env={**os.environ, **own, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  (a background job starts with it ignored)
    ) as command:
        run = Run(command, folder, mark)
        try:
            yield run
        finally:
            command.kill()
            for pid in _marked(mark):  # a test that has failed must not disturb the next one
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _marked(mark: str) -> dict[int, list[str]]:
    """Processes that a run has started: id -> command line. Those that have ended are not among them."""
    found = {}
    text = f"{_MARK}={mark}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if text in (folder / "environ").read_bytes().split(b"\0"):
                words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
                found[int(folder.name)] = words
        except OSError:  # it has gone
            continue
    return found


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _namespaces() -> set[str]:
    """Those that a process is in, or a mount keeps."""
    found = {word for line in Path("/proc/self/mountinfo").read_text().splitlines() for word in line.split() if word.startswith("net:[")}
    for path in Path("/proc").glob("[0-9]*/ns/net"):
        try:
            found.add(os.readlink(path))
        except OSError:
            continue
    return found
