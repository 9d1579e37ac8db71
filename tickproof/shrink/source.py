# SPDX-License-Identifier: Apache-2.0
"""What is shrunk: a scenario, a recorded run, or a file of market data, as a Draft that makes the same Program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tickproof.errors import InputError
from tickproof.program import Program
from tickproof.recording import load_run
from tickproof.scenario import Scenario, parse, parse_text
from tickproof.scenario.header import parse_header
from tickproof.scenario.values import format_time
from tickproof.scenario.write import same_program, to_scn
from tickproof.shrink.draft import Draft, Step, read_draft
from tickproof.tasks import replay_scenario

__all__ = ["Source", "read_source", "source_of"]

_VOLUME = ("replay", "generate")


@dataclass(frozen=True, slots=True)
class Source:
    """draft: as it came. name: for people and files. dut: the device's name. requires: as in Scenario. target: where it was recorded, ""
    if it was not."""

    draft: Draft
    name: str
    dut: str
    requires: frozenset[str] = frozenset()
    target: str = ""


def read_source(path: Path, symbols: Sequence[str], base: str | None, messages_per_packet: int, dut: str) -> Source:
    """By its ending: a scenario (.scn), a recording (.npz), else an ITCH file or capture, to which the other arguments belong.

    InputError for what cannot be read, or cannot be written as a scenario.
    """
    if path.suffix == ".scn":
        return source_of(parse(path))
    if path.suffix == ".npz":
        run = load_run(path)
        return Source(_of_program(run.program), Path(run.scenario).stem, run.program.dut, target=run.target)
    if not symbols:
        raise InputError(
            str(path), "which symbols are tracked?", expected="--symbols S[,S] for a file of market data, or a .scn, or a .npz"
        )
    return source_of(replay_scenario(str(path), symbols, base=base, messages_per_packet=messages_per_packet, dut=dut))


def source_of(scenario: Scenario) -> Source:
    """Of a scenario that has been read. InputError as `read_source`."""
    written = scenario.path.suffix == ".scn"
    draft = _of_scenario(scenario) if written else _of_program(scenario.program)
    return Source(draft, scenario.path.stem, scenario.dut, scenario.requires)


def _of_scenario(scenario: Scenario) -> Draft:
    text = scenario.path.read_text(encoding="utf-8")
    draft = read_draft(text, scenario.path)
    if any(name in draft.header for name in _VOLUME):
        return _of_program(scenario.program)
    # A silence among the `>` lines may have made the run longer.
    if parse_text(draft.text(), scenario.path).program.end_ns == scenario.program.end_ns:
        return draft
    origin_ns = parse_header(scenario.path, text.partition("\n---")[0]).origin_ns
    return replace(draft, header={"end": format_time(scenario.program.end_ns - origin_ns), **draft.header})


def _of_program(program: Program) -> Draft:
    draft = read_draft(to_scn(program), "written.scn")
    shorter = replace(draft, steps=_numbered(draft.steps))
    return shorter if same_program(parse_text(shorter.text(), "written.scn").program, program) else draft


def _numbered(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Without the sequence numbers that go without saying: a line can go then without leaving a gap behind."""
    following = 1
    left = []
    for step in steps:
        word = step.outer[0] if step.port.startswith("feed") and step.outer else ""
        if word.startswith("seq="):
            number, said = int(word.removeprefix("seq=")), step.messages[0][0] not in ("heartbeat", "end_of_session")
            left.append(replace(step, outer=step.outer[1:]) if number == following else step)
            following = number + len(step.messages) if said else following
        else:
            left.append(step)
    return tuple(left)
