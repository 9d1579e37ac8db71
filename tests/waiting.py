# SPDX-License-Identifier: Apache-2.0
"""Waiting for what other processes and the kernel do."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

_SOON_S = 5.0
_BETWEEN_LOOKS_S = 0.01


def soon_s() -> float:
    """5 s, and in proportion longer on a machine that has more to do than it has processors."""
    return _SOON_S * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def soon(true: Callable[[], bool], limit_s: float | None = None) -> bool:
    """Whether it becomes true in time. It looks again and again: nothing tells when a namespace or somebody else's process has gone."""
    deadline = time.monotonic() + (soon_s() if limit_s is None else limit_s)
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(_BETWEEN_LOOKS_S)
    return True
