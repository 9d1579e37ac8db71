# SPDX-License-Identifier: Apache-2.0
"""The command line as a user meets it: outputs, one-line errors, exit codes. Nothing here needs a simulator (fakes are named as such)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fake_device import DUT as FAKE_DUT
from fake_device import capture, honest

import tickproof
from tickproof import batches, cli, commands, runner, tasks
from tickproof.capture import Capture
from tickproof.cause import again
from tickproof.scenario import parse
from tickproof.targets import RunOptions

ADD = "0024 41 0007 0000 {time:012x} {ref:016x} {side:02x} {shares:08x} 4141504c20202020 {price:08x}"


def add(time: int, ref: int, side: str, shares: int, price: int) -> bytes:
    """One Add Order of a BinaryFILE, written out from the wire format."""
    return bytes.fromhex(ADD.format(time=time, ref=ref, side=ord(side), shares=shares, price=price))


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Run the command line in an empty folder: (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as exit_:
            cli.main(list(arguments))
        out, err = capfd.readouterr()
        return int(exit_.value.code or 0), out, err

    return run


_LINES = """\
0 < feed seq=1 stock_directory locate=7 stock=AAPL | add_order locate=7 ref=1 side=B shares=1 price=150.00
> events bbo bid=150.00x1
"""


def scn(text: str = "") -> str:
    """A scenario for the tests: one message, one record."""
    header = 'dut = "feed_handler"\n[symbols.AAPL]\nlocate = 7\nbase = "140.00"\n---\n'
    return header + (text or _LINES)


def one_line(text: str) -> bool:
    """A user's mistake is told in one line."""
    return text.count("\n") == 1 and "Traceback" not in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "absent.scn"], "absent.scn: no such file or folder"),
        (["run"], "scenarios: no such file or folder"),
        (["run", "empty_folder"], "empty_folder: no scenarios found"),
        (["run", "good.scn", "good.scn"], "good.scn: is named twice"),
        (["run", "good.scn", "--target", "rtl@nowhere"], "rtl@nowhere: no such target"),
        (["run", "good.scn", "--target", "rtl@icarus,rtl@icarus"], "rtl@icarus: target is named twice"),
        (["run", "good.scn", "-k", "nothing-like-it"], "no scenario has this in its path"),
        (["run", "empty.scn"], "empty.scn: empty file"),
        (["run", "good.scn", "--out", "good.scn/out"], "good.scn/out: cannot make this folder"),
        (["book", "absent.itch", "--symbol", "AAPL"], "absent.itch: no such file"),
        (["book", "empty.itch", "--symbol", "AAPL"], "empty.itch: file is empty"),
        (["book", "truncated.itch", "--symbol", "AAPL"], "truncated.itch"),
        (["book", "good.itch", "--symbol", "MSFT"], "symbol MSFT: does not appear"),
        (["decode", "absent.pcap"], "absent.pcap: no such file"),
        (["decode", "wifi.pcap"], "wifi.pcap"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_a_users_mistake_is_one_line_and_exit_code_2(call, arguments: list[str], says: str) -> None:
    """Issue 2: bad input has its one-line error and exit code 2, never a traceback."""
    Path("empty_folder").mkdir()
    Path("good.scn").write_text(scn())
    Path("empty.scn").write_text("")
    Path("empty.itch").write_bytes(b"")
    Path("good.itch").write_bytes(add(1, 1, "B", 100, 1_500_000))
    Path("truncated.itch").write_bytes(add(1, 1, "B", 100, 1_500_000)[:-1])
    Path("wifi.pcap").write_bytes(
        bytes.fromhex("d4c3b2a1 0200 0400 00000000 00000000 ffff0000 69000000" + "00" * 8 + "04000000" * 2 + "00" * 4)
    )
    code, _, err = call(*arguments)
    assert code == 2
    assert says in err
    assert one_line(err)


def test_a_scenario_syntax_error_names_the_place_and_shows_the_line(call) -> None:
    """scenarios.md: `file:line:column: what (got ..., expected ...)`, with the line shown; exit code 2."""
    Path("bad.scn").write_text(scn("0 < feed seq=1 add_ordr locate=7\n"))
    code, _, err = call("run", "bad.scn")
    assert code == 2
    assert re.search(r"bad\.scn:6:\d+: .*add_ordr", err)
    assert "0 < feed seq=1 add_ordr locate=7" in err
    assert "Traceback" not in err


def test_an_unknown_option_is_bad_usage(call) -> None:
    """Exit code 2 with the usage."""
    code, _, err = call("run", "--nonsense")
    assert code == 2
    assert "No such option" in err


def test_version_is_the_packages(call) -> None:
    """`tickproof --version`."""
    assert call("--version") == (0, f"tickproof, version {tickproof.__version__}\n", "")


@pytest.mark.parametrize("command", ["run", "replay", "targets", "import", "book", "decode"])
def test_every_command_has_help_with_an_example(call, command: str) -> None:
    """A person who types `--help` sees what to type next."""
    code, out, _ = call(command, "--help")
    assert code == 0
    assert command == "targets" or f"tickproof {command} " in out


def test_book_prints_one_row_for_each_change_of_the_top(call) -> None:
    """Issue 2: sequence is the ordinal of the message in the file from 1, prices are integers in 1e-4, an empty side is 0,0."""
    messages = [add(11, 1, "B", 100, 1_500_000), add(12, 2, "B", 50, 1_490_000), add(13, 3, "S", 7, 1_500_200)]
    Path("day.itch").write_bytes(b"".join(messages))
    code, out, _ = call("book", "day.itch", "--symbol", "AAPL")
    assert code == 0
    assert out.splitlines() == [
        "sequence,timestamp_ns,bid_price,bid_shares,ask_price,ask_shares",
        "1,11,1500000,100,0,0",
        "3,13,1500000,100,1500200,7",
    ]


def test_decode_prints_one_json_object_a_message(call) -> None:
    """Issue 2: packet, timestamp_ns, session, sequence, type, then the fields by their wire names."""
    Path("day.itch").write_bytes(add(11, 1, "B", 100, 1_500_000))
    code, out, _ = call("decode", "day.itch")
    assert code == 0
    message = json.loads(out)
    assert list(message)[:5] == ["packet", "timestamp_ns", "session", "sequence", "type"]
    assert (message["type"], message["sequence"], message["stock"], message["price"], message["shares"]) == ("A", 1, "AAPL", 1_500_000, 100)


def test_a_reader_that_goes_away_is_no_error_message(tmp_path: Path) -> None:
    """`tickproof decode ... | head -1` must not end in a traceback."""
    (tmp_path / "day.itch").write_bytes(add(11, 1, "B", 100, 1_500_000) * 20_000)
    command = f"{sys.executable} -m tickproof.cli decode {tmp_path}/day.itch | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=Path(tickproof.__file__).parents[1], capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


class FakeTarget:
    """A FAKE target for tests of the command line: what `run` does is the test's to say."""

    capabilities: frozenset[str] = frozenset({"exact_timing"})
    default, exclusive, time_scale = True, False, 1

    def __init__(self, name: str = "rtl@fake", reason: str | None = None) -> None:
        self.name, self.reason = name, reason

    def unavailable(self) -> str | None:
        """As the test says."""
        return self.reason

    def run(self, dut: object, program: object, options: RunOptions) -> Capture:
        """Nothing ever comes back."""
        raise KeyboardInterrupt


class ShowingTarget(FakeTarget):
    """A FAKE that shows golden's prediction. spoil: without its last record."""

    def __init__(self, spoil: bool) -> None:
        super().__init__()
        self.spoil = spoil

    def run(self, dut: object, program: object, options: RunOptions) -> Capture:
        """What the fake device shows."""
        shown, sent = honest(parse(Path("good.scn")))
        if self.spoil:
            shown.records, shown.ready_ps = shown.records[:-1], shown.ready_ps[:-1]
        return capture(shown, sent)


def use(monkeypatch: pytest.MonkeyPatch, target: FakeTarget) -> None:
    """Make the fake the only target there is."""
    for module in (tasks, commands):
        monkeypatch.setattr(module, "all_targets", lambda: (target,))
    for module in (tasks, batches, runner, again):
        monkeypatch.setattr(module, "get_target", lambda name: target)


def test_nothing_that_can_run_is_exit_code_3(call, monkeypatch: pytest.MonkeyPatch) -> None:
    """All skipped is no pass: exit code 3, and the reason is shown."""
    use(monkeypatch, FakeTarget(reason="the simulator is missing"))
    Path("good.scn").write_text(scn())
    code, out, _ = call("run", "good.scn", "--target", "rtl@fake", "-n", "1")
    assert code == 3
    assert "skipped 1: the simulator is missing" in out


def test_no_target_on_this_machine_is_exit_code_3(call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --target all that the machine can run are taken: none is exit code 3, with the reasons."""
    use(monkeypatch, FakeTarget(reason="the simulator is missing"))
    Path("good.scn").write_text(scn())
    code, _, err = call("run", "good.scn")
    assert code == 3
    assert "rtl@fake is left out: the simulator is missing" in err


def test_a_missing_capability_is_skipped_with_the_reason(call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never passed: design README, capabilities."""
    use(monkeypatch, FakeTarget())
    Path("needs.scn").write_text('requires = ["bad_fcs"]\n' + scn())
    code, out, _ = call("run", "needs.scn", "--target", "rtl@fake", "-n", "1")
    assert code == 3
    assert "needs a target with bad_fcs" in out


def test_a_scenario_that_disagrees_with_golden_fails_before_any_target_runs(call, monkeypatch: pytest.MonkeyPatch) -> None:
    """scenarios.md: the fake target would raise if it were run."""
    use(monkeypatch, FakeTarget())
    monkeypatch.setattr(runner, "load_dut", lambda name, root: type("FakeDut", (), {"model": "feed_handler"}))
    Path("wrong.scn").write_text(scn().replace("150.00x1", "151.00x1"))
    code, out, _ = call("run", "wrong.scn", "--target", "rtl@fake", "-n", "1")
    assert code == 1
    assert "the golden model and the scenario disagree: wrong.scn:7" in out
    assert "bid_price is 1500000, not 1510000" in out


def test_a_run_that_does_not_pass_leaves_a_recording_and_any_run_does_if_asked(call, monkeypatch: pytest.MonkeyPatch) -> None:
    """usage.md: `tickproof diff` reads it. The target is a FAKE that shows what golden predicts, or all but the last record."""
    Path("good.scn").write_text(scn("0 < feed seq=1 add_order locate=7 ref=1 side=B shares=1 price=150.00\n"))
    monkeypatch.setattr(runner, "load_dut", lambda name, root: FAKE_DUT)
    for spoil, options, kept in ((False, (), 0), (False, ("--record", "--pcap"), 1), (True, (), 1)):
        use(monkeypatch, ShowingTarget(spoil))
        out = f"out-{spoil}-{len(options)}"
        code, *_ = call("run", "good.scn", "--target", "rtl@fake", "-n", "1", "--out", out, *options)
        assert code == int(spoil)
        found = list(Path(out).rglob("capture.npz"))
        assert len(found) == kept
        (entry,) = json.loads(Path(out, "result.json").read_text())["results"]
        packets = {"packets": str(next(Path(out).rglob("frames.pcapng")))} if kept else {}
        assert entry["files"] == ({"recording": str(found[0])} if kept else {}) | packets
    code, text, _ = call("diff", "out-False-2", "out-True-0")
    assert (code, text.splitlines()[-1]) == (1, "1 different")


def test_interrupting_keeps_the_results_so_far(call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C: exit code 130, and result.json and junit.xml hold what was known."""
    use(monkeypatch, FakeTarget())
    monkeypatch.setattr(runner, "load_dut", lambda name, root: type("FakeDut", (), {"model": "feed_handler"}))
    Path("a_skipped.scn").write_text('requires = ["bad_fcs"]\n' + scn())
    Path("b_hangs.scn").write_text(scn())
    code, _, err = call("run", "a_skipped.scn", "b_hangs.scn", "--target", "rtl@fake", "-n", "1", "--out", "kept")
    assert code == 130
    assert "interrupted" in err
    result = json.loads(Path("kept/result.json").read_text())
    assert result["finished"] is False
    assert [entry["status"] for entry in result["results"]] == ["skipped"]
    assert "<skipped" in Path("kept/junit.xml").read_text()
    assert "not finished" in Path("kept/report.html").read_text()


def test_a_report_is_written_anew_from_its_folder(call, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/report.md: `tickproof report`; a folder that holds no run is the user's mistake."""
    use(monkeypatch, FakeTarget(reason="absent"))
    Path("good.scn").write_text(scn())
    call("run", "good.scn", "--target", "rtl@fake", "-n", "1", "--out", "kept")
    Path("kept/report.html").unlink()
    code, out, _ = call("report", "kept")
    assert (code, out.strip()) == (0, "kept/report.html")
    assert "good.scn" in Path("kept/report.html").read_text()
    code, _, err = call("report", "elsewhere")
    assert code == 2
    assert "elsewhere/result.json: cannot be read" in err


def test_default_results_go_to_a_new_folder_that_last_points_to(call, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/usage.md: out/<time>, and out/last."""
    use(monkeypatch, FakeTarget(reason="absent"))
    Path("good.scn").write_text(scn())
    for _ in range(2):
        call("run", "good.scn", "--target", "rtl@fake", "-n", "1")
    folders = [path for path in Path("out").iterdir() if path.is_dir() and not path.is_symlink()]
    assert len(folders) == 2
    assert Path("out/last/result.json").is_file()
    assert (Path("out/last")).resolve().name == max(folder.name for folder in folders)


def test_seeds_differ_from_scenario_to_scenario_and_repeat() -> None:
    """users.md: seeds that really vary and really replay; 64 bits."""
    assert tasks.task_seed(1, "a.scn") == tasks.task_seed(1, "a.scn")
    seeds = {tasks.task_seed(seed, name) for seed in (1, 2, 2**63) for name in ("a.scn", "b.scn")}
    assert len(seeds) == 6
    assert max(seeds) > 2**32
