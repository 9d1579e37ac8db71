# SPDX-License-Identifier: Apache-2.0
"""The files that tell GitHub and GitLab what to do, for this project and for a user's: by the servers' schemas, shell, and our gates."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
GITHUB, GITLAB = sorted((ROOT / ".github" / "workflows").glob("*.yml")), [ROOT / ".gitlab-ci.yml"]
TEMPLATES = ("github", "gitlab")
SCHEMAS = {"github": ("vendor.github-workflows",), "gitlab": ("vendor.gitlab-ci", "--data-transform", "gitlab-ci")}


@pytest.fixture(params=[*GITHUB, *GITLAB, *TEMPLATES], ids=lambda param: getattr(param, "name", param))
def file(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """(server, file); a template as `tickproof init` fills it in."""
    if isinstance(request.param, Path):
        return "gitlab" if request.param in GITLAB else "github", request.param
    templates = Environment(
        loader=FileSystemLoader(ROOT / "tickproof" / "scaffold"), trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    path = tmp_path / f"{request.param}.yml"
    path.write_text(templates.get_template(f"{request.param}.yml.jinja").render(version="1.2.3"))
    return request.param, path


def commands(document: Any) -> Iterator[str]:
    """What is handed to a shell, wherever it stands."""
    if isinstance(document, list):
        for entry in document:
            yield from commands(entry)
    elif isinstance(document, dict):
        for key, value in document.items():
            words = value if isinstance(value, list) else [value]
            if key in ("run", "script", "command", "COMMAND"):
                yield from (word for word in words if isinstance(word, str))
            else:
                yield from commands(value)


def night() -> list[str]:
    """Lines of the nightly script."""
    return (ROOT / "ci" / "nightly.sh").read_text().splitlines()


def test_the_server_can_read_it(file: tuple[str, Path]) -> None:
    """Against the schema that the server's editors use."""
    server, path = file
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *SCHEMAS[server], str(path)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_its_commands_are_shell(file: tuple[str, Path]) -> None:
    """Quotes and ends of `if` are where they belong once YAML has been read."""
    found = list(commands(YAML(typ="safe").load(file[1])))
    assert found
    for command in found:
        plain = re.sub(r"\$\{\{.*?\}\}", "value", command)
        assert subprocess.run(["sh", "-n"], input=plain, text=True, capture_output=True, check=False).returncode == 0, command


@pytest.mark.parametrize("script", sorted((ROOT / "ci").glob("*.sh")), ids=lambda path: path.name)
def test_scripts_are_shell(script: Path) -> None:
    """As /bin/sh reads it."""
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


@pytest.mark.parametrize("first", [GITHUB[0], GITLAB[0]], ids=lambda path: path.name)
def test_every_gate_is_in_ci(first: Path) -> None:
    """In the jobs of each push, which are those of `make ci`, or in those of the night."""
    script = (ROOT / "ci" / "gates.sh").read_text()
    gates = sorted(re.findall(r"^gate_(\w+)\(\)", script, re.MULTILINE))
    (of_a_change,) = re.findall(r"\$\{\*:-([\w ]+)\}", script)

    def named(run: Iterable[str]) -> list[str]:
        return [gate for command in run for found in re.findall(r"ci/gates\.sh ([\w ]+)", command) for gate in found.split()]

    on_a_push = named(commands(YAML(typ="safe").load(first)))
    assert sorted(on_a_push) == sorted(of_a_change.split())
    assert sorted(on_a_push + named(night())) == gates


def test_every_part_of_the_night_is_a_job_on_both_servers() -> None:
    """The list is in the script, too, for who runs all of it on one machine."""
    parts = set(re.findall(r"^part_(\w+)\(\)", "\n".join(night()), re.MULTILINE))
    (all_,) = re.findall(r"\$\{\*:-([\w ]+)\}", "\n".join(night()))
    github = YAML(typ="safe").load(ROOT / ".github" / "workflows" / "nightly.yml")["jobs"]["part"]["strategy"]["matrix"]["part"]
    gitlab = YAML(typ="safe").load(GITLAB[0])["nightly"]["parallel"]["matrix"][0]["PART"]
    assert parts == set(all_.split()) == set(github) == set(gitlab)


def test_both_servers_play_the_same_on_a_push() -> None:
    """One list of commands, written twice."""
    github = YAML(typ="safe").load(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["checks"]["strategy"]["matrix"]["include"]
    gitlab = YAML(typ="safe").load(GITLAB[0])["checks"]["parallel"]["matrix"][0]["COMMAND"]
    assert [entry["command"] for entry in github] == gitlab


def test_a_part_that_fails_keeps_no_other_from_running(tmp_path: Path) -> None:
    """The script with two parts of its own; FAKE, as is the bootstrap."""
    (tmp_path / "ci").mkdir()
    text = (ROOT / "ci" / "nightly.sh").read_text()
    head, tail = text[: text.index("part_")], text[text.index("ci/bootstrap.sh test,ci") :]
    (tmp_path / "ci" / "nightly.sh").write_text(f"{head}part_bad() {{ false; }}\npart_good() {{ echo good; }}\n{tail}")
    (tmp_path / "ci" / "bootstrap.sh").write_text("#!/bin/sh\n")
    (tmp_path / "ci" / "bootstrap.sh").chmod(0o755)
    run = subprocess.run(["sh", "ci/nightly.sh", "bad", "good", "bad"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stdout.splitlines() == ["== bad", "== good", "good", "== bad", "failed: bad bad"]
