# SPDX-License-Identifier: Apache-2.0
"""The usual cocotb bench, Python at every beat: cocotbext-axi on each port, cocotb's clock, outputs collected frame by frame."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, RisingEdge
from cocotbext.axi import AxiLiteBus, AxiLiteMaster, AxiStreamBus, AxiStreamFrame, AxiStreamSink, AxiStreamSource


@cocotb.test()
async def play(dut):  # type: ignore[no-untyped-def]
    """Send all frames, wait until each output has given the bytes that it has to give, check that nothing else comes."""
    job = pickle.loads(Path(os.environ["BENCHMARK_JOB"]).read_bytes())
    cocotb.start_soon(Clock(dut.clk, 6400, "ps").start())
    sources = {name: AxiStreamSource(AxiStreamBus.from_prefix(dut, prefix), dut.clk, dut.rst) for name, prefix, _ in job["inputs"]}
    sinks = {name: AxiStreamSink(AxiStreamBus.from_prefix(dut, prefix), dut.clk, dut.rst) for name, prefix, _, _ in job["outputs"]}
    control = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), dut.clk, dut.rst) if job["writes"] else None
    for part in [*sources.values(), *sinks.values()]:
        part.log.setLevel("WARNING")
    dut.rst.value = 1
    await ClockCycles(dut.clk, 8)
    dut.rst.value = 0
    if control:
        for part in (control.write_if, control.read_if):
            part.log.setLevel("WARNING")
        while not int(dut.ready.value):
            await RisingEdge(dut.ready)
        for address, data in job["writes"]:
            await control.write_dword(address, data)
    for name, _, frames in job["inputs"]:
        for frame in frames:
            await sources[name].send(AxiStreamFrame(frame))
    outputs = {}
    for name, _, header, size in job["outputs"]:
        frames, missing = [], size
        while missing > 0:
            frames.append(bytes((await sinks[name].recv()).tdata))
            missing -= len(frames[-1]) - header
        outputs[name] = frames
    await ClockCycles(dut.clk, 100)
    assert all(sink.empty() for sink in sinks.values())
    Path(os.environ["BENCHMARK_RESULT"]).write_bytes(pickle.dumps(outputs))
