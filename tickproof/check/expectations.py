# SPDX-License-Identifier: Apache-2.0
"""The `>` lines of a scenario, held against what golden predicts (before any target runs) and against what a device showed.

The lines of one port are found in its output in their order; what lies between them is golden's business. `nothing` allows no output
between its neighbours, or from its place on if it is the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tickproof.check.settings import setup_commands
from tickproof.check.show import record_text
from tickproof.frames import Frames
from tickproof.golden.model import Prediction
from tickproof.program import Program
from tickproof.protocols.records import KIND, decode_record
from tickproof.scenario import Expectation, Scenario

__all__ = ["Shown", "check_expectations", "check_windows", "match", "shown_by"]

_EARLIEST = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Shown:
    """Output to search. cause_ns: int64[n], when the input of each record was due, or the smallest int64 where no input caused it.

    first: records of the setup, which `nothing` does not mean.
    """

    records: NDArray[np.void]
    cause_ns: NDArray[np.int64]
    first: int
    frames: Mapping[str, Frames] = field(default_factory=dict)
    counters: Mapping[str, int] = field(default_factory=dict)


def shown_by(program: Program, prediction: Prediction) -> Shown:
    """A prediction as output to search."""
    cause_ns = np.full(len(prediction.records), _EARLIEST)
    for code, port in enumerate(prediction.cause_ports):
        rows = np.flatnonzero(prediction.causes[:, 0] == code)
        if len(rows):
            cause_ns[rows] = program.ports[port].not_before_ns[prediction.causes[rows, 1]]
    first = _setup_records(program, prediction.records, cause_ns)
    return Shown(prediction.records, cause_ns, first, prediction.frames, prediction.counters)


def check_expectations(scenario: Scenario, prediction: Prediction) -> list[str]:
    """Where the `>` lines and golden's prediction disagree: `file:line: sentence` each, empty if nowhere."""
    return match(scenario, shown_by(scenario.program, prediction), "golden")[1]


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
        start = behind.get(port, 0)
        if expectation.nothing:
            behind[port] = max(start, _from_here(shown, expectation))
            silent[port] = expectation
            continue
        text = _counters(expectation, shown, whose) if port == "counters" else ""
        place = None if port == "counters" else _find(expectation, shown, start)
        if port != "counters" and place is None:
            text = _not_found(expectation, shown, start, scenario.symbols, whose)
        if text:
            failures.append(f"{_where(scenario, expectation)}: {text}")
        if place is not None:
            failures += _not_silent(scenario, silent.pop(port, None), shown, range(start, place), whose)
            found[index], behind[port] = place, place + 1
    for port, expectation in silent.items():
        failures += _not_silent(scenario, expectation, shown, range(behind[port], len(_outputs(shown, port))), whose)
    return found, failures


def _outputs(shown: Shown, port: str) -> Sequence[bytes] | Frames:
    if port == "events":
        return [record.tobytes() for record in shown.records]
    return shown.frames.get(port, Frames.of(()))


def _find(expectation: Expectation, shown: Shown, start: int) -> int | None:
    if expectation.port != "events":
        wanted = str(expectation.fields.get("bytes", ""))
        frames = shown.frames.get(expectation.port, Frames.of(()))
        return next((place for place in range(start, len(frames)) if frames[place].hex() == wanted), None)
    kinds = shown.records["kind"]
    for place in np.flatnonzero(kinds[start:] == KIND.get(expectation.kind or "", -1)) + start:
        if not _unlike(expectation, shown.records[int(place)]):
            return int(place)
    return None


def _unlike(expectation: Expectation, record: np.void) -> list[str]:
    values = decode_record(record)
    return [f"{name} is {values.get(name)}, not {wanted}" for name, wanted in expectation.fields.items() if values.get(name) != wanted]


def _not_found(expectation: Expectation, shown: Shown, start: int, symbols: Sequence[str], whose: str) -> str:
    """Name the record that comes nearest: the fewest differing fields, then the first."""
    if expectation.port != "events":
        frames = shown.frames.get(expectation.port, Frames.of(()))
        rest = [frames[place].hex() for place in range(start, len(frames))]
        return f"{whose} has no such frame on {expectation.port} here; what follows there is {rest[0] if rest else 'nothing'}"
    kinds = shown.records["kind"]
    places = np.flatnonzero(kinds[start:] == KIND.get(expectation.kind or "", -1)) + start
    if not len(places):
        following = record_text(shown.records[start].tobytes(), symbols) if start < len(shown.records) else "nothing"
        return f"{whose} has no {expectation.kind} from events[{start}] on; what follows there is {following}"
    unlike = {int(place): _unlike(expectation, shown.records[int(place)]) for place in places}
    place = min(unlike, key=lambda candidate: len(unlike[candidate]))
    return f"{whose} has no such {expectation.kind} from events[{start}] on; nearest is events[{place}], where {', '.join(unlike[place])}"


def _counters(expectation: Expectation, shown: Shown, whose: str) -> str:
    wrong = []
    for name, wanted in expectation.fields.items():
        if (value := shown.counters.get(name)) != wanted:
            wrong.append(f"{name} is {'not known' if value is None else value}, not {wanted}")
    return f"{whose} has other counters: {', '.join(wrong)}" if wrong else ""


def _not_silent(scenario: Scenario, expectation: Expectation | None, shown: Shown, span: range, whose: str) -> list[str]:
    if expectation is None or not span:
        return []
    first = _outputs(shown, expectation.port)[span.start]
    text = record_text(first, scenario.symbols) if expectation.port == "events" else first.hex()
    what = f"{whose} has {len(span)} where nothing is expected; the first is {expectation.port}[{span.start}], {text}"
    return [f"{_where(scenario, expectation)}: {what}"]


def _from_here(shown: Shown, expectation: Expectation) -> int:
    """`nothing` means what comes of the inputs from its own place on: behind the setup's records and all that earlier inputs caused."""
    if expectation.port != "events":
        return 0
    earlier = np.flatnonzero((shown.cause_ns > _EARLIEST) & (shown.cause_ns < expectation.after_ns))
    return max(shown.first, int(earlier[-1]) + 1 if len(earlier) else 0)


def _setup_records(program: Program, records: NDArray[np.void], cause_ns: NDArray[np.int64]) -> int:
    """The setup's CONTROL records, and the BBOs that follow them at once (CTRL-3)."""
    commands = np.flatnonzero(records["kind"] == KIND["CONTROL"])[: setup_commands(program)]
    end = int(commands[-1]) + 1 if len(commands) else 0
    while end < len(records) and end and records[end]["kind"] == KIND["BBO"] and cause_ns[end] == _EARLIEST:
        end += 1
    return end


def _where(scenario: Scenario, expectation: Expectation) -> str:
    return f"{scenario.path}:{expectation.line}"
