# SPDX-License-Identifier: Apache-2.0
"""Runs a device program and the player beside it, to the end of both, whatever that end is.

Both keep a core busy, so one pair plays at a time, whichever tickproof started it. What they need before and after that (a kernel takes
long to close rings) may overlap with another pair's play.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tickproof.targets.wire.tools import comes_first, mortal

__all__ = ["DEVICE_LOG", "PLAYER_LOG", "Ended", "play", "stolen_ticks", "turn"]

DEVICE_LOG, PLAYER_LOG = "device.log", "player.log"

_READY_S = 20.0
_END_S = 2.0
"""How long a program may take to end when it is asked to; a player also when its device has gone."""
_CLOSE_S = 20.0
"""How long the kernel may take to close what a player had open."""
_TICK_NS = 10**9 // os.sysconf("SC_CLK_TCK")
_SANITIZERS = {f"{name}_OPTIONS": "exitcode=99:print_stacktrace=1" for name in ("ASAN", "LSAN", "UBSAN")}
"""Of a build with sanitizers (TICKPROOF_SANITIZE): what they find ends a program with a status that it has not itself."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended. trouble: what went wrong, or "". starved_ns: how long the device, which polls, did not run."""

    trouble: str
    starved_ns: int = 0


@dataclass(frozen=True, slots=True)
class _Starved:
    """For how long a process that polls did not run. ran_ns: for how long it did, until at_ns. ticks: for how long a hypervisor gave the
    processors on which it may run to another machine, which is not always missing from what the kernel says that it ran."""

    at_ns: int
    ran_ns: int
    ticks: int

    def since(self, before: _Starved) -> int:
        """ns. Of ticks, what began or ended within one is part of it: better too long than a stall that nobody knows of."""
        ticks = self.ticks - before.ticks
        stood_ns = self.at_ns - before.at_ns - (self.ran_ns - before.ran_ns)
        return max(0, stood_ns, (ticks + 1) * _TICK_NS * (ticks > 0))


def stolen_ticks(stat: str, cpus: Collection[int]) -> int:
    """The `steal` of some processors in the text of /proc/stat (proc(5)), in ticks of the user's clock since the machine was started."""
    rows = (line.split() for line in stat.splitlines())
    return sum(int(row[8]) for row in rows if row and row[0] in {f"cpu{cpu}" for cpu in cpus})


@dataclass(frozen=True, slots=True)
class _Child:
    """One of our processes, in a session of its own. what: for messages. pipe: its stdout. log: its stderr, and what else it says."""

    what: str
    process: subprocess.Popen[bytes]
    pipe: int
    log: Path

    def begin(self) -> None:
        """It is its turn. One that does not hold has begun, and does not listen; one that has ended cannot."""
        comes_first(self.process.pid)
        assert self.process.stdin
        with contextlib.suppress(BrokenPipeError), self.process.stdin as told:
            told.write(b"\n")

    def wait(self, timeout_s: float) -> bool:
        """Whether it has ended."""
        return _first_to_end([self], timeout_s) is not None

    def ask(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def end(self) -> str:
        """Ask it to end, make sure of it, and say what was wrong with that; "" if it ended with 0."""
        before = self.process.poll() is not None
        self.ask()
        if not before and not self.wait(_END_S):
            self._signal(signal.SIGKILL)
            self.process.wait()
            return f"{self.what} did not end within {_END_S:g} s when it was asked to"
        return self.ended() if self.process.wait() else ""

    def ended(self) -> str:
        """How a process that has ended did so."""
        status = self.process.wait()
        how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        reports = [line for line in lines if line.startswith("SUMMARY: ")]  # of a sanitizer, whose last words say nothing
        return f"{self.what} {how}" + (f": {(reports or lines)[-1]}" if lines else "")

    def note(self, text: bytes) -> None:
        """Into its log."""
        with self.log.open("ab") as log:
            log.write(text)

    def log_rest(self) -> None:
        """What it has said and nobody has read goes into its log."""
        os.set_blocking(self.pipe, False)
        with contextlib.suppress(BlockingIOError):
            while text := os.read(self.pipe, 1 << 16):
                self.note(text)

    def starved(self) -> _Starved:
        """Until now; nothing of what this machine does not tell, or of a process that has gone."""
        at_ns = ran_ns = stolen = 0
        with contextlib.suppress(OSError):
            ran_ns = int(Path(f"/proc/{self.process.pid}/schedstat").read_text(encoding="ascii").split()[0])
            at_ns = time.monotonic_ns()
        with contextlib.suppress(OSError):
            stolen = stolen_ticks(Path("/proc/stat").read_text(encoding="ascii"), os.sched_getaffinity(self.process.pid))
        return _Starved(at_ns, ran_ns, stolen)

    def kill(self) -> None:
        """Whatever it does."""
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self.process.poll() is None:
                os.killpg(self.process.pid, number)


def play(device: Sequence[str] | None, player: Sequence[str], folder: Path, timeout_s: float, *, shared: bool = False) -> Ended:
    """Start the device (if it is ours to start) and the player; let them begin when it is our turn and the device is ready; see both to
    their end.

    Neither outlives this call. What the player found out about the run is not looked at: it stands in its summary. shared: others use the
    same interfaces, so nothing is opened before our turn, nor by the player before the device is ready, and it lasts until both have gone;
    else it is over when the player says `over`, and the device is asked to end.
    """
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(contextlib.ExitStack())
        if shared:
            ours.enter_context(turn())
        children = [stack.enter_context(_started("the device", device, folder / DEVICE_LOG))] if device is not None else []
        if shared and (trouble := _not_ready(children)):
            return Ended(trouble)
        playing = stack.enter_context(_started("the player", player, folder / PLAYER_LOG))
        if not shared:
            ours.enter_context(turn())
            if trouble := _not_ready(children):
                return Ended(trouble)
        before = [child.starved() for child in children]
        for child in (*children, playing):
            child.begin()
        first = _first_to_end([*children, playing], timeout_s, playing)
        starved_ns = sum(child.starved().since(earlier) for child, earlier in zip(children, before, strict=True))
        if first is playing and not shared:
            for child in children:
                child.ask()
            ours.close()
        playing.log_rest()  # its last words, if it has ended
        return Ended(_trouble(first, playing, children, timeout_s), starved_ns)


@contextlib.contextmanager
def turn() -> Iterator[None]:
    """Play alone among the processes of this user that have the same folder for temporary files. Waits until others have had their turn."""
    number = os.open(Path(tempfile.gettempdir()) / f"tickproof-{os.getuid()}.turn", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


def _trouble(first: _Child | None, playing: _Child, children: Sequence[_Child], timeout_s: float) -> str:
    """What went wrong, when the first of all has ended, or the player's work is over (None: neither in time)."""
    if first is None:
        return f"the player did not end within {timeout_s:g} s; {playing.end()}"
    if first is not playing:
        trouble = first.ended()
        if not playing.wait(_END_S):  # it has noticed, and writes what it has
            playing.end()
        return trouble
    if not playing.wait(_CLOSE_S):
        return f"the player was over and did not end within {_CLOSE_S:g} s; {playing.end()}"
    if playing.process.wait() not in (0, 1):
        return playing.ended()
    return "; ".join(filter(None, (child.end() for child in children)))


@contextlib.contextmanager
def _started(what: str, command: Sequence[str], log: Path) -> Iterator[_Child]:
    log.unlink(missing_ok=True)
    with log.open("ab") as sink:
        process = subprocess.Popen(
            mortal(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=sink,
            cwd=log.parent,
            env=_SANITIZERS | os.environ,
            start_new_session=True,
        )
    assert process.stdin
    assert process.stdout
    child = _Child(what, process, process.stdout.fileno(), log)
    try:
        yield child
    finally:
        child.kill()
        process.stdin.close()
        process.stdout.close()


def _not_ready(devices: Iterable[_Child]) -> str:
    """ "" when they say that they are; else what one did instead."""
    return next(filter(None, map(_instead_of_ready, devices)), "")


def _instead_of_ready(device: _Child) -> str:
    line = _line(device.pipe, _READY_S)
    if line == b"ready\n":
        return ""
    if line is None:
        return f"{device.what} was not ready within {_READY_S:g} s"
    if not line and device.wait(_END_S):
        return device.ended()
    return f"{device.what} said {line.decode(errors='replace').strip()!r}, not `ready`"


def _line(pipe: int, timeout_s: float) -> bytes | None:
    """The next line that comes, with its end; at the end of all what is left, b"" in the end; None if neither comes in time."""
    text = b""
    while not text.endswith(b"\n"):
        if not select.select([pipe], [], [], timeout_s)[0]:
            return None
        byte = os.read(pipe, 1)
        if not byte:
            break
        text += byte
    return text


def _first_to_end(children: Sequence[_Child], timeout_s: float, player: _Child | None = None) -> _Child | None:
    """The first child that has ended, or the player if it says `over`; None if none did in time. If two have, the first named."""
    deadline = time.monotonic() + timeout_s
    with contextlib.ExitStack() as stack:
        watched: dict[int, _Child] = {}
        for child in children:
            if child.process.poll() is not None:  # somebody has asked before, and it has no number any more
                return child
            number = os.pidfd_open(child.process.pid)
            stack.callback(os.close, number)
            watched[number] = child
        pipes = [player.pipe] if player else []
        while ready := select.select([*watched, *pipes], [], [], max(0.0, deadline - time.monotonic()))[0]:
            if ended := next((watched[number] for number in ready if number in watched), None):
                return ended
            line = _line(pipes[0], _END_S)
            if player and line == b"over\n":
                return player
            if not line:
                pipes = []
            elif player:
                player.note(line)
    return None
