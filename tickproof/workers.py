# SPDX-License-Identifier: Apache-2.0
"""Work in parallel processes: one a job, at most n at a time, results as they come.

A process of its own for each job, because a crash must not take other jobs along, and because stopping (Ctrl-C) has to take a job's
simulators along: each job leads a process group.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.util import get_temp_dir
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["WorkerDied", "in_parallel"]

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")


_PATIENCE_S = 5.0
_LONGEST_TEMP, _SHORT_TEMP = 70, "/tmp"  # bytes; multiprocessing puts up to 33 behind it


class _Over:
    """What a worker sends behind its last result."""


class WorkerDied(RuntimeError):
    """A worker process ended before its job was over; the text says how."""


def in_parallel(
    function: Callable[[_Job], Generator[_Result]], jobs: Sequence[_Job], processes: int
) -> Iterator[tuple[_Job, _Result | WorkerDied]]:
    """(job, result) as the results come; those of one job in their order. `function`, jobs and results have to be picklable.

    An exception in `function` is raised here and stops all other jobs, as does closing the iterator. A worker that dies is the last
    result of its job.
    """
    if processes <= 1:
        for job in jobs:
            with contextlib.closing(function(job)) as results:
                yield from ((job, result) for result in results)
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([function.__module__])  # numpy and the rest are imported once, not once a job
    running: dict[Connection, tuple[BaseProcess, _Job]] = {}
    waiting = iter(jobs)
    try:
        while True:
            for job in itertools.islice(waiting, processes - len(running)):
                here, there = context.Pipe(duplex=False)
                process: BaseProcess = context.Process(target=_work, args=(there, function, job, _sockets()))
                process.start()
                there.close()
                running[here] = (process, job)
            if not running:
                return
            for ready in wait(list(running)):
                assert isinstance(ready, Connection)
                process, job = running[ready]
                outcome = _received(ready, process)
                if isinstance(outcome, _Over | WorkerDied):
                    process.join()
                    del running[ready]
                if not isinstance(outcome, _Over):
                    yield job, outcome
    finally:
        _stop(process for process, _ in running.values())


def _sockets() -> str:
    """The folder of this process for its sockets. Their paths may have 107 bytes, and a long TMPDIR would leave no room for names."""
    usual = tempfile.gettempdir()
    try:
        tempfile.tempdir = usual if len(os.fsencode(usual)) <= _LONGEST_TEMP else _SHORT_TEMP
        return get_temp_dir()  # made by the first call
    finally:
        tempfile.tempdir = usual


def _received(connection: Connection, process: BaseProcess) -> Any:
    try:
        outcome = connection.recv()
    except EOFError:
        process.join()
        return WorkerDied(f"the worker process ended with exit status {process.exitcode}, without a result")
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _work(connection: Connection, function: Callable[[_Job], Generator[_Result]], job: _Job, sockets: str) -> None:
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job starts with it ignored, and `_stop` needs it
    threading.Thread(target=_end_with_parent, args=(sockets,), daemon=True).start()
    with contextlib.suppress(BrokenPipeError):  # the parent has gone, and nobody wants the result
        connection.send(_last(connection, function, job))


def _last(connection: Connection, function: Callable[[_Job], Generator[_Result]], job: _Job) -> object:
    """Send the results; returns what is to be sent behind them."""
    try:
        with contextlib.closing(function(job)) as results:
            for result in results:
                connection.send(result)
    except KeyboardInterrupt:  # from `_stop`: whatever the job had started has ended by now
        pass
    except Exception as error:  # every exception is for the parent to raise
        error.add_note("in a worker process:\n" + traceback.format_exc())
        return error
    return _Over()


def _end_with_parent(sockets: str) -> None:
    """Nothing is left behind when the command is killed: what a job has started goes with its group, or with this process.

    sockets: where the parent kept those that it needed for its workers.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    shutil.rmtree(sockets, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def _stop(processes: Iterable[BaseProcess]) -> None:
    """Interrupt all, so that each can end what it started; then end what is left of their groups.

    Each is hurried: what it plays may keep all processors busy. And asked again: Python drops an interrupt that comes inside a finalizer.
    """
    alive = [process for process in processes if process.is_alive()]
    for process in alive:
        with contextlib.suppress(OSError):
            Path(f"/proc/{process.pid}/autogroup").write_text("-20", encoding="ascii")
        _signal(os.kill, process, signal.SIGINT)
    for process in alive:
        process.join(_PATIENCE_S / 2)
        if process.is_alive():
            _signal(os.kill, process, signal.SIGINT)
            process.join(_PATIENCE_S / 2)
        _signal(os.killpg, process, signal.SIGKILL)
        process.kill()
        process.join()


def _signal(send: Callable[[int, int], None], process: BaseProcess, number: int) -> None:
    assert process.pid is not None  # it was started
    with contextlib.suppress(ProcessLookupError):
        send(process.pid, number)
