# SPDX-License-Identifier: Apache-2.0
"""The `>` lines of a scenario, held against what golden predicts (before any target runs) and against what a device showed.

The lines of one port are found in its output in their order; what lies between them is golden's business. `nothing` allows no output
between its neighbours, or from its place on if it is the last.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tickproof.check.show import code_text
from tickproof.check.shown import Rows, Shown, shown_by
from tickproof.golden.model import Prediction
from tickproof.scenario import Expectation, Scenario

__all__ = ["check_expectations", "check_windows", "match"]


def check_expectations(scenario: Scenario, prediction: Prediction) -> list[str]:
    """Where the `>` lines and golden's prediction disagree: `file:line: sentence` each, empty if nowhere."""
    return match(scenario, shown_by(scenario.program, prediction, scenario.symbols), "golden")[1]


def check_windows(scenario: Scenario, found: Mapping[int, int], left_ps: Mapping[str, NDArray[np.int64]]) -> list[str]:
    """Outputs outside their line's window. found: from `match`; left_ps: port -> int64[n], when each output left the device."""
    late = []
    for index, place in found.items():
        expectation = scenario.expectations[index]
        if expectation.window_ns is None or expectation.port not in left_ps:
            continue
        low, high = (1000 * (expectation.after_ns + bound) for bound in expectation.window_ns)
        time_ps = int(left_ps[expectation.port][place])
        if not low <= time_ps <= high:
            allowed = f"{low / 1000:g} to {high / 1000:g} ns"
            place_text = f"{_where(scenario, expectation)}: {expectation.port}[{place}]"
            late.append(f"{place_text} left the device at {time_ps / 1000:g} ns, allowed is {allowed}")
    return late


def match(scenario: Scenario, shown: Shown, whose: str) -> tuple[dict[int, int], list[str]]:
    """Find each `>` line: ({index of the expectation: index in its port's output}, what was not found, one sentence each)."""
    found: dict[int, int] = {}
    failures: list[str] = []
    behind: dict[str, int] = {}  # port -> index behind the last match
    silent: dict[str, Expectation] = {}  # port -> a `nothing` that waits for the next match to say how far it reaches
    for index, expectation in enumerate(scenario.expectations):
        port = expectation.port
        if port == "counters":
            text = _counters(expectation, shown, whose)
            failures += [f"{_where(scenario, expectation)}: {text}"] if text else []
            continue
        rows, start = shown.ports.get(port), behind.get(port, 0)
        if rows is None:
            failures += [] if expectation.nothing else [f"{_where(scenario, expectation)}: {whose} has nothing on {port}"]
        elif expectation.nothing:
            behind[port] = max(start, rows.caused_from(expectation.after_ns))
            silent[port] = expectation
        elif (place := _find(expectation, rows, start)) is None:
            failures.append(f"{_where(scenario, expectation)}: {_not_found(expectation, rows, start, whose)}")
        else:
            failures += _not_silent(scenario, silent.pop(port, None), rows, range(start, place), whose)
            found[index], behind[port] = place, place + 1
    for port, expectation in silent.items():
        rows = shown.ports[port]
        failures += _not_silent(scenario, expectation, rows, range(behind[port], len(rows)), whose)
    return found, failures


def _find(expectation: Expectation, rows: Rows, start: int) -> int | None:
    return next((place for place in rows.of_kind(expectation.kind, start) if not _unlike(expectation, rows, place)), None)


def _unlike(expectation: Expectation, rows: Rows, place: int) -> list[str]:
    values = rows.values(place)
    unlike = ((name, values.get(name), wanted) for name, wanted in expectation.fields.items() if values.get(name) != wanted)
    return [f"{name} is {code_text(name, value)}, not {code_text(name, wanted)}" for name, value, wanted in unlike]


def _not_found(expectation: Expectation, rows: Rows, start: int, whose: str) -> str:
    """Name the output that comes nearest: the fewest differing fields, then the first."""
    port, kind = expectation.port, expectation.kind
    following = rows.text(start) if start < len(rows) else "nothing"
    if kind is None:
        return f"{whose} has no such output on {port} here; what follows there is {following}"
    unlike = {place: _unlike(expectation, rows, place) for place in rows.of_kind(kind, start)}
    if not unlike:
        return f"{whose} has no {kind} from {port}[{start}] on; what follows there is {following}"
    place = min(unlike, key=lambda candidate: len(unlike[candidate]))
    return f"{whose} has no such {kind} from {port}[{start}] on; nearest is {port}[{place}], where {', '.join(unlike[place])}"


def _counters(expectation: Expectation, shown: Shown, whose: str) -> str:
    wrong = []
    for name, wanted in expectation.fields.items():
        if (value := shown.counters.get(name)) != wanted:
            wrong.append(f"{name} is {'not known' if value is None else value}, not {wanted}")
    return f"{whose} has other counters: {', '.join(wrong)}" if wrong else ""


def _not_silent(scenario: Scenario, expectation: Expectation | None, rows: Rows, span: range, whose: str) -> list[str]:
    if expectation is None or not span:
        return []
    first = f"{expectation.port}[{span.start}], {rows.text(span.start)}"
    return [f"{_where(scenario, expectation)}: {whose} has {len(span)} where nothing is expected; the first is {first}"]


def _where(scenario: Scenario, expectation: Expectation) -> str:
    return f"{scenario.path}:{expectation.line}"
