# SPDX-License-Identifier: Apache-2.0
"""What is to be run: scenarios and files found, targets chosen, one `Task` for each pair."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tickproof.errors import InputError
from tickproof.protocols.pcapfile import is_capture
from tickproof.scenario import Scenario, parse
from tickproof.scenario.replay import program_from_itch, program_from_pcap, symbols_of
from tickproof.scenario.values import BadValue, parse_price
from tickproof.targets import all_targets, get_target

__all__ = [
    "RETRY_LATE",
    "How",
    "Task",
    "choose_targets",
    "find_root",
    "find_scenarios",
    "replay_scenario",
    "replay_tasks",
    "scenario_tasks",
    "task_identity",
    "task_seed",
]

RETRY_LATE = 4
"""A shared host loses its processors for 10 ms every half minute or so, and in bursts; five times in a row in one run is a finding."""

_USUAL_SYMBOLS, _MOST_SYMBOLS = 8, 64  # contract 4, FEED-ITCH-2


@dataclass(frozen=True, slots=True)
class Task:
    """One scenario on one target. id: names it independently of where the command was started; path: as shown to people.

    root: the folder whose hdl/dut describes the devices. seed: of this task (see `task_seed`). command: reproduces it.
    events: where to write the device's decoded records, if they are wanted. record, pcap: keep the run, or its packets, even if it passes.
    time_scale: as in RunOptions. retry_late: how often it is played again where the host spoiled a run.
    coverage: note what a run that passes covers. rank: tasks of a lower one play first.
    """

    id: str
    path: str
    target: str
    scenario: Scenario
    root: Path
    seed: int
    command: str
    waves: bool = False
    out_dir: Path | None = None
    events: Path | None = None
    record: bool = False
    time_scale: int | None = None
    retry_late: int = RETRY_LATE
    coverage: bool = False
    rank: int = 0
    pcap: bool = False


@dataclass(frozen=True, slots=True)
class How:
    """What the tasks of one run share. targets: names. seed: the run's. out_dir: logs and waves go below it. The rest: of each Task."""

    targets: Sequence[str]
    seed: int
    waves: bool
    out_dir: Path
    record: bool = False
    time_scale: int | None = None
    retry_late: int = RETRY_LATE
    coverage: bool = False
    pcap: bool = False


def find_scenarios(paths: Iterable[str]) -> list[Path]:
    """The files named, and all *.scn below the folders named, in order. InputError for what is missing, empty or named twice."""
    found: dict[Path, str] = {}
    for name in paths:
        path = Path(name)
        if not path.exists():
            raise InputError(name, "no such file or folder")
        files = sorted(path.rglob("*.scn")) if path.is_dir() else [path]
        if not files:
            raise InputError(name, "no scenarios found", expected="files that end in .scn")
        for file in files:
            if (earlier := found.get(file.resolve())) is not None:
                raise InputError(_shown(file.resolve()), "is named twice", got=f"{earlier} and {name}")
            found[file.resolve()] = name
    return [Path(_shown(path)) for path in found]


def find_root(path: Path) -> Path:
    """The nearest folder above `path` with device descriptions (hdl/dut), else the working directory."""
    here = path.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / "hdl" / "dut").is_dir()), Path.cwd())


def choose_targets(names: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Target names from `--target` options (each may hold several, with commas): all that were named, or those of the default set that
    this machine can run.

    Returns them, and name -> reason for those left out. InputError for an unknown or repeated name.
    """
    if not names:
        reasons = {target.name: target.unavailable() for target in all_targets() if target.default}
        return [name for name, reason in reasons.items() if reason is None], {name: reason for name, reason in reasons.items() if reason}
    chosen = [name.strip() for option in names for name in option.split(",") if name.strip()]
    for index, name in enumerate(chosen):
        get_target(name)
        if name in chosen[:index]:
            raise InputError(name, "target is named twice")
    return chosen, {}


def task_seed(run_seed: int, identity: str) -> int:
    """64 bits from the run's seed and the task's id: differs from task to task, the same in every run with this seed."""
    return int.from_bytes(hashlib.sha256(f"{run_seed}:{identity}".encode()).digest()[:8], "big")


def scenario_tasks(paths: Iterable[Path], how: How) -> list[Task]:
    """One task for each scenario file and target. All are parsed first: a mistake in one is an InputError before anything runs."""
    tasks = []
    for path in paths:
        root = find_root(path.parent)
        tasks += _tasks(task_identity(path, root), parse(path), root, ["run", str(path)], how)
    return tasks


def replay_tasks(scenario: Scenario, options: Sequence[str], how: How) -> list[Task]:
    """One task for each target. options: of the command line, to reproduce it."""
    return _tasks(scenario.path.name, scenario, find_root(Path.cwd()), ["replay", str(scenario.path), *options], how)


def replay_scenario(file: str, symbols: Sequence[str], *, base: str | None, messages_per_packet: int, dut: str) -> Scenario:
    """An ITCH file or capture as a Scenario without `>` lines. base: bottom of the ladders as a price, None = chosen from the data.

    InputError for the file, for a symbol that it does not have, and for a base that is no price.
    """
    path = Path(file)
    try:
        placed = symbols_of(symbols, base=None if base is None else parse_price(base))
    except BadValue as error:
        raise InputError("--base", "bad price", got=base, expected=error) from None
    if len(placed) > _MOST_SYMBOLS:
        raise InputError("--symbols", "too many symbols", got=len(placed), expected=f"at most {_MOST_SYMBOLS}")
    parameters = {"SYMBOLS": len(placed)} if len(placed) > _USUAL_SYMBOLS else {}
    if is_capture(path):
        program = program_from_pcap(path, placed, dut=dut, parameters=parameters)
    else:
        program = program_from_itch(path, placed, messages_per_packet=messages_per_packet, dut=dut, parameters=parameters)
    return Scenario(path.name, path, dut, frozenset(), (), program, (), tuple(symbols))


def _tasks(identity: str, scenario: Scenario, root: Path, command: Sequence[str], how: How) -> list[Task]:
    return [
        Task(
            id=identity,
            path=str(scenario.path),
            target=target,
            scenario=scenario,
            root=root,
            seed=task_seed(how.seed, identity),
            command=shlex.join(["tickproof", *command, "--target", target, "--seed", str(how.seed), *_how(target, how)]),
            waves=how.waves,
            record=how.record,
            time_scale=how.time_scale,
            retry_late=how.retry_late,
            coverage=how.coverage,
            pcap=how.pcap,
            out_dir=how.out_dir / "runs" / target / identity.removesuffix(".scn"),
        )
        for target in how.targets
    ]


def _how(name: str, how: How) -> list[str]:
    """Options that only some targets understand."""
    target = get_target(name)
    waves = ["--waves"] if "waves" in target.capabilities else []
    return [*waves, *(["--time-scale", str(how.time_scale)] if how.time_scale and target.exclusive else [])]


def task_identity(path: Path, root: Path) -> str:
    """Names a scenario independently of where the command was started: its path below `root`."""
    here = path.resolve()
    return here.relative_to(root).as_posix() if here.is_relative_to(root) else path.name


def _shown(path: Path) -> str:
    """Relative to the working directory where that is shorter to read."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
