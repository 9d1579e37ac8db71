# SPDX-License-Identifier: Apache-2.0
"""What is compiled is kept, and found again by the hash of everything that went into it. Safe with many processes at once."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal

import filelock

from tickproof.errors import InputError

__all__ = ["cache_root", "cached_build", "content_key", "remembered"]

_State = list[tuple[str, int, int, int]]
_builds: dict[Hashable, tuple[_State, Path]] = {}


def cached_build(root: Path, name: str, artifact: str, make: Callable[[Path], None]) -> Path:
    """`root`/`name`/`artifact`, made if it is not there. name: says everything that the file depends on (`content_key`).

    make: is given an empty folder and leaves `artifact` in it; whatever else is there goes. One process makes it while the others wait. A
    file that is there is whole, because it comes to its place in one step; what killed builds have left goes before the next one begins.
    """
    made = root / name / artifact
    if made.exists():
        return made
    _sweep(root)
    with filelock.FileLock(_lock(root, name)):
        if made.exists():
            return made
        work = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=root))
        try:
            make(work)
            made.parent.mkdir(exist_ok=True)
            (work / artifact).rename(made)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return made


def remembered(what: Hashable, files: Iterable[str], build: Callable[[], Path]) -> Path:
    """What `build` gave this process for `what`, without reading `files` again: unless one of them is another one by now."""
    state = [(path, status.st_ino, status.st_size, status.st_mtime_ns) for path in files for status in (os.stat(path),)]
    before = _builds.get(what)
    if before is None or before[0] != state or not before[1].exists():
        before = _builds[what] = (state, build())
    return before[1]


def content_key(*parts: str | bytes) -> str:
    """16 digits that stand for these texts in this order; where one ends and the next begins counts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()[:16]


def cache_root(dut_path: Path, kind: Literal["simulation", "host"]) -> Path:
    """Where builds of that kind are kept: in TICKPROOF_CACHE, else `build/` of the project around the device description, else the user's
    cache directory. It can be written."""
    chosen = os.environ.get("TICKPROOF_CACHE")
    candidates = [Path(chosen)] if chosen else []
    if not chosen:
        project = next((folder for folder in dut_path.parents if (folder / "pyproject.toml").exists() or (folder / "hdl").is_dir()), None)
        candidates += [project / "build"] if project else []
        candidates.append(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tickproof")
    for candidate in candidates:
        root = candidate.absolute() / kind
        with suppress(OSError):
            root.mkdir(parents=True, exist_ok=True)
        if os.access(root, os.W_OK):
            return root
    raise InputError(str(candidates[0]), "cannot keep builds there", hint="set TICKPROOF_CACHE to a folder that can be written")


def _sweep(root: Path) -> None:
    """Folders that nobody works in any more: a build holds the lock of its name as long as it has one."""
    for left in root.glob("*.????????"):
        with suppress(filelock.Timeout), filelock.FileLock(_lock(root, left.stem), blocking=False):
            shutil.rmtree(left, ignore_errors=True)


def _lock(root: Path, name: str) -> Path:
    return root / f"{name}.lock"
