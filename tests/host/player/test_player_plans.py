# SPDX-License-Identifier: Apache-2.0
"""Mistakes in a plan are one line, before anything is sent."""

from __future__ import annotations

import pytest
from plan_folder import LINK_UP, Row, write_plan, write_sends
from player_bench import Bench

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
    (["hold line"], "plan.conf:1: unknown word (got line, expected stdin)"),
    (["hold stdin"], "told to end before it began"),
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


@pytest.mark.parametrize(("lines", "said"), MISTAKES, ids=[said for _, said in MISTAKES])
def test_what_is_wrong_before_the_start_is_one_line(lines: list[str], said: str, bench: Bench) -> None:
    """And exit code 2."""
    write_plan(bench.folder, *lines)
    line = bench.play(2)
    assert line.startswith("tickproof-wire: ")
    assert said in line
    assert line.count("\n") == 1
    assert not (bench.folder / "summary.json").exists()


ROWS = [
    ("feed", [Row(5, b"x" * 60), Row(4, b"x" * 60)], "row 1: it is earlier than the row before"),
    ("feed", [Row(0, b"x" * 60, flags=1)], "row 0: a host cannot send this flag"),
    ("feed", [Row(0, b"x" * 60, awaited=1)], "row 0: it waits for a port that the plan does not have"),
    ("feed", [Row(0)], "row 0: a frame has bytes"),
    ("client", [Row(0, flags=LINK_UP), Row(0, flags=LINK_UP)], "row 1: the link is already up"),
    ("client", [Row(0, b"x", flags=LINK_UP)], "row 0: a link going up or down has no bytes"),
]


@pytest.mark.parametrize(("port", "rows", "said"), ROWS, ids=[said for _, _, said in ROWS])
def test_sends_that_cannot_be_played_are_one_line(port: str, rows: list[Row], said: str, bench: Bench) -> None:
    """They are seen before anything is sent."""
    link = bench.link()
    write_sends(bench.folder, port, rows)
    write_plan(bench.folder, f"in feed raw {link.interface}", f"stream client connect {link.device} 7000")
    assert bench.play(2) == f"tickproof-wire: {port}.sends: {said}\n"
