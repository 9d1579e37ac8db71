# SPDX-License-Identifier: Apache-2.0
"""The command line. It reads options, calls the rooms below, and turns outcomes into exit codes: no logic lives here."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from tickproof import __version__, commands
from tickproof.errors import InputError
from tickproof.history import NO_STORE
from tickproof.mutate.mutant import KINDS
from tickproof.scaffold import MODELS
from tickproof.tasks import RETRY_LATE

__all__ = ["main"]

EXIT_INPUT, EXIT_INTERRUPTED, EXIT_BROKEN_PIPE, EXIT_TERMINATED = 2, 130, 141, 143

_EPILOG = """\b
Exit codes
  0   all passed (skipped ones aside)
  1   a divergence, or a run that could not be judged
  2   bad usage or bad input
  3   nothing could run
  130 interrupted; results so far are kept"""

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _run_options(command: _Command) -> _Command:
    """The options that `run` and `replay` share."""
    options = (
        click.option("--target", "targets", multiple=True, metavar="T[,T]", help="Where to run [default: see `tickproof targets`]"),
        click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Run seed; each scenario's own is made from it"),
        click.option("--waves", is_flag=True, help="Write waveforms (FST) for each run"),
        click.option("--cause/--no-cause", default=True, help="Look into failures of simulations: waves, shrunk scenarios [default: yes]"),
        click.option(
            "--record", is_flag=True, help="Keep a recording of each run, for `tickproof diff` [default: of those that do not pass]"
        ),
        click.option("--pcap", is_flag=True, help="Keep the packets of each run, for Wireshark [default: of those that do not pass]"),
        click.option("--coverage", is_flag=True, help="Note which cases of the contract, and on rtl@verilator which code, the runs reach"),
        click.option("--time-scale", type=click.IntRange(1), metavar="N", help="Slow-down of host targets [default: each its own]"),
        click.option(
            "--retry-late",
            type=click.IntRange(0),
            default=RETRY_LATE,
            show_default=True,
            metavar="N",
            help="Play a run that the host spoiled (late, lost) again, up to N times; each is reported",
        ),
        click.option("-n", "processes", type=click.IntRange(1), default=None, help="Runs at the same time [default: number of cores]"),
        click.option("--out", type=click.Path(path_type=Path), help="Folder for result.json, junit.xml, logs [default: out/<time>]"),
        click.option("--store", metavar="URL|FILE", help="History to append to [default: $TICKPROOF_STORE, or out/history.sqlite]"),
        click.option("--no-store", "store", flag_value=NO_STORE, default=None, help="Append to no history"),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120}, epilog=_EPILOG)
@click.version_option(__version__, prog_name="tickproof")
def tickproof() -> None:
    """One scenario, every path, one golden model: check a trading gateway in simulation and on the wire.

    \b
    Examples
      tickproof run                                         all of ./scenarios on every target there is
      tickproof run scenarios/faults --target rtl@icarus    one folder, one target
      tickproof replay day.itch --symbols AAPL,MSFT         a day's file against the golden model
      tickproof targets                                     what this machine can run, and why not the rest
    """


@tickproof.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option("-k", "--filter", "pattern", default="", metavar="TEXT", help="Only scenarios whose path contains TEXT")
@click.option("--changed-since", metavar="REV", help="First what can be affected by what has changed since this git revision")
@click.option("--only-changed", is_flag=True, help="With --changed-since: nothing else")
@_run_options
def run(paths: tuple[str, ...], pattern: str, **options: Any) -> int:
    """Run scenarios (files, or folders with *.scn) and hold every output against the golden model.

    \b
    Examples
      tickproof run
      tickproof run scenarios/market_data/lost_on_a.scn --target rtl@verilator --waves
      tickproof run scenarios -k gap --seed 7 -n 4 --out out/nightly
      tickproof run --changed-since origin/main --only-changed
    """
    if options["only_changed"] and options["changed_since"] is None:
        raise click.UsageError("--only-changed needs --changed-since REV")
    return commands.run_scenarios(paths or ("scenarios",), pattern, **options)


@tickproof.command(epilog=_EPILOG)
@click.argument("file", type=click.Path())
@click.option("--symbols", required=True, metavar="S[,S]", help="Symbols to track, in the order of their index")
@click.option("--base", metavar="PRICE", help="Bottom of every price ladder, e.g. 140.00 [default: chosen from the data]")
@click.option("--messages-per-packet", type=click.IntRange(1), default=30, show_default=True, help="For ITCH files")
@click.option("--dut", default="feed_handler", show_default=True, metavar="NAME|FILE", help="Device description")
@click.option("--events", type=click.Path(path_type=Path), help="Write the device's decoded records here, one JSON object a line")
@_run_options
def replay(file: str, **options: Any) -> int:
    """Replay an ITCH file, pcap or pcapng through a device and hold every output against the golden model.

    \b
    Examples
      tickproof replay 01302020.itch --symbols AAPL
      tickproof replay drop.pcap --symbols AAPL,MSFT --target rtl@verilator --events records.jsonl
    """
    return commands.replay_file(file, **options)


@tickproof.command(
    epilog="""\b
Exit codes
  0   the same, perhaps but for the order of inputs, and both as golden has it
  1   they differ, or one differs from golden or cannot be judged
  2   bad usage, no recording, or recordings of other inputs"""
)
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
def diff(a: Path, b: Path) -> int:
    """Hold two recorded runs of a scenario against golden and against each other.

    A, B: recordings (capture.npz), or folders with recordings below them; of folders each scenario that both have is compared. Runs leave
    recordings with --record, and whenever they do not pass.

    \b
    Example
      tickproof run scenarios/risk --target gateway@raw,rtl@raw --record --out out/both
      tickproof diff out/both/runs/gateway@raw out/both/runs/rtl@raw
    """
    return commands.diff_runs(a, b)


@tickproof.command(
    epilog="""\b
Exit codes
  0   the smallest scenario is written
  2   bad usage or bad input, or nothing fails
  130 interrupted; the smallest one so far is kept"""
)
@click.argument("file", type=click.Path())
@click.option("--target", "targets", multiple=True, metavar="T[,T]", help="Where it fails [default: the first where it does]")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Run seed, as of the run that failed")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="OUT.scn", help="Where to [default: out/shrunk/<name>.scn]")
@click.option("-n", "processes", type=click.IntRange(1), default=None, help="Runs at the same time [default: number of cores]")
@click.option("--symbols", default="", metavar="S[,S]", help="Of market data: symbols to track, as for `tickproof replay`")
@click.option("--base", metavar="PRICE", help="Of market data: bottom of every price ladder")
@click.option("--messages-per-packet", type=click.IntRange(1), default=30, show_default=True, help="Of an ITCH file")
@click.option("--dut", default="feed_handler", show_default=True, metavar="NAME|FILE", help="Of market data: device description")
def shrink(file: str, **options: Any) -> int:
    """Reduce what fails to the smallest scenario that fails in the same way.

    FILE: a scenario (.scn), the recording of a run (capture.npz), or an ITCH file, pcap or pcapng.

    \b
    Examples
      tickproof shrink scenarios/market_data/replace_moves_an_order.scn
      tickproof shrink out/last/runs/rtl@verilator/scenarios/risk/a_collar/capture.npz -o scenarios/regressions/collar.scn
      tickproof shrink day.itch --symbols AAPL --target rtl@verilator
    """
    return commands.shrink_failure(file, **options)


@tickproof.command()
@click.argument("scenario", default="")
@click.option("--target", "targets", multiple=True, metavar="T[,T]", help="Only these targets")
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, metavar="N", help="So many results of each scenario")
@click.option("--store", metavar="URL|FILE", help="Which history [default: $TICKPROOF_STORE, or out/history.sqlite]")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write it as a page with plots, too")
def history(scenario: str, **options: Any) -> int:
    """Show how results went over the last runs, and what to look at: failing since which commit, flaky, slower.

    SCENARIO: only scenarios whose path contains this text.

    \b
    Examples
      tickproof history
      tickproof history faults/ --target rtl@verilator --last 50 --html history.html
      tickproof history --store postgresql://ci@db.example/tickproof
    """
    return commands.print_history(scenario, **options)


@tickproof.command()
@click.argument("paths", nargs=-1, required=True, metavar="[DIR] FILE.v...", type=click.Path(path_type=Path))
@click.option("--top", required=True, metavar="MODULE", help="The module to play scenarios on")
@click.option("-I", "--include", multiple=True, type=click.Path(path_type=Path), metavar="DIR", help="Folder for `include; may be repeated")
@click.option("--model", type=click.Choice(MODELS), default=MODELS[0], show_default=True, help="Golden model: what it has to do")
def init(paths: tuple[Path, ...], top: str, include: tuple[Path, ...], model: str) -> int:
    """Set a repository (DIR, default: the working directory) up for your RTL: device description, two scenarios, pytest and CI files.

    Clock, reset and streams are guessed from the ports' names. Nothing that is there is overwritten.

    \b
    Examples
      tickproof init --top frame_filter rtl/frame_filter.v rtl/fifo.v
      tickproof init ~/filter --top frame_filter ~/filter/rtl/*.v
    """
    return commands.init_repository(paths, top, include, model)


@tickproof.command()
@click.argument("folder", default="out/last", type=click.Path(path_type=Path))
@click.option("-k", "--filter", "pattern", default="", metavar="TEXT", help="Only groups and modules whose name contains TEXT")
def coverage(folder: Path, pattern: str) -> int:
    """Show what a run with --coverage covered: bins of the contract, code of the RTL, and the holes of both by name.

    FOLDER: of results.

    \b
    Examples
      tickproof run --coverage
      tickproof coverage out/last -k arbitration
    """
    return commands.show_coverage(folder, pattern)


@tickproof.command()
@click.argument("folder", default="out/last", type=click.Path(path_type=Path))
def report(folder: Path) -> int:
    """Write report.html of a folder of results anew: of a run that was killed, or to which something was added.

    \b
    Examples
      tickproof report
      tickproof report out/nightly
    """
    return commands.write_page(folder)


@tickproof.command(
    epilog="""\b
Exit codes
  0   enough of them were killed
  1   too few were (--at-least)
  2   bad usage or bad input
  3   no mutant was played"""
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option("--kind", type=click.Choice(KINDS), default="rtl", show_default=True, help="What to break")
@click.option("--count", type=click.IntRange(1), default=100, show_default=True, help="How many mutants; with more the same come first")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Which mutants")
@click.option("--module", "modules", multiple=True, metavar="NAME", help="Only mutants of this module; may be repeated")
@click.option("--target", metavar="T", help="Where to play [default: rtl@verilator, for the gateway gateway@raw]")
@click.option("--resume", is_flag=True, help="Keep what --out holds already, and play the rest")
@click.option("--at-least", type=click.FloatRange(0, 100), default=90, show_default=True, metavar="PERCENT", help="Must be killed")
@click.option("-n", "processes", type=click.IntRange(1), default=None, help="Mutants at the same time [default: number of cores]")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/mutation"), show_default=True, help="Folder for the results")
def mutate(paths: tuple[str, ...], **options: Any) -> int:
    """Break RTL, gateway or golden model in small ways, one at a time, and show what no scenario notices.

    \b
    Examples
      tickproof mutate --count 300
      tickproof mutate --kind golden --module orders/checks
      tickproof mutate scenarios/risk --module risk_checks --resume
    """
    return commands.play_mutants(paths or ("scenarios",), **options)


@tickproof.command()
def targets() -> int:
    """List all targets: which of them this machine can run, and why not the rest."""
    return commands.list_targets()


@tickproof.command("import")
@click.argument("file", type=click.Path())
def import_(file: str) -> int:
    """Print a pcap or pcapng as a scenario (.scn).

    \b
    Example
      tickproof import drop.pcap > scenarios/drop.scn
    """
    return commands.import_capture(file)


@tickproof.command()
@click.argument("file", type=click.Path())
@click.option("--symbol", required=True, help="Stock, as in the Stock Directory")
def book(file: str, symbol: str) -> int:
    """Print each change of a symbol's best bid and ask in an ITCH file, as CSV.

    Columns: sequence (of the message in the file, from 1), timestamp_ns, bid_price, bid_shares, ask_price, ask_shares. Prices are integers
    in 1e-4; an empty side is 0,0.

    \b
    Example
      tickproof book 01302020.itch --symbol AAPL | head
    """
    return commands.print_book(file, symbol)


@tickproof.command()
@click.argument("file", type=click.Path())
def decode(file: str) -> int:
    """Print every ITCH message of a pcap, pcapng or ITCH file, one JSON object a line.

    \b
    Example
      tickproof decode drop.pcap | grep '"type": "A"' | head
    """
    return commands.print_messages(file)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: runs a command and exits with its code. A user's mistake is one line on stderr, never a traceback."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_TERMINATED))  # a job that is cancelled stops its simulators, too
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: Sequence[str] | None) -> int:
    try:
        code = tickproof.main(arguments, prog_name="tickproof", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return EXIT_INPUT
    except InputError as error:
        click.echo(f"tickproof: error: {error}", err=True)
        return EXIT_INPUT
    except (KeyboardInterrupt, click.Abort):
        click.echo("tickproof: interrupted", err=True)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`| head`). What is still buffered would fail again when Python exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE


if __name__ == "__main__":
    main()
