# SPDX-License-Identifier: Apache-2.0
"""`Draft`: a scenario taken apart into what can go: header entries, lines, messages, words. `>` lines and comments are left behind."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from tickproof.scenario.segments import STREAM_PORTS
from tickproof.scenario.values import format_time, parse_time
from tickproof.scenario.words import Line, Word

__all__ = ["Draft", "Step", "read_draft"]

_OF_PACKET = ("seq", "session", "frame", "payload", "trailing", "pad")
_NEEDS_QUOTES = re.compile(r"[\s#]")


@dataclass(frozen=True, slots=True)
class Step:
    """One `<` line. time_ns: since the timeline's 0. outer: words about the packet as a whole. messages: with `|` between them, words of
    each. faults: `!` words."""

    time_ns: int
    port: str
    messages: tuple[tuple[str, ...], ...]
    outer: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    def words(self) -> str:
        """Everything behind the port."""
        said = " | ".join(" ".join(message) for message in self.messages)
        return " ".join(part for part in (*self.outer, said, *self.faults) if part)


@dataclass(frozen=True, slots=True)
class Draft:
    """header: the TOML, nested tables. steps: the timeline, in order of time."""

    header: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    def text(self, comment: Sequence[str] = (), last: Sequence[str] = ()) -> str:
        """The scenario. comment, last: comment lines for its begin and its end."""
        times = _times(self.steps)
        widths = [max((len(cell) for cell in column), default=0) for column in (times, [step.port for step in self.steps])]
        rows = (
            f"{time:>{widths[0]}}  <  {step.port:<{widths[1]}}  {step.words()}".rstrip()
            for time, step in zip(times, self.steps, strict=True)
        )
        header = tomli_w.dumps(dict(self.header)).rstrip("\n")
        return "\n".join([*(f"# {line}" for line in comment), header, "---", *rows, *(f"# {line}" for line in last)]) + "\n"

    @property
    def messages(self) -> int:
        return sum(len(step.messages) for step in self.steps)


def read_draft(text: str, path: str | Path) -> Draft:
    """A scenario that has been parsed without complaint, and has no `[replay]` or `[generate]`, as a Draft."""
    lines = text.splitlines()
    end = next(number for number, line in enumerate(lines) if line.split("#")[0].rstrip() == "---")
    steps: list[Step] = []
    now_ns = 0
    for number, source in enumerate(lines[end + 1 :], end + 2):
        words = Line.split(path, number, source).words
        arrow = next((index for index, word in enumerate(words[:2]) if word.text == "<"), None)
        if arrow is None:
            continue
        if arrow:
            written = words[0].text
            now_ns = (now_ns if written.startswith("+") else 0) + parse_time(written.removeprefix("+"))
        steps.append(_step(now_ns, words[arrow + 1].text, words[arrow + 2 :]))
    return Draft(tomllib.loads("\n".join(lines[:end])), tuple(steps))


def _step(time_ns: int, port: str, words: Sequence[Word]) -> Step:
    faults, outer, messages = [], [], [[]]  # type: ignore[var-annotated]
    for word in words:
        # On a stream, `soup.` words belong to their packet, and there is nothing around the packets.
        whole = port not in STREAM_PORTS and ("." in word.key or (word.key in _OF_PACKET and messages == [[]]))
        if word.text.startswith("!"):
            faults.append(_written(word))
        elif whole or (word.key in ("trailing", "pad") and port not in STREAM_PORTS):
            outer.append(_written(word))
        elif word.text == "|":
            messages.append([])
        else:
            messages[-1].append(_written(word))
    return Step(time_ns, port, tuple(tuple(message) for message in messages), tuple(outer), tuple(faults))


def _written(word: Word) -> str:
    """The word as a file has it; `Line.split` has taken its quotes off."""
    if not _NEEDS_QUOTES.search(word.text):
        return word.text
    return f'"{word.text}"' if word.value is None else f'{word.key}="{word.value}"'


def _times(steps: Sequence[Step]) -> list[str]:
    """The first from the start, the others from the line before; nothing where a line follows at once."""
    before = [0, *(step.time_ns for step in steps)]
    waits = [step.time_ns - earlier for step, earlier in zip(steps, before, strict=False)]
    return [format_time(wait) if index == 0 else f"+{format_time(wait)}" if wait else "" for index, wait in enumerate(waits)]
