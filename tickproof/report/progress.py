# SPDX-License-Identifier: Apache-2.0
"""Long work on a terminal; elsewhere it is quiet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

__all__ = ["with_progress"]

_Item = TypeVar("_Item")


def with_progress(console: Console, items: Iterable[_Item], total: int, begins: str, told: Callable[[_Item], str]) -> Iterator[_Item]:
    """The items, passed on, with a progress bar while they come. begins: its text before the first; told: behind that of an item."""
    if not console.is_terminal:
        yield from items
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task(begins, total=total)
        for item in items:
            progress.update(bar, advance=1, description=told(item))
            yield item
