# SPDX-License-Identifier: Apache-2.0
"""Runs one simulator process, which plays one run after another, to its end, whatever that end is."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

__all__ = ["LOG", "run_simulator"]

LOG = "simulator.log"

_OVER = re.compile(rb"tickproof: run (\d+) is over")  # tickproof_sequencer.v
_TAIL_LINES = 5
_COCOTB_LINE = re.compile(r"\s*(-\.--|\d+\.\d\d)ns |\s{40}")


def run_simulator(
    command: list[str], environment: Mapping[str, str], *, cwd: Path, directory: Path, timeout_s: float
) -> Generator[int, None, str]:
    """Run `command` in `cwd`; yield the number of each run (a folder `directory`/0, 1, ...) as it ends; return "" or what went wrong.

    What the simulator prints during a run goes to that run's folder. Both the exit status and cocotb's `directory`/results.xml must be
    good: either alone can be green after a failure. The child never outlives the generator, also not on Ctrl-C, which goes on to the
    caller. timeout_s: longest time for one run.
    """
    # A group of its own: Ctrl-C reaches this process only, which then ends the group.
    with _interrupt_later() as interrupts:
        child = subprocess.Popen(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    assert child.stdout is not None
    last = 0
    try:
        if interrupts:
            signal.raise_signal(signal.SIGINT)
        for over in _runs_over(child.stdout.fileno(), directory, timeout_s):
            yield over
            last = over
        status = child.wait(timeout_s)
    except (TimeoutError, subprocess.TimeoutExpired):
        return f"the simulator did not end within {timeout_s:g} s"
    finally:
        child.stdout.close()
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    log = next(path for number in (last + 1, last) if (path := directory / str(number) / LOG).exists())
    if status:
        ended = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        return f"the simulator {ended}: {_tail(log)}"
    if not _passed(directory / "results.xml"):
        return f"the simulator left no good result: {_tail(log)}"
    return ""


def _runs_over(source: int, directory: Path, timeout_s: float) -> Iterator[int]:
    """Share out what comes from `source` to the logs of the runs, and yield the number of each run that is over."""
    sink, pending, deadline = (directory / "0" / LOG).open("wb"), b"", time.monotonic() + timeout_s
    try:
        while True:
            if not select.select([source], [], [], max(deadline - time.monotonic(), 0.0))[0]:
                raise TimeoutError
            if not (chunk := os.read(source, 1 << 16)):
                break
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                if not (over := _OVER.fullmatch(line)):
                    sink.write(line + b"\n")
                    continue
                following = directory / str(int(over[1]) + 1)
                if following.is_dir():  # what is printed behind the last run is shown with it
                    sink.close()
                    sink = (following / LOG).open("wb")
                yield int(over[1])
                deadline = time.monotonic() + timeout_s
        sink.write(pending)
    finally:
        sink.close()


@contextlib.contextmanager
def _interrupt_later() -> Iterator[list[int]]:
    """Collects Ctrl-C while a child is made: in between, there would be a child that nobody knows of."""
    interrupts: list[int] = []
    if threading.current_thread() is not threading.main_thread():  # only the main thread is ever interrupted
        yield interrupts
        return
    before = signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)


def _passed(results: Path) -> bool:
    try:
        tree = ElementTree.parse(results)
    except (OSError, ElementTree.ParseError):
        return False
    cases = tree.findall(".//testcase")
    return bool(cases) and not any(case.find(kind) is not None for case in cases for kind in ("failure", "error", "skipped"))


def _tail(log: Path) -> str:
    """The last lines of a log that say something: cocotb's own are left out as long as there are others."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if not _COCOTB_LINE.match(line)]
    return " | ".join(line.strip() for line in (telling or lines)[-_TAIL_LINES:]) or "no output"
