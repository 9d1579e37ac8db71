# SPDX-License-Identifier: Apache-2.0
"""Device and player as processes: what is said when one of them does not do what it should, with shell scripts in their place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from waiting import soon

from tickproof.targets.wire import process
from tickproof.targets.wire.process import DEVICE_LOG, PLAYER_LOG, play

READY = "echo ready; "
WAITS = "sleep 30 & wait"
GOOD_DEVICE = ["sh", "-c", f"trap 'kill $!; exit 0' TERM; {READY} {WAITS}"]
BUSY_DEVICE = ["sh", "-c", f"trap 'exit 0' TERM; {READY} while :; do :; done"]
GOOD_PLAYER = ["sh", "-c", "exit 0"]


@pytest.fixture(autouse=True)
def turn_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is locked while somebody plays: each test has its own, and waits for no real run."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # of those in other processes
    return tmp_path / f"tickproof-{os.getuid()}.turn"


def test_a_run_without_trouble_says_nothing(tmp_path: Path) -> None:
    """The device is asked to end when the player is done."""
    assert play(GOOD_DEVICE, GOOD_PLAYER, tmp_path, 5).trouble == ""


def test_a_player_that_was_not_complete_is_not_trouble_here(tmp_path: Path) -> None:
    """Its summary says why."""
    assert play(GOOD_DEVICE, ["sh", "-c", "exit 1"], tmp_path, 5).trouble == ""


STAT = """cpu  5169561 8711 1716760 2054494 19846 0 13224 30 0 0
cpu0 2428779 1442 942517 1108752 4102 0 7889 10 0 0
cpu1 2740781 7269 774243 945741 15743 0 5335 20 0 0
cpu10 2740781 7269 774243 945741 15743 0 5335 400 0 0
intr 36
ctxt 1 2 3 4 5 6 7 8 9
"""


def test_what_a_hypervisor_took_is_read_per_processor() -> None:
    """proc(5): the eighth number of a processor's line."""
    assert [process.stolen_ticks(STAT, cpus) for cpus in ((0,), (1,), (0, 1), (10,), ())] == [10, 20, 30, 400, 0]


def test_a_device_that_does_not_run_is_starved(tmp_path: Path) -> None:
    """One that sleeps, or waits in a call of the kernel: a device polls."""
    assert play(GOOD_DEVICE, ["sh", "-c", "sleep 0.5"], tmp_path, 5).starved_ns >= 450_000_000


def test_a_device_whose_processor_was_stolen_is_starved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the ticks in between, and that in which it began, though the kernel says that it ran."""
    reads = iter((7, 10))
    monkeypatch.setattr(process, "stolen_ticks", lambda text, cpus: next(reads))
    assert play(BUSY_DEVICE, GOOD_PLAYER, tmp_path, 5).starved_ns >= 40_000_000


def test_a_device_that_polls_is_hardly_starved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It shares a processor at worst, and what a hypervisor takes is not looked at."""
    monkeypatch.setattr(process, "stolen_ticks", lambda text, cpus: 0)
    assert play(BUSY_DEVICE, ["sh", "-c", "sleep 1"], tmp_path, 5).starved_ns < 900_000_000


def test_a_device_of_somebody_else_is_not_started(tmp_path: Path) -> None:
    """A card is there already."""
    assert play(None, GOOD_PLAYER, tmp_path, 5).trouble == ""
    assert not (tmp_path / DEVICE_LOG).exists()


def test_a_device_that_cannot_start_is_quoted(tmp_path: Path) -> None:
    """Its last line on stderr says why."""
    device = ["sh", "-c", "echo first >&2; echo 'tickproof-gateway: eth9: no such interface' >&2; exit 2"]
    assert play(device, GOOD_PLAYER, tmp_path, 5).trouble == "the device ended with status 2: tickproof-gateway: eth9: no such interface"


def test_a_device_that_dies_ends_the_run_at_once(tmp_path: Path) -> None:
    """With the signal that killed it, within 5 s, though the player would go on for 30."""
    started = time.monotonic()
    trouble = play(["sh", "-c", f"{READY} sleep 0.2; kill -SEGV $$"], ["sh", "-c", WAITS], tmp_path, 60).trouble
    assert trouble == "the device was killed by SIGSEGV"
    assert time.monotonic() - started < 5


def test_what_a_sanitizer_finds_is_no_status_of_the_programs_own(tmp_path: Path) -> None:
    """A player that found itself in error would else pass for one that was not complete; its report is quoted by its summary."""
    report = "echo '==1==ERROR'; echo 'SUMMARY: AddressSanitizer: 8 byte(s) leaked'; echo '==1==ABORTING'"
    trouble = play(GOOD_DEVICE, ["sh", "-c", f'{report}; exit "$(expr "$ASAN_OPTIONS" : "exitcode=\\([0-9]*\\)")"'], tmp_path, 5).trouble
    assert trouble == "the player ended with status 99: SUMMARY: AddressSanitizer: 8 byte(s) leaked"


def test_a_player_that_cannot_start_is_quoted(tmp_path: Path) -> None:
    """Exit status 2 is a plan that cannot be played."""
    trouble = play(GOOD_DEVICE, ["sh", "-c", "echo 'tickproof-wire: plan.conf: unknown line' >&2; exit 2"], tmp_path, 5).trouble
    assert trouble == "the player ended with status 2: tickproof-wire: plan.conf: unknown line"


def test_a_player_that_hangs_is_ended(tmp_path: Path) -> None:
    """Also if it does not listen."""
    trouble = play(GOOD_DEVICE, ["sh", "-c", f"trap '' TERM; {WAITS}; {WAITS}"], tmp_path, 0.2).trouble
    assert trouble == "the player did not end within 0.2 s; the player did not end within 2 s when it was asked to"


def test_a_device_that_is_never_ready_says_something_else(tmp_path: Path) -> None:
    """One line, `ready`, and nothing else."""
    assert play(["sh", "-c", f"echo steady; {WAITS}"], GOOD_PLAYER, tmp_path, 5).trouble == "the device said 'steady', not `ready`"


def test_a_device_that_fails_at_its_end_is_trouble(tmp_path: Path) -> None:
    """A sanitizer, say, reports then."""
    device = ["sh", "-c", f"{READY} trap 'echo ERROR: leak >&2; exit 23' TERM; {WAITS}"]
    assert play(device, ["sleep", "0.1"], tmp_path, 5).trouble == "the device ended with status 23: ERROR: leak"


def test_the_next_run_begins_when_the_player_is_over(tmp_path: Path, turn_file: Path) -> None:
    """Not when it has ended: this one ends behind the next run's beginning. What it had said before is in its log."""
    player = ["sh", "-c", f"echo playing; echo over; exec flock {turn_file} touch next"]
    assert play(GOOD_DEVICE, player, tmp_path, 10).trouble == ""
    assert (tmp_path / "next").exists()
    assert (tmp_path / PLAYER_LOG).read_text() == "playing\n"


def test_both_are_there_before_their_turn_and_begin_with_it(tmp_path: Path, turn_file: Path) -> None:
    """What they open costs the run before them nothing."""
    on_its_turn = f"read told; flock --nonblock {turn_file} true || touch"
    device = ["sh", "-c", f"touch device; {READY} {on_its_turn} device-began; {WAITS}"]
    both = "while ! [ -e device-began ]; do sleep 0.01; done"  # a device is ended as soon as its player is
    player = ["sh", "-c", f"touch player; {on_its_turn} player-began; {both}"]
    other = "echo locked; while ! [ -e device -a -e player ]; do sleep 0.01; done; sleep 0.3; ls"
    command = ["flock", turn_file, "sh", "-c", other]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path, text=True) as before:
        assert before.stdout
        assert before.stdout.readline() == "locked\n"
        play(device, player, tmp_path, 10)
        assert "began" not in before.stdout.read()
    assert (tmp_path / "device-began").exists()
    assert (tmp_path / "player-began").exists()


def test_where_interfaces_are_shared_nothing_is_opened_before_its_time(tmp_path: Path, turn_file: Path) -> None:
    """The device not before the turn: others play there. The player not before the device: a card's link may go down when it is loaded."""
    device = ["sh", "-c", f"flock --nonblock {turn_file} touch early; sleep 0.3; ls > seen; {READY} {WAITS}"]
    play(device, ["sh", "-c", "touch player"], tmp_path, 10, shared=True)
    assert not (tmp_path / "early").exists()
    assert "player\n" not in (tmp_path / "seen").read_text()


def test_where_interfaces_are_shared_the_next_run_waits_for_the_end_of_this_one(tmp_path: Path, turn_file: Path) -> None:
    """A player in a lab has the card's port open until the kernel has closed its rings."""
    player = ["sh", "-c", f"echo over; flock --timeout 0.3 {turn_file} touch next; exit 0"]
    assert play(GOOD_DEVICE, player, tmp_path, 10, shared=True).trouble == ""
    assert not (tmp_path / "next").exists()


def test_no_process_of_a_device_outlives_the_run(tmp_path: Path) -> None:
    """Its whole group is ended."""
    device = ["sh", "-c", f"sleep 77 & echo $! > {tmp_path}/pid; {READY} wait"]
    play(device, ["sleep", "0.1"], tmp_path, 5)
    pid = int((tmp_path / "pid").read_text())
    assert soon(lambda: not _alive(pid))


def test_processes_die_with_whoever_plays(tmp_path: Path) -> None:
    """Even if that is killed, and even at once."""
    program = (
        "import sys; from pathlib import Path; from tickproof.targets.wire.process import play\n"
        f"device, player = ['sh', '-c', 'echo $$ > device; {READY} exec sleep 30'], ['sh', '-c', 'echo $$ > player; exec sleep 30']\n"
        f"play(device, player, Path('{tmp_path}'), 60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as parent:
        assert soon(lambda: (tmp_path / "player").exists() and (tmp_path / "player").read_text() != "")
        parent.send_signal(signal.SIGKILL)
    for name in ("device", "player"):
        child = int((tmp_path / name).read_text())
        assert soon(lambda child=child: not _alive(child)), name


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
