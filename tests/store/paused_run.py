# SPDX-License-Identifier: Apache-2.0
"""`tickproof` that stops behind its second result until somebody kills it: everything else about it is as a user has it."""

from __future__ import annotations

import itertools
import sys

from tickproof import cli
from tickproof.runner import Result
from tickproof.store import Recorder

_numbers = itertools.count(1)
_add = Recorder.add


def _add_and_stop(self: Recorder, result: Result) -> None:
    _add(self, result)
    if next(_numbers) == 2:
        print("stopped", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    Recorder.add = _add_and_stop  # type: ignore[method-assign]
    cli.main()
