# SPDX-License-Identifier: Apache-2.0
"""A folder of results for tests of the report: the FAKE device's runs of two scenarios on three targets, one of which breaks a record."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from pathlib import Path

from fake_device import DUT, SCENARIO_TEXT, Shown, capture, honest

from tickproof.check import Verdict
from tickproof.check.evidence import Evidence
from tickproof.check.judge import judge_patiently, read_evidence
from tickproof.golden import get_model
from tickproof.report import Writer
from tickproof.report.html import write_report
from tickproof.runner import Result
from tickproof.scenario import Scenario, parse_text
from tickproof.story import write_story
from tickproof.tasks import Task

SEED = 1187
FAILING, PASSING = "scenarios/books/top.scn", "scenarios/other/calm.scn"
HOSTILE = "</script><img src=x onerror=\"document.title='taken'\"> & <b>bold</b>"
"""What a device or a file name may bring along; it has to stay text."""

REQUIREMENTS = """
[[rule]]
id = "Rule 1"
asks = "Books are right."
checks = ["BOOK-TOP"]
[[rule]]
id = "Rule 2"
asks = "Nobody shows this."
checks = ["BOOK-NONE"]
[check.BOOK-TOP]
kind = "numeric"
boundary = [{ limit = "shares", below = "other/calm", at = "other/calm", above = "books/top" }]
[check.BOOK-NONE]
kind = "values"
value = [{ value = "never", scenario = "other/missing" }]
"""

COVERAGE = {
    "groups": [
        {
            "name": "books",
            "title": "message x side",
            "section": "4",
            "covered": 3,
            "total": 4,
            "holes": [{"name": "replace, sell", "id": "BOOK-REPLACE"}],
            "excluded": [{"name": "2 bins", "reason": "an execution has no side"}],
            "per_target": {"rtl@one": [3, 4], "rtl@two": [1, 4]},
        }
    ],
    "rtl": [
        {
            "module": "book_side",
            "line": [95, 100],
            "branch": [8, 10],
            "toggle": [1, 2],
            "holes": ["hdl/rtl/book_side.v:41"],
            "branch_holes": ["hdl/rtl/book_side.v:44"],
            "excluded": [{"name": "hdl/rtl/book_side.v:7", "reason": "never built so"}],
        }
    ],
}
"""As result.json has it."""


def one_share_too_few(shown: Shown) -> None:
    """At the third BBO."""
    shown.records["body"][3][15] ^= 1


def without_a_record(shown: Shown) -> None:
    """The third BBO never leaves; what follows is numbered as if there had been none."""
    keep = [index for index in range(len(shown.records)) if index != 3]
    shown.records, shown.ready_ps = shown.records[keep], shown.ready_ps[keep]
    shown.records["number"] = range(len(keep))


def played(path: str = FAILING) -> Scenario:
    """The shared scenario, as a file of this name would give it."""
    return dataclasses.replace(parse_text(SCENARIO_TEXT, path), covers=("BOOK-TOP",))


def evidence(scenario: Scenario, tamper: Callable[[Shown], None] | None = None) -> Evidence:
    """What a run of the fake leaves to judge."""
    shown, sent = honest(scenario)
    if tamper is not None:
        tamper(shown)
    return read_evidence(scenario, scenario.program, DUT, get_model("feed_handler"), capture(shown, sent))


def judged(taken: Evidence) -> Verdict:
    """As a target with exact times has it."""
    return judge_patiently(taken, get_model("feed_handler"), capabilities=("exact_timing",))


def result_of(path: str, target: str, verdict: Verdict) -> Result:
    """As a task of this path would have it."""
    task = Task(path, path, target, played(path), Path(), SEED, f"tickproof run {path} --target {target} --seed 7 --waves")
    return Result(task, verdict, 0.25, "a fake clock", {})


def write_folder(base: Path) -> Path:
    """The repository with its scenarios at `base`, and the report of a run in it. Returns the folder of results."""
    (base / "hdl" / "dut").mkdir(parents=True)
    (base / "docs").mkdir()
    (base / "docs" / "requirements.toml").write_text(REQUIREMENTS, encoding="utf-8")
    for path in (FAILING, PASSING):
        (base / path).parent.mkdir(parents=True)
        (base / path).write_text(SCENARIO_TEXT, encoding="utf-8")
    with contextlib.chdir(base):
        out = Path("out")
        writer = Writer(out, 7)
        for path in (FAILING, PASSING):
            for target in ("rtl@one", "rtl@two"):
                taken = evidence(played(path), one_share_too_few if (path, target) == (FAILING, "rtl@two") else None)
                writer.add(result_of(path, target, judged(taken)))
                write_story(out / "runs" / target / path.removesuffix(".scn"), taken, judged(taken))
            writer.add(result_of(path, "rtl@absent", Verdict("skipped", f"not here: {HOSTILE}")))
        failed = out / "runs" / "rtl@two" / FAILING.removesuffix(".scn")
        (failed / "waveform.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40"><rect width="300" height="40"/></svg>'
        )
        (failed / "cause.txt").write_text("in clock 10 the cause went in\n")
        (failed / "shrunk.scn").write_text("# smallest\n---\n0 < feed seq=1 add_order\n")
        (failed / "simulator.log").write_text("all was well\n")
        writer.coverage = COVERAGE
        writer.write(finished=True)
        write_report(out)
    return base / "out"
