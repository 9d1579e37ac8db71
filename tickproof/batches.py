# SPDX-License-Identifier: Apache-2.0
"""Which tasks one simulator process plays, one after another: its start costs more than most runs."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from tickproof.targets import Batching, get_target
from tickproof.tasks import Task

__all__ = ["Batch", "batches", "shares"]

Batch = tuple[Task, ...]
"""Tasks with the same target, device and parameters."""


def batches(tasks: Sequence[Task], processes: int) -> tuple[list[Batch], list[Batch]]:
    """(what may run side by side, what has to run alone), each in the order in which it should begin."""
    exclusive: list[Batch] = [(task,) for task in tasks if get_target(task.target).exclusive]
    groups: dict[Hashable, list[Task]] = {}
    for task in tasks:
        if not get_target(task.target).exclusive:
            groups.setdefault(_same_simulation(task), []).append(task)
    sized = [(_size(group[0]), group) for group in groups.values()]
    # Where few runs fill a process a run takes long: those first, so that short batches fill up the end.
    sized.sort(key=lambda entry: entry[0])
    return [batch for size, group in sized for batch in _dealt(group, size, processes)], exclusive


def _same_simulation(task: Task) -> Hashable:
    program = task.scenario.program
    return task.target, task.root, program.dut, frozenset(program.parameters.items()), task.waves


def _size(task: Task) -> int:
    target = get_target(task.target)
    return target.batch if isinstance(target, Batching) and not task.waves else 1  # a process writes one file of waves


def _dealt(group: Sequence[Task], size: int, processes: int) -> list[Batch]:
    """As few batches of at most `size` as keep all processes busy. Neighbours are often alike, so they go to different batches."""
    count = max(-(-len(group) // size), min(processes, len(group)))
    return [tuple(group[first::count]) for first in range(count)]


def shares(exclusive: Sequence[Batch], workers: int) -> list[list[Batch]]:
    """What each of some workers plays: as much of each target as any other. How long a run takes depends on its target most."""
    jobs: list[list[Batch]] = [[] for _ in range(workers)]
    turns: dict[str, int] = {}
    for batch in exclusive:
        target = batch[0].target
        worker = turns.setdefault(target, len(turns) % workers)
        jobs[worker].append(batch)
        turns[target] = (worker + 1) % workers
    return [job for job in jobs if job]
