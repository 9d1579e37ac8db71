# SPDX-License-Identifier: Apache-2.0
"""Runs of devices that are broken: mutants of the RTL that a scenario notices. What golden says of them is what somebody acts on."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

from tickproof.capture import Capture
from tickproof.check import Verdict, judge
from tickproof.dut import Dut
from tickproof.golden import get_model
from tickproof.mutate.campaign import draw
from tickproof.mutate.playing import captures
from tickproof.mutate.ranking import Ranking
from tickproof.mutate.rtl import RtlBench
from tickproof.mutate.weave import CHOSEN
from tickproof.targets import get_target
from tickproof.tasks import Task

__all__ = ["broken_runs"]

_TRIES = 12
"""Scenarios a mutant: most are noticed by the first, and the others are not needed."""
_QUICK_S = 2.0
"""What takes golden longer to judge, because it tries many orders of inputs, is not worth its time in a campaign."""


def broken_runs(root: Path, work: Path, target: str, tasks: Sequence[Task], count: int) -> Generator[tuple[Task, Dut, Capture, Verdict]]:
    """One run of each of `count` mutants that is noticed soon, and the verdict. work: where the copy of the project is broken."""
    bench = RtlBench(root, work, target, tuple(sorted({task.scenario.program.dut for task in tasks})))
    mutants = dict(enumerate(draw(bench, 1, count, ()), 1))
    for number in mutants.keys() - bench.prepare(mutants, tasks):
        fitting = [task for task in tasks if bench.fits(mutants[number], task)]
        likely = Ranking().order(mutants[number], fitting)[:_TRIES]
        with closing(captures(target, work, likely, (f"{CHOSEN}={number}",))) as running:
            for task, dut, capture in running:
                scenario, model = task.scenario, get_model(dut.model)
                started = time.process_time()
                verdict = judge(scenario, scenario.program, dut, model, capture, capabilities=get_target(target).capabilities)
                if verdict.status != "pass" and time.process_time() - started < _QUICK_S:
                    yield task, dut, capture, verdict
                    break
