# SPDX-License-Identifier: Apache-2.0
"""report.html as a file: made of the folder alone, self-contained, small; what it may claim of a rule."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from report_folder import FAILING, HOSTILE, PASSING, write_folder

from tickproof.check import Latency
from tickproof.errors import InputError
from tickproof.report.html import write_report
from tickproof.report.html.folder import read_run
from tickproof.report.html.latency import charts, percentile_rows
from tickproof.report.html.requirements import read_requirements


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the results of a run in `out`."""
    base = tmp_path_factory.mktemp("repository")
    write_folder(base)
    return base


@pytest.fixture
def out(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of results, from where the run was started."""
    monkeypatch.chdir(repository)
    return repository / "out"


def packed(page: str) -> list[dict[str, Any]]:
    """What is behind each scenario of a page."""
    texts = re.findall(r'<script type="text/plain" class="packed">([^<]+)</script>', page)
    return [json.loads(gzip.decompress(base64.b64decode(text))) for text in texts]


def test_the_page_needs_nothing_but_itself(out: Path) -> None:
    """No address of anything that a browser would fetch; a policy that forbids it, too."""
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.findall(r'<(?:link|script|img|iframe)[^>]+(?:src|href)="(?!data:)[^"]+"', page)
    assert "@import" not in page


def test_text_of_a_device_stays_text(out: Path) -> None:
    """Markup in a reason comes out escaped, and ends no script."""
    page = (out / "report.html").read_text(encoding="utf-8")
    assert HOSTILE not in page
    assert "<img src=x" not in page
    assert "&lt;/script&gt;&lt;img" in page


def test_scenarios_are_packed_with_their_text_and_the_inputs_once(out: Path) -> None:
    """Both targets that ran had the same inputs."""
    top, calm = packed((out / "report.html").read_text(encoding="utf-8"))
    assert (top["path"], calm["path"]) == (FAILING, PASSING)
    assert len(top["inputs"]) == 1
    assert "order_delete locate=8" in top["text"]
    assert [(entry["target"], entry["status"], entry["line"]) for entry in top["results"]] == [
        ("rtl@one", "pass", None),
        ("rtl@two", "fail", 14),
        ("rtl@absent", "skipped", None),
    ]


def test_what_lies_in_the_folder_of_a_failure_is_on_its_card(out: Path) -> None:
    """Picture, sentence, shrunk scenario and its command, and a relative link to the log."""
    page = (out / "report.html").read_text(encoding="utf-8")
    card = page[page.index('<div class="card fail">') :]
    assert "data:image/svg+xml;base64," in card
    assert "in clock 10 the cause went in" in card
    assert "# smallest\n---" in card
    assert "shrunk.scn --target rtl@two" in card
    assert 'href="runs/rtl%40two/scenarios/books/top/simulator.log"' in card


def test_a_rule_passes_only_if_all_that_shows_it_ran_and_passed(out: Path) -> None:
    """Rule 1 is shown by both scenarios, Rule 2 by one that did not run."""
    matrix = read_requirements(read_run(out))
    assert [(rule.id, [standing.text for standing in rule.standings]) for rule in matrix.rules] == [
        ("Rule 1", ["all 2 pass", "1 of 2 fail", "not run"]),
        ("Rule 2", ["not run", "not run", "not run"]),
    ]
    assert [(item.what, item.scenario) for item in matrix.checks[0].shown] == [
        ("shares: below, at", "other/calm"),
        ("shares: above", "books/top"),
    ]
    assert matrix.ids == [("BOOK-TOP", [(2, 2), (1, 2), (0, 0)])]


def test_coverage_has_its_holes_by_name(out: Path) -> None:
    """Of all targets and of each, of bins and of RTL; and what cannot happen, with the reason."""
    page = (out / "report.html").read_text(encoding="utf-8")
    section = re.sub(r"<[^>]+>", " ", page[page.index('<section id="coverage">') : page.index('<section id="notes">')])
    told = " ".join(section.split())
    assert "books message x side 1 hole replace, sell BOOK-REPLACE cannot happen 2 bins: an execution has no side 75.0 % 3 of 4" in told
    assert "75.0 % 25.0 %" in told
    assert "branches not taken, at 1 line hdl/rtl/book_side.v:44" in told
    assert "book_side 1 hole hdl/rtl/book_side.v:41 branches" in told
    assert "cannot be reached hdl/rtl/book_side.v:7: never built so 95.0 % 95 of 100" in told


def test_percentiles_are_values_that_were_measured() -> None:
    """Nearest rank: of 10 samples the 9th is p90, the last p99."""
    latency = Latency.from_histogram({10: 5, 20: 3, 30: 1, 900: 1}, "clk")
    assert percentile_rows(latency) == {"n": 10, "min": 10, "p50": 10, "p90": 30, "p99": 900, "p99.9": 900, "max": 900}


def test_no_sample_is_lost_in_a_chart(out: Path) -> None:
    """Columns cover every value once, whatever their width."""
    found = charts(read_run(out))
    assert {chart["name"] for chart in found} == {"LAT-1", "LAT-2"}
    for chart in found:
        for row in chart["targets"]:
            assert sum(count for _, _, count in row["histogram"]) == row["n"]
            assert all(low < high for low, high, _ in row["histogram"])


def test_a_run_that_was_killed_has_a_page_too(out: Path, tmp_path: Path) -> None:
    """Its lines tell more than result.json, which was written before; the last one may be cut off."""
    document = json.loads((out / "result.json").read_text())
    lines = (out / "results.jsonl").read_text()
    (tmp_path / "result.json").write_text(json.dumps({**document, "finished": False, "results": document["results"][:1]}))
    (tmp_path / "results.jsonl").write_text(lines + lines[:100])
    assert len(read_run(tmp_path).results) == 6
    page = write_report(tmp_path).read_text(encoding="utf-8")
    assert "not finished" in page
    assert "1 of 6 did not pass" in page


def test_a_page_is_the_same_from_wherever_it_is_written(out: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The run's paths are those of where it was started."""
    before = (out / "report.html").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    after = write_report(out).read_text(encoding="utf-8")
    assert [scenario["text"] for scenario in packed(after)] == [scenario["text"] for scenario in packed(before)]
    assert after.count('<div class="card') == before.count('<div class="card')
    assert "Rule 1" in after


def test_rows_that_do_not_fit_are_left_out_and_failures_keep_theirs(out: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With room for one scenario, the one that failed has its rows."""
    whole = packed((out / "report.html").read_text(encoding="utf-8"))
    sizes = [len(base64.b64encode(gzip.compress(json.dumps(scenario).encode(), 9))) for scenario in whole]
    monkeypatch.setattr("tickproof.report.html.details._BUDGET", sizes[0] + 1000)
    top, calm = packed(write_report(out).read_text(encoding="utf-8"))
    assert all(entry["story"] for entry in top["results"] if entry["status"] != "skipped")
    assert [(entry["story"], entry["left_out"]) for entry in calm["results"]] == [(None, True), (None, True), (None, False)]


@pytest.mark.parametrize(("name", "text"), [("absent", None), ("damaged", "{"), ("other", "[]")])
def test_what_is_no_folder_of_results_is_said(tmp_path: Path, name: str, text: str | None) -> None:
    """One line that names the file."""
    if text is not None:
        (tmp_path / "result.json").write_text(text)
    with pytest.raises(InputError, match=r"result.json: (cannot be read|is no result of a run)"):
        write_report(tmp_path)
