# SPDX-License-Identifier: Apache-2.0
"""Latency in clocks may not grow, and coverage may not fall, against ci/baseline.toml.

    python ci/baseline.py --check RESULT.json...     the results of simulated targets, one of them with --coverage, against the baseline
    python ci/baseline.py --update RESULT.json...    writes a new baseline
    python ci/baseline.py --history                  every commit that changed the baseline says why: a line "Baseline: WHY" in its message

All simulators have to agree on every latency to the clock. Exit code 0: as good as the baseline or better; 1: something is worse, or a
commit does not say why; 2: nothing to compare.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tickproof.coverage import totals_of

ROOT = Path(__file__).resolve().parent.parent
BASELINE = ROOT / "ci" / "baseline.toml"
STATISTICS = ("n", "min", "p50", "p99", "max")
UNSTEADY = {"rtl toggle"}
"""Depends on what memories hold at first, and that on how runs are dealt to processors."""
WHY = re.compile(r"^Baseline: *\S", re.MULTILINE)
HEAD = """\
# SPDX-License-Identifier: Apache-2.0
# What ci/baseline.py holds every change against; written by it. A commit that changes this file has a line "Baseline: WHY" in its message.

# of the run: scenarios draw their random numbers from it
seed = {seed}

# group = [bins covered, bins that there are]
[coverage]
{coverage}

# scenario = {{ latency = [n, min, p50, p99, max] }}, in clocks of every simulator
[latency]
{latency}
"""

Latencies = dict[str, list[int]]
"""LAT-... -> STATISTICS."""


@dataclass(slots=True)
class Measured:
    """A baseline, or what is held against it. wrong: why some of it says nothing."""

    seed: int | None = None
    coverage: dict[str, list[int]] = field(default_factory=dict)
    latency: dict[str, Latencies] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def measured(files: Sequence[Path]) -> Measured:
    """What the results say, all together."""
    found = Measured()
    whose: dict[str, str] = {}
    for file in files:
        document = json.loads(file.read_text(encoding="utf-8"))
        if found.seed not in (None, document["seed"]):
            found.wrong.append(f"{file}: seed {document['seed']}, other results have {found.seed}")
        found.seed = document["seed"]
        if document.get("coverage"):
            found.coverage |= {name: [*row] for name, row in totals_of(document["coverage"]).items() if name not in UNSTEADY}
        for result in document["results"]:
            scenario, target = result["scenario"], result["target"]
            if result["status"] in ("fail", "inconclusive"):
                found.wrong.append(f"{scenario} on {target}: {result['status']}")
            if result["grade"] != "simulated" or result["status"] != "pass":
                continue
            latencies = {name: [row[key] for key in STATISTICS] for name, row in result["latency"].items()}
            if found.latency.setdefault(scenario, latencies) != latencies:
                found.wrong.append(f"{scenario}: {target} has {latencies}, {whose[scenario]} has {found.latency[scenario]}")
            whose.setdefault(scenario, target)
    return found


def read_baseline(path: Path) -> Measured:
    """The committed one."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Measured(table["seed"], table["coverage"], table["latency"])


def write_baseline(path: Path, new: Measured) -> None:
    """A line for each group and scenario, so that a diff reads well."""
    coverage = "\n".join(f"{json.dumps(name)} = {row}" for name, row in sorted(new.coverage.items()))
    latency = "\n".join(
        f"{json.dumps(scenario)} = {{ {', '.join(f'{name} = {row}' for name, row in sorted(latencies.items()))} }}"
        for scenario, latencies in sorted(new.latency.items())
        if latencies
    )
    path.write_text(HEAD.format(seed=new.seed, coverage=coverage, latency=latency), encoding="utf-8")


def worse(old: Measured, new: Measured) -> Iterator[str]:
    """All that is not as good as it was, or was not measured."""
    if new.seed != old.seed:
        yield f"seed {new.seed}, the baseline has {old.seed}: random scenarios differ"
    for scenario, latencies in old.latency.items():
        if scenario not in new.latency:
            yield f"{scenario}: not measured"
            continue
        for name, row in latencies.items():
            got = dict(zip(STATISTICS, new.latency[scenario].get(name, [0] * len(STATISTICS)), strict=True))
            for key, was in zip(STATISTICS, row, strict=True):
                if key == "n" and got["n"] < was:
                    yield f"{scenario}: {name} has {got['n']} samples (baseline {was})"
                elif key != "n" and got["n"] and got[key] > was:
                    yield f"{scenario}: {name} {key} is {got[key]} clk (baseline {was})"
    for name, (covered, total) in old.coverage.items():
        if name not in new.coverage:
            yield f"coverage of {name}: not measured"
        elif new.coverage[name][0] * total < covered * new.coverage[name][1]:
            yield f"coverage of {name}: {_share(new.coverage[name])} (baseline {_share((covered, total))})"


def unexplained(folder: Path, path: str) -> Iterator[str]:
    """Commits that changed `path` without saying why. LookupError, with the reason, where git does not know all of them."""
    if not _git(folder, "rev-parse", "--is-inside-work-tree"):
        raise LookupError("not in a git repository")
    if _git(folder, "rev-parse", "--is-shallow-repository").strip() == "true":
        raise LookupError("a shallow clone does not have the commits (fetch-depth: 0, GIT_DEPTH: 0)")
    for entry in _git(folder, "log", "-z", "--format=%h %B", "--", path).split("\0"):
        commit, _, message = entry.partition(" ")
        if commit and not WHY.search(message):
            yield f"{commit} ({message.splitlines()[0]}) changes {path} without a line `Baseline: WHY`"


def _git(folder: Path, *words: str) -> str:
    try:
        return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def _share(row: Sequence[int]) -> str:
    return f"{row[0]} of {row[1]}"


def _held(old: Measured, new: Measured) -> int:
    """0 or 1, and why."""
    wrong = [*new.wrong, *worse(old, new)]
    fresh: Mapping[str, Latencies] = {name: row for name, row in new.latency.items() if row and name not in old.latency}
    better = [name for name, row in old.latency.items() if name in new.latency and new.latency[name] != row]
    print("\n".join([*wrong, f"baseline: {len(old.latency)} scenarios, {len(old.coverage)} groups; {len(wrong) or 'nothing'} worse"]))
    if not wrong and (fresh or better or new.coverage != old.coverage):
        print(f"better or new: {len(better)} and {len(fresh)} scenarios; keep it with --update, and say why in the commit")
    return int(bool(wrong))


def _explained() -> int:
    try:
        wrong = list(unexplained(ROOT, "ci/baseline.toml"))
    except LookupError as reason:
        print(f"baseline: commits not looked at: {reason}")
        return 0
    print("\n".join([*wrong, f"baseline: {len(wrong) or 'no'} commits do not say why"]))
    return int(bool(wrong))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", nargs="+", type=Path, metavar="RESULT.json")
    what.add_argument("--update", nargs="+", type=Path, metavar="RESULT.json")
    what.add_argument("--history", action="store_true")
    options = parser.parse_args(arguments)
    if options.history:
        return _explained()
    try:
        new = measured(options.check or options.update)
        if options.check:
            return _held(read_baseline(BASELINE), new)
    except (OSError, json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        print(f"baseline: {error}", file=sys.stderr)
        return 2
    if new.wrong:
        print("\n".join([*new.wrong, "baseline: not written"]))
        return 1
    write_baseline(BASELINE, new)
    print(f"{BASELINE.relative_to(ROOT)}: {len(new.latency)} scenarios, {len(new.coverage)} groups")
    return 0


if __name__ == "__main__":
    sys.exit(main())
