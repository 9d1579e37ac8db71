# SPDX-License-Identifier: Apache-2.0
"""Writes what a repository needs before `pytest` plays scenarios on its device. What is there already stays as it is."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from tickproof import __version__
from tickproof.errors import InputError
from tickproof.scaffold.frames import frames_for
from tickproof.scaffold.guess import Guess, guess
from tickproof.scaffold.models import MODELS
from tickproof.scaffold.module import read_module
from tickproof.scaffold.names import words

__all__ = ["MODELS", "VERILOG", "scaffold"]

VERILOG = (".v", ".sv")
"""How the names of source files end."""

_SCENARIOS = {
    "passthrough": ("frames_pass_unchanged", "random_frames_pass_unchanged"),
    "feed_handler": ("orders_move_the_top", "a_generated_market"),
}
_INCLUDE = re.compile(r'^\s*`include\s+"([^"]+)"', re.MULTILINE)
_CONFIGURATION = "pyproject.toml"
_CONFIGURATIONS = (_CONFIGURATION, "pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg")


def scaffold(folder: Path, top: str, files: Sequence[Path], include: Sequence[Path], model: str) -> Iterator[str]:
    """Set the repository `folder` up for the module `top` of `files`; yields lines for the user. InputError for RTL that cannot be used."""
    for file in files:
        if not file.is_file():
            raise InputError(str(file), "no such file")
    copied = [file for file in files if not _lies_in(folder, file)]
    if len({file.name for file in copied}) < len(copied):
        raise InputError(str(folder), "cannot have copies of files with the same name", got=", ".join(sorted(map(str, copied))))
    searched = [*include, *dict.fromkeys(file.parent for file in files)]
    found = guess(read_module(top, files, searched), model, str(files[0]))
    name = "_".join(words(top)) or top.lower()
    values = {
        "guess": found,
        "name": name if name[0].isalpha() else f"dut_{name}",
        "files": [_from_description(_inside(folder, file, "rtl")) for file in files],
        "include": [_from_description(path) for path in _include(folder, files, searched)],
        "frames": frames_for(found) if model == "passthrough" else None,
        "version": __version__,
    }
    yield from _told(found)
    templates = {
        "dut.toml.jinja": f"hdl/dut/{values['name']}.toml",
        **{f"{scenario}.scn.jinja": f"scenarios/{values['name']}/{scenario}.scn" for scenario in _SCENARIOS[model]},
        "github.yml.jinja": ".github/workflows/tickproof.yml",
        "gitlab.yml.jinja": ".gitlab-ci.yml",
        "gitignore.jinja": ".gitignore",
        "pyproject.toml.jinja": next((name for name in _CONFIGURATIONS if (folder / name).exists()), _CONFIGURATION),
    }
    for template, place in templates.items():
        yield _write(folder / place, _render(template, values))
    yield f"check hdl/dut/{values['name']}.toml, then: {'' if folder == Path() else f'cd {folder} && '}pytest -n 2"


def _told(found: Guess) -> Iterator[str]:
    """What was guessed."""
    yield f"module {found.module.name}: clock {found.clock}, reset {found.reset} (active {'high' if found.active else 'low'})" + (
        f", ready {found.ready}" if found.ready else ""
    )
    for stream in found.streams:
        yield f"  {stream.direction:<4}{stream.name}: {stream.width} bits, {', '.join(stream.signals.values())}"
    if found.registers:
        yield f"  control: {', '.join(found.registers.values())}"
    for tie in found.ties:
        yield f"  {tie.name} is held at {tie.value}: {tie.why}"
    if found.unseen:
        yield f"  not looked at: {', '.join(found.unseen)}"


def _write(path: Path, text: str) -> str:
    """Whether it was written, for the user; InputError if that cannot be done."""
    if path.exists():
        return f"kept  {path}, which was there"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror}") from None
    return f"wrote {path}"


def _render(template: str, values: dict[str, object]) -> str:
    environment = Environment(
        loader=PackageLoader("tickproof.scaffold", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    return environment.get_template(template).render(values)


def _from_description(path: Path) -> str:
    """As the device description names it. path: in the repository."""
    return Path(os.path.relpath(path, Path("hdl", "dut"))).as_posix()


def _inside(folder: Path, file: Path, kind: str) -> Path:
    """Where the repository has it: there, if it lies in it, else a copy in hdl/KIND."""
    if _lies_in(folder, file):
        return file.resolve().relative_to(folder.resolve())
    copy = folder / "hdl" / kind / file.name
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not copy.exists():
            shutil.copy(file, copy)
    except OSError as error:
        raise InputError(str(copy), f"cannot be written: {error.strerror}") from None
    return copy.relative_to(folder)


def _lies_in(folder: Path, file: Path) -> bool:
    return file.resolve().is_relative_to(folder.resolve())


def _include(folder: Path, files: Sequence[Path], searched: Sequence[Path]) -> list[Path]:
    """Folders, in the repository, of all that the files include, however deep."""
    pending, seen, folders = [*files], set[Path](), dict[Path, None]()
    while pending:
        file = pending.pop()
        for name in _INCLUDE.findall(file.read_text(encoding="utf-8", errors="replace")):
            found = next((path / name for path in (file.parent, *searched) if (path / name).is_file()), None)
            if found is None or found.resolve() in seen:
                continue
            seen.add(found.resolve())
            pending.append(found)
            folders[_inside(folder, found, "include").parent] = None
    return [*folders]
