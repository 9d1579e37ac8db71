# SPDX-License-Identifier: Apache-2.0
"""Scenarios as pytest items: one for each target. Failures read exactly as in the terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tickproof.errors import InputError, Mismatch
from tickproof.pytest_plugin import named_targets
from tickproof.report.failure import failure_text
from tickproof.report.properties import properties
from tickproof.runner import Result, run_job
from tickproof.targets import get_target
from tickproof.tasks import How, Task, choose_targets, find_scenarios, scenario_tasks

__all__ = ["ScenarioFile", "ScenarioItem", "targets_of", "turn"]

_OUT = Path("out", "pytest")
_TARGETS = pytest.StashKey[list[str]]()
_CAUSES_LEFT = pytest.StashKey[int]()


class ScenarioFile(pytest.File):
    """A `.scn` file."""

    def collect(self) -> Sequence[ScenarioItem]:
        """An item for each target. A mistake in the scenario is a collection error of one line."""
        config = self.config
        how = How(
            targets=targets_of(config),
            seed=config.getoption("tickproof_seed", 1),
            waves=config.getoption("tickproof_waves", False),
            out_dir=config.rootpath / _OUT,
        )
        try:
            tasks = scenario_tasks(find_scenarios([str(self.path)]), how)
        except InputError as error:
            raise self.CollectError(str(error)) from None
        return [ScenarioItem.from_parent(self, name=task.target, task=task) for task in tasks]


class ScenarioItem(pytest.Item):
    """A scenario on a target. exclusive: nothing may run beside it."""

    def __init__(self, *, task: Task, **rest: Any) -> None:
        super().__init__(**rest)
        self.task = task
        self.exclusive = get_target(task.target).exclusive
        self.result: Result | None = None
        if self.exclusive and self.config.pluginmanager.hasplugin("xdist"):
            self.add_marker(pytest.mark.xdist_group("tickproof_exclusive"))  # for --dist loadgroup: one test bed serves all

    def runtest(self) -> None:
        """Play and judge. What is no pass must not look like one; what could not run is skipped, with the reason."""
        with turn(exclusive=self.exclusive), contextlib.closing(run_job([(self.task,)])) as results:
            (played,) = results
        self.result = _with_cause(played, self.config.stash)
        self.user_properties += properties(self.result).items()
        for why in self.result.spoiled:  # nothing is tried again in silence
            self.warn(pytest.PytestWarning(f"played again on {self.task.target}, because the host had spoiled a run: {why}"))
        if self.result.verdict.status == "skipped":
            pytest.skip(self.result.verdict.reason)
        if self.result.verdict.status != "pass":
            raise Mismatch(failure_text(self.result))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The divergence, or a mistake of the user, without Python's own ways of getting there; tickproof's own defects with them."""
        if not isinstance(excinfo.value, Mismatch | InputError):
            return super().repr_failure(excinfo, style)
        shown = excinfo.getrepr(style="value")
        if shown.reprcrash is not None:  # pytest's summary and JUnit's message are made of it
            divergence = self.result.verdict.divergence if self.result else None
            shown.reprcrash.path, shown.reprcrash.lineno = self.task.path, (divergence.line if divergence else None) or 1
            shown.reprcrash.message = self.result.verdict.reason if self.result else str(excinfo.value)
        return shown

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it is, and what it is called in the heading of a failure."""
        return self.path, 0, f"{self.task.path} on {self.task.target}"


def _with_cause(played: Result, stash: pytest.Stash) -> Result:
    """The first failures of a process are explained. What draws waves is imported where it is needed."""
    if played.verdict.status != "fail":
        return played
    from tickproof.cause import MOST, explain  # noqa: PLC0415

    left = stash.setdefault(_CAUSES_LEFT, MOST)
    if left == 0:
        return played
    explained = explain(played)
    stash[_CAUSES_LEFT] = left - (explained is not played)
    return explained


def targets_of(config: pytest.Config) -> list[str]:
    """Those that are named, else all that this machine can run. UsageError for a name that is none."""
    if _TARGETS not in config.stash:
        try:
            config.stash[_TARGETS] = choose_targets(named_targets(config))[0]
        except InputError as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[_TARGETS]


@contextlib.contextmanager
def turn(*, exclusive: bool) -> Iterator[None]:
    """Side by side with others of this user's on this machine, or alone. Waits as long as that takes."""
    number = os.open(Path(tempfile.gettempdir()) / f"tickproof-{os.getuid()}.pytest", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield
    finally:
        os.close(number)
