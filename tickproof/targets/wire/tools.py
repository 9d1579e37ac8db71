# SPDX-License-Identifier: Apache-2.0
"""Programs of the system that the host targets need, and how those that they start end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
from collections.abc import Callable, Iterable
from pathlib import Path

__all__ = ["comes_first", "dies_with_us", "missing_tools"]

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1
_FIRST = -20  # the niceness
_PACKAGE = {"ip": "iproute2", "ethtool": "ethtool"}  # the others are util-linux's
_PLACES = "/usr/local/sbin:/usr/sbin:/sbin"


def missing_tools(names: Iterable[str]) -> str | None:
    """What is missing of them, with the next step, or None. Users other than root often have no sbin on their PATH."""
    missing = [name for name in names if not shutil.which(name) and not shutil.which(name, path=_PLACES)]
    packages = sorted({_PACKAGE.get(name, "util-linux") for name in missing})
    return f"no {', '.join(missing)} (apt-get install {' '.join(packages)})" if missing else None


def dies_with_us() -> Callable[[], None]:
    """For a new process to call before it becomes another program: it is killed when the thread that started it ends, however that ends."""
    parent = os.getpid()

    def call() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # too late
            os._exit(1)

    return call


def comes_first() -> None:
    """For a new process to call: it is not to wait for its processor while others want it, too. Needs rights; without them it runs as any.

    The kernel shares between sessions first, if it groups them (autogroup), and by niceness only within one. Not real-time: two programs
    that poll would keep the kernel's own threads from two processors.
    """
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, _FIRST)
        Path("/proc/self/autogroup").write_text(str(_FIRST), encoding="ascii")
