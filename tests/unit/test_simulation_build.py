# SPDX-License-Identifier: Apache-2.0
"""Builds are found again by content, made once however many ask, kept where project or user want them. With Icarus, the quick one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tickproof.errors import InputError
from tickproof.targets import load_dut
from tickproof.targets.cached_build import cache_root
from tickproof.targets.simulation.build import build
from tickproof.targets.simulation.tools import Tool, find_icarus

SOURCE = '`include "size.vh"\nmodule thing (input clk, input rst, input [7:0] d, input v, output [7:0] q, output w);\nendmodule\n'
DESCRIPTION = """
model = "passthrough"
top = "thing"
sources = ["thing.v"]
include = ["include"]
[clock]
name = "clk"
period_ps = 5000
[reset]
name = "rst"
[port.in]
direction = "in"
width = 8
signals = { tdata = "d", tvalid = "v" }
[port.out]
direction = "out"
width = 8
signals = { tdata = "q", tvalid = "w" }
"""


@pytest.fixture
def icarus() -> Tool:
    tool = find_icarus()
    if isinstance(tool, str):
        pytest.skip(tool)
    return tool


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of somebody else's, with a cache of its own."""
    monkeypatch.delenv("TICKPROOF_CACHE", raising=False)
    (tmp_path / "hdl" / "include").mkdir(parents=True)
    (tmp_path / "hdl" / "thing.v").write_text(SOURCE)
    (tmp_path / "hdl" / "thing.toml").write_text(DESCRIPTION)
    (tmp_path / "hdl" / "include" / "size.vh").write_text("`define SIZE 1\n")
    return tmp_path


def made(tool: Tool, project: Path, **parameters: int) -> Path:
    return build("icarus", tool, load_dut(project / "hdl" / "thing.toml", project), parameters)


def test_same_content_is_the_same_build(icarus: Tool, project: Path) -> None:
    first = made(icarus, project)
    stamp = first.stat().st_mtime_ns
    (project / "hdl" / "thing.v").touch()
    assert made(icarus, project) == first
    assert first.stat().st_mtime_ns == stamp
    assert first.is_relative_to(project / "build" / "simulation")


@pytest.mark.parametrize("change", ["thing.v", "include/size.vh", "thing.toml"])
def test_changed_file_is_another_build(icarus: Tool, project: Path, change: str) -> None:
    """Includes count, too; of the description what changes the simulation (here the clock)."""
    first = made(icarus, project)
    path = project / "hdl" / change
    path.write_text(path.read_text().replace("5000", "4000") + ("// changed\n" if path.suffix != ".toml" else ""))
    assert made(icarus, project) != first
    assert first.exists()


def test_build_left_half_done_is_made_again(icarus: Tool, project: Path) -> None:
    """What a killed compiler left has another name, or lacks the file that is looked for."""
    first = made(icarus, project)
    first.unlink()
    assert made(icarus, project).exists()


def test_many_askers_compile_once(icarus: Tool, project: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        paths = set(pool.map(lambda _: made(icarus, project), range(8)))
    assert len(paths) == 1
    assert [path.name for path in (project / "build" / "simulation").iterdir() if path.is_dir()] == [paths.pop().parent.name]


def test_description_outside_a_project_uses_the_user_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TICKPROOF_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert cache_root(tmp_path / "thing.toml", "simulation") == tmp_path / "cache" / "tickproof" / "simulation"


def test_cache_that_cannot_be_written_is_an_input_error(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TICKPROOF_CACHE", str(tmp_path / "file"))
    with pytest.raises(InputError, match="cannot keep builds there; set TICKPROOF_CACHE"):
        cache_root(project / "hdl" / "thing.toml", "simulation")
