# SPDX-License-Identifier: Apache-2.0
"""Programs as text and back, on random programs and on every scenario of the project."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tickproof.errors import InputError
from tickproof.program import PortProgram, Program, Send, WaitFor
from tickproof.scenario import parse, parse_text
from tickproof.scenario.feed import FeedLine
from tickproof.scenario.strategies import feed_programs, feed_scenarios, order_programs, order_scenarios
from tickproof.scenario.write import same_program, to_scn

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").rglob("*.scn"))
RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@RELAXED
@given(feed_programs(max_lines=25))
def test_a_random_program_survives_being_written(program: Program) -> None:
    """Setup, ports, times, flags, parameters and end: what a failing random test prints is what failed."""
    text = to_scn(program, "random")
    note(text)
    assert same_program(parse_text(text).program, program)


@RELAXED
@given(order_programs(max_lines=25))
def test_a_random_program_of_the_order_path_survives_being_written(program: Program) -> None:
    """Limits, links, packets, splits and commands, too."""
    text = to_scn(program, "random")
    note(text)
    assert same_program(parse_text(text).program, program)


@RELAXED
@given(st.lists(st.binary(max_size=80), max_size=5), st.sampled_from(("client", "exchange")))
def test_random_bytes_on_a_stream_survive_being_written(data: list[bytes], port: str) -> None:
    """Whole packets or not, and segments without a byte left out."""
    plain = parse_text('dut = "tick_to_trade"\nlinks = "down"\n---\n').program
    sends = [Send(50 * (row // 2), part) for row, part in enumerate(data) if part]
    program = replace(plain, ports={port: PortProgram.of(sends)})
    assert same_program(parse_text(to_scn(program)).program, program)


def test_a_stream_is_written_as_packets_and_messages() -> None:
    """What a person would have written: names, cuts, what the exchange repeats left out."""
    header = 'dut = "tick_to_trade"\nlinks = "down"\n[symbols.AAPL]\n---\n'
    lines = [
        "   0  < client   up",
        "2us  < client   enter_order ref=1 price=150.01 price_type=P | cancel_order ref=1 appendage=0 !split=7,60",
        "3us  < exchange order_accepted ref=1 | unsequenced msg=hex:5a",
        "4us  < client   packet=hex:0000",
        "5us  < control  kill AAPL on",
    ]
    written = to_scn(parse_text(header + "\n".join(lines)).program).splitlines()
    assert [line.split(None, 1)[1].split() for line in written[written.index("---") + 1 :]] == [
        line.replace("price_type=P", "options=hex:020650").split(None, 1)[1].split() for line in lines
    ]


def test_limits_that_symbols_share_are_written_once() -> None:
    """In `[risk]`; those that differ stand with their symbols, and what is wide open is not written."""
    header = 'dut = "tick_to_trade"\n[risk]\nmax_shares = 5\nburst = 7\n[symbols.A]\n[symbols.B]\nmax_long = 3\n---\n'
    text = to_scn(parse_text(header).program)
    assert '[risk]\nburst = "7"\nmax_shares = "5"\n' in text
    assert text.count("max_long") == 1
    assert "max_short" not in text


@RELAXED
@given(st.lists(st.binary(min_size=1, max_size=120), max_size=5), st.booleans())
def test_random_bytes_on_a_line_survive_being_written(data: list[bytes], framed: bool) -> None:
    """Whether they are a whole frame or the UDP payload in good headers."""
    plain = parse_text('dut = "feed_handler"\n---\n').program
    line = FeedLine("feed_a", 0xE9360C6F, 26477)
    port = PortProgram.of(Send(100 * row, line.frame(part) if framed else part) for row, part in enumerate(data))
    program = replace(plain, ports={"feed_a": port})
    assert same_program(parse_text(to_scn(program)).program, program)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_survives_being_written(path: Path) -> None:
    """Line by line from the bytes alone, and with `feed` lines where both lines carry a packet."""
    program = parse(path).program
    text = to_scn(program)
    assert same_program(parse_text(text).program, program)


def test_a_program_that_waits_cannot_be_written() -> None:
    """The feed part of the language has no word for it."""
    port = PortProgram.of([Send(0, b"\0", wait_for=WaitFor("events", 1))])
    with pytest.raises(InputError, match="wait for an output"):
        to_scn(Program("feed_handler", {"feed_a": port}))


def test_a_setup_that_is_no_header_cannot_be_written() -> None:
    """Two commits, say."""
    program = parse_text('dut = "feed_handler"\n---\n').program
    with pytest.raises(InputError, match="its setup is not that of a header"):
        to_scn(replace(program, setup=program.setup * 2))


@RELAXED
@given(feed_scenarios(max_lines=25) | order_scenarios(max_lines=15), st.data())
def test_random_scenarios_are_valid_text(text: str, data: st.DataObject) -> None:
    """They can be kept in a file as they are; and any cut of one is either a scenario or an InputError, never a crash."""
    parse_text(text)
    place = data.draw(st.integers(0, len(text)))
    with suppress(InputError):
        parse_text(text[:place] + text[place + 1 :])
