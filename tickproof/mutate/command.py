# SPDX-License-Identifier: Apache-2.0
"""`tickproof mutate`: draws mutants, plays them, keeps and shows what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tickproof.errors import InputError
from tickproof.mutate.bench import Bench
from tickproof.mutate.campaign import Campaign, draw
from tickproof.mutate.mutant import Kind
from tickproof.mutate.results import FILE_NAME, Outcome, append, read_outcomes
from tickproof.mutate.summary import SUMMARY_FILE, killed_share, print_summary, summary_text
from tickproof.report import make_console, with_progress
from tickproof.targets import get_target
from tickproof.tasks import How, Task, find_scenarios, scenario_tasks
from tickproof.whole_file import write_whole

__all__ = ["TARGETS", "mutate"]

TARGETS: dict[Kind, tuple[str, ...]] = {
    "rtl": ("rtl@verilator", "rtl@icarus"),
    "gateway": ("gateway@raw", "gateway@udp", "gateway@xdp"),
    "golden": ("rtl@verilator", "rtl@icarus"),
}
"""Where mutants of each kind can be played, the usual first; for golden ones: what makes the recordings that they are held against."""


def mutate(
    paths: Sequence[str],
    kind: Kind,
    *,
    count: int,
    seed: int,
    modules: Sequence[str],
    target: str | None,
    resume: bool,
    processes: int,
    out: Path,
) -> float | None:
    """Play a campaign; the share of mutants that were killed, of those that are not equivalent (None = there are none).

    InputError where a module does not exist, a target cannot run here, or the tools that read sources are not installed.
    """
    chosen = target or TARGETS[kind][0]
    if chosen not in TARGETS[kind]:
        raise InputError(chosen, f"plays no mutants of {kind}", expected=" or ".join(TARGETS[kind]))
    reason = get_target(chosen).unavailable()
    if reason:
        raise InputError(chosen, "cannot run here", got=reason)
    work = out.absolute() / kind
    work.mkdir(parents=True, exist_ok=True)
    found = scenario_tasks(find_scenarios(paths), How([chosen], seed, False, out))
    capabilities = get_target(chosen).capabilities
    tasks = [replace(task, root=work) for task in found if task.scenario.requires <= capabilities]
    bench = _bench(kind, found[0].root, work, chosen, tasks)
    for module in {*modules} - (there := {source.module for source in bench.sources()}):
        raise InputError("--module", "no such module", got=module, expected=", ".join(sorted(there)))
    mutants = draw(bench, seed, count, modules)
    file = out / FILE_NAME
    known = read_outcomes(file)
    done = {mutant.id for mutant in mutants if mutant.id in known} if resume else set()
    console = make_console()
    outcomes: dict[str, Outcome] = {identity: known[identity] for identity in done}
    try:
        with closing(Campaign(bench, chosen, tasks, known, processes).run(mutants, done)) as running:
            for outcome in with_progress(console, running, len(mutants) - len(done), "compiling", _told):
                append(file, [outcome])
                outcomes[outcome.id] = outcome
    finally:
        shown = [outcomes[mutant.id] for mutant in mutants if mutant.id in outcomes]
        write_whole(out / SUMMARY_FILE, summary_text(shown))
        print_summary(console, shown)
        console.print(f"seed {seed}, results in {file} and {out / SUMMARY_FILE}")
    return killed_share(shown)


def _told(outcome: Outcome) -> str:
    return f"{outcome.module}:{outcome.line} {outcome.status}"


def _bench(kind: Kind, root: Path, work: Path, target: str, tasks: Sequence[Task]) -> Bench:
    # What reads and proves sources is an extra: nobody needs it to play scenarios.
    try:
        if kind == "rtl":
            from tickproof.mutate.rtl import RtlBench  # noqa: PLC0415

            return RtlBench(root, work, target, tuple(sorted({task.scenario.program.dut for task in tasks})))
        if kind == "gateway":
            from tickproof.mutate.gateway import GatewayBench  # noqa: PLC0415

            return GatewayBench(root, work, target)
        from tickproof.mutate.golden import GoldenBench  # noqa: PLC0415

        return GoldenBench(root, work, target)
    except ModuleNotFoundError as error:
        raise InputError(f"mutate {kind}", f"needs {error.name}", hint="pip install 'tickproof[mutate]'") from None
