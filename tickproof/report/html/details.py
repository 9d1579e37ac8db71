# SPDX-License-Identifier: Apache-2.0
"""What the page shows when a cell of its matrix is opened: one packed text a scenario, unpacked by the page when somebody asks for it.

Results of the same scenario have the same inputs, so these are kept once. The page stays small: failures are packed first, and what does
not fit any more loses its rows, and says so.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tickproof.check import Latency
from tickproof.report.html.folder import Result, Run, result_folder, scenario_text
from tickproof.report.html.latency import percentile_rows
from tickproof.story import read_story

__all__ = ["packed_scenarios"]

_BUDGET = 7_000_000
"""Bytes of all packed texts together; the file stays below 10 MB."""
_KEPT = ("target", "status", "because", "grade", "timing", "stamps", "seconds", "covers", "compared")


def packed_scenarios(run: Run, card: Callable[[Result], str], seen: Callable[[str, Mapping[str, Any]], None]) -> list[str]:
    """One text for each scenario of `run.scenarios`. card: HTML of a result. seen: is told the counters of each target's runs
    as their stories are read."""
    by_path: dict[str, list[Result]] = {}
    for result in run.results:
        by_path.setdefault(result["path"], []).append(result)
    paths = sorted(run.scenarios, key=lambda path: not any(result["status"] in ("fail", "inconclusive") for result in by_path[path]))
    packed, left = {}, _BUDGET
    for path in paths:
        scenario = _scenario(run, path, by_path[path], card)
        for entry in scenario["results"]:
            seen(entry["target"], (entry["story"] or {}).get("counters", {}))
        text = _packed(scenario)
        if len(text) > left:
            text = _packed(_without_rows(scenario))
        left -= len(text)
        packed[path] = text
    return [packed[path] for path in run.scenarios]


def _scenario(run: Run, path: str, results: Sequence[Result], card: Callable[[Result], str]) -> dict[str, Any]:
    inputs: list[Any] = []
    entries = [{**_entry(run, result, inputs), "card": card(result)} for result in results]
    return {"path": path, "text": scenario_text(run, results[0]), "inputs": inputs, "results": entries}


def _entry(run: Run, result: Result, inputs: list[Any]) -> dict[str, Any]:
    """inputs: of the scenario; those of this result are added, if no other result has had the same."""
    story = read_story(result_folder(run, result))
    if story is not None:
        if story["inputs"] not in inputs:
            inputs.append(story["inputs"])
        story["inputs"] = inputs.index(story["inputs"])
    latencies = {
        name: {
            "unit": said["unit"],
            **percentile_rows(Latency.from_histogram(dict(said["histogram"]), said["unit"])),
        }
        for name, said in result["latency"].items()
    }
    return {
        **{name: result[name] for name in _KEPT},
        "line": (result["divergence"] or {}).get("line"),
        "latency": latencies,
        "story": story,
    }


def _without_rows(scenario: dict[str, Any]) -> dict[str, Any]:
    results = [{**entry, "story": None, "left_out": entry["story"] is not None} for entry in scenario["results"]]
    return {**scenario, "inputs": [], "results": results}


def _packed(scenario: dict[str, Any]) -> str:
    return base64.b64encode(gzip.compress(json.dumps(scenario, separators=(",", ":")).encode(), 9, mtime=0)).decode()
