# SPDX-License-Identifier: Apache-2.0
"""The whole road: one line of the RTL is broken, `tickproof run` fails, and its page explains the failure to who opens it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

ROOT = Path(__file__).parents[2]
BUG = ROOT / "tests" / "seeded_bugs" / "execute_reads_shares_one_byte_late.patch"
SCENARIO = "scenarios/market_data/executions_and_cancels_reduce.scn"
PATIENCE_MS = 240_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium not found: apt-get install chromium"),
    pytest.mark.skipif(shutil.which("iverilog") is None, reason="Icarus Verilog is not installed"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a copy of the RTL with the bug, played on Icarus by the command that people type."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "hdl", project / "hdl")
    (project / SCENARIO).parent.mkdir(parents=True)
    shutil.copy(ROOT / SCENARIO, project / SCENARIO)
    subprocess.run(["patch", "-sp1", "-i", BUG], cwd=project, check=True)
    command = [sys.executable, "-m", "tickproof.cli", "run", SCENARIO, "--target", "rtl@icarus", "--out", "out", "--no-store"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "report out/report.html" in done.stdout
    return project / "out" / "report.html"


def test_the_page_of_a_bug_opens_on_its_explanation(report: Path) -> None:
    """Fields, line, picture, shrunk scenario of at most five lines of timeline, and the command; golden and got side by side behind it."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"], timeout=PATIENCE_MS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(report.as_uri())
        card = page.locator(".card.fail")
        assert card.locator(".summary").inner_text() == "bid_price is 0.00, golden has 150.00; bid_shares is 0, golden has 200 EVT-2"
        assert card.locator("tr.differs td:first-child").all_inner_texts() == ["bid_price", "bid_shares"]
        assert "order_executed ref=1 shares=100" in card.locator(".line.marked").inner_text()
        assert card.locator(".wave img").evaluate("image => image.complete && image.naturalWidth > 500")
        shrunk = card.locator("h4:has-text('as small as it gets') + pre").inner_text()
        timeline = [line for line in shrunk.partition("\n---\n")[2].splitlines() if line.strip() and not line.lstrip().startswith("#")]
        assert 1 <= len(timeline) <= 5
        assert f"tickproof run {SCENARIO} --target rtl@icarus --seed 1 --waves" in card.locator(".copied code").all_inner_texts()
        for link in card.locator("a.file").all():
            assert (report.parent / link.evaluate("link => decodeURIComponent(link.getAttribute('href'))")).is_file()
        page.click("#matrix a.cell.fail")
        here = page.locator(".timeline tr.here")
        here.wait_for()
        assert "bid=150.00x200" in here.locator(".golden").inner_text()
        assert "bid=none" in here.locator(".got").inner_text()
        browser.close()
