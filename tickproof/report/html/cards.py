# SPDX-License-Identifier: Apache-2.0
"""The card of one result: its divergence, decoded, with the scenario's lines around it, and everything that lies in its folder."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby, zip_longest
from typing import Any

from jinja2 import Environment

from tickproof.report.html.folder import Result, Run, link, links, result_folder, scenario_text, text_of

__all__ = ["card_maker"]

_AROUND = 5
_RAW_SHOWN = 256


def card_maker(run: Run, environment: Environment) -> Callable[[Result], str]:
    """result -> HTML."""
    environment.globals["marked_bytes"] = _marked_bytes
    card: Any = environment.get_template("card.html.jinja").module
    return lambda result: str(card.card(result, _more(run, result)))


def _more(run: Run, result: Result) -> dict[str, Any]:
    folder, divergence = result_folder(run, result), result["divergence"]
    return {
        "excerpt": _excerpt(scenario_text(run, result), divergence["line"] if divergence else None),
        "waveform": base64.b64encode(text_of(folder / "waveform.svg").encode()).decode(),
        "cause": text_of(folder / "cause.txt").strip(),
        "shrunk": text_of(folder / "shrunk.scn"),
        "shrunk_path": link(run, folder / "shrunk.scn"),
        "links": links(run, result),
    }


def _excerpt(text: str, line: int | None) -> list[tuple[int, str]]:
    """The lines around a line, with their numbers."""
    numbered = list(enumerate(text.splitlines(), 1))
    return numbered[max(0, line - 1 - _AROUND) : line + _AROUND] if line else []


def _marked_bytes(raw: Mapping[str, str]) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
    """(whose, runs of (hex digits, does it differ)); where only one side has bytes nothing differs."""
    sides = {whose: [text[at : at + 2] for at in range(0, min(len(text), 2 * _RAW_SHOWN), 2)] for whose, text in raw.items()}
    unlike = [len(set(column)) > 1 for column in zip_longest(*sides.values())]
    for whose, bytes_ in sides.items():
        runs = groupby(zip(bytes_, unlike, strict=False), key=lambda pair: pair[1])
        yield whose, [("".join(byte for byte, _ in pairs), differs) for differs, pairs in runs]
