# SPDX-License-Identifier: Apache-2.0
"""Frames that the player never sent: told where they add up, and never an excuse for counters that do not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_host import HOST

from tickproof.capture import Capture
from tickproof.check.foreign import foreign_frames

NAMES = ("frames", "oversize", "runt", "not_ours", "not_ipv4", "bad_ip_header", "fragment", "not_udp")
GOLDEN = {f"{line}_{name}": 0 for line in "ab" for name in NAMES} | {"a_frames": 5, "b_frames": 5, "a_not_ours": 1}


def capture(**more: int) -> Capture:
    """Of a host; its counters are golden's and so many more."""
    counters = {name: value + more.get(name, 0) for name, value in GOLDEN.items()}
    return Capture({}, {}, counters, None, None, 0, "loopback", "", host=HOST)


def test_frames_that_were_all_dropped_are_of_others() -> None:
    """Three ARP requests and one mDNS datagram on line A."""
    noise = {"a_frames": 4, "a_not_ipv4": 3, "a_not_ours": 1}
    assert foreign_frames(capture(**noise), GOLDEN) == noise


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"a_not_ours": 1}, id="counted as dropped, not as a frame"),
        pytest.param({"a_frames": 1}, id="a frame too many that nothing accounts for"),
        pytest.param({"a_frames": 2, "a_not_ours": 1}, id="two frames, one of them dropped"),
        pytest.param({"a_frames": 1, "a_not_ours": -1, "a_not_ipv4": 2}, id="the wrong reason for a frame that was sent"),
        pytest.param({"a_frames": -1}, id="a frame is missing"),
    ],
)
def test_what_does_not_add_up_is_no_excuse(wrong: dict[str, int]) -> None:
    """The counters stay wrong, and EVT-4 says so."""
    assert foreign_frames(capture(**wrong), GOLDEN) == {}


def test_nobody_else_is_on_the_wire_of_a_simulation() -> None:
    """There each frame too many is the device's."""
    simulated = replace(capture(a_frames=1, a_not_ours=1), host=None)
    assert foreign_frames(simulated, GOLDEN) == {}
