# SPDX-License-Identifier: Apache-2.0
"""Are verdicts stable? `ci/repeat.py N [options of tickproof run]` plays everything N times in a row and compares the verdicts.

Seeds change from run to run (1 to N): a verdict that depends on a seed, on the machine's mood or on chance shows. Exit code 1 if any run's
verdicts differ from the first one's, or any scenario did not pass or skip; the recordings of such a run are kept.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

Verdicts = dict[tuple[str, str], tuple[str, str]]


def verdicts(seed: int, options: list[str], folder: str) -> tuple[Verdicts, int]:
    """(scenario, target) -> (status, reason) of one run; how many plays the host had spoiled."""
    command = [sys.executable, "-m", "tickproof.cli", "run", *(options or ["scenarios"]), "--seed", str(seed), "--out", folder]
    run = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if not (Path(folder) / "result.json").exists():
        shutil.rmtree(folder)
        sys.exit(run.returncode)  # it has said why
    results = json.loads((Path(folder) / "result.json").read_text())["results"]
    found = {(result["scenario"], result["target"]): (result["status"], result["reason"]) for result in results}
    return found, sum(len(result["spoiled"]) for result in results)


def main(arguments: list[str]) -> int:
    if not arguments or not arguments[0].isdigit() or arguments[0] == "0":
        print("usage: ci/repeat.py N [options of tickproof run]", file=sys.stderr)
        return 2
    first: Verdicts = {}
    unlike = 0
    for seed in range(1, int(arguments[0]) + 1):
        folder = tempfile.mkdtemp(prefix=f"tickproof-repeat-{seed}-")
        found, spoiled = verdicts(seed, arguments[1:], folder)
        first = first or found
        wrong = [key for key in first | found if found.get(key) != first.get(key) or found[key][0] not in ("pass", "skipped")]
        for key in wrong:
            print(f"  {' on '.join(key)}: {': '.join(found.get(key, ('not run', '')))}", flush=True)
        if wrong:
            unlike += 1
            print(f"  recordings: {folder}", flush=True)
        else:
            shutil.rmtree(folder)
        print(f"run {seed}: {len(found)} verdicts, {len(wrong)} unlike the first run's or no pass, {spoiled} plays spoiled", flush=True)
    print(f"{unlike} of {arguments[0]} runs differ")
    return 1 if unlike else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
