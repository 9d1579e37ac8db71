# SPDX-License-Identifier: Apache-2.0
"""Plays tasks in simulations, many in one process, for whoever may stop at any of them."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Sequence
from pathlib import Path

from tickproof.capture import Capture
from tickproof.dut import Dut
from tickproof.targets import Batching, RunOptions, get_target, load_dut
from tickproof.tasks import Task

__all__ = ["captures"]

_FIRST = 6
"""So many in the first process: what stops the caller is mostly there, and a process plays ahead of its judge."""


def captures(name: str, root: Path, tasks: Sequence[Task], plusargs: tuple[str, ...] = ()) -> Generator[tuple[Task, Dut, Capture]]:
    """Each task as the devices of `root` play it on that simulator (a name), those of one device and its parameters together."""
    target = get_target(name)
    assert isinstance(target, Batching)
    groups: dict[Hashable, list[Task]] = {}
    for task in tasks:
        program = task.scenario.program
        groups.setdefault((program.dut, frozenset(program.parameters.items())), []).append(task)
    batches = [group[:_FIRST] for group in groups.values()]
    batches += [group[at : at + target.batch] for group in groups.values() for at in range(_FIRST, len(group), target.batch)]
    for batch in batches:
        dut = load_dut(batch[0].scenario.program.dut, root)
        options = RunOptions(seed=batch[0].seed, plusargs=plusargs)
        played = 0
        while played < len(batch):  # a run that takes the simulator down costs itself only
            runs = [(task.scenario.program, options) for task in batch[played:]]
            for capture in target.run_many(dut, runs):
                yield batch[played], dut, capture
                played += 1
