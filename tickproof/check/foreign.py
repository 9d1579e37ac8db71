# SPDX-License-Identifier: Apache-2.0
"""Frames of others on a feed line. On a host (and behind a switch) ARP, IPv6 discovery and other people's multicast arrive at the device,
too; it drops and counts them, as the contract says. They are told, and change no verdict."""

from __future__ import annotations

from collections.abc import Mapping

from tickproof.capture import Capture

__all__ = ["foreign_frames"]

_WHY = ("oversize", "runt", "not_ours", "not_ipv4", "bad_ip_header", "fragment", "not_udp")
"""Why the frame filter drops what was meant for nobody here (contract 2.1)."""


def foreign_frames(capture: Capture, exact: Mapping[str, int]) -> dict[str, int]:
    """Counter -> how far it is above golden's `exact` value because of frames that the player never sent.

    Only of captures from a host, and of a line only where it adds up: each frame too many was dropped, for a reason that is counted.
    """
    found: dict[str, int] = {}
    for line in "ab" if capture.host else "":
        names = [f"{line}_{name}" for name in ("frames", *_WHY)]
        if not all(name in capture.counters and name in exact for name in names):
            continue
        frames, *dropped = (capture.counters[name] - exact[name] for name in names)
        if frames > 0 and min(dropped) >= 0 and sum(dropped) == frames:
            found |= {name: more for name, more in zip(names, (frames, *dropped), strict=True) if more}
    return found
