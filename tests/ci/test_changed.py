# SPDX-License-Identifier: Apache-2.0
"""What `tickproof run --changed-since REV` plays first, in a made-up repository and in this one (docs/ci.md)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from made_up import DUT, SCENARIO, Repository, make_repository

from tickproof.changed import order_tasks
from tickproof.changed.verilog import ModuleGraph
from tickproof.errors import InputError
from tickproof.targets import load_dut

ROOT = Path(__file__).resolve().parents[2]
PARTS = tomllib.loads((ROOT / "tickproof" / "changed" / "parts.toml").read_text())["part"]
LEFT, RULED, RIGHT = "scenarios/left/plain.scn", "scenarios/left/ruled.scn", "scenarios/right/plain.scn"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A new one; the working directory is in it."""
    monkeypatch.chdir(tmp_path)
    return make_repository(tmp_path)


def ranked(repository: Repository, *targets: str, since: str = "before") -> list[list[str]]:
    """Scenario (and target, if there are several) of the runs that come first, next, and last."""
    names: list[list[str]] = [[], [], []]
    for task in order_tasks(repository.tasks(*targets), since).tasks:
        names[task.rank].append(f"{task.id} {task.target}" if targets[1:] else task.id)
    return names


@pytest.mark.parametrize(
    ("file", "first", "next_"),
    [
        pytest.param("hdl/rtl/leaf.v", [RULED], [LEFT], id="a module of one device, which names a rule"),
        pytest.param("hdl/rtl/middle.v", [], [LEFT, RULED], id="a module between"),
        pytest.param("hdl/include/sizes.vh", [], [LEFT, RULED], id="an include file"),
        pytest.param("hdl/rtl/table.hex", [], [RIGHT], id="a file that a module reads"),
        pytest.param("hdl/rtl/lonely.v", [], [], id="a module that nobody instantiates"),
        pytest.param("hdl/dut/right.toml", [], [RIGHT], id="a description"),
        pytest.param("scenarios/left/plain.scn", [LEFT], [], id="a scenario"),
        pytest.param("host/gateway/main.cpp", [], [], id="a program of another target"),
        pytest.param("pyproject.toml", [], [LEFT, RULED, RIGHT], id="what is installed"),
        pytest.param("README.md", [], [], id="a page"),
    ],
)
def test_runs_that_depend_on_a_changed_file_come_first(repository: Repository, file: str, first: list[str], next_: list[str]) -> None:
    """By file list, module graph, includes and rules; what depends on nothing that has changed comes last."""
    repository.touch(file)
    rest = [name for name in (LEFT, RULED, RIGHT) if name not in first + next_]
    assert ranked(repository, "rtl@verilator") == [first, next_, rest]


def test_the_gateway_plays_first_when_it_has_changed(repository: Repository) -> None:
    """The description's Verilog is not in it, so a changed module does not concern it."""
    repository.touch("host/gateway/main.cpp")
    assert ranked(repository, "rtl@verilator", "gateway@udp")[1] == [f"{name} gateway@udp" for name in (LEFT, RULED, RIGHT)]
    repository.commit()
    repository.touch("hdl/rtl/middle.v")
    assert ranked(repository, "rtl@verilator", "gateway@udp", since="HEAD")[1] == [f"{name} rtl@verilator" for name in (LEFT, RULED)]


def test_tests_of_a_host_program_affect_no_run(repository: Repository) -> None:
    """The last part of the table that fits decides."""
    repository.touch("host/gateway/tests/test_it.cpp")
    assert ranked(repository, "gateway@udp")[2] == [LEFT, RULED, RIGHT]


def test_what_pyverilog_cannot_read_counts_wherever_its_name_stands(repository: Repository) -> None:
    """Too much rather than too little: in SystemVerilog `leaf` may be an instance."""
    repository.write("hdl/rtl/right.v", "module right (input logic clk);\n  typedef enum logic {A, B} t;\n  leaf u (.*);\nendmodule\n")
    repository.commit()
    repository.touch("hdl/rtl/leaf.v")
    assert ranked(repository, "rtl@verilator", since="HEAD") == [[RULED], [LEFT, RIGHT], []]


def test_an_instance_that_stands_in_an_include_file_counts(repository: Repository) -> None:
    """Or behind a macro: whoever includes the file has it."""
    repository.write("hdl/include/body.vh", "`define PART lonely\n`PART u (.clk(clk));\n")
    repository.write("hdl/rtl/right.v", 'module right (input wire clk);\n`include "body.vh"\nendmodule\n')
    repository.commit()
    repository.touch("hdl/rtl/lonely.v")
    assert ranked(repository, "rtl@verilator", since="HEAD") == [[], [RIGHT], [LEFT, RULED]]


def test_a_file_of_macros_reaches_the_whole_device(repository: Repository) -> None:
    """They hold for whatever is compiled behind them."""
    repository.write("hdl/rtl/lonely.v", "`define WIDTH 8\nmodule lonely (input wire clk);\nendmodule\n")
    assert ranked(repository, "rtl@verilator")[1] == [LEFT, RULED, RIGHT]


def test_a_deleted_module_reaches_the_devices_whose_folder_had_it(repository: Repository) -> None:
    """Its place in the graph is gone with it."""
    (repository.folder / "hdl/rtl/lonely.v").unlink()
    assert ranked(repository, "rtl@verilator")[1] == [LEFT, RULED, RIGHT]


def test_a_new_scenario_comes_first_before_it_is_committed(repository: Repository) -> None:
    """Git does not know it yet."""
    repository.write("scenarios/right/new.scn", SCENARIO.format(dut="right", covers="", expected="00"))
    assert ranked(repository, "rtl@verilator")[0] == ["scenarios/right/new.scn"]


def test_what_the_other_branch_has_changed_meanwhile_is_not_ours(repository: Repository) -> None:
    """A branch is compared with where it left the other one."""
    repository.git("checkout", "--quiet", "-b", "mine")
    repository.touch("hdl/rtl/leaf.v")
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    repository.touch("hdl/rtl/other.v")
    repository.commit()
    repository.git("checkout", "--quiet", "mine")
    assert ranked(repository, "rtl@verilator", since="main") == [[RULED], [LEFT], [RIGHT]]


def test_the_golden_model_of_a_user_reaches_its_devices(repository: Repository) -> None:
    """`package.module:Class`: all of that package."""
    repository.write("hdl/dut/right.toml", DUT.format(top="right").replace("passthrough", "ours.model:Model"))
    repository.write("ours/helpers.py", "")
    repository.commit()
    repository.touch("ours/helpers.py")
    assert ranked(repository, "rtl@verilator", since="HEAD") == [[], [RIGHT], [LEFT, RULED]]


def test_the_order_is_told_with_its_reasons(repository: Repository) -> None:
    """What is affected, by what, and what is not."""
    repository.touch("hdl/rtl/leaf.v")
    repository.touch("README.md")
    assert order_tasks(repository.tasks("rtl@verilator"), "before").text.splitlines() == [
        "2 files changed since before",
        "  hdl/rtl/leaf.v (in left: leaf, middle, left): 2 runs, first those that cover RULE-1",
        "  README.md: no run depends on it",
        "2 of 3 runs affected",
    ]


def test_the_command_plays_in_that_order_and_leaves_the_rest_out(repository: Repository) -> None:
    """`> out bytes=hex:01` of a byte 00: golden disagrees, so nothing has to be built."""
    for name, dut, covers in ((LEFT, "left", ""), (RULED, "left", '"RULE-1"'), (RIGHT, "right", "")):
        repository.write(name, SCENARIO.format(dut=dut, covers=covers, expected="01"))
    repository.commit()
    repository.touch("hdl/rtl/leaf.v")

    def run(*options: str) -> tuple[int, list[str]]:
        command = [
            sys.executable,
            "-m",
            "tickproof.cli",
            "run",
            "--target",
            "rtl@icarus",
            "-n",
            "1",
            "--no-store",
            "--no-cause",
            "--out",
            "o",
        ]
        code = subprocess.run([*command, *options], cwd=repository.folder, capture_output=True, check=False).returncode
        return code, [json.loads(line)["scenario"] for line in (repository.folder / "o" / "results.jsonl").read_text().splitlines()]

    assert run("--changed-since", "HEAD") == (1, [RULED, LEFT, RIGHT])
    assert run("--changed-since", "HEAD", "--only-changed") == (1, [RULED, LEFT])
    repository.commit()
    assert run("--changed-since", "HEAD", "--only-changed") == (0, [])
    assert run("--only-changed")[0] == 2


def test_a_revision_that_git_does_not_know_is_the_users_mistake(repository: Repository) -> None:
    """One line, and what to do in a shallow clone."""
    with pytest.raises(InputError, match=r"--changed-since: no such revision \(got gone\)"):
        order_tasks(repository.tasks("rtl@verilator"), "gone")
    repository.git("checkout", "--quiet", "--orphan", "other")
    repository.commit()
    with pytest.raises(InputError, match=r"no common history with HEAD.*fetch-depth: 0"):
        order_tasks(repository.tasks("rtl@verilator"), "before")


def test_outside_git_the_option_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to compare with."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(InputError, match="not a git repository"):
        order_tasks([], "HEAD")


def test_modules_of_this_project_reach_the_devices_that_have_them() -> None:
    """The token bucket is the risk gate's; the frame filter is in both devices; the register is in neither."""
    rtl = ROOT / "hdl" / "rtl"
    feed, trade = (ModuleGraph(load_dut(name, ROOT)) for name in ("feed_handler", "tick_to_trade"))
    assert feed.reached(rtl / "token_bucket.v") == []
    assert {"token_bucket", "risk_gate", "order_path", "tick_to_trade"} <= set(trade.reached(rtl / "token_bucket.v"))
    assert {"frame_filter", "feed_core", "feed_handler"} <= set(feed.reached(rtl / "frame_filter.v"))
    assert "tick_to_trade" not in feed.reached(rtl / "frame_filter.v")
    assert "tick_to_trade" in trade.reached(rtl / "frame_filter.v")
    assert feed.reached(ROOT / "hdl" / "include" / "tickproof_ouch.vh") == []
    assert "tick_to_trade" in trade.reached(ROOT / "hdl" / "include" / "tickproof_ouch.vh")


def test_a_module_of_the_risk_gate_affects_this_projects_scenarios_with_orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of RISK-RATE first, which the token bucket names; nothing of the feed handler, and nothing on the gateway."""
    for folder in ("hdl", "scenarios"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    repository = Repository(tmp_path)
    repository.git("init", "--quiet")
    repository.commit()
    repository.touch("hdl/rtl/token_bucket.v")
    monkeypatch.chdir(tmp_path)
    texts = {path.relative_to(tmp_path).as_posix(): path.read_text() for path in sorted(tmp_path.glob("scenarios/**/*.scn"))}
    orders = [f"{name} rtl@icarus" for name, text in texts.items() if re.search(r'^dut\s*= "tick_to_trade"', text, re.MULTILINE)]
    rate = [name for name in orders if '"RISK-RATE"' in texts[name.split()[0]]]
    first, next_, rest = ranked(repository, "rtl@icarus", "gateway@udp", since="HEAD")
    assert rate
    assert first == rate
    assert sorted(next_) == sorted(set(orders) - set(rate))
    assert len(rest) == 2 * len(texts) - len(orders)


@pytest.mark.parametrize("path", [path for part in PARTS[1:] for path in part["paths"]])
def test_each_part_of_the_engine_is_where_the_table_says(path: str) -> None:
    """A room that moves would silently affect nothing."""
    assert any(ROOT.glob(path.rstrip("/")))
