# SPDX-License-Identifier: Apache-2.0
"""(c) What the RTL takes: the latency of a top-of-book change, and how many a second it sustains.

Clocks of a simulation, so these figures repeat exactly; every record of each run is judged against golden. LAT-1: last beat of the frame
in, to the BBO on `bbo`; LAT-2: to the first byte of the record on `events`. A frame holds one change unless the case says otherwise.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.tables import table
from tickproof.capture import Capture
from tickproof.check import judge
from tickproof.golden import get_model
from tickproof.scenario import parse_text
from tickproof.targets import RunOptions, get_target, load_dut

__all__ = ["main"]

ROOT = Path(__file__).parents[1]
CLOCK_NS = 6.4
SCENARIO = """dut = "feed_handler"
[generate]
kind = "touch"
{options}
[symbols.AAPL]
locate = 7
given = true
base = "140.00"
---
"""
CASES = {
    "idle device": 'messages = 2000\ninterval = "2us"',
    "a change every 10 clk, 4 a frame": 'messages = 8000\nmessages_per_packet = 4\ninterval = "64ns"',
    "frames without idle beats": "messages = 5000",
    "a burst of 256 changes, 25 a frame": "messages = 256\nmessages_per_packet = 25",
}


def main() -> dict[str, object]:
    """Run the cases, print the table, return the figures."""
    results: dict[str, object] = {}
    rows = []
    dut, target = load_dut("feed_handler", ROOT), get_target("rtl@verilator")
    for name, options in CASES.items():
        program = parse_text(SCENARIO.format(options=options), "latency.scn").program
        capture = target.run(dut, program, RunOptions())
        verdict = judge(None, program, dut, get_model(dut.model), capture)
        if verdict.status != "pass":
            raise AssertionError(f"{name}: {verdict}")
        clocks = _spacing(capture)
        figures = {
            key: {"min": one.min, "p50": one.p50, "p99": one.p99, "max": one.max, "n": one.n} for key, one in verdict.latency.items()
        }
        results[name] = {"latency_clk": figures, "clk_per_change": clocks, "changes_per_s": 1e9 / (clocks * CLOCK_NS)}
        spread = [f"{one['min']} / {one['p50']} / {one['p99']} / {one['max']}" for one in figures.values()]
        rows.append([name, *spread, f"{clocks:.2f}", f"{1e3 / (clocks * CLOCK_NS):.2f}"])
    print(table(["case", "LAT-1 clk min/p50/p99/max", "LAT-2 clk", "clk a change", "million changes/s"], rows))
    return results


def _spacing(capture: Capture) -> float:
    """Mean clocks from one BBO record to the next on `bbo`."""
    times = np.asarray(capture.outputs["bbo"].first_ps)
    assert capture.clock_ps
    return float(times[-1] - times[0]) / capture.clock_ps / (len(times) - 1)


if __name__ == "__main__":
    main()
