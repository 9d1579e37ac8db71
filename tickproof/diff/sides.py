# SPDX-License-Identifier: Apache-2.0
"""The two sides of a comparison: recordings found, and judged again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tickproof.check import Verdict
from tickproof.check.evidence import Evidence
from tickproof.check.judge import judge_evidence, read_evidence
from tickproof.errors import InputError
from tickproof.golden import get_model
from tickproof.recording import FILE_NAME, RecordedRun, load_run
from tickproof.scenario import Scenario

__all__ = ["Side", "find_pairs"]


@dataclass(frozen=True, slots=True)
class Side:
    """One recorded run. letter: "A" or "B". verdict: on its records and bytes, without the scenario's `>` lines."""

    letter: str
    path: Path
    run: RecordedRun
    evidence: Evidence
    verdict: Verdict

    @classmethod
    def of(cls, letter: str, path: Path, run: RecordedRun) -> Side:
        """Judge it again."""
        played = Scenario(run.scenario, Path(run.scenario), run.dut.name, frozenset(), (), run.program, (), run.symbols, lines=run.lines)
        model = get_model(run.dut.model)
        evidence = read_evidence(played, run.program, run.dut, model, run.capture)
        return cls(letter, path, run, evidence, judge_evidence(evidence, model))


def find_pairs(a: Path, b: Path) -> tuple[Iterator[tuple[Side, Side]], list[str]]:
    """Each scenario that both have, judged as it is asked for, and a sentence for each that only one has.

    a, b: recordings, or folders with recordings below them. InputError unless they have a scenario in common, played with the same inputs.
    """
    left, right = _runs(a), _runs(b)
    common = [scenario for scenario in left if scenario in right]
    if not common and len(left) == len(right) == 1:  # the same inputs under two names are the same scenario
        (left_run,), (right_run,) = left.values(), right.values()
        right, common = {left_run[1].scenario: right_run}, [left_run[1].scenario]
    if not common:
        raise InputError(str(b), "has no scenario in common with the other side", got=", ".join(right), expected=", ".join(left))
    for scenario in common:
        if left[scenario][1].digest != right[scenario][1].digest:
            raise InputError(str(right[scenario][0]), f"played other inputs than {left[scenario][0]}", hint="record both runs anew")
    alone = [
        f"{scenario}: only in {path}" for path, here, there in ((a, left, right), (b, right, left)) for scenario in here.keys() - there
    ]
    return ((Side.of("A", *left[scenario]), Side.of("B", *right[scenario])) for scenario in common), sorted(alone)


def _runs(path: Path) -> dict[str, tuple[Path, RecordedRun]]:
    """Scenario -> its run."""
    if not path.is_dir():
        run = load_run(path)
        return {run.scenario: (path, run)}
    found: dict[str, tuple[Path, RecordedRun]] = {}
    for file in sorted(path.rglob(FILE_NAME)):
        run = load_run(file)
        if run.scenario in found:
            both = f"{found[run.scenario][1].target} and {run.target}"
            raise InputError(str(path), f"holds two runs of {run.scenario}", got=both, hint="name one target's folder, runs/<target>")
        found[run.scenario] = (file, run)
    if not found:
        raise InputError(str(path), "has no recordings below it", expected=f"{FILE_NAME}, as `tickproof run --record` leaves it")
    return found
