# SPDX-License-Identifier: Apache-2.0
"""The pytest plugin: `.scn` files are tests where there are device descriptions (hdl/dut/*.toml). See docs/pytest.md.

It is loaded in every pytest run of an environment that has tickproof, so it does nothing elsewhere, and imports nothing of weight.
"""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tickproof import __version__

if TYPE_CHECKING:
    from tickproof.pytest_items import ScenarioFile

__all__ = ["named_targets"]

_WITH_DEVICES = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """A key of the configuration file is in nobody's way. Options may be, and wait until the project is known."""
    parser.addini("tickproof_targets", "where scenarios play [default: every target that this machine can run]", type="args", default=[])


@pytest.hookimpl(trylast=True)
def pytest_load_initial_conftests(early_config: pytest.Config, parser: pytest.Parser, args: list[str]) -> None:
    """Options, in projects with devices only, and behind those of the project's own conftest."""
    early_config.stash[_WITH_DEVICES] = any(_has_devices(path) for path in _places(args))
    if early_config.stash[_WITH_DEVICES]:
        group = parser.getgroup("tickproof", "scenarios (tickproof)")
        _add(group, "target", action="append", metavar="T[,T]", help="where scenarios play; may be repeated [default: tickproof_targets]")
        _add(group, "seed", type=_natural, default=1, metavar="N", help="seed of the run; each scenario's own is made from it [default: 1]")
        _add(group, "waves", action="store_true", help="write waveforms (FST) of each scenario")


def pytest_configure(config: pytest.Config) -> None:
    """A mistake in the targets stops the run before anything is collected."""
    if config.stash.get(_WITH_DEVICES, False) and named_targets(config):
        from tickproof.pytest_items import targets_of  # noqa: PLC0415  (numpy and the rest are for those who have scenarios)

        targets_of(config)


def pytest_report_header(config: pytest.Config) -> str | None:
    """What scenarios play on, and from which seed."""
    if not config.stash.get(_WITH_DEVICES, False):
        return None
    targets = ", ".join(named_targets(config)) or "all that this machine can run"
    return f"tickproof: {__version__}, seed {config.getoption('tickproof_seed')}, targets: {targets}"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    """A file of scenarios, if it belongs to a project with devices."""
    if file_path.suffix != ".scn" or not _has_devices(file_path):
        return None
    from tickproof.pytest_items import ScenarioFile  # noqa: PLC0415  (as above)

    return ScenarioFile.from_parent(parent, path=file_path)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What keeps the whole machine busy plays behind all others."""
    items.sort(key=lambda item: getattr(item, "exclusive", False))


def named_targets(config: pytest.Config) -> list[str]:
    """From the command line, else the configuration file; empty if neither names any. Each may hold several, with commas."""
    return [*(config.getoption("tickproof_target", None) or config.getini("tickproof_targets"))]


def _places(args: Sequence[str]) -> Iterator[Path]:
    """Where tests may be looked for: options that are no paths do no harm."""
    yield Path.cwd()
    yield from (Path.cwd() / arg.partition("::")[0] for arg in args)


def _has_devices(path: Path) -> bool:
    """A folder above it, or it itself, has device descriptions. Whatever else the path may be, it is no error."""
    folders = (folder / "hdl" / "dut" for folder in (path, *path.parents))
    return any(os.path.isdir(folder) and next(folder.glob("*.toml"), None) for folder in folders)


def _add(group: pytest.OptionGroup, name: str, **attributes: Any) -> None:
    """--tickproof-NAME, and --NAME unless that is somebody else's."""
    for option in (f"--tickproof-{name}", f"--{name}"):
        with contextlib.suppress(argparse.ArgumentError):
            group.addoption(option, dest=f"tickproof_{name}", **attributes)


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0")
    return int(text)
