# SPDX-License-Identifier: Apache-2.0
"""What tasks that play alone need is built before the first of them plays: a compiler beside a run would make it late."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Hashable, Iterable

from tickproof.errors import InputError, TargetUnavailable
from tickproof.targets import Building, Target, get_target, load_dut
from tickproof.tasks import Task
from tickproof.workers import in_parallel

__all__ = ["build_first"]


def build_first(tasks: Iterable[tuple[Task, Target]], processes: int) -> None:
    """Build for all that can run here. What does not build says so when it is to be played."""
    wanted: dict[Hashable, Task] = {}
    for task, target in tasks:
        program = task.scenario.program
        if isinstance(target, Building) and task.scenario.requires <= target.capabilities and target.unavailable() is None:
            wanted.setdefault((task.target, task.root, program.dut, frozenset(program.parameters.items())), task)
    for _ in in_parallel(_build, list(wanted.values()), processes):
        pass


def _build(task: Task) -> Generator[None]:
    target, program = get_target(task.target), task.scenario.program
    assert isinstance(target, Building)
    with contextlib.suppress(InputError, TargetUnavailable):
        target.build(load_dut(program.dut, task.root), program.parameters)
    yield from ()
