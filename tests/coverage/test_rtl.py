# SPDX-License-Identifier: Apache-2.0
"""Code coverage of the RTL: files as Verilator writes them, and a real simulation of the smallest device."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tickproof.coverage import load_coverage, totals_of
from tickproof.coverage.exclusions import Excluded
from tickproof.coverage.rtl import RtlCoverage
from tickproof.errors import InputError
from tickproof.targets import get_target

ROOT = Path(__file__).parents[2]


def point(source: Path, page: str, line: int, count: int, lines: str = "", *, what: str = "block", instance: str = "top.one") -> str:
    """One line of a file of Verilator's: `page` is v_line, v_branch or v_toggle."""
    fields = {
        "f": str(source),
        "l": str(line),
        "n": "5",
        "page": f"{page}/thing",
        "o": what,
        **({"S": lines} if lines else {}),
        "h": instance,
    }
    return "C '" + "".join(f"\x01{name}\x02{value}" for name, value in fields.items()) + f"' {count}\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """hdl/rtl/thing.v of ten lines."""
    path = tmp_path / "hdl" / "rtl" / "thing.v"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"    assign line_{number} = 1;\n" for number in range(1, 11)))
    return path


def read(tmp_path: Path, *files: str) -> RtlCoverage:
    """What these files say together."""
    found = RtlCoverage()
    for number, text in enumerate(files):
        path = tmp_path / f"{number}.dat"
        path.write_text("# SystemC::Coverage-3\n" + text)
        found.read(path)
    return found


def test_a_line_is_reached_if_any_instance_in_any_run_reaches_it(tmp_path: Path, source: Path) -> None:
    """Lines 2 to 4 by the first instance, 6 by the second file, 8 by nobody."""
    first = point(source, "v_line", 2, 5, "2-4") + point(source, "v_line", 6, 0, "6,8")
    first += point(source, "v_line", 2, 0, "2-4", instance="top.two")
    second = point(source, "v_line", 6, 0, "6,8") + point(source, "v_branch", 6, 1, "6", what="if")
    (row,) = read(tmp_path, first, second).rows()
    assert (row["module"], row["line"], row["branch"]) == ("thing", [4, 5], [1, 1])
    assert row["holes"] == [f"{source}:8"]


def test_branches_and_toggles_count_point_by_point(tmp_path: Path, source: Path) -> None:
    """An `else` that is never taken is a hole though its line is reached; a bit has two toggles."""
    text = point(source, "v_branch", 3, 7, "3", what="if") + point(source, "v_branch", 3, 0, what="else")
    text += point(source, "v_toggle", 1, 1, what="bit[0]:0->1") + point(source, "v_toggle", 1, 0, what="bit[0]:1->0")
    (row,) = read(tmp_path, text).rows()
    assert (row["line"], row["branch"], row["toggle"]) == ([1, 1], [1, 2], [1, 2])
    assert row["branch_holes"] == [f"{source}:3"]


def test_harness_and_players_are_no_part_of_the_device(tmp_path: Path, source: Path) -> None:
    """Their modules are tickproof's."""
    own = source.with_name("tickproof_harness.v")
    assert read(tmp_path, point(own, "v_line", 1, 0, "1")).rows() == []


def test_a_line_is_excluded_by_its_text_and_only_while_no_run_reaches_it(tmp_path: Path, source: Path) -> None:
    """The table stands above the sources; a line that is reached after all counts as reached."""
    table = source.parent.parent / "coverage.toml"
    table.write_text('[[exclude]]\nfile = "thing.v"\ntext = "line_8 "\nreason = "nobody can"\n')
    unreached = point(source, "v_line", 7, 0, "7,8")
    (row,) = read(tmp_path, unreached).rows()
    assert (row["line"], row["holes"], row["excluded"]) == ([0, 1], [f"{source}:7"], [{"name": f"{source}:8", "reason": "nobody can"}])
    (row,) = read(tmp_path, unreached + point(source, "v_line", 8, 1, "8")).rows()
    assert (row["line"], row["excluded"]) == ([1, 2], [])


def test_an_exclusion_of_a_line_that_is_gone_is_a_mistake(source: Path) -> None:
    """Else a table would outlive the code that it excuses."""
    (source.parent.parent / "coverage.toml").write_text('[[exclude]]\nfile = "thing.v"\ntext = "line_99 "\nreason = "old"\n')
    with pytest.raises(InputError, match=r"coverage\.toml: names a line that is not there"):
        Excluded.of(source)


@pytest.mark.slow
def test_a_run_with_coverage_says_which_lines_of_the_smallest_device_it_reached(tmp_path: Path) -> None:
    """A real simulation of two runs in one process. The recorder is always ready, so the skid register of the slice is never filled."""
    if (reason := get_target("rtl@verilator").unavailable()) is not None:
        pytest.skip(reason)
    shutil.copytree(ROOT / "hdl", tmp_path / "hdl")
    shutil.copytree(ROOT / "scenarios" / "axis_register", tmp_path / "scenarios")
    command = [sys.executable, "-m", "tickproof.cli", "run", "--coverage", "--target", "rtl@verilator", "--no-store", "--out", "out"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    document = load_coverage(tmp_path / "out")
    (row,) = document["rtl"]
    assert row["module"] == "axis_register"
    source = (ROOT / "hdl" / "rtl" / "axis_register.v").read_text().splitlines()
    holes = [source[int(hole.rpartition(":")[2]) - 1].strip() for hole in row["holes"]]
    assert holes == ["end else if (s_axis_tready) begin", "skid_q       <= beat_in;", "skid_valid_q <= s_axis_tvalid;"]
    assert totals_of(document)["rtl line"] == tuple(row["line"])
    assert not [*(tmp_path / "out").rglob("coverage.dat")]


def test_our_own_table_names_lines_that_are_there() -> None:
    """hdl/coverage.toml against hdl/rtl: every entry is of a file that exists, and of a line in it."""
    entries = tomllib.loads((ROOT / "hdl" / "coverage.toml").read_text())["exclude"]
    for name in {entry["file"] for entry in entries}:
        assert Excluded.of(ROOT / "hdl" / "rtl" / name).reasons
