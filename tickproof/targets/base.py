# SPDX-License-Identifier: Apache-2.0
"""What a target is: it carries a Program to a device and brings back a Capture. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from tickproof.capture import Capture
from tickproof.dut import Dut
from tickproof.program import Program

__all__ = ["CAPABILITIES", "Batching", "Building", "Capability", "RunOptions", "Target"]

Capability = Literal[
    "bad_fcs",
    "abort",
    "exact_timing",
    "counters",
    "bbo_port",
    "waves",
    "four_state",
    "random_init",
    "any_device",
    "any_length",
    "down_link_bytes",
    "l2_filter",
    "bounded_memory",
    "hw_timestamps",
]

CAPABILITIES: dict[Capability, str] = {
    "bad_fcs": "can send a frame whose FCS is wrong",
    "abort": "can end a frame with an error",
    "exact_timing": "sends at the Program's times to the clock",
    "counters": "reads the device's counters",
    "bbo_port": "sees the bbo port inside the device",
    "waves": "can write waveforms",
    "four_state": "shows X on outputs",
    "random_init": "starts uninitialised state from random values",
    "any_device": "plays any device that has a description, not only those that are built into it",
    "any_length": "can send frames shorter than an Ethernet header",
    "down_link_bytes": "can send bytes into a stream whose link is down",
    "l2_filter": "the device sees whole frames and counts those it drops; a kernel hides them, reassembles fragments, takes out tags",
    "bounded_memory": "the device has FIFOs and an order store of the size that its description says",
    "hw_timestamps": "inputs and outputs are stamped by the network interface",
}
"""All capabilities there are; a scenario may require no other."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run, as opposed to what.

    seed: for whatever is random (initial values); 64 bits. waves: write an FST. waves_clk: only from one clock on and up to another,
    counted from the end of reset; None = of all. out_dir: where log and waves stay, None = nowhere.
    max_clocks: longest timed part of a simulation, None = worked out from the Program. timeout_s: longest wall-clock time of a simulator.
    time_scale: how many times slower than written an `exclusive` target plays, None = the target's own. plusargs: further ones for a
    simulator, without the +.
    coverage: a target that can compiles the device so that it counts which code it reaches.
    """

    seed: int = 1
    waves: bool = False
    waves_clk: tuple[int, int] | None = None
    out_dir: Path | None = None
    max_clocks: int | None = None
    timeout_s: float = 3600.0
    time_scale: int | None = None
    plusargs: tuple[str, ...] = ()
    coverage: bool = False


class Target(Protocol):
    """`dut@path`."""

    @property
    def name(self) -> str:
        """E.g. "rtl@verilator"."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it can do of CAPABILITIES."""
        ...

    @property
    def default(self) -> bool:
        """It is among the targets that play if nobody names one."""
        ...

    @property
    def exclusive(self) -> bool:
        """It keeps the machine busy while it plays: one run at a time, and no simulation beside it."""
        ...

    @property
    def time_scale(self) -> int:
        """How many times slower than written a Program has to be for it (`time_scale.scaled`); who calls `run` scales."""
        ...

    def unavailable(self) -> str | None:
        """Why this machine cannot run it, with the next step, or None."""
        ...

    def run(self, dut: Dut, program: Program, options: RunOptions) -> Capture:
        """Play the Program, which has been scaled.

        Raises InputError where Program and device do not fit or the device does not compile, TargetUnavailable where the target cannot run
        here. Whatever happens during the run itself (crash, hang, $fatal) is a Capture that is not complete.
        """
        ...


@runtime_checkable
class Batching(Target, Protocol):
    """A target that can play several Programs in one go, resetting the device between them."""

    @property
    def batch(self) -> int:
        """How many at most are worth it."""
        ...

    def run_many(self, dut: Dut, runs: Sequence[tuple[Program, RunOptions]]) -> Iterator[Capture]:
        """The Captures of `runs`, in order, as they come; each as `run` would give it. What is random is that of the first run's seed.

        All runs have the same parameters, and there is one if it writes waves. Where a run takes the simulator down, its Capture is the
        last.
        """
        ...


@runtime_checkable
class Building(Target, Protocol):
    """A target that can build beforehand what its runs need: a compiler beside a run would make it late."""

    def build(self, dut: Dut, parameters: Mapping[str, int]) -> None:
        """Everything that `run` would build for such a Program. Errors as `run`."""
        ...
