# SPDX-License-Identifier: Apache-2.0
"""Which clocks get waves, worked out by hand from a cause, a divergence and a clock of 6400 ps."""

from __future__ import annotations

from tickproof.capture import Capture
from tickproof.cause.moment import Moment, moment_of
from tickproof.check import Divergence

CLOCK_PS = 6400
TIME_0 = 1000  # clocks since reset


def capture(epoch_ps: int | None = TIME_0 * CLOCK_PS) -> Capture:
    """A run of which only the clock matters."""
    return Capture({}, {}, {}, CLOCK_PS, epoch_ps, 0, "simulated", "")


def divergence(caused: int | None, seen: int | None) -> Divergence:
    """Times in clocks since time 0."""
    caused_ps, seen_ps = (None if clock is None else clock * CLOCK_PS for clock in (caused, seen))
    return Divergence("events[0]", "differs", caused_ps=caused_ps, seen_ps=seen_ps)


def test_waves_begin_before_the_cause_and_end_behind_what_showed() -> None:
    """64 clocks on either side."""
    assert moment_of(divergence(100, 135), capture()) == Moment(1100, 1135, (1036, 1199))


def test_what_is_missing_is_looked_for_behind_its_cause() -> None:
    """Nothing showed, so there is no clock for it; 1,024 clocks are enough for a record to come."""
    assert moment_of(divergence(100, None), capture()) == Moment(1100, None, (1036, 2188))


def test_what_nobody_caused_is_looked_at_from_before() -> None:
    """An extra record: 512 clocks and a few."""
    assert moment_of(divergence(None, 700), capture()) == Moment(None, 1700, (1124, 1764))


def test_a_cause_long_ago_does_not_make_the_file_endless() -> None:
    """A quarter of a million clocks before the divergence at most."""
    first, end = moment_of(divergence(100, 1_000_000), capture()).window
    assert (first, end) == (1_001_064 - 262_144, 1_001_064)


def test_a_wrong_counter_has_no_moment_and_gets_waves_from_the_beginning() -> None:
    """Also where nobody knows when time 0 was."""
    assert moment_of(divergence(None, None), capture()) == Moment(None, None, (0, 131_072))
    assert moment_of(divergence(100, 135), capture(None)) == Moment(None, None, (0, 131_072))


def test_waves_never_begin_before_reset() -> None:
    """The commit of the setup is the cause: it went in before time 0."""
    assert moment_of(divergence(-980, -950), capture()).window == (0, 114)
