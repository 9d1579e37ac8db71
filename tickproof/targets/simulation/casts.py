# SPDX-License-Identifier: Apache-2.0
"""Makes vvp faster without changing what it does (`icarus/casts.cpp`); a machine without g++ does without."""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

__all__ = ["preload"]

_SOURCE = Path(__file__).parent / "icarus" / "casts.cpp"
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
    key = hashlib.sha256(_SOURCE.read_bytes() + repr((compiler, _FLAGS)).encode()).hexdigest()
    library = root / f"casts-{key[:16]}.so"
    if library.exists():
        return library
    with tempfile.TemporaryDirectory(dir=root) as work:
        made = Path(work) / library.name
        if subprocess.run([compiler, *_FLAGS, "-o", str(made), str(_SOURCE)], capture_output=True, check=False).returncode:
            return None
        made.rename(library)  # many processes may do this at once: each gives the same
    return library
