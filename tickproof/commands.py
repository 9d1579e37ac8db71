# SPDX-License-Identifier: Apache-2.0
"""What the commands do. Each function returns the exit code (docs/usage.md) and raises InputError for a user's mistake."""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tickproof.cause import with_causes
from tickproof.changed import order_tasks
from tickproof.coverage import Merged, coverage_line, load_coverage, print_coverage, totals_of
from tickproof.diff import DIFFERENT, compare, difference_text, find_pairs, outcome_of
from tickproof.errors import InputError
from tickproof.golden import top_of_book
from tickproof.history import begin_history, show_history
from tickproof.mutate.command import mutate
from tickproof.mutate.mutant import Kind
from tickproof.protocols.decode import decode_file
from tickproof.protocols.itchfile import read_itch
from tickproof.protocols.records import RECORD
from tickproof.report import Writer, default_folder, make_console, print_report, with_progress
from tickproof.runner import Result, run_all, write_events
from tickproof.scaffold import VERILOG, scaffold
from tickproof.scenario.import_pcap import import_pcap
from tickproof.shrink import shrink_failures, shrink_file
from tickproof.targets import all_targets, get_target
from tickproof.tasks import How, Task, choose_targets, find_scenarios, replay_scenario, replay_tasks, scenario_tasks

__all__ = [
    "diff_runs",
    "import_capture",
    "init_repository",
    "list_targets",
    "play_mutants",
    "print_book",
    "print_history",
    "print_messages",
    "replay_file",
    "run_scenarios",
    "show_coverage",
    "shrink_failure",
    "write_page",
]

EXIT_PASSED, EXIT_FAILED, EXIT_NOTHING_RAN = 0, 1, 3


def run_scenarios(
    paths: Sequence[str],
    pattern: str,
    *,
    changed_since: str | None,
    only_changed: bool,
    targets: Sequence[str],
    seed: int,
    waves: bool,
    cause: bool,
    record: bool,
    pcap: bool,
    coverage: bool,
    time_scale: int | None,
    retry_late: int,
    processes: int | None,
    out: Path | None,
    store: str | None,
) -> int:
    """`tickproof run`."""
    chosen = _targets(targets)
    found = [path for path in find_scenarios(paths) if pattern in str(path)]
    if not found:
        raise InputError(pattern, "no scenario has this in its path")
    how = How(chosen, seed, waves, out or default_folder(), record, time_scale, retry_late, coverage, pcap)
    tasks = everything = scenario_tasks(found, how)
    if changed_since is not None:
        order = order_tasks(tasks, changed_since)
        print(order.text, file=sys.stderr)
        tasks = order.affected if only_changed else order.tasks
    code = _run(tasks, how, processes, store, cause=cause)
    return code if tasks or not everything else EXIT_PASSED


def replay_file(
    file: str,
    *,
    symbols: str,
    base: str | None,
    messages_per_packet: int,
    dut: str,
    events: Path | None,
    targets: Sequence[str],
    seed: int,
    waves: bool,
    cause: bool,
    record: bool,
    pcap: bool,
    coverage: bool,
    time_scale: int | None,
    retry_late: int,
    processes: int | None,
    out: Path | None,
    store: str | None,
) -> int:
    """`tickproof replay`."""
    chosen = _targets(targets)
    scenario = replay_scenario(file, symbols.split(","), base=base, messages_per_packet=messages_per_packet, dut=dut)
    options = ["--symbols", symbols, *(["--base", base] if base else []), "--messages-per-packet", str(messages_per_packet), "--dut", dut]
    how = How(chosen, seed, waves, out or default_folder(), record, time_scale, retry_late, coverage, pcap)
    tasks = replay_tasks(scenario, options, how)
    if events is not None:
        write_events(events, np.zeros(0, RECORD))  # a path that cannot be written shows before the run, not after it
        # One file holds one device's records: those of the first target that can run.
        first = next((task for task in tasks if get_target(task.target).unavailable() is None), None)
        tasks = [replace(task, events=events) if task is first else task for task in tasks]
    return _run(tasks, how, processes, store, cause=cause)


def print_history(scenario: str, *, targets: Sequence[str], last: int, store: str | None, html: Path | None) -> int:
    """`tickproof history`."""
    show_history(store, scenario, [name.strip() for option in targets for name in option.split(",")], last, html)
    return EXIT_PASSED


def init_repository(paths: Sequence[Path], top: str, include: Sequence[Path], model: str) -> int:
    """`tickproof init`. paths: files, and at most one folder."""
    files = [path for path in paths if path.suffix in VERILOG]
    folders = [path for path in paths if path not in files]
    if not files or len(folders) > 1:
        raise InputError(" ".join(str(path) for path in paths), "not usable", expected="at most one folder, and at least one Verilog file")
    for line in scaffold(folders[0] if folders else Path(), top, files, include, model):
        print(line)
    return EXIT_PASSED


def show_coverage(folder: Path, pattern: str) -> int:
    """`tickproof coverage`."""
    print_coverage(make_console(), load_coverage(folder), pattern)
    return EXIT_PASSED


def write_page(folder: Path) -> int:
    """`tickproof report`."""
    print(_page(folder))
    return EXIT_PASSED


def play_mutants(paths: Sequence[str], kind: Kind, *, at_least: float, processes: int | None, **options: Any) -> int:
    """`tickproof mutate`."""
    share = mutate(paths, kind, processes=processes or len(os.sched_getaffinity(0)), **options)
    if share is None:
        return EXIT_NOTHING_RAN
    return EXIT_PASSED if 100 * share >= at_least else EXIT_FAILED


def list_targets() -> int:
    """`tickproof targets`."""
    width = max(len(target.name) for target in all_targets())
    for target in all_targets():
        reason = target.unavailable()
        what = f"not here: {reason}" if reason else ", ".join(sorted(target.capabilities))
        print(f"{target.name:<{width}}  {'' if target.default else '(only if named) '}{what}")
    return EXIT_PASSED


def diff_runs(a: Path, b: Path) -> int:
    """`tickproof diff`."""
    pairs, alone = find_pairs(a, b)
    counts = Counter[str]()
    for left, right in pairs:
        difference = compare(left, right)
        outcome = outcome_of(left, right, difference)
        counts[outcome] += 1
        text = difference_text(left, right, difference)
        print(text.splitlines()[0] if a.is_dir() and outcome != DIFFERENT else f"{text}\n")
    print("\n".join([*alone, ", ".join(f"{count} {what}" for what, count in counts.items())]))
    return EXIT_FAILED if counts[DIFFERENT] else EXIT_PASSED


def shrink_failure(file: str, **options: Any) -> int:
    """`tickproof shrink`."""
    shrink_file(file, **options)
    return EXIT_PASSED


def import_capture(file: str) -> int:
    """`tickproof import`."""
    sys.stdout.write(import_pcap(file))
    return EXIT_PASSED


def print_book(file: str, symbol: str) -> int:
    """`tickproof book`."""
    rows = top_of_book(read_itch(file), symbol)
    first = next(rows, None)  # before the header, so that an unknown symbol prints nothing but its error
    print("sequence,timestamp_ns,bid_price,bid_shares,ask_price,ask_shares")
    for row in itertools.chain([first] if first else [], rows):
        print(*row, sep=",")
    return EXIT_PASSED


def print_messages(file: str) -> int:
    """`tickproof decode`."""
    write = sys.stdout.write
    for message in decode_file(file):
        write(json.dumps(message) + "\n")
    return EXIT_PASSED


def _targets(names: Sequence[str]) -> list[str]:
    """The targets to run on. Those that this machine lacks are named, unless they were asked for: then their runs are skipped."""
    chosen, left_out = choose_targets(names)
    for name, reason in left_out.items():
        print(f"{name} is left out: {reason}", file=sys.stderr)
    return chosen


def _run(tasks: Sequence[Task], how: How, processes: int | None, store: str | None, *, cause: bool) -> int:
    """Run, report as results come, and say how it went."""
    started = time.perf_counter()
    console = make_console()
    writer = Writer(how.out_dir, how.seed)
    history = begin_history(store, writer.head)
    covered = Merged() if how.coverage else None
    shrunk: list[str] = []
    finished = False
    try:
        with closing(run_all(tasks, processes or len(os.sched_getaffinity(0)))) as running:
            explained = with_causes(running) if cause else running
            watched = covered.watch(explained) if covered else explained
            for result in with_progress(console, watched, len(tasks), "running", _told):
                writer.add(result)
                if history is not None:
                    history.add(result)
        if history is not None:
            history.finish(totals_of(covered.document()) if covered else {})
        finished = True
        shrunk += shrink_failures(console, writer.results, how.seed) if cause else ()
    finally:
        results = in_order(writer.results, tasks)
        if covered is not None:
            writer.coverage = covered.document()
            covered.write(how.out_dir)
        writer.write(finished=finished)
        if results or finished:
            print_report(console, results, time.perf_counter() - started, how.out_dir)
            if writer.coverage:
                console.print(coverage_line(writer.coverage))
            console.print(*shrunk, f"seed {how.seed}, results in {how.out_dir}", sep="\n")
            console.print(f"report {_page(how.out_dir)}")
    return exit_code(results)


def _told(result: Result) -> str:
    return f"{result.task.id} on {result.task.target}"


def _page(folder: Path) -> Path:
    """Its libraries are imported where they are needed: other commands do without."""
    from tickproof.report.html import write_report  # noqa: PLC0415

    return write_report(folder)


def in_order(results: Iterable[Result], tasks: Sequence[Task]) -> list[Result]:
    """Results in the order of their tasks, whichever came first."""
    place = {(task.id, task.target): index for index, task in enumerate(tasks)}
    return sorted(results, key=lambda result: place[result.task.id, result.task.target])


def exit_code(results: Sequence[Result]) -> int:
    """Inconclusive is no pass, so it must not look like one."""
    statuses = {result.verdict.status for result in results}
    if statuses & {"fail", "inconclusive"}:
        return EXIT_FAILED
    return EXIT_PASSED if "pass" in statuses else EXIT_NOTHING_RAN
