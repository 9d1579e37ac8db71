# SPDX-License-Identifier: Apache-2.0
"""What can go wrong in the middle of a run: it is counted or named, and never hangs."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest
from conftest import Bench
from plan_folder import GROUP, RINGS, Row, numbered, outputs, sent_ns, udp_frame, write_plan, write_sends


@pytest.mark.parametrize("transport", ["udp", *RINGS])
def test_outputs_that_did_not_fit_into_the_ring_are_counted(transport: str, bench: Bench) -> None:
    """While the player is stopped its ring overflows: what came and what was lost make the whole."""
    link = bench.link(transport)
    device = bench.device("--echo", link.interface, "--flood", udp_frame(bytes(1000)).hex())
    write_plan(bench.folder, f"out events {transport} {link.interface} {GROUP}", end=1_000_000_000, limit=20_000_000_000)
    player = bench.start()
    player.send_signal(signal.SIGSTOP)
    device.send_signal(signal.SIGUSR1)
    assert device.stdout
    assert device.stdout.readline() == "flooded\n"
    player.send_signal(signal.SIGCONT)
    assert player.wait(10) == 0
    lost = bench.summary()["lost"]
    assert lost > 0
    assert len(outputs(bench.folder, "events")) + lost == 20_000


def test_a_send_that_went_out_late_is_counted(bench: Bench) -> None:
    """And the worst delay is told."""
    link = bench.link()
    write_sends(bench.folder, "feed", [Row(at, udp_frame(b"x")) for at in (0, 600_000_000, 601_000_000, 1_500_000_000)])
    write_plan(bench.folder, f"in feed raw {link.interface}")
    player = bench.start()
    player.send_signal(signal.SIGSTOP)
    time.sleep(0.6)
    player.send_signal(signal.SIGCONT)
    assert player.wait(10) == 0
    assert bench.summary()["late"] >= 2
    assert 50_000_000 < bench.summary()["late_ns"] < 800_000_000


@pytest.mark.parametrize("transport", ["udp", *RINGS])
@pytest.mark.parametrize(("how", "state"), [("set", ["down"]), ("del", [])], ids=["down", "gone"])
def test_an_interface_that_goes_away_ends_the_run(transport: str, how: str, state: list[str], bench: Bench) -> None:
    """At once, with its name."""
    interface = bench.link(f"{how}{transport}").interface
    write_sends(bench.folder, "feed", [Row(0, udp_frame(b"x"))])
    write_plan(bench.folder, f"in feed {transport} {interface}", f"out events {transport} {interface} {GROUP}", end=4_000_000_000)
    player = bench.start()
    before = time.monotonic()
    subprocess.run(bench.bed.enter("player", ["ip", "link", how, interface, *state]), check=True)
    assert player.wait(5) == 1
    assert time.monotonic() - before < 1
    assert interface in bench.summary()["trouble"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_with_what_there_is(number: int, bench: Bench) -> None:
    """Results are whole."""
    link = bench.link()
    bench.device("--echo", link.interface)
    write_sends(bench.folder, "feed", [*numbered(5), Row(4_000_000_000, udp_frame(b"never"))])
    write_plan(bench.folder, f"in feed raw {link.interface}", f"out events raw {link.interface} {GROUP}")
    player = bench.start()
    player.send_signal(number)
    assert player.wait(1) == 1
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


MISTAKES = [
    (["in feed raw"], "plan.conf:1: wrong number of words behind `in` (got 2, expected 3)"),
    (["in feed ray lo"], "plan.conf:1: unknown word (got ray, expected udp or raw or xdp)"),
    (["inn feed raw lo"], "plan.conf:1: unknown line (got inn)"),
    (["in feed raw lo", "# a comment", "in feed raw lo"], "plan.conf:3: no name for another port (got feed)"),
    (["out events udp lo"], "plan.conf:1: a udp output needs an address"),
    (["out events udp lo 239.1.2 5000"], "plan.conf:1: not an IPv4 address (got 239.1.2, expected a.b.c.d)"),
    (["out events udp lo 239.1.2.3 70000"], "plan.conf:1: not a number that fits (got 70000, expected 1 to 65535)"),
    (["records events"], "plan.conf:1: no `out` line above has this port (got events)"),
    (["stream client connects 10.0.0.1 7000"], "plan.conf:1: unknown word (got connects, expected connect or listen)"),
    (["burst 8", "burst 9"], "plan.conf:2: `burst` was already said"),
    (["in feed raw nowhere0"], "nowhere0: no such interface (got No such device)"),
    (["in feed xdp nowhere0"], "nowhere0: no such interface (got No such device)"),
    (["out events udp nowhere0 239.1.2.3 5000"], "nowhere0: no such interface (got No such device)"),
    (["control unix /nowhere/control"], "/nowhere/control: cannot reach the device's control socket (got No such file or directory)"),
    (["cpu 999"], "plan.conf: cannot pin to core 999 (got Invalid argument)"),
    (
        ["in feed raw lo", "onload required"],
        "feed: Onload does not carry this port (got frames past the sockets, expected an accelerated socket)",
    ),
    (["in feed udp lo", "onload required"], "feed: Onload does not carry this port (got no library, expected an accelerated socket)"),
    (["stream client connect 10.0.0.1 7000", "onload required"], "client: Onload does not carry this port"),
    (["out events raw lo", "timestamps hardware"], "lo: the driver does not"),
    (["out events udp lo 239.1.2.3 5000", "timestamps hardware"], "lo: the driver does not"),
]
