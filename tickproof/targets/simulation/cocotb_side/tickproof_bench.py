# SPDX-License-Identifier: Apache-2.0
"""The whole cocotb side of a run: start it, await one edge. A simulator imports this file and nothing else of tickproof."""

from __future__ import annotations

import ctypes
import signal

import cocotb
from cocotb.triggers import RisingEdge

_PR_SET_PDEATHSIG = 1


@cocotb.test()
async def play(dut):  # type: ignore[no-untyped-def]
    """The sequencer does the rest; its summary file says how the run ended."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # a simulator never outlives the command that started it
    dut.go.value = 1
    await RisingEdge(dut.done)
