# SPDX-License-Identifier: Apache-2.0
"""Waiting for what other processes and the kernel do."""

from __future__ import annotations

import time
from collections.abc import Callable

SOON_S = 5.0
_BETWEEN_LOOKS_S = 0.01


def soon(true: Callable[[], bool], limit_s: float = SOON_S) -> bool:
    """Whether it becomes true in time. It looks again and again: nothing tells when a namespace or somebody else's process has gone."""
    deadline = time.monotonic() + limit_s
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(_BETWEEN_LOOKS_S)
    return True
