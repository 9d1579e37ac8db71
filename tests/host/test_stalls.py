# SPDX-License-Identifier: Apache-2.0
"""A machine whose kernel lets something else run for milliseconds, again and again: no device may be blamed for it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tickproof.runner import run_job
from tickproof.targets import get_target
from tickproof.tasks import How, scenario_tasks

HOG = """
import os, random, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
try:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
except OSError as error:
    sys.exit(print(error))
print("stalls", flush=True)
while True:
    time.sleep(random.uniform(0, 0.2))
    end = time.monotonic() + random.uniform(0.003, 0.011)
    while time.monotonic() < end:
        pass
"""
ROOT = Path(__file__).resolve().parents[2]
OFTEN = 15
SENSITIVE = ("the_first_packet_fixes_the_session", "a_session_reset_starts_over", "states_that_nobody_defined")
"""What becomes of a packet that leaves no record depends on what came before it."""


@contextlib.contextmanager
def stalling() -> Iterator[None]:
    """On every processor something with real-time priority takes 3 to 11 ms, every tenth of a second or so, from now until it is left."""
    with contextlib.ExitStack() as stack:
        hogs = []
        for processor in os.sched_getaffinity(0):
            hog = stack.enter_context(subprocess.Popen([sys.executable, "-c", HOG, str(processor)], stdout=subprocess.PIPE, text=True))
            stack.callback(hog.kill)
            assert hog.stdout is not None
            if (said := hog.stdout.readline().strip()) != "stalls":
                pytest.skip(f"the kernel grants no real-time priority: {said}")
            hogs.append(hog)
        yield
        assert [hog.poll() for hog in hogs] == [None] * len(hogs)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["gateway@udp", "gateway@raw", "rtl@raw"])
def test_stalls_are_never_the_devices_fault(target: str) -> None:
    """Late, perhaps, but no failure; one of eight plays of the first scenario was one."""
    if reason := get_target(target).unavailable():
        pytest.skip(reason)
    paths = [found for name in SENSITIVE for found in sorted(ROOT.glob(f"scenarios/*/{name}.scn"))]
    assert len(paths) == len(SENSITIVE)
    tasks = [replace(task, out_dir=None) for task in scenario_tasks(paths, How([target], 1, False, Path("out")))]
    with stalling():
        results = list(run_job([(task,) * OFTEN for task in tasks]))
    assert len(results) == OFTEN * len(tasks)
    assert [f"{result.task.path}: {result.verdict.reason}" for result in results if result.verdict.status == "fail"] == []
