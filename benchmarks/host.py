# SPDX-License-Identifier: Apache-2.0
"""(e) The host path: what the player sends and takes, what the devices do, on veth pairs between two network namespaces.

Frames a second: one sender on one core, the contestants by turns, the same frames (a thousand different ones, again and again; trafgen
sends one), medians. `sent`: by what each program says of itself, nobody at the other end. `taken`: with tickproof-wire at the other end,
on the other core, by the stamps of the frames there. `missing`: sent and not taken, of all turns. Rings hold what comes while a program
has no processor, so a machine that does something else besides can make some missing; they are always named, as lost. tcpreplay:
`--topspeed --preload-pcap`; trafgen: one process. Devices: every run is judged against golden, messages and frames as fast as they are
taken with nothing lost, from the first frame in to the last record out; wire to wire: from the player's call that sends a change to the
stamp of its BBO (`gateway@xdp`: when the player saw it), one change each 200 us, median. Verilated RTL: both lines without idle beats, at
the least slow-down with which the model keeps up with its clock. Volume (60,045 third-party messages on each kind of interface, a million
at 100,000 a second and more): `pytest -m slow tests/host/test_volume.py`.
"""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Mapping
from dataclasses import asdict

from benchmarks.host_devices import GATEWAYS, RTL, busy, busy_rtl, latency_ns
from benchmarks.host_frames import FRAMES, SIZES, Rate, measure_rates
from benchmarks.tables import table
from tickproof.targets import get_target

__all__ = ["main", "missed"]

PLAYER, REFERENCE = "tickproof-wire, raw", "tcpreplay --topspeed"
TURNS = 3


def main(turns: int = TURNS) -> dict[str, object]:
    """Measure, print the tables, return the figures; {} where the machine lacks something."""
    lacking = [f"{name}: {reason}" for name in (*GATEWAYS, *RTL) if (reason := get_target(name).unavailable())]
    lacking += [f"no {tool}" for tool in ("tcpreplay", "trafgen") if not shutil.which(tool)]
    if lacking:
        print(f"Not measured: {'; '.join(lacking)}.")
        return {}
    load = os.getloadavg()[0]
    rates = {size: measure_rates(size, turns) for size in SIZES}
    print(f"{FRAMES:,} frames a run, {turns} turns.\n")
    print(table(["bytes", "sender", "sent, frames/s", "to tcpreplay", "taken, frames/s", "to tcpreplay", "missing"], _rows(rates)))
    gateways = {name: ([busy(name) for _ in range(turns)], [latency_ns(name) for _ in range(turns)]) for name in GATEWAYS}
    rtl = {name: busy_rtl(name) for name in RTL}
    rows = [
        [
            name,
            f"{_middle([run.messages for run in runs]):,.0f}",
            f"{_middle([run.frames for run in runs]):,.0f}",
            f"{_middle(times) / 1000:.1f}",
        ]
        for name, (runs, times) in gateways.items()
    ]
    print(f"\n{table(['gateway', 'messages/s', 'frames/s, both lines', 'wire to wire, us'], rows)}\n")
    rows = [[name, f"{run.slowdown}", f"{run.clocks:,.0f}", f"{run.frames:,.0f}"] for name, run in rtl.items()]
    print(table(["feed_handler, Verilated", "slow-down", "clocks/s", "frames/s, both lines"], rows))
    load_after = os.getloadavg()[0]
    print(f"\nLoad average of the machine: {load:.1f} before, {load_after:.1f} after.")
    return {
        "load": [load, load_after],
        "frames_per_s": {str(size): {name: asdict(rate) for name, rate in found.items()} for size, found in rates.items()},
        "gateway": {name: {"busy": [asdict(run) for run in runs], "wire_to_wire_ns": times} for name, (runs, times) in gateways.items()},
        "rtl": {name: asdict(run) for name, run in rtl.items()},
    }


def missed(results: Mapping[str, Mapping[str, Mapping[str, Mapping[str, float]]]]) -> list[str]:
    """The goals that these figures do not reach: as fast as tcpreplay, and every frame taken."""
    lines = []
    for size, found in results.get("frames_per_s", {}).items():
        player, reference = found[PLAYER], found[REFERENCE]
        lines += [
            f"{size} bytes: {PLAYER} {what} {player[what]:,.0f} frames/s, {REFERENCE} {reference[what]:,.0f}"
            for what in ("sent", "taken")
            if player[what] < reference[what]
        ]
        lines += [
            f"{size} bytes: of {name} {rate['missing']:,.0f} frames were not taken" for name, rate in found.items() if rate["missing"]
        ]
    return lines


def _rows(rates: Mapping[int, Mapping[str, Rate]]) -> list[list[str]]:
    return [
        [
            str(size),
            name,
            f"{rate.sent:,.0f}",
            f"{rate.sent / found[REFERENCE].sent:.2f}",
            f"{rate.taken:,.0f}",
            f"{rate.taken / found[REFERENCE].taken:.2f}",
            f"{rate.missing:,}",
        ]
        for size, found in rates.items()
        for name, rate in found.items()
    ]


def _middle(values: list[float] | list[int]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    main()
