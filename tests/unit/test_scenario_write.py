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
from tickproof.scenario.strategies import feed_programs, feed_scenarios
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
@given(feed_scenarios(max_lines=25), st.data())
def test_random_scenarios_are_valid_text(text: str, data: st.DataObject) -> None:
    """They can be kept in a file as they are; and any cut of one is either a scenario or an InputError, never a crash."""
    parse_text(text)
    place = data.draw(st.integers(0, len(text)))
    with suppress(InputError):
        parse_text(text[:place] + text[place + 1 :])
