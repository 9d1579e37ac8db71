# SPDX-License-Identifier: Apache-2.0
"""What a person and CI read: the failure text, the matrix, result.json, junit.xml."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path

import pytest
from fake_device import Shown, judged, scenario
from junitparser import JUnitXml, Properties
from rich.console import Console

from tickproof.check import Verdict
from tickproof.errors import InputError
from tickproof.report import Writer, failure_text, print_report
from tickproof.runner import Result
from tickproof.tasks import Task


def result(verdict: Verdict, target: str = "rtl@fake", name: str = "fake.scn") -> Result:
    """A result of the shared scenario."""
    command = f"tickproof run {name} --target {target} --seed 7 --waves"
    return Result(Task(name, name, target, scenario(), Path(), 1187, command), verdict, 0.25, "a fake clock", {"log": "run.log"})


def spoiled(shown: Shown) -> None:
    """One share too few at the third BBO."""
    shown.records["body"][3][15] ^= 1


FAILED = result(judged(spoiled))
PASSED = result(judged())
SKIPPED = result(Verdict("skipped", "needs a target with bad_fcs"), "rtl@other")
UNSURE = result(Verdict("inconclusive", "MSFT is degraded", notes=("MSFT is degraded",)), "rtl@third")


def test_a_failure_reads_as_the_style_guide_shows() -> None:
    """style.md: place, fields with golden and got, offset, neighbours, cause, raw bytes, seed, command."""
    lines = failure_text(FAILED).splitlines()
    assert lines[0] == "fake.scn:14   rtl@fake   events[3] BBO"
    assert lines[1] == "  bid_shares is 6, golden has 7   [EVT-2]"
    assert [line.split() for line in lines if "<<<" in line] == [["bid_shares", "7", "6", "<<<", "offset", "40"]]
    assert any(line.startswith("  cause       feed_a[2] sequence 5: add_order stock_locate=8") for line in lines)
    assert any(line.startswith("  before      events[1] bbo symbol=AAPL bid=150.00x300 ask=none") for line in lines)
    assert any(line.startswith("  raw got     0100") for line in lines)
    assert lines[-2:] == ["  seed        1187", "  reproduce   tickproof run fake.scn --target rtl@fake --seed 7 --waves"]


def test_the_report_is_a_matrix_then_failures_then_totals() -> None:
    """Plain where there is no terminal."""
    out = io.StringIO()
    print_report(Console(file=out, width=200), [PASSED, SKIPPED, UNSURE, result(judged(spoiled), name="b.scn")], 2.0)
    text = out.getvalue()
    rows = [line.split() for line in text.splitlines()[:5]]
    assert rows == [
        ["scenario", "rtl@fake", "rtl@other", "rtl@third"],
        ["evidence", "simulated", "-", "-"],
        ["fake.scn", "pass", "skipped", "inconclusive"],
        ["b.scn", "FAIL", "not", "run", "not", "run"],
        ["all", "(2)", "1", "pass,", "1", "FAIL", "1", "skipped", "1", "inconclusive"],
    ]
    assert "fake.scn   rtl@third   inconclusive\n  MSFT is degraded" in text
    assert "skipped 1: needs a target with bad_fcs" in text
    assert "LAT-1 rtl@fake: min 10, p50 10" in text
    assert text.endswith("1 pass, 1 fail, 1 inconclusive, 1 skipped in 2.0 s\n")


def test_a_late_run_is_named_so_everywhere() -> None:
    """usage.md: inconclusive (late), with numbers; never a plain inconclusive."""
    late = result(Verdict("inconclusive", "feed_b[0] left 30 ms behind its time", because="late", further=("b.scn:4: no such BBO",)))
    assert failure_text(late).splitlines()[:2] == ["fake.scn   rtl@fake   inconclusive (late)", "  feed_b[0] left 30 ms behind its time"]
    out = io.StringIO()
    print_report(Console(file=out, width=200), [late], 2.0)
    assert "fake.scn   inconclusive (late)" in out.getvalue()


def test_many_scenarios_are_folded_by_folder_and_every_row_is_in_a_file(tmp_path: Path) -> None:
    """226 rows of `pass` are no help; what a person has to look at keeps its row."""
    named = [("faults", number) for number in range(30)] + [("risk", number) for number in range(30)]
    results = [result(judged() if number else SKIPPED.verdict, name=f"s/{folder}/{number}.scn") for folder, number in named]
    results[5] = result(judged(spoiled), name="s/faults/5.scn")
    late = Verdict("inconclusive", "late", because="late")
    results += [result(late if number == 7 else judged(), "rtl@other", f"s/{folder}/{number}.scn") for folder, number in named]
    out = io.StringIO()
    print_report(Console(file=out, width=200), results, 2.0, tmp_path)
    assert [" ".join(line.split()) for line in out.getvalue().splitlines()[:9]] == [
        "scenario rtl@fake rtl@other",
        "evidence simulated simulated",
        "s/faults/ (30) 28 pass, 1 FAIL, 1 skipped 29 pass, 1 inconclusive (late)",
        "5.scn FAIL pass",
        "7.scn pass inconclusive (late)",
        "s/risk/ (30) 29 pass, 1 skipped 29 pass, 1 inconclusive (late)",
        "7.scn pass inconclusive (late)",
        "all (60) 57 pass, 1 FAIL, 2 skipped 58 pass, 2 inconclusive (late)",
        f"every scenario: {tmp_path / 'matrix.txt'}",
    ]
    assert "skipped 2: needs a target with bad_fcs\n  rtl@fake 2" in out.getvalue()
    writer = Writer(tmp_path, 7)
    writer.results += results
    writer.write(finished=False)
    lines = (tmp_path / "matrix.txt").read_text().splitlines()
    assert len(lines) == 2 + 60 + 1
    assert [line.split() for line in lines if line.startswith("s/faults/5.scn")] == [["s/faults/5.scn", "FAIL", "pass"]]


def test_what_a_pass_did_not_show_is_counted() -> None:
    """A kernel hides headers: said once for each target, not 200 times."""
    quiet = dataclasses.replace(judged(), notes=("headers were not seen",), stamps="software")
    out = io.StringIO()
    print_report(Console(file=out, width=200), [result(quiet, name="a.scn"), result(quiet, name="b.scn")], 2.0)
    assert "note: headers were not seen\n  rtl@fake 2" in out.getvalue()
    assert out.getvalue().count("headers were not seen") == 1
    assert "clk (n 10), stamps: software\n" in out.getvalue()


def test_result_json_has_everything_that_the_terminal_shows(tmp_path: Path) -> None:
    """docs/usage.md describes the schema."""
    writer = Writer(tmp_path / "out", 7)
    for entry in (PASSED, FAILED):
        writer.add(entry)
    writer.write(finished=False)
    document = json.loads((tmp_path / "out" / "result.json").read_text())
    assert (document["schema"], document["seed"], document["finished"]) == (1, 7, False)
    assert document["totals"] == {"pass": 1, "fail": 1, "inconclusive": 0, "skipped": 0}
    first, second = document["results"]
    assert (first["status"], first["seed"], first["grade"], first["timing"]) == ("pass", 1187, "simulated", "a fake clock")
    assert first["compared"] == {"records": 9, "frames": 0, "counters": 42}
    assert sum(count for _, count in first["latency"]["LAT-1"]["histogram"]) == first["latency"]["LAT-1"]["n"] == 5
    assert second["divergence"]["place"] == "events[3] BBO"
    assert [row["name"] for row in second["divergence"]["fields"] if row["differs"]] == ["bid_shares"]
    assert bytes.fromhex(second["divergence"]["raw"]["got"])[47] == 6
    writer.write(finished=True)
    assert json.loads((tmp_path / "out" / "result.json").read_text())["finished"] is True


def test_each_result_is_a_line_as_soon_as_it_is_there(tmp_path: Path) -> None:
    """Whatever ends a run loses nothing, though the whole files are written only now and then; a run before in the same folder is gone."""
    (tmp_path / "results.jsonl").write_text("of a run before\n")
    writer = Writer(tmp_path, 7)
    for count, entry in enumerate((PASSED, FAILED, SKIPPED), start=1):
        writer.add(entry)
        rows = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text().splitlines()]
        assert (len(rows), rows[-1]["status"]) == (count, entry.verdict.status)
    writer.write(finished=True)
    assert json.loads((tmp_path / "result.json").read_text())["results"] == rows


def test_junit_has_a_suite_for_each_target(tmp_path: Path) -> None:
    """CI systems read it: failures, skips with reasons, inconclusive as an error (it is no pass)."""
    writer = Writer(tmp_path, 7)
    for entry in (FAILED, SKIPPED, UNSURE, PASSED):
        writer.add(entry)
    writer.write(finished=True)
    suites = {suite.name: suite for suite in JUnitXml.fromfile(str(tmp_path / "junit.xml"))}
    assert {name: (suite.tests, suite.failures, suite.skipped, suite.errors) for name, suite in suites.items()} == {
        "rtl@fake": (2, 1, 0, 0),
        "rtl@other": (1, 0, 1, 0),
        "rtl@third": (1, 0, 0, 1),
    }
    case = next(iter(suites["rtl@fake"]))
    assert {item.name: item.value for properties in case.iterchildren(Properties) for item in properties} == {
        "seed": "1187",
        "grade": "simulated",
        "timing": "a fake clock",
        "stamps": "clock",
        **{f"LAT-1 {which} clk": "10" for which in ("min", "p50", "p99", "max")},
        **{f"LAT-2 {which} clk": "20" for which in ("min", "p50", "p99", "max")},
        "reproduce": "tickproof run fake.scn --target rtl@fake --seed 7 --waves",
    }
    failure = case.result[0]
    assert failure.message == "bid_shares is 6, golden has 7"
    assert "reproduce   tickproof run" in failure.text


def test_bytes_that_xml_cannot_hold_do_not_break_junit(tmp_path: Path) -> None:
    """A device may send any byte where a letter belongs."""
    writer = Writer(tmp_path, 7)
    writer.add(result(Verdict("fail", "halt is '\x00\x1b'")))
    assert len(list(JUnitXml.fromfile(str(tmp_path / "junit.xml")))) == 1


def test_a_folder_that_cannot_be_made_is_an_input_error(tmp_path: Path) -> None:
    """One line, exit code 2, before anything runs."""
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot make this folder"):
        Writer(tmp_path / "file" / "out", 7)
