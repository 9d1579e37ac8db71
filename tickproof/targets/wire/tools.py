# SPDX-License-Identifier: Apache-2.0
"""Programs of the system that the host targets need, and how those that they start end."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = ["comes_first", "missing_tools", "mortal"]

_FIRST = -20  # the niceness
_PACKAGE = {"ip": "iproute2", "ethtool": "ethtool"}  # the others are util-linux's
_PLACES = "/usr/local/sbin:/usr/sbin:/sbin"


def missing_tools(names: Iterable[str]) -> str | None:
    """What is missing of them, with the next step, or None. Users other than root often have no sbin on their PATH."""
    missing = [name for name in names if not shutil.which(name) and not shutil.which(name, path=_PLACES)]
    packages = sorted({_PACKAGE.get(name, "util-linux") for name in missing})
    return f"no {', '.join(missing)} (apt-get install {' '.join(packages)})" if missing else None


def mortal(command: Sequence[str]) -> list[str]:
    """`command`, killed when the thread that starts it ends, however that ends. Who enters a user namespace has to say it again.

    A program in front, because a function for the new process to call (`preexec_fn`) makes Python copy its whole memory map first. If we
    end before that program has told the kernel, nobody reads what the command prints, which ends it, too.
    """
    return ["setpriv", "--pdeathsig", "KILL", *command]


def comes_first(pid: int) -> None:
    """That process, just started, is not to wait for its processor while others want it, too. Needs rights; without them it runs as any.

    The kernel shares between sessions first, if it groups them (autogroup), and by niceness only within one. Not real-time: two programs
    that poll would keep the kernel's own threads from two processors.
    """
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, _FIRST)
        Path(f"/proc/{pid}/autogroup").write_text(str(_FIRST), encoding="ascii")
