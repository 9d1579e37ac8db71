# SPDX-License-Identifier: Apache-2.0
"""A failure as text: what a person reads first, in the terminal and in JUnit alike. docs/reading_a_failure.md walks through one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tickproof.check import Divergence, FieldRow
from tickproof.runner import Result

__all__ = ["failure_text"]

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
        yield from _named("cause", [divergence.cause] if divergence.cause else [])
        yield from _named("before", divergence.before)
        yield from _named("after", divergence.after)
        for whose, data in divergence.raw:
            more = f" ... ({len(data)} bytes)" if len(data) > _RAW_SHOWN else ""
            yield from _named(f"raw {whose}", [data[:_RAW_SHOWN].hex() + more])
    further = list(verdict.further[:_FURTHER_SHOWN])
    if len(verdict.further) > _FURTHER_SHOWN:
        further.append(f"and {len(verdict.further) - _FURTHER_SHOWN} more, all in result.json")
    yield from _named("also", further)
    yield from _named("note", verdict.notes)
    for name, path in result.files.items():
        yield from _named(name, [_near(path)])
    yield from _named("seed", [str(result.task.seed)])
    yield from _named("reproduce", [result.task.command])


def _table(rows: tuple[FieldRow, ...]) -> Iterator[str]:
    if not rows:
        return
    table = [("field", "golden", "got", ""), *((row.name, row.golden, row.got, _mark(row)) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(3)]
    for row in table:
        yield "   ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]]).rstrip()


def _mark(row: FieldRow) -> str:
    if not row.differs:
        return ""
    return f"<<<  offset {row.offset}" if row.offset >= 0 else "<<<"


def _near(path: str) -> str:
    """Relative to the working directory, if it lies below it."""
    return str(Path(path).relative_to(Path.cwd())) if Path(path).is_relative_to(Path.cwd()) else path


def _named(name: str, texts: tuple[str, ...] | list[str]) -> Iterator[str]:
    for index, text in enumerate(texts):
        yield f"{name if index == 0 else '':<12}{text}"
