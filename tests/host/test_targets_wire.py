# SPDX-License-Identifier: Apache-2.0
"""The host targets as a person runs them: a scenario plays, and whatever is killed in the middle of a run, there is a clear verdict within
5 s and nothing is left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tickproof.targets import get_target

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "scenarios" / "order_entry" / "an_order_inside_every_limit_is_forwarded.scn"
SOON_S = 5.0
LONG = """\
dut = "tick_to_trade"
covers = []

[symbols.AAPL]
locate = 7
base = "140.00"

[opening]
AAPL = "150.00x1000 150.02x1000"
---
     0     <  client    enter_order ref=1 side=B quantity=100 price=150.02
+10000us  <  client    enter_order ref=2 side=B quantity=100 price=150.02
"""
"""It takes a gateway 20 s."""


@pytest.fixture(autouse=True)
def _can_play() -> None:
    if reason := get_target("gateway@raw").unavailable():
        pytest.skip(reason)


@pytest.mark.parametrize("target", ["gateway@udp", "gateway@raw", "gateway@xdp", "rtl@raw"])
def test_a_scenario_plays_unchanged(target: str, tmp_path: Path) -> None:
    """The same file as in simulation; bytes, records and counters as golden has them, on no wire."""
    if reason := get_target(target).unavailable():
        pytest.skip(reason)
    done = subprocess.run(_command(SCENARIO, target), cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    result = _result(tmp_path)
    assert (result["status"], result["grade"], result["host"]["lost"]) == ("pass", "loopback", 0), done.stdout + done.stderr
    assert result["compared"]["records"] > 0
    assert result["compared"]["packets"] > 0


def test_a_gateway_that_is_killed_is_named(tmp_path: Path) -> None:
    """With the signal; the run fails, and does not hang."""
    with _playing(tmp_path) as run:
        os.kill(_pid(tmp_path, "gateway"), signal.SIGKILL)
        assert run.wait(SOON_S) == 1
    assert "the device was killed by SIGKILL" in _result(tmp_path)["divergence"]["summary"]


def test_a_player_that_is_killed_is_named(tmp_path: Path) -> None:
    """Nobody knows what it would have seen."""
    with _playing(tmp_path) as run:
        os.kill(_pid(tmp_path, "wire"), signal.SIGKILL)
        assert run.wait(SOON_S) == 1
    assert "the player was killed by SIGKILL" in _result(tmp_path)["divergence"]["summary"]


@pytest.mark.parametrize("do", ["link del", "link set down dev"])
def test_an_interface_that_goes_away_is_named(tmp_path: Path, do: str) -> None:
    """Deleted with its peer, or taken down."""
    with _playing(tmp_path) as run:
        device = _pid(tmp_path, "gateway")
        interface = _interface(device, "feed_a")
        inside = ["nsenter", "--target", str(device), "--net", "ip", *do.split(), interface]
        subprocess.run(inside, check=True)
        assert run.wait(SOON_S) == 1
    assert interface in _result(tmp_path)["divergence"]["summary"]


def test_nothing_outlives_tickproof_itself(tmp_path: Path) -> None:
    """Killed without a chance to clean up: no process of it is left, and no namespace."""
    with _playing(tmp_path) as run:
        spaces = {os.readlink(f"/proc/{_pid(tmp_path, name)}/ns/net") for name in ("gateway", "wire")}
        run.kill()
        run.wait()
        assert _soon(lambda: not _processes(tmp_path))
        assert _soon(lambda: not spaces & _namespaces())


def test_an_interrupt_ends_everything(tmp_path: Path) -> None:
    """Ctrl-C."""
    with _playing(tmp_path) as run:
        run.send_signal(signal.SIGINT)
        assert run.wait(SOON_S) == 130
        assert _soon(lambda: not _processes(tmp_path))


def _command(scenario: Path, target: str) -> list[str]:
    tool = shutil.which("tickproof", path=str(Path(sys.executable).parent)) or "tickproof"
    return [tool, "run", str(scenario), "--target", target, "--out", "out"]


@contextmanager
def _playing(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A long run, in the middle."""
    (folder / "long.scn").write_text(LONG)
    (folder / "hdl").symlink_to(ROOT / "hdl")
    environment = {**os.environ, "TMPDIR": str(folder), "TICKPROOF_CACHE": str(ROOT / "build")}
    with subprocess.Popen(_command(folder / "long.scn", "gateway@raw"), cwd=folder, env=environment, stdout=subprocess.DEVNULL) as run:
        try:
            assert _soon(lambda: {"gateway", "wire"} <= set(_processes(folder)), 120)
            time.sleep(0.3)  # it has begun to play
            yield run
        finally:
            run.kill()


def _processes(folder: Path) -> dict[str, int]:
    """Our programs whose command line has the folder in it: gateway or wire -> process id."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if words[0].rpartition("/")[2].startswith("tickproof-") and any(str(folder) in word for word in words[1:]):
            found[words[0].rpartition("-")[2]] = int(path.parent.name)
    return found


def _pid(folder: Path, name: str) -> int:
    return _processes(folder)[name]


def _interface(pid: int, port: str) -> str:
    text = Path(f"/proc/{pid}/net/dev").read_text()
    return next(line.split(":")[0].strip() for line in text.splitlines() if f"_{port}:" in line)


def _namespaces() -> set[str]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/ns/net"):
        try:
            found.add(os.readlink(path))
        except OSError:
            continue
    return found


def _soon(true: Callable[[], bool], limit_s: float = SOON_S) -> bool:
    deadline = time.monotonic() + limit_s
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def _result(folder: Path) -> dict[str, dict[str, object]]:
    (result,) = json.loads((folder / "out" / "result.json").read_text())["results"]
    return dict(result)
