# SPDX-License-Identifier: Apache-2.0
"""Work in parallel processes: one a task, at most n at a time, results as they come.

A process of its own for each task, because a crash must not take other tasks along, and because stopping (Ctrl-C) has to take a task's
simulators along: each task leads a process group.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

__all__ = ["WorkerDied", "in_parallel"]

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


_PATIENCE_S = 5.0


class WorkerDied(RuntimeError):
    """A worker process ended without a result; the text says how."""


def in_parallel(
    function: Callable[[_Task], _Result], tasks: Sequence[_Task], processes: int
) -> Iterator[tuple[_Task, _Result | WorkerDied]]:
    """(task, result) in order of completion. `function`, tasks and results have to be picklable.

    An exception in `function` is raised here and stops all other tasks, as does closing the iterator.
    """
    if processes <= 1:
        yield from ((task, function(task)) for task in tasks)
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([function.__module__])  # numpy and the rest are imported once, not once a task
    running: dict[Connection, tuple[BaseProcess, _Task]] = {}
    waiting = iter(tasks)
    try:
        while True:
            for task in waiting:
                here, there = context.Pipe(duplex=False)
                process: BaseProcess = context.Process(target=_work, args=(there, function, task))
                process.start()
                there.close()
                running[here] = (process, task)
                if len(running) >= processes:
                    break
            if not running:
                return
            for ready in wait(list(running)):
                assert isinstance(ready, Connection)
                process, task = running.pop(ready)
                yield task, _outcome(ready, process)
    finally:
        _stop(process for process, _ in running.values())


def _outcome(connection: Connection, process: BaseProcess) -> Any:
    try:
        outcome = connection.recv()
    except EOFError:
        process.join()
        return WorkerDied(f"the worker process ended with exit status {process.exitcode}, without a result")
    process.join()
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _work(connection: Connection, function: Callable[[_Task], _Result], task: _Task) -> None:
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job starts with it ignored, and `_stop` needs it
    try:
        outcome: object = function(task)
    except KeyboardInterrupt:  # from `_stop`: whatever the task had started has ended by now
        return
    except Exception as error:  # every exception is for the parent to raise
        error.add_note("in a worker process:\n" + traceback.format_exc())
        outcome = error
    with contextlib.suppress(BrokenPipeError):  # the parent has gone, and nobody wants the result
        connection.send(outcome)


def _stop(processes: Iterable[BaseProcess]) -> None:
    """Interrupt all, so that each can end what it started; then end what is left of their groups."""
    alive = [process for process in processes if process.is_alive()]
    for process in alive:
        _signal(os.kill, process, signal.SIGINT)
    for process in alive:
        process.join(_PATIENCE_S)
        _signal(os.killpg, process, signal.SIGKILL)
        process.kill()
        process.join()


def _signal(send: Callable[[int, int], None], process: BaseProcess, number: int) -> None:
    assert process.pid is not None  # it was started
    with contextlib.suppress(ProcessLookupError):
        send(process.pid, number)
