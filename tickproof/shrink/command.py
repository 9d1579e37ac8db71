# SPDX-License-Identifier: Apache-2.0
"""`tickproof shrink`: finds a target on which the file fails, shrinks it there, and says what is left."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from tickproof.errors import InputError
from tickproof.report import make_console
from tickproof.shrink.progress import progress
from tickproof.shrink.shrink import Job, Shrunk, shrink
from tickproof.shrink.source import Source, read_source
from tickproof.targets import get_target
from tickproof.tasks import choose_targets, find_root, task_identity, task_seed

__all__ = ["shrink_file"]


def shrink_file(
    file: str,
    *,
    targets: Sequence[str],
    seed: int,
    out: Path | None,
    processes: int | None,
    symbols: str,
    base: str | None,
    messages_per_packet: int,
    dut: str,
) -> None:
    """Shrink a scenario, a recording or a file of market data. InputError if it cannot be read, or fails nowhere."""
    path, console = Path(file), make_console()
    if not path.exists():
        raise InputError(file, "no such file")
    if out is not None and out.resolve() == path.resolve():
        raise InputError(str(out), "would be overwritten", hint="-o names another file")
    root = find_root(path.parent)
    source = read_source(path, [name for name in symbols.split(",") if name], base, messages_per_packet, dut)
    into = out or root / "out" / "shrunk" / f"{source.name}.scn"
    into = into.relative_to(Path.cwd()) if into.is_relative_to(Path.cwd()) else into
    width = processes or len(os.sched_getaffinity(0))
    said = []
    for target in _targets(targets, source):
        job = Job(source, file, target, root, task_seed(seed, task_identity(path, root)), seed, into, width)
        with progress(console, target) as watch, _kept(console, into):
            shrunk = shrink(job, watch)
        if isinstance(shrunk, Shrunk):
            _print(console, job, shrunk)
            return
        said.append(f"{target}: {shrunk}")
    raise InputError(file, "shows no divergence", got="; ".join(said) or "no target that can play it", expected="a failing run")


def _targets(names: Sequence[str], source: Source) -> list[str]:
    """Those that were named, where a recording is from, or all of the default set; without those that lack what the scenario requires."""
    chosen, _ = choose_targets(names or ([source.target] if source.target else []))
    able = []
    for name in chosen:
        missing = sorted(source.requires - get_target(name).capabilities)
        reason = f"it lacks {', '.join(missing)}" if missing else get_target(name).unavailable()
        if reason is None:
            able.append(name)
        else:
            print(f"{name} is left out: {reason}", file=sys.stderr)
    return able


@contextmanager
def _kept(console: Console, out: Path) -> Iterator[None]:
    """Says what is left of a search that is interrupted."""
    before = out.stat().st_mtime_ns if out.exists() else None
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        if out.exists() and out.stat().st_mtime_ns != before:
            console.print(f"not finished; the smallest so far is in {out}")
        raise


def _print(console: Console, job: Job, shrunk: Shrunk) -> None:
    before, after = job.source.draft, shrunk.draft
    console.print(f"{job.out}: {len(before.steps)} lines to {len(after.steps)}, {before.messages} messages to {after.messages}")
    console.print(f"1-minimal: each of its {shrunk.parts} parts was taken out alone, and without it the divergence is another one or none")
    console.print(f"{shrunk.tally.tries} tries, {shrunk.tally.played} of them played on {job.target}")
    console.print()
    console.print(job.out.read_text(encoding="utf-8").rstrip())
    console.print()
    if not shrunk.alone:
        console.print("note: in a simulator of its own it fails in another way or not at all, so something survives the device's reset")
    console.print(f"reproduce   {shrunk.command}")
