# SPDX-License-Identifier: Apache-2.0
"""`tickproof coverage`, and what a run keeps for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tickproof import cli
from tickproof.coverage import Merged, load_coverage, totals_of

HIT = ("gaps", "timeout", "packet", "a")
FULL = ("gaps", "fifo", "packet", "b")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Coverage of two runs on a simulator and one on a host, which has no FIFO to fill."""
    merged = Merged()
    merged.add("rtl@verilator", [HIT, FULL])
    merged.add("rtl@verilator", [HIT])
    merged.add("gateway@raw", [HIT])
    merged.write(tmp_path)
    return tmp_path


def shown(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of the command line."""
    with pytest.raises(SystemExit) as exit_:
        cli.main(["coverage", *arguments])
    return int(exit_.value.code or 0), *capfd.readouterr()


def test_a_bin_is_covered_by_any_target_and_counted_for_each(folder: Path) -> None:
    """18 gaps in all; six of them need a FIFO that can fill."""
    document = load_coverage(folder)
    (gaps,) = [row for row in document["groups"] if row["name"] == "gaps"]
    assert (gaps["covered"], gaps["total"]) == (2, 18)
    assert gaps["per_target"] == {"gateway@raw": [1, 12], "rtl@verilator": [2, 18]}
    assert len(gaps["holes"]) == 16
    assert document["hits"]["gaps / timeout, packet, a"] == {"gateway@raw": 1, "rtl@verilator": 2}
    assert totals_of(document)["gaps"] == (2, 18)
    assert totals_of(document)["functional"][0] == 2


def test_holes_are_told_by_name_with_their_requirement(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """And what cannot happen with its reason."""
    code, out, _ = shown(capfd, str(folder), "-k", "arbitration: packets")
    assert code == 0
    assert "in sequence, a, one message  [FEED-ARB-2]" in out
    assert "after the end of session, b, several messages  [FEED-ARB-5]" in out
    assert "arbitration: packets, 2 bins: FEED-ARB-2: if both heads can be taken, A goes first" in out


def test_a_folder_without_coverage_is_told_in_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Exit 2, with the next step."""
    code, out, err = shown(capfd, str(tmp_path))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "has no coverage" in err
    assert "tickproof run --coverage" in err


def test_a_file_of_another_version_is_refused(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Rather than read wrongly."""
    (folder / "coverage.json").write_text(json.dumps({"schema": 99}))
    code, _, err = shown(capfd, str(folder))
    assert code == 2
    assert "is of another version (got 99" in err
