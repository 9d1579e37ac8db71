# SPDX-License-Identifier: Apache-2.0
"""Generated files that are committed: write them, or check that they are up to date."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["write_or_check"]


def write_or_check(files: Mapping[Path, str], command: str, arguments: list[str]) -> int:
    """Write the files (paths relative to the repository), or with `--check` compare them.

    Returns the exit code: 1 = out of date, 2 = bad usage.
    """
    if arguments not in ([], ["--check"]):
        print(f"usage: {command} [--check]", file=sys.stderr)
        return 2
    root = Path.cwd()
    if not (root / "tickproof" / "protocols").is_dir():
        print(f"{root}: not the root of the repository", file=sys.stderr)
        return 2
    stale = {path: text for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text}
    for path, text in stale.items():
        if arguments:
            print(f"{path}: out of date; run `{command}`", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if arguments and stale else 0
