# SPDX-License-Identifier: Apache-2.0
"""Latency statistics add up."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from fake_order_device import judged
from hypothesis import given
from hypothesis import strategies as st

from tickproof.check import Latency, merge

SAMPLES = st.lists(st.integers(-5, 300), min_size=1, max_size=300)


@given(clocks=SAMPLES)
def test_a_distribution_is_that_of_its_samples(clocks: list[int]) -> None:
    """Nearest rank: the smallest sample that at least 50 % (99 %) of all do not exceed."""
    latency = Latency.of(np.array(clocks, np.int64) * 6400, 6400)
    assert latency is not None
    assert (latency.unit, latency.n, latency.min, latency.max) == ("clk", len(clocks), min(clocks), max(clocks))
    assert latency.p50 == statistics.median_low(clocks)
    assert latency.p99 == min(value for value in clocks if 100 * sum(other <= value for other in clocks) >= 99 * len(clocks))
    assert {value: clocks.count(value) for value in set(clocks)} == latency.histogram
    assert latency.min <= latency.p50 <= latency.p99 <= latency.max


@given(parts=st.lists(SAMPLES, min_size=1, max_size=4))
def test_distributions_merge_as_if_taken_together(parts: list[list[int]]) -> None:
    """A report over many scenarios has every sample."""
    together = merge(latency for part in parts if (latency := Latency.of(np.array(part, np.int64) * 6400, 6400)))
    assert together == Latency.of(np.array([value for part in parts for value in part], np.int64) * 6400, 6400)


def test_without_a_clock_latencies_are_ns() -> None:
    """On the wire there is no clock to count."""
    latency = Latency.of(np.array([1_499, 1_500, 2_600], np.int64), None)
    assert latency == Latency("ns", 3, 1, 2, 3, 3, {1: 1, 2: 1, 3: 1})


def test_no_samples_are_no_latency() -> None:
    """None, not zeros."""
    assert Latency.of(np.zeros(0, np.int64), 6400) is None
    assert merge([]) is None


@pytest.mark.parametrize(
    ("latency", "says"),
    [
        (("clk", 2, 4, 9, 6, 7, {4: 1, 9: 1}), "does not hold"),
        (("clk", 2, 4, 4, 4, 4, {4: 1}), "the histogram sums to 1, not to n = 2"),
    ],
    ids=["order", "sum"],
)
def test_statistics_that_do_not_add_up_are_refused(latency: tuple, says: str) -> None:
    """users.md: tools of this kind have printed a mean below the minimum."""
    with pytest.raises(ValueError, match=says):
        Latency(*latency)


def test_latencies_of_orders_are_those_of_the_fake_device() -> None:
    """LAT-3, LAT-4, LAT-5 (contract 9). The FAKE takes 14 clocks from an order's last byte; an order of 50 bytes has 7 beats.

    client[1] is alone in its segment, [3] and [4] share one. client[1] ends in clock 782 + 6 and leaves in 802; its reference is the BBO
    of the opening's second frame (206 bytes, 26 beats; 500 ns: clocks 79 to 104). client[3] and [4] end in clock 2032 + 12; their
    reference is that of the frame at 11 us (clocks 1719 to 1731), and [3], in 2058, is the first that has it.
    """
    latency = judged().latency
    assert {name: latency[name].histogram for name in ("LAT-3", "LAT-4", "LAT-5")} == {
        "LAT-3": {14: 1},
        "LAT-4": {20: 1},
        "LAT-5": {802 - 104: 1, 2058 - 1731: 1},
    }
