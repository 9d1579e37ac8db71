# SPDX-License-Identifier: Apache-2.0
"""What is made from the tables and committed: up to date, and understood by a Verilog compiler."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tickproof.protocols import CHECKS, EVENTS, ITCH, OUCH_IN, OUCH_OPTIONS, OUCH_OUT, SOUPBINTCP, markdown, verilog
from tickproof.protocols.control import COUNTERS, ORDER_COUNTERS, SETTINGS
from tickproof.protocols.generated import write_or_check

ROOT = Path(__file__).parents[2]
HEADERS = verilog.headers()

# A sample of every kind of constant, as a person reads it off the table: name -> value.
EXPECTED = {
    "TP_ITCH_ADD_ORDER_TYPE": 0x41,
    "TP_ITCH_ADD_ORDER_LENGTH": 36,
    "TP_ITCH_ADD_ORDER_PRICE_OFFSET": 32,
    "TP_ITCH_ADD_ORDER_PRICE_SIZE": 4,
    "TP_ITCH_OPERATIONAL_HALT_TYPE": 0x68,
    "TP_MOLD_SEQUENCE_OFFSET": 10,
    "TP_MOLD_COUNT_END_OF_SESSION": 0xFFFF,
    "TP_IPV4_DESTINATION_OFFSET": 16,
    "TP_ETH_LENGTH": 14,
    "TP_REC_BBO_KIND": 1,
    "TP_REC_BBO_BID_PRICE_OFFSET": 32,
    "TP_REC_SEQUENCE_OFFSET": 24,
    "TP_REC_FLAG_DEGRADED": 8,
    "TP_REC_GAP_CAUSE_FIFO": 3,
    "TP_CTRL_OP_COMMIT": 1,
    "TP_CTRL_ADDR_COMMAND": 0x40,
    "TP_CTRL_GAP_TIMEOUT_NS_ID": 0,
    "TP_CTRL_GAP_TIMEOUT_NS_BITS": 32,
    "TP_CTRL_GAP_TIMEOUT_NS_DEFAULT": 20000,
    "TP_CNT_A_FRAMES": 0,
    "TP_CNT_B_FRAMES": 19,
    "TP_CNT_MESSAGES": 38,
    "TP_CNT_LOST": 49,
    "TP_CNT_COUNT": 50,
    "TP_ORDER_CNT_CLIENT_PACKETS": 0,
    "TP_ORDER_CNT_ORDERS": 8,
    "TP_ORDER_CNT_OVER_RELEASED": 16,
    "TP_ORDER_CNT_COUNT": 17,
    "TP_CTRL_OP_KILL": 5,
    "TP_CTRL_ADDR_ORDER_COMMAND": 0x8040,
    "TP_CTRL_ORDER_SYMBOL_STRIDE": 0x80,
    "TP_CTRL_MAX_SHARES_ID": 193,
    "TP_CTRL_MAX_SHARES_BITS": 32,
    "TP_REC_REPORT_POSITION_OFFSET": 48,
    "TP_REC_FLAG_REPLAYED": 1,
    "TP_REC_SESSION_ERROR_REASON_LOGIN": 6,
    "TP_CHECK_KILL": 0,
    "TP_SOUP_LOGIN_ACCEPTED_TYPE": 0x41,
    "TP_SOUP_LOGIN_ACCEPTED_LENGTH": 33,
    "TP_SOUP_LOGIN_ACCEPTED_SEQUENCE_NUMBER_OFFSET": 13,
    "TP_OUCH_IN_ENTER_ORDER_TYPE": 0x4F,
    "TP_OUCH_IN_ENTER_ORDER_LENGTH": 47,
    "TP_OUCH_IN_ENTER_ORDER_PRICE_OFFSET": 18,
    "TP_OUCH_IN_ENTER_ORDER_PRICE_MARKET": 0x7FFFFFFF,
    "TP_OUCH_IN_REPLACE_ORDER_USER_REF_NUM_OFFSET": 5,
    "TP_OUCH_OUT_ORDER_ACCEPTED_ORDER_STATE_OFFSET": 47,
    "TP_OUCH_OUT_AIQ_CANCELED_LATER_LENGTH": 32,
    "TP_OUCH_OPTION_PRICE_TYPE_TAG": 6,
    "TP_OUCH_OPTION_PRICE_TYPE_LENGTH": 2,
    "TP_CHECK_EXECUTIONS": 16,
}


@pytest.mark.parametrize("name", HEADERS)
def test_the_committed_header_is_what_the_tables_give(name: str) -> None:
    """`python -m tickproof.protocols.verilog` brings it up to date."""
    assert (ROOT / "hdl" / "include" / name).read_text() == HEADERS[name]


def test_the_committed_page_is_what_the_tables_give() -> None:
    """`python -m tickproof.protocols.markdown` brings docs/wire_formats.md up to date."""
    _, _, generated = (ROOT / markdown.PAGE).read_text().partition(markdown.MARKER)
    assert generated == f"\n\n{markdown.tables()}"


def test_the_page_describes_every_message_setting_and_counter() -> None:
    """A reader finds everything that can appear on a wire."""
    page = markdown.tables()
    tables = (ITCH, SOUPBINTCP, OUCH_IN, OUCH_OUT, OUCH_OPTIONS, EVENTS)
    names = [*(name for table in tables for name in table.layouts), *SETTINGS, *COUNTERS, *ORDER_COUNTERS, *CHECKS]
    assert [name for name in names if f"`{name}`" not in page] == []


def test_a_stale_file_is_named_with_the_command_that_renews_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """--check changes nothing and exits with 1."""
    (tmp_path / "tickproof" / "protocols").mkdir(parents=True)
    (tmp_path / "page").write_text("old")
    monkeypatch.chdir(tmp_path)
    assert write_or_check({Path("page"): "new"}, "renew", ["--check"]) == 1
    assert capsys.readouterr().err == "page: out of date; run `renew`\n"
    assert (tmp_path / "page").read_text() == "old"
    assert write_or_check({Path("page"): "new"}, "renew", []) == 0
    assert (tmp_path / "page").read_text() == "new"


@pytest.mark.skipif(shutil.which("iverilog") is None, reason="Icarus Verilog is not installed")
def test_a_verilog_compiler_reads_the_constants_as_a_person_does(tmp_path: Path) -> None:
    """All headers together, each twice (they are guarded), in one module that prints the sample."""
    includes = "".join(f'`include "{name}"\n' for name in [*HEADERS, *HEADERS])
    prints = "".join(f'$display("{name} %0d", `{name});\n' for name in EXPECTED)
    source = tmp_path / "sample.v"
    source.write_text(f"{includes}module sample; initial begin\n{prints}end endmodule\n")
    binary = tmp_path / "sample"
    subprocess.run(["iverilog", "-g2005", "-Wall", "-I", ROOT / "hdl" / "include", "-o", binary, source], check=True)
    lines = subprocess.run(["vvp", "-n", binary], check=True, capture_output=True, text=True).stdout.splitlines()
    assert {line.split()[0]: int(line.split()[1]) for line in lines} == EXPECTED
