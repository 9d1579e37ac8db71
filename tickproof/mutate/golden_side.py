# SPDX-License-Identifier: Apache-2.0
"""The process that judges by a golden mutant. It says a line of JSON for each scenario: what was noticed in its recordings, or null.

It ends with the first that it notices something in: behind an error that takes the process down nothing can be trusted.
"""

from __future__ import annotations

import json
import pickle
import resource
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tickproof.capture import Capture
from tickproof.check import Status, check_expectations, judge
from tickproof.dut import Dut
from tickproof.golden import get_model
from tickproof.scenario import Scenario

__all__ = ["Recorded", "main", "noticed_in"]

_CPU_S = 20.0
_MEMORY = 4 << 30


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run of a device, and what golden says of it if it is no mutant."""

    scenario: Scenario
    dut: Dut
    capture: Capture
    capabilities: frozenset[str]
    status: Status = "pass"
    reason: str = ""


class _NoEnd(BaseException):
    """The model has used more processor time than any good one would."""


def main() -> None:
    """Read the paths of recordings from stdin, a line of JSON for each scenario."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    signal.signal(signal.SIGVTALRM, _stop)
    for line in sys.stdin.read().splitlines():
        recordings = (pickle.loads(Path(path).read_bytes()) for path in json.loads(line))  # ours: who started this process has written them
        found = next(filter(None, map(noticed_in, recordings)), None)
        print(json.dumps(found), flush=True)
        if found is not None:
            return


def _stop(number: int, frame: FrameType | None) -> None:
    raise _NoEnd


def noticed_in(recorded: Recorded) -> str | None:
    """What golden says of it now that it did not say then, in one sentence; None: the same."""
    scenario = recorded.scenario
    model = get_model(recorded.dut.model)
    signal.setitimer(signal.ITIMER_VIRTUAL, _CPU_S)
    try:
        if recorded.status == "pass" and (disagreements := check_expectations(scenario, model.predict(scenario.program))):
            return disagreements[0]
        verdict = judge(scenario, scenario.program, recorded.dut, model, recorded.capture, capabilities=recorded.capabilities)
        if (verdict.status, verdict.reason) == (recorded.status, recorded.reason):
            return None
        wanted = f", where golden says {recorded.status} ({recorded.reason})" if recorded.reason else ""
        return f"{verdict.reason or 'pass'}{wanted}"
    except _NoEnd:
        return f"golden did not end within {_CPU_S:.0f} s of processor time"
    except Exception as error:  # whatever a mutant raises shows that it is none of ours
        return f"golden raised {type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
