# SPDX-License-Identifier: Apache-2.0
"""The one place where builds are kept: made once, never half of one, nothing left of those that were killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tickproof.targets.cached_build import cache_root, cached_build, content_key, remembered
from tickproof.targets.verilog_files import with_includes

BUILDER = """\
import sys
from pathlib import Path
from tickproof.targets.cached_build import cached_build

def make(work):
    (work / "half").touch()
    print(work, flush=True)
    sys.stdin.readline()
    (work / "thing").write_text(sys.argv[2])

print("done", cached_build(Path(sys.argv[1]), "name-1", "thing", make).read_text(), flush=True)
"""


class Builder:
    """Another process that builds `name-1`, and holds still in the middle of it until it is told to go on."""

    def __init__(self, root: Path, text: str) -> None:
        command = [sys.executable, "-c", BUILDER, str(root), text]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def says(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def goes_on(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()


@pytest.fixture
def builder(tmp_path: Path) -> Iterator[Builder]:
    """It has begun."""
    made = Builder(tmp_path, "first")
    yield made
    made.process.kill()
    made.process.communicate()


def never(work: Path) -> None:
    raise AssertionError(f"built again in {work}")


def folders(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.is_dir())


def test_only_the_file_that_is_asked_for_is_kept(tmp_path: Path) -> None:
    """Objects and logs of a build are large, and nobody looks at them again."""

    def make(work: Path) -> None:
        (work / "object.o").touch()
        (work / "thing").write_text("made")

    made = cached_build(tmp_path, "name-1", "thing", make)
    assert made == tmp_path / "name-1" / "thing"
    assert made.read_text() == "made"
    assert folders(tmp_path) == ["name-1"]
    assert [path.name for path in made.parent.iterdir()] == ["thing"]
    assert cached_build(tmp_path, "name-1", "thing", never) == made


def test_a_build_that_fails_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    """The error is the caller's."""

    def fail(work: Path) -> None:
        (work / "thing").touch()
        raise ValueError("does not compile")

    for _ in range(2):
        with pytest.raises(ValueError, match="does not compile"):
            cached_build(tmp_path, "name-1", "thing", fail)
    assert folders(tmp_path) == []


def test_who_comes_while_it_is_built_waits_and_gets_that(tmp_path: Path, builder: Builder) -> None:
    """In another process: it never builds itself, and the folder that is worked in stays as it is."""
    work = Path(builder.says())
    with_it = Builder(tmp_path, "second")
    try:
        cached_build(tmp_path, "another-2", "thing", lambda place: (place / "thing").touch())
        assert (work / "half").exists()
        builder.goes_on()
        assert builder.says() == "done first"
        assert with_it.says() == "done first"
    finally:
        with_it.process.kill()
        with_it.process.communicate()


def test_what_a_killed_build_leaves_is_not_taken_and_goes_with_the_next(tmp_path: Path, builder: Builder) -> None:
    """Whichever that is: nobody may ever ask for the same again."""
    work = Path(builder.says())
    os.kill(builder.process.pid, signal.SIGKILL)
    builder.process.wait()
    assert (work / "half").exists()
    assert not (tmp_path / "name-1").exists()
    cached_build(tmp_path, "another-2", "thing", lambda place: (place / "thing").touch())
    assert folders(tmp_path) == ["another-2"]


def test_a_build_is_remembered_until_a_file_is_another_one_or_what_was_built_is_gone(tmp_path: Path) -> None:
    """Also where the new one has the same length."""
    source, builds = tmp_path / "source", []

    def build() -> Path:
        builds.append(source.read_text())
        (tmp_path / "thing").touch()
        return tmp_path / "thing"

    for text, times in (("one", 1), ("one", 1), ("two", 2), ("three", 3)):
        if not source.exists() or source.read_text() != text:
            fresh = tmp_path / "fresh"
            fresh.write_text(text)
            fresh.replace(source)
        assert remembered("thing", [source], build) == tmp_path / "thing"
        assert len(builds) == times
    (tmp_path / "thing").unlink()
    remembered("thing", [source], build)
    assert builds == ["one", "two", "three", "three"]
    remembered("another thing", [source], build)
    assert len(builds) == 5


def test_keys_tell_where_a_part_ends(tmp_path: Path) -> None:
    """Else moving a byte from one file to the next would be the same build."""
    assert content_key("ab", "c") != content_key("a", "bc")
    assert content_key("ab", b"c") == content_key(b"ab", "c")


def test_the_environment_moves_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both kinds of builds."""
    monkeypatch.setenv("TICKPROOF_CACHE", str(tmp_path / "elsewhere"))
    assert cache_root(tmp_path / "thing.toml", "simulation") == tmp_path / "elsewhere" / "simulation"
    assert cache_root(tmp_path / "thing.toml", "host") == tmp_path / "elsewhere" / "host"


def test_includes_are_found_beside_a_file_and_in_the_folders_however_deep(tmp_path: Path) -> None:
    """Each once, in a circle too; one that is nowhere is the compiler's business."""
    (tmp_path / "more").mkdir()
    (tmp_path / "top.v").write_text('`include "a.vh"\n  `include "missing.vh"\n// `include "b.vh" here is a comment\n')
    (tmp_path / "a.vh").write_text('`include "c.vh"\n')
    (tmp_path / "b.vh").touch()
    (tmp_path / "more" / "c.vh").write_text('`include "a.vh"\n')
    names = [path.name for path in with_includes([tmp_path / "top.v"], [tmp_path, tmp_path / "more"])]
    assert names == ["top.v", "a.vh", "c.vh"]
