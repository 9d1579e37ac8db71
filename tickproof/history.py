# SPDX-License-Identifier: Apache-2.0
"""Between the commands and the store: which one is meant, and what happens if it cannot be used.

The store is imported where it is needed: a database library costs every other command half a second.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tickproof.errors import InputError
from tickproof.report import make_console

if TYPE_CHECKING:
    from tickproof.store import Recorder

__all__ = ["NO_STORE", "begin_history", "show_history"]

NO_STORE = ""
"""In place of a store: keep no history."""
_VARIABLE = "TICKPROOF_STORE"
_DEFAULT = "out/history.sqlite"


def begin_history(option: str | None, head: Mapping[str, Any]) -> Recorder | None:
    """Append a run to the store that `option` names (None: the usual one). None if no history is kept.

    head: as in result.json. A store that cannot be used stops a run (InputError) only if it was asked for; else it costs a warning.
    """
    if option == NO_STORE:
        return None
    from tickproof.store import Recorder, RunHead, open_store  # noqa: PLC0415

    commit = head["commit"]
    run_head = RunHead(
        seed=head["seed"],
        commit=commit and commit.removesuffix("-dirty"),
        dirty=bool(commit) and commit.endswith("-dirty"),
        version=head["tickproof"],
        machine=head["machine"],
        command=shlex.join(head["command"]),
    )
    try:
        return Recorder(open_store(_named(option)), run_head, _warn)
    except InputError as error:
        if option is not None:
            raise
        _warn(f"{error}; this run is not in the history")
        return None


def show_history(option: str | None, scenario: str, targets: Sequence[str], last: int, html: Path | None) -> None:
    """Print the trends of a store, and write them as a page, too, if `html` is given."""
    from tickproof.store import open_store, print_history, read_history, write_page  # noqa: PLC0415

    history = read_history(open_store(_named(option), must_exist=True), scenario, targets, last)
    console = make_console()
    print_history(console, history)
    if html is not None:
        write_page(html, history)
        console.print(f"page: {html}")


def _named(option: str | None) -> str:
    return option or os.environ.get(_VARIABLE) or _DEFAULT


def _warn(text: str) -> None:
    print(f"tickproof: warning: {text}", file=sys.stderr)
