# SPDX-License-Identifier: Apache-2.0
"""How much work something is, counted and not timed: the same on every machine, however busy."""

from __future__ import annotations

import sys
from collections.abc import Callable


def steps(action: Callable[[], object]) -> int:
    """Calls of Python and of C functions that it makes. What one call of numpy does is not seen."""
    count = 0

    def on_event(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count
