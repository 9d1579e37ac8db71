# SPDX-License-Identifier: Apache-2.0
"""Does the suite catch bugs? Applies each patch of tests/seeded_bugs/ to a copy of the RTL or the gateway and demands the failure it names.

A patch opens with one sentence, `Scenario:` (what must fail), and `Expect:` lines (texts that the decoded failure must contain: the record
and the field, or the counter). Arguments: names of patches; none = all.

Each bug is its own device, compiled for one short run. RTL runs on Icarus, which needs seconds, where a Verilator build alone would take
longer; two at a time. The gateway runs on real sockets and needs the machine for itself.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATCHES = ROOT / "tests" / "seeded_bugs"
RTL, GATEWAY = "rtl@icarus", "gateway@raw"


@dataclass(frozen=True)
class Bug:
    """One patch: its path, the scenario that must fail, on which target, and what the failure must say."""

    patch: Path
    scenario: str
    target: str
    expect: tuple[str, ...]


def read_bug(patch: Path) -> Bug:
    """The preamble of a patch."""
    preamble, _, difference = patch.read_text().partition("\n--- a/")
    values = [line.partition(": ")[::2] for line in preamble.splitlines() if ": " in line]
    scenario = next(value for key, value in values if key == "Scenario")
    target = GATEWAY if difference.startswith("host/gateway/") else RTL
    return Bug(patch, scenario, target, tuple(value for key, value in values if key == "Expect"))


def complaint(bug: Bug) -> str:
    """Run the patched copy; empty if the suite caught the bug as named, else what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in ("hdl", "host", "scenarios"):
            shutil.copytree(ROOT / name, work / name)
        patched = subprocess.run(["patch", "-p1", "--fuzz=0", "-i", bug.patch], cwd=work, capture_output=True, text=True, check=False)
        if patched.returncode:
            return f"the patch does not apply any more: {patched.stdout.strip()}"
        quick = ("--out", "out", "--no-store", "--no-cause")
        command = [sys.executable, "-m", "tickproof.cli", "run", bug.scenario, "--target", bug.target, *quick]
        run = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
        results = work / "out" / "result.json"
        if run.returncode != 1 or not results.exists():
            return f"exit code {run.returncode}, expected 1 and its result (a divergence)\n{run.stdout}{run.stderr}"
        (result,) = json.loads(results.read_text())["results"]
        said = json.dumps([result["divergence"], result["further"]])
        missing = [text for text in bug.expect if text not in run.stdout and text not in said]
        return f"the failure does not name {', '.join(map(repr, missing))}:\n{run.stdout}" if missing else ""


def main(names: list[str]) -> int:
    patches = [PATCHES / f"{name}.patch" for name in names] or sorted(PATCHES.glob("*.patch"))
    bugs = [read_bug(patch) for patch in patches]
    escaped = 0
    for target, at_once in ((RTL, os.cpu_count()), (GATEWAY, 1)):
        chosen = [bug for bug in bugs if bug.target == target]
        with ThreadPoolExecutor(at_once) as pool:  # each waits for a process of its own
            for bug, problem in zip(chosen, pool.map(complaint, chosen), strict=True):
                escaped += bool(problem)
                print(f"{'ESCAPED' if problem else 'caught '}  {bug.patch.stem}  ({bug.scenario})", flush=True)
                if problem:
                    print(problem, flush=True)
    print(f"{len(patches) - escaped} of {len(patches)} seeded bugs caught and named")
    return 1 if escaped or not patches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
