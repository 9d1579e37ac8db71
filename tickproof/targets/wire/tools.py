# SPDX-License-Identifier: Apache-2.0
"""Debian's programs that the host targets need."""

from __future__ import annotations

import shutil
from collections.abc import Iterable

__all__ = ["missing_tools"]

_PACKAGE = {"ip": "iproute2", "ethtool": "ethtool"}  # the others are util-linux's
_PLACES = "/usr/local/sbin:/usr/sbin:/sbin"


def missing_tools(names: Iterable[str]) -> str | None:
    """What is missing of them, with the next step, or None. Users other than root often have no sbin on their PATH."""
    missing = [name for name in names if not shutil.which(name) and not shutil.which(name, path=_PLACES)]
    packages = sorted({_PACKAGE.get(name, "util-linux") for name in missing})
    return f"no {', '.join(missing)} (apt-get install {' '.join(packages)})" if missing else None
