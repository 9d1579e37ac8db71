# SPDX-License-Identifier: Apache-2.0
"""The folder of a run, as its report needs it: results.jsonl, result.json, and what lies in the folder of each result."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from tickproof.errors import InputError
from tickproof.tasks import find_root

__all__ = ["Run", "link", "links", "read_run", "repository", "result_folder", "scenario_text", "text_of"]

Result = Mapping[str, Any]
"""One line of results.jsonl."""

_SHOWN = (".fst", ".gtkw", ".pcap", ".pcapng", ".log", ".scn", ".npz")
_TEXT_MAX = 400_000


@dataclass(frozen=True, slots=True)
class Run:
    """head: result.json without its results, which are `results`, by scenario and in the order of the targets' first results."""

    folder: Path
    head: Mapping[str, Any]
    results: Sequence[Result]

    @property
    def targets(self) -> list[str]:
        return list(dict.fromkeys(result["target"] for result in self.results))

    @property
    def scenarios(self) -> list[str]:
        """By the paths that people know them by."""
        return list(dict.fromkeys(result["path"] for result in self.results))


def read_run(folder: Path) -> Run:
    """InputError if it is no folder of results. A run that was killed has lines that result.json lacks."""
    path = folder / "result.json"
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
        results = head.pop("results")
        lines = (folder / "results.jsonl").read_text(encoding="utf-8").splitlines() if (folder / "results.jsonl").exists() else []
        found = [json.loads(line) for line in lines if line.endswith("}")]
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}", hint="name the out folder of a run") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(str(path), "is no result of a run, or a damaged one", expected="a file written by tickproof") from None
    results = found if len(found) > len(results) else results
    return Run(folder, head, sorted(results, key=lambda result: PurePath(result["path"]).parts))


def result_folder(run: Run, result: Result) -> Path:
    """Where the run of one task has put its files."""
    return run.folder / "runs" / str(result["target"]) / str(result["scenario"]).removesuffix(".scn")


def links(run: Run, result: Result) -> list[tuple[str, str]]:
    """(name, relative address) of the files that a person may want to open."""
    folder = result_folder(run, result)
    named = {os.path.abspath(path): name for name, path in result["files"].items() if Path(path).exists()}
    found = sorted(path for path in folder.iterdir() if path.suffix in _SHOWN) if folder.is_dir() else []
    paths = dict.fromkeys([*named, *(os.path.abspath(path) for path in found)])
    return [(named.get(path, Path(path).name), link(run, path)) for path in paths]


def link(run: Run, path: str | Path) -> str:
    """From the report to a file."""
    return Path(os.path.relpath(path, run.folder)).as_posix()


def repository(run: Run) -> Path:
    """Of the scenarios: where the run was started, or, for who writes its page from elsewhere, where its folder is."""
    first = Path(run.scenarios[0]) if run.scenarios else run.folder
    return find_root(first.parent if first.exists() else run.folder)


def scenario_text(run: Run, result: Result) -> str:
    """The text of a scenario; "" if it is not there any more, or is no text (a replayed file)."""
    if not str(result["path"]).endswith(".scn"):
        return ""
    return text_of(Path(result["path"])) or text_of(repository(run) / str(result["scenario"]))


def text_of(path: Path) -> str:
    """ "" if there is no such file."""
    try:
        return path.read_text(encoding="utf-8") if path.stat().st_size <= _TEXT_MAX else ""
    except (OSError, UnicodeDecodeError):
        return ""
