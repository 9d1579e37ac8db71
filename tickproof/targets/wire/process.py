# SPDX-License-Identifier: Apache-2.0
"""Runs a device program and the player beside it, to the end of both, whatever that end is."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tickproof.targets.wire.tools import comes_first, dies_with_us

__all__ = ["DEVICE_LOG", "PLAYER_LOG", "Ended", "play"]

DEVICE_LOG, PLAYER_LOG = "device.log", "player.log"

_READY_S = 20.0
_END_S = 2.0
"""How long a program may take to end when it is asked to; a player also when its device has gone."""
_SANITIZERS = {f"{name}_OPTIONS": "exitcode=99:print_stacktrace=1" for name in ("ASAN", "LSAN", "UBSAN")}
"""Of a build with sanitizers (TICKPROOF_SANITIZE): what they find ends a program with a status that it has not itself."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended. trouble: what went wrong, or "". starved_ns: how long the device was ready to run, and had no processor."""

    trouble: str
    starved_ns: int = 0


@dataclass(frozen=True, slots=True)
class _Child:
    """One of our processes, in a session of its own. what: for messages. log: its stderr (of the player, its stdout, too)."""

    what: str
    process: subprocess.Popen[bytes]
    log: Path

    def wait(self, timeout_s: float) -> bool:
        """Whether it has ended."""
        return _first_to_end([self], timeout_s) is not None

    def end(self) -> str:
        """Ask it to end, make sure of it, and say what was wrong with that; "" if it ended with 0."""
        before = self.process.poll() is not None
        self._signal(signal.SIGTERM)
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

    def starved_ns(self) -> int:
        """How long it has waited for a processor since it was started, all threads; 0 if the kernel does not say."""
        waited = 0
        for path in Path(f"/proc/{self.process.pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):  # the thread has gone
                waited += int(path.read_text(encoding="ascii").split()[1])
        return waited

    def kill(self) -> None:
        """Whatever it does."""
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self.process.poll() is None:
                os.killpg(self.process.pid, number)


def play(device: Sequence[str] | None, player: Sequence[str], folder: Path, timeout_s: float) -> Ended:
    """Start the device (if it is ours to start), then the player when the device is ready; see both to their end.

    Neither outlives this call. What the player found out about the run is not looked at: it stands in its summary.
    """
    with contextlib.ExitStack() as stack:
        children = []
        if device is not None:
            children.append(stack.enter_context(_started("the device", device, folder / DEVICE_LOG, subprocess.PIPE)))
            if trouble := _not_ready(children[0]):
                return Ended(trouble)
        before_ns = sum(child.starved_ns() for child in children)
        playing = stack.enter_context(_started("the player", player, folder / PLAYER_LOG, None))
        first = _first_to_end([*children, playing], timeout_s)
        starved_ns = sum(child.starved_ns() for child in children) - before_ns
        return Ended(_trouble(first, playing, children, timeout_s), max(0, starved_ns))


def _trouble(first: _Child | None, playing: _Child, children: Sequence[_Child], timeout_s: float) -> str:
    """What went wrong, when the first of all has ended (None: no one has in time)."""
    if first is None:
        return f"the player did not end within {timeout_s:g} s; {playing.end()}"
    if first is not playing:
        trouble = first.ended()
        if not playing.wait(_END_S):  # it has noticed, and writes what it has
            playing.end()
        return trouble
    if playing.process.wait() not in (0, 1):
        return playing.ended()
    return "; ".join(filter(None, (child.end() for child in children)))


@contextlib.contextmanager
def _started(what: str, command: Sequence[str], log: Path, stdout: int | None) -> Iterator[_Child]:
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink if stdout is None else stdout,
            stderr=sink,
            cwd=log.parent,
            env=_SANITIZERS | os.environ,
            start_new_session=True,
            preexec_fn=_prepare(),  # noqa: PLW1509  (there is one thread)
        )
    child = _Child(what, process, log)
    try:
        yield child
    finally:
        child.kill()
        if process.stdout:
            process.stdout.close()


def _prepare() -> Callable[[], None]:
    mortal = dies_with_us()

    def call() -> None:
        mortal()
        comes_first()

    return call


def _not_ready(device: _Child) -> str:
    """ "" when it says that it is; else what it did instead."""
    pipe = device.process.stdout
    assert pipe
    line = _line(pipe.fileno(), _READY_S)
    if line == b"ready":
        return ""
    if line is None:
        return f"{device.what} was not ready within {_READY_S:g} s"
    if not line and device.wait(_END_S):
        return device.ended()
    return f"{device.what} said {line.decode(errors='replace')!r}, not `ready`"


def _line(number: int, timeout_s: float) -> bytes | None:
    """The first line that comes through a file descriptor; None if none came in time."""
    text = b""
    while not text.endswith(b"\n"):
        if not select.select([number], [], [], timeout_s)[0]:
            return None
        byte = os.read(number, 1)
        if not byte:
            break
        text += byte
    return text.strip()


def _first_to_end(children: Sequence[_Child], timeout_s: float) -> _Child | None:
    """The first child that has ended, None if none did in time. If two have, the first named."""
    with contextlib.ExitStack() as stack:
        by_number = {}
        for child in children:
            if child.process.poll() is not None:
                return child
            number = os.pidfd_open(child.process.pid)
            stack.callback(os.close, number)
            by_number[number] = child
        ended = select.select(list(by_number), [], [], timeout_s)[0]
        return by_number[ended[0]] if ended else None
