# SPDX-License-Identifier: Apache-2.0
"""A failure as text: what a person reads first, in the terminal and in JUnit alike. docs/reading_a_failure.md walks through one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tickproof.check import Divergence, FieldRow
from tickproof.runner import Result

__all__ = ["columns", "failure_text", "named"]

_RAW_SHOWN = 128
_FURTHER_SHOWN = 6


def failure_text(result: Result) -> str:
    """All that is known about a result that is not a pass, most useful first; the last line is the command that reproduces it."""
    divergence = result.verdict.divergence
    line = f":{divergence.line}" if divergence and divergence.line else ""
    place = divergence.place if divergence else result.verdict.status
    if result.verdict.because:
        place += f" ({result.verdict.because})"
    lines = [f"{result.task.path}{line}   {result.task.target}   {place}"]
    lines += [f"  {text}" for text in _body(result, divergence)]
    return "\n".join(lines)


def _body(result: Result, divergence: Divergence | None) -> Iterator[str]:
    verdict = result.verdict
    if divergence is None:
        yield verdict.reason
    else:
        yield divergence.summary + (f"   [{divergence.rule}]" if divergence.rule else "")
        yield from _table(divergence.fields)
        yield from named("cause", [divergence.cause] if divergence.cause else [])
        yield from named("before", divergence.before)
        yield from named("after", divergence.after)
        for whose, data in divergence.raw:
            more = f" ... ({len(data)} bytes)" if len(data) > _RAW_SHOWN else ""
            yield from named(f"raw {whose}", [data[:_RAW_SHOWN].hex() + more])
    further = list(verdict.further[:_FURTHER_SHOWN])
    if len(verdict.further) > _FURTHER_SHOWN:
        further.append(f"and {len(verdict.further) - _FURTHER_SHOWN} more, all in result.json")
    yield from named("also", further)
    yield from named("spoiled", result.spoiled)
    yield from named("note", verdict.notes)
    for name, path in result.files.items():
        yield from named(name, [_near(path)])
    yield from named("seed", [str(result.task.seed)])
    yield from named("reproduce", [result.task.command])


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of equally many texts, one under the other."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "   ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))


def named(name: str, texts: Sequence[str]) -> Iterator[str]:
    """Lines behind a name."""
    for index, text in enumerate(texts):
        yield f"{name if index == 0 else '':<12}{text}"


def _table(rows: tuple[FieldRow, ...]) -> Iterator[str]:
    if not rows:
        return
    marks = ["", *map(_mark, rows)]
    table = columns([("field", "golden", "got"), *((row.name, row.golden, row.got) for row in rows)])
    yield from (f"{line}   {mark}".rstrip() for line, mark in zip(table, marks, strict=True))


def _mark(row: FieldRow) -> str:
    if not row.differs:
        return ""
    return f"<<<  offset {row.offset}" if row.offset >= 0 else "<<<"


def _near(path: str) -> str:
    """Relative to the working directory, if it lies below it."""
    return str(Path(path).relative_to(Path.cwd())) if Path(path).is_relative_to(Path.cwd()) else path
