# SPDX-License-Identifier: Apache-2.0
"""What there is of Onload on a machine, what is missing, and how a program is started under it without falling back to the kernel unseen.

That a socket is really accelerated is shown by each program about each of its sockets (`onload_fd_stat`), never from here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tickproof.targets.wire.grade import driver_of

__all__ = ["Onload", "Version", "find_onload", "missing_for_onload", "parse_version", "under_onload"]

_DRIVERS = frozenset({"sfc", "xilinx_efct", "sfc_efct"})
"""Drivers of network interfaces that Onload carries without AF_XDP."""
_LIBRARY = re.compile(r"^(?:Open|Enterprise)?Onload\s+(\S+)", re.MULTILINE | re.IGNORECASE)
_MODULE = re.compile(r"^Kernel module:\s*(\S.*?)\s*$", re.MULTILINE)
_PROFILE = "latency-best"


@dataclass(frozen=True, slots=True)
class Version:
    """What `onload --version` says. library: of what is preloaded. module: of the driver that is loaded. "" = there is none."""

    library: str
    module: str


@dataclass(frozen=True, slots=True)
class Onload:
    """What was found. command: path of `onload`, or "". device: /dev/onload is there. driver: the version that the loaded driver states."""

    command: str
    version: Version
    device: bool
    driver: str


def parse_version(text: str) -> Version:
    """The output of `onload --version`; of a library that is not installed it has no line."""
    library, module = _LIBRARY.search(text), _MODULE.search(text)
    loaded = module[1] if module and not module[1].startswith("[") else ""
    return Version(library[1] if library else "", loaded)


def find_onload(root: Path = Path("/")) -> Onload:
    """What this machine has. root: of the file system, for tests."""
    command = shutil.which("onload") or ""
    text = ""
    if command:
        run = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=10, check=False)
        text = run.stdout + run.stderr
    return Onload(command, parse_version(text), (root / "dev" / "onload").exists(), _driver_version(root))


def _driver_version(root: Path) -> str:
    for path in (root / "sys" / "module" / "onload" / "version", root / "proc" / "driver" / "onload" / "version"):
        try:
            return path.read_text(encoding="utf-8").split()[-1]
        except (OSError, IndexError):
            continue
    return ""


def missing_for_onload(found: Onload, interfaces: Iterable[str], sysfs: Path = Path("/sys")) -> str | None:
    """Everything that is missing, each with what was looked for; None if nothing is. What another part has to show first is not named."""
    missing = []
    if not found.command:
        missing.append("the command (`onload` is not on PATH)")
    elif not found.version.library:
        missing.append("the library (`onload --version` names none)")
    if not found.driver:
        missing.append("the driver (the module onload is not loaded)")
    elif not found.device:
        missing.append("the driver's device (/dev/onload)")
    if found.version.library and found.driver and found.version.library != found.driver:
        missing.append(f"one version (the library is {found.version.library}, the driver {found.driver})")
    names = list(dict.fromkeys(interfaces))
    slow = [name for name in names if driver_of(name, sysfs) not in _DRIVERS]
    if not names:
        missing.append("interfaces (no lab profile onload.toml names any)")
    elif slow:
        missing.append(f"interfaces that it carries ({', '.join(slow)}: driver other than {', '.join(sorted(_DRIVERS))})")
    return f"Onload lacks {'; '.join(missing)}" if missing else None


def under_onload(command: Sequence[str], profile: str = _PROFILE) -> list[str]:
    """`command` as it is started under Onload. EF_NO_FAIL=0: a socket that cannot be accelerated is an error, not a kernel socket."""
    return ["env", "EF_NO_FAIL=0", "onload", "--profile", profile, *command]
