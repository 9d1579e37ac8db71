# SPDX-License-Identifier: Apache-2.0
"""What is seen of a search while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tickproof.shrink.bench import Bench
from tickproof.shrink.search import Search
from tickproof.shrink.shrink import Watch

__all__ = ["progress"]


@contextmanager
def progress(console: Console, target: str) -> Iterator[Watch]:
    """On a terminal one line that says what is being tried, and how small it is by now."""
    if not console.is_terminal:
        yield lambda search, bench: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        line = progress.add_task(f"the whole of it on {target}", total=None)

        def watch(search: Search, bench: Bench) -> None:
            size = f"{len(search.draft.steps)} lines, {search.draft.messages} messages"
            text = f"{search.stage}: {size} ({bench.tally.tries} tries, {bench.tally.played} of them played on {target})"
            progress.update(line, description=text)

        yield watch
