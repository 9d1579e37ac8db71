# SPDX-License-Identifier: Apache-2.0
"""The whole cocotb side of a simulation: start its runs, await their end. A simulator imports this file and nothing else of tickproof."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path
from typing import Any

import cocotb
from cocotb.triggers import RisingEdge

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1
_PLAYED, _UNFIT = 64, 65  # exit status of a copy; a simulator that ends by itself has another


@cocotb.test()
async def play(dut):  # type: ignore[no-untyped-def]
    """The sequencer does the rest; its summary file says how a run ended.

    With TICKPROOF_COPIES, the folder of the runs, the simulator stops at a device that is ready, and each run is played by a copy of it.
    """
    _end_with_parent()
    if runs := os.environ.get("TICKPROOF_COPIES"):
        dut.prime.value = 1
        await RisingEdge(dut.primed)
        number = 0
        while dut.fit.value == 1:
            if not Path(runs, str(number), "run.plan").exists():
                return
            _LIBC.fflush(None)  # or each copy prints it again
            copy = os.fork()
            if copy == 0:
                await _play_one(dut, number)
            if _ended(copy) == _UNFIT:
                break
            number += 1
        dut.sequencer.index.value = number
        dut.prime.value = 0
    dut.go.value = 1
    await RisingEdge(dut.done)


async def _play_one(dut: Any, number: int) -> None:
    """In a copy, which ends here."""
    _end_with_parent()
    dut.sequencer.index.value = number
    dut.go.value = 1
    await RisingEdge(dut.setup)
    if dut.fit.value == 0:
        os._exit(_UNFIT)
    await RisingEdge(dut.done)
    os._exit(_PLAYED)


def _ended(copy: int) -> int:
    """_PLAYED or _UNFIT. Where the simulator of the copy ended before its run was over, this one ends in the same way."""
    _, status = os.waitpid(copy, 0)
    if os.WIFSIGNALED(status):
        os.kill(os.getpid(), os.WTERMSIG(status))
    if os.WEXITSTATUS(status) not in (_PLAYED, _UNFIT):
        os._exit(os.WEXITSTATUS(status))
    return os.WEXITSTATUS(status)


def _end_with_parent() -> None:
    """A simulator never outlives the command that started it."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
