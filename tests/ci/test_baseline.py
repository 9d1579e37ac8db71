# SPDX-License-Identifier: Apache-2.0
"""The gate that latency does not grow and coverage does not fall (ci/baseline.py, docs/ci.md). Results are written by hand."""

from __future__ import annotations

import importlib.util
import json
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from made_up import make_repository

SCRIPT = Path(__file__).resolve().parents[2] / "ci" / "baseline.py"
KEYS = ("n", "min", "p50", "p99", "max")


@pytest.fixture
def baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, with a baseline of its own."""
    spec = importlib.util.spec_from_file_location("baseline", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "baseline", module)  # dataclasses look there
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "BASELINE", tmp_path / "baseline.toml")
    return module


def row(scenario: str, *latency: int, target: str = "rtl@verilator", status: str = "pass", grade: str = "simulated") -> dict[str, Any]:
    """A result with one latency."""
    known = {"LAT-1": {"unit": "clk", **dict(zip(KEYS, latency, strict=True))}} if latency else {}
    return {"scenario": scenario, "target": target, "status": status, "grade": grade, "latency": known}


def result(path: Path, *rows: dict[str, Any], seed: int = 1, arbitration: tuple[int, int] | None = (9, 10)) -> str:
    """A result.json."""
    groups = [{"name": "arbitration", "covered": arbitration[0], "total": arbitration[1]}] if arbitration else []
    rtl = [{"module": "book", "line": [90, 100], "branch": [50, 50], "toggle": [seed, 100]}]
    coverage = {"groups": groups, "rtl": rtl} if groups else None
    path.write_text(json.dumps({"seed": seed, "coverage": coverage, "results": rows}))
    return str(path)


@pytest.fixture
def kept(baseline: ModuleType, tmp_path: Path) -> ModuleType:
    """A baseline of two scenarios is written."""
    rows = row("a.scn", 10, 17, 17, 28, 28), row("b.scn", 1, 17, 17, 17, 17)
    assert baseline.main(["--update", result(tmp_path / "first.json", *rows)]) == 0
    return baseline


def test_the_same_results_are_as_good(kept: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On any simulator: clocks are clocks."""
    again = [row("a.scn", 10, 17, 17, 28, 28, target="rtl@icarus"), row("b.scn", 1, 17, 17, 17, 17, target="rtl@icarus")]
    assert kept.main(["--check", result(tmp_path / "second.json", *again)]) == 0
    assert "2 scenarios, 4 groups; nothing worse" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("latency", "said"),
    [
        ((10, 18, 18, 28, 28), "a.scn: LAT-1 min is 18 clk (baseline 17)\na.scn: LAT-1 p50 is 18 clk (baseline 17)\n"),
        ((10, 17, 17, 28, 29), "a.scn: LAT-1 max is 29 clk (baseline 28)\n"),
        ((9, 17, 17, 28, 28), "a.scn: LAT-1 has 9 samples (baseline 10)\n"),
        ((), "a.scn: LAT-1 has 0 samples (baseline 10)\n"),
    ],
)
def test_a_latency_that_grows_or_is_measured_less_fails(
    kept: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], latency: tuple[int, ...], said: str
) -> None:
    """Each statistic by itself, by one clock."""
    assert kept.main(["--check", result(tmp_path / "r.json", row("a.scn", *latency), row("b.scn", 1, 17, 17, 17, 17))]) == 1
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("coverage", "said"),
    [
        ((8, 10), "coverage of arbitration: 8 of 10 (baseline 9 of 10)"),
        ((9, 11), "coverage of arbitration: 9 of 11 (baseline 9 of 10)"),
        (None, "coverage of arbitration: not measured"),
    ],
)
def test_coverage_may_not_fall(
    kept: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], coverage: tuple[int, int] | None, said: str
) -> None:
    """As a share of the bins that there are: new bins that nothing hits are holes, too."""
    rows = row("a.scn", 10, 17, 17, 28, 28), row("b.scn", 1, 17, 17, 17, 17)
    assert kept.main(["--check", result(tmp_path / "r.json", *rows, arbitration=coverage)]) == 1
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("coverage", [(18, 20), (10, 10)])
def test_coverage_that_is_kept_or_grows_passes(kept: ModuleType, tmp_path: Path, coverage: tuple[int, int]) -> None:
    """With more bins, or fewer holes."""
    rows = row("a.scn", 10, 17, 17, 28, 28), row("b.scn", 1, 17, 17, 17, 17)
    assert kept.main(["--check", result(tmp_path / "r.json", *rows, arbitration=coverage)]) == 0


def test_toggles_are_not_held_against_the_baseline(kept: ModuleType, tmp_path: Path) -> None:
    """They differ from machine to machine."""
    kept.main(["--update", result(tmp_path / "r.json", row("a.scn", 10, 17, 17, 28, 28))])
    written = tomllib.loads((tmp_path / "baseline.toml").read_text())["coverage"]
    assert written == {"arbitration": [9, 10], "functional": [9, 10], "rtl branch": [50, 50], "rtl line": [90, 100]}


def test_what_did_not_pass_or_was_not_played_is_not_as_good(kept: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A latency that nobody measured has not stayed the same."""
    rows = row("a.scn", status="fail"), row("b.scn", 5, 17000, 17000, 17000, 17000, grade="loopback", target="gateway@raw")
    assert kept.main(["--check", result(tmp_path / "r.json", *rows)]) == 1
    out = capsys.readouterr().out
    assert "a.scn on rtl@verilator: fail\na.scn: not measured\nb.scn: not measured\n" in out


def test_results_of_another_seed_cannot_be_compared(kept: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Random scenarios play something else with it."""
    rows = row("a.scn", 10, 17, 17, 28, 28), row("b.scn", 1, 17, 17, 17, 17)
    assert kept.main(["--check", result(tmp_path / "r.json", *rows, seed=2)]) == 1
    assert "seed 2, the baseline has 1" in capsys.readouterr().out


def test_simulators_that_disagree_make_no_baseline(baseline: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same RTL takes the same clocks everywhere, or something is undefined in it."""
    rows = row("a.scn", 1, 17, 17, 17, 17), row("a.scn", 1, 18, 18, 18, 18, target="rtl@icarus")
    assert baseline.main(["--update", result(tmp_path / "r.json", *rows)]) == 1
    assert "rtl@icarus has {'LAT-1': [1, 18, 18, 18, 18]}, rtl@verilator has" in capsys.readouterr().out
    assert not (tmp_path / "baseline.toml").exists()


def test_a_new_scenario_and_a_shorter_latency_are_told_and_pass(
    kept: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are worth keeping, in a commit of their own."""
    rows = row("a.scn", 10, 16, 17, 28, 28), row("b.scn", 1, 17, 17, 17, 17), row("c.scn", 1, 99, 99, 99, 99)
    assert kept.main(["--check", result(tmp_path / "r.json", *rows)]) == 0
    assert "better or new: 1 and 1 scenarios; keep it with --update, and say why in the commit" in capsys.readouterr().out


def test_a_file_that_is_no_result_is_exit_code_2(kept: ModuleType, tmp_path: Path) -> None:
    """One line on stderr."""
    (tmp_path / "r.json").write_text("{")
    assert kept.main(["--check", str(tmp_path / "r.json")]) == 2
    assert kept.main(["--check", str(tmp_path / "missing.json")]) == 2


def test_a_commit_that_changes_the_baseline_has_to_say_why(
    baseline: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line of its own in the message; other commits need none."""
    repository = make_repository(tmp_path / "repository")
    monkeypatch.setattr(baseline, "ROOT", repository.folder)
    repository.write("ci/baseline.toml", "seed = 1\n")
    repository.commit("A gate\n\nBaseline: the first one")
    repository.touch("README.md")
    repository.commit("Words")
    assert baseline.main(["--history"]) == 0
    repository.touch("ci/baseline.toml")
    repository.commit("Slower\n\nThe Baseline: is not at the start of this line")
    assert baseline.main(["--history"]) == 1
    assert "(Slower) changes ci/baseline.toml without a line `Baseline: WHY`" in capsys.readouterr().out


def test_without_all_commits_their_messages_are_not_looked_at(
    baseline: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Outside git, and in a shallow clone: said, and no failure."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    repository = make_repository(tmp_path / "repository")
    repository.write("ci/baseline.toml", "seed = 1\n")
    repository.commit("No reason")
    repository.git("clone", "--quiet", "--depth", "1", f"file://{repository.folder}", str(tmp_path / "shallow"))
    monkeypatch.setattr(baseline, "ROOT", tmp_path / "shallow")
    assert baseline.main(["--history"]) == 0
    assert "a shallow clone" in capsys.readouterr().out
    (tmp_path / "bare").mkdir()
    monkeypatch.setattr(baseline, "ROOT", tmp_path / "bare")
    assert baseline.main(["--history"]) == 0
    assert "not in a git repository" in capsys.readouterr().out
