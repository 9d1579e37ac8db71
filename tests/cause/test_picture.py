# SPDX-License-Identifier: Apache-2.0
"""Which clocks the picture shows and how it writes values, on waves that are FAKE: a rule for each signal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tickproof.cause.columns import columns_of
from tickproof.cause.moment import Moment
from tickproof.cause.picture import waveform_svg
from tickproof.cause.signals import Group, Lane

DEVICE = "tickproof_harness.device."
GROUPS = [
    Group("feed in", (Lane("in_valid", False), Lane("in_data", True, "in_valid"), Lane("in_last", False, "in_valid"))),
    Group("bbo out", (Lane("out_valid", False), Lane("out_data", True, "out_valid"))),
]


@dataclass(frozen=True)
class FakeWaves:
    """FAKE waves. rules: signal -> value in a clock."""

    rules: Mapping[str, Callable[[int], int | str]]
    widths: Mapping[str, int]

    def has(self, name: str) -> bool:
        """The signals that have rules are there."""
        return name.removeprefix(DEVICE) in self.rules

    def bits(self, name: str) -> int:
        """One unless told."""
        return self.widths.get(name.removeprefix(DEVICE), 1)

    def value(self, name: str, clock: int) -> int | str:
        """By the rule."""
        return self.rules[name.removeprefix(DEVICE)](clock)


def waves(valid_in: Callable[[int], bool], valid_out: Callable[[int], bool], data: Callable[[int], int | str] = int, bits: int = 64) -> Any:
    """Clocks in which the ports transfer, and what `out` carries."""
    rules: dict[str, Callable[[int], int | str]] = {
        "in_valid": lambda clock: int(valid_in(clock)),
        "in_data": int,
        "in_last": lambda _: 0,
        "out_valid": lambda clock: int(valid_out(clock)),
        "out_data": data,
    }
    return FakeWaves(rules, {"in_data": 64, "out_data": bits})


def test_clocks_in_which_nothing_moves_are_left_out_and_counted() -> None:
    """In at 100 to 101, out at 150: a clock around each transfer stays."""
    shown = columns_of(waves(lambda c: c in (100, 101), lambda c: c == 150), GROUPS, Moment(100, 150, (36, 214)))
    assert [(column.clock, column.skipped) for column in shown] == [
        *[(99, 0), (100, 0), (101, 0), (102, 0), (103, 0)],
        *[(149, 45), (150, 0), (151, 0), (152, 0)],
    ]


def test_of_long_transfers_the_beginning_of_the_cause_and_the_end_before_what_showed_stay() -> None:
    """72 columns: 24 from the cause on, the others up to eleven clocks behind the divergence."""
    shown = [column.clock for column in columns_of(waves(lambda _: True, lambda _: True), GROUPS, Moment(1000, 2000, (936, 2064)))]
    assert shown == [*range(997, 1021), *range(1964, 2012)]


def test_the_divergence_is_shown_even_if_nothing_moves_there() -> None:
    """Nothing ever comes out: the cause stands alone, with the clocks behind it."""
    shown = [column.clock for column in columns_of(waves(lambda c: c == 50, lambda _: False), GROUPS, Moment(50, None, (0, 1138)))]
    assert shown == [49, 50, 51, 52]


def test_a_port_at_which_nothing_moves_is_named_instead_of_drawn() -> None:
    """One line of text for all of them."""
    text = waveform_svg(waves(lambda c: c == 50, lambda _: False), GROUPS, Moment(50, None, (0, 1138)))
    assert "out_data" not in text
    assert "nothing moves at bbo out" in text


def test_values_are_hex_with_x_where_a_digit_is_not_known() -> None:
    """The lowest 15 digits of a wide bus, all of them in the title."""
    known = waveform_svg(
        waves(lambda c: c == 50, lambda c: c == 60, lambda _: 0x1234 << 240 | 0xABCDEF, 512), GROUPS, Moment(50, 60, (0, 124))
    )
    assert f"<title>{0x1234 << 240 | 0xABCDEF:0128x}</title>" in known
    assert ">…0000000<" in known
    assert ">00abcdef<" in known
    unknown = waveform_svg(waves(lambda c: c == 50, lambda c: c == 60, lambda _: "1010xxxx00z1", 12), GROUPS, Moment(50, 60, (0, 124)))
    assert "<title>axx</title>" in unknown


def test_waves_in_which_nothing_ever_moves_give_no_picture() -> None:
    """A wrong counter of a device that got nothing."""
    assert waveform_svg(waves(lambda _: False, lambda _: False), GROUPS, Moment(None, None, (0, 100))) == ""
