# SPDX-License-Identifier: Apache-2.0
"""What can go wrong in the middle of a run: it is counted or named, and never hangs."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest
from plan_folder import GROUP, RINGS, Row, numbered, outputs, sent_ns, udp_frame, write_plan, write_sends
from player_bench import Bench
from waiting import soon_s

LARGE = udp_frame(bytes(1000))
"""Nothing that a kernel sends by itself is as large."""
NEVER_NS = 120_000_000_000
"""No test takes so long."""


@pytest.mark.parametrize("transport", ["udp", *RINGS])
def test_outputs_that_did_not_fit_into_the_ring_are_counted(transport: str, bench: Bench) -> None:
    """While the player is stopped its ring overflows: what came and what was lost make the whole, the echo of its own frame among it."""
    link = bench.link(transport)
    device = bench.device("--echo", link.interface, "--flood", udp_frame(bytes(1000)).hex())
    write_sends(bench.folder, "feed", [Row(0, LARGE)])
    ports = (f"in feed {transport} {link.interface}", f"out events {transport} {link.interface} {GROUP}")
    write_plan(bench.folder, *ports, end=1_000_000_000, limit=20_000_000_000)
    player = bench.start(link, out=len(LARGE))
    player.send_signal(signal.SIGSTOP)
    device.send_signal(signal.SIGUSR1)
    assert device.stdout
    assert device.stdout.readline() == "flooded\n"
    player.send_signal(signal.SIGCONT)
    assert player.wait(10 + soon_s()) == 0
    lost = bench.summary()["lost"]
    assert lost > 0
    assert len(outputs(bench.folder, "events")) + lost == 20_001


def test_a_send_that_went_out_late_is_counted(bench: Bench) -> None:
    """And the worst delay is told. The player stands still until its next two sends are late: only time can end that."""
    link = bench.link()
    began = time.monotonic_ns()
    write_sends(bench.folder, "feed", [Row(at, LARGE) for at in (0, 1_000_000_000, 1_001_000_000, 1_900_000_000)])
    write_plan(bench.folder, f"in feed raw {link.interface}")
    player = bench.start(link, out=len(LARGE))
    player.send_signal(signal.SIGSTOP)
    time.sleep(1.1)
    player.send_signal(signal.SIGCONT)
    assert player.wait(10 + soon_s()) == 0
    assert bench.summary()["late"] >= 2
    assert 50_000_000 < bench.summary()["late_ns"] < time.monotonic_ns() - began


@pytest.mark.parametrize("transport", ["udp", *RINGS])
@pytest.mark.parametrize(("how", "state"), [("set", ["down"]), ("del", [])], ids=["down", "gone"])
def test_an_interface_that_goes_away_ends_the_run(transport: str, how: str, state: list[str], bench: Bench) -> None:
    """At once, with its name."""
    link = bench.link(f"{how}{transport}")
    write_sends(bench.folder, "feed", [Row(0, LARGE)])
    ports = (f"in feed {transport} {link.interface}", f"out events {transport} {link.interface} {GROUP}")
    write_plan(bench.folder, *ports, end=NEVER_NS, limit=NEVER_NS)
    player = bench.start(link, out=len(LARGE))
    subprocess.run(bench.bed.enter("player", ["ip", "link", how, link.interface, *state]), check=True)
    assert player.wait(soon_s()) == 1
    assert link.interface in bench.summary()["trouble"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_with_what_there_is(number: int, bench: Bench) -> None:
    """Results are whole."""
    link = bench.link()
    bench.device("--echo", link.interface)
    write_sends(bench.folder, "feed", [*numbered(5), Row(NEVER_NS, udp_frame(b"never"))])
    write_plan(bench.folder, f"in feed raw {link.interface}", f"out events raw {link.interface} {GROUP}", limit=NEVER_NS)
    played = sum(len(row.data) for row in numbered(5))
    player = bench.start(link, out=played, back=played)
    player.send_signal(number)
    assert player.wait(soon_s()) == 1
    assert bench.summary()["trouble"] == "stopped by a signal"
    assert [output.data for output in outputs(bench.folder, "events")] == [row.data for row in numbered(5)]
    assert [at > 0 for at in sent_ns(bench.folder, "feed")] == [True] * 5 + [False]


def test_a_run_that_takes_too_long_is_ended(bench: Bench) -> None:
    """`limit` is the last word."""
    write_plan(bench.folder, end=3_000_000_000, limit=200_000_000)
    bench.play(1)
    assert "the run takes too long" in bench.summary()["trouble"]


def test_a_full_disk_is_trouble(bench: Bench) -> None:
    """Here a limit on the size of files, which the player meets in the same way."""
    link = bench.link()
    bench.device("--echo", link.interface)
    write_sends(bench.folder, "feed", [Row(0, udp_frame(bytes(1200)))] * 100)
    write_plan(bench.folder, f"in feed raw {link.interface}", f"out events raw {link.interface} {GROUP}", end=100_000_000)
    limited = f"trap '' XFSZ; ulimit -f 64; exec {bench.program} {bench.folder}"
    done = subprocess.run(bench.bed.enter("player", ["bash", "-c", limited]), timeout=20, check=False)
    assert done.returncode == 1
    assert bench.summary()["trouble"] == "events.data: cannot write the results (got File too large)"
