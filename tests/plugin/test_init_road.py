# SPDX-License-Identifier: Apache-2.0
"""The road of somebody with RTL of their own: `tickproof init`, plain `pytest -n 2`, a bug, and what they see of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tickproof import cli

RTL = Path(__file__).with_name("rtl")
ROOT = Path(__file__).resolve().parents[2]
Init = Callable[..., tuple[int, list[str], str]]

pytestmark = pytest.mark.skipif(not shutil.which("iverilog"), reason="no iverilog on PATH")


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A repository with RTL in another style, and nothing else."""
    (tmp_path / "gate" / "rtl").mkdir(parents=True)
    for name in ("frameGate.v", "widths.vh"):
        shutil.copy(RTL / name, tmp_path / "gate" / "rtl")
    return tmp_path / "gate"


@pytest.fixture
def only_icarus(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine with Icarus and no compiler, so without Verilator."""
    (tmp_path / "bin").mkdir()
    for name in ("iverilog", "vvp"):
        found = shutil.which(name)
        assert found is not None
        (tmp_path / "bin" / name).symlink_to(found)
    return {**os.environ, "PATH": str(tmp_path / "bin")}


@pytest.fixture
def init(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Init:
    """`tickproof init` in a folder: exit code, lines on stdout, stderr."""

    def call(folder: Path, *words: str) -> tuple[int, list[str], str]:
        monkeypatch.chdir(folder)
        with pytest.raises(SystemExit) as exit_:
            cli.main(["init", *words])
        out, err = capfd.readouterr()
        return int(exit_.value.code or 0), out.splitlines(), err

    return call


def plain_pytest(folder: Path, *words: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """As anybody would type it; the report is for the tests here."""
    command = [sys.executable, "-m", "pytest", "-rs", "--junitxml=out/junit.xml", *(words or ("-n", "2"))]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600)


def break_it(folder: Path) -> None:
    """The last word of a frame is not marked if it is 0x0b0a0908, which the first scenario sends."""
    source = folder / "rtl" / "frameGate.v"
    text = source.read_text()
    assert "txLast  <= rxLast;" in text
    source.write_text(text.replace("txLast  <= rxLast;", "txLast  <= rxLast & (rxData != 32'h0b0a0908);"))


def test_a_repository_made_by_init_passes_and_fails_as_it_should(init: Init, gate: Path, only_icarus: dict[str, str]) -> None:
    """Other names, active-low reset, no keep, a macro for the width; the simulator that is missing is skipped, with the reason."""
    code, said, _ = init(gate, "--top", "frameGate", "rtl/frameGate.v")
    assert code == 0
    assert said == [
        "module frameGate: clock clkIn, reset rstN (active low)",
        "  in  in: 32 bits, rxData, rxValid, rxLast",
        "  out out: 32 bits, txData, txValid, txLast",
        "  gateEnable is held at 1: enables something, by its name",
        "  testMode is held at 0: what it is does not show in its name",
        "  not looked at: frameCount",
        "wrote hdl/dut/frame_gate.toml",
        "wrote scenarios/frame_gate/frames_pass_unchanged.scn",
        "wrote scenarios/frame_gate/random_frames_pass_unchanged.scn",
        "wrote .github/workflows/tickproof.yml",
        "wrote .gitlab-ci.yml",
        "wrote .gitignore",
        "wrote pyproject.toml",
        "check hdl/dut/frame_gate.toml, then: pytest -n 2",
    ]
    passed = plain_pytest(gate, environment=only_icarus)
    assert passed.returncode == 0, passed.stdout
    assert "2 passed, 2 skipped" in passed.stdout
    assert "Verilator needs perl, make, g++" in passed.stdout

    break_it(gate)
    failed = plain_pytest(gate, environment=only_icarus)
    assert failed.returncode == 1, failed.stdout
    for line in (
        "scenarios/frame_gate/frames_pass_unchanged.scn   rtl@icarus   out[1]",
        "  raw golden  0405060708090a0b",
        "  reproduce   tickproof run scenarios/frame_gate/frames_pass_unchanged.scn --target rtl@icarus --seed 1 --waves",
    ):
        assert line in failed.stdout.splitlines()
    (failure,) = ElementTree.parse(gate / "out" / "junit.xml").getroot().iter("failure")
    assert str(failure.get("message")).startswith("out frame 1 differs from byte 8 on")


@pytest.mark.slow
def test_plain_pytest_plays_on_both_simulators(init: Init, gate: Path) -> None:
    """The whole road, with a Verilator build that two workers want at the same time."""
    assert init(gate, "--top", "frameGate", "rtl/frameGate.v")[0] == 0
    passed = plain_pytest(gate)
    assert passed.returncode == 0, passed.stdout
    assert "4 passed" in passed.stdout
    break_it(gate)
    failed = plain_pytest(gate)
    assert failed.returncode == 1, failed.stdout
    assert {f"frames_pass_unchanged.scn   rtl@{simulator}   out[1]" in failed.stdout for simulator in ("verilator", "icarus")} == {True}


@pytest.mark.slow
def test_frames_of_any_length_pass_a_fifo_of_the_nineties(init: Init, tmp_path: Path) -> None:
    """With a keep, lengths are any; with a ready, the device may hold the sender back."""
    assert init(tmp_path, "new", "--top", "byte_fifo", str(RTL / "byte_fifo.v"))[0] == 0
    played = plain_pytest(tmp_path / "new", "--target", "rtl@icarus")
    assert "2 passed" in played.stdout, played.stdout


@pytest.mark.slow
def test_a_feed_handler_with_names_of_its_own_is_played_by_the_contract(init: Init, tmp_path: Path) -> None:
    """Its two lines, records, quotes and registers are found, and a quote that is wrong in one bit is shown decoded."""
    rtl = [RTL / "mdHandler.v", *sorted((ROOT / "hdl" / "rtl").glob("*.v"))]
    words = ["--model", "feed_handler", "--top", "mdHandler", "-I", str(ROOT / "hdl" / "include"), *map(str, rtl)]
    code, said, _ = init(tmp_path, "md", *words)
    assert code == 0
    assert said[0] == "module mdHandler: clock sysClk, reset sysRstN (active low), ready initDone"
    passed = plain_pytest(tmp_path / "md", "-n", "2", "--target", "rtl@icarus")
    assert "2 passed" in passed.stdout, passed.stdout

    source = tmp_path / "md" / "hdl" / "rtl" / "mdHandler.v"
    text = source.read_text()
    assert text.count(".m_bbo_axis_tdata(quoteData)") == 1
    text = text.replace(".m_bbo_axis_tdata(quoteData)", ".m_bbo_axis_tdata(quote)")
    source.write_text(
        text.replace("  feed_handler #(", "  wire [511:0] quote;\n  assign quoteData = quote ^ (512'd1 << 256);\n  feed_handler #(")
    )
    failed = plain_pytest(tmp_path / "md", "scenarios/md_handler/orders_move_the_top.scn::rtl@icarus")
    assert failed.returncode == 1, failed.stdout
    assert "bid_price of bbo[0] differ from the same BBO in events[" in failed.stdout


def test_what_is_there_is_kept(init: Init, gate: Path) -> None:
    """A second init changes nothing; nor does the first, where the user has a file of that name."""
    (gate / "pyproject.toml").write_text("[project]\nname = 'mine'\nversion = '1'\n")
    _, said, _ = init(gate, "--top", "frameGate", "rtl/frameGate.v")
    assert "kept  pyproject.toml, which was there" in said
    before = {path: path.read_bytes() for path in gate.rglob("*") if path.is_file()}
    _, said, _ = init(gate, "--top", "frameGate", "rtl/frameGate.v")
    assert sum(line.startswith("kept ") for line in said) == 7
    assert {path: path.read_bytes() for path in gate.rglob("*") if path.is_file()} == before


def test_rtl_from_elsewhere_is_copied_into_the_repository(init: Init, tmp_path: Path) -> None:
    """With what it includes, so that CI finds it; ports of the nineties, with a keep and a ready."""
    _, said, _ = init(tmp_path, "new", "--top", "byte_fifo", str(RTL / "byte_fifo.v"))
    assert said[1:3] == [
        "  in  in: 64 bits, i_data, i_be, i_valid, i_eop, o_ready",
        "  out out: 64 bits, o_data, o_be, o_valid, o_eop, i_ready",
    ]
    assert said[-1] == "check hdl/dut/byte_fifo.toml, then: cd new && pytest -n 2"
    assert (tmp_path / "new" / "hdl" / "rtl" / "byte_fifo.v").read_bytes() == (RTL / "byte_fifo.v").read_bytes()
    init(tmp_path, "other", "--top", "frameGate", str(RTL / "frameGate.v"))
    assert (tmp_path / "other" / "hdl" / "include" / "widths.vh").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--top", "frameGate"], "Missing argument"),
        (["--top", "frameGate", "a", "b", "rtl/frameGate.v"], "at most one folder"),
        (["--top", "frameGate", "rtl/none.v"], "rtl/none.v: no such file"),
        (["--top", "gate", "rtl/frameGate.v"], "no module gate there"),
        (["new", "--top", "frameGate", "rtl/frameGate.v", "rtl/../rtl/frameGate.v"], "copies of files with the same name"),
    ],
    ids=["no file", "two folders", "missing file", "no such module", "same name"],
)
def test_a_mistake_is_told_and_writes_nothing(init: Init, gate: Path, words: list[str], said: str) -> None:
    """Exit code 2."""
    code, _, told = init(gate, *words)
    assert (code, said in told) == (2, True)
    assert [path.name for path in gate.iterdir()] == ["rtl"]
