# SPDX-License-Identifier: Apache-2.0
"""Runs one simulator process to its end, whatever that end is."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

__all__ = ["LOG", "run_simulator"]

LOG = "simulator.log"

_TAIL_LINES = 5
_COCOTB_LINE = re.compile(r"\s*(-\.--|\d+\.\d\d)ns |\s{40}")


def run_simulator(command: list[str], environment: Mapping[str, str], *, cwd: Path, directory: Path, timeout_s: float) -> str:
    """Run `command` in `cwd`, its output in `directory`/simulator.log; return "" or what went wrong.

    Both the exit status and cocotb's `directory`/results.xml must be good: either alone can be green after a failure. The child never
    outlives this call, also not on Ctrl-C, which goes on to the caller.
    """
    log, results = directory / LOG, directory / "results.xml"
    with log.open("wb") as sink:
        # A group of its own: Ctrl-C reaches this process only, which then ends the group.
        with _interrupt_later() as interrupts:
            child = subprocess.Popen(
                command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            if interrupts:
                signal.raise_signal(signal.SIGINT)
            status = child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return f"the simulator did not end within {timeout_s:g} s"
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
    if status:
        ended = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        return f"the simulator {ended}: {_tail(log)}"
    if not _passed(results):
        return f"the simulator left no good result: {_tail(log)}"
    return ""


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
