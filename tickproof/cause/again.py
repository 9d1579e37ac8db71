# SPDX-License-Identifier: Apache-2.0
"""A simulation that failed is played again with waves around the divergence; what is made from them stands beside its result."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from tickproof.cause.gtkwave import gtkwave_text
from tickproof.cause.moment import Moment, moment_of
from tickproof.cause.picture import waveform_svg
from tickproof.cause.signals import groups_of
from tickproof.cause.waves import Waves
from tickproof.check.judge import judge_patiently, read_evidence
from tickproof.errors import InputError, TargetUnavailable
from tickproof.golden import get_model
from tickproof.recording import load_run
from tickproof.runner import Result
from tickproof.targets import RunOptions, Target, get_target, load_dut

__all__ = ["MOST", "explain", "with_causes"]

MOST = 3
"""So many failures a process are explained: the others mostly have the same cause."""
_QUICK, _QUICK_CLOCKS = "rtl@icarus", 1 << 17
"""The target whose build with waves takes seconds, where another one's takes a minute; up to so many clocks it is done before that."""

_WAVES, _SAVE, _PICTURE, _TOLD = "dump.fst", "failure.gtkw", "waveform.svg", "cause.txt"


def with_causes(results: Iterable[Result], most: int = MOST) -> Generator[Result]:
    """The same results; the first `most` failures of simulations are explained. Whoever interrupts that still gets the result."""
    for result in results:
        explained = result
        if most and _explicable(result):
            most -= 1
            try:
                explained = explain(result)
            except (KeyboardInterrupt, SystemExit):
                yield result
                raise
        yield explained


def explain(result: Result) -> Result:
    """A failure of a simulation, with waves, save file and picture among its files. What cannot be had is told in a note."""
    folder = result.task.out_dir
    if folder is None or not _explicable(result):
        return result
    files: dict[str, str] = {}
    try:
        played = _waves(result, folder)
        files, told, unlike = _drawn(result, folder, played.moment), played.told, played.unlike
    except (InputError, TargetUnavailable) as error:
        told = unlike = f"no waves: {error}"
    (folder / _TOLD).write_text(f"{told}\n", encoding="utf-8")
    verdict = replace(result.verdict, notes=(*result.verdict.notes, unlike)) if unlike else result.verdict
    return replace(result, verdict=verdict, files={**result.files, **files})


@dataclass(frozen=True, slots=True)
class _Played:
    """A run with waves. moment: where to look. by: the target that played it. unlike: in what it differs from the one that failed."""

    moment: Moment
    by: str
    unlike: str = ""

    @property
    def told(self) -> str:
        """One line for people."""
        marked = ((self.moment.caused, "the cause went in"), (self.moment.seen, "the divergence showed"))
        words = [f"in clock {clock} {what}" for clock, what in marked if clock is not None]
        first, end = self.moment.window
        return "; ".join([*words, f"waves of clocks {first} to {end}, played by {self.by}", self.unlike or "it fails at the same place"])


def _explicable(result: Result) -> bool:
    """It was played on something that has waves, and the recording of it is there."""
    waves = "waves" in get_target(result.task.target).capabilities
    return result.verdict.status == "fail" and waves and "recording" in result.files and result.verdict.divergence is not None


def _waves(result: Result, folder: Path) -> _Played:
    """Leaves waves around the divergence, unless the run that failed has left its own."""
    assert result.verdict.divergence is not None
    capture = load_run(Path(result.files["recording"])).capture
    moment = moment_of(result.verdict.divergence, capture)
    if "waves" in result.files:
        return _Played(moment, result.task.target)
    own, quick = get_target(result.task.target), get_target(_QUICK)
    if own.name != _QUICK and quick.unavailable() is None and moment.window[1] <= _QUICK_CLOCKS:
        played = _play_again(result, quick, moment, folder / _WAVES)
        if not played.unlike:
            return played
    return _play_again(result, own, moment, folder / _WAVES)


def _play_again(result: Result, target: Target, moment: Moment, fst: Path) -> _Played:
    task = result.task
    program, dut = task.scenario.program, load_dut(task.scenario.program.dut, task.root)
    model = get_model(dut.model)
    fst.unlink(missing_ok=True)  # of an earlier run into the same folder
    with tempfile.TemporaryDirectory(prefix=".again-", dir=fst.parent) as work:
        options = RunOptions(seed=task.seed, waves=True, waves_clk=moment.window, out_dir=Path(work))
        capture = target.run(dut, program, options)
        if "waves" in capture.files:
            Path(capture.files["waves"]).replace(fst)
    again = judge_patiently(read_evidence(task.scenario, program, dut, model, capture), model, capabilities=target.capabilities)
    if again.reason == result.verdict.reason and again.divergence is not None:
        return _Played(replace(moment_of(again.divergence, capture), window=moment.window), target.name)
    came = again.reason or ("it passes" if again.status == "pass" else again.status)
    return _Played(moment, target.name, f"played again with waves, it does not fail at the same place: {came}")


def _drawn(result: Result, folder: Path, moment: Moment) -> dict[str, str]:
    """Role -> path of what is made from the waves."""
    dut = load_dut(result.task.scenario.program.dut, result.task.root)
    waves, groups = Waves(folder / _WAVES, dut.clock.period_ps), groups_of(dut)
    texts = {
        "gtkwave": (_SAVE, gtkwave_text(waves, groups, moment, folder / _SAVE)),
        "waveform": (_PICTURE, waveform_svg(waves, groups, moment)),
    }
    files = {"waves": str(folder / _WAVES)}
    for role, (name, text) in texts.items():
        if text:
            (folder / name).write_text(text, encoding="utf-8")
            files[role] = str(folder / name)
    return files
