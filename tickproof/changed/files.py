# SPDX-License-Identifier: Apache-2.0
"""Which files have changed since a revision."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tickproof.errors import InputError

__all__ = ["changed_files"]

_OPTION = "--changed-since"


def changed_files(revision: str, folder: Path) -> list[Path]:
    """Absolute paths, sorted, of what differs from where `revision` and HEAD parted: committed, not committed, new, or deleted.

    InputError if `folder` is not in a git repository, or the revision is not known there.
    """
    top = Path(_git(folder, "rev-parse", "--show-toplevel", hint="it compares with a git revision").strip())
    if revision.startswith("-"):  # git would read it as an option
        raise InputError(_OPTION, "no such revision", got=revision)
    _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", what="no such revision", got=revision)
    hint = "a shallow clone lacks the history: fetch all of it (fetch-depth: 0, GIT_DEPTH: 0)"
    base = _git(folder, "merge-base", revision, "HEAD", what="has no common history with HEAD", got=revision, hint=hint).strip()
    differing = _git(top, "diff", "--name-only", "--no-renames", "-z", base, "--")
    untracked = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    return sorted({top / name for name in (differing + untracked).split("\0") if name})


def _git(folder: Path, *words: str, what: str = "", got: str | None = None, hint: str = "") -> str:
    """What git prints. InputError: `what`, or git's own first line."""
    try:
        run = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=False)
    except FileNotFoundError:
        raise InputError(_OPTION, "git not found", hint="apt-get install git") from None
    if run.returncode:
        said = run.stderr.decode(errors="replace").strip().splitlines() or [f"git {words[0]}: exit status {run.returncode}"]
        raise InputError(_OPTION, what or said[0].removeprefix("fatal: "), got=got, hint=hint)
    return run.stdout.decode(errors="surrogateescape")
