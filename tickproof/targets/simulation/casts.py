# SPDX-License-Identifier: Apache-2.0
"""Makes vvp faster without changing what it does (`icarus/casts.cpp`); a machine without g++ does without."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

from tickproof.targets.cached_build import cached_build, content_key

__all__ = ["preload"]

_SOURCE = Path(__file__).parent / "icarus" / "casts.cpp"
_LIBRARY = "casts.so"
_FLAGS = ("-std=c++20", "-O2", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror")


def preload(root: Path) -> dict[str, str]:
    """What to add to the environment of vvp. root: where builds are kept."""
    library = _built(root)
    if library is None:
        return {}
    return {"LD_PRELOAD": ":".join([str(library), *filter(None, [os.environ.get("LD_PRELOAD")])])}


@functools.cache
def _built(root: Path) -> Path | None:
    compiler = shutil.which("g++")
    if compiler is None:
        return None
    flags = [compiler, *_FLAGS]
    name = f"casts-{content_key(*flags, _SOURCE.read_bytes())}"

    def make(work: Path) -> None:
        subprocess.run([*flags, "-o", str(work / _LIBRARY), str(_SOURCE)], capture_output=True, check=True)

    try:
        return cached_build(root, name, _LIBRARY, make)
    except subprocess.CalledProcessError:
        return None
