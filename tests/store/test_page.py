# SPDX-License-Identifier: Apache-2.0
"""The history as a page: one file, what devices send stays text, and a real Chromium draws it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from series import head, keep, result, took

from tickproof.check import Verdict
from tickproof.store import open_store, read_history, write_page

A, B = "a" * 40, "b" * 40


@pytest.fixture
def page(sqlite: str, tmp_path: Path) -> Path:
    """Of three runs: a scenario that fails at last with a reason that looks like markup, and one that got slower."""
    store = open_store(sqlite)
    coverage = {"feed": (1, 2)}
    keep(store, [result(), result("b.scn", verdict=took(17))], head(A), coverage)
    keep(store, [result(), result("b.scn", verdict=took(17))], head(A), coverage)
    bad = Verdict("fail", "<script>document.title = 'broken'</script>")
    keep(store, [result(verdict=bad), result("b.scn", verdict=took(19))], head(B), {"feed": (2, 2)})
    path = tmp_path / "page.html"
    write_page(path, read_history(store))
    return path


def test_a_page_needs_no_network(page: Path) -> None:
    """No address, no file beside it."""
    assert not re.findall(r"https?:|src=|@import|url\(", page.read_text())


def test_a_page_shows_strips_flags_and_plots(page: Path) -> None:
    """A strip of three for each of two scenarios, in both tables; the slower one as a plot of 17, 17, 19."""
    text = page.read_text()
    strips = re.findall(r'<span class="strip">(.*?)</span>', text, re.DOTALL)
    assert [re.findall(r'class="(\w+)"', strip) for strip in strips] == [["pass", "pass", "fail"], ["pass"] * 3] * 2
    assert "failing since bbbbbbbbbb" in text
    assert "slower: LAT-1 p50 17 -&gt; 19 clk since bbbbbbbbbb" in text
    (line,) = re.findall(r'aria-label="LAT-1 p50, clk from 17 to 19, at last 19">\s*<polyline points="([^"]*)"', text)
    assert line == "4.0,28.0 110.0,28.0 216.0,4.0"
    assert 'aria-label="feed from 50.0 % to 100.0 %, at last 100.0 %"' in text


def test_chromium_draws_the_page_and_runs_nothing_that_a_device_sent(page: Path, tmp_path: Path) -> None:
    """Opened from a file, without a network."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium here (Debian: chromium)")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    done = subprocess.run([chromium, *options, "--dump-dom", page.as_uri()], capture_output=True, text=True, check=True, timeout=60)
    assert "<title>tickproof history</title>" in done.stdout
    assert done.stdout.count("<circle") == 6
    assert 'title="fail\n' in done.stdout
